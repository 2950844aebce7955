#include "score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "feature.h"
#include "hash.h"
#include "id_set.h"
#include "lookup.h"
#include "presence.h"
#include "summand.h"
#include "tally.h"
#include "vector.h"
#include "vocabulary.h"
#include "word_cache.h"

enum { LOOK_UPS_MAX = WORD_NGRAM_MAX + 1, WORDS_AHEAD = 4 };

/* Features of a text, or of a word, on their way into sums. */
struct batch {
    double *sums;                 /* of those that the model knows, see summand.h */
    struct id_set seen;           /* which these are, where only their presence counts; */
    struct tally tally;           /* else how often each occurred, by id, */
    struct summand_array counted; /* and what it adds where it occurs once */
    uint64_t *end;                /* of the look-ups that wait */
    uint64_t hashes[LOOKUP_MAX];
};

/* The n-grams that end at the last term, by their length less one: the next term makes them longer. */
struct tails {
    uint64_t hashes[WORD_NGRAM_MAX];
    unsigned n, n_max; /* of these that count; of these that can, one for each length but the longest */
    unsigned put_from; /* these are n-grams to look up */
};

struct scorer {
    const struct stance_model *model;
    size_t n_labels, n_pairs; /* n_pairs: of the sums of a batch */
    bool has_counts;
    bool has_words;      /* words have character n-grams, and are remembered with these; else a word is an n-gram like others */
    struct batch ngrams; /* of the text */
    struct batch chars;  /* of one word */
    struct {
        const struct word_memo **data;
        size_t n, capacity;
    } words; /* distinct ones of the text, but for those that the cache has no room for: */
    struct word_cache cache;
    struct tally spilled;            /* these, by the token's hash, */
    struct byte_array spilled_memos; /* and a struct word_memo for each */
    struct char_ngram_array char_ngrams;
    double *sums;   /* of the text: as ngrams.sums, and as many of character n-grams */
    size_t n_known; /* features of words */
    struct tails tails;
    bool is_negated; /* the last token was in the scope of a negation, or began one */
};

static enum stance_status init_batch(const struct scorer *scorer, struct batch *batch, struct stance_error *error) {
    batch->end = batch->hashes;
    return scorer->has_counts ? STANCE_OK : id_set_init(&batch->seen, scorer->model->header->n_features, error);
}

