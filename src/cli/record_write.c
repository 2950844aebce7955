#include "record_write.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "emit.h"
#include "memory.h"
#include "message.h"
#include "scores.h"

/* Plain text becomes TSV. */
static struct delimited_dialect dialect_of(const struct record_file *file) {
    return record_file_is_delimited(file) ? file->dialect : (struct delimited_dialect){.delimiter = '\t'};
}

/* --- The names of added fields ------------------------------------------------------------------------------------------ */

static const char *const POSITION_NAMES[] = {"parent", "statement", "start", "end"};
enum { N_POSITION = sizeof POSITION_NAMES / sizeof *POSITION_NAMES };

static void add_name(struct record_layout *layout, const char *name, const char *label) {
    buffer_format(&layout->names, "%s%s%s", layout->prefix, name, label);
    buffer_append_char(&layout->names, '\0');
}

static bool has_sentiment(const struct stance_model *model) {
    struct stance_model_info info;
    stance_model_info(model, &info);
    return info.has_sentiment;
}

static void build_names(struct record_layout *layout) {
    for (size_t i = 0; layout->split && i < N_POSITION; i++) {
        add_name(layout, POSITION_NAMES[i], "");
    }
    if (layout->format == RECORD_JSONL) {
        add_name(layout, "scores", "");
    } else {
        for (size_t i = 0; i < stance_model_n_labels(layout->model); i++) {
            add_name(layout, "score_", stance_model_label(layout->model, i));
        }
    }
    add_name(layout, "predicted", "");
    if (has_sentiment(layout->model)) {
        add_name(layout, "sentiment", "");
    }
}

/* The parts of a JSON record that are the same for all: made once, and by the functions that make them elsewhere. */
static void build_pieces(struct record_layout *layout) {
    const size_t n_labels = stance_model_n_labels(layout->model);
    layout->before_score = memory_new(n_labels, sizeof *layout->before_score);
    layout->quoted_label = memory_new(n_labels, sizeof *layout->quoted_label);
    for (size_t i = 0; i < n_labels; i++) {
        struct emitter score = {.out = &layout->before_score[i]};
        struct emitter label = {.out = &layout->quoted_label[i]};
        if (i == 0) {
            scores_emit_key(&score, layout->prefix, "scores");
            emit_open(&score, '{');
        } else {
            score.comma = true;
        }
        emit_key(&score, stance_model_label(layout->model, i));
        emit_text(&label, stance_model_label(layout->model, i));
    }
    struct emitter predicted = {.out = &layout->before_predicted};
    emit_close(&predicted, '}');
    scores_emit_key(&predicted, layout->prefix, "predicted");
    emit_open(&predicted, '[');
    struct emitter sentiment = {.out = &layout->before_sentiment, .comma = true};
    scores_emit_key(&sentiment, layout->prefix, "sentiment");
    for (size_t i = 0; i < N_POSITION; i++) {
        struct emitter position = {.out = &layout->before_position[i], .comma = true};
        scores_emit_key(&position, layout->prefix, POSITION_NAMES[i]);
    }
}

void record_layout_init(struct record_layout *layout, const struct stance_model *model, enum record_format format,
                        const char *prefix, const char *label_separator, bool split) {
    *layout = (struct record_layout){.model = model,
                                     .prefix = prefix,
                                     .label_separator = label_separator,
                                     .split = split,
                                     .format = format == RECORD_TEXT ? RECORD_TSV : format};
    build_names(layout);
    build_pieces(layout);
}

void record_layout_free(struct record_layout *layout) {
    for (size_t i = 0; i < stance_model_n_labels(layout->model); i++) {
        buffer_free(&layout->before_score[i]);
        buffer_free(&layout->quoted_label[i]);
    }
    free(layout->before_score);
    free(layout->quoted_label);
    for (size_t i = 0; i < N_POSITION; i++) {
        buffer_free(&layout->before_position[i]);
    }
    buffer_free(&layout->before_predicted);
    buffer_free(&layout->before_sentiment);
    buffer_free(&layout->names);
    buffer_free(&layout->header);
}

/* The name behind `name`; NULL behind the last, the first behind NULL. */
static const char *next_name(const struct record_layout *layout, const char *name) {
    const char *next = name == NULL ? layout->names.data : name + strlen(name) + 1;
    return next == layout->names.data + layout->names.len ? NULL : next;
}

/* --- Headers ------------------------------------------------------------------------------------------------------------- */

static const char *colliding_column(const struct record_layout *layout, const struct delimited_row *header) {
    const char *name = NULL;
    while ((name = next_name(layout, name)) != NULL && delimited_find(header, name) == SIZE_MAX) {
    }
    return name;
}

