/* Records: the form in which every input format meets the rest of the program. */
#ifndef STANCE_CLI_RECORD_H
#define STANCE_CLI_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "delimited.h"
#include "jsonl.h"
#include "options.h"
#include "stance.h"

enum record_format { RECORD_JSONL, RECORD_CSV, RECORD_TSV, RECORD_TEXT };

enum record_delimiter { DELIMITER_COMMA, DELIMITER_SEMICOLON, DELIMITER_TAB, DELIMITER_PIPE, N_DELIMITERS };

/* How to read records; NULL names are the defaults, which may be absent from the input (but for the text). */
struct record_options {
    int format; /* enum record_format, or OPTION_UNSET: by the file's extension */
    const char *id_column, *text_column;
    int delimiter; /* of CSV and TSV, enum record_delimiter, or OPTION_UNSET: the format's */
    int strict;    /* text that is not UTF-8 rejects its record */
    int no_quotes; /* quotes in CSV and TSV are ordinary characters */
};

/* How to read the labels of a corpus. */
struct label_options {
    const char *label_column, *group_column, *label_separator;
    struct option_strings no_label; /* label values that mean none */
};

struct record {
    const char *file;
    size_t line;              /* where it starts, from 1 */
    struct stance_string raw; /* as read, without line terminator */
    struct stance_string text, id, group;
    const struct stance_string *labels;
    size_t n_labels;
    const struct stance_string *fields; /* CSV and TSV: the unquoted fields, as many as the header has */
    const struct delimited_row *header; /* CSV and TSV: their names */
    const struct jsonl_object *object;  /* JSONL */
};

#define RECORD_OPTIONS_DEFAULT \
    { .format = OPTION_UNSET, .delimiter = OPTION_UNSET }
#define LABEL_OPTIONS_DEFAULT \
    { .label_separator = ";" }

/* The names that --delimiter takes, closed by NULL. */
extern const char *const DELIMITER_NAMES[N_DELIMITERS + 1];

/* Rows of options for these structs. */
extern const struct option_row RECORD_OPTION_ROWS[6];
extern const struct option_row LABEL_OPTION_ROWS[4];

#endif
