#include "record_read.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "jsonl.h"
#include "memory.h"
#include "message.h"

static const char *or_default(const char *name, const char *fallback) { return name == NULL ? fallback : name; }

const char *record_text_column(const struct record_options *options) { return or_default(options->text_column, "text"); }

enum record_format record_format_of(const struct record_options *options, const char *path) {
    static const struct {
        const char *extension;
        enum record_format format;
    } EXTENSIONS[] = {{".jsonl", RECORD_JSONL}, {".ndjson", RECORD_JSONL}, {".json", RECORD_JSONL},
                      {".csv", RECORD_CSV},     {".tsv", RECORD_TSV},      {".tab", RECORD_TSV}};
    if (options->format != OPTION_UNSET) {
        return (enum record_format)options->format;
    }
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot != NULL && i < sizeof EXTENSIONS / sizeof *EXTENSIONS; i++) {
        if (strcasecmp(dot, EXTENSIONS[i].extension) == 0) {
            return EXTENSIONS[i].format;
        }
    }
    return RECORD_TEXT;
}

void record_reader_init(struct record_reader *reader, const struct record_options *options,
                        const struct label_options *label_options, struct operands paths) {
    *reader = (struct record_reader){.options = options, .label_options = label_options, .paths = paths};
}

static void close_file(struct record_reader *reader) {
    if (reader->open) {
        reader->n_bytes_before += reader->input.n_read;
        input_close(&reader->input);
        reader->open = false;
    }
}

void record_reader_free(struct record_reader *reader) {
    close_file(reader);
    delimited_row_free(&reader->header);
    delimited_row_free(&reader->row);
    struct buffer *const buffers[] = {&reader->raw,     &reader->header_raw, &reader->repaired,
                                      &reader->problem, &reader->id_number,  &reader->group_number};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) {
        buffer_free(buffers[i]);
    }
    json_decref(reader->object);
    free(reader->labels);
    *reader = (struct record_reader){0};
}

uint64_t record_reader_position(const struct record_reader *reader) {
    return reader->n_bytes_before + (reader->open ? reader->input.n_read : 0);
}

static enum record_result stop(struct record_reader *reader, enum exit_code failure) {
    reader->failure = failure;
    return RECORDS_STOPPED;
}

/* --- Headers ----------------------------------------------------------------------------------------------------------- */

struct delimited_dialect record_dialect(const struct record_reader *reader) {
    return (struct delimited_dialect){.delimiter = (char)(reader->format == RECORD_CSV ? ',' : '\t'),
                                      .no_quotes = reader->options->no_quotes != 0};
}

/* Takes LF or CR LF off the end; true for CR LF. */
static bool strip_terminator(struct stance_string *raw) {
    if (raw->len == 0 || raw->data[raw->len - 1] != '\n') {
        return false;
    }
    raw->len--;
    const bool crlf = raw->len > 0 && raw->data[raw->len - 1] == '\r';
    raw->len -= crlf;
    return crlf;
}

/* False, and says so, where the user named a column that the file lacks; `*column` is SIZE_MAX where nobody named it. */
static bool find_column(const struct record_reader *reader, const char *option, const char *named, const char *fallback,
                        size_t *column) {
    *column = delimited_find(&reader->header, or_default(named, fallback));
    if (*column == SIZE_MAX && named != NULL) {
        message_at(reader->input.name, 1, "no column \"%s\"; name one of the header's with --%s", named, option);
        return false;
    }
    return true;
}

static bool find_label_columns(struct record_reader *reader) {
    const struct label_options *options = reader->label_options;
    struct record_columns *columns = &reader->columns;
    if (!find_column(reader, "label-column", options->label_column, "labels", &columns->labels) ||
        !find_column(reader, "group-column", options->group_column, "group", &columns->group)) {
        return false;
    }
    if (columns->labels == SIZE_MAX) {
        columns->labels = delimited_find(&reader->header, "label");
    }
    if (columns->labels == SIZE_MAX) {
        message_at(reader->input.name, 1, "no column \"labels\" or \"label\"; name the labels' column with --label-column");
    }
    return columns->labels != SIZE_MAX;
}

static bool find_columns(struct record_reader *reader) {
    const struct record_options *options = reader->options;
    return find_column(reader, "text-column", record_text_column(options), NULL, &reader->columns.text) &&
           find_column(reader, "id-column", options->id_column, "id", &reader->columns.id) &&
           (reader->label_options == NULL || find_label_columns(reader));
}

/* The header stays as it was read in `header_raw`, to which the fields of `header` point. An empty file has none, and no records.
 */
