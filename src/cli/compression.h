/* The compressed formats of files: gzip (RFC 1952) and Zstandard (RFC 8878). */
#ifndef STANCE_CLI_COMPRESSION_H
#define STANCE_CLI_COMPRESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "stance.h"

enum compression { COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_ZSTD };

/* How many bytes compression_of_bytes wants to see. */
#define COMPRESSION_MAGIC_LEN 4

/* By the extension, .gz or .zst in any case; `path` may be NULL. `*stem_len`, where not NULL, receives the length of `path` without
 * it. */
enum compression compression_of_name(const char *path, size_t *stem_len);

/* By the magic bytes at a file's start. */
enum compression compression_of_bytes(const char *bytes, size_t len);

/* The format's name in messages. */
const char *compression_name(enum compression compression);

/* Appends `text` to `out` as a whole gzip member or Zstandard frame, or as it is; members in a row are a file of that format.
 * False where the library has no memory. */
bool compression_append(enum compression compression, struct stance_string text, struct buffer *out);

#endif
