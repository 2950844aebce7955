#include "summand.h"

/* So many heads go at a time, so that their sums stay in registers and none waits for another. */
enum { STEP = 8 };

#if defined(__GNUC__) && !defined(__clang__)
#define UNROLL _Pragma("GCC unroll 8")
#else
#define UNROLL
#endif

static inline double weight_of(const struct summand *summand, size_t head, bool is_double) {
    return is_double ? ((const double *)summand->weights)[head] : (double)((const float *)summand->weights)[head];
}

/* `n` is a constant, at most STEP, where this is used. */
static inline void add_some(double *restrict sums, const struct summand_array *summands, size_t head, size_t n, bool is_double) {
    double some[STEP] = {0.0};
    for (size_t i = 0; i < summands->n; i++) {
        const struct summand *summand = &summands->data[i];
        UNROLL for (size_t k = 0; k < n; k++) { some[k] += summand->value * weight_of(summand, head + k, is_double); }
    }
    UNROLL for (size_t k = 0; k < n; k++) { sums[head + k] = some[k]; }
}

static inline void add_all(double *restrict sums, const struct summand_array *summands, size_t n_heads, bool is_double) {
    size_t head = 0;
    for (; head + STEP <= n_heads; head += STEP) {
        add_some(sums, summands, head, STEP, is_double);
    }
    switch (n_heads - head) {
    case 1: add_some(sums, summands, head, 1, is_double); break;
    case 2: add_some(sums, summands, head, 2, is_double); break;
    case 3: add_some(sums, summands, head, 3, is_double); break;
    case 4: add_some(sums, summands, head, 4, is_double); break;
    case 5: add_some(sums, summands, head, 5, is_double); break;
    case 6: add_some(sums, summands, head, 6, is_double); break;
    case 7: add_some(sums, summands, head, 7, is_double); break;
    default: break;
    }
}

void summand_add_floats(double *sums, const struct summand_array *summands, size_t n_heads) {
    add_all(sums, summands, n_heads, false);
}

void summand_add_doubles(double *sums, const struct summand_array *summands, size_t n_heads) {
    add_all(sums, summands, n_heads, true);
}
