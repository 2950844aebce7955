#include "record_write.h"

#include <math.h>
#include <string.h>

#include "emit.h"
#include "jsonl.h"
#include "message.h"
#include "scores.h"

static bool is_delimited(enum record_format format) { return format == RECORD_CSV || format == RECORD_TSV; }

/* Plain text becomes TSV. */
static struct delimited_dialect dialect_of(const struct record_reader *reader) {
    return is_delimited(reader->format) ? record_dialect(reader) : (struct delimited_dialect){.delimiter = '\t'};
}

/* --- The names of added fields ------------------------------------------------------------------------------------------ */

static void add_name(struct record_writer *writer, const char *name, const char *label) {
    buffer_format(&writer->names, "%s%s%s", writer->prefix, name, label);
    buffer_append_char(&writer->names, '\0');
}

static bool has_sentiment(const struct stance_model *model) {
    struct stance_model_info info;
    stance_model_info(model, &info);
    return info.has_sentiment;
}

static void build_names(struct record_writer *writer) {
    if (writer->split) {
        add_name(writer, "parent", "");
        add_name(writer, "statement", "");
        add_name(writer, "start", "");
        add_name(writer, "end", "");
    }
    if (writer->format == RECORD_JSONL) {
        add_name(writer, "scores", "");
    } else {
        for (size_t i = 0; i < stance_model_n_labels(writer->model); i++) {
            add_name(writer, "score_", stance_model_label(writer->model, i));
        }
    }
    add_name(writer, "predicted", "");
    if (has_sentiment(writer->model)) {
        add_name(writer, "sentiment", "");
    }
}

/* The name behind `name`; NULL behind the last, the first behind NULL. */
static const char *next_name(const struct record_writer *writer, const char *name) {
    const char *next = name == NULL ? writer->names.data : name + strlen(name) + 1;
    return next == writer->names.data + writer->names.len ? NULL : next;
}

void record_writer_init(struct record_writer *writer, struct output *output, const struct stance_model *model,
                        enum record_format format, const char *prefix, const char *label_separator, bool split) {
    *writer = (struct record_writer){.output = output,
                                     .model = model,
                                     .prefix = prefix,
                                     .label_separator = label_separator,
                                     .split = split,
                                     .format = format == RECORD_TEXT ? RECORD_TSV : format};
    build_names(writer);
}

void record_writer_free(struct record_writer *writer) {
    buffer_free(&writer->names);
    buffer_free(&writer->header);
    buffer_free(&writer->line);
}

static void flush(struct record_writer *writer) {
    output_write(writer->output, &writer->line);
    buffer_clear(&writer->line);
}

/* --- Headers ------------------------------------------------------------------------------------------------------------- */

static const char *colliding_column(const struct record_writer *writer, const struct delimited_row *header) {
    const char *name = NULL;
    while ((name = next_name(writer, name)) != NULL && delimited_find(header, name) == SIZE_MAX) {
    }
    return name;
}

/* As the header of the input ends. */
static void end_row(struct record_writer *writer, const struct record_reader *reader) {
    buffer_append_text(&writer->line, is_delimited(reader->format) && reader->crlf ? "\r\n" : "\n");
}

static void append_header(struct record_writer *writer, const struct record_reader *reader) {
    const struct delimited_dialect dialect = dialect_of(reader);
    if (reader->format == RECORD_TEXT) {
        buffer_append_text(&writer->line, "text");
    }
    for (size_t i = 0; is_delimited(reader->format) && i < reader->header.n; i++) {
        buffer_append_text(&writer->line, i == 0 ? "" : (const char[]){dialect.delimiter, '\0'});
        delimited_write(&writer->line, dialect, reader->header.fields[i]);
    }
    buffer_append(&writer->header, writer->line.data, writer->line.len);
    for (const char *name = NULL; (name = next_name(writer, name)) != NULL;) {
        buffer_append_char(&writer->line, dialect.delimiter);
        delimited_write(&writer->line, dialect, (struct stance_string){.data = name, .len = strlen(name)});
    }
    end_row(writer, reader);
}

