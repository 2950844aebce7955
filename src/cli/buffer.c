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

enum { DIGITS_MAX = 24, DECIMALS_MAX = 6 };
static const double POWERS_OF_TEN[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

void buffer_append_size(struct buffer *buffer, size_t value) {
    char digits[DIGITS_MAX], *start = digits + DIGITS_MAX;
    do {
        *--start = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    buffer_append(buffer, start, (size_t)(digits + DIGITS_MAX - start));
}

/* The values of the eight decimal digits of `whole`, a byte each, the first one the lowest: the fours, the pairs in them and the
 * digits in these are divided side by side (8 digits / 10^4, 4 / 10^2 and 2 / 10 by multiplication, exact for numbers so small). */
static uint64_t digits_of(uint32_t whole) {
    const uint64_t fours = whole / 10000 | (uint64_t)(whole % 10000) << 32;
    const uint64_t hundreds = fours * 10486 >> 20 & UINT64_C(0x0000007F0000007F);
    const uint64_t pairs = hundreds | (fours - 100 * hundreds) << 16;
    const uint64_t tens = pairs * 103 >> 10 & UINT64_C(0x000F000F000F000F);
    return tens | (pairs - 10 * tens) << 8;
}

/* The lowest byte first, whatever the machine's order. */
static void store_digits(char *out, uint64_t digits) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    digits = __builtin_bswap64(digits);
#endif
    memcpy(out, &digits, sizeof digits);
}

/* `whole`, at most seven digits, over the power of ten; returns the end. `out` has room for DIGITS_MAX. The digits stay in a
 * register, as bytes written one by one are slow to be read together. */
static char *write_scaled(char *out, uint32_t whole, unsigned decimals, bool negative) {
    const uint64_t digits = digits_of(whole), text = digits | UINT64_C(0x3030303030303030);
    const unsigned point = 8 - decimals, n_zeros = (unsigned)__builtin_ctzll(digits | UINT64_C(1) << 56) / 8; /* at most 7 */
    const unsigned first = n_zeros < point ? n_zeros : point - 1;
    *out = '-';
    out += negative;
    store_digits(out, text >> 8 * first);
    out += point - first;
    if (decimals > 0) {
        *out++ = '.';
        store_digits(out, text >> 8 * point);
        out += decimals;
    }
    return out;
}

/* The same for "0." and six decimals, which nearly every score has: eight bytes, in one store. */
static inline char *write_millionths(char *out, uint32_t whole, bool negative) {
    const uint64_t zero_and_point = (uint64_t)'.' << 8 | '0';
    *out = '-';
    out += negative;
    store_digits(out, digits_of(whole) | UINT64_C(0x3030303030300000) | zero_and_point);
    return out + sizeof(uint64_t);
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
    char *out = buffer->data + buffer->len;
    const uint32_t whole = below + (rest > 0.5);
    out = decimals == 6 && whole < 1000000 ? write_millionths(out, whole, signbit(value))
                                           : write_scaled(out, whole, (unsigned)decimals, signbit(value));
    buffer->len = (size_t)(out - buffer->data);
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
