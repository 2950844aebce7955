/* Sums of values times weights, for all heads at once. The order of summation is that of the summands. */
#ifndef STANCE_SRC_SUMMAND_H
#define STANCE_SRC_SUMMAND_H

#include "array.h"

struct summand {
    double value;
    const void *weights; /* one for each head: floats of a model's row, or doubles */
};

struct summand_array {
    struct summand *data;
    size_t n, capacity;
};

/* Adds to sums[0 .. n_heads); returns the sum of the squares of the values. */
double summand_add_floats(double *sums, const struct summand_array *summands, size_t n_heads);
double summand_add_doubles(double *sums, const struct summand_array *summands, size_t n_heads);

#endif
