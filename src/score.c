#include "score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "feature.h"
#include "hash.h"
#include "id_set.h"
#include "prefetch.h"
#include "summand.h"
#include "tally.h"
#include "vector.h"
#include "vocabulary.h"
#include "word_cache.h"

/* Features are looked up so many at a time, so that memory is asked for early. */
enum { BATCH = 64, LOOK_UPS_MAX = WORD_NGRAM_MAX + 1, WORDS_AHEAD = 4 };

struct batch {
    struct tally tally;         /* counts the features that the model knows, by id; where only their presence counts */
    struct id_set seen;         /* they are here; */
    struct summand_array block; /* and so many summands, as if each occurred once */
    uint64_t *end;              /* of the look-ups that wait */
    uint64_t hashes[BATCH];
};

/* A distinct word of the text that is looked at again at its end: for how often it occurred, and where the cache had no room. */
struct word {
    const struct word_memo *memo;    /* NULL where the cache has no room for it, */
    size_t spilled;                  /* then its index among those */
    struct summand *unigram, *chars; /* what it put into the blocks; NULL for nothing */
};

/* The n-grams that end at the last term, by their length less one: the next term makes them longer. */
struct tails {
    uint64_t hashes[WORD_NGRAM_MAX];
    unsigned n, n_max; /* of these that count; of these that can, one for each length but the longest */
    unsigned put_from; /* these are n-grams of the model's lengths */
};

struct scorer {
    const struct stance_model *model;
    size_t n_labels;
    bool has_unigrams, has_chars, has_counts;
    struct batch ngrams; /* of the text, without its words */
    struct batch chars;  /* of one word */
    struct {
        struct word *data;
        size_t n, capacity;
    } words;
    struct word_cache cache;
    struct tally spilled;            /* the words that the cache has no room for, by the token's hash */
    struct byte_array spilled_memos; /* a struct word_memo each */
    struct char_ngram_array char_ngrams;
    struct summand_array word_block, char_block; /* of the text */
    size_t n_chars;                              /* known character n-grams */
    double *word_sums, *char_sums;               /* n_labels each, before normalisation */
};

static enum stance_status init_batches(struct scorer *scorer, struct stance_error *error) {
    const uint32_t n = scorer->model->header->n_features;
    if (scorer->has_counts) {
        return STANCE_OK; /* they are counted instead */
    }
    TRY(id_set_init(&scorer->ngrams.seen, n, error));
    return scorer->has_chars ? id_set_init(&scorer->chars.seen, n, error) : STANCE_OK;
}

