/* A set of small numbers, which tells in a few instructions and without a branch whether a number is new. Emptying it takes time by
 * what it holds. */
#ifndef STANCE_SRC_ID_SET_H
#define STANCE_SRC_ID_SET_H

#include <stdint.h>
#include <stdlib.h>

#include "array.h"

struct id_set {
    uint64_t *bits;    /* one for each number that there may be */
    uint32_t *members; /* in the order in which they came */
    size_t n, capacity;
};

/* For numbers below `n_ids`. */
static inline enum stance_status id_set_init(struct id_set *set, uint32_t n_ids, struct stance_error *error) {
    *set = (struct id_set){.bits = array_new((size_t)n_ids / 64 + 1, sizeof(uint64_t), error)};
    return set->bits != NULL ? STANCE_OK : STANCE_ERROR_MEMORY;
}

static inline void id_set_free(struct id_set *set) {
    free(set->bits);
    free(set->members);
    *set = (struct id_set){.n = 0};
}

static inline void id_set_clear(struct id_set *set) {
    for (size_t i = 0; i < set->n; i++) {
        set->bits[set->members[i] / 64] = 0;
    }
    set->n = 0;
}

/* Makes room for `n` more members, and one place behind them. */
static inline enum stance_status id_set_reserve(struct id_set *set, size_t n, struct stance_error *error) {
    return array_grow(&set->members, &set->capacity, set->n + n + 1, sizeof *set->members, error);
}

/* Adds `id`, unless it is a member or not `wanted`; there is room. Returns whether it was added. */
static inline bool id_set_add(struct id_set *set, uint32_t id, bool wanted) {
    uint64_t *word = &set->bits[id / 64];
    const uint64_t bit = (uint64_t)wanted << id % 64;
    const bool is_new = (bit & ~*word) != 0;
    set->members[set->n] = id;
    set->n += is_new;
    *word |= bit;
    return is_new;
}

#endif
