/* The design matrix of training: the records of a corpus as sparse rows, under the vocabulary and idf of some of them. */
#ifndef STANCE_SRC_DESIGN_H
#define STANCE_SRC_DESIGN_H

#include "candidates.h"
#include "sparse.h"

/* All records as rows. Vocabulary and idf come from the training records alone. */
struct view {
    uint32_t *candidate; /* the candidate that each feature is, ascending: the most frequent in the corpus first */
    float *idf;
    size_t n_features;
    size_t n_training;
    struct sparse_row *rows;
    size_t n_records;
    struct sparse_entry **blocks; /* what the rows borrow from */
    size_t n_blocks;
};

/* `is_training` has one entry a record. An error where no feature reaches the minimum document frequency. */
enum stance_status view_new(struct view *view, const struct candidates *candidates, const bool *is_training,
                            const struct parallel *parallel, struct stance_error *error);
void view_free(struct view *view);

#endif
