/* A set of 64-bit hashes that gives each its rank: a minimal perfect hash function by hash and displace (Belazzougui, Botelho and
 * Dietzfelbinger 2009), over a bitmap that tells most hashes apart that are not in the set.
 *
 * A hash falls into a block, and there on one of 64 places; the block's factor is one by which its hashes fall on places of their
 * own. The rank of a hash is the number of taken places behind its own and in the blocks before. The index is part of the model
 * format. */
#ifndef STANCE_SRC_RANK_INDEX_H
#define STANCE_SRC_RANK_INDEX_H

#include "array.h"

struct rank_block {
    uint64_t taken;  /* a bit for each place, the first one the highest */
    uint32_t before; /* hashes in the blocks before this one */
    uint32_t factor; /* odd */
};

/* So many hashes has a block on average, so that one in eight of those not in the set meets a taken place. */
enum { RANK_BLOCK_LOAD = 8 };

static inline uint32_t rank_n_blocks(uint32_t n) { return n / RANK_BLOCK_LOAD + 1; }

static inline uint32_t rank_block_of(uint64_t hash, uint32_t n_blocks) { return (uint32_t)((hash >> 32) * n_blocks >> 32); }

static inline unsigned rank_place_of(uint64_t hash, uint32_t factor) {
    return (unsigned)(hash * UINT64_C(0x9E3779B97F4A7C15) * factor >> 58);
}

/* How many bits of `word` are 1: a sum in pairs, fours, and bytes, as not every machine has an instruction for it. */
static inline uint32_t rank_count_ones(uint64_t word) {
    word -= word >> 1 & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
    return (uint32_t)(((word + (word >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F)) * UINT64_C(0x0101010101010101) >> 56);
}

/* What a block says of a hash: its place's bit, moved to the top, and those of the places behind it. */
static inline uint64_t rank_probe(const struct rank_block *block, uint64_t hash) {
    return block->taken << rank_place_of(hash, block->factor);
}

/* Whether the hash may be in the set. */
static inline bool rank_may_hold(uint64_t probe) { return probe >> 63 != 0; }

/* The rank of the hash that gave a probe that rank_may_hold; if it is not in the set, that of another. */
static inline uint32_t rank_of(uint32_t before, uint64_t probe) { return before + rank_count_ones(probe) - 1; }

/* Fills rank_n_blocks(n) zeroed blocks for `n` distinct hashes. `order[rank]` receives the index of the hash with this rank. */
enum stance_status rank_index_build(struct rank_block *blocks, uint32_t *order, const uint64_t *hashes, uint32_t n,
                                    struct stance_error *error);

/* Whether the blocks give ranks below `n` alone. */
bool rank_index_is_sound(const struct rank_block *blocks, uint32_t n);

#endif