static void append_delimiter(struct buffer *out, struct delimited_dialect dialect, size_t column) {
    if (column > 0) {
        buffer_append_char(out, dialect.delimiter);
    }
}

/* As the header of the input ends. */
static void end_row(const struct record_file *file, struct buffer *out) {
    buffer_append_text(out, record_file_is_delimited(file) && file->crlf ? "\r\n" : "\n");
}

static void append_header(const struct record_file *file, struct buffer *out) {
    if (file->format == RECORD_TEXT) {
        buffer_append_text(out, "text");
    }
    for (size_t i = 0; i < file->header.n; i++) {
        append_delimiter(out, file->dialect, i);
        delimited_write(out, file->dialect, file->header.fields[i]);
    }
}

static void append_names(const struct record_layout *layout, const struct record_file *file, struct buffer *out) {
    const struct delimited_dialect dialect = dialect_of(file);
    for (const char *name = NULL; (name = next_name(layout, name)) != NULL;) {
        buffer_append_char(out, dialect.delimiter);
        delimited_write(out, dialect, (struct stance_string){.data = name, .len = strlen(name)});
    }
    end_row(file, out);
}

/* Whether the file's header is the one that was written; compared as it would be written. */
static bool same_header(const struct record_layout *layout, const struct record_file *file) {
    struct buffer other = {0};
    append_header(file, &other);
    const bool same =
        other.len == layout->header.len && (other.len == 0 || memcmp(other.data, layout->header.data, other.len) == 0);
    buffer_free(&other);
    return same;
}

enum exit_code record_layout_begin(struct record_layout *layout, const struct record_file *file, struct buffer *out,
                                   struct buffer *log) {
    if (record_file_is_delimited(file) && file->header.n == 0) {
        return EXIT_DONE; /* an empty file */
    }
    const char *collision = record_file_is_delimited(file) ? colliding_column(layout, &file->header) : NULL;
    if (collision != NULL) {
        message_log_at(log, file->name, 1,
                       "the header has a column \"%s\" already; set the added ones apart with --prefix, such as --prefix stance_",
                       collision);
        return EXIT_USAGE;
    }
    if (layout->format == RECORD_JSONL) {
        return EXIT_DONE;
    }
    if (layout->started && !same_header(layout, file)) {
        message_log_error(log, "%s has other columns than the files before; score it apart, or say --json", file->name);
        return EXIT_USAGE;
    }
    if (!layout->started) {
        append_header(file, &layout->header);
        buffer_append(out, layout->header.data, layout->header.len);
        append_names(layout, file, out);
        layout->started = true;
    }
    return EXIT_DONE;
}

