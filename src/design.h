/* The design matrix of training: the features of a corpus, and its vectors under the vocabulary and idf of some of its records. */
#ifndef STANCE_SRC_DESIGN_H
#define STANCE_SRC_DESIGN_H

#include "corpus.h"
#include "parallel.h"
#include "vector.h"
#include "vocabulary.h"

/* Every feature of a corpus, before a vocabulary is chosen. */
struct candidates {
    struct vocabulary vocabulary;
    struct bag *bags; /* of each record, with ids of the vocabulary */
    size_t n_records;
    const struct stance_feature_options *options; /* borrowed */
};

enum stance_status candidates_new(struct candidates *candidates, const struct stance_corpus *corpus,
                                  const struct stance_feature_options *options, struct stance_error *error);
void candidates_free(struct candidates *candidates);

/* All records as vectors. Vocabulary and idf come from the training records alone. */
struct view {
    uint32_t *candidate; /* the candidate that each feature is; the most frequent first, those of one df by hash */
    float *idf;
    size_t n_features;
    size_t n_training;
    struct vector *vectors;
    size_t n_records;
};

/* `is_training` has one entry a record. An error where no feature reaches the minimum document frequency. */
enum stance_status view_new(struct view *view, const struct candidates *candidates, const bool *is_training,
                            const struct parallel *parallel, struct stance_error *error);
void view_free(struct view *view);

#endif
