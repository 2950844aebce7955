#include "summand.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

/* Two sums side by side. */
#if defined(__SSE2__)
typedef __m128d pair;

static inline pair pair_of(double first, double second) { return _mm_set_pd(second, first); }

static inline pair pair_of_weights(const struct summand *summand, size_t head, bool is_double) {
    return is_double ? _mm_loadu_pd((const double *)summand->weights + head)
                     : _mm_cvtps_pd(_mm_castsi128_ps(
                           _mm_loadl_epi64((const __m128i *)(const void *)((const float *)summand->weights + head))));
}

static inline pair pair_add_product(pair sum, pair a, pair b) { return _mm_add_pd(sum, _mm_mul_pd(a, b)); }

static inline void pair_store(double *out, pair sum) { _mm_storeu_pd(out, sum); }
#else
typedef struct {
    double first, second;
} pair;

static inline pair pair_of(double first, double second) { return (pair){first, second}; }

static inline pair pair_of_weights(const struct summand *summand, size_t head, bool is_double) {
    return pair_of(weight_of(summand, head, is_double), weight_of(summand, head + 1, is_double));
}

static inline pair pair_add_product(pair sum, pair a, pair b) {
    return pair_of(sum.first + a.first * b.first, sum.second + a.second * b.second);
}

static inline void pair_store(double *out, pair sum) {
    out[0] = sum.first;
    out[1] = sum.second;
}
#endif

/* `n` is a constant, at most STEP, where this is used. Returns the sum of squares. */
static inline double add_some(double *restrict sums, const struct summand_array *summands, size_t head, size_t n, bool is_double) {
    const struct summand *end = summands->data + summands->n;
    double last[2] = {n % 2 == 1 ? sums[head + n - 1] : 0.0, 0.0}; /* of an odd one, and the squares */
    pair some[STEP / 2], odd = pair_of(last[0], 0.0);
    UNROLL for (size_t k = 0; k < n / 2; k++) { some[k] = pair_of(sums[head + 2 * k], sums[head + 2 * k + 1]); }
    for (const struct summand *summand = summands->data; summand < end; summand++) {
        const pair value = pair_of(summand->value, summand->value);
        UNROLL for (size_t k = 0; k < n / 2; k++) {
            some[k] = pair_add_product(some[k], value, pair_of_weights(summand, head + 2 * k, is_double));
        }
        const double weight = n % 2 == 1 ? weight_of(summand, head + n - 1, is_double) : 0.0;
        odd = pair_add_product(odd, value, pair_of(weight, summand->value));
    }
    UNROLL for (size_t k = 0; k < n / 2; k++) { pair_store(sums + head + 2 * k, some[k]); }
    pair_store(last, odd);
    if (n % 2 == 1) {
        sums[head + n - 1] = last[0];
    }
    return last[1];
}

static inline double add_all(double *restrict sums, const struct summand_array *summands, size_t n_heads, bool is_double) {
    double squares = 0.0;
    size_t head = 0;
    for (; head + STEP <= n_heads; head += STEP) {
        squares = add_some(sums, summands, head, STEP, is_double);
    }
    switch (n_heads - head) {
    case 1: return add_some(sums, summands, head, 1, is_double);
    case 2: return add_some(sums, summands, head, 2, is_double);
    case 3: return add_some(sums, summands, head, 3, is_double);
    case 4: return add_some(sums, summands, head, 4, is_double);
    case 5: return add_some(sums, summands, head, 5, is_double);
    case 6: return add_some(sums, summands, head, 6, is_double);
    case 7: return add_some(sums, summands, head, 7, is_double);
    default: return squares;
    }
}

double summand_add_floats(double *sums, const struct summand_array *summands, size_t n_heads) {
    return add_all(sums, summands, n_heads, false);
}

double summand_add_doubles(double *sums, const struct summand_array *summands, size_t n_heads) {
    return add_all(sums, summands, n_heads, true);
}
