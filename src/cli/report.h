/* Evaluations and models in figures, for people and for machines. */
#ifndef STANCE_CLI_REPORT_H
#define STANCE_CLI_REPORT_H

#include <stdbool.h>

#include "buffer.h"
#include "emit.h"
#include "stance.h"

/* The table of labels, the figures over all labels, and the confusion. */
void report_evaluation(const struct stance_evaluation *evaluation, struct buffer *out);

/* Ten bins of probability for every label. */
void report_reliability(const struct stance_evaluation *evaluation, struct buffer *out);

/* Everything, as an object. */
void report_emit_evaluation(const struct stance_evaluation *evaluation, struct emitter *emitter);

/* The `n` strongest features for and against every label. */
void report_features(const struct stance_model *model, size_t n, struct buffer *out);

/* The same for one label as members "for" and "against" of the open object. */
void report_emit_features(const struct stance_model *model, size_t label, size_t n, struct emitter *emitter);

/* "12.3 kB" */
void report_bytes(size_t n_bytes, struct buffer *out);

#endif
