/* A corpus as sparse vectors, for other learners. */
#include <stdlib.h>
#include <string.h>

#include "design.h"
#include "status.h"

struct stance_vectors {
    struct stance_feature_options options;
    struct candidates candidates;
    struct view view;
    uint32_t *ids; /* of the record last asked for */
    double *values;
};

static enum stance_status fill(struct stance_vectors *vectors, const struct stance_corpus *corpus, struct stance_error *error) {
    const struct parallel parallel = parallel_new(0, NULL, NULL);
    TRY(candidates_new(&vectors->candidates, corpus, &vectors->options, &parallel, error));
    const size_t n = vectors->candidates.n_records;
    bool *all = array_new(n, sizeof *all, error);
    if (all == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    memset(all, true, n * sizeof *all);
    const enum stance_status status = view_new(&vectors->view, &vectors->candidates, all, &parallel, error);
    free(all);
    TRY(status);
    size_t longest = 0;
    for (size_t i = 0; i < n; i++) {
        longest = vectors->view.rows[i].n > longest ? vectors->view.rows[i].n : longest;
    }
    vectors->ids = array_new(longest, sizeof *vectors->ids, error);
    vectors->values = array_new(longest, sizeof *vectors->values, error);
    return vectors->ids != NULL && vectors->values != NULL ? STANCE_OK : STANCE_ERROR_MEMORY;
}

enum stance_status stance_vectors_new(struct stance_vectors **out, const struct stance_corpus *corpus,
                                      const struct stance_feature_options *options, struct stance_error *error) {
    TRY(feature_check_options(options, error));
    struct stance_vectors *vectors = array_new(1, sizeof *vectors, error);
    if (vectors == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    vectors->options = *options;
    const enum stance_status status = fill(vectors, corpus, error);
    if (status != STANCE_OK) {
        stance_vectors_free(vectors);
        return status;
    }
    *out = vectors;
    return STANCE_OK;
}

void stance_vectors_free(struct stance_vectors *vectors) {
    if (vectors == NULL) {
        return;
    }
    view_free(&vectors->view);
    candidates_free(&vectors->candidates);
    free(vectors->ids);
    free(vectors->values);
    free(vectors);
}

size_t stance_vectors_n_features(const struct stance_vectors *vectors) { return vectors->view.n_features; }

enum stance_status stance_vectors_record(struct stance_vectors *vectors, size_t record, struct stance_vector *vector,
                                         struct stance_error *error) {
    if (record >= vectors->view.n_records) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "record %zu of %zu", record, vectors->view.n_records);
    }
    const struct sparse_row *from = &vectors->view.rows[record];
    for (size_t i = 0; i < from->n; i++) {
        vectors->ids[i] = from->entries[i].id;
        vectors->values[i] = (double)from->entries[i].value;
    }
    *vector = (struct stance_vector){.n = from->n, .ids = vectors->ids, .values = vectors->values};
    return STANCE_OK;
}

enum stance_status stance_vectors_feature(const struct stance_vectors *vectors, size_t id, struct stance_feature *feature,
                                          struct stance_error *error) {
    if (id >= vectors->view.n_features) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "feature %zu of %zu", id, vectors->view.n_features);
    }
    const struct candidate *candidate = &vectors->candidates.features[vectors->view.candidate[id]];
    *feature = (struct stance_feature){.name = {.data = candidate->name, .len = candidate->name_len},
                                       .idf = (double)vectors->view.idf[id]};
    return STANCE_OK;
}
