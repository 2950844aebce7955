/* What is common to the records of a file: its name, its format, its header. */
#ifndef STANCE_CLI_RECORD_FILE_H
#define STANCE_CLI_RECORD_FILE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "delimited.h"
#include "record.h"

/* The columns of a CSV or TSV file; SIZE_MAX is absent. */
struct record_columns {
    size_t id, text, labels, group;
};

/* Does not change once it is set up, so that threads may share it. */
struct record_file {
    const char *name; /* for messages */
    enum record_format format;
    struct delimited_dialect dialect; /* CSV and TSV; so are the following */
    struct buffer header_raw;
    struct delimited_row header; /* no fields in an empty file */
    struct record_columns columns;
    bool crlf; /* the header's line ends in CR LF */
    atomic_size_t n_holders;
};

/* A file with one holder and no header; `path` is borrowed. */
struct record_file *record_file_new(const struct record_options *options, const char *path);

/* Takes the header's line, with its terminator, from `header_raw`. False, and says so into `log`, where it is not sound or a column
 * that is asked for is missing. `label_options` may be NULL. */
bool record_file_set_header(struct record_file *file, const struct record_options *options,
                            const struct label_options *label_options, struct buffer *log);

/* Another holder. */
struct record_file *record_file_hold(struct record_file *file);

/* One holder less; the last frees the file. NULL is nothing. */
void record_file_release(struct record_file *file);

/* Whether the file is CSV or TSV. */
bool record_file_is_delimited(const struct record_file *file);

/* The format in which `path` is read, .gz and .zst being looked through. */
enum record_format record_format_of(const struct record_options *options, const char *path);

/* The name of the column or key that holds the text, and of that of the id. */
const char *record_text_column(const struct record_options *options);
const char *record_id_column(const struct record_options *options);

/* Takes LF or CR LF off the end; true for CR LF. */
bool record_strip_terminator(struct stance_string *raw);

#endif
