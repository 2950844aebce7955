#include "feature.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "status.h"
#include "utf8.h"

/* Seeds that keep the kinds of features apart. */
enum { SEED_WORD = 1, SEED_NEGATED = 2, SEED_CHAR = 3, SEED_START = 4, SEED_END = 5 };

enum stance_status feature_check_options(const struct stance_feature_options *options, struct stance_error *error) {
    const bool words = options->word_max > 0, chars = options->char_max > 0;
    if (words && (options->word_min < 1 || options->word_min > options->word_max || options->word_max > WORD_NGRAM_MAX)) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "word n-grams of %u to %u: lengths go from 1 to %d, the smaller first",
                          options->word_min, options->word_max, WORD_NGRAM_MAX);
    }
    if (chars && (options->char_min < 1 || options->char_min > options->char_max || options->char_max > CHAR_NGRAM_MAX)) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "character n-grams of %u to %u: lengths go from 1 to %d, the smaller first",
                          options->char_min, options->char_max, CHAR_NGRAM_MAX);
    }
    if (!words && !chars) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "no features: ask for word n-grams, character n-grams, or both");
    }
    if (options->tf != STANCE_TF_PRESENCE && options->tf != STANCE_TF_COUNT && options->tf != STANCE_TF_LOG) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "unknown term frequency weighting %d", (int)options->tf);
    }
    if (options->min_df < 1) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "a minimum document frequency of 0: it starts at 1");
    }
    return STANCE_OK;
}

/* --- Terms --- */

static bool is_negator(const struct token *token) {
    static const char *const negators[] = {"not",    "no",      "never",   "nor",     "neither", "none",
                                           "nobody", "nothing", "nowhere", "without", "hardly",  "scarcely"};
    if (token->type != TOKEN_WORD || token->len < 2 || token->len > 8) {
        return false;
    }
    for (size_t i = 0; i < sizeof negators / sizeof negators[0]; i++) {
        if (strlen(negators[i]) == token->len && memcmp(negators[i], token->text, token->len) == 0) {
            return true;
        }
    }
    return false;
}

/* Punctuation takes no part in n-grams, except for the marks that make a question or a cry. */
static bool is_term(const struct token *token) {
    return token->type != TOKEN_PUNCTUATION || (token->len == 1 && (token->text[0] == '?' || token->text[0] == '!'));
}

static enum stance_status add_term(struct feature_list *list, struct term term, struct stance_error *error) {
    TRY(array_reserve(&list->terms, list->terms.n + 1, error));
    list->terms.data[list->terms.n++] = term;
    return STANCE_OK;
}

static enum stance_status fill_terms(struct feature_list *list, const struct token_array *tokens, bool boundaries,
                                     struct stance_error *error) {
    bool negated = false;
    if (boundaries) {
        TRY(add_term(list, (struct term){.hash = SEED_START}, error));
    }
    for (size_t i = 0; i < tokens->n; i++) {
        const struct token *token = &tokens->data[i];
        negated = negated && !token_ends_clause(token);
        if (is_term(token)) {
            TRY(add_term(list, (struct term){.hash = token->hash, .token = token, .negated = negated}, error));
        }
        negated = negated || is_negator(token);
    }
    return boundaries ? add_term(list, (struct term){.hash = SEED_END}, error) : STANCE_OK;
}

/* --- Word n-grams --- */

static enum stance_status add_ngram(struct feature_list *list, struct ngram ngram, struct stance_error *error) {
    TRY(array_reserve(&list->ngrams, list->ngrams.n + 1, error));
    list->ngrams.data[list->ngrams.n++] = ngram;
    return STANCE_OK;
}

/* The n-grams that begin at term `first`; each hash grows from that of its head. A boundary mark alone is no feature. */
static enum stance_status add_ngrams_at(struct feature_list *list, size_t first, const struct stance_feature_options *options,
                                        struct stance_error *error) {
    uint64_t hash = SEED_WORD;
    for (unsigned n = 1; n <= options->word_max && first + n <= list->terms.n; n++) {
        hash = hash_append(hash, list->terms.data[first + n - 1].hash);
        if (n >= options->word_min && (n > 1 || list->terms.data[first].token != NULL)) {
            TRY(add_ngram(list, (struct ngram){.hash = hash, .first = first, .n = n}, error));
        }
    }
    return STANCE_OK;
}

static enum stance_status fill_ngrams(struct feature_list *list, const struct stance_feature_options *options,
                                      struct stance_error *error) {
    for (size_t i = 0; i < list->terms.n; i++) {
        TRY(add_ngrams_at(list, i, options, error));
        if (options->negation && list->terms.data[i].negated) {
            const uint64_t hash = hash_append(SEED_NEGATED, list->terms.data[i].hash);
            TRY(add_ngram(list, (struct ngram){.hash = hash, .first = i, .n = 0}, error));
        }
    }
    return STANCE_OK;
}

/* --- Word types --- */

static int compare_types(const void *a, const void *b) {
    const struct word_type *x = a, *y = b;
    if (x->hash != y->hash) {
        return x->hash < y->hash ? -1 : 1;
    }
    return (x->token > y->token) - (x->token < y->token);
}

