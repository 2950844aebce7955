/* What a session remembers of words: the share that the character n-grams of a word have in a score depends on the word alone, so
 * it is worked out once. The memory is bounded; a new word takes the place of an old one, but not of one that the text at work
 * holds. A word is told by its bytes, not by its hash alone, so that what was scored before never shows in a score. */
#ifndef STANCE_SRC_WORD_CACHE_H
#define STANCE_SRC_WORD_CACHE_H

#include <string.h>

#include "prefetch.h"
#include "token.h"

/* Longer words are worked out each time. 32 bytes are 16 Cyrillic or Arabic letters. */
enum { WORD_CACHE_TEXT = 32 };

struct word_memo {
    uint64_t hash;
    uint32_t len; /* 0 where there is no word */
    char text[WORD_CACHE_TEXT];
    uint32_t round;   /* the text that last held the word */
    uint32_t count;   /* how often it did */
    uint32_t n_known; /* distinct character n-grams that the model knows */
    uint32_t unigram; /* the feature that the word alone is, or VOCABULARY_NONE */
    double weight;    /* of the word where it stands once, before normalisation: its idf, or 1 */
    double heads[];   /* the inner product of the word's n-grams, at norm 1, with the weights of every head */
};

/* A word has so many places, side by side. */
enum { WORD_CACHE_WAYS = 2 };

struct word_cache {
    unsigned char *memos; /* WORD_CACHE_WAYS << bits of them, where the hash's high bits say */
    size_t memo_size;
    unsigned bits;
    uint32_t round; /* of the text at work */
};

static inline size_t word_memo_size(size_t n_labels) { return sizeof(struct word_memo) + n_labels * sizeof(double); }

enum stance_status word_cache_init(struct word_cache *cache, size_t n_labels, struct stance_error *error);
void word_cache_free(struct word_cache *cache);

/* Begins a text. */
void word_cache_begin(struct word_cache *cache);

static inline struct word_memo *word_cache_at(const struct word_cache *cache, uint64_t hash, size_t way) {
    const size_t set = (size_t)(hash >> (64 - cache->bits));
    return (struct word_memo *)(void *)(cache->memos + (set * WORD_CACHE_WAYS + way) * cache->memo_size);
}

static inline void word_cache_prefetch(const struct word_cache *cache, uint64_t hash) {
    PREFETCH(word_cache_at(cache, hash, 0));
    PREFETCH(word_cache_at(cache, hash, 0)->heads);
    PREFETCH(word_cache_at(cache, hash, 1));
}

/* The hash of eight bytes or fewer is one-to-one: only longer words are compared. */
static inline bool word_memo_is_of(const struct word_memo *memo, const struct token *word) {
    return memo->hash == word->hash && memo->len == word->len &&
           (word->len <= sizeof word->hash || memcmp(memo->text, word->text, word->len) == 0);
}

/* What is remembered of a word, or NULL. */
static inline struct word_memo *word_cache_find(const struct word_cache *cache, const struct token *word) {
    for (size_t way = 0; way < WORD_CACHE_WAYS; way++) {
        struct word_memo *memo = word_cache_at(cache, word->hash, way);
        if (word_memo_is_of(memo, word)) {
            return memo;
        }
    }
    return NULL;
}

/* Room to remember a word in, that of the word not met for longest, or NULL where there is none. It is found once it is filled and
 * kept. */
struct word_memo *word_cache_room(const struct word_cache *cache, const struct token *word);
void word_cache_keep(struct word_memo *memo, const struct token *word);

#endif