static enum record_result read_header(struct record_reader *reader) {
    struct delimited_scan scan = {.dialect = record_dialect(reader)};
    const enum input_result result = input_read_record(&reader->input, delimited_scan, &scan, &reader->header_raw);
    reader->header.n = 0;
    if (result == INPUT_END) {
        return RECORDS_READ;
    }
    if (result == INPUT_FAILED) {
        return stop(reader, input_failure());
    }
    struct stance_string line = buffer_string(&reader->header_raw);
    reader->crlf = strip_terminator(&line);
    const char *problem = result == INPUT_TOO_LONG ? "the header is longer than 64 MB; is this a CSV or TSV file?"
                                                   : delimited_parse(&reader->header, scan.dialect, line);
    if (problem != NULL) {
        message_at(reader->input.name, 1, "%s", problem);
        return stop(reader, EXIT_USAGE);
    }
    return find_columns(reader) ? RECORDS_READ : stop(reader, EXIT_USAGE);
}

static enum record_result open_next(struct record_reader *reader) {
    const char *path = reader->paths.values[reader->n_opened++];
    reader->format = record_format_of(reader->options, path);
    if (reader->format == RECORD_TEXT && reader->label_options != NULL) {
        message_error("%s is read as plain text, which has no labels; give JSONL, CSV or TSV, or say --input-format",
                      input_name(path));
        return stop(reader, EXIT_USAGE);
    }
    const enum exit_code code = input_open(&reader->input, path);
    if (code != EXIT_DONE) {
        return stop(reader, code);
    }
    reader->open = true;
    input_skip_mark(&reader->input);
    return reader->format == RECORD_CSV || reader->format == RECORD_TSV ? read_header(reader) : RECORDS_READ;
}

