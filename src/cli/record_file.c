#include "record_file.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alike.h"
#include "compression.h"
#include "input.h"
#include "memory.h"
#include "message.h"

static const char DELIMITERS[N_DELIMITERS] = {
    [DELIMITER_COMMA] = ',', [DELIMITER_SEMICOLON] = ';', [DELIMITER_TAB] = '\t', [DELIMITER_PIPE] = '|'};

static const char *or_default(const char *name, const char *fallback) { return name == NULL ? fallback : name; }

const char *record_text_column(const struct record_options *options) { return or_default(options->text_column, "text"); }

const char *record_id_column(const struct record_options *options) { return or_default(options->id_column, "id"); }

static bool ends_in(const char *path, size_t len, const char *extension) {
    const size_t extension_len = strlen(extension);
    return len >= extension_len && strncasecmp(path + len - extension_len, extension, extension_len) == 0;
}

enum record_format record_format_of(const struct record_options *options, const char *path) {
    static const struct {
        const char *extension;
        enum record_format format;
    } EXTENSIONS[] = {{".jsonl", RECORD_JSONL}, {".ndjson", RECORD_JSONL}, {".json", RECORD_JSONL},
                      {".csv", RECORD_CSV},     {".tsv", RECORD_TSV},      {".tab", RECORD_TSV}};
    size_t len;
    if (options->format != OPTION_UNSET) {
        return (enum record_format)options->format;
    }
    compression_of_name(path, &len);
    for (size_t i = 0; i < sizeof EXTENSIONS / sizeof *EXTENSIONS; i++) {
        if (ends_in(path, len, EXTENSIONS[i].extension)) {
            return EXTENSIONS[i].format;
        }
    }
    return RECORD_TEXT;
}

bool record_strip_terminator(struct stance_string *raw) {
    if (raw->len == 0 || raw->data[raw->len - 1] != '\n') {
        return false;
    }
    raw->len--;
    const bool crlf = raw->len > 0 && raw->data[raw->len - 1] == '\r';
    raw->len -= crlf;
    return crlf;
}

struct record_file *record_file_new(const struct record_options *options, const char *path) {
    struct record_file *file = memory_new(1, sizeof *file);
    file->name = input_name(path);
    file->format = record_format_of(options, path);
    const int usual = file->format == RECORD_CSV ? DELIMITER_COMMA : DELIMITER_TAB;
    file->dialect.delimiter = DELIMITERS[options->delimiter == OPTION_UNSET ? usual : options->delimiter];
    file->dialect.no_quotes = options->no_quotes != 0;
    atomic_init(&file->n_holders, 1);
    return file;
}

struct record_file *record_file_hold(struct record_file *file) {
    atomic_fetch_add(&file->n_holders, 1);
    return file;
}

void record_file_release(struct record_file *file) {
    if (file != NULL && atomic_fetch_sub(&file->n_holders, 1) == 1) {
        delimited_row_free(&file->header);
        buffer_free(&file->header_raw);
        free(file);
    }
}

bool record_file_is_delimited(const struct record_file *file) { return file->format == RECORD_CSV || file->format == RECORD_TSV; }

/* --- Headers: line 1 of a file
 * ----------------------------------------------------------------------------------------------------------- */

/* Which other delimiter the only column of a header holds; N_DELIMITERS for none. */
static size_t guess_delimiter(const struct record_file *file) {
    size_t i = 0;
    while (i < N_DELIMITERS &&
           (file->header.n != 1 || memchr(file->header.fields[0].data, DELIMITERS[i], file->header.fields[0].len) == NULL)) {
        i++;
    }
    return i;
}

/* The first column whose name is `name` but for case and white space; SIZE_MAX for none. */
static size_t find_alike(const struct delimited_row *header, const char *name) {
    const struct stance_string wanted = {.data = name, .len = strlen(name)};
    size_t i = 0;
    while (i < header->n && !alike(header->fields[i], wanted)) {
        i++;
    }
    return i < header->n ? i : SIZE_MAX;
}

