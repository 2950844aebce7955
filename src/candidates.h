/* The features of a corpus, before a vocabulary is chosen, and what each record holds of them. */
#ifndef STANCE_SRC_CANDIDATES_H
#define STANCE_SRC_CANDIDATES_H

#include "corpus.h"
#include "parallel.h"
#include "vector.h"
#include "vocabulary.h"

struct candidate {
    uint64_t hash;
    const char *name;
    uint32_t name_len;
    uint32_t df; /* records that hold it */
};

/* The bags of some records that follow each other, in as few arrays as can be. */
struct bag_block;

enum { CANDIDATES_BLOCK = 256, CANDIDATES_PARTS = 16 };

struct candidates {
    struct candidate *features; /* those in enough records; the most frequent first, those of one frequency by hash */
    size_t n_features;
    size_t n_found; /* also those that are in too few records */
    struct bag_block *blocks;
    size_t n_blocks, n_records;
    struct vocabulary parts[CANDIDATES_PARTS];    /* by the highest bits of the hash; they keep the names */
    const struct stance_feature_options *options; /* borrowed */
};

/* The same whatever the number of workers. */
enum stance_status candidates_new(struct candidates *candidates, const struct stance_corpus *corpus,
                                  const struct stance_feature_options *options, const struct parallel *parallel,
                                  struct stance_error *error);
void candidates_free(struct candidates *candidates);

/* What a record holds: ids of features, ascending within its words and within each of its types. Borrowed. */
struct bag candidates_bag(const struct candidates *candidates, size_t record);

#endif