/* --- Labels -------------------------------------------------------------------------------------------------------------- */

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static struct stance_string trim(struct stance_string text) {
    while (text.len > 0 && is_space(text.data[0])) {
        text.data++;
        text.len--;
    }
    while (text.len > 0 && is_space(text.data[text.len - 1])) {
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

static void add_label(struct record_reader *reader, struct stance_string label) {
    if (!means_none(&reader->label_options->no_label, label)) {
        reader->labels = memory_grow(reader->labels, &reader->labels_capacity, reader->n_labels + 1, sizeof *reader->labels);
        reader->labels[reader->n_labels++] = label;
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

static void add_label_field(struct record_reader *reader, struct stance_string field) {
    const char *separator = reader->label_options->label_separator;
    const size_t separator_len = strlen(separator);
    for (;;) {
        const size_t len = find_separator(field, separator, separator_len);
        add_label(reader, trim((struct stance_string){.data = field.data, .len = len}));
        if (len == field.len) {
            return;
        }
        field.data += len + separator_len;
        field.len -= len + separator_len;
    }
}

static const char *add_json_labels(struct record_reader *reader, const json_t *value) {
    if (json_is_string(value)) {
        add_label(reader, (struct stance_string){.data = json_string_value(value), .len = json_string_length(value)});
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
        add_label(reader, (struct stance_string){.data = json_string_value(label), .len = json_string_length(label)});
    }
    return NULL;
}

/* --- Records: each parser returns NULL, or what is wrong ------------------------------------------------------------------- */

static const char *parse_json_labels(struct record_reader *reader, struct record *record) {
    const struct label_options *options = reader->label_options;
    const json_t *labels = json_object_get(reader->object, or_default(options->label_column, "labels"));
    if (labels == NULL && options->label_column == NULL) {
        labels = json_object_get(reader->object, "label");
    }
    if (labels == NULL) {
        return "no labels; give \"labels\": [] for none, or name their key with --label-column";
    }
    const char *group = or_default(options->group_column, "group");
    if (!jsonl_member_text(reader->object, group, &reader->group_number, &record->group)) {
        return "the group is neither a string nor an integer";
    }
    return add_json_labels(reader, labels);
}

static const char *parse_json(struct record_reader *reader, struct record *record) {
    const char *text_key = record_text_column(reader->options);
    json_decref(reader->object);
    reader->object = jsonl_parse(record->raw, &reader->repaired, &reader->problem);
    record->object = reader->object;
    if (reader->object == NULL) {
        return buffer_text(&reader->problem);
    }
    const json_t *text = json_object_get(reader->object, text_key);
    if (!json_is_string(text)) {
        buffer_format(&reader->problem, "%s string \"%s\"; name the text's key with --text-column", text == NULL ? "no" : "not a",
                      text_key);
        return buffer_text(&reader->problem);
    }
    record->text = (struct stance_string){.data = json_string_value(text), .len = json_string_length(text)};
    if (!jsonl_member_text(reader->object, or_default(reader->options->id_column, "id"), &reader->id_number, &record->id)) {
        return "the id is neither a string nor an integer";
    }
    return reader->label_options == NULL ? NULL : parse_json_labels(reader, record);
}

static struct stance_string field_or_empty(const struct delimited_row *row, size_t column) {
    const struct stance_string empty = {0};
    return column == SIZE_MAX ? empty : row->fields[column];
}

static const char *parse_delimited(struct record_reader *reader, struct record *record) {
    const char *problem = delimited_parse(&reader->row, record_dialect(reader), record->raw);
    if (problem != NULL) {
        return problem;
    }
    if (reader->row.n != reader->header.n) {
        buffer_clear(&reader->problem);
        buffer_format(&reader->problem, "%zu field%s where the header has %zu; quote fields that hold the delimiter", reader->row.n,
                      reader->row.n == 1 ? "" : "s", reader->header.n);
        return buffer_text(&reader->problem);
    }
    record->fields = reader->row.fields;
    record->text = field_or_empty(&reader->row, reader->columns.text);
    record->id = field_or_empty(&reader->row, reader->columns.id);
    if (reader->label_options != NULL) {
        record->group = field_or_empty(&reader->row, reader->columns.group);
        add_label_field(reader, field_or_empty(&reader->row, reader->columns.labels));
    }
    return NULL;
}

/* In strict mode a record that is not UTF-8 is a problem, else it is counted. */
static const char *check_utf8(struct record_reader *reader, const struct record *record, bool *invalid) {
    size_t first = 0;
    *invalid = stance_text_invalid(record->raw.data, record->raw.len, &first) > 0;
    if (!*invalid || !reader->options->strict) {
        return NULL;
    }
    buffer_clear(&reader->problem);
    buffer_format(&reader->problem, "not UTF-8 at byte %zu of the record; convert the file, or leave out --strict", first + 1);
    return buffer_text(&reader->problem);
}

static const char *parse(struct record_reader *reader, struct record *record) {
    bool invalid;
    const char *problem = check_utf8(reader, record, &invalid);
    reader->n_labels = 0;
    if (problem != NULL) {
        return problem;
    }
    switch (reader->format) {
    case RECORD_JSONL: problem = parse_json(reader, record); break;
    case RECORD_CSV:
    case RECORD_TSV: problem = parse_delimited(reader, record); break;
    case RECORD_TEXT: record->text = record->raw; break;
    }
    record->labels = reader->labels;
    record->n_labels = reader->n_labels;
    reader->n_invalid += invalid && problem == NULL;
    return problem;
}

static bool is_blank(struct stance_string line) {
    for (size_t i = 0; i < line.len; i++) {
        if (!is_space(line.data[i])) {
            return false;
        }
    }
    return true;
}

/* Empty lines are records of plain text, so that lines in and lines out stay in step; elsewhere they are nothing. */
static bool is_nothing(const struct record_reader *reader, const struct record *record) {
    return reader->format == RECORD_JSONL ? is_blank(record->raw) : reader->format != RECORD_TEXT && record->raw.len == 0;
}

static enum input_result read_raw(struct record_reader *reader, struct record *record) {
    struct delimited_scan scan = {.dialect = record_dialect(reader)};
    const bool delimited = reader->format == RECORD_CSV || reader->format == RECORD_TSV;
    *record = (struct record){.file = reader->input.name, .line = reader->input.line};
    const enum input_result result =
        input_read_record(&reader->input, delimited ? delimited_scan : input_scan_line, &scan, &reader->raw);
    record->raw = buffer_string(&reader->raw);
    strip_terminator(&record->raw);
    return result;
}

void record_reject(struct record_reader *reader, const struct record *record, const char *problem) {
    message_at(record->file, record->line, "%s", problem);
    reader->n_rejected++;
}

/* Reads on in the open file until a sound record or its end. */
static enum record_result read_from_file(struct record_reader *reader, struct record *record) {
    for (;;) {
        const enum input_result result = read_raw(reader, record);
        if (result == INPUT_END) {
            return RECORDS_END;
        }
        if (result == INPUT_FAILED) {
            return stop(reader, input_failure());
        }
        if (result == INPUT_RECORD && is_nothing(reader, record)) {
            continue;
        }
        const char *problem = result == INPUT_TOO_LONG ? "longer than 64 MB; cut it into several records" : parse(reader, record);
        reader->n_records++;
        if (problem == NULL) {
            return RECORDS_READ;
        }
        record_reject(reader, record, problem);
    }
}

enum record_result record_read(struct record_reader *reader, struct record *record) {
    enum record_result result = RECORDS_END;
    while (result == RECORDS_END) {
        if (!reader->open) {
            if (reader->n_opened == reader->paths.n) {
                return RECORDS_END;
            }
            result = open_next(reader);
            if (result == RECORDS_STOPPED) {
                return result;
            }
        }
        result = read_from_file(reader, record);
        if (result == RECORDS_END) {
            close_file(reader);
        }
    }
    return result;
}

enum exit_code record_reader_finish(const struct record_reader *reader) {
    if (reader->n_invalid > 0) {
        message_warning("%zu of %zu records were not valid UTF-8; each invalid byte counts as U+FFFD", reader->n_invalid,
                        reader->n_records);
    }
    if (reader->n_rejected > 0) {
        message_warning("%zu of %zu records were rejected", reader->n_rejected, reader->n_records);
    }
    return reader->n_rejected > 0 ? EXIT_REJECTED : EXIT_DONE;
}
