/* Cutting files into records, which are not yet looked into. */
#ifndef STANCE_CLI_RECORD_CUT_H
#define STANCE_CLI_RECORD_CUT_H

#include <stdint.h>

#include "input.h"
#include "record_file.h"

struct record_cutter {
    const struct record_options *options;
    const struct label_options *label_options; /* NULL: labels and groups are not read */
    struct operands paths;
    const atomic_bool *stop; /* as in input_open */
    struct buffer *log;      /* where messages go; NULL: to stderr at once */
    /* Whether a file that cannot be opened, or the rest of one that breaks off, is said and left out, unless that leaves none that
     * is whole. */
    bool skip;
    size_t n_opened;          /* or skipped */
    size_t n_skipped;         /* as a whole or in part */
    bool warned;              /* as in input_is_text */
    struct input input;       /* the file that is read, */
    struct record_file *file; /* where this is not NULL */
    uint64_t n_bytes_before;  /* bytes of the files that were finished */
    enum exit_code failure;   /* why CUT_STOPPED */
};

/* Where a record lies in the bytes that were read. */
struct record_place {
    size_t start, len; /* bytes, without line terminator */
    size_t line;       /* where it starts, from 1 */
    bool too_long;     /* it was skipped; `len` is 0 */
    size_t open_line;  /* where a quote opens within which the file ends; 0 for none */
};

enum cut_result {
    CUT_DONE,
    CUT_END,    /* nothing is left */
    CUT_STOPPED /* a file cannot be read or lacks a column, which was said, or a signal came */
};

/* `label_options`, `stop` and `log` may be NULL. All pointers are borrowed. */
void record_cutter_init(struct record_cutter *cutter, const struct record_options *options,
                        const struct label_options *label_options, struct operands paths, const atomic_bool *stop);
void record_cutter_free(struct record_cutter *cutter);

/* Opens the next file, of those that can be, and reads its header; none may be open. CUT_END behind the last file. */
enum cut_result record_cutter_open(struct record_cutter *cutter);

/* Appends the next record of the open file to `bytes`. CUT_END, and the file is closed, where it has no more. */
enum cut_result record_cut(struct record_cutter *cutter, struct buffer *bytes, struct record_place *place);

/* Bytes of files read so far, compressed where the files are. */
uint64_t record_cutter_position(const struct record_cutter *cutter);

#endif
