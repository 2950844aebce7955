/* Reading labelled records into a corpus. */
#ifndef STANCE_CLI_CORPUS_READ_H
#define STANCE_CLI_CORPUS_READ_H

#include <stdbool.h>

#include "emit.h"
#include "exit_code.h"
#include "options.h"
#include "record.h"
#include "stance.h"

struct corpus_source {
    struct record_options records;
    struct label_options labels;
    struct operands auxiliary; /* files whose records are learned from and not judged on */
    bool quiet;                /* no progress */
};

struct corpus_input {
    struct stance_corpus *corpus; /* freed by corpus_input_free */
    size_t n_files, n_records, n_rejected;
    size_t n_auxiliary; /* of the records in the corpus */
};

/* Called for every record that went into the corpus. */
typedef void corpus_visitor(void *user, const struct record *record);

/* Reads all files, and those of the auxiliary corpora. EXIT_REJECTED where records were rejected, which leaves the corpus of the
 * others; any other code but EXIT_DONE leaves nothing to free. `visit` may be NULL. */
enum exit_code corpus_read(struct corpus_input *input, const struct corpus_source *source, const struct operands *paths,
                           corpus_visitor *visit, void *user);

void corpus_input_free(struct corpus_input *input);

/* For people: files, records, labels with their counts, groups, duplicates. For machines: the same as members of the open object.
 */
enum exit_code corpus_report(const struct corpus_input *input, struct buffer *out);
enum exit_code corpus_emit(const struct corpus_input *input, struct emitter *emitter);

#endif
