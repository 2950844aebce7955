/* The search among ways of training, for people and for machines. */
#ifndef STANCE_CLI_REPORT_TUNE_H
#define STANCE_CLI_REPORT_TUNE_H

#include "buffer.h"
#include "emit.h"
#include "stance.h"

/* A table of all combinations, the chosen one with an asterisk. */
void report_tuning(const struct stance_tuning *tuning, unsigned n_folds, struct buffer *out);

/* "features default, class weight none" of the chosen combination. */
void report_tuned(const struct stance_tuning *tuning, struct buffer *out);

/* An array of objects, one a combination. */
void report_emit_tuning(const struct stance_tuning *tuning, struct emitter *emitter);

#endif
