#include "word_cache.h"

#include <stdlib.h>

#include "array.h"

/* A million English words hold some 30,000 distinct ones; more heads leave room for fewer. */
enum { BITS_MAX = 14, BITS_MIN = 5, BYTES_MAX = 4 << 20 };

enum stance_status word_cache_init(struct word_cache *cache, size_t n_labels, struct stance_error *error) {
    struct word_cache made = {.memo_size = word_memo_size(n_labels), .bits = BITS_MAX};
    while (made.bits > BITS_MIN && WORD_CACHE_WAYS * made.memo_size << made.bits > BYTES_MAX) {
        made.bits--;
    }
    made.memos = array_new((size_t)WORD_CACHE_WAYS << made.bits, made.memo_size, error);
    if (made.memos == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    *cache = made;
    return STANCE_OK;
}

void word_cache_free(struct word_cache *cache) {
    free(cache->memos);
    *cache = (struct word_cache){.bits = 0};
}

void word_cache_begin(struct word_cache *cache) {
    if (++cache->round == 0) { /* the numbers begin anew: no old text may look like this one */
        memset(cache->memos, 0, WORD_CACHE_WAYS * cache->memo_size << cache->bits);
        cache->round = 1;
    }
}

struct word_memo *word_cache_room(const struct word_cache *cache, const struct token *word) {
    struct word_memo *memo = word_cache_at(cache, word->hash, 0);
    for (size_t way = 1; way < WORD_CACHE_WAYS; way++) {
        struct word_memo *other = word_cache_at(cache, word->hash, way);
        memo = other->round < memo->round ? other : memo;
    }
    if (word->len > WORD_CACHE_TEXT || memo->round == cache->round) {
        return NULL;
    }
    memo->len = 0;
    return memo;
}

void word_cache_keep(struct word_memo *memo, const struct token *word) {
    memo->hash = word->hash;
    memo->len = (uint32_t)word->len;
    memcpy(memo->text, word->text, word->len);
}
