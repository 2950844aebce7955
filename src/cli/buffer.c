#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static void reserve(struct buffer *buffer, size_t more) {
    buffer->data = memory_grow(buffer->data, &buffer->capacity, buffer->len + more, 1);
}

void buffer_free(struct buffer *buffer) {
    free(buffer->data);
    *buffer = (struct buffer){0};
}

void buffer_clear(struct buffer *buffer) { buffer->len = 0; }

void buffer_append(struct buffer *buffer, const char *bytes, size_t len) {
    if (len > 0) {
        reserve(buffer, len);
        memcpy(buffer->data + buffer->len, bytes, len);
        buffer->len += len;
    }
}

void buffer_append_text(struct buffer *buffer, const char *text) { buffer_append(buffer, text, strlen(text)); }

void buffer_append_char(struct buffer *buffer, char byte) {
    reserve(buffer, 1);
    buffer->data[buffer->len++] = byte;
}

void buffer_format(struct buffer *buffer, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (len <= 0) {
        return;
    }
    reserve(buffer, (size_t)len + 1);
    va_start(arguments, format);
    vsnprintf(buffer->data + buffer->len, (size_t)len + 1, format, arguments);
    va_end(arguments);
    buffer->len += (size_t)len;
}

const char *buffer_text(struct buffer *buffer) {
    reserve(buffer, 1);
    buffer->data[buffer->len] = '\0';
    return buffer->data;
}

struct stance_string buffer_string(const struct buffer *buffer) {
    return (struct stance_string){.data = buffer->data, .len = buffer->len};
}
