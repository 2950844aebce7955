/* Where results go: stdout, or a file that appears under its name only when it is complete. */
#ifndef STANCE_CLI_OUTPUT_H
#define STANCE_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "buffer.h"
#include "exit_code.h"
#include "options.h"

struct output {
    FILE *stream;
    const char *name; /* for messages */
    char *target;     /* the file to replace on success; NULL where `stream` is written in place */
    char *temporary;  /* beside it */
    bool kept;        /* what was written stays in `temporary` when the output fails */
    bool failed;      /* which was said */
};

/* Opens `path`; NULL or "-" is stdout. A path that is no regular file (/dev/null, a pipe) is written in place. Says what is wrong,
 * among it that the output is one of `inputs`. */
enum exit_code output_open(struct output *output, const char *path, const struct operands *inputs);

/* Opens `path`.part, which becomes `path` when it is complete and stays where it is when it is not, for reading and writing; what
 * it holds is left alone. Says what is wrong, among it that `path` is no regular file, or that another process has it open so. */
enum exit_code output_open_part(struct output *output, const char *path, const struct operands *inputs);

/* Says, and is true, where `path` exists and is one of `inputs`, or the regular file that is stdin. */
bool output_is_input(const char *path, const struct operands *inputs);

/* Says, and is true, where `path` and `other` are one file, which may be yet to be made, or are both stdout. */
bool output_is_same(const char *path, const char *other);

/* False, and says so, where a file could not be made at `path`, or where something other than a regular file is there. */
bool output_has_place(const char *path);

/* False, and says so, where output_open could not make `path`; NULL, "-" and what is no regular file pass. */
bool output_is_writable(const char *path);

/* Whether what is written shows on a terminal. */
bool output_is_terminal(const struct output *output);

/* Writes; after a failure, which is said once, it does nothing. */
void output_write(struct output *output, const struct buffer *buffer);

/* Hands what was written on, so that a reader of stdout sees it now. */
void output_flush(struct output *output);

/* Ends the output: with `code` EXIT_DONE, EXIT_REJECTED or EXIT_SKIPPED flushes, syncs, renames; with others removes what was
 * written. Returns `code`, or EXIT_SYSTEM where the output failed. */
enum exit_code output_close(struct output *output, enum exit_code code);

#endif
