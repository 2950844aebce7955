/* Two models side by side, for people and for machines. */
#ifndef STANCE_CLI_REPORT_COMPARISON_H
#define STANCE_CLI_REPORT_COMPARISON_H

#include "emit.h"
#include "stance.h"

/* `name` is the other model's. */
void report_comparison(const struct stance_comparison *comparison, const char *name, struct buffer *out);

/* As an object. */
void report_emit_comparison(const struct stance_comparison *comparison, const char *name, struct emitter *emitter);

#endif
