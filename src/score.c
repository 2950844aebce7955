#include "score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "feature.h"
#include "hash.h"
#include "prefetch.h"
#include "summand.h"
#include "tally.h"
#include "vector.h"
#include "vocabulary.h"
#include "word_cache.h"

/* Features are looked up so many at a time, so that memory is asked for early. */
enum { BATCH = 64, LOOK_UPS_MAX = WORD_NGRAM_MAX + 1, WORDS_AHEAD = 8 };

struct batch {
    struct tally *tally; /* counts the features that the model knows, by id */
    uint64_t *end;       /* of those that wait */
    uint64_t hashes[BATCH];
};

/* A distinct word of the text. */
struct word {
    const struct word_memo *memo; /* NULL where the cache has no room for it */
    size_t spilled;               /* then its index among those */
};

struct scorer {
    const struct stance_model *model;
    size_t n_labels;
    bool has_unigrams, has_chars;
    struct feature_list features; /* its terms alone */
    struct batch batch;
    struct tally ngrams; /* of the text, apart from its words where those have memos */
    struct tally chars;  /* of one word */
    struct {
        struct word *data;
        size_t n, capacity;
    } words; /* in the order in which they first occur; none where no character n-grams are asked for */
    struct word_cache cache;
    struct tally spilled;            /* the words that the cache has no room for, by the token's hash */
    struct byte_array spilled_memos; /* a struct word_memo each */
    struct char_ngram_array char_ngrams;
    struct summand_array word_block, char_block;
    double *word_sums, *char_sums; /* n_labels each, before normalisation */
};

