/* Scores as JSON members, the same wherever they are written. */
#ifndef STANCE_CLI_SCORES_H
#define STANCE_CLI_SCORES_H

#include "emit.h"
#include "stance.h"

/* Digits behind the point of a probability. */
#define SCORE_DECIMALS 6

/* "scores", "predicted" and, where the model has it, "sentiment", each name behind `prefix`. */
void scores_emit(const struct stance_model *model, const struct stance_result *result, const char *prefix, struct emitter *emitter);

/* `name` behind `prefix` as the key of the next value. */
void scores_emit_key(struct emitter *emitter, const char *prefix, const char *name);

#endif
