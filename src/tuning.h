/* What a search among ways of training found. */
#ifndef STANCE_SRC_TUNING_H
#define STANCE_SRC_TUNING_H

#include "stance.h"

struct train_figure {
    double macro_f1; /* of all folds together */
    double spread;   /* standard deviation of the folds' own macro-F1 */
};

struct stance_tuning {
    struct stance_tune_features *features;
    enum stance_class_weight *class_weights;
    double *log_counts, *costs;
    size_t n_features, n_class_weights, n_log_counts, n_costs;
    struct train_figure *figures; /* [((features * n_class_weights + class weight) * n_log_counts + log count) * n_costs + cost] */
    size_t best;                  /* index into figures */
};

#endif