static enum stance_status fill_types(struct feature_list *list, struct stance_error *error) {
    TRY(array_reserve(&list->types, list->terms.n, error));
    struct word_type *types = list->types.data;
    size_t n = 0;
    for (size_t i = 0; i < list->terms.n; i++) {
        const struct token *token = list->terms.data[i].token;
        if (token != NULL && (token->type == TOKEN_WORD || token->type == TOKEN_HASHTAG)) {
            types[n++] =
                (struct word_type){.hash = token->hash, .unigram = hash_append(SEED_WORD, token->hash), .token = token, .count = 1};
        }
    }
    if (n > 1) {
        qsort(types, n, sizeof *types, compare_types);
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && types[kept - 1].hash == types[i].hash) {
            types[kept - 1].count++;
        } else {
            types[kept++] = types[i];
        }
    }
    list->types.n = kept;
    return STANCE_OK;
}

enum stance_status feature_extract(struct feature_list *list, const struct token_array *tokens,
                                   const struct stance_feature_options *options, struct stance_error *error) {
    list->terms.n = list->ngrams.n = list->types.n = 0;
    TRY(fill_terms(list, tokens, options->boundaries, error));
    TRY(fill_ngrams(list, options, error));
    return options->char_max > 0 ? fill_types(list, error) : STANCE_OK;
}

/* --- Character n-grams --- */

struct padded_word {
    char text[CHAR_NGRAM_WORD_MAX + 2];
    size_t len;
};

/* The word between its boundary marks, cut at a character where it is too long. */
static struct padded_word pad(const struct token *word) {
    struct padded_word padded;
    size_t len = word->len;
    if (len > CHAR_NGRAM_WORD_MAX) {
        len = CHAR_NGRAM_WORD_MAX;
        while (len > 0 && ((unsigned char)word->text[len] & 0xC0U) == 0x80U) {
            len--;
        }
    }
    padded.text[0] = '<';
    memcpy(padded.text + 1, word->text, len);
    padded.text[len + 1] = '>';
    padded.len = len + 2;
    return padded;
}

static enum stance_status add_char_ngrams_at(struct char_ngram_array *ngrams, const struct padded_word *word, size_t start,
                                             const struct stance_feature_options *options, struct stance_error *error) {
    uint64_t hash = SEED_CHAR;
    size_t end = start;
    for (unsigned n = 1; n <= options->char_max && end < word->len; n++) {
        const struct utf8_char c = utf8_decode(word->text + end, word->len - end);
        hash = hash_append(hash, c.code);
        end += c.len;
        const bool mark_alone = n == 1 && (start == 0 || end == word->len);
        if (n >= options->char_min && !mark_alone) {
            TRY(array_reserve(ngrams, ngrams->n + 1, error));
            ngrams->data[ngrams->n++] = (struct char_ngram){.hash = hash, .start = (uint16_t)start, .end = (uint16_t)end};
        }
    }
    return STANCE_OK;
}

enum stance_status feature_char_ngrams(struct char_ngram_array *ngrams, const struct token *word,
                                       const struct stance_feature_options *options, struct stance_error *error) {
    const struct padded_word padded = pad(word);
    ngrams->n = 0;
    for (size_t i = 0; i < padded.len; i += utf8_decode(padded.text + i, padded.len - i).len) {
        TRY(add_char_ngrams_at(ngrams, &padded, i, options, error));
    }
    return STANCE_OK;
}

/* --- Names --- */

static struct stance_string term_text(const struct feature_list *list, size_t i) {
    const struct token *token = list->terms.data[i].token;
    if (token == NULL) {
        return i == 0 ? (struct stance_string){"<s>", 3} : (struct stance_string){"</s>", 4};
    }
    switch (token->type) {
    case TOKEN_NUMBER: return (struct stance_string){"<number>", 8};
    case TOKEN_URL: return (struct stance_string){"<url>", 5};
    case TOKEN_EMAIL: return (struct stance_string){"<email>", 7};
    case TOKEN_HANDLE: return (struct stance_string){"<handle>", 8};
    case TOKEN_WORD:
    case TOKEN_HASHTAG:
    case TOKEN_EMOJI:
    case TOKEN_IDEOGRAPH:
    case TOKEN_PUNCTUATION: break;
    }
    return (struct stance_string){token->text, token->len};
}

enum stance_status feature_name(const struct feature_list *list, const struct ngram *ngram, struct byte_array *name,
                                struct stance_error *error) {
    TRY(byte_array_append(name, ngram->n > 0 ? "w:" : "n:", 2, error));
    for (size_t i = 0; i < (ngram->n > 0 ? ngram->n : 1); i++) {
        const struct stance_string text = term_text(list, ngram->first + i);
        TRY(byte_array_append(name, " ", i > 0, error));
        TRY(byte_array_append(name, text.data, text.len, error));
    }
    return STANCE_OK;
}

enum stance_status feature_char_name(const struct token *word, const struct char_ngram *ngram, struct byte_array *name,
                                     struct stance_error *error) {
    const struct padded_word padded = pad(word);
    TRY(byte_array_append(name, "c:", 2, error));
    return byte_array_append(name, padded.text + ngram->start, (size_t)(ngram->end - ngram->start), error);
}

void feature_free(struct feature_list *list) {
    free(list->terms.data);
    free(list->ngrams.data);
    free(list->types.data);
    *list = (struct feature_list){.terms = {.n = 0}};
}
