/* Counts the features of a statement that a vocabulary knows, and weights and normalises them into a sparse vector.
 *
 * Word n-grams and words under negation are one block: tf times idf, to Euclidean norm 1. Character n-grams are another: each
 * distinct word gives a vector of its own n-grams (tf times idf, to norm 1), times the word's own tf times idf, and the block is
 * the sum of these over the root of the summed squares of the word weights. So a word's share in a score depends on the word alone,
 * but for one factor. */
#ifndef STANCE_SRC_VECTOR_H
#define STANCE_SRC_VECTOR_H

#include <math.h>

#include "feature.h"

struct counted {
    uint32_t id, count;
};

struct counted_array {
    struct counted *data;
    size_t n, capacity;
};

/* A distinct word: its id as a feature, and its character n-grams at [first, first + n) of the bag's. */
struct bag_type {
    uint32_t unigram; /* VOCABULARY_NONE where the vocabulary lacks it */
    uint32_t count;
    size_t first, n;
};

/* What a vocabulary knows of a statement. Ids may stand more than once. */
struct bag {
    struct counted_array words;
    struct counted_array chars;
    struct {
        struct bag_type *data;
        size_t n, capacity;
    } types;
};

/* Where a bag's ids come from: the id of a feature or VOCABULARY_NONE. `name` appends the feature's name, for a vocabulary that
 * grows. */
struct feature_namer;
struct feature_index {
    enum stance_status (*find)(void *user, uint64_t hash, const struct feature_namer *namer, uint32_t *id,
                               struct stance_error *error);
    void *user;
    bool keeps_repeats; /* a word n-gram that stands twice in the text may stand twice in the bag; bag_translate adds them up */
};

/* Replaces what `bag` holds. `scratch` is used for the n-grams of a word. */
enum stance_status bag_fill(struct bag *bag, const struct feature_list *list, const struct stance_feature_options *options,
                            const struct feature_index *index, struct char_ngram_array *scratch, struct stance_error *error);

/* Appends the name of the feature that is being looked up. */
enum stance_status feature_namer_append(const struct feature_namer *namer, struct byte_array *name, struct stance_error *error);

/* Replaces what `to` holds by `from` with every id looked up in `new_ids`; those that become VOCABULARY_NONE go. */
enum stance_status bag_translate(struct bag *to, const struct bag *from, const uint32_t *new_ids, struct stance_error *error);

void bag_free(struct bag *bag);

struct vector_entry {
    double value;
    uint32_t id;
};

struct vector {
    struct vector_entry *data; /* ascending by id */
    size_t n, capacity;
};

struct weighting {
    const struct stance_feature_options *options;
    const float *idf;   /* by id; NULL where there is none. Rounded to float, as the model file keeps it. */
    size_t idf_stride;  /* floats from one to the next */
    double unknown_idf; /* of a word that no record held */
};

/* The term frequency of a feature that occurs `n` > 0 times. */
static inline double vector_tf(enum stance_tf tf, uint32_t n) {
    switch (tf) {
    case STANCE_TF_COUNT: return (double)n;
    case STANCE_TF_LOG: return n > 1 ? 1.0 + log((double)n) : 1.0;
    case STANCE_TF_PRESENCE: break;
    }
    return 1.0;
}

/* Smooth inverse document frequency, ln((1 + N) / (1 + df)) + 1 (as in scikit-learn; Sparck Jones 1972). */
double vector_idf(size_t n_records, size_t df);

/* Replaces what `vector` holds by the weighted and normalised values of `bag` before they are added up: first one for each of its
 * `words`, then one for each of its `chars`, in their order. */
enum stance_status vector_build_parts(struct vector *vector, const struct bag *bag, const struct weighting *weighting,
                                      struct stance_error *error);

/* Replaces what `vector` holds by the weighted and normalised vector of `bag`. */
enum stance_status vector_build(struct vector *vector, const struct bag *bag, const struct weighting *weighting,
                                struct stance_error *error);

#endif
