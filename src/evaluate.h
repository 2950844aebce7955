/* The figures of a set of predictions. */
#ifndef STANCE_SRC_EVALUATE_H
#define STANCE_SRC_EVALUATE_H

#include "predictions.h"

/* The figures that get intervals: these for each label, at [label * EVALUATE_N_LABEL + figure], then those for all. */
enum {
    EVALUATE_PRECISION,
    EVALUATE_RECALL,
    EVALUATE_F1,
    EVALUATE_AVERAGE_PRECISION,
    EVALUATE_BRIER,
    EVALUATE_CALIBRATION,
    EVALUATE_N_LABEL
};
enum { EVALUATE_MACRO_F1, EVALUATE_MICRO_F1, EVALUATE_STANCE_MACRO_F1, EVALUATE_ACCURACY, EVALUATE_N_ALL };

static inline size_t evaluate_n_figures(size_t n_labels) { return n_labels * EVALUATE_N_LABEL + EVALUATE_N_ALL; }

/* Resamples are drawn from so many groups, where there are more. */
enum { EVALUATE_GROUPS_MAX = 5000 };

/* Fills `figures`, and samples[sample * n_figures + figure] of options->n_bootstrap resamples (`samples` may be NULL where there
 * are none). Which groups a resample draws depends on the seed and the number of groups alone, so that two sets of predictions for
 * the same records see the same resamples. */
enum stance_status evaluate_figures(double *figures, double *samples, const struct predictions *predictions,
                                    const struct stance_evaluate_options *options, struct stance_error *error);

/* The central 95% of the `n` values, which are sorted; those that are NaN go. Returns how many are left. */
size_t evaluate_interval(struct stance_interval *interval, double *values, size_t n);

enum stance_status evaluation_new(struct stance_evaluation **evaluation, const struct predictions *predictions,
                                  const struct stance_evaluate_options *options, struct stance_error *error);

/* Average precision: the mean of the precision at each positive, by steps, equal scores as one step (Manning, Raghavan and Schütze
 * 2008, 8.4). `order` lists the records by descending score; NaN without positives. */
double evaluate_average_precision(const double *score, const bool *truth, const uint32_t *order, const uint32_t *weight, size_t n);

/* Fills `order` with 0 to n - 1 by descending score, equal scores by number. */
enum stance_status evaluate_rank(uint32_t *order, const double *score, size_t n, struct stance_error *error);

#endif
