#include "word_cache.h"

#include <stdlib.h>

#include "array.h"
#include "hint.h"
#include "pair.h"

/* A million English words hold some 30,000 distinct ones; more heads leave room for fewer. */
enum { BITS_MAX = 14, BITS_MIN = 5, BYTES_MAX = 6 << 20 };

enum stance_status word_cache_init(struct word_cache *cache, size_t n_shares, struct stance_error *error) {
    const size_t memo_size = sizeof(struct word_memo) + n_shares * sizeof(double);
    struct word_cache made = {.n_shares = n_shares, .memo_size = memo_size, .set_size = WORD_CACHE_WAYS * memo_size};
    unsigned bits = BITS_MAX;
    while (bits > BITS_MIN && made.set_size << bits > BYTES_MAX) {
        bits--;
    }
    made.shift = 64 - bits;
    made.n_bytes = made.set_size << bits;
    made.memory = array_new(made.n_bytes + WORD_CACHE_LINE, 1, error);
    if (made.memory == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    made.memos = (unsigned char *)made.memory + (WORD_CACHE_LINE - (uintptr_t)made.memory % WORD_CACHE_LINE) % WORD_CACHE_LINE;
    *cache = made;
    return STANCE_OK;
}

void word_cache_free(struct word_cache *cache) {
    free(cache->memory);
    *cache = (struct word_cache){.n_bytes = 0};
}

void word_cache_begin(struct word_cache *cache) {
    if (++cache->round == 0) { /* the numbers begin anew: no old text may look like this one */
        memset(cache->memos, 0, cache->n_bytes);
        cache->round = 1;
    }
}

struct word_memo *word_cache_room(const struct word_cache *cache, const struct token *word) {
    struct word_memo *memo = word_cache_set(cache, word->hash), *other = word_cache_way(cache, memo, 1);
    memo = other->round < memo->round ? other : memo;
    if (word->n_telling > WORD_CACHE_LEN || memo->round == cache->round) {
        return NULL;
    }
    memo->hash = memo->tail = 0; /* no word has these, so that nothing is found while the memo is filled */
    memo->n_telling = 0;
    return memo;
}

void word_cache_keep(struct word_memo *memo, const struct token *word) {
    memo->hash = word->hash;
    memo->tail = word->tail;
    memo->n_telling = word->n_telling;
    if (word->n_telling > WORD_CACHE_HEAD) {
        memcpy(memo->head, word->text, WORD_CACHE_HEAD);
    }
}

/* `n_pairs` is a constant where this is used. */
static inline void add_some(double *restrict sums, const struct word_memo *const *memos, size_t n, size_t first, size_t n_pairs) {
    pair some[PAIR_STEP];
    UNROLL for (size_t k = 0; k < n_pairs; k++) { some[k] = pair_load(sums + first + 2 * k); }
    for (size_t i = 0; i < n; i++) {
        const double *shares = memos[i]->shares + first;
        UNROLL for (size_t k = 0; k < n_pairs; k++) { some[k] = pair_add(some[k], pair_load(shares + 2 * k)); }
    }
    UNROLL for (size_t k = 0; k < n_pairs; k++) { pair_store(sums + first + 2 * k, some[k]); }
}

void word_cache_add(const struct word_cache *cache, double *sums, const struct word_memo *const *memos, size_t n) {
    PAIR_STEPS(add_some, sums, memos, n, 0, cache->n_shares / 2);
}
