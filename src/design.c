#include "design.h"

#include <stdlib.h>
#include <string.h>

#include "classify.h"
#include "status.h"

/* --- Candidates -------------------------------------------------------------------------------------------------------- */

static enum stance_status find_or_add(void *user, uint64_t hash, const struct feature_namer *namer, uint32_t *id,
                                      struct stance_error *error) {
    struct vocabulary *vocabulary = user;
    if (namer == NULL) { /* only asked for */
        *id = vocabulary_find(vocabulary, hash);
        return STANCE_OK;
    }
    bool is_new;
    TRY(vocabulary_add(vocabulary, hash, id, &is_new, error));
    if (is_new) {
        const size_t offset = vocabulary->names.n;
        TRY(feature_namer_append(namer, &vocabulary->names, error));
        vocabulary_name(vocabulary, offset);
    }
    return STANCE_OK;
}

static void *copy_items(const void *items, size_t n, size_t item_size, struct stance_error *error) {
    void *copy = array_new(n, item_size, error);
    if (copy != NULL && n > 0) {
        memcpy(copy, items, n * item_size);
    }
    return copy;
}

/* A copy of a bag that takes no more room than it needs. */
static enum stance_status copy_bag(struct bag *to, const struct bag *from, struct stance_error *error) {
    to->words.data = copy_items(from->words.data, from->words.n, sizeof *from->words.data, error);
    to->chars.data = copy_items(from->chars.data, from->chars.n, sizeof *from->chars.data, error);
    to->types.data = copy_items(from->types.data, from->types.n, sizeof *from->types.data, error);
    to->words.n = to->words.capacity = from->words.n;
    to->chars.n = to->chars.capacity = from->chars.n;
    to->types.n = to->types.capacity = from->types.n;
    return to->words.data != NULL && to->chars.data != NULL && to->types.data != NULL ? STANCE_OK : STANCE_ERROR_MEMORY;
}

static enum stance_status fill_candidates(struct candidates *candidates, const struct stance_corpus *corpus,
                                          struct featuriser *featuriser, struct stance_error *error) {
    const struct feature_index index = {.find = find_or_add, .user = &candidates->vocabulary};
    for (size_t i = 0; i < candidates->n_records; i++) {
        const struct stance_string text = corpus_text(corpus, i);
        TRY(featurise(featuriser, text.data, text.len, candidates->options, &index, error));
        TRY(copy_bag(&candidates->bags[i], &featuriser->bag, error));
    }
    return STANCE_OK;
}

enum stance_status candidates_new(struct candidates *candidates, const struct stance_corpus *corpus,
                                  const struct stance_feature_options *options, struct stance_error *error) {
    *candidates = (struct candidates){.n_records = corpus->records.n, .options = options};
    candidates->bags = array_new(corpus->records.n, sizeof *candidates->bags, error);
    if (candidates->bags == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    struct featuriser featuriser = {.tokens = {.n = 0}};
    const enum stance_status status = fill_candidates(candidates, corpus, &featuriser, error);
    featuriser_free(&featuriser);
    if (status != STANCE_OK) {
        candidates_free(candidates);
    }
    return status;
}

void candidates_free(struct candidates *candidates) {
    for (size_t i = 0; candidates->bags != NULL && i < candidates->n_records; i++) {
        bag_free(&candidates->bags[i]);
    }
    free(candidates->bags);
    vocabulary_free(&candidates->vocabulary);
    *candidates = (struct candidates){.n_records = 0};
}

/* --- Views ------------------------------------------------------------------------------------------------------------- */

struct frequency {
    uint64_t hash;
    uint32_t candidate, df;
};

/* Counts a record once for each of its features; `last` holds the record, plus one, that a feature was last counted for. */
static void count_record(struct frequency *frequencies, uint32_t *last, const struct bag *bag, uint32_t record) {
    for (size_t i = 0; i < bag->words.n; i++) {
        frequencies[bag->words.data[i].id].df++;
    }
    for (size_t i = 0; i < bag->chars.n; i++) {
        const uint32_t id = bag->chars.data[i].id;
        frequencies[id].df += last[id] != record + 1;
        last[id] = record + 1;
    }
}

static int compare_frequency(const void *a, const void *b) {
    const struct frequency *x = a, *y = b;
    if (x->df != y->df) {
        return x->df > y->df ? -1 : 1;
    }
    return (x->hash > y->hash) - (x->hash < y->hash);
}

/* Moves the features that are kept to the front, in their order, and returns how many they are. */
static size_t select_features(struct frequency *frequencies, size_t n, const struct stance_feature_options *options) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (frequencies[i].df >= options->min_df) {
            frequencies[kept++] = frequencies[i];
        }
    }
    if (kept > 0) {
        qsort(frequencies, kept, sizeof *frequencies, compare_frequency);
    }
    return options->max_features > 0 && kept > options->max_features ? options->max_features : kept;
}