/* Whether the reader's header is the one that was written; compared as it would be written. */
static bool same_header(struct record_writer *writer, const struct record_reader *reader) {
    struct record_writer other = {.format = writer->format};
    append_header(&other, reader);
    const bool same = other.header.len == writer->header.len &&
                      (other.header.len == 0 || memcmp(other.header.data, writer->header.data, other.header.len) == 0);
    record_writer_free(&other);
    return same;
}

enum exit_code record_writer_begin(struct record_writer *writer, const struct record_reader *reader) {
    if (is_delimited(reader->format) && reader->header.n == 0) {
        return EXIT_DONE; /* an empty file */
    }
    const char *collision = is_delimited(reader->format) ? colliding_column(writer, &reader->header) : NULL;
    if (collision != NULL) {
        message_error("the input has a column \"%s\" already; set the added ones apart with --prefix, such as --prefix stance_",
                      collision);
        return EXIT_USAGE;
    }
    if (writer->format == RECORD_JSONL) {
        return EXIT_DONE;
    }
    if (writer->started && !same_header(writer, reader)) {
        message_error("%s has other columns than the files before; score it apart, or say --json",
                      reader->paths.values[reader->n_opened - 1]);
        return EXIT_USAGE;
    }
    if (!writer->started) {
        append_header(writer, reader);
        flush(writer);
        writer->started = true;
    }
    return EXIT_DONE;
}

const char *record_writer_collision(const struct record_writer *writer, const struct record *record) {
    for (const char *name = NULL; record->object != NULL && (name = next_name(writer, name)) != NULL;) {
        if (json_object_get(record->object, name) != NULL) {
            return "the record has a key of an added field already; set the added ones apart with --prefix, such as --prefix "
                   "stance_";
        }
    }
    return NULL;
}

/* --- Rows ------------------------------------------------------------------------------------------------------------------ */

/* The record's id, or where it has none its line. */
static struct stance_string parent_of(const struct record *record, char line[24]) {
    if (record->id.len > 0) {
        return record->id;
    }
    const int len = snprintf(line, 24, "%zu", record->line);
    return (struct stance_string){.data = line, .len = (size_t)len};
}

static void append_position(struct record_writer *writer, struct delimited_dialect dialect, const struct record *record,
                            const struct record_scores *scores) {
    char line[24];
    const char delimiter = dialect.delimiter;
    buffer_append_char(&writer->line, delimiter);
    delimited_write(&writer->line, dialect, parent_of(record, line));
    buffer_format(&writer->line, "%c%zu%c%zu%c%zu", delimiter, scores->statement, delimiter, scores->span.start, delimiter,
                  scores->span.end);
}

static void append_predicted(struct record_writer *writer, struct delimited_dialect dialect, const struct stance_result *result) {
    struct buffer labels = {0};
    for (size_t i = 0; i < result->n_labels; i++) {
        if (result->predicted[i]) {
            buffer_append_text(&labels, labels.len == 0 ? "" : writer->label_separator);
            buffer_append_text(&labels, stance_model_label(writer->model, i));
        }
    }
    delimited_write(&writer->line, dialect, buffer_string(&labels));
    buffer_free(&labels);
}

static void append_fields(struct record_writer *writer, const struct record_reader *reader, const struct record *record,
                          const struct record_scores *scores) {
    const struct delimited_dialect dialect = dialect_of(reader);
    for (size_t i = 0; i < reader->header.n; i++) {
        buffer_append_text(&writer->line, i == 0 ? "" : (const char[]){dialect.delimiter, '\0'});
        delimited_write(&writer->line, dialect, i == reader->columns.text ? scores->text : record->fields[i]);
    }
}

