/* One iterator over the records of files of any format. */
#ifndef STANCE_CLI_RECORD_READ_H
#define STANCE_CLI_RECORD_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"
#include "delimited.h"
#include "exit_code.h"
#include "input.h"
#include "record.h"

/* The columns of a CSV or TSV file; SIZE_MAX is absent. */
struct record_columns {
    size_t id, text, labels, group;
};

struct record_reader {
    const struct record_options *options;
    const struct label_options *label_options; /* NULL: labels and groups are not read */
    struct operands paths;
    size_t n_opened;
    struct input input; /* the file that is read, where `open` */
    bool open;
    enum record_format format;
    struct delimited_row header, row;
    struct record_columns columns;
    bool crlf; /* the header's line ends in CR LF */
    struct buffer raw, header_raw, repaired, problem, id_number, group_number;
    json_t *object;
    struct stance_string *labels;
    size_t n_labels, labels_capacity;
    size_t n_records, n_rejected, n_invalid; /* n_invalid: records that are not UTF-8, and not rejected */
    uint64_t n_bytes_before;                 /* bytes of the files that were finished */
    enum exit_code failure;                  /* why RECORDS_STOPPED */
};

enum record_result {
    RECORDS_READ,   /* `record` is the next one; it borrows from the reader until the next call */
    RECORDS_END,    /* no file has more */
    RECORDS_STOPPED /* a file cannot be read or lacks a column, which was said, or a signal came */
};

/* `label_options` may be NULL. All pointers are borrowed. */
void record_reader_init(struct record_reader *reader, const struct record_options *options,
                        const struct label_options *label_options, struct operands paths);
void record_reader_free(struct record_reader *reader);

/* Delivers the next record that is sound; those that are not are said and counted. */
enum record_result record_read(struct record_reader *reader, struct record *record);

/* Says why a record that was read cannot be used, and counts it among the rejected. */
void record_reject(struct record_reader *reader, const struct record *record, const char *problem);

/* Warns of what was mended on the way; EXIT_REJECTED where a record was rejected. */
enum exit_code record_reader_finish(const struct record_reader *reader);

/* Bytes read so far. */
uint64_t record_reader_position(const struct record_reader *reader);

/* The format in which `path` is read. */
enum record_format record_format_of(const struct record_options *options, const char *path);

/* How the open file, which is CSV or TSV, sets off its fields. */
struct delimited_dialect record_dialect(const struct record_reader *reader);

/* The name of the column or key that holds the text. */
const char *record_text_column(const struct record_options *options);

#endif