enum stance_status scorer_new(struct scorer **new_scorer, const struct stance_model *model, struct stance_error *error) {
    struct scorer *scorer = array_new(1, sizeof *scorer, error);
    if (scorer == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    scorer->model = model;
    scorer->n_labels = model->header->n_labels;
    scorer->has_unigrams = model->options.word_min == 1 && model->options.word_max >= 1;
    scorer->has_chars = model->options.char_max > 0;
    scorer->word_sums = array_new(scorer->n_labels, sizeof(double), error);
    scorer->char_sums = array_new(scorer->n_labels, sizeof(double), error);
    if (scorer->word_sums == NULL || scorer->char_sums == NULL ||
        (scorer->has_chars && word_cache_init(&scorer->cache, scorer->n_labels, error) != STANCE_OK)) {
        scorer_free(scorer);
        return STANCE_ERROR_MEMORY;
    }
    *new_scorer = scorer;
    return STANCE_OK;
}

void scorer_free(struct scorer *scorer) {
    if (scorer == NULL) {
        return;
    }
    feature_free(&scorer->features);
    tally_free(&scorer->ngrams);
    tally_free(&scorer->chars);
    tally_free(&scorer->spilled);
    free(scorer->spilled_memos.data);
    free(scorer->words.data);
    free(scorer->char_ngrams.data);
    word_cache_free(&scorer->cache);
    free(scorer->word_block.data);
    free(scorer->char_block.data);
    free(scorer->word_sums);
    free(scorer->char_sums);
    free(scorer);
}

/* --- Looking up ---------------------------------------------------------------------------------------------------------- */

/* Features that are probably known: the id that goes with the tag, and the hash that shall be its own. */
struct candidates {
    size_t n;
    uint32_t ids[BATCH];
    uint64_t hashes[BATCH];
};

static inline void add_candidate(struct candidates *candidates, uint32_t id, uint64_t hash, bool keep) {
    candidates->ids[candidates->n] = id;
    candidates->hashes[candidates->n] = hash;
    candidates->n += keep;
}

/* Most look-ups end at their first slot, which is free or holds the tag; which of the two nobody can foresee, so there is no branch
 * on it. */
static void find_candidates(struct candidates *found, const struct batch *batch, const struct stance_model *model) {
    struct candidates rest;
    rest.n = 0;
    const uint32_t n_features = model->header->n_features;
    for (const uint64_t *hash = batch->hashes; hash < batch->end; hash++) {
        const struct model_slot slot = *model_slot(model, *hash);
        const bool is_taken = slot.id != 0, is_hit = slot.tag == (uint32_t)(*hash >> 32) && slot.id - 1 < n_features;
        add_candidate(found, slot.id - 1, *hash, is_hit);
        add_candidate(&rest, 0, *hash, is_taken && !is_hit);
    }
    for (size_t i = 0; i < rest.n; i++) {
        const uint32_t id = model_find_tag(model, rest.hashes[i]);
        add_candidate(found, id, rest.hashes[i], id != VOCABULARY_NONE);
    }
    for (size_t i = 0; i < found->n; i++) {
        PREFETCH(model_row(model, found->ids[i]));
    }
}

/* Counts the features of the batch and empties it. */
static enum stance_status flush(struct scorer *scorer, struct stance_error *error) {
    const struct stance_model *model = scorer->model;
    struct tally *tally = scorer->batch.tally;
    struct candidates found;
    found.n = 0;
    find_candidates(&found, &scorer->batch, model);
    scorer->batch.end = scorer->batch.hashes;
    TRY(tally_reserve(tally, found.n, error));
    for (size_t i = 0; i < found.n; i++) {
        uint32_t id = found.ids[i];
        if (model_row(model, id)->hash != found.hashes[i]) { /* another feature has the same tag */
            id = model_find(model, found.hashes[i]);
        }
        if (id != VOCABULARY_NONE) {
            (void)tally_count(tally, id);
        }
    }
    return STANCE_OK;
}

/* Makes room for as many look-ups as a term or a character can need. */
static inline enum stance_status make_room(struct scorer *scorer, struct stance_error *error) {
    return scorer->batch.hashes + BATCH - scorer->batch.end >= LOOK_UPS_MAX ? STANCE_OK : flush(scorer, error);
}

static inline uint64_t *put_look_up(const struct scorer *scorer, uint64_t hash, uint64_t *out) {
    PREFETCH(model_slot(scorer->model, hash));
    *out = hash;
    return out + 1;
}

/* --- Summing up ---------------------------------------------------------------------------------------------------------- */

/* The factor that brings a block of features to norm 1. */
static double norm_of(const struct scorer *scorer, double squares) {
    return scorer->model->options.normalise && squares > 0.0 ? 1.0 / sqrt(squares) : 1.0;
}

/* There must be room in the block; returns the value. */
static inline double put_feature(const struct scorer *scorer, struct summand_array *block, uint32_t id, uint32_t count) {
    const struct model_row *row = model_row(scorer->model, id);
    const struct stance_feature_options *options = &scorer->model->options;
    const double value = vector_tf(options->tf, count) * (options->idf ? (double)row->idf : 1.0);
    block->data[block->n++] = (struct summand){.value = value, .weights = row->weights};
    return value;
}

/* Adds the squares of the values to `*squares`. */
static enum stance_status add_features(const struct scorer *scorer, struct summand_array *block, const struct tally *tally,
                                       double *squares, struct stance_error *error) {
    TRY(array_reserve(block, block->n + tally->items.n, error));
    double sum = *squares;
    for (size_t i = 0; i < tally->items.n; i++) {
        const double value = put_feature(scorer, block, (uint32_t)tally->items.data[i].key, tally->items.data[i].count);
        sum += value * value;
    }
    *squares = sum;
    return STANCE_OK;
}

/* --- Words --------------------------------------------------------------------------------------------------------------- */

static enum stance_status count_chars(struct scorer *scorer, const struct token *word, struct stance_error *error) {
    TRY(feature_char_ngrams(&scorer->char_ngrams, word, &scorer->model->options, error));
    tally_clear(&scorer->chars);
    scorer->batch.tally = &scorer->chars;
    for (size_t i = 0; i < scorer->char_ngrams.n; i++) {
        TRY(make_room(scorer, error));
        scorer->batch.end = put_look_up(scorer, scorer->char_ngrams.data[i].hash, scorer->batch.end);
    }
    return flush(scorer, error);
}

/* The weight of a word that stands once. */
static double weigh_word(const struct stance_model *model, uint32_t unigram) {
    if (!model->options.idf) {
        return 1.0;
    }
    return unigram == VOCABULARY_NONE ? model->unknown_idf : (double)model_row(model, unigram)->idf;
}

static enum stance_status work_out(struct scorer *scorer, const struct token *word, struct word_memo *memo,
                                   struct stance_error *error) {
    const struct stance_model *model = scorer->model;
    struct summand_array *block = &scorer->char_block;
    TRY(count_chars(scorer, word, error));
    double squares = 0.0;
    block->n = 0;
    TRY(add_features(scorer, block, &scorer->chars, &squares, error));
    summand_add_floats(memo->heads, block, scorer->n_labels);
    const double norm = norm_of(scorer, squares);
    for (size_t label = 0; label < scorer->n_labels; label++) {
        memo->heads[label] *= norm;
    }
    memo->unigram = scorer->has_unigrams ? model_find(model, feature_unigram(word->hash)) : VOCABULARY_NONE;
    memo->weight = weigh_word(model, memo->unigram);
    memo->n_known = (uint32_t)scorer->chars.items.n;
    return STANCE_OK;
}

static inline enum stance_status add_word(struct scorer *scorer, struct word word, struct stance_error *error) {
    if (scorer->words.n == scorer->words.capacity) {
        TRY(array_reserve(&scorer->words, scorer->words.n + 1, error));
    }
    scorer->words.data[scorer->words.n++] = word;
    return STANCE_OK;
}

static struct word_memo *spilled_memo(const struct scorer *scorer, size_t i) {
    return (struct word_memo *)(void *)(scorer->spilled_memos.data + i * scorer->cache.memo_size);
}

static enum stance_status count_spilled(struct scorer *scorer, const struct token *token, struct stance_error *error) {
    TRY(tally_reserve(&scorer->spilled, 1, error));
    const size_t i = tally_count(&scorer->spilled, token->hash);
    if (scorer->spilled.items.data[i].count > 1) {
        return STANCE_OK;
    }
    TRY(array_reserve(&scorer->spilled_memos, (i + 1) * scorer->cache.memo_size, error));
    TRY(work_out(scorer, token, spilled_memo(scorer, i), error));
    return add_word(scorer, (struct word){.spilled = i}, error);
}

static inline enum stance_status count_word(struct scorer *scorer, const struct token *token, struct stance_error *error) {
    struct word_memo *memo = word_cache_find(&scorer->cache, token);
    if (memo == NULL) {
        memo = word_cache_room(&scorer->cache, token);
        if (memo == NULL) {
            return count_spilled(scorer, token, error);
        }
        TRY(work_out(scorer, token, memo, error));
        word_cache_keep(memo, token);
    } else if (memo->round == scorer->cache.round) {
        memo->count++;
        return STANCE_OK;
    }
    if (memo->unigram != VOCABULARY_NONE) {
        PREFETCH(model_row(scorer->model, memo->unigram));
    }
    memo->round = scorer->cache.round;
    memo->count = 1;
    return add_word(scorer, (struct word){.memo = memo}, error);
}

static inline bool has_memo(const struct scorer *scorer, const struct term *term) {
    return scorer->has_chars && feature_has_chars(term);
}

static enum stance_status count_words(struct scorer *scorer, struct stance_error *error) {
    const struct term *terms = scorer->features.terms.data;
    const size_t n = scorer->features.terms.n;
    word_cache_begin(&scorer->cache);
    tally_clear(&scorer->spilled);
    for (size_t i = 0; i < n; i++) {
        word_cache_prefetch(&scorer->cache, terms[i + WORDS_AHEAD < n ? i + WORDS_AHEAD : i].hash);
        if (feature_has_chars(&terms[i])) {
            TRY(count_word(scorer, terms[i].token, error));
        }
    }
    return STANCE_OK;
}

/* What is known of the text while it is summed up. */
struct sums {
    double word_squares, char_squares; /* of the values in either block */
    size_t n_chars;                    /* known character n-grams */
};

/* Puts the words' unigrams into one block and their character n-grams into the other. */
static enum stance_status add_words(struct scorer *scorer, struct sums *sums, struct stance_error *error) {
    struct summand_array *words = &scorer->word_block, *chars = &scorer->char_block;
    TRY(array_reserve(words, scorer->words.n, error));
    TRY(array_reserve(chars, scorer->words.n, error));
    for (size_t i = 0; i < scorer->words.n; i++) {
        const struct word *word = &scorer->words.data[i];
        const struct word_memo *memo = word->memo != NULL ? word->memo : spilled_memo(scorer, word->spilled);
        const uint32_t count = word->memo != NULL ? memo->count : scorer->spilled.items.data[word->spilled].count;
        const double weight = vector_tf(scorer->model->options.tf, count) * memo->weight;
        chars->data[chars->n++] = (struct summand){.value = weight, .weights = memo->heads};
        sums->char_squares += weight * weight;
        sums->n_chars += memo->n_known;
        if (memo->unigram != VOCABULARY_NONE) {
            const double value = put_feature(scorer, words, memo->unigram, count);
            sums->word_squares += value * value;
        }
    }
    return STANCE_OK;
}

/* --- Texts --------------------------------------------------------------------------------------------------------------- */

/* The n-grams that begin at a term, as in feature.c; a word that has a memo brings its unigram with it. */
static inline uint64_t *put_ngrams(const struct scorer *scorer, const struct term *terms, size_t n_terms, uint64_t *out) {
    const struct stance_feature_options *options = &scorer->model->options;
    const size_t longest = options->word_max < n_terms ? options->word_max : n_terms;
    uint64_t hash = feature_unigram(terms[0].hash);
    if (scorer->has_unigrams && terms[0].token != NULL && !has_memo(scorer, &terms[0])) {
        out = put_look_up(scorer, hash, out);
    }
    for (size_t n = 2; n <= longest; n++) {
        hash = hash_append(hash, terms[n - 1].hash);
        if (n >= options->word_min) {
            out = put_look_up(scorer, hash, out);
        }
    }
    return terms[0].negated ? put_look_up(scorer, hash_append(FEATURE_SEED_NEGATED, terms[0].hash), out) : out;
}

static enum stance_status count_ngrams(struct scorer *scorer, struct stance_error *error) {
    const size_t n = scorer->features.terms.n;
    tally_clear(&scorer->ngrams);
    scorer->batch.tally = &scorer->ngrams;
    for (size_t i = 0; i < n; i++) {
        TRY(make_room(scorer, error));
        scorer->batch.end = put_ngrams(scorer, scorer->features.terms.data + i, n - i, scorer->batch.end);
    }
    return flush(scorer, error);
}

static void sum_up(struct scorer *scorer, const struct sums *sums, double *decision) {
    const struct model_head *heads = scorer->model->heads;
    summand_add_floats(scorer->word_sums, &scorer->word_block, scorer->n_labels);
    summand_add_doubles(scorer->char_sums, &scorer->char_block, scorer->n_labels);
    const double word_norm = norm_of(scorer, sums->word_squares), char_norm = norm_of(scorer, sums->char_squares);
    for (size_t label = 0; label < scorer->n_labels; label++) {
        decision[label] = heads[label].bias + word_norm * scorer->word_sums[label] + char_norm * scorer->char_sums[label];
    }
}

enum stance_status scorer_decide(struct scorer *scorer, const struct token_array *tokens, double *decision, size_t *n_features,
                                 struct stance_error *error) {
    struct sums sums = {.n_chars = 0};
    scorer->batch.end = scorer->batch.hashes; /* a call that failed may have left some */
    scorer->words.n = 0;
    TRY(feature_terms(&scorer->features, tokens, &scorer->model->options, error));
    if (scorer->has_chars) {
        TRY(count_words(scorer, error));
    }
    TRY(count_ngrams(scorer, error));
    scorer->word_block.n = scorer->char_block.n = 0;
    TRY(add_words(scorer, &sums, error));
    TRY(add_features(scorer, &scorer->word_block, &scorer->ngrams, &sums.word_squares, error));
    sum_up(scorer, &sums, decision);
    *n_features = scorer->word_block.n + sums.n_chars;
    return STANCE_OK;
}
