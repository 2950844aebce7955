#include "record_parse.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alike.h"
#include "memory.h"
#include "message.h"
#include "space.h"

void record_parser_init(struct record_parser *parser, const struct record_options *options,
                        const struct label_options *label_options, struct record_keys *keys) {
    *parser = (struct record_parser){.options = options, .label_options = label_options, .keys = keys};
}

void record_parser_free(struct record_parser *parser) {
    struct buffer *const buffers[] = {&parser->problem, &parser->text, &parser->id, &parser->group};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) {
        buffer_free(buffers[i]);
    }
    delimited_row_free(&parser->row);
    jsonl_object_free(&parser->object);
    free(parser->labels);
    *parser = (struct record_parser){0};
}

/* --- Labels -------------------------------------------------------------------------------------------------------------- */

static struct stance_string trim(struct stance_string text) {
    while (text.len > 0 && space_is(text.data[0])) {
        text.data++;
        text.len--;
    }
    while (text.len > 0 && space_is(text.data[text.len - 1])) {
        text.len--;
    }
    return text;
}

static bool means_none(const struct option_strings *no_label, struct stance_string label) {
    bool none = label.len == 0;
    for (size_t i = 0; i < no_label->n && !none; i++) {
        none = strlen(no_label->values[i]) == label.len && memcmp(no_label->values[i], label.data, label.len) == 0;
    }
    return none;
}

static void add_label(struct record_parser *parser, struct stance_string untrimmed) {
    const struct stance_string label = trim(untrimmed);
    if (!means_none(&parser->label_options->no_label, label)) {
        parser->labels = memory_grow(parser->labels, &parser->labels_capacity, parser->n_labels + 1, sizeof *parser->labels);
        parser->labels[parser->n_labels++] = label;
    }
}

/* The first `separator` in `text`, or its end. */
static size_t find_separator(struct stance_string text, const char *separator, size_t separator_len) {
    for (const char *c = text.data; text.len >= separator_len;) {
        const char *hit = memchr(c, separator[0], (size_t)(text.data + text.len - c));
        if (hit == NULL || (size_t)(text.data + text.len - hit) < separator_len) {
            break;
        }
        if (memcmp(hit, separator, separator_len) == 0) {
            return (size_t)(hit - text.data);
        }
        c = hit + 1;
    }
    return text.len;
}

static void add_label_field(struct record_parser *parser, struct stance_string field) {
    const char *separator = parser->label_options->label_separator;
    const size_t separator_len = strlen(separator);
    for (;;) {
        const size_t len = find_separator(field, separator, separator_len);
        add_label(parser, (struct stance_string){.data = field.data, .len = len});
        if (len == field.len) {
            return;
        }
        field.data += len + separator_len;
        field.len -= len + separator_len;
    }
}

static const char *add_json_labels(struct record_parser *parser, const json_t *value) {
    if (json_is_null(value)) {
        return NULL;
    }
    if (json_is_string(value)) {
        add_label(parser, (struct stance_string){.data = json_string_value(value), .len = json_string_length(value)});
        return NULL;
    }
    if (!json_is_array(value)) {
        return "the labels are neither an array of strings nor a string; [] is none";
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *label = json_array_get(value, i);
        if (!json_is_string(label)) {
            return "a label is not a string; put quotes around it";
        }
        add_label(parser, (struct stance_string){.data = json_string_value(label), .len = json_string_length(label)});
    }
    return NULL;
}

/* --- Records: each parser returns NULL, or what is wrong ------------------------------------------------------------------- */

static const char *parse_json_labels(struct record_parser *parser, struct record *record) {
    const struct label_options *options = parser->label_options;
    const json_t *labels = json_object_get(parser->object.tree, options->label_column == NULL ? "labels" : options->label_column);
    if (labels == NULL && options->label_column == NULL) {
        labels = json_object_get(parser->object.tree, "label");
    }
    if (labels == NULL) {
        return "no labels; give \"labels\": [] for none, or name their key with --label-column";
    }
    const char *group = options->group_column == NULL ? "group" : options->group_column;
    if (!jsonl_find_text(&parser->object, group, &parser->group, &record->group)) {
        return "the group is an array or an object; give a string or a number";
    }
    return add_json_labels(parser, labels);
}

/* The first key that is `name` but for case and white space; NULL for none. */
static const struct json_member *find_alike(const struct json_members *members, const char *name) {
    const struct stance_string wanted = {.data = name, .len = strlen(name)};
    size_t i = 0;
    while (i < members->n && !alike(members->data[i].key, wanted)) {
        i++;
    }
    return i < members->n ? &members->data[i] : NULL;
}

