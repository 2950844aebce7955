#include "buffer.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

void buffer_grow(struct buffer *buffer, size_t more) {
    buffer->data = memory_grow(buffer->data, &buffer->capacity, buffer->len + more, 1);
}

void buffer_free(struct buffer *buffer) {
    free(buffer->data);
    *buffer = (struct buffer){0};
}

void buffer_clear(struct buffer *buffer) { buffer->len = 0; }

void buffer_append(struct buffer *buffer, const char *bytes, size_t len) {
    if (len > 0) {
        buffer_reserve(buffer, len);
        memcpy(buffer->data + buffer->len, bytes, len);
        buffer->len += len;
    }
}

void buffer_append_text(struct buffer *buffer, const char *text) { buffer_append(buffer, text, strlen(text)); }

void buffer_format_list(struct buffer *buffer, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    const int len = vsnprintf(NULL, 0, format, arguments);
    if (len > 0) {
        buffer_reserve(buffer, (size_t)len + 1);
        vsnprintf(buffer->data + buffer->len, (size_t)len + 1, format, again);
        buffer->len += (size_t)len;
    }
    va_end(again);
}

void buffer_format(struct buffer *buffer, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    buffer_format_list(buffer, format, arguments);
    va_end(arguments);
}

enum { DIGITS_MAX = 24, DECIMALS_MAX = 6, SCALED_DIGITS = DECIMALS_MAX + 1 };
static const double POWERS_OF_TEN[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

void buffer_append_size(struct buffer *buffer, size_t value) {
    char digits[DIGITS_MAX], *start = digits + DIGITS_MAX;
    do {
        *--start = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    buffer_append(buffer, start, (size_t)(digits + DIGITS_MAX - start));
}

/* Seven digits, with zeros before them, two at a time. */
static void write_seven(uint32_t whole, char *digits) {
    static const char pairs[] =
        "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
        "50515253545556575859606162636465666768697071727374757677787980818283848586878889909192939495969798"
        "99";
    const uint32_t five = whole / 100, three = five / 100, one = three / 100; /* so many digits are left */
    digits[0] = (char)('0' + one);
    memcpy(digits + 1, pairs + (size_t)2 * (three - 100 * one), 2);
    memcpy(digits + 3, pairs + (size_t)2 * (five - 100 * three), 2);
    memcpy(digits + 5, pairs + (size_t)2 * (whole - 100 * five), 2);
}

/* `whole`, at most seven digits, over the power of ten; returns the end. `out` has room for DIGITS_MAX. */
static char *write_scaled(char *out, uint32_t whole, unsigned decimals, bool negative) {
    char digits[2 * SCALED_DIGITS + 2] = {0}; /* so that eight are copied from anywhere */
    const unsigned point = SCALED_DIGITS - decimals;
    unsigned first = 0;
    write_seven(whole, digits);
    while (first + 1 < point && digits[first] == '0') {
        first++;
    }
    *out = '-';
    out += negative;
    memcpy(out, digits + first, SCALED_DIGITS + 1);
    out += point - first;
    *out = '.';
    memcpy(out + 1, digits + point, SCALED_DIGITS + 1);
    return out + (decimals > 0 ? decimals + 1 : 0);
}

/* The product is off by less than 1e-9 where it is below 1e6; a value nearer than that to the middle between two results, where the
 * error could turn the rounding, is left to the C library. */
void buffer_append_real(struct buffer *buffer, double value, int decimals) {
    const double scaled = (unsigned)decimals <= DECIMALS_MAX ? fabs(value) * POWERS_OF_TEN[decimals] : INFINITY;
    const uint32_t below = scaled < 1e6 + 1 ? (uint32_t)scaled : 0;
    const double rest = scaled - below;
    if (!(scaled < 1e6 + 1) || fabs(rest - 0.5) < 1e-6) {
        buffer_format(buffer, "%.*f", decimals, value);
        return;
    }
    buffer_reserve(buffer, DIGITS_MAX);
    buffer->len =
        (size_t)(write_scaled(buffer->data + buffer->len, below + (rest > 0.5), (unsigned)decimals, signbit(value)) - buffer->data);
}

void buffer_trim(struct buffer *buffer, size_t limit) {
    if (buffer->len == 0 && buffer->capacity > limit) {
        buffer_free(buffer);
    }
}

const char *buffer_text(struct buffer *buffer) {
    buffer_reserve(buffer, 1);
    buffer->data[buffer->len] = '\0';
    return buffer->data;
}

struct stance_string buffer_string(const struct buffer *buffer) {
    return (struct stance_string){.data = buffer->data, .len = buffer->len};
}
