#include "record_cut.h"

#include "message.h"

void record_cutter_init(struct record_cutter *cutter, const struct record_options *options,
                        const struct label_options *label_options, struct operands paths, const atomic_bool *stop) {
    *cutter = (struct record_cutter){.options = options, .label_options = label_options, .paths = paths, .stop = stop};
}

static void close_file(struct record_cutter *cutter) {
    if (cutter->file != NULL) {
        cutter->n_bytes_before += cutter->input.n_read;
        input_close(&cutter->input);
        record_file_release(cutter->file);
        cutter->file = NULL;
    }
}

void record_cutter_free(struct record_cutter *cutter) { close_file(cutter); }

uint64_t record_cutter_position(const struct record_cutter *cutter) {
    return cutter->n_bytes_before + (cutter->file != NULL ? cutter->input.n_read : 0);
}

static enum cut_result stop(struct record_cutter *cutter, enum exit_code failure) {
    cutter->failure = failure;
    return CUT_STOPPED;
}

/* An empty file has no header, and no records. */
static enum cut_result read_header(struct record_cutter *cutter) {
    struct record_file *file = cutter->file;
    struct delimited_scan scan = {.dialect = file->dialect};
    switch (input_read_record(&cutter->input, delimited_scan, &scan, &file->header_raw)) {
    case INPUT_END: return CUT_DONE;
    case INPUT_FAILED: return stop(cutter, input_failure());
    case INPUT_TOO_LONG:
        message_log_at(cutter->log, file->name, 1,
                       "the header is longer than 64 MB; is this a CSV or TSV file, or a quote not closed?");
        return stop(cutter, EXIT_USAGE);
    case INPUT_RECORD: break;
    }
    return record_file_set_header(file, cutter->options, cutter->label_options, cutter->log) ? CUT_DONE : stop(cutter, EXIT_USAGE);
}

static enum cut_result open_next(struct record_cutter *cutter) {
    const char *path = cutter->paths.values[cutter->n_opened++];
    if (cutter->label_options != NULL && record_format_of(cutter->options, path) == RECORD_TEXT) {
        message_log_error(cutter->log,
                          "%s is read as plain text, which has no labels; give JSONL, CSV or TSV, or say --input-format",
                          input_name(path));
        return stop(cutter, EXIT_USAGE);
    }
    const enum exit_code code = input_open(&cutter->input, path, cutter->log, cutter->stop);
    if (code != EXIT_DONE) {
        return stop(cutter, code);
    }
    if (!input_is_text(&cutter->input, &cutter->warned)) {
        input_close(&cutter->input);
        return stop(cutter, EXIT_SYSTEM);
    }
    cutter->file = record_file_new(cutter->options, path);
    input_skip_mark(&cutter->input);
    if (cutter->file->format == RECORD_TEXT && cutter->options->format == OPTION_UNSET && input_is_like_json(&cutter->input)) {
        message_log_error(cutter->log,
                          "warning: %s is read as plain text, but begins like JSONL; if it is, say --input-format jsonl",
                          cutter->file->name);
    }
    return record_file_is_delimited(cutter->file) ? read_header(cutter) : CUT_DONE;
}

/* Whether the run goes on without a file, or the rest of one, that cannot be read, which was told. */
static bool skip_file(struct record_cutter *cutter) {
    const bool skips = cutter->skip && cutter->n_skipped + 1 < cutter->paths.n;
    cutter->n_skipped += skips;
    return skips;
}

enum cut_result record_cutter_open(struct record_cutter *cutter) {
    while (cutter->n_opened < cutter->paths.n) {
        const enum cut_result result = open_next(cutter);
        const bool failed = result == CUT_STOPPED && cutter->file == NULL && cutter->failure == EXIT_SYSTEM;
        if (!failed || !skip_file(cutter)) {
            return result;
        }
    }
    return CUT_END;
}

static bool is_blank(struct stance_string line) {
    size_t i = 0;
    while (i < line.len && (line.data[i] == ' ' || line.data[i] == '\t' || line.data[i] == '\r')) {
        i++;
    }
    return i == line.len;
}

/* Empty lines are records of plain text, so that lines in and lines out stay in step; elsewhere they are nothing. */
static bool is_nothing(enum record_format format, struct stance_string raw) {
    return format == RECORD_JSONL ? is_blank(raw) : format != RECORD_TEXT && raw.len == 0;
}

static enum input_result read_raw(struct record_cutter *cutter, struct buffer *bytes, struct record_place *place) {
    struct delimited_scan scan = {.dialect = cutter->file->dialect};
    const bool delimited = record_file_is_delimited(cutter->file) && !scan.dialect.no_quotes;
    *place = (struct record_place){.start = bytes->len, .line = cutter->input.line};
    const enum input_result result = input_read_record(&cutter->input, delimited ? delimited_scan : input_scan_line, &scan, bytes);
    if (delimited && delimited_is_inside(&scan)) {
        place->open_line = place->line + scan.newlines_before;
    }
    return result;
}

/* The open file breaks off. */
static enum cut_result leave_file(struct record_cutter *cutter) {
    if (input_failure() != EXIT_SYSTEM || !skip_file(cutter)) {
        return stop(cutter, input_failure());
    }
    close_file(cutter);
    return CUT_END;
}

enum cut_result record_cut(struct record_cutter *cutter, struct buffer *bytes, struct record_place *place) {
    cutter->input.log = cutter->log;
    for (;;) {
        const enum input_result result = read_raw(cutter, bytes, place);
        if (result == INPUT_END) {
            close_file(cutter);
            return CUT_END;
        }
        if (result == INPUT_FAILED) {
            return leave_file(cutter);
        }
        place->too_long = result == INPUT_TOO_LONG;
        if (place->too_long) {
            return CUT_DONE;
        }
        struct stance_string raw = {.data = bytes->data + place->start, .len = bytes->len - place->start};
        record_strip_terminator(&raw);
        if (!is_nothing(cutter->file->format, raw)) {
            place->len = raw.len;
            return CUT_DONE;
        }
        bytes->len = place->start;
    }
}
