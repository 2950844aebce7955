/* Evaluations and models in figures, for people and for machines. */
#ifndef STANCE_CLI_REPORT_H
#define STANCE_CLI_REPORT_H

#include <stdbool.h>

#include "buffer.h"
#include "emit.h"
#include "stance.h"
#include "table.h"

/* The table of labels, the figures over all labels, and the confusion. */
void report_evaluation(const struct stance_evaluation *evaluation, struct buffer *out);

/* "Out of fold, 5 folds", or "On 9000 records held out": what the figures of a way of training rest on. */
void report_folds(const struct stance_evaluation *evaluation, struct buffer *out);

/* Adds the cell "0.812", or "0.812 [0.790, 0.831]" where there is an interval. */
void report_add_interval(struct table *table, struct stance_interval figure);

/* An object of value, low and high as a member. */
void report_emit_interval(struct emitter *emitter, const char *key, struct stance_interval figure);

/* Digits behind the point of figures for machines. */
#define FIGURE_DECIMALS 6

/* Ten bins of probability for every label. */
void report_reliability(const struct stance_evaluation *evaluation, struct buffer *out);

/* Everything, as an object. */
void report_emit_evaluation(const struct stance_evaluation *evaluation, struct emitter *emitter);

/* The name of a feature as people read it: words without "w:", joined by '_'. */
void report_feature_name(struct buffer *out, struct stance_string name);

/* The `n` strongest features for and against every label. */
void report_features(const struct stance_model *model, size_t n, struct buffer *out);

/* The same for one label as members "for" and "against" of the open object. */
void report_emit_features(const struct stance_model *model, size_t label, size_t n, struct emitter *emitter);

/* "12.3 kB" */
void report_bytes(size_t n_bytes, struct buffer *out);

#endif