const char *record_layout_collision(const struct record_layout *layout, const struct record *record) {
    for (const char *name = NULL; record->object != NULL && (name = next_name(layout, name)) != NULL;) {
        if (jsonl_find(record->object, name) != NULL) {
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

static void append_position(struct buffer *out, struct delimited_dialect dialect, const struct record *record,
                            const struct record_scores *scores) {
    char line[24];
    const size_t figures[] = {scores->statement, scores->span.start, scores->span.end};
    buffer_append_char(out, dialect.delimiter);
    delimited_write(out, dialect, parent_of(record, line));
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        buffer_append_char(out, dialect.delimiter);
        buffer_append_size(out, figures[i]);
    }
}

static void append_predicted(const struct record_layout *layout, struct delimited_dialect dialect,
                             const struct stance_result *result, struct buffer *out) {
    const size_t start = out->len;
    for (size_t i = 0; i < result->n_labels; i++) {
        if (result->predicted[i]) {
            buffer_append_text(out, out->len == start ? "" : layout->label_separator);
            buffer_append_text(out, stance_model_label(layout->model, i));
        }
    }
    delimited_quote(out, dialect, start);
}

static void append_fields(const struct record_file *file, const struct record *record, const struct record_scores *scores,
                          struct buffer *out) {
    for (size_t i = 0; i < file->header.n; i++) {
        append_delimiter(out, file->dialect, i);
        delimited_write(out, file->dialect, i == file->columns.text ? scores->text : record->fields[i]);
    }
}

static void write_row(const struct record_layout *layout, const struct record_file *file, const struct record *record,
                      const struct record_scores *scores, struct buffer *out) {
    const struct delimited_dialect dialect = dialect_of(file);
    const struct stance_result *result = &scores->result;
    if (file->format == RECORD_TEXT) {
        delimited_write(out, dialect, layout->split ? scores->text : record->text);
    } else if (layout->split) {
        append_fields(file, record, scores, out);
    } else {
        buffer_append(out, record->raw.data, record->raw.len);
    }
    if (layout->split) {
        append_position(out, dialect, record, scores);
    }
    for (size_t i = 0; i < result->n_labels; i++) {
        buffer_append_char(out, dialect.delimiter);
        buffer_append_real(out, result->probability[i], SCORE_DECIMALS);
    }
    buffer_append_char(out, dialect.delimiter);
    append_predicted(layout, dialect, result, out);
    if (!isnan(result->sentiment)) {
        buffer_append_char(out, dialect.delimiter);
        buffer_append_real(out, result->sentiment, SCORE_DECIMALS);
    }
    end_row(file, out);
}

/* --- JSON -------------------------------------------------------------------------------------------------------------------- */

static void append_piece(struct buffer *out, const struct buffer *piece) { buffer_append(out, piece->data, piece->len); }

static void emit_position(const struct record_layout *layout, struct emitter *emitter, const struct record *record,
                          const struct record_scores *scores) {
    char line[24];
    const size_t figures[] = {scores->statement, scores->span.start, scores->span.end};
    append_piece(emitter->out, &layout->before_position[0]);
    emitter->comma = false;
    emit_string(emitter, parent_of(record, line));
    for (size_t i = 1; i < N_POSITION; i++) {
        append_piece(emitter->out, &layout->before_position[i]);
        buffer_append_size(emitter->out, figures[i - 1]);
    }
}

/* As scores_emit does, from pieces that are ready. */
static void append_scores(const struct record_layout *layout, const struct stance_result *result, struct buffer *out) {
    bool any = false;
    for (size_t i = 0; i < result->n_labels; i++) {
        append_piece(out, &layout->before_score[i]);
        buffer_append_real(out, result->probability[i], SCORE_DECIMALS);
    }
    append_piece(out, &layout->before_predicted);
    for (size_t i = 0; i < result->n_labels; i++) {
        if (result->predicted[i]) {
            buffer_append_text(out, any ? "," : "");
            append_piece(out, &layout->quoted_label[i]);
            any = true;
        }
    }
    buffer_append_char(out, ']');
    if (!isnan(result->sentiment)) {
        append_piece(out, &layout->before_sentiment);
        buffer_append_real(out, result->sentiment, SCORE_DECIMALS);
    }
}

/* The object as it was read up to its closing brace, with the statement in the place of the text where records are split. */
static void append_object(const struct record_layout *layout, const struct record *record, const struct record_scores *scores,
                          struct buffer *out) {
    const struct stance_string raw = record->raw;
    size_t brace = raw.len - 1;
    while (raw.data[brace] != '}') {
        brace--;
    }
    if (!layout->split) {
        buffer_append(out, raw.data, brace);
        return;
    }
    const struct stance_span text = record->object->text->value;
    struct emitter value = {.out = out};
    buffer_append(out, raw.data, text.start);
    emit_string(&value, scores->text);
    buffer_append(out, raw.data + text.end, brace - text.end);
}

static void emit_fields(const struct record_layout *layout, struct emitter *emitter, const struct record_file *file,
                        const struct record *record, const struct record_scores *scores) {
    if (file->format == RECORD_TEXT) {
        emit_key(emitter, "text");
        emit_string(emitter, layout->split ? scores->text : record->text);
        return;
    }
    for (size_t i = 0; i < file->header.n; i++) {
        emit_key_string(emitter, file->header.fields[i]);
        emit_string(emitter, layout->split && i == file->columns.text ? scores->text : record->fields[i]);
    }
}

/* An object has at least its text, so that a comma always follows it. */
static void write_json(const struct record_layout *layout, const struct record_file *file, const struct record *record,
                       const struct record_scores *scores, struct buffer *out) {
    struct emitter emitter = {.out = out};
    if (file->format == RECORD_JSONL) {
        append_object(layout, record, scores, out);
        emitter.comma = true;
    } else {
        emit_open(&emitter, '{');
        emit_fields(layout, &emitter, file, record, scores);
    }
    if (layout->split) {
        emit_position(layout, &emitter, record, scores);
    }
    buffer_append_char(out, ',');
    append_scores(layout, &scores->result, out);
    buffer_append_text(out, "}\n");
}

void record_write(const struct record_layout *layout, const struct record_file *file, const struct record *record,
                  const struct record_scores *scores, struct buffer *out) {
    if (layout->format == RECORD_JSONL) {
        write_json(layout, file, record, scores, out);
    } else {
        write_row(layout, file, record, scores, out);
    }
}
