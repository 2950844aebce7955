/* Records out with their scores: all that came in is kept. */
#ifndef STANCE_CLI_RECORD_WRITE_H
#define STANCE_CLI_RECORD_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "exit_code.h"
#include "record_file.h"
#include "stance.h"

/* What an output looks like. Only record_layout_begin changes it, so that threads may share what the other functions use. */
struct record_layout {
    const struct stance_model *model;
    const char *prefix;          /* before the names of added fields */
    const char *label_separator; /* between predicted labels in CSV and TSV */
    bool split;                  /* records are statements, with "parent", "statement", "start", "end" */
    enum record_format format;   /* of the output: JSONL, CSV or TSV */
    struct buffer names;         /* of the added fields, each closed by NUL */
    struct buffer *before_score; /* JSON: what stands before the score of each label, */
    struct buffer *quoted_label; /* each label as a string, */
    struct buffer before_predicted, before_sentiment, before_position[4];
    struct buffer header; /* CSV and TSV: the header of the first file, once it is written */
    bool started;
};

/* What is written for a record. */
struct record_scores {
    struct stance_result result;
    struct stance_string text; /* the statement, where the layout splits */
    size_t statement;          /* its number in the record, from 1 */
    struct stance_span span;   /* where it lies in the record's text */
};

/* All pointers are borrowed. */
void record_layout_init(struct record_layout *layout, const struct stance_model *model, enum record_format format,
                        const char *prefix, const char *label_separator, bool split);
void record_layout_free(struct record_layout *layout);

/* To be called for every file in their order, before its records are written. Appends the header of the first to `out`; EXIT_USAGE,
 * which is said into `log`, where a column has the name of an added one, or where the header is not that of the files before. */
enum exit_code record_layout_begin(struct record_layout *layout, const struct record_file *file, struct buffer *out,
                                   struct buffer *log);

/* NULL, or why the record cannot take the added fields: it has one of their names. */
const char *record_layout_collision(const struct record_layout *layout, const struct record *record);

/* Appends the record to `out`. */
void record_write(const struct record_layout *layout, const struct record_file *file, const struct record *record,
                  const struct record_scores *scores, struct buffer *out);

#endif
