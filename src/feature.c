#include "feature.h"

#include <stdlib.h>
#include <string.h>

#include "status.h"
#include "utf8.h"

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

bool feature_is_negator_word(const struct token *word) {
    static const struct stance_string negators[] = {{"not", 3},     {"no", 2},      {"never", 5},  {"nor", 3},
                                                    {"neither", 7}, {"none", 4},    {"nobody", 6}, {"nothing", 7},
                                                    {"nowhere", 7}, {"without", 7}, {"hardly", 6}, {"scarcely", 8}};
    for (size_t i = 0; i < sizeof negators / sizeof negators[0]; i++) {
        if (negators[i].len == word->len && memcmp(negators[i].data, word->text, word->len) == 0) {
            return true;
        }
    }
    return false;
}

/* Marks the terms that stand in the scope of a negation. */
static void mark_negated(struct term *terms, const struct token_array *tokens) {
    bool negated = false;
    size_t n = 0;
    for (size_t i = 0; i < tokens->n; i++) {
        const struct token *token = &tokens->data[i];
        negated = negated && !token_ends_clause(token);
        if (feature_is_term(token)) {
            terms[n++].negated = negated;
        }
        negated = negated || feature_is_negator(token);
    }
}

static enum stance_status fill_terms(struct feature_list *list, const struct token_array *tokens,
                                     const struct stance_feature_options *options, struct stance_error *error) {
    TRY(array_reserve(&list->terms, tokens->n + 2, error));
    struct term *terms = list->terms.data;
    size_t n = 0;
    if (options->boundaries) {
        terms[n++] = (struct term){.hash = FEATURE_SEED_START};
    }
    for (size_t i = 0; i < tokens->n; i++) {
        if (feature_is_term(&tokens->data[i])) {
            terms[n++] = (struct term){.hash = tokens->data[i].hash, .token = &tokens->data[i]};
        }
    }
    if (options->boundaries) {
        terms[n++] = (struct term){.hash = FEATURE_SEED_END};
    }
    list->terms.n = n;
    if (options->negation) {
        mark_negated(terms + options->boundaries, tokens);
    }
    return STANCE_OK;
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
    uint64_t hash = 0;
    for (unsigned n = 1; n <= options->word_max && first + n <= list->terms.n; n++) {
        const uint64_t last = list->terms.data[first + n - 1].hash;
        hash = n == 1 ? feature_unigram(last) : hash_append(hash, last);
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
            const uint64_t hash = hash_append(FEATURE_SEED_NEGATED, list->terms.data[i].hash);
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
        const struct term *term = &list->terms.data[i];
        if (term->token != NULL && feature_has_chars(term->token)) {
            types[n++] =
                (struct word_type){.hash = term->hash, .unigram = feature_unigram(term->hash), .token = term->token, .count = 1};
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
    list->ngrams.n = list->types.n = 0;
    TRY(fill_terms(list, tokens, options, error));
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

/* The characters of a padded word, and where they begin. */
struct word_chars {
    uint32_t codes[CHAR_NGRAM_WORD_MAX + 2];
    uint16_t starts[CHAR_NGRAM_WORD_MAX + 3]; /* and the word's end */
    size_t n;
};

static void decode_word(struct word_chars *chars, const struct padded_word *word) {
    size_t n = 0;
    for (size_t i = 0; i < word->len;) {
        const struct utf8_char c = utf8_decode(word->text + i, word->len - i);
        chars->codes[n] = c.code;
        chars->starts[n++] = (uint16_t)i;
        i += c.len;
    }
    chars->starts[n] = (uint16_t)word->len;
    chars->n = n;
}

/* The n-grams that begin at character `first`; each hash grows from that of its head. A mark alone is no feature. */
static inline struct char_ngram *put_char_ngrams(struct char_ngram *out, const struct word_chars *chars, size_t first,
                                                 const struct stance_feature_options *options) {
    const size_t left = chars->n - first, longest = options->char_max < left ? options->char_max : left;
    const bool is_mark = first == 0 || left == 1;
    uint64_t hash = FEATURE_SEED_CHAR;
    for (size_t n = 1; n <= longest; n++) {
        hash = hash_append(hash, chars->codes[first + n - 1]);
        if (n >= options->char_min && !(n == 1 && is_mark)) {
            *out++ = (struct char_ngram){.hash = hash, .start = chars->starts[first], .end = chars->starts[first + n]};
        }
    }
    return out;
}

enum stance_status feature_char_ngrams(struct char_ngram_array *ngrams, const struct token *word,
                                       const struct stance_feature_options *options, struct stance_error *error) {
    const struct padded_word padded = pad(word);
    struct word_chars chars;
    decode_word(&chars, &padded);
    TRY(array_reserve(ngrams, chars.n * CHAR_NGRAM_MAX, error));
    struct char_ngram *out = ngrams->data;
    for (size_t first = 0; first < chars.n; first++) {
        out = put_char_ngrams(out, &chars, first, options);
    }
    ngrams->n = (size_t)(out - ngrams->data);
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
    case TOKEN_WORD:
    case TOKEN_HANDLE:
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