enum stance_status scorer_new(struct scorer **new_scorer, const struct stance_model *model, struct stance_error *error) {
    struct scorer *scorer = array_new(1, sizeof *scorer, error);
    if (scorer == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    scorer->model = model;
    scorer->n_labels = model->header->n_labels;
    scorer->has_unigrams = model->options.word_min == 1 && model->options.word_max >= 1;
    scorer->has_chars = model->options.char_max > 0;
    scorer->has_counts = model->options.tf != STANCE_TF_PRESENCE;
    scorer->word_sums = array_new(scorer->n_labels, sizeof(double), error);
    scorer->char_sums = array_new(scorer->n_labels, sizeof(double), error);
    if (scorer->word_sums == NULL || scorer->char_sums == NULL || init_batches(scorer, error) != STANCE_OK ||
        word_cache_init(&scorer->cache, scorer->has_chars ? scorer->n_labels : 0, error) != STANCE_OK) {
        scorer_free(scorer);
        return STANCE_ERROR_MEMORY;
    }
    *new_scorer = scorer;
    return STANCE_OK;
}

static void free_batch(struct batch *batch) {
    tally_free(&batch->tally);
    id_set_free(&batch->seen);
    free(batch->block.data);
}

void scorer_free(struct scorer *scorer) {
    if (scorer == NULL) {
        return;
    }
    free_batch(&scorer->ngrams);
    free_batch(&scorer->chars);
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

/* Features that the model may know, on their way from the index to their rows. */
struct candidates {
    size_t n;
    uint64_t hashes[BATCH], probes[BATCH];
    uint32_t ids[BATCH]; /* at first what the index adds to the probe's rank */
    const struct model_row *rows[BATCH];
};

/* Keeps of the batch the hashes that the index may hold; which these are nobody can foresee, so there is no branch on it. */
static void sift(struct candidates *candidates, const struct batch *batch, const struct stance_model *model) {
    size_t kept = 0;
    for (const uint64_t *hash = batch->hashes; hash < batch->end; hash++) {
        const struct rank_block *block = model_block(model, *hash);
        const uint64_t probe = rank_probe(block, *hash);
        candidates->hashes[kept] = *hash;
        candidates->probes[kept] = probe;
        candidates->ids[kept] = block->before;
        kept += rank_may_hold(probe);
    }
    candidates->n = kept;
}

static void find_rows(struct candidates *candidates, const struct stance_model *model) {
    rank_many(candidates->ids, candidates->probes, candidates->n);
    for (size_t i = 0; i < candidates->n; i++) {
        candidates->rows[i] = model_row(model, candidates->ids[i]);
        PREFETCH(candidates->rows[i]);
    }
}

/* Of a candidate whose row is not its own the row is another's. */
static inline bool is_known(const struct candidates *candidates, size_t i) {
    return candidates->rows[i]->hash == candidates->hashes[i];
}

static inline struct summand summand_of(const struct model_row *row, bool has_idf) {
    return (struct summand){.value = has_idf ? (double)row->idf : 1.0, .weights = row->weights};
}

static enum stance_status count_found(struct batch *batch, const struct candidates *found, bool has_idf,
                                      struct stance_error *error) {
    TRY(tally_reserve(&batch->tally, found->n, error));
    for (size_t i = 0; i < found->n; i++) {
        if (is_known(found, i)) {
            const size_t item = tally_count(&batch->tally, found->ids[i]);
            batch->block.data[item] = summand_of(found->rows[i], has_idf);
        }
    }
    batch->block.n = batch->tally.counts.n;
    return STANCE_OK;
}

/* Which are known, and new to the text, nobody can foresee, so there is no branch on it. */
static enum stance_status note_found(struct batch *batch, const struct candidates *found, bool has_idf,
                                     struct stance_error *error) {
    TRY(id_set_reserve(&batch->seen, found->n, error));
    struct id_set seen = batch->seen;
    struct summand *summands = batch->block.data;
    for (size_t i = 0; i < found->n; i++) {
        summands[seen.n] = summand_of(found->rows[i], has_idf);
        id_set_add(&seen, found->ids[i], is_known(found, i));
    }
    batch->seen.n = batch->block.n = seen.n;
    return STANCE_OK;
}

/* Counts the features of the batch, or notes that they are there, and empties it. */
static enum stance_status flush(struct batch *batch, const struct stance_model *model, struct stance_error *error) {
    struct candidates found;
    sift(&found, batch, model);
    find_rows(&found, model);
    batch->end = batch->hashes;
    TRY(array_reserve(&batch->block, batch->block.n + found.n, error));
    return batch->seen.bits != NULL ? note_found(batch, &found, model->options.idf, error)
                                    : count_found(batch, &found, model->options.idf, error);
}

static void clear_batch(struct batch *batch) {
    if (batch->seen.bits != NULL) {
        id_set_clear(&batch->seen);
    } else {
        tally_clear(&batch->tally);
    }
    batch->block.n = 0;
    batch->end = batch->hashes; /* a call that failed may have left some */
}

/* Whether a term or a character may need more look-ups than there is room for. */
static inline bool is_full(const struct batch *batch, const uint64_t *end) { return batch->hashes + BATCH - end < LOOK_UPS_MAX; }

/* --- Summing up ---------------------------------------------------------------------------------------------------------- */

/* Weighs the features of the batch by how often they occurred. */
static void settle(const struct scorer *scorer, struct batch *batch) {
    for (size_t i = 0; scorer->has_counts && i < batch->block.n; i++) {
        batch->block.data[i].value *= vector_tf(scorer->model->options.tf, batch->tally.counts.data[i]);
    }
}

/* The factor that brings features whose values have this sum of squares to norm 1. */
static double norm_of(const struct scorer *scorer, double squares) {
    return scorer->model->options.normalise && squares > 0.0 ? 1.0 / sqrt(squares) : 1.0;
}

/* --- Words --------------------------------------------------------------------------------------------------------------- */

static enum stance_status count_chars(struct scorer *scorer, const struct token *word, struct stance_error *error) {
    struct batch *batch = &scorer->chars;
    TRY(feature_char_ngrams(&scorer->char_ngrams, word, &scorer->model->options, error));
    clear_batch(batch);
    for (size_t i = 0; i < scorer->char_ngrams.n; i++) {
        if (is_full(batch, batch->end)) {
            TRY(flush(batch, scorer->model, error));
        }
        *batch->end++ = scorer->char_ngrams.data[i].hash;
    }
    return flush(batch, scorer->model, error);
}

static enum stance_status work_out_chars(struct scorer *scorer, const struct token *word, struct word_memo *memo,
                                         struct stance_error *error) {
    TRY(count_chars(scorer, word, error));
    settle(scorer, &scorer->chars);
    memset(memo->heads, 0, scorer->n_labels * sizeof *memo->heads);
    const double norm = norm_of(scorer, summand_add_floats(memo->heads, &scorer->chars.block, scorer->n_labels));
    for (size_t label = 0; label < scorer->n_labels; label++) {
        memo->heads[label] *= norm;
    }
    memo->n_known = (uint16_t)scorer->chars.block.n;
    return STANCE_OK;
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
    memo->has_chars = scorer->has_chars && feature_has_chars(word);
    memo->n_known = 0;
    if (memo->has_chars) {
        TRY(work_out_chars(scorer, word, memo, error));
    }
    const uint32_t unigram = scorer->has_unigrams ? model_find(model, feature_unigram(word->hash)) : VOCABULARY_NONE;
    memo->has_unigram = unigram != VOCABULARY_NONE;
    memo->unigram.value = weigh_word(model, unigram);
    memo->unigram.weights = memo->has_unigram ? model_row(model, unigram)->weights : NULL;
    return STANCE_OK;
}

/* Puts the word's unigram into one block and its character n-grams into the other, as if it occurred once; where its unigram is
 * known it weighs the same in both. There is room. Which words are known nobody can foresee, so there is no branch on it. */
static inline void put_word(struct scorer *scorer, const struct word_memo *memo) {
    struct summand_array *unigrams = &scorer->word_block, *chars = &scorer->char_block;
    unigrams->data[unigrams->n] = memo->unigram;
    unigrams->n += memo->has_unigram;
    PREFETCH(memo->unigram.weights);
    if (scorer->has_chars) {
        chars->data[chars->n] = (struct summand){.value = memo->unigram.value, .weights = memo->heads};
        chars->n += memo->has_chars;
        scorer->n_chars += memo->n_known;
    }
}

/* Has the word that was put last looked at again. */
static void look_again(struct scorer *scorer, const struct word_memo *memo, struct word word) {
    word.unigram = memo->has_unigram ? &scorer->word_block.data[scorer->word_block.n - 1] : NULL;
    word.chars = memo->has_chars ? &scorer->char_block.data[scorer->char_block.n - 1] : NULL;
    scorer->words.data[scorer->words.n++] = word;
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
    TRY(work_out(scorer, token, spilled_memo(scorer, i), error));
    put_word(scorer, spilled_memo(scorer, i));
    look_again(scorer, spilled_memo(scorer, i), (struct word){.spilled = i});
    return STANCE_OK;
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

static inline enum stance_status count_word(struct scorer *scorer, const struct token *token, struct stance_error *error) {
    struct word_memo *memo = word_cache_find(&scorer->cache, token);
    if (memo == NULL) {
        TRY(learn_word(scorer, token, &memo, error));
        if (memo == NULL) {
            return STANCE_OK;
        }
    }
    if (memo->round == scorer->cache.round) {
        memo->count++;
        return STANCE_OK;
    }
    memo->round = scorer->cache.round;
    memo->count = 1;
    put_word(scorer, memo);
    if (scorer->has_counts) {
        look_again(scorer, memo, (struct word){.memo = memo});
    }
    return STANCE_OK;
}

/* Weighs the words by how often they occurred, now that this is known; and the memos of spilled ones may have moved. */
static void settle_words(struct scorer *scorer) {
    for (size_t i = 0; i < scorer->words.n; i++) {
        const struct word *word = &scorer->words.data[i];
        const struct word_memo *memo = word->memo != NULL ? word->memo : spilled_memo(scorer, word->spilled);
        const uint32_t count = word->memo != NULL ? memo->count : scorer->spilled.counts.data[word->spilled];
        const double weight = vector_tf(scorer->model->options.tf, count) * memo->unigram.value;
        if (word->unigram != NULL) {
            word->unigram->value = weight;
        }
        if (word->chars != NULL) {
            *word->chars = (struct summand){.value = weight, .weights = memo->heads};
        }
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

/* Counts a word and looks up the n-grams that it ends. */
static inline enum stance_status read_term(struct scorer *scorer, const struct token *token, bool is_negated, struct tails *tails,
                                           struct stance_error *error) {
    struct batch *batch = &scorer->ngrams;
    TRY(count_word(scorer, token, error));
    if (is_full(batch, batch->end)) {
        TRY(flush(batch, scorer->model, error));
    }
    uint64_t *out = put_ngrams(tails, token->hash, batch->end);
    if (is_negated) {
        *out++ = hash_append(FEATURE_SEED_NEGATED, token->hash);
    }
    batch->end = out;
    return STANCE_OK;
}

static inline enum stance_status read_tokens(struct scorer *scorer, const struct token_array *tokens, struct tails *tails,
                                             bool has_negation, struct stance_error *error) {
    bool is_negated = false;
    for (size_t i = 0; i < tokens->n && i < WORDS_AHEAD; i++) {
        word_cache_prefetch(&scorer->cache, tokens->data[i].hash);
    }
    for (const struct token *token = tokens->data, *end = token + tokens->n; token < end; token++) {
        word_cache_prefetch(&scorer->cache, token[end - token > WORDS_AHEAD ? WORDS_AHEAD : 0].hash);
        if (has_negation) {
            is_negated = is_negated && !token_ends_clause(token);
        }
        if (feature_is_term(token)) {
            TRY(read_term(scorer, token, is_negated, tails, error));
        }
        if (has_negation) {
            is_negated = is_negated || feature_is_negator(token);
        }
    }
    return STANCE_OK;
}

/* Makes room for as many words as there are tokens, and for one that comes again. */
static enum stance_status reserve_words(struct scorer *scorer, size_t n, struct stance_error *error) {
    TRY(array_reserve(&scorer->word_block, n + 1, error));
    TRY(array_reserve(&scorer->char_block, n + 1, error));
    TRY(array_reserve(&scorer->words, n, error));
    scorer->word_block.n = scorer->char_block.n = scorer->words.n = scorer->n_chars = 0;
    return STANCE_OK;
}

/* Counts the words of a text and its n-grams. */
static enum stance_status count_features(struct scorer *scorer, const struct token_array *tokens, struct stance_error *error) {
    const struct stance_feature_options *options = &scorer->model->options;
    struct tails tails = {.n_max = options->word_max > 0 ? options->word_max - 1 : 0,
                          .put_from = options->word_min > 0 ? options->word_min - 1 : 0};
    word_cache_begin(&scorer->cache);
    tally_clear(&scorer->spilled);
    clear_batch(&scorer->ngrams);
    TRY(reserve_words(scorer, tokens->n, error));
    if (options->boundaries) {
        (void)put_ngrams(&tails, FEATURE_SEED_START, scorer->ngrams.end);
    }
    TRY(options->negation ? read_tokens(scorer, tokens, &tails, true, error) : read_tokens(scorer, tokens, &tails, false, error));
    if (options->boundaries) {
        if (is_full(&scorer->ngrams, scorer->ngrams.end)) {
            TRY(flush(&scorer->ngrams, scorer->model, error));
        }
        scorer->ngrams.end = put_ngrams(&tails, FEATURE_SEED_END, scorer->ngrams.end);
    }
    return flush(&scorer->ngrams, scorer->model, error);
}

static void sum_up(struct scorer *scorer, double *decision) {
    const struct model_head *heads = scorer->model->heads;
    const size_t n = scorer->n_labels;
    memset(scorer->word_sums, 0, n * sizeof *scorer->word_sums);
    memset(scorer->char_sums, 0, n * sizeof *scorer->char_sums);
    const double squares = summand_add_floats(scorer->word_sums, &scorer->word_block, n) +
                           summand_add_floats(scorer->word_sums, &scorer->ngrams.block, n);
    const double word_norm = norm_of(scorer, squares);
    const double char_norm = norm_of(scorer, summand_add_doubles(scorer->char_sums, &scorer->char_block, n));
    for (size_t label = 0; label < n; label++) {
        decision[label] = heads[label].bias + word_norm * scorer->word_sums[label] + char_norm * scorer->char_sums[label];
    }
}

enum stance_status scorer_decide(struct scorer *scorer, const struct token_array *tokens, double *decision, size_t *n_features,
                                 struct stance_error *error) {
    TRY(count_features(scorer, tokens, error));
    settle_words(scorer);
    settle(scorer, &scorer->ngrams);
    sum_up(scorer, decision);
    *n_features = scorer->word_block.n + scorer->ngrams.block.n + scorer->n_chars;
    return STANCE_OK;
}
