#include "delimited.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

enum place { FIELD_START, IN_PLAIN, IN_QUOTED, BEHIND_QUOTE };

void delimited_row_free(struct delimited_row *row) {
    free(row->fields);
    buffer_free(&row->unquoted);
    *row = (struct delimited_row){0};
}

static enum place next_place(enum place place, char byte, struct delimited_dialect dialect) {
    if (dialect.no_quotes) {
        return IN_PLAIN;
    }
    if (place == IN_QUOTED) {
        return byte == '"' ? BEHIND_QUOTE : IN_QUOTED;
    }
    if (byte == '"' && place != IN_PLAIN) {
        return IN_QUOTED; /* behind a quote it is the second of a doubled one */
    }
    return byte == dialect.delimiter ? FIELD_START : IN_PLAIN;
}

static size_t count_newlines(const char *bytes, size_t len) {
    size_t n = 0;
    for (const char *c = bytes; (c = memchr(c, '\n', (size_t)(bytes + len - c))) != NULL; c++) {
        n++;
    }
    return n;
}

bool delimited_is_inside(const struct delimited_scan *scan) { return scan->place == IN_QUOTED; }

size_t delimited_scan(void *state, const char *bytes, size_t len, bool *complete) {
    struct delimited_scan *scan = state;
    enum place place = (enum place)scan->place;
    for (size_t i = 0; i < len; i++) {
        if (place == IN_QUOTED) { /* which only a quote ends */
            const char *quote = memchr(bytes + i, '"', len - i);
            const size_t stop = quote == NULL ? len - 1 : (size_t)(quote - bytes);
            scan->n_newlines += count_newlines(bytes + i, stop + 1 - i);
            i = stop;
        } else if (bytes[i] == '\n') {
            *complete = true;
            scan->place = IN_PLAIN;
            return i + 1;
        }
        if (place == FIELD_START) {
            scan->newlines_before = scan->n_newlines;
        }
        place = next_place(place, bytes[i], scan->dialect);
    }
    scan->place = (int)place;
    return len;
}

static void add_field(struct delimited_row *row, const char *data, size_t len) {
    row->fields = memory_grow(row->fields, &row->capacity, row->n + 1, sizeof *row->fields);
    row->fields[row->n++] = (struct stance_string){.data = data, .len = len};
}

/* Copies the quoted field at `c` into `unquoted` and returns where it ends; NULL where it is never closed. */
static const char *unquote(struct delimited_row *row, const char *c, const char *end) {
    const size_t start = row->unquoted.len;
    for (;;) {
        const char *quote = ++c < end ? memchr(c, '"', (size_t)(end - c)) : NULL;
        if (quote == NULL) {
            return NULL;
        }
        buffer_append(&row->unquoted, c, (size_t)(quote - c));
        c = quote + 1;
        if (c == end || *c != '"') {
            add_field(row, row->unquoted.data + start, row->unquoted.len - start);
            return c;
        }
        buffer_append_char(&row->unquoted, '"');
    }
}

static const char *take_plain(struct delimited_row *row, const char *c, const char *end, char delimiter) {
    const char *stop = c < end ? memchr(c, delimiter, (size_t)(end - c)) : NULL;
    stop = stop == NULL ? end : stop;
    add_field(row, c, (size_t)(stop - c));
    return stop;
}

const char *delimited_parse(struct delimited_row *row, struct delimited_dialect dialect, struct stance_string bytes) {
    const char *c = bytes.data;
    const char *end = bytes.data + bytes.len;
    row->n = 0;
    buffer_clear(&row->unquoted);
    /* Unquoted text is never longer, so the buffer does not move while fields point into it. */
    row->unquoted.data = memory_grow(row->unquoted.data, &row->unquoted.capacity, bytes.len + 1, 1);
    for (;;) {
        const bool quoted = c < end && *c == '"' && !dialect.no_quotes;
        c = quoted ? unquote(row, c, end) : take_plain(row, c, end, dialect.delimiter);
        if (c == NULL) {
            return "a quoted field is never closed; add the closing quote, double the quotes inside it, or use --no-quotes";
        }
        if (c == end) {
            return NULL;
        }
        if (*c++ != dialect.delimiter) {
            return "text follows the closing quote of a field; double the quotes inside it, or use --no-quotes";
        }
    }
}

