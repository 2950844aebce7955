#include "lookup.h"

#include "hint.h"

/* Keeps the hashes that the index may hold. Which these are nobody can foresee, so there is no branch on it: one that it does not
 * hold is overwritten by the next. */
static ALWAYS_INLINE void sift(struct lookup *found, const struct stance_model *model, const uint64_t *hashes, size_t n,
                               uint32_t count_ones(uint64_t)) {
    const struct rank_block *blocks = model->blocks;
    const uint32_t n_blocks = model->n_blocks;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        const struct rank_block *block = &blocks[rank_block_of(hashes[i], n_blocks)];
        const uint64_t probe = rank_probe(block, hashes[i]);
        found->hashes[kept] = hashes[i];
        found->ids[kept] = block->before + count_ones(probe) - 1;
        kept += rank_may_hold(probe);
    }
    found->n = kept;
}

static inline void find_rows(struct lookup *found, const struct stance_model *model) {
    const unsigned char *rows = model->rows;
    const size_t row_len = model->row_len;
    for (size_t i = 0; i < found->n; i++) {
        found->rows[i] = (const struct model_row *)(const void *)(rows + found->ids[i] * row_len);
        PREFETCH(found->rows[i]);
    }
}

static ALWAYS_INLINE void find(struct lookup *found, const struct stance_model *model, const uint64_t *hashes, size_t n,
                               uint32_t count_ones(uint64_t)) {
    sift(found, model, hashes, n, count_ones);
    find_rows(found, model);
}

void lookup_find_plain(struct lookup *found, const struct stance_model *model, const uint64_t *hashes, size_t n) {
    find(found, model, hashes, n, rank_count_ones);
}

#if defined(__GNUC__) && defined(__x86_64__)
__attribute__((target("popcnt"))) static inline uint32_t count_by_popcnt(uint64_t word) {
    return (uint32_t)__builtin_popcountll(word);
}

__attribute__((target("popcnt"))) static void find_by_popcnt(struct lookup *found, const struct stance_model *model,
                                                             const uint64_t *hashes, size_t n) {
    find(found, model, hashes, n, count_by_popcnt);
}

void lookup_find(struct lookup *found, const struct stance_model *model, const uint64_t *hashes, size_t n) {
    (__builtin_cpu_supports("popcnt") ? find_by_popcnt : lookup_find_plain)(found, model, hashes, n);
}
#else
void lookup_find(struct lookup *found, const struct stance_model *model, const uint64_t *hashes, size_t n) {
    lookup_find_plain(found, model, hashes, n);
}
#endif
