/* Counts what occurs in one text: distinct keys in the order in which they first occur. Emptying it takes no time, and it allocates
 * only for a text that has more distinct keys than any before. */
#ifndef STANCE_SRC_TALLY_H
#define STANCE_SRC_TALLY_H

#include <stdint.h>

#include "array.h"

struct tally_slot {
    uint64_t key;
    uint32_t round; /* the slot is free where this is not the tally's */
    uint32_t item;
};

struct tally {
    struct {
        uint32_t *data; /* how often each key occurs */
        size_t n, capacity;
    } counts;
    struct tally_slot *slots; /* 1 << bits, at most half taken; NULL before the first key */
    unsigned bits;
    uint32_t round;
};

/* Forgets the counts, keeps the memory. */
void tally_clear(struct tally *tally);

/* Makes room for `n` more keys. */
enum stance_status tally_grow(struct tally *tally, size_t n, struct stance_error *error);

static inline enum stance_status tally_reserve(struct tally *tally, size_t n, struct stance_error *error) {
    return tally->slots != NULL && n <= ((size_t)1 << (tally->bits - 1)) - tally->counts.n ? STANCE_OK
                                                                                           : tally_grow(tally, n, error);
}

void tally_free(struct tally *tally);

/* Where to begin looking for a key. The slots' address is in it, so that nobody can write a text whose keys all begin alike. */
static inline size_t tally_home(const struct tally *tally, uint64_t key) {
    return (size_t)(((key ^ (uintptr_t)tally->slots) * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - tally->bits));
}

/* Counts one occurrence of `key`, for which there is room; returns its place among the counts, which is new where its count is 1.
 */
static inline size_t tally_count(struct tally *tally, uint64_t key) {
    const size_t mask = ((size_t)1 << tally->bits) - 1;
    size_t at = tally_home(tally, key);
    for (; tally->slots[at].round == tally->round; at = (at + 1) & mask) {
        if (tally->slots[at].key == key) {
            tally->counts.data[tally->slots[at].item]++;
            return tally->slots[at].item;
        }
    }
    const size_t item = tally->counts.n++;
    tally->slots[at] = (struct tally_slot){.key = key, .round = tally->round, .item = (uint32_t)item};
    tally->counts.data[item] = 1;
    return item;
}

#endif
