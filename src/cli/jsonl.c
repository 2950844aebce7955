#include "jsonl.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "memory.h"

void jsonl_object_free(struct jsonl_object *object) {
    json_decref(object->tree);
    free(object->members.data);
    buffer_free(&object->repaired);
    *object = (struct jsonl_object){0};
}

/* --- Trees: for the lines that json_scan does not take ------------------------------------------------------------------------ */

static void append_repaired(struct buffer *out, struct stance_string text) {
    for (size_t i = 0; i < text.len;) {
        utf8proc_int32_t code;
        const utf8proc_ssize_t len =
            utf8proc_iterate((const utf8proc_uint8_t *)text.data + i, (utf8proc_ssize_t)(text.len - i), &code);
        if (len > 0) {
            buffer_append(out, text.data + i, (size_t)len);
            i += (size_t)len;
        } else {
            buffer_append_text(out, "\xEF\xBF\xBD");
            i++;
        }
    }
}

/* A tree has no room for integers above 64 bits, which numbers of accounts and messages can be; they are kept as they stand in the
 * line, so that the tree may round them. */
static json_t *load(struct stance_string line, json_error_t *error) {
    const size_t flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL;
    json_t *value = json_loadb(line.data, line.len, flags, error);
    if (value == NULL && json_error_code(error) == json_error_numeric_overflow) {
        value = json_loadb(line.data, line.len, flags | JSON_DECODE_INT_AS_REAL, error);
    }
    return value;
}

/* The object in `line`; or NULL with what is wrong in `problem`. */
static json_t *parse_tree(struct stance_string line, struct buffer *problem) {
    json_error_t error;
    json_t *value = load(line, &error);
    buffer_clear(problem);
    if (value == NULL) {
        buffer_format(problem, "not JSON at byte %d: %s; mend the line", error.position, error.text);
    } else if (!json_is_object(value)) {
        buffer_append_text(problem, "not a JSON object; every line must be one, such as {\"text\": \"...\"}");
        json_decref(value);
        value = NULL;
    }
    return value;
}

/* Where the string ends whose opening quote is at `i`. */
static size_t skip_string(struct stance_string line, size_t i) {
    for (i++; i < line.len && line.data[i] != '"'; i++) {
        i += line.data[i] == '\\';
    }
    return i + 1;
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static size_t skip_space(struct stance_string line, size_t i) {
    while (i < line.len && is_space(line.data[i])) {
        i++;
    }
    return i;
}

/* Where the value ends that starts at `i`: at the comma or brace behind it that belongs to the object. */
static size_t skip_value(struct stance_string line, size_t i) {
    size_t depth = 0;
    while (i < line.len) {
        const char c = line.data[i];
        if (c == '"') {
            i = skip_string(line, i);
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}')) {
            break;
        }
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        i++;
    }
    return i;
}

static enum json_kind kind_of(const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_STRING: return JSON_KIND_STRING;
    case JSON_NULL: return JSON_KIND_NULL;
    case JSON_OBJECT:
    case JSON_ARRAY: return JSON_KIND_OTHER;
    default: return JSON_KIND_SCALAR;
    }
}

/* The value of the member that starts behind `i`, the brace or comma before it. The line is known to be an object, so that this may
 * be short. */
static struct stance_span next_value(struct stance_string line, size_t i, size_t *comma) {
    const size_t key_end = skip_string(line, skip_space(line, i + 1));
    const size_t start = skip_space(line, skip_space(line, key_end) + 1);
    size_t end = skip_value(line, start);
    *comma = end;
    while (end > start && is_space(line.data[end - 1])) {
        end--;
    }
    return (struct stance_span){.start = start, .end = end};
}

/* jansson keeps neither offsets nor the original text of a value, but the order. */
static void list_members(struct jsonl_object *object) {
    struct json_members *members = &object->members;
    size_t comma = skip_space(object->line, 0);
    members->n = 0;
    for (void *i = json_object_iter(object->tree); i != NULL; i = json_object_iter_next(object->tree, i)) {
        const char *key = json_object_iter_key(i);
        members->data = memory_grow(members->data, &members->capacity, members->n + 1, sizeof *members->data);
        members->data[members->n++] = (struct json_member){.key = {.data = key, .len = strlen(key)},
                                                           .value = next_value(object->line, comma, &comma),
                                                           .kind = kind_of(json_object_iter_value(i))};
    }
}

/* --- Objects --------------------------------------------------------------------------------------------------------------------
 */

bool jsonl_parse(struct jsonl_object *object, struct stance_string line, bool want_tree, struct buffer *problem) {
    json_decref(object->tree);
    object->tree = NULL;
    object->line = line;
    object->text = NULL;
    if (!want_tree && json_scan(line, &object->members)) {
        return true;
    }
    struct stance_string valid = line;
    if (stance_text_invalid(line.data, line.len, NULL) > 0) {
        buffer_clear(&object->repaired);
        append_repaired(&object->repaired, line);
        valid = buffer_string(&object->repaired);
    }
    object->tree = parse_tree(valid, problem);
    if (object->tree != NULL) {
        list_members(object);
    }
    return object->tree != NULL;
}

const struct json_member *jsonl_find(const struct jsonl_object *object, const char *key) {
    const size_t len = strlen(key);
    for (size_t i = 0; i < object->members.n; i++) {
        const struct json_member *member = &object->members.data[i];
        if (member->key.len == len && memcmp(member->key.data, key, len) == 0) {
            return member;
        }
    }
    return NULL;
}

static struct stance_string value_of(const struct jsonl_object *object, const struct json_member *member) {
    return (struct stance_string){.data = object->line.data + member->value.start, .len = member->value.end - member->value.start};
}

struct stance_string jsonl_string(const struct jsonl_object *object, const struct json_member *member, struct buffer *scratch) {
    if (object->tree == NULL) {
        return json_scan_string(value_of(object, member), scratch);
    }
    const json_t *value = json_object_get(object->tree, member->key.data);
    return (struct stance_string){.data = json_string_value(value), .len = json_string_length(value)};
}

bool jsonl_find_text(const struct jsonl_object *object, const char *key, struct buffer *scratch, struct stance_string *text) {
    const struct json_member *member = jsonl_find(object, key);
    *text = (struct stance_string){0};
    if (member != NULL && member->kind == JSON_KIND_STRING) {
        *text = jsonl_string(object, member, scratch);
    } else if (member != NULL && member->kind == JSON_KIND_SCALAR) {
        *text = value_of(object, member);
    }
    return member == NULL || member->kind != JSON_KIND_OTHER;
}
