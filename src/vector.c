#include "vector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"
#include "vocabulary.h"

/* --- Bags --- */

struct feature_namer {
    const struct feature_list *list;
    const struct ngram *ngram; /* or */
    const struct token *word;
    const struct char_ngram *char_ngram;
};

enum stance_status feature_namer_append(const struct feature_namer *namer, struct byte_array *name, struct stance_error *error) {
    return namer->ngram != NULL ? feature_name(namer->list, namer->ngram, name, error)
                                : feature_char_name(namer->word, namer->char_ngram, name, error);
}

static enum stance_status count(struct counted_array *array, uint32_t id, uint32_t n, struct stance_error *error) {
    if (id == VOCABULARY_NONE) {
        return STANCE_OK;
    }
    TRY(array_reserve(array, array->n + 1, error));
    array->data[array->n++] = (struct counted){.id = id, .count = n};
    return STANCE_OK;
}

static int compare_counted(const void *a, const void *b) {
    const uint32_t x = ((const struct counted *)a)->id, y = ((const struct counted *)b)->id;
    return (x > y) - (x < y);
}

static bool is_ascending(const struct counted *items, size_t n) {
    for (size_t i = 1; i < n; i++) {
        if (items[i].id <= items[i - 1].id) {
            return false;
        }
    }
    return true;
}

/* Insertion beats a call for each comparison where there are few. */
static void sort_counted(struct counted *items, size_t n) {
    enum { FEW = 96 };
    if (n > FEW) {
        qsort(items, n, sizeof *items, compare_counted);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        const struct counted item = items[i];
        size_t k = i;
        for (; k > 0 && items[k - 1].id > item.id; k--) {
            items[k] = items[k - 1];
        }
        items[k] = item;
    }
}

/* Sorts the items from `first` on by id and adds up the counts of each. */
static void merge_counts(struct counted_array *array, size_t first) {
    const size_t n = array->n - first;
    if (n < 2 || is_ascending(array->data + first, n)) {
        return;
    }
    struct counted *data = array->data + first;
    sort_counted(data, n);
    size_t kept = 1;
    for (size_t i = 1; i < n; i++) {
        if (data[kept - 1].id == data[i].id) {
            data[kept - 1].count += data[i].count;
        } else {
            data[kept++] = data[i];
        }
    }
    array->n = first + kept;
}

static enum stance_status add_type(struct bag *bag, struct bag_type type, struct stance_error *error) {
    merge_counts(&bag->chars, type.first);
    type.n = bag->chars.n - type.first;
    TRY(array_reserve(&bag->types, bag->types.n + 1, error));
    bag->types.data[bag->types.n++] = type;
    return STANCE_OK;
}

static enum stance_status fill_words(struct bag *bag, const struct feature_list *list, const struct feature_index *index,
                                     struct stance_error *error) {
    for (size_t i = 0; i < list->ngrams.n; i++) {
        const struct feature_namer namer = {.list = list, .ngram = &list->ngrams.data[i]};
        uint32_t id;
        TRY(index->find(index->user, list->ngrams.data[i].hash, &namer, &id, error));
        TRY(count(&bag->words, id, 1, error));
    }
    if (!index->keeps_repeats) {
        merge_counts(&bag->words, 0);
    }
    return STANCE_OK;
}

static enum stance_status fill_chars(struct bag *bag, const struct token *word, const struct feature_index *index,
                                     const struct char_ngram_array *ngrams, struct stance_error *error) {
    for (size_t i = 0; i < ngrams->n; i++) {
        const struct feature_namer namer = {.word = word, .char_ngram = &ngrams->data[i]};
        uint32_t id;
        TRY(index->find(index->user, ngrams->data[i].hash, &namer, &id, error));
        TRY(count(&bag->chars, id, 1, error));
    }
    return STANCE_OK;
}

enum stance_status bag_fill(struct bag *bag, const struct feature_list *list, const struct stance_feature_options *options,
                            const struct feature_index *index, struct char_ngram_array *scratch, struct stance_error *error) {
    bag->words.n = bag->chars.n = bag->types.n = 0;
    TRY(fill_words(bag, list, index, error));
    for (size_t i = 0; i < list->types.n; i++) {
        const struct word_type *type = &list->types.data[i];
        struct bag_type filled = {.unigram = VOCABULARY_NONE, .count = type->count, .first = bag->chars.n};
        if (options->word_min == 1) { /* a word alone is a feature, and was looked up above */
            TRY(index->find(index->user, type->unigram, NULL, &filled.unigram, error));
        }
        TRY(feature_char_ngrams(scratch, type->token, options, error));
        TRY(fill_chars(bag, type->token, index, scratch, error));
        TRY(add_type(bag, filled, error));
    }
    return STANCE_OK;
}

static uint32_t translated(const uint32_t *new_ids, uint32_t id) { return id == VOCABULARY_NONE ? VOCABULARY_NONE : new_ids[id]; }

enum stance_status bag_translate(struct bag *to, const struct bag *from, const uint32_t *new_ids, struct stance_error *error) {
    to->words.n = to->chars.n = to->types.n = 0;
    for (size_t i = 0; i < from->words.n; i++) {
        TRY(count(&to->words, new_ids[from->words.data[i].id], from->words.data[i].count, error));
    }
    merge_counts(&to->words, 0);
    for (size_t i = 0; i < from->types.n; i++) {
        const struct bag_type *type = &from->types.data[i];
        const struct bag_type moved = {.unigram = translated(new_ids, type->unigram), .count = type->count, .first = to->chars.n};
        for (size_t k = type->first; k < type->first + type->n; k++) {
            TRY(count(&to->chars, new_ids[from->chars.data[k].id], from->chars.data[k].count, error));
        }
        TRY(add_type(to, moved, error));
    }
    return STANCE_OK;
}

