#include "summand.h"

#include "hint.h"
#include "pair.h"

/* `n_pairs` is a constant where this is used. */
static inline void add_some(double *restrict sums, const struct summand *summands, size_t n, size_t first, size_t n_pairs) {
    pair some[PAIR_STEP];
    UNROLL for (size_t k = 0; k < n_pairs; k++) { some[k] = pair_load(sums + first + 2 * k); }
    for (const struct summand *summand = summands, *end = summands + n; summand < end; summand++) {
        const pair value = pair_of(summand->value);
        const float *numbers = &summand->row->idf + first; /* the weights stand behind the idf */
        UNROLL for (size_t k = 0; k < n_pairs; k++) {
            some[k] = pair_add(some[k], pair_multiply(value, pair_load_floats(numbers + 2 * k)));
        }
    }
    UNROLL for (size_t k = 0; k < n_pairs; k++) { pair_store(sums + first + 2 * k, some[k]); }
}

void summand_add(double *sums, const struct summand *summands, size_t n, size_t first, size_t n_pairs) {
    PAIR_STEPS(add_some, sums, summands, n, first, n_pairs);
}
