/* The figures of a set of predictions. */
#ifndef STANCE_SRC_EVALUATE_H
#define STANCE_SRC_EVALUATE_H

#include "stance.h"

/* Predictions to be judged; arrays are [label * n_records + record], and all is borrowed for the call. */
struct predictions {
    size_t n_records, n_labels, n_groups;
    const char *const *labels;
    const bool *truth;
    const double *probability;
    const bool *predicted;
    const double *threshold; /* a label each */
    const uint32_t *group;   /* a record each, in [0, n_groups) */
    bool exclusive;
};

enum stance_status evaluation_new(struct stance_evaluation **evaluation, const struct predictions *predictions,
                                  const struct stance_evaluate_options *options, struct stance_error *error);

/* Average precision: the mean of the precision at each positive, by steps, equal scores as one step (Manning, Raghavan and Schütze
 * 2008, 8.4). `order` lists the records by descending score; NaN without positives. */
double evaluate_average_precision(const double *score, const bool *truth, const uint32_t *order, const uint32_t *weight, size_t n);

/* Fills `order` with 0 to n - 1 by descending score, equal scores by number. */
enum stance_status evaluate_rank(uint32_t *order, const double *score, size_t n, struct stance_error *error);

#endif