static enum stance_status fill_vocabulary(struct view *view, const struct candidates *candidates, const bool *is_training,
                                          struct frequency *frequencies, uint32_t *last, struct stance_error *error) {
    const size_t n = candidates->vocabulary.entries.n;
    for (uint32_t id = 0; id < n; id++) {
        frequencies[id] = (struct frequency){.hash = candidates->vocabulary.entries.data[id].hash, .candidate = id};
    }
    for (uint32_t i = 0; i < candidates->n_records; i++) {
        if (is_training[i]) {
            count_record(frequencies, last, &candidates->bags[i], i);
            view->n_training++;
        }
    }
    view->n_features = select_features(frequencies, n, candidates->options);
    if (view->n_features == 0) {
        return status_set(error, STANCE_ERROR_CORPUS,
                          "no feature stands in %u or more of the %zu training records: ask for a lower minimum",
                          candidates->options->min_df, view->n_training);
    }
    view->candidate = array_new(view->n_features, sizeof *view->candidate, error);
    view->idf = array_new(view->n_features, sizeof *view->idf, error);
    if (view->candidate == NULL || view->idf == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < view->n_features; i++) {
        view->candidate[i] = frequencies[i].candidate;
        view->idf[i] = candidates->options->idf ? (float)vector_idf(view->n_training, frequencies[i].df) : 1.0F;
    }
    return STANCE_OK;
}

struct vector_job {
    struct view *view;
    const struct candidates *candidates;
    const uint32_t *new_ids;
    struct vector_scratch {
        struct bag bag;
        struct vector vector;
    } * scratch; /* one a worker */
};

static enum stance_status fill_vector(void *user, size_t worker, size_t i, struct stance_error *error) {
    const struct vector_job *job = user;
    struct vector_scratch *scratch = &job->scratch[worker];
    const struct weighting weighting = {.options = job->candidates->options,
                                        .idf = job->candidates->options->idf ? job->view->idf : NULL,
                                        .idf_stride = 1,
                                        .unknown_idf = vector_idf(job->view->n_training, 0)};
    TRY(bag_translate(&scratch->bag, &job->candidates->bags[i], job->new_ids, error));
    TRY(vector_build(&scratch->vector, &scratch->bag, &weighting, error));
    struct vector *vector = &job->view->vectors[i];
    vector->data = copy_items(scratch->vector.data, scratch->vector.n, sizeof *scratch->vector.data, error);
    vector->n = vector->capacity = scratch->vector.n;
    return vector->data != NULL ? STANCE_OK : STANCE_ERROR_MEMORY;
}

static enum stance_status fill_vectors(struct view *view, const struct candidates *candidates, const uint32_t *new_ids,
                                       const struct parallel *parallel, struct stance_error *error) {
    const size_t n_workers = parallel->n_workers;
    struct vector_job job = {.view = view, .candidates = candidates, .new_ids = new_ids};
    job.scratch = array_new(n_workers, sizeof *job.scratch, error);
    view->vectors = array_new(candidates->n_records, sizeof *view->vectors, error);
    view->n_records = view->vectors != NULL ? candidates->n_records : 0;
    enum stance_status status = STANCE_ERROR_MEMORY;
    if (job.scratch != NULL && view->vectors != NULL) {
        status = parallel_run(parallel, "vectors", candidates->n_records, fill_vector, &job, error);
    }
    for (size_t i = 0; job.scratch != NULL && i < n_workers; i++) {
        bag_free(&job.scratch[i].bag);
        free(job.scratch[i].vector.data);
    }
    free(job.scratch);
    return status;
}

enum stance_status view_new(struct view *view, const struct candidates *candidates, const bool *is_training,
                            const struct parallel *parallel, struct stance_error *error) {
    const size_t n = candidates->vocabulary.entries.n;
    *view = (struct view){.n_features = 0};
    struct frequency *frequencies = array_new(n, sizeof *frequencies, error);
    uint32_t *ids = array_new(n, sizeof *ids, error); /* first the records last counted, then the new ids */
    enum stance_status status = STANCE_ERROR_MEMORY;
    if (frequencies != NULL && ids != NULL) {
        status = fill_vocabulary(view, candidates, is_training, frequencies, ids, error);
    }
    if (status == STANCE_OK) {
        memset(ids, 0xFF, n * sizeof *ids); /* VOCABULARY_NONE */
        for (uint32_t i = 0; i < view->n_features; i++) {
            ids[view->candidate[i]] = i;
        }
        status = fill_vectors(view, candidates, ids, parallel, error);
    }
    free(frequencies);
    free(ids);
    if (status != STANCE_OK) {
        view_free(view);
    }
    return status;
}

void view_free(struct view *view) {
    for (size_t i = 0; i < view->n_records; i++) {
        free(view->vectors[i].data);
    }
    free(view->vectors);
    free(view->candidate);
    free(view->idf);
    *view = (struct view){.n_features = 0};
}
