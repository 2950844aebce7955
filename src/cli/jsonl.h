/* JSON Lines: one object a line. */
#ifndef STANCE_CLI_JSONL_H
#define STANCE_CLI_JSONL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "json_scan.h"
#include "stance.h"

/* A parsed line. Zero-initialised is empty. */
struct jsonl_object {
    struct stance_string line;      /* borrowed */
    struct json_members members;    /* in the order of the line */
    const struct json_member *text; /* the one that holds the record's text, set by who knows its key */
    json_t *tree;                   /* the same object; NULL where json_scan read the line */
    struct buffer repaired;
};

void jsonl_object_free(struct jsonl_object *object);

/* Parses `line`, in which invalid bytes count as U+FFFD; with `want_tree`, which is needed for lines that are not valid UTF-8,
 * `object->tree` is set. False, with what is wrong in `problem`, where the line is not an object. */
bool jsonl_parse(struct jsonl_object *object, struct stance_string line, bool want_tree, struct buffer *problem);

/* The member `key`; NULL where there is none. */
const struct json_member *jsonl_find(const struct jsonl_object *object, const char *key);

/* The text of a member that is a string; it may be put into `scratch`. */
struct stance_string jsonl_string(const struct jsonl_object *object, const struct json_member *member, struct buffer *scratch);

/* A string member as text, which may be put into `scratch`, a number, true or false as it stands in the line; empty where it is
 * absent or null. False where it is an array or an object. */
bool jsonl_find_text(const struct jsonl_object *object, const char *key, struct buffer *scratch, struct stance_string *text);

#endif
