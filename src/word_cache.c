#include "word_cache.h"

#include <stdlib.h>

#include "array.h"

/* A million English words hold some 30,000 distinct ones; more heads leave room for fewer. */
enum { BITS_MAX = 14, BITS_MIN = 5, BYTES_MAX = 4 << 20 };

enum stance_status word_cache_init(struct word_cache *cache, size_t n_heads, struct stance_error *error) {
    struct word_cache made = {.memo_size = word_memo_size(n_heads), .set_size = WORD_CACHE_WAYS * word_memo_size(n_heads)};
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
