/* The features that tell most in a decision. */
#ifndef STANCE_CLI_TELLING_H
#define STANCE_CLI_TELLING_H

#include <stdbool.h>

#include "buffer.h"
#include "emit.h"
#include "stance.h"

/* The contributions of an explanation by falling size of their share, those of equal size by feature; the caller frees the array of
 * n_contributions pointers, which borrow from the explanation. */
const struct stance_contribution **telling_rank(const struct stance_explanation *explanation);

/* Appends "denied +0.412  c:<den +0.103 ...", the `n` strongest of the ranked features on one side, "-" where there is none, and a
 * newline. The cursor stands at column `indent`; so do all lines, which are up to `width` columns wide. */
void telling_append(struct buffer *out, const struct stance_model *model, const struct stance_explanation *explanation,
                    const struct stance_contribution *const *ranked, bool positive, size_t n, size_t indent, size_t width);

/* The `n` strongest of the ranked features as an array: feature, value, share, and spans moved by `offset` bytes. */
void telling_emit(struct emitter *emitter, const struct stance_model *model, const struct stance_explanation *explanation,
                  const struct stance_contribution *const *ranked, size_t n, size_t offset);

/* Digits behind the point of shares for machines: enough to add up to a decision value within 1e-9. */
#define SHARE_DECIMALS 12

#endif
