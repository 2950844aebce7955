#include "design.h"

#include <stdlib.h>
#include <string.h>

#include "status.h"

/* --- The vocabulary ---------------------------------------------------------------------------------------------------- */

/* Counts a record once for each of its features; `last` holds the record, plus one, that a feature was last counted for. */
static void count_record(uint32_t *df, uint32_t *last, const struct bag *bag, uint32_t record) {
    for (size_t i = 0; i < bag->words.n; i++) {
        df[bag->words.data[i].id]++;
    }
    for (size_t t = 0; t < bag->types.n; t++) {
        const struct counted *chars = bag->chars.data + bag->types.data[t].first;
        for (size_t i = 0; i < bag->types.data[t].n; i++) {
            df[chars[i].id] += last[chars[i].id] != record + 1;
            last[chars[i].id] = record + 1;
        }
    }
}

static int compare_hashes(const void *a, const void *b) {
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The hash of the first feature that goes where `n_kept` of the `n_tied` that are in `frequency` records can stay. Their order
 * among the candidates will not do: it knows of records that are held out. */
static enum stance_status cut_tied(uint64_t *limit, const uint32_t *df, const struct candidates *candidates, uint32_t frequency,
                                   size_t n_tied, size_t n_kept, struct stance_error *error) {
    uint64_t *hashes = array_new(n_tied, sizeof *hashes, error);
    if (hashes == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0, n = 0; i < candidates->n_features; i++) {
        if (df[i] == frequency) {
            hashes[n++] = candidates->features[i].hash;
        }
    }
    qsort(hashes, n_tied, sizeof *hashes, compare_hashes);
    *limit = hashes[n_kept];
    free(hashes);
    return STANCE_OK;
}

/* Takes the features out that are beyond the number to keep: those in the fewest records, of these those of the highest hash. */
static enum stance_status keep_most_frequent(uint32_t *df, const struct candidates *candidates, const struct view *view,
                                             struct stance_error *error) {
    size_t *of_df = array_new(view->n_training + 1, sizeof *of_df, error);
    if (of_df == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < candidates->n_features; i++) {
        of_df[df[i]]++;
    }
    size_t least = view->n_training, left = view->n_features; /* `left` of those in `least` records can stay */
    for (; of_df[least] <= left; least--) {
        left -= of_df[least];
    }
    uint64_t limit = 0;
    const enum stance_status status = cut_tied(&limit, df, candidates, (uint32_t)least, of_df[least], left, error);
    for (size_t i = 0; i < candidates->n_features; i++) {
        const bool stays = df[i] > least || (df[i] == least && candidates->features[i].hash < limit);
        df[i] = stays ? df[i] : 0;
    }
    free(of_df);
    return status;
}

/* Makes the frequency of all that is not kept 0. */
static enum stance_status select_features(struct view *view, uint32_t *df, const struct candidates *candidates,
                                          struct stance_error *error) {
    const struct stance_feature_options *options = candidates->options;
    for (size_t i = 0; i < candidates->n_features; i++) {
        df[i] = df[i] >= options->min_df ? df[i] : 0;
        view->n_features += df[i] > 0;
    }
    if (view->n_features == 0) {
        return status_set(error, STANCE_ERROR_CORPUS,
                          "no feature stands in %u or more of the %zu training records: ask for a lower minimum", options->min_df,
                          view->n_training);
    }
    if (options->max_features > 0 && view->n_features > options->max_features) {
        view->n_features = options->max_features;
        return keep_most_frequent(df, candidates, view, error);
    }
    return STANCE_OK;
}

/* Fills `new_ids`: the feature that each candidate is, or VOCABULARY_NONE. */
static enum stance_status number_features(struct view *view, const uint32_t *df, uint32_t *new_ids,
                                          const struct candidates *candidates, struct stance_error *error) {
    view->candidate = array_new(view->n_features, sizeof *view->candidate, error);
    view->idf = array_new(view->n_features, sizeof *view->idf, error);
    if (view->candidate == NULL || view->idf == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    uint32_t next = 0;
    for (uint32_t i = 0; i < candidates->n_features; i++) {
        new_ids[i] = VOCABULARY_NONE;
        if (df[i] > 0) {
            view->candidate[next] = i;
            view->idf[next] = candidates->options->idf ? (float)vector_idf(view->n_training, df[i]) : 1.0F;
            new_ids[i] = next++;
        }
    }
    return STANCE_OK;
}

/* `ids` serves first for the records last counted. */
static enum stance_status fill_vocabulary(struct view *view, const struct candidates *candidates, const bool *is_training,
                                          uint32_t *df, uint32_t *ids, struct stance_error *error) {
    for (uint32_t i = 0; i < candidates->n_records; i++) {
        if (is_training[i]) {
            const struct bag bag = candidates_bag(candidates, i);
            count_record(df, ids, &bag, i);
            view->n_training++;
        }
    }
    TRY(select_features(view, df, candidates, error));
    return number_features(view, df, ids, candidates, error);
}

/* --- The rows ---------------------------------------------------------------------------------------------------------- */

struct row_job {
    struct view *view;
    const struct candidates *candidates;
    const uint32_t *new_ids;
    struct weighting weighting;
    struct row_scratch {
        struct bag bag;
        struct vector vector;
        struct {
            struct sparse_entry *data;
            size_t n, capacity;
        } entries; /* of a block */
    } * scratch;   /* one a worker */
};

static enum stance_status append_row(struct row_scratch *scratch, struct sparse_row *row, struct stance_error *error) {
    const struct vector *vector = &scratch->vector;
    TRY(array_reserve(&scratch->entries, scratch->entries.n + vector->n, error));
    struct sparse_entry *entries = scratch->entries.data + scratch->entries.n;
    for (size_t i = 0; i < vector->n; i++) {
        entries[i] = (struct sparse_entry){.id = vector->data[i].id, .value = (float)vector->data[i].value};
    }
    scratch->entries.n += vector->n;
    row->n = vector->n;
    return STANCE_OK;
}

/* Moves the entries of a block into memory of their own size, and lets the rows point there. */
static enum stance_status place_block(struct view *view, size_t block, size_t end, const struct row_scratch *scratch,
                                      struct stance_error *error) {
    const size_t n = scratch->entries.n;
    struct sparse_entry *entries = array_new(n, sizeof *entries, error);
    if (entries == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    if (n > 0) {
        memcpy(entries, scratch->entries.data, n * sizeof *entries);
    }
    view->blocks[block] = entries;
    for (size_t i = block * CANDIDATES_BLOCK; i < end; i++) {
        view->rows[i].entries = entries;
        entries += view->rows[i].n;
    }
    return STANCE_OK;
}

static enum stance_status fill_block(void *user, size_t worker, size_t block, struct stance_error *error) {
    const struct row_job *job = user;
    struct row_scratch *scratch = &job->scratch[worker];
    const size_t first = block * CANDIDATES_BLOCK, n = job->view->n_records;
    const size_t end = n - first < CANDIDATES_BLOCK ? n : first + CANDIDATES_BLOCK;
    scratch->entries.n = 0;
    for (size_t i = first; i < end; i++) {
        const struct bag bag = candidates_bag(job->candidates, i);
        TRY(bag_translate(&scratch->bag, &bag, job->new_ids, error));
        TRY(vector_build(&scratch->vector, &scratch->bag, &job->weighting, error));
        TRY(append_row(scratch, &job->view->rows[i], error));
    }
    return place_block(job->view, block, end, scratch, error);
}

static enum stance_status fill_rows(struct view *view, const struct candidates *candidates, const uint32_t *new_ids,
                                    const struct parallel *parallel, struct stance_error *error) {
    struct row_job job = {.view = view,
                          .candidates = candidates,
                          .new_ids = new_ids,
                          .weighting = {.options = candidates->options,
                                        .idf = candidates->options->idf ? view->idf : NULL,
                                        .idf_stride = 1,
                                        .unknown_idf = vector_idf(view->n_training, 0)},
                          .scratch = array_new(parallel->n_workers, sizeof *job.scratch, error)};
    view->rows = array_new(candidates->n_records, sizeof *view->rows, error);
    view->blocks = array_new(candidates->n_blocks, sizeof *view->blocks, error);
    enum stance_status status = STANCE_ERROR_MEMORY;
    if (job.scratch != NULL && view->rows != NULL && view->blocks != NULL) {
        view->n_records = candidates->n_records;
        view->n_blocks = candidates->n_blocks;
        status = parallel_run(parallel, "vectors", view->n_blocks, fill_block, &job, error);
    }
    for (size_t i = 0; job.scratch != NULL && i < parallel->n_workers; i++) {
        bag_free(&job.scratch[i].bag);
        free(job.scratch[i].vector.data);
        free(job.scratch[i].entries.data);
    }
    free(job.scratch);
    return status;
}

enum stance_status view_new(struct view *view, const struct candidates *candidates, const bool *is_training,
                            const struct parallel *parallel, struct stance_error *error) {
    *view = (struct view){.n_features = 0};
    uint32_t *df = array_new(candidates->n_features, sizeof *df, error);
    uint32_t *ids = array_new(candidates->n_features, sizeof *ids, error);
    enum stance_status status = STANCE_ERROR_MEMORY;
    if (df != NULL && ids != NULL) {
        status = fill_vocabulary(view, candidates, is_training, df, ids, error);
    }
    if (status == STANCE_OK) {
        status = fill_rows(view, candidates, ids, parallel, error);
    }
    free(df);
    free(ids);
    if (status != STANCE_OK) {
        view_free(view);
    }
    return status;
}

void view_free(struct view *view) {
    for (size_t i = 0; i < view->n_blocks; i++) {
        free(view->blocks[i]);
    }
    free(view->blocks);
    free(view->rows);
    free(view->candidate);
    free(view->idf);
    *view = (struct view){.n_features = 0};
}