static void lacks_column(const struct record_file *file, struct buffer *log, const char *name, const char *option) {
    const size_t guess = guess_delimiter(file);
    const size_t like = find_alike(&file->header, name);
    if (like != SIZE_MAX) {
        const struct stance_string found = file->header.fields[like];
        message_log_at(log, file->name, 1, "no column \"%s\", but \"%.*s\"; if it is meant, name it with --%s", name,
                       (int)found.len, found.data, option);
    } else if (guess < N_DELIMITERS) {
        message_log_at(log, file->name, 1, "no column \"%s\"; the header is one column that holds a %s: say --delimiter %s", name,
                       DELIMITER_NAMES[guess], DELIMITER_NAMES[guess]);
    } else {
        message_log_at(log, file->name, 1, "no column \"%s\"; name one of the header's with --%s", name, option);
    }
}

static void tell_double(const struct record_file *file, struct buffer *log, const char *head, size_t first, size_t second) {
    enum { SHOWN = 60 };
    const struct stance_string name = file->header.fields[first];
    message_log_at(log, file->name, 1, "%scolumns %zu and %zu are both named \"%.*s\"; rename one of them", head, first + 1,
                   second + 1, (int)(name.len < SHOWN ? name.len : SHOWN), name.data);
}

/* Of two columns with the name of one that is wanted nobody knows which is meant. */
static bool is_single(const struct record_file *file, struct buffer *log, size_t column, const char *name) {
    const size_t other = column == SIZE_MAX ? SIZE_MAX : delimited_find_from(&file->header, column + 1, name);
    if (other != SIZE_MAX) {
        tell_double(file, log, "", column, other);
    }
    return other == SIZE_MAX;
}

/* False, and says so, where the user named a column that the file lacks, or where it has two of the name; `*column` is SIZE_MAX
 * where it has none and nobody named it. */
static bool find_column(const struct record_file *file, struct buffer *log, const char *option, const char *named,
                        const char *fallback, size_t *column) {
    *column = delimited_find(&file->header, or_default(named, fallback));
    if (*column == SIZE_MAX && named != NULL) {
        lacks_column(file, log, named, option);
        return false;
    }
    return is_single(file, log, *column, or_default(named, fallback));
}

static bool find_label_columns(struct record_file *file, const struct label_options *options, struct buffer *log) {
    struct record_columns *columns = &file->columns;
    if (!find_column(file, log, "label-column", options->label_column, "labels", &columns->labels) ||
        !find_column(file, log, "group-column", options->group_column, "group", &columns->group)) {
        return false;
    }
    if (columns->labels == SIZE_MAX && !find_column(file, log, "label-column", NULL, "label", &columns->labels)) {
        return false;
    }
    if (columns->labels == SIZE_MAX) {
        message_log_at(log, file->name, 1, "no column \"labels\" or \"label\"; name the labels' column with --label-column");
    }
    return columns->labels != SIZE_MAX;
}

/* Odd names of columns that are not looked into are kept as they are. */
static void warn_of_names(const struct record_file *file, struct buffer *log) {
    size_t first;
    size_t second;
    const size_t unnamed = delimited_find(&file->header, "");
    if (unnamed != SIZE_MAX) {
        message_log_at(log, file->name, 1, "warning: column %zu has no name; give it one in the header", unnamed + 1);
    }
    if (delimited_find_double(&file->header, &first, &second)) {
        tell_double(file, log, "warning: ", first, second);
    }
}

bool record_file_set_header(struct record_file *file, const struct record_options *options,
                            const struct label_options *label_options, struct buffer *log) {
    struct stance_string line = buffer_string(&file->header_raw);
    file->crlf = record_strip_terminator(&line);
    const char *problem = delimited_parse(&file->header, file->dialect, line);
    if (problem != NULL) {
        message_log_at(log, file->name, 1, "%s", problem);
        return false;
    }
    const bool sound = find_column(file, log, "text-column", record_text_column(options), NULL, &file->columns.text) &&
                       find_column(file, log, "id-column", options->id_column, "id", &file->columns.id) &&
                       (label_options == NULL || find_label_columns(file, label_options, log));
    if (sound) {
        warn_of_names(file, log);
    }
    return sound;
}
