#include "buffer.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static void reserve(struct buffer *buffer, size_t more) {
    if (buffer->capacity - buffer->len < more) {
        buffer->data = memory_grow(buffer->data, &buffer->capacity, buffer->len + more, 1);
    }
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

/* Writes `whole` with at least `decimals` + 1 digits and a point before the last `decimals`, from the end of `out`; returns how
 * many characters that are. */
static size_t write_digits(uint64_t whole, int decimals, char out[32]) {
    size_t i = 32;
    for (int n = 0; n <= decimals || whole > 0; n++) {
        if (n == decimals && n > 0) {
            out[--i] = '.';
        }
        out[--i] = (char)('0' + whole % 10);
        whole /= 10;
    }
    return 32 - i;
}

void buffer_append_size(struct buffer *buffer, size_t value) {
    char digits[32];
    const size_t len = write_digits(value, 0, digits);
    buffer_append(buffer, digits + sizeof digits - len, len);
}

/* The product is off by less than 1e-9 where it is below 1e6; a value nearer than that to the middle between two results, where the
 * error could turn the rounding, is left to the C library. */
void buffer_append_real(struct buffer *buffer, double value, int decimals) {
    static const double POWERS[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    const double scaled = fabs(value) * POWERS[decimals > 6 ? 6 : decimals];
    const double below = floor(scaled);
    const double rest = scaled - below;
    if (decimals > 6 || !(scaled < 1e6 + 1) || fabs(rest - 0.5) < 1e-6) {
        buffer_format(buffer, "%.*f", decimals, value);
        return;
    }
    char digits[32];
    const size_t len = write_digits((uint64_t)below + (rest > 0.5), decimals, digits);
    if (signbit(value)) {
        buffer_append_char(buffer, '-');
    }
    buffer_append(buffer, digits + sizeof digits - len, len);
}

void buffer_trim(struct buffer *buffer, size_t limit) {
    if (buffer->len == 0 && buffer->capacity > limit) {
        buffer_free(buffer);
    }
}

const char *buffer_text(struct buffer *buffer) {
    reserve(buffer, 1);
    buffer->data[buffer->len] = '\0';
    return buffer->data;
}

struct stance_string buffer_string(const struct buffer *buffer) {
    return (struct stance_string){.data = buffer->data, .len = buffer->len};
}
