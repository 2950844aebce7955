/* Sums of values times rows, for all heads at once. The order of summation is that of the summands. */
#ifndef STANCE_SRC_SUMMAND_H
#define STANCE_SRC_SUMMAND_H

#include "model.h"

struct summand {
    double value;
    const struct model_row *row;
};

struct summand_array {
    struct summand *data;
    size_t n, capacity;
};

/* A row's idf and its weights are so many pairs of floats, of which the last may be padding; as many doubles are its sums, which
 * are laid out alike: sums[0] for the idf, sums[1 + label] for the label's weights. */
static inline size_t summand_n_pairs(size_t n_labels) { return n_labels / 2 + 1; }

/* Adds each value times the row's idf and weights to the sums, for the pairs [first, n_pairs). */
void summand_add(double *sums, const struct summand *summands, size_t n, size_t first, size_t n_pairs);

#endif