static void write_row(struct record_writer *writer, const struct record_reader *reader, const struct record *record,
                      const struct record_scores *scores) {
    const struct delimited_dialect dialect = dialect_of(reader);
    const char delimiter = dialect.delimiter;
    const struct stance_result *result = &scores->result;
    if (reader->format == RECORD_TEXT) {
        delimited_write(&writer->line, dialect, writer->split ? scores->text : record->text);
    } else if (writer->split) {
        append_fields(writer, reader, record, scores);
    } else {
        buffer_append(&writer->line, record->raw.data, record->raw.len);
    }
    if (writer->split) {
        append_position(writer, dialect, record, scores);
    }
    for (size_t i = 0; i < result->n_labels; i++) {
        buffer_format(&writer->line, "%c%.*f", delimiter, SCORE_DECIMALS, result->probability[i]);
    }
    buffer_append_char(&writer->line, delimiter);
    append_predicted(writer, dialect, result);
    if (!isnan(result->sentiment)) {
        buffer_format(&writer->line, "%c%.*f", delimiter, SCORE_DECIMALS, result->sentiment);
    }
    end_row(writer, reader);
}

/* --- JSON -------------------------------------------------------------------------------------------------------------------- */

static void emit_added(struct record_writer *writer, struct emitter *emitter, const struct record *record,
                       const struct record_scores *scores) {
    char line[24];
    if (writer->split) {
        scores_emit_key(emitter, writer->prefix, "parent");
        emit_string(emitter, parent_of(record, line));
        scores_emit_key(emitter, writer->prefix, "statement");
        emit_size(emitter, scores->statement);
        scores_emit_key(emitter, writer->prefix, "start");
        emit_size(emitter, scores->span.start);
        scores_emit_key(emitter, writer->prefix, "end");
        emit_size(emitter, scores->span.end);
    }
    scores_emit(writer->model, &scores->result, writer->prefix, emitter);
}

/* The object as it was read up to its closing brace, with the statement in the place of the text where records are split. */
static void append_object(struct record_writer *writer, const struct record_reader *reader, const struct record *record,
                          const struct record_scores *scores) {
    const struct stance_string raw = record->raw;
    size_t brace = raw.len - 1;
    while (raw.data[brace] != '}') {
        brace--;
    }
    if (!writer->split) {
        buffer_append(&writer->line, raw.data, brace);
        return;
    }
    const size_t index = jsonl_member_index(record->object, record_text_column(reader->options));
    const struct stance_span text = jsonl_value_span(raw, index);
    struct emitter value = {.out = &writer->line};
    buffer_append(&writer->line, raw.data, text.start);
    emit_string(&value, scores->text);
    buffer_append(&writer->line, raw.data + text.end, brace - text.end);
}

static void emit_fields(struct emitter *emitter, const struct record_writer *writer, const struct record_reader *reader,
                        const struct record *record, const struct record_scores *scores) {
    if (reader->format == RECORD_TEXT) {
        emit_key(emitter, "text");
        emit_string(emitter, writer->split ? scores->text : record->text);
        return;
    }
    for (size_t i = 0; i < reader->header.n; i++) {
        emit_key_string(emitter, reader->header.fields[i]);
        emit_string(emitter, writer->split && i == reader->columns.text ? scores->text : record->fields[i]);
    }
}

static void write_json(struct record_writer *writer, const struct record_reader *reader, const struct record *record,
                       const struct record_scores *scores) {
    struct emitter emitter = {.out = &writer->line};
    if (reader->format == RECORD_JSONL) {
        append_object(writer, reader, record, scores);
        emitter.comma = json_object_size(record->object) > 0;
    } else {
        emit_open(&emitter, '{');
        emit_fields(&emitter, writer, reader, record, scores);
    }
    emit_added(writer, &emitter, record, scores);
    emit_close(&emitter, '}');
    buffer_append_char(&writer->line, '\n');
}

void record_write(struct record_writer *writer, const struct record_reader *reader, const struct record *record,
                  const struct record_scores *scores) {
    if (writer->format == RECORD_JSONL) {
        write_json(writer, reader, record, scores);
    } else {
        write_row(writer, reader, record, scores);
    }
    flush(writer);
}
