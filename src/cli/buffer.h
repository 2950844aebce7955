/* A growing run of bytes. */
#ifndef STANCE_CLI_BUFFER_H
#define STANCE_CLI_BUFFER_H

#include <stdarg.h>
#include <stddef.h>

#include "attributes.h"
#include "stance.h"

/* Zero-initialised is empty. */
struct buffer {
    char *data; /* NULL while nothing was ever written */
    size_t len, capacity;
};

void buffer_free(struct buffer *buffer);

/* Forgets the contents and keeps the memory. */
void buffer_clear(struct buffer *buffer);

/* Makes room for `more` bytes. */
void buffer_grow(struct buffer *buffer, size_t more);
static inline void buffer_reserve(struct buffer *buffer, size_t more) {
    if (buffer->capacity - buffer->len < more) {
        buffer_grow(buffer, more);
    }
}

static inline void buffer_append_char(struct buffer *buffer, char byte) {
    buffer_reserve(buffer, 1);
    buffer->data[buffer->len++] = byte;
}

void buffer_append(struct buffer *buffer, const char *bytes, size_t len);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_format(struct buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);
void buffer_format_list(struct buffer *buffer, const char *format, va_list arguments) PRINTF_LIKE(2, 0);

/* In decimal digits. */
void buffer_append_size(struct buffer *buffer, size_t value);

/* As "%.*f", quicker for values up to 1 with at most 6 decimals; `value` is finite. */
void buffer_append_real(struct buffer *buffer, double value, int decimals);

/* Takes back what a few large contents left behind: memory above `limit` is freed where the buffer is empty. */
void buffer_trim(struct buffer *buffer, size_t limit);

/* The contents with a NUL behind them, which does not count; valid until the next change. */
const char *buffer_text(struct buffer *buffer);

/* The contents as a string of the library; borrowed until the next change. */
struct stance_string buffer_string(const struct buffer *buffer);

#endif
