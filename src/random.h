/* A private, seeded generator: SplitMix64 (Steele, Lea and Flood 2014). */
#ifndef STANCE_SRC_RANDOM_H
#define STANCE_SRC_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

static inline struct random random_new(uint64_t seed) { return (struct random){.state = seed}; }

static inline uint64_t random_next(struct random *random) {
    uint64_t z = (random->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* A number in [0, bound), without bias; bound > 0. */
static inline size_t random_below(struct random *random, size_t bound) {
    const uint64_t usable = UINT64_MAX - UINT64_MAX % bound;
    uint64_t value = random_next(random);
    while (value >= usable) {
        value = random_next(random);
    }
    return (size_t)(value % bound);
}

/* Fisher and Yates: a random permutation of `items`. */
static inline void random_shuffle(struct random *random, uint32_t *items, size_t n) {
    for (size_t i = n; i > 1; i--) {
        const size_t k = random_below(random, i);
        const uint32_t swapped = items[i - 1];
        items[i - 1] = items[k];
        items[k] = swapped;
    }
}

#endif
