/* Reading files and stdin, gzip and Zstandard among them, in records of any length. */
#ifndef STANCE_CLI_INPUT_H
#define STANCE_CLI_INPUT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "decompress.h"
#include "exit_code.h"
#include "options.h"

#define INPUT_RECORD_LIMIT ((size_t)64 << 20)  /* bytes of one record */
#define INPUT_DOCUMENT_LIMIT ((size_t)1 << 30) /* bytes of one running text */

struct input {
    const char *name; /* for messages: the path, or "stdin" */
    struct buffer *log;
    const atomic_bool *stop;
    int descriptor;
    size_t line;     /* number of the line that is read next, from 1 */
    uint64_t size;   /* bytes of the file; 0 where not known */
    uint64_t n_read; /* bytes of the file that were read, compressed where it is */
    bool at_end, failed;
    char *chunk;
    size_t start, end;                 /* the unread part of `chunk` */
    struct decompressor *decompressor; /* NULL for a file that is not compressed */
    char *packed_chunk;                /* compressed bytes as read */
    struct stance_string packed;       /* the part of them that is not taken yet */
};

/* Opens `path`, "-" being stdin, and finds out by its first bytes whether it is compressed. Says what is wrong into `log`, at once
 * where that is NULL. `stop`, where not NULL, ends the reading like a signal once another thread has set it. */
enum exit_code input_open(struct input *input, const char *path, struct buffer *log, const atomic_bool *stop);

/* Skips a UTF-8 byte order mark at the start. */
void input_skip_mark(struct input *input);

/* Whether the next bytes are those that a line of JSON begins with. */
bool input_is_like_json(struct input *input);

/* Looks at the first bytes: false, and says how to convert it, where they are the mark of UTF-16 or UTF-32. Warns of NUL bytes, as
 * binary files and UTF-16 without a mark have them, unless `*warned`, which is set then. */
bool input_is_text(struct input *input, bool *warned);

void input_close(struct input *input);

/* Looks for the end of a record in `len` bytes; returns how many belong to it and tells in `*complete` whether its end is among
 * them. Called with the bytes that follow until it is. */
typedef size_t input_scan(void *state, const char *bytes, size_t len, bool *complete);

/* A record is a line; `state` is not used. */
input_scan input_scan_line;

/* Whether bytes are at hand, or the end is, so that reading on does not wait for a pipe or a terminal. */
bool input_is_ready(const struct input *input);

enum input_result {
    INPUT_RECORD,   /* it was appended, with its line terminator where there is one */
    INPUT_TOO_LONG, /* more than INPUT_RECORD_LIMIT bytes, which were skipped */
    INPUT_END,      /* nothing is left */
    INPUT_FAILED    /* the file cannot be read, which was said, or a signal came */
};

/* Appends the next record to `bytes`. */
enum input_result input_read_record(struct input *input, input_scan *scan, void *state, struct buffer *bytes);

/* The whole file into `text`. Says what is wrong. `warned` as in input_is_text. */
enum exit_code input_read_document(const char *path, struct buffer *text, bool *warned);

/* How to end after INPUT_FAILED. */
enum exit_code input_failure(void);

/* The name of `path` in messages. */
const char *input_name(const char *path);

/* The operands, or "-" where there are none and stdin is not a terminal. Says so, and is false, where there is nothing to read, or
 * stdin twice. */
bool input_paths(const struct operands *operands, struct operands *paths);

/* The sum of the sizes of files; 0 where one is not a regular file. */
uint64_t input_total_size(const struct operands *paths);

#endif