static enum stance_status init(struct scorer *scorer, struct stance_error *error) {
    const size_t n_sums = 2 * scorer->n_pairs;
    scorer->sums = array_new(2 * n_sums, sizeof *scorer->sums, error);
    if (scorer->sums == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    scorer->ngrams.sums = scorer->sums;
    TRY(init_batch(scorer, &scorer->ngrams, error));
    if (!scorer->has_words) {
        return STANCE_OK;
    }
    scorer->chars.sums = array_new(n_sums, sizeof *scorer->chars.sums, error);
    if (scorer->chars.sums == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    TRY(init_batch(scorer, &scorer->chars, error));
    return word_cache_init(&scorer->cache, 2 * n_sums, error);
}

enum stance_status scorer_new(struct scorer **new_scorer, const struct stance_model *model, struct stance_error *error) {
    struct scorer *scorer = array_new(1, sizeof *scorer, error);
    if (scorer == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    scorer->model = model;
    scorer->n_labels = model->header->n_labels;
    scorer->n_pairs = summand_n_pairs(scorer->n_labels);
    scorer->has_words = model->options.char_max > 0;
    scorer->has_counts = model->options.tf != STANCE_TF_PRESENCE;
    if (init(scorer, error) != STANCE_OK) {
        scorer_free(scorer);
        return STANCE_ERROR_MEMORY;
    }
    *new_scorer = scorer;
    return STANCE_OK;
}

static void free_batch(struct batch *batch) {
    tally_free(&batch->tally);
    id_set_free(&batch->seen);
    free(batch->counted.data);
}

void scorer_free(struct scorer *scorer) {
    if (scorer == NULL) {
        return;
    }
    free_batch(&scorer->ngrams);
    free_batch(&scorer->chars);
    tally_free(&scorer->spilled);
    free(scorer->spilled_memos.data);
    free((void *)scorer->words.data);
    free(scorer->char_ngrams.data);
    word_cache_free(&scorer->cache);
    free(scorer->chars.sums);
    free(scorer->sums);
    free(scorer);
}

/* --- Features ------------------------------------------------------------------------------------------------------------ */

static inline struct summand summand_of(const struct model_row *row, bool has_idf) {
    return (struct summand){.value = has_idf ? (double)row->idf : 1.0, .row = row};
}

static enum stance_status count_found(struct batch *batch, const struct lookup *found, bool has_idf, struct stance_error *error) {
    TRY(tally_reserve(&batch->tally, found->n, error));
    TRY(array_reserve(&batch->counted, batch->tally.counts.n + found->n, error));
    for (size_t i = 0; i < found->n; i++) {
        if (lookup_is_known(found, i)) {
            const size_t item = tally_count(&batch->tally, found->ids[i]);
            batch->counted.data[item] = summand_of(found->rows[i], has_idf);
        }
    }
    return STANCE_OK;
}

static enum stance_status add_found(const struct scorer *scorer, struct batch *batch, const struct lookup *found,
                                    struct stance_error *error) {
    TRY(id_set_reserve(&batch->seen, found->n, error));
    presence_add(batch->sums, &batch->seen, found, scorer->n_pairs, scorer->model->options.idf);
    return STANCE_OK;
}

/* Counts the features that wait, or adds up those that are new, and empties the batch. */
static enum stance_status flush(const struct scorer *scorer, struct batch *batch, struct stance_error *error) {
    struct lookup found;
    lookup_find(&found, scorer->model, batch->hashes, (size_t)(batch->end - batch->hashes));
    batch->end = batch->hashes;
    return scorer->has_counts ? count_found(batch, &found, scorer->model->options.idf, error)
                              : add_found(scorer, batch, &found, error);
}

/* Begins a text or a word. */
static void begin_batch(const struct scorer *scorer, struct batch *batch) {
    if (scorer->has_counts) {
        tally_clear(&batch->tally);
    } else {
        id_set_clear(&batch->seen);
    }
    memset(batch->sums, 0, 2 * scorer->n_pairs * sizeof *batch->sums);
    batch->end = batch->hashes; /* a call that failed may have left some */
}

/* Ends it: what was counted is added up, and the squares of the values are sums[0]. Returns the number of features known. */
static size_t end_batch(const struct scorer *scorer, struct batch *batch) {
    if (!scorer->has_counts) {
        return batch->seen.n;
    }
    const size_t n = batch->tally.counts.n;
    double squares = 0.0;
    for (size_t i = 0; i < n; i++) {
        struct summand *summand = &batch->counted.data[i];
        summand->value *= vector_tf(scorer->model->options.tf, batch->tally.counts.data[i]);
        squares += summand->value * summand->value;
    }
    summand_add(batch->sums, batch->counted.data, n, 0, scorer->n_pairs);
    batch->sums[0] = squares;
    return n;
}

/* Whether a term or a character may need more look-ups than there is room for. */
static inline bool is_full(const struct batch *batch, const uint64_t *end) {
    return batch->hashes + LOOKUP_MAX - end < LOOK_UPS_MAX;
}

/* The factor that brings features whose values have this sum of squares to norm 1. */
static double norm_of(const struct scorer *scorer, double squares) {
    return scorer->model->options.normalise && squares > 0.0 ? 1.0 / sqrt(squares) : 1.0;
}

/* --- Words --------------------------------------------------------------------------------------------------------------- */

static enum stance_status add_chars(struct scorer *scorer, const struct token *word, struct stance_error *error) {
    struct batch *batch = &scorer->chars;
    TRY(feature_char_ngrams(&scorer->char_ngrams, word, &scorer->model->options, error));
    begin_batch(scorer, batch);
    for (size_t i = 0; i < scorer->char_ngrams.n; i++) {
        if (is_full(batch, batch->end)) {
            TRY(flush(scorer, batch, error));
        }
        *batch->end++ = scorer->char_ngrams.data[i].hash;
    }
    return flush(scorer, batch, error);
}

/* The share of a word's character n-grams, which weigh together what the word does. */
static enum stance_status work_out_chars(struct scorer *scorer, const struct token *word, struct word_memo *memo, double weight,
                                         struct stance_error *error) {
    double *shares = memo->shares + 2 * scorer->n_pairs;
    const double *sums = scorer->chars.sums;
    TRY(add_chars(scorer, word, error));
    memo->n_known += (uint32_t)end_batch(scorer, &scorer->chars);
    const double factor = weight * norm_of(scorer, sums[0]);
    shares[0] = weight * weight;
    for (size_t i = 1; i <= scorer->n_labels; i++) {
        shares[i] = factor * sums[i];
    }
    return STANCE_OK;
}

static const struct model_row *find_unigram(const struct stance_model *model, const struct token *word) {
    const bool has_unigrams = model->options.word_min == 1 && model->options.word_max >= 1;
    const uint32_t id = has_unigrams ? model_find(model, feature_unigram(word->hash)) : VOCABULARY_NONE;
    return id != VOCABULARY_NONE ? model_row(model, id) : NULL;
}

/* The weight of a word that stands once. */
static double weigh_word(const struct stance_model *model, const struct model_row *unigram) {
    if (!model->options.idf) {
        return 1.0;
    }
    return unigram != NULL ? (double)unigram->idf : model->unknown_idf;
}

static enum stance_status work_out(struct scorer *scorer, const struct token *word, struct word_memo *memo,
                                   struct stance_error *error) {
    const struct model_row *unigram = find_unigram(scorer->model, word);
    const double weight = weigh_word(scorer->model, unigram);
    memset(memo->shares, 0, scorer->cache.n_shares * sizeof *memo->shares);
    memo->n_known = unigram != NULL;
    if (unigram != NULL) {
        memo->shares[0] = weight * weight;
        for (size_t label = 0; label < scorer->n_labels; label++) {
            memo->shares[1 + label] = weight * (double)unigram->weights[label];
        }
    }
    return feature_has_chars(word) ? work_out_chars(scorer, word, memo, weight, error) : STANCE_OK;
}

static struct word_memo *spilled_memo(const struct scorer *scorer, size_t i) {
    return (struct word_memo *)(void *)(scorer->spilled_memos.data + i * scorer->cache.memo_size);
}

static enum stance_status count_spilled(struct scorer *scorer, const struct token *token, struct stance_error *error) {
    TRY(tally_reserve(&scorer->spilled, 1, error));
    const size_t i = tally_count(&scorer->spilled, token->hash);
    if (scorer->spilled.counts.data[i] > 1) {
        return STANCE_OK;
    }
    TRY(array_reserve(&scorer->spilled_memos, (i + 1) * scorer->cache.memo_size, error));
    return work_out(scorer, token, spilled_memo(scorer, i), error);
}

static enum stance_status learn_word(struct scorer *scorer, const struct token *token, struct word_memo **memo,
                                     struct stance_error *error) {
    *memo = word_cache_room(&scorer->cache, token);
    if (*memo == NULL) {
        return count_spilled(scorer, token, error);
    }
    TRY(work_out(scorer, token, *memo, error));
    word_cache_keep(*memo, token);
    return STANCE_OK;
}

/* Which words are new to the text nobody can foresee, so there is no branch on it. */
static inline enum stance_status count_word(struct scorer *scorer, const struct token *token, struct stance_error *error) {
    struct word_memo *memo = word_cache_find(&scorer->cache, token);
    if (memo == NULL) {
        TRY(learn_word(scorer, token, &memo, error));
        if (memo == NULL) {
            return STANCE_OK;
        }
    }
    const bool is_new = memo->round != scorer->cache.round;
    memo->round = scorer->cache.round;
    memo->count = is_new ? 1 : memo->count + 1;
    scorer->words.data[scorer->words.n] = memo;
    scorer->words.n += is_new;
    return STANCE_OK;
}

/* Adds what a word that occurred so often has a share of; the squares are those of the values. */
static void add_counted(struct scorer *scorer, const struct word_memo *memo, uint32_t count) {
    const double tf = vector_tf(scorer->model->options.tf, count);
    for (size_t i = 0; i < scorer->cache.n_shares; i++) {
        scorer->sums[i] += (i % (2 * scorer->n_pairs) == 0 ? tf * tf : tf) * memo->shares[i];
    }
    scorer->n_known += memo->n_known;
}

/* Adds the words so far, whose counts are known or do not matter. */
static void add_words(struct scorer *scorer) {
    const struct word_memo *const *words = scorer->words.data;
    const size_t n = scorer->words.n;
    scorer->words.n = 0;
    if (scorer->has_counts) {
        for (size_t i = 0; i < n; i++) {
            add_counted(scorer, words[i], words[i]->count);
        }
        return;
    }
    word_cache_add(&scorer->cache, scorer->sums, words, n);
    for (size_t i = 0; i < n; i++) {
        scorer->n_known += words[i]->n_known;
    }
}

static void add_spilled(struct scorer *scorer) {
    for (size_t i = 0; i < scorer->spilled.counts.n; i++) {
        add_counted(scorer, spilled_memo(scorer, i), scorer->spilled.counts.data[i]);
    }
}

/* --- Texts --------------------------------------------------------------------------------------------------------------- */

static inline uint64_t *put_ngram(struct tails *tails, unsigned n, uint64_t term, uint64_t *out) {
    *out = tails->hashes[n] = hash_append(tails->hashes[n - 1], term);
    return out + (n >= tails->put_from);
}

/* Puts the n-grams of two and more that end at a term; the hashes are those of feature.c. */
static inline uint64_t *put_ngrams(struct tails *tails, uint64_t term, uint64_t *out) {
    for (unsigned n = tails->n; n > 1; n--) {
        out = put_ngram(tails, n, term, out);
    }
    if (tails->n > 0) {
        out = put_ngram(tails, 1, term, out);
    }
    tails->hashes[0] = feature_unigram(term);
    tails->n += tails->n < tails->n_max;
    return out;
}

/* Puts the n-grams that a word ends, and counts it. */
static inline enum stance_status read_term(struct scorer *scorer, const struct token *token, bool is_negated, struct tails *tails,
                                           struct stance_error *error) {
    struct batch *batch = &scorer->ngrams;
    if (scorer->has_words) {
        TRY(count_word(scorer, token, error));
    }
    if (is_full(batch, batch->end)) {
        TRY(flush(scorer, batch, error));
    }
    uint64_t *out = put_ngrams(tails, token->hash, batch->end);
    *out = tails->hashes[0];
    out += tails->put_from == 0;
    if (is_negated) {
        *out++ = hash_append(FEATURE_SEED_NEGATED, token->hash);
    }
    batch->end = out;
    return STANCE_OK;
}

static inline void prefetch_words(const struct scorer *scorer, const struct token_array *tokens) {
    for (size_t i = 0; scorer->has_words && i < tokens->n && i < WORDS_AHEAD; i++) {
        word_cache_prefetch(&scorer->cache, tokens->data[i].hash);
    }
}

static inline enum stance_status read_tokens(struct scorer *scorer, const struct token_array *tokens, bool has_negation,
                                             struct stance_error *error) {
    struct tails tails = scorer->tails;
    bool is_negated = scorer->is_negated;
    prefetch_words(scorer, tokens);
    for (const struct token *token = tokens->data, *end = token + tokens->n; token < end; token++) {
        if (scorer->has_words) {
            word_cache_prefetch(&scorer->cache, token[end - token > WORDS_AHEAD ? WORDS_AHEAD : 0].hash);
        }
        if (has_negation) {
            is_negated = is_negated && !token_ends_clause(token);
        }
        if (feature_is_term(token)) {
            TRY(read_term(scorer, token, is_negated, &tails, error));
        }
        if (has_negation) {
            is_negated = is_negated || feature_is_negator(token);
        }
    }
    scorer->tails = tails;
    scorer->is_negated = is_negated;
    return STANCE_OK;
}

void scorer_begin(struct scorer *scorer) {
    const struct stance_feature_options *options = &scorer->model->options;
    scorer->tails = (struct tails){.n_max = options->word_max > 0 ? options->word_max - 1 : 0,
                                   .put_from = options->word_min > 0 ? options->word_min - 1 : WORD_NGRAM_MAX};
    if (scorer->has_words && scorer->tails.put_from == 0) {
        scorer->tails.put_from = 1; /* words count themselves */
    }
    scorer->is_negated = false;
    if (scorer->has_words) {
        word_cache_begin(&scorer->cache);
        tally_clear(&scorer->spilled);
    }
    memset(scorer->sums, 0, 4 * scorer->n_pairs * sizeof *scorer->sums);
    begin_batch(scorer, &scorer->ngrams);
    scorer->words.n = scorer->n_known = 0;
    if (options->boundaries) {
        (void)put_ngrams(&scorer->tails, FEATURE_SEED_START, scorer->ngrams.end);
    }
}

enum stance_status scorer_read(struct scorer *scorer, const struct token_array *tokens, struct stance_error *error) {
    TRY(array_reserve(&scorer->words, scorer->words.n + tokens->n + 1, error));
    TRY(scorer->model->options.negation ? read_tokens(scorer, tokens, true, error) : read_tokens(scorer, tokens, false, error));
    if (!scorer->has_counts) {
        add_words(scorer);
    }
    return STANCE_OK;
}

static enum stance_status put_end(struct scorer *scorer, struct stance_error *error) {
    struct batch *batch = &scorer->ngrams;
    if (!scorer->model->options.boundaries) {
        return STANCE_OK;
    }
    if (is_full(batch, batch->end)) {
        TRY(flush(scorer, batch, error));
    }
    batch->end = put_ngrams(&scorer->tails, FEATURE_SEED_END, batch->end);
    return STANCE_OK;
}

static void decide(const struct scorer *scorer, double *decision) {
    const struct model_head *heads = scorer->model->heads;
    const double *words = scorer->sums, *chars = words + 2 * scorer->n_pairs;
    const double word_norm = norm_of(scorer, words[0]), char_norm = norm_of(scorer, chars[0]);
    for (size_t label = 0; label < scorer->n_labels; label++) {
        decision[label] = heads[label].bias + word_norm * words[1 + label] + char_norm * chars[1 + label];
    }
}

enum stance_status scorer_decide(struct scorer *scorer, double *decision, size_t *n_features, struct stance_error *error) {
    TRY(put_end(scorer, error));
    TRY(flush(scorer, &scorer->ngrams, error));
    const size_t n_ngrams = end_batch(scorer, &scorer->ngrams);
    add_words(scorer);
    add_spilled(scorer);
    decide(scorer, decision);
    *n_features = n_ngrams + scorer->n_known;
    return STANCE_OK;
}
