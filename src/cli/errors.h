/* The most confident errors of an evaluation. */
#ifndef STANCE_CLI_ERRORS_H
#define STANCE_CLI_ERRORS_H

#include "emit.h"
#include "exit_code.h"
#include "record_notes.h"

struct errors {
    const struct stance_evaluation *evaluation;
    const struct record_notes *notes; /* with texts */
    const struct stance_model *model; /* whose features tell why; NULL: none are shown */
    struct stance_explainer *explainer;
    size_t n; /* of each label, at most */
};

/* Everything is borrowed; `model` may be NULL. Says what goes wrong. */
enum exit_code errors_new(struct errors *errors, const struct stance_evaluation *evaluation, const struct record_notes *notes,
                          const struct stance_model *model, size_t n);
void errors_free(struct errors *errors);

/* For each label the records where it was predicted and is not there, or the other way round, the surest first: what was said of
 * them, their text, and the features that misled. */
enum exit_code errors_report(const struct errors *errors, struct buffer *out);

/* The same as an object from label to array. */
enum exit_code errors_emit(const struct errors *errors, struct emitter *emitter);

#endif
