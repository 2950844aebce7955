/* How much of what was scored a model knows anything of: text of another language or script has none of its features. */
#ifndef STANCE_CLI_COVERAGE_H
#define STANCE_CLI_COVERAGE_H

#include <stddef.h>

#include "stance.h"

/* Zero-initialised is nothing scored. */
struct coverage {
    size_t n;         /* texts with a token */
    size_t n_unknown; /* of them those with no feature of the model */
};

void coverage_count(struct coverage *coverage, const struct stance_result *result);
void coverage_add(struct coverage *coverage, const struct coverage *more);

/* Warns where the share of unknown texts is 5% or more; `what` they are, in the plural. */
void coverage_tell(const struct coverage *coverage, const char *what);

#endif
