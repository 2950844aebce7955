/* Factors that scale features by how unevenly a label has them: the log-count ratios of Wang and Manning 2012, "Baselines and
 * Bigrams", section 2.3, interpolated with 1 and without the sign, which the head's weights have themselves. */
#ifndef STANCE_SRC_LOG_COUNT_H
#define STANCE_SRC_LOG_COUNT_H

#include "sparse.h"
#include "status.h"

/* What the factors of all labels share. */
struct log_counts {
    const struct sparse_row *rows; /* of training, borrowed */
    size_t n, n_features;
    uint32_t *df;    /* of each feature: the rows that have it */
    double *squares; /* of each feature: the sum of its squared values */
};

/* The caller calls log_counts_free, also where it fails. A row's ids are below `n_features`. */
enum stance_status log_counts_new(struct log_counts *counts, const struct sparse_row *rows, size_t n, size_t n_features,
                                  struct stance_error *error);
void log_counts_free(struct log_counts *counts);

/* Fills `factors`, one a feature: s_j = f ((1 - share) + share r_j / mean r), where
 *     r_j = |ln((p_j + 1) / P) - ln((q_j + 1) / Q)|
 * with p_j and q_j the rows with and without the label that have feature j, and P and Q the sums of p_j + 1 and of q_j + 1. Sums
 * and mean are over the features that some row has; the factor of the others is 1. f keeps the summed squared length of the rows
 * what it is, so that C keeps its meaning. `positive` tells of each row whether it has the label; `share` is in [0, 1]. */
void log_count_factors(double *factors, const struct log_counts *counts, const bool *positive, double share);

#endif
