/* Looks features up in a model, many at a time, so that memory is asked for before it is needed. */
#ifndef STANCE_SRC_LOOKUP_H
#define STANCE_SRC_LOOKUP_H

#include "model.h"

enum { LOOKUP_MAX = 64 };

/* Features that the model may know: where `rows[i]->hash` is `hashes[i]` it does. */
struct lookup {
    size_t n;
    uint64_t hashes[LOOKUP_MAX];
    uint32_t ids[LOOKUP_MAX];
    const struct model_row *rows[LOOKUP_MAX]; /* on their way into the cache */
};

/* Looks up at most LOOKUP_MAX hashes, in their order. By the machine's instruction for counting bits where it has one, which need
 * not be known before the program runs; both ways are tested to give the same. */
void lookup_find(struct lookup *found, const struct stance_model *model, const uint64_t *hashes, size_t n);
void lookup_find_plain(struct lookup *found, const struct stance_model *model, const uint64_t *hashes, size_t n);

static inline bool lookup_is_known(const struct lookup *found, size_t i) { return found->rows[i]->hash == found->hashes[i]; }

#endif
