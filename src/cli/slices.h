/* Figures of the records by the value of a field. */
#ifndef STANCE_CLI_SLICES_H
#define STANCE_CLI_SLICES_H

#include "emit.h"
#include "exit_code.h"
#include "record_notes.h"

struct slice {
    struct stance_string value; /* borrowed from the notes */
    bool has_value;             /* false: the records without the field */
    struct stance_evaluation *evaluation;
};

struct slices {
    const char *field;
    size_t minimum;
    struct slice *data; /* by value */
    size_t n;
    size_t n_small, n_small_records; /* values of fewer records than the minimum, which have no figures */
};

/* Judges every value that at least `minimum` records of the evaluation have. Says what goes wrong; to be freed also then. */
enum exit_code slices_new(struct slices *slices, const struct stance_evaluation *evaluation, const struct record_notes *notes,
                          size_t minimum, const struct stance_evaluate_options *options);
void slices_free(struct slices *slices);

void slices_report(const struct slices *slices, struct buffer *out);

/* As an object. */
void slices_emit(const struct slices *slices, struct emitter *emitter);

#endif
