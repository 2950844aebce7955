/* A quick strict reader of a line of JSON (RFC 8259) that keeps where the members lie instead of building a tree. It takes plain
 * cases only: what it takes is sound, what it does not take may be sound, too, and is for a full parser to judge. */
#ifndef STANCE_CLI_JSON_SCAN_H
#define STANCE_CLI_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "stance.h"

enum json_kind {
    JSON_KIND_STRING,
    JSON_KIND_SCALAR, /* a number, true or false */
    JSON_KIND_NULL,
    JSON_KIND_OTHER /* an array or an object */
};

struct json_member {
    struct stance_string key;
    struct stance_span value; /* bytes of the line, quotes of a string included */
    enum json_kind kind;
};

struct json_members {
    struct json_member *data;
    size_t n, capacity;
};

/* Reads `line`, which must be valid UTF-8, into `members`, in the order of the line; their keys point into the line. False where
 * the line is not an object, is not sound, or is out of the ordinary: keys with escapes, very long numbers, more than
 * JSON_SCAN_KEYS keys in an object, more than JSON_SCAN_DEPTH levels. No object in it has a key twice. */
bool json_scan(struct stance_string line, struct json_members *members);

#define JSON_SCAN_KEYS 32
#define JSON_SCAN_DEPTH 32

/* The text of a string value that json_scan found, `quoted` with its quotes: a part of it, or where it has escapes, decoded into
 * `scratch`. */
struct stance_string json_scan_string(struct stance_string quoted, struct buffer *scratch);

#endif
