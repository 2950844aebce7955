/* Reading files and stdin in records of any length. */
#ifndef STANCE_CLI_INPUT_H
#define STANCE_CLI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "exit_code.h"
#include "options.h"

#define INPUT_RECORD_LIMIT ((size_t)64 << 20)  /* bytes of one record */
#define INPUT_DOCUMENT_LIMIT ((size_t)1 << 30) /* bytes of one running text */

struct input {
    const char *name; /* for messages: the path, or "stdin" */
    int descriptor;
    size_t line;   /* number of the line that is read next, from 1 */
    uint64_t size; /* bytes of the file; 0 where not known */
    uint64_t n_read;
    bool at_end, failed;
    char *chunk;
    size_t start, end; /* the unread part of `chunk` */
};

/* Opens `path`, "-" being stdin. Says what is wrong. */
enum exit_code input_open(struct input *input, const char *path);

/* Skips a UTF-8 byte order mark at the start. A first read shorter than the mark only comes from a pipe that trickles; the mark
 * then stays. */
void input_skip_mark(struct input *input);

void input_close(struct input *input);

/* Looks for the end of a record in `len` bytes; returns how many belong to it and tells in `*complete` whether its end is among
 * them. Called with the bytes that follow until it is. */
typedef size_t input_scan(void *state, const char *bytes, size_t len, bool *complete);

/* A record is a line; `state` is not used. */
input_scan input_scan_line;

enum input_result {
    INPUT_RECORD,   /* `record` holds it, with its line terminator where there is one */
    INPUT_TOO_LONG, /* more than INPUT_RECORD_LIMIT bytes, which were skipped */
    INPUT_END,      /* nothing is left */
    INPUT_FAILED    /* the file cannot be read, which was said, or a signal came */
};

enum input_result input_read_record(struct input *input, input_scan *scan, void *state, struct buffer *record);

/* The whole file into `text`. Says what is wrong. */
enum exit_code input_read_document(const char *path, struct buffer *text);

/* How to end after INPUT_FAILED. */
enum exit_code input_failure(void);

/* The name of `path` in messages. */
const char *input_name(const char *path);

/* The operands, or "-" where there are none and stdin is not a terminal. Says so, and is false, where there is nothing to read. */
bool input_paths(const struct operands *operands, struct operands *paths);

/* The sum of the sizes of files; 0 where one is not a regular file. */
uint64_t input_total_size(const struct operands *paths);

#endif
