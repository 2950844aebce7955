/* Turns the tokens of a statement into features: word n-grams, words under negation, and the character n-grams inside words.
 *
 * A feature's identity is its hash. Its name, made only where somebody will read it, is "w:" and the words, "n:" and the word, or
 * "c:" and the characters, with < and > at the word's ends. */
#ifndef STANCE_SRC_FEATURE_H
#define STANCE_SRC_FEATURE_H

#include "array.h"
#include "hash.h"
#include "token.h"

enum { WORD_NGRAM_MAX = 5, CHAR_NGRAM_MAX = 8 };

/* Longer words are cut to this many bytes for their character n-grams, so that a hostile word costs what it weighs. */
enum { CHAR_NGRAM_WORD_MAX = 64 };

/* Where hashes begin: they keep the kinds of features apart. */
enum { FEATURE_SEED_WORD = 1, FEATURE_SEED_NEGATED = 2, FEATURE_SEED_CHAR = 3, FEATURE_SEED_START = 4, FEATURE_SEED_END = 5 };

/* A token that takes part in n-grams, or a mark at the statement's start or end. */
struct term {
    uint64_t hash;
    const struct token *token; /* NULL for a mark */
    bool negated;              /* in the scope of a negation; false where the options do not ask for it */
};

/* One occurrence of a word n-gram, or of a word under negation. */
struct ngram {
    uint64_t hash;
    size_t first; /* index of its first term */
    unsigned n;   /* its length in terms; 0 for a word under negation */
};

/* A distinct word of the statement. */
struct word_type {
    uint64_t hash;             /* the token's */
    uint64_t unigram;          /* the hash of the feature that the word alone is */
    const struct token *token; /* its first occurrence */
    uint32_t count;
};

struct char_ngram {
    uint64_t hash;
    uint16_t start, end; /* bytes of the word between < and > */
};

struct feature_list {
    struct {
        struct term *data;
        size_t n, capacity;
    } terms;
    struct {
        struct ngram *data;
        size_t n, capacity;
    } ngrams;
    struct {
        struct word_type *data;
        size_t n, capacity;
    } types; /* ascending by hash; filled only where the options ask for character n-grams */
};

struct char_ngram_array {
    struct char_ngram *data;
    size_t n, capacity;
};

/* An error where an option is out of its range, or where the options select nothing. */
enum stance_status feature_check_options(const struct stance_feature_options *options, struct stance_error *error);

/* Whether a token has character n-grams where the options ask for them. */
static inline bool feature_has_chars(const struct token *token) {
    return token->type == TOKEN_WORD || token->type == TOKEN_HASHTAG || token->type == TOKEN_HANDLE;
}

/* Whether a token takes part in n-grams: punctuation does not, except for the marks that make a question or a cry. */
static inline bool feature_is_term(const struct token *token) {
    return token->type != TOKEN_PUNCTUATION || (token->len == 1 && (token->text[0] == '?' || token->text[0] == '!'));
}

bool feature_is_negator_word(const struct token *word);

/* Whether a token begins the scope of a negation, which goes on behind it up to the end of the clause. Most words are ruled out by
 * their first letter and length. */
static inline bool feature_is_negator(const struct token *token) {
    static const uint16_t lengths[32] = {['n' & 31] = 1U << 2 | 1U << 3 | 1U << 4 | 1U << 5 | 1U << 6 | 1U << 7,
                                         ['w' & 31] = 1U << 7,
                                         ['h' & 31] = 1U << 6,
                                         ['s' & 31] = 1U << 8};
    const size_t len = token->len < 15 ? token->len : 15;
    return (lengths[(unsigned char)token->text[0] & 31U] >> len & 1U) != 0 && token->type == TOKEN_WORD &&
           feature_is_negator_word(token);
}

/* The hash of the feature that a word alone is, from that of the token, which is mixed already; that of a longer n-gram is appended
 * to it. */
static inline uint64_t feature_unigram(uint64_t token_hash) { return token_hash ^ FEATURE_SEED_WORD; }

/* Replaces what `list` holds; it borrows from `tokens`. */
enum stance_status feature_extract(struct feature_list *list, const struct token_array *tokens,
                                   const struct stance_feature_options *options, struct stance_error *error);

/* Replaces what `ngrams` holds by the occurrences of the character n-grams of one word. */
enum stance_status feature_char_ngrams(struct char_ngram_array *ngrams, const struct token *word,
                                       const struct stance_feature_options *options, struct stance_error *error);

/* Appends the name of a feature to `name`. */
enum stance_status feature_name(const struct feature_list *list, const struct ngram *ngram, struct byte_array *name,
                                struct stance_error *error);
enum stance_status feature_char_name(const struct token *word, const struct char_ngram *ngram, struct byte_array *name,
                                     struct stance_error *error);

void feature_free(struct feature_list *list);

#endif
