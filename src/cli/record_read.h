/* One iterator over the records of files of any format. */
#ifndef STANCE_CLI_RECORD_READ_H
#define STANCE_CLI_RECORD_READ_H

#include <stdint.h>

#include "record_cut.h"
#include "record_parse.h"

struct record_reader {
    struct record_cutter cutter;
    struct record_parser parser;
    struct record_keys keys;
    struct buffer raw;
    size_t n_records, n_rejected, n_invalid; /* n_invalid: records that are not UTF-8, and not rejected */
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

/* Warns of what was mended on the way; EXIT_REJECTED where a record was rejected, EXIT_USAGE where a key that the user named is in
 * no record, which is said. */
enum exit_code record_reader_finish(const struct record_reader *reader);

/* Bytes read so far. */
uint64_t record_reader_position(const struct record_reader *reader);

#endif