static const char *lacks_text(struct record_parser *parser) {
    const struct jsonl_object *object = &parser->object;
    const char *name = record_text_column(parser->options);
    const struct json_member *like = find_alike(&object->members, name);
    buffer_clear(&parser->problem);
    if (object->text != NULL) {
        buffer_format(&parser->problem, "\"%s\" is not a string; name the text's key with --text-column", name);
    } else if (like != NULL) {
        buffer_format(&parser->problem, "no \"%s\", but \"%.*s\"; if it is meant, name it with --text-column", name,
                      (int)like->key.len, like->key.data);
    } else {
        buffer_format(&parser->problem, "no \"%s\"; name the text's key with --text-column", name);
    }
    return buffer_text(&parser->problem);
}

static const char *parse_json(struct record_parser *parser, struct record *record, bool invalid) {
    struct jsonl_object *object = &parser->object;
    const bool want_tree = invalid || parser->label_options != NULL;
    if (!jsonl_parse(object, record->raw, want_tree, &parser->problem)) {
        return buffer_text(&parser->problem);
    }
    record->object = object;
    record_keys_note(parser->keys, object, parser->options, parser->label_options);
    object->text = jsonl_find(object, record_text_column(parser->options));
    if (object->text == NULL || object->text->kind != JSON_KIND_STRING) {
        return lacks_text(parser);
    }
    record->text = jsonl_string(object, object->text, &parser->text);
    if (!parser->without_id && !jsonl_find_text(object, record_id_column(parser->options), &parser->id, &record->id)) {
        return "the id is an array or an object; give a string or a number";
    }
    return parser->label_options == NULL ? NULL : parse_json_labels(parser, record);
}

static struct stance_string field_or_empty(const struct delimited_row *row, size_t column) {
    const struct stance_string empty = {.data = ""};
    return column == SIZE_MAX ? empty : row->fields[column];
}

static const char *parse_delimited(struct record_parser *parser, const struct record_file *file, struct record *record) {
    const struct delimited_row *row = &parser->row;
    const char *problem = delimited_parse(&parser->row, file->dialect, record->raw);
    if (problem != NULL) {
        return problem;
    }
    if (row->n != file->header.n) {
        buffer_clear(&parser->problem);
        buffer_format(&parser->problem, "%zu field%s where the header has %zu; quote fields that hold the delimiter", row->n,
                      row->n == 1 ? "" : "s", file->header.n);
        return buffer_text(&parser->problem);
    }
    record->fields = row->fields;
    record->header = &file->header;
    record->text = field_or_empty(row, file->columns.text);
    record->id = field_or_empty(row, file->columns.id);
    if (parser->label_options != NULL) {
        record->group = field_or_empty(row, file->columns.group);
        add_label_field(parser, field_or_empty(row, file->columns.labels));
    }
    return NULL;
}

/* In strict mode a record that is not UTF-8 is a problem. */
static const char *check_utf8(struct record_parser *parser, const struct record *record, bool *invalid) {
    size_t first = 0;
    *invalid = stance_text_invalid(record->raw.data, record->raw.len, &first) > 0;
    if (!*invalid || !parser->options->strict) {
        return NULL;
    }
    buffer_clear(&parser->problem);
    buffer_format(&parser->problem, "not UTF-8 at byte %zu of the record; convert the file, or leave out --strict", first + 1);
    return buffer_text(&parser->problem);
}

const char *record_parse(struct record_parser *parser, const struct record_file *file, struct record *record, bool *invalid) {
    const char *problem = check_utf8(parser, record, invalid);
    parser->n_labels = 0;
    if (problem != NULL) {
        return problem;
    }
    switch (file->format) {
    case RECORD_JSONL: problem = parse_json(parser, record, *invalid); break;
    case RECORD_CSV:
    case RECORD_TSV: problem = parse_delimited(parser, file, record); break;
    case RECORD_TEXT: record->text = record->raw; break;
    }
    record->labels = parser->labels;
    record->n_labels = parser->n_labels;
    return problem;
}

static const char *never_closed(struct record_parser *parser, size_t line) {
    buffer_clear(&parser->problem);
    buffer_format(&parser->problem,
                  "the file ends within a quote that opens in line %zu; close it, double the quotes inside it, or use --no-quotes",
                  line);
    return buffer_text(&parser->problem);
}

const char *record_parse_place(struct record_parser *parser, const struct record_file *file, const struct record_place *place,
                               struct record *record, bool *invalid) {
    if (place->open_line > 0) {
        return never_closed(parser, place->open_line);
    }
    if (place->too_long) {
        return record_file_is_delimited(file) && !file->dialect.no_quotes
                   ? "longer than 64 MB; cut it into several records, or where a quote is not closed use --no-quotes"
                   : "longer than 64 MB; cut it into several records";
    }
    return record_parse(parser, file, record, invalid);
}

enum exit_code record_summarise(size_t n, size_t n_invalid, size_t n_rejected) {
    if (n_invalid > 0) {
        message_warning(
            "%zu of %zu records were not valid UTF-8; each invalid byte counts as U+FFFD; convert other encodings with iconv",
            n_invalid, n);
    }
    if (n_rejected > 0) {
        message_warning("%zu of %zu records were rejected", n_rejected, n);
    }
    return n_rejected > 0 ? EXIT_REJECTED : EXIT_DONE;
}
