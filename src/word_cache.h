/* What a session remembers of words: the share that a word has in a score but for its neighbours, which is that of the feature it
 * is alone and that of its character n-grams, depends on the word alone, so it is worked out once. The memory is bounded; a new
 * word takes the place of an old one, but not of one that the text at work holds. A word is told by its bytes, not by its hash
 * alone, so that what was scored before never shows in a score. */
#ifndef STANCE_SRC_WORD_CACHE_H
#define STANCE_SRC_WORD_CACHE_H

#include <string.h>

#include "hint.h"
#include "token.h"

/* Longer words are worked out each time. 32 bytes are 16 Cyrillic or Arabic letters. */
enum { WORD_CACHE_LEN = 32, WORD_CACHE_HEAD = 16 };

struct word_memo {
    uint64_t hash, tail;        /* of the token */
    uint32_t round;             /* the text that last held the word */
    uint32_t count;             /* how often it did */
    uint32_t n_telling;         /* as the token's */
    uint32_t n_known;           /* distinct features of the word that the model knows */
    char head[WORD_CACHE_HEAD]; /* the first bytes of a longer word */
    double shares[];            /* of the word where it stands once, see word_cache_add */
};

/* A word has so many places, side by side. */
enum { WORD_CACHE_WAYS = 2, WORD_CACHE_LINE = 64 };

struct word_cache {
    void *memory;
    unsigned char *memos;
    size_t n_shares;
    size_t memo_size;
    size_t n_bytes;
    size_t set_size; /* WORD_CACHE_WAYS memos */
    unsigned shift;  /* of a hash to its set */
    uint32_t round;  /* of the text at work */
};

/* For memos with so many shares, an even number. */
enum stance_status word_cache_init(struct word_cache *cache, size_t n_shares, struct stance_error *error);
void word_cache_free(struct word_cache *cache);

/* Begins a text. */
void word_cache_begin(struct word_cache *cache);

/* The places of a word. */
static inline struct word_memo *word_cache_set(const struct word_cache *cache, uint64_t hash) {
    return (struct word_memo *)(void *)(cache->memos + (size_t)(hash >> cache->shift) * cache->set_size);
}

static inline struct word_memo *word_cache_way(const struct word_cache *cache, struct word_memo *set, size_t way) {
    return (struct word_memo *)(void *)((unsigned char *)set + way * cache->memo_size);
}

static inline void word_cache_prefetch(const struct word_cache *cache, uint64_t hash) {
    const struct word_memo *set = word_cache_set(cache, hash);
    PREFETCH(set);
    PREFETCH((const char *)set + cache->memo_size);
}

/* Hash and tail tell words of up to 16 bytes apart, and longer ones, up to 32, that begin with the same 16. */
static inline bool word_memo_is_of(const struct word_memo *memo, const struct token *word) {
    return memo->hash == word->hash && memo->tail == word->tail && memo->n_telling == word->n_telling &&
           (word->n_telling <= WORD_CACHE_HEAD || memcmp(memo->head, word->text, WORD_CACHE_HEAD) == 0);
}

/* What is remembered of a word, or NULL. Which place a word has nobody can foresee, so there is no branch on it; both are looked at
 * only for a word that is new, or has the hash of another. */
static inline struct word_memo *word_cache_find(const struct word_cache *cache, const struct token *word) {
    struct word_memo *set = word_cache_set(cache, word->hash);
    struct word_memo *memo = word_cache_way(cache, set, set->hash != word->hash);
    if (word_memo_is_of(memo, word)) {
        return memo;
    }
    memo = word_cache_way(cache, set, 1);
    return word_memo_is_of(memo, word) ? memo : NULL;
}

/* Room to remember a word in, that of the word not met for longest, or NULL where there is none. It is found once it is filled and
 * kept. */
struct word_memo *word_cache_room(const struct word_cache *cache, const struct token *word);
void word_cache_keep(struct word_memo *memo, const struct token *word);

/* Adds the shares of so many words to `sums`, n_shares values. */
void word_cache_add(const struct word_cache *cache, double *sums, const struct word_memo *const *memos, size_t n);

#endif
