/* Where a model comes from, as a JSON object. */
#ifndef STANCE_SRC_PROVENANCE_H
#define STANCE_SRC_PROVENANCE_H

#include "array.h"
#include "corpus.h"

struct provenance {
    const struct dataset *dataset;
    const struct stance_train_options *options;
    size_t n_training;   /* records that were learned from */
    size_t n_candidates; /* distinct features before any was dropped */
    size_t n_features;
    unsigned n_folds; /* 1: a tenth of the records was held out, once */
    double c;         /* as used */
};

/* Appends the object to `json`. The same training gives the same bytes, under any locale. */
enum stance_status provenance_write(struct byte_array *json, const struct provenance *provenance, struct stance_error *error);

#endif
