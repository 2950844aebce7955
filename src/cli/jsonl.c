#include "jsonl.h"

#include <string.h>
#include <utf8proc.h>

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

json_t *jsonl_parse(struct stance_string line, struct buffer *scratch, struct buffer *problem) {
    if (stance_text_invalid(line.data, line.len, NULL) > 0) {
        buffer_clear(scratch);
        append_repaired(scratch, line);
        line = buffer_string(scratch);
    }
    json_error_t error;
    json_t *value = json_loadb(line.data, line.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
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

bool jsonl_member_text(const json_t *object, const char *key, struct buffer *number, struct stance_string *text) {
    const json_t *value = json_object_get(object, key);
    *text = (struct stance_string){0};
    if (json_is_string(value)) {
        *text = (struct stance_string){.data = json_string_value(value), .len = json_string_length(value)};
    } else if (json_is_integer(value)) {
        buffer_clear(number);
        buffer_format(number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        *text = buffer_string(number);
    } else if (value != NULL && !json_is_null(value)) {
        return false;
    }
    return true;
}

size_t jsonl_member_index(const json_t *object, const char *key) {
    size_t index = 0;
    json_t *members = (json_t *)object; /* jansson's iterators have no const */
    for (void *i = json_object_iter(members); i != NULL && strcmp(json_object_iter_key(i), key) != 0;) {
        i = json_object_iter_next(members, i);
        index++;
    }
    return index;
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

/* jansson keeps neither offsets nor the original text of a value; the line is known to be an object, so that this may be short. */
struct stance_span jsonl_value_span(struct stance_string line, size_t index) {
    size_t i = skip_space(line, 0) + 1;
    for (;;) {
        const size_t key_end = skip_string(line, skip_space(line, i));
        const size_t start = skip_space(line, skip_space(line, key_end) + 1);
        size_t end = skip_value(line, start);
        if (index-- == 0 || end >= line.len) {
            while (end > start && is_space(line.data[end - 1])) {
                end--;
            }
            return (struct stance_span){.start = start, .end = end};
        }
        i = end + 1;
    }
}
