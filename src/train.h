/* Training seen from the search for a way to train. */
#ifndef STANCE_SRC_TRAIN_H
#define STANCE_SRC_TRAIN_H

#include "tuning.h"

/* The folds where every record is held out in turn. */
static inline unsigned train_n_folds(const struct stance_train_options *options) {
    return options->n_folds > 0 ? options->n_folds : STANCE_FOLDS_DEFAULT;
}

/* Judges every cost of `options` (c, or else c_grid) on the same folds, without a model: figures[cost]. Predictions are those of
 * stance_cross_validate with that cost. */
enum stance_status train_explore(struct train_figure *figures, const struct stance_corpus *corpus,
                                 const struct stance_train_options *options, struct stance_error *error);

#endif
