/* What every label does at a wanted precision, for people and for machines. */
#ifndef STANCE_CLI_REPORT_PRECISION_H
#define STANCE_CLI_REPORT_PRECISION_H

#include "emit.h"
#include "stance.h"

/* `precision` is in (0, 1]. */
void report_precision(const struct stance_evaluation *evaluation, double precision, struct buffer *out);

/* As an object. */
void report_emit_precision(const struct stance_evaluation *evaluation, double precision, struct emitter *emitter);

#endif