void bag_free(struct bag *bag) {
    free(bag->words.data);
    free(bag->chars.data);
    free(bag->types.data);
    *bag = (struct bag){.words = {.n = 0}};
}

/* --- Vectors --- */

double vector_idf(size_t n_records, size_t df) { return log((1.0 + (double)n_records) / (1.0 + (double)df)) + 1.0; }

static double idf_of(const struct weighting *weighting, uint32_t id) {
    return weighting->idf != NULL ? (double)weighting->idf[id * weighting->idf_stride] : 1.0;
}

/* Appends the items, weighted, with Euclidean norm `norm` (or as they are, times `norm`, where the options do not normalise). */
static enum stance_status append_block(struct vector *vector, const struct counted *items, size_t n, double norm,
                                       const struct weighting *weighting, struct stance_error *error) {
    TRY(array_reserve(vector, vector->n + n, error));
    struct vector_entry *entries = vector->data + vector->n;
    double squares = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double value = vector_tf(weighting->options->tf, items[i].count) * idf_of(weighting, items[i].id);
        entries[i] = (struct vector_entry){.value = value, .id = items[i].id};
        squares += value * value;
    }
    const double scale = weighting->options->normalise && squares > 0.0 ? norm / sqrt(squares) : norm;
    for (size_t i = 0; i < n; i++) {
        entries[i].value *= scale;
    }
    vector->n += n;
    return STANCE_OK;
}

static double word_weight(const struct bag_type *type, const struct weighting *weighting) {
    const double tf = vector_tf(weighting->options->tf, type->count);
    if (!weighting->options->idf) {
        return tf;
    }
    return tf * (type->unigram == VOCABULARY_NONE ? weighting->unknown_idf : idf_of(weighting, type->unigram));
}

/* Where the ascending run that begins at `start` ends. */
static size_t run_end(const struct vector_entry *entries, size_t start, size_t n) {
    size_t end = start < n ? start + 1 : n;
    while (end < n && entries[end].id >= entries[end - 1].id) {
        end++;
    }
    return end;
}

/* Merges the entries [start, middle) and [middle, end) of `from` into `to`, those of one id in their order. */
static void merge_two(struct vector_entry *to, const struct vector_entry *from, size_t start, size_t middle, size_t end) {
    size_t left = start, right = middle;
    for (size_t i = start; i < end; i++) {
        const bool takes_left = right == end || (left < middle && from[left].id <= from[right].id);
        to[i] = from[takes_left ? left++ : right++];
    }
}

/* A natural merge sort: the blocks that a vector is made of are ascending each. Stable, so that sums do not depend on luck. */
static enum stance_status sort_entries(struct vector *vector, struct stance_error *error) {
    const size_t n = vector->n;
    if (run_end(vector->data, 0, n) == n) {
        return STANCE_OK;
    }
    TRY(array_reserve(vector, 2 * n, error));
    struct vector_entry *from = vector->data, *to = vector->data + n;
    for (size_t n_runs = 2; n_runs > 1;) {
        n_runs = 0;
        for (size_t start = 0, end = 0; start < n; start = end, n_runs++) {
            const size_t middle = run_end(from, start, n);
            end = run_end(from, middle, n);
            merge_two(to, from, start, middle, end);
        }
        struct vector_entry *swapped = from;
        from = to;
        to = swapped;
    }
    if (from != vector->data) {
        memcpy(vector->data, from, n * sizeof *from);
    }
    return STANCE_OK;
}

static void add_equals(struct vector *vector) {
    size_t kept = vector->n > 0;
    for (size_t i = 1; i < vector->n; i++) {
        if (vector->data[kept - 1].id == vector->data[i].id) {
            vector->data[kept - 1].value += vector->data[i].value;
        } else {
            vector->data[kept++] = vector->data[i];
        }
    }
    vector->n = kept;
}

enum stance_status vector_build_parts(struct vector *vector, const struct bag *bag, const struct weighting *weighting,
                                      struct stance_error *error) {
    vector->n = 0;
    TRY(append_block(vector, bag->words.data, bag->words.n, 1.0, weighting, error));
    double squares = 0.0;
    for (size_t i = 0; i < bag->types.n; i++) {
        const double weight = word_weight(&bag->types.data[i], weighting);
        squares += weight * weight;
    }
    const double scale = weighting->options->normalise && squares > 0.0 ? 1.0 / sqrt(squares) : 1.0;
    for (size_t i = 0; i < bag->types.n; i++) {
        const struct bag_type *type = &bag->types.data[i];
        TRY(append_block(vector, bag->chars.data + type->first, type->n, scale * word_weight(type, weighting), weighting, error));
    }
    return STANCE_OK;
}

enum stance_status vector_build(struct vector *vector, const struct bag *bag, const struct weighting *weighting,
                                struct stance_error *error) {
    TRY(vector_build_parts(vector, bag, weighting, error));
    TRY(sort_entries(vector, error));
    add_equals(vector);
    return STANCE_OK;
}
