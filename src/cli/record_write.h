/* Records out with their scores: all that came in is kept. */
#ifndef STANCE_CLI_RECORD_WRITE_H
#define STANCE_CLI_RECORD_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "output.h"
#include "record_read.h"
#include "stance.h"

struct record_writer {
    struct output *output;
    const struct stance_model *model;
    const char *prefix;          /* before the names of added fields */
    const char *label_separator; /* between predicted labels in CSV and TSV */
    bool split;                  /* records are statements, with "parent", "statement", "start", "end" */
    enum record_format format;   /* of the output: JSONL, CSV or TSV */
    struct buffer names;         /* of the added fields, each closed by NUL */
    struct buffer header;        /* CSV and TSV: the header of the first file, once it is written */
    bool started;
    struct buffer line;
};

/* What is written for a record. */
struct record_scores {
    struct stance_result result;
    struct stance_string text; /* the statement, where the writer splits */
    size_t statement;          /* its number in the record, from 1 */
    struct stance_span span;   /* where it lies in the record's text */
};

/* All pointers are borrowed. */
void record_writer_init(struct record_writer *writer, struct output *output, const struct stance_model *model,
                        enum record_format format, const char *prefix, const char *label_separator, bool split);
void record_writer_free(struct record_writer *writer);

/* To be called when the reader has opened a file. Writes the header of the first; EXIT_USAGE, which was said, where a column has
 * the name of an added one, or where the header is not that of the files before. */
enum exit_code record_writer_begin(struct record_writer *writer, const struct record_reader *reader);

/* NULL, or why the record cannot take the added fields: it has one of their names. */
const char *record_writer_collision(const struct record_writer *writer, const struct record *record);

void record_write(struct record_writer *writer, const struct record_reader *reader, const struct record *record,
                  const struct record_scores *scores);

#endif
