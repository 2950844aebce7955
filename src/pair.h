/* Two doubles side by side: by SSE2 where the compiler aims at it, else one after the other; both give the same. */
#ifndef STANCE_SRC_PAIR_H
#define STANCE_SRC_PAIR_H

#if defined(__SSE2__)
#include <emmintrin.h>

typedef __m128d pair;

static inline pair pair_of(double value) { return _mm_set1_pd(value); }

static inline pair pair_load(const double *numbers) { return _mm_loadu_pd(numbers); }

static inline pair pair_load_floats(const float *numbers) {
    return _mm_cvtps_pd(_mm_castsi128_ps(_mm_loadl_epi64((const __m128i *)(const void *)numbers)));
}

static inline pair pair_add(pair a, pair b) { return _mm_add_pd(a, b); }

static inline pair pair_multiply(pair a, pair b) { return _mm_mul_pd(a, b); }

static inline void pair_store(double *out, pair numbers) { _mm_storeu_pd(out, numbers); }
#else
typedef struct {
    double first, second;
} pair;

static inline pair pair_of(double value) { return (pair){value, value}; }

static inline pair pair_load(const double *numbers) { return (pair){numbers[0], numbers[1]}; }

static inline pair pair_load_floats(const float *numbers) { return (pair){(double)numbers[0], (double)numbers[1]}; }

static inline pair pair_add(pair a, pair b) { return (pair){a.first + b.first, a.second + b.second}; }

static inline pair pair_multiply(pair a, pair b) { return (pair){a.first * b.first, a.second * b.second}; }

static inline void pair_store(double *out, pair numbers) {
    out[0] = numbers.first;
    out[1] = numbers.second;
}
#endif

/* So many pairs of sums are kept in registers, and none waits for another. */
enum { PAIR_STEP = 6 };

/* Calls `add_some(sums, items, n_items, first, n)` for the pairs [done, n_pairs) in steps of `n`, a constant; `first` counts
 * doubles. */
#define PAIR_STEPS(add_some, sums, items, n_items, done, n_pairs)    \
    do {                                                             \
        size_t done_ = (done);                                       \
        for (; done_ + PAIR_STEP <= (n_pairs); done_ += PAIR_STEP) { \
            add_some(sums, items, n_items, 2 * done_, PAIR_STEP);    \
        }                                                            \
        switch ((n_pairs)-done_) {                                   \
        case 1: add_some(sums, items, n_items, 2 * done_, 1); break; \
        case 2: add_some(sums, items, n_items, 2 * done_, 2); break; \
        case 3: add_some(sums, items, n_items, 2 * done_, 3); break; \
        case 4: add_some(sums, items, n_items, 2 * done_, 4); break; \
        case 5: add_some(sums, items, n_items, 2 * done_, 5); break; \
        default: break;                                              \
        }                                                            \
    } while (0)

#endif
