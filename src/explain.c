/* Takes a decision value apart into the shares of features and of words. */
#include <stdlib.h>

#include "array.h"
#include "classify.h"
#include "status.h"
#include "vocabulary.h"

/* One place of one feature. */
struct place {
    uint32_t id;
    struct stance_span span; /* in the caller's text */
};

struct stance_explainer {
    const struct stance_model *model;
    struct featuriser featuriser;
    struct vector parts; /* see vector_build_parts */
    struct {
        struct place *data;
        size_t n, capacity;
    } places; /* ascending by feature, then by place; none twice */
    struct {
        struct stance_span *data;
        size_t n, capacity;
    } spans; /* of the places, in their order */
    struct {
        struct stance_contribution *data;
        size_t n, capacity;
    } contributions;
    struct {
        struct stance_word_share *data;
        size_t n, capacity;
    } words;
};

enum stance_status stance_explainer_new(struct stance_explainer **out, const struct stance_model *model,
                                        struct stance_error *error) {
    struct stance_explainer *explainer = array_new(1, sizeof *explainer, error);
    if (explainer == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    explainer->model = model;
    *out = explainer;
    return STANCE_OK;
}

void stance_explainer_free(struct stance_explainer *explainer) {
    if (explainer == NULL) {
        return;
    }
    featuriser_free(&explainer->featuriser);
    free(explainer->parts.data);
    free(explainer->places.data);
    free(explainer->spans.data);
    free(explainer->contributions.data);
    free(explainer->words.data);
    free(explainer);
}

/* Text to parts: the same stages as those of scoring, but what is added up there stays apart. */
static enum stance_status fill_parts(struct stance_explainer *explainer, const char *text, size_t len, struct stance_error *error) {
    const struct stance_model *model = explainer->model;
    const struct weighting weighting = classify_weighting(model);
    TRY(classify_featurise(&explainer->featuriser, model, text, len, error));
    return vector_build_parts(&explainer->parts, &explainer->featuriser.bag, &weighting, error);
}

/* --- Places ------------------------------------------------------------------------------------------------------------ */

static struct stance_span span_of(const struct stance_explainer *explainer, size_t start, size_t end) {
    return text_original(&explainer->featuriser.text, start, end);
}

static enum stance_status add_place(struct stance_explainer *explainer, uint32_t id, struct stance_span span,
                                    struct stance_error *error) {
    TRY(array_reserve(&explainer->places, explainer->places.n + 1, error));
    explainer->places.data[explainer->places.n++] = (struct place){.id = id, .span = span};
    return STANCE_OK;
}

/* The terms of an n-gram that are words: [*first, *end), without the marks, which stand at its ends only. */
static void words_of(const struct feature_list *features, const struct ngram *ngram, size_t *first, size_t *end) {
    *first = ngram->first;
    *end = ngram->first + (ngram->n > 0 ? ngram->n : 1);
    if (features->terms.data[*first].token == NULL) {
        ++*first;
    }
    if (*end > *first && features->terms.data[*end - 1].token == NULL) {
        --*end;
    }
}

static enum stance_status place_ngrams(struct stance_explainer *explainer, struct stance_error *error) {
    const struct feature_list *features = &explainer->featuriser.features;
    for (size_t i = 0; i < features->ngrams.n; i++) {
        const uint32_t id = model_find(explainer->model, features->ngrams.data[i].hash);
        size_t first, end;
        words_of(features, &features->ngrams.data[i], &first, &end);
        if (id != VOCABULARY_NONE && first < end) {
            const struct term *terms = features->terms.data;
            TRY(add_place(explainer, id, span_of(explainer, terms[first].token->start, terms[end - 1].token->end), error));
        }
    }
    return STANCE_OK;
}

/* Where bytes [start, end) of a word between its marks lie. A contraction that is written out ('n't' is "not") is one block. */
static struct stance_span place_in_word(const struct stance_explainer *explainer, const struct token *word, size_t start,
                                        size_t end) {
    const struct byte_array *normal = &explainer->featuriser.text.normal;
    const uintptr_t text = (uintptr_t)word->text, base = (uintptr_t)normal->data;
    if (text < base || text >= base + normal->n) {
        return span_of(explainer, word->start, word->end);
    }
    start = start > 0 ? start - 1 : 0; /* the mark < */
    end = end - 1 < word->len ? end - 1 : word->len;
    return span_of(explainer, (size_t)(text - base) + start, (size_t)(text - base) + end);
}

static enum stance_status place_chars(struct stance_explainer *explainer, struct stance_error *error) {
    struct featuriser *f = &explainer->featuriser;
    for (size_t i = 0; i < f->features.terms.n; i++) {
        const struct token *word = f->features.terms.data[i].token;
        if (word == NULL || !feature_has_chars(word)) {
            continue;
        }
        TRY(feature_char_ngrams(&f->char_ngrams, word, &explainer->model->options, error));
        for (size_t k = 0; k < f->char_ngrams.n; k++) {
            const struct char_ngram *ngram = &f->char_ngrams.data[k];
            const uint32_t id = model_find(explainer->model, ngram->hash);
            if (id != VOCABULARY_NONE) {
                TRY(add_place(explainer, id, place_in_word(explainer, word, ngram->start, ngram->end), error));
            }
        }
    }
    return STANCE_OK;
}

static int compare_places(const void *a, const void *b) {
    const struct place *x = a, *y = b;
    if (x->id != y->id) {
        return x->id < y->id ? -1 : 1;
    }
    if (x->span.start != y->span.start) {
        return x->span.start < y->span.start ? -1 : 1;
    }
    return (x->span.end > y->span.end) - (x->span.end < y->span.end);
}

static enum stance_status fill_places(struct stance_explainer *explainer, struct stance_error *error) {
    explainer->places.n = 0;
    TRY(place_ngrams(explainer, error));
    TRY(explainer->model->options.char_max > 0 ? place_chars(explainer, error) : STANCE_OK);
    struct place *places = explainer->places.data;
    if (explainer->places.n > 1) {
        qsort(places, explainer->places.n, sizeof *places, compare_places);
    }
    size_t kept = 0;
    for (size_t i = 0; i < explainer->places.n; i++) {
        if (kept == 0 || compare_places(&places[kept - 1], &places[i]) != 0) {
            places[kept++] = places[i];
        }
    }
    explainer->places.n = kept;
    TRY(array_reserve(&explainer->spans, kept + 1, error));
    for (size_t i = 0; i < kept; i++) {
        explainer->spans.data[i] = places[i].span;
    }
    return STANCE_OK;
}

/* --- Shares of features ------------------------------------------------------------------------------------------------ */

static double share_of(const struct stance_explainer *explainer, size_t part, size_t label) {
    const struct vector_entry *entry = &explainer->parts.data[part];
    return entry->value * (double)model_row(explainer->model, entry->id)->weights[label];
}

static int compare_contributions(const void *a, const void *b) {
    const uint32_t x = ((const struct stance_contribution *)a)->id, y = ((const struct stance_contribution *)b)->id;
    return (x > y) - (x < y);
}

static void merge_contributions(struct stance_explainer *explainer) {
    struct stance_contribution *contributions = explainer->contributions.data;
    if (explainer->contributions.n < 2) {
        return;
    }
    qsort(contributions, explainer->contributions.n, sizeof *contributions, compare_contributions);
    size_t kept = 1;
    for (size_t i = 1; i < explainer->contributions.n; i++) {
        if (contributions[kept - 1].id == contributions[i].id) {
            contributions[kept - 1].value += contributions[i].value;
            contributions[kept - 1].share += contributions[i].share;
        } else {
            contributions[kept++] = contributions[i];
        }
    }
    explainer->contributions.n = kept;
}

/* Both run through the features in ascending order. */
static void point_at_spans(struct stance_explainer *explainer) {
    size_t at = 0;
    for (size_t i = 0; i < explainer->contributions.n; i++) {
        struct stance_contribution *contribution = &explainer->contributions.data[i];
        contribution->spans = explainer->spans.data + at;
        while (at < explainer->places.n && explainer->places.data[at].id == contribution->id) {
            at++;
            contribution->n_spans++;
        }
    }
}

static enum stance_status fill_contributions(struct stance_explainer *explainer, size_t label, struct stance_error *error) {
    TRY(array_reserve(&explainer->contributions, explainer->parts.n + 1, error));
    for (size_t i = 0; i < explainer->parts.n; i++) {
        const struct vector_entry *entry = &explainer->parts.data[i];
        explainer->contributions.data[i] =
            (struct stance_contribution){.id = entry->id, .value = entry->value, .share = share_of(explainer, i, label)};
    }
    explainer->contributions.n = explainer->parts.n;
    merge_contributions(explainer);
    point_at_spans(explainer);
    return STANCE_OK;
}

/* --- Shares of words --------------------------------------------------------------------------------------------------- */

static int compare_counted_id(const void *key, const void *item) {
    const uint32_t x = *(const uint32_t *)key, y = ((const struct counted *)item)->id;
    return (x > y) - (x < y);
}

static int compare_type_hash(const void *key, const void *item) {
    const uint64_t x = *(const uint64_t *)key, y = ((const struct word_type *)item)->hash;
    return (x > y) - (x < y);
}

/* Words stand in the order of the terms, without the mark at the start where there is one. */
static enum stance_status fill_words(struct stance_explainer *explainer, struct stance_error *error) {
    const struct feature_list *features = &explainer->featuriser.features;
    TRY(array_reserve(&explainer->words, features->terms.n + 1, error));
    explainer->words.n = 0;
    for (size_t i = 0; i < features->terms.n; i++) {
        const struct token *token = features->terms.data[i].token;
        if (token != NULL) {
            explainer->words.data[explainer->words.n++] =
                (struct stance_word_share){.span = span_of(explainer, token->start, token->end)};
        }
    }
    return STANCE_OK;
}

/* Divides the shares of word n-grams; returns what there is no word for. */
static double share_ngrams(struct stance_explainer *explainer, size_t label) {
    const struct feature_list *features = &explainer->featuriser.features;
    const struct counted_array *counted = &explainer->featuriser.bag.words; /* ascending by id */
    const size_t n_marks = features->terms.n > 0 && features->terms.data[0].token == NULL;
    double unplaced = 0.0;
    for (size_t i = 0; i < features->ngrams.n && counted->n > 0; i++) {
        const uint32_t id = model_find(explainer->model, features->ngrams.data[i].hash);
        const struct counted *item = bsearch(&id, counted->data, counted->n, sizeof *item, compare_counted_id);
        if (item == NULL) {
            continue;
        }
        const double share = share_of(explainer, (size_t)(item - counted->data), label) / (double)item->count;
        size_t first, end;
        words_of(features, &features->ngrams.data[i], &first, &end);
        unplaced += first == end ? share : 0.0;
        for (size_t term = first; term < end; term++) {
            explainer->words.data[term - n_marks].share += share / (double)(end - first);
        }
    }
    return unplaced;
}

/* What the character n-grams of a distinct word add, divided by its occurrences. */
static double share_of_type(const struct stance_explainer *explainer, size_t type, size_t label) {
    const struct bag *bag = &explainer->featuriser.bag;
    double sum = 0.0;
    for (size_t i = 0; i < bag->types.data[type].n; i++) {
        sum += share_of(explainer, bag->words.n + bag->types.data[type].first + i, label);
    }
    return sum / (double)bag->types.data[type].count;
}

/* Gives every word what its character n-grams add. Each distinct word is summed once, however often it stands. */
static enum stance_status share_chars(struct stance_explainer *explainer, size_t label, struct stance_error *error) {
    const struct feature_list *features = &explainer->featuriser.features;
    const size_t n_types = explainer->featuriser.bag.types.n;
    if (n_types == 0) {
        return STANCE_OK;
    }
    double *shares = array_new(n_types, sizeof *shares, error);
    if (shares == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t type = 0; type < n_types; type++) {
        shares[type] = share_of_type(explainer, type, label);
    }
    for (size_t i = 0, word = 0; i < features->terms.n; i++) {
        const struct token *token = features->terms.data[i].token;
        if (token == NULL) {
            continue;
        }
        const struct word_type *type =
            feature_has_chars(token) ? bsearch(&token->hash, features->types.data, n_types, sizeof *type, compare_type_hash) : NULL;
        explainer->words.data[word++].share += type != NULL ? shares[type - features->types.data] : 0.0;
    }
    free(shares);
    return STANCE_OK;
}

/* --- The call ---------------------------------------------------------------------------------------------------------- */

enum stance_status stance_explainer_explain(struct stance_explainer *explainer, const char *text, size_t len, size_t label,
                                            struct stance_explanation *explanation, struct stance_error *error) {
    const struct stance_model *model = explainer->model;
    if (label >= model->header->n_labels) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "label %zu of a model with %u", label, model->header->n_labels);
    }
    TRY(fill_parts(explainer, text, len, error));
    TRY(fill_places(explainer, error));
    TRY(fill_contributions(explainer, label, error));
    TRY(fill_words(explainer, error));
    const double unplaced = share_ngrams(explainer, label);
    TRY(share_chars(explainer, label, error));
    double decision = model->heads[label].bias;
    for (size_t i = 0; i < explainer->contributions.n; i++) {
        decision += explainer->contributions.data[i].share;
    }
    *explanation = (struct stance_explanation){.bias = model->heads[label].bias,
                                               .decision = decision,
                                               .contributions = explainer->contributions.data,
                                               .n_contributions = explainer->contributions.n,
                                               .words = explainer->words.data,
                                               .n_words = explainer->words.n,
                                               .unplaced = unplaced};
    return STANCE_OK;
}