size_t delimited_find(const struct delimited_row *header, const char *name) { return delimited_find_from(header, 0, name); }

/* An empty field may have no data. */
static int compare_names(const void *a, const void *b) {
    const struct stance_string *x = *(const struct stance_string *const *)a, *y = *(const struct stance_string *const *)b;
    const size_t shorter = x->len < y->len ? x->len : y->len;
    const int order = shorter == 0 ? 0 : memcmp(x->data, y->data, shorter);
    return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static int compare_columns(const void *a, const void *b) {
    const struct stance_string *x = *(const struct stance_string *const *)a, *y = *(const struct stance_string *const *)b;
    const int order = compare_names(a, b);
    return order != 0 ? order : (x > y) - (x < y);
}

bool delimited_find_double(const struct delimited_row *header, size_t *first, size_t *second) {
    const struct stance_string **sorted = memory_new(header->n, sizeof *sorted);
    bool found = false;
    for (size_t i = 0; i < header->n; i++) {
        sorted[i] = &header->fields[i];
    }
    qsort(sorted, header->n, sizeof *sorted, compare_columns);
    for (size_t i = 1; i < header->n && !found; i++) {
        found = sorted[i]->len > 0 && compare_names(&sorted[i - 1], &sorted[i]) == 0;
        if (found) {
            *first = (size_t)(sorted[i - 1] - header->fields);
            *second = (size_t)(sorted[i] - header->fields);
        }
    }
    free(sorted);
    return found;
}

size_t delimited_find_from(const struct delimited_row *header, size_t start, const char *name) {
    const size_t len = strlen(name);
    for (size_t i = start; i < header->n; i++) {
        if (header->fields[i].len == len && memcmp(header->fields[i].data, name, len) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

/* Sixteen bytes that compilers look at together. */
typedef char byte_vector __attribute__((vector_size(16)));

/* All ones where a byte is `sign`. */
static inline byte_vector find_sign(byte_vector bytes, char sign) { return bytes == (byte_vector){0} + sign; }

static inline bool step_needs_quotes(char delimiter, const char *bytes) {
    byte_vector step;
    uint64_t halves[2];
    memcpy(&step, bytes, sizeof step);
    const byte_vector found = find_sign(step, delimiter) | find_sign(step, '"') | find_sign(step, '\n') | find_sign(step, '\r');
    memcpy(halves, &found, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

static inline bool byte_needs_quotes(char delimiter, char byte) {
    return byte == delimiter || byte == '"' || byte == '\n' || byte == '\r';
}

static bool needs_quotes(struct delimited_dialect dialect, struct stance_string field) {
    enum { STEP = sizeof(byte_vector) };
    bool any = false;
    if (field.len < STEP) {
        for (size_t i = 0; i < field.len; i++) {
            any = any || byte_needs_quotes(dialect.delimiter, field.data[i]);
        }
    } else { /* the last step may overlap the one before */
        any = step_needs_quotes(dialect.delimiter, field.data + field.len - STEP);
        for (size_t i = 0; !any && i + STEP < field.len; i += STEP) {
            any = step_needs_quotes(dialect.delimiter, field.data + i);
        }
    }
    return any && !dialect.no_quotes;
}

void delimited_write(struct buffer *out, struct delimited_dialect dialect, struct stance_string field) {
    if (!needs_quotes(dialect, field)) {
        buffer_append(out, field.data, field.len);
        return;
    }
    buffer_append_char(out, '"');
    for (size_t i = 0; i < field.len; i++) {
        if (field.data[i] == '"') {
            buffer_append_char(out, '"');
        }
        buffer_append_char(out, field.data[i]);
    }
    buffer_append_char(out, '"');
}

void delimited_quote(struct buffer *out, struct delimited_dialect dialect, size_t start) {
    const struct stance_string field = {.data = out->data + start, .len = out->len - start};
    if (needs_quotes(dialect, field)) {
        struct buffer copy = {0};
        buffer_append(&copy, field.data, field.len);
        out->len = start;
        delimited_write(out, dialect, buffer_string(&copy));
        buffer_free(&copy);
    }
}
