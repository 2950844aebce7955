/* Adds up the rows of features that are new to a text, each once. */
#ifndef STANCE_SRC_PRESENCE_H
#define STANCE_SRC_PRESENCE_H

#include "id_set.h"
#include "lookup.h"

/* Adds to `sums`, which are laid out as summand.h has it, the rows of those found that are known and not in `seen`, where they are
 * put; there is room. Each counts with its idf, or where `has_idf` is false with 1. sums[0] is the sum of the squares of this. */
void presence_add(double *sums, struct id_set *seen, const struct lookup *found, size_t n_pairs, bool has_idf);

#endif
