/* JSON Lines: one object a line. */
#ifndef STANCE_CLI_JSONL_H
#define STANCE_CLI_JSONL_H

#include <jansson.h>
#include <stddef.h>

#include "buffer.h"
#include "stance.h"

/* Parses a line, in which invalid bytes count as U+FFFD. The object, which the caller releases with json_decref; or NULL with what
 * is wrong in `problem`. `scratch` may be used. */
json_t *jsonl_parse(struct stance_string line, struct buffer *scratch, struct buffer *problem);

/* A string member as text, an integer as its digits in `number`; empty where it is absent or null. False where it is another type.
 */
bool jsonl_member_text(const json_t *object, const char *key, struct buffer *number, struct stance_string *text);

/* Where in `line`, an object that was parsed, the value of its member number `index` (from 0) lies. */
struct stance_span jsonl_value_span(struct stance_string line, size_t index);

/* The number of the member `key` in the order of the text; `key` must be there. */
size_t jsonl_member_index(const json_t *object, const char *key);

#endif
