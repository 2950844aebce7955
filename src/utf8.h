/* Decoding UTF-8 (RFC 3629) in any condition, and encoding it. */
#ifndef STANCE_SRC_UTF8_H
#define STANCE_SRC_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_REPLACEMENT 0xFFFDU

struct utf8_char {
    uint32_t code;   /* UTF8_REPLACEMENT for an invalid byte */
    uint8_t len;     /* bytes read, 1 to 4; an invalid byte is read alone */
    uint8_t invalid; /* 1 for an invalid byte, else 0 */
};

/* Decodes a character that is not ASCII, or tells that its first byte is invalid; `len` > 0. */
struct utf8_char utf8_decode_multibyte(const char *text, size_t len);

/* Decodes the first character of `text`; `len` > 0. */
static inline struct utf8_char utf8_decode(const char *text, size_t len) {
    const unsigned char first = (unsigned char)text[0];
    if (first < 0x80) {
        return (struct utf8_char){.code = first, .len = 1, .invalid = 0};
    }
    return utf8_decode_multibyte(text, len);
}

/* Writes a code point, which must be valid, to `out`, which has room for 4 bytes; returns how many it wrote. */
size_t utf8_encode(uint32_t code, char *out);

/* The length of the ASCII run at the start of `text`. */
size_t utf8_ascii_run(const char *text, size_t len);

#endif
