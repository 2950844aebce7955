#include "rank_index.h"

#include <stdlib.h>

/* A block of 24 hashes, which is rare, takes a hundred tries; one in a million million needs more than these. */
enum { PLACES = 64, FACTORS_MAX = 1 << 20 };

struct keyed_hash {
    uint64_t hash;
    uint32_t block, index;
};

static int compare_blocks(const void *a, const void *b) {
    const struct keyed_hash *x = a, *y = b;
    if (x->block != y->block) {
        return x->block < y->block ? -1 : 1;
    }
    return (x->index > y->index) - (x->index < y->index);
}

/* The places that the hashes of a block take by a factor; 0 where two take the same. */
static uint64_t take_places(const struct keyed_hash *keyed, size_t n, uint32_t factor) {
    uint64_t taken = 0;
    for (size_t i = 0; i < n; i++) {
        const uint64_t place = UINT64_C(1) << 63 >> rank_place_of(keyed[i].hash, factor);
        if ((taken & place) != 0) {
            return 0;
        }
        taken |= place;
    }
    return taken;
}

/* False where no factor will do, which only hashes made for it can bring about. */
static bool fill_block(struct rank_block *block, uint32_t *order, const struct keyed_hash *keyed, size_t n) {
    for (uint32_t i = 0; i < FACTORS_MAX && n <= PLACES; i++) {
        block->factor = 2 * i + 1;
        block->taken = take_places(keyed, n, block->factor);
        if (block->taken != 0 || n == 0) {
            for (size_t k = 0; k < n; k++) {
                order[rank_of(block->before, rank_probe(block, keyed[k].hash))] = keyed[k].index;
            }
            return true;
        }
    }
    return false;
}

static enum stance_status fill_blocks(struct rank_block *blocks, uint32_t *order, const struct keyed_hash *keyed, uint32_t n,
                                      struct stance_error *error) {
    uint32_t first = 0;
    for (uint32_t block = 0; block < rank_n_blocks(n); block++) {
        uint32_t end = first;
        while (end < n && keyed[end].block == block) {
            end++;
        }
        blocks[block].before = first;
        if (!fill_block(&blocks[block], order, keyed + first, end - first)) {
            return status_set(error, STANCE_ERROR_LIMIT, "the features' hashes fall together: take out part of the texts");
        }
        first = end;
    }
    return STANCE_OK;
}

enum stance_status rank_index_build(struct rank_block *blocks, uint32_t *order, const uint64_t *hashes, uint32_t n,
                                    struct stance_error *error) {
    struct keyed_hash *keyed = array_new(n, sizeof *keyed, error);
    if (keyed == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (uint32_t i = 0; i < n; i++) {
        keyed[i] = (struct keyed_hash){.hash = hashes[i], .block = rank_block_of(hashes[i], rank_n_blocks(n)), .index = i};
    }
    if (n > 0) {
        qsort(keyed, n, sizeof *keyed, compare_blocks);
    }
    const enum stance_status status = fill_blocks(blocks, order, keyed, n, error);
    free(keyed);
    return status;
}

bool rank_index_is_sound(const struct rank_block *blocks, uint32_t n) {
    uint64_t before = 0;
    bool sound = true;
    for (uint32_t block = 0; block < rank_n_blocks(n); block++) {
        sound = sound && blocks[block].before == before;
        before += rank_count_ones(blocks[block].taken);
    }
    return sound && before == n;
}
