/* Reading gzip (RFC 1952) and Zstandard (RFC 8878), members in a row included, from bytes that come in pieces. Zeros behind a gzip
 * member are padding. */
#ifndef STANCE_CLI_DECOMPRESS_H
#define STANCE_CLI_DECOMPRESS_H

#include "compression.h"

struct decompressor;

/* `compression` is not COMPRESSION_NONE. NULL where there is no memory. */
struct decompressor *decompressor_new(enum compression compression);
void decompressor_free(struct decompressor *decompressor);

/* Takes bytes from the front of `*in` and writes at most `room` to `out`; returns how many. 0 means that more input is needed, or
 * where `*problem` is set, to text of the decompressor, that the input is damaged. */
size_t decompress(struct decompressor *decompressor, struct stance_string *in, char *out, size_t room, const char **problem);

/* Whether the bytes so far end inside of a member. */
bool decompressor_is_inside(const struct decompressor *decompressor);

#endif
