/* Decoding UTF-8 (RFC 3629) in any condition, and encoding it. */
#ifndef STANCE_SRC_UTF8_H
#define STANCE_SRC_UTF8_H

#include <stdbool.h>
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

/* Whether three bytes of text are one of the unified ideographs U+4E00 to U+9FFF: they change with nothing, and nothing of their
 * kind joins anything. */
static inline bool utf8_is_han(const char *text) {
    const unsigned char *bytes = (const unsigned char *)text;
    return bytes[0] >= 0xE4 && bytes[0] <= 0xE9 && (bytes[1] & 0xC0U) == 0x80 && (bytes[2] & 0xC0U) == 0x80 &&
           (bytes[0] > 0xE4 || bytes[1] >= 0xB8);
}

/* Decodes the first character of `text`; `len` > 0. */
static inline struct utf8_char utf8_decode(const char *text, size_t len) {
    const unsigned char *bytes = (const unsigned char *)text;
    if (bytes[0] < 0x80) {
        return (struct utf8_char){.code = bytes[0], .len = 1, .invalid = 0};
    }
    if (bytes[0] >= 0xC2 && bytes[0] < 0xE0 && len > 1 && (bytes[1] & 0xC0U) == 0x80) {
        return (struct utf8_char){.code = (bytes[0] & 0x1FU) << 6 | (bytes[1] & 0x3FU), .len = 2, .invalid = 0};
    }
    if (len > 2 && utf8_is_han(text)) {
        return (struct utf8_char){
            .code = (bytes[0] & 0x0FU) << 12 | (bytes[1] & 0x3FU) << 6 | (bytes[2] & 0x3FU), .len = 3, .invalid = 0};
    }
    return utf8_decode_multibyte(text, len);
}

/* The same of text that is well-formed and has padding behind it. */
static inline struct utf8_char utf8_decode_valid(const char *text) {
    const unsigned char *bytes = (const unsigned char *)text;
    if (bytes[0] < 0x80) {
        return (struct utf8_char){.code = bytes[0], .len = 1, .invalid = 0};
    }
    if (bytes[0] < 0xE0) {
        return (struct utf8_char){.code = (bytes[0] & 0x1FU) << 6 | (bytes[1] & 0x3FU), .len = 2, .invalid = 0};
    }
    const uint32_t code = (bytes[0] & 0x0FU) << 12 | (bytes[1] & 0x3FU) << 6 | (bytes[2] & 0x3FU);
    return bytes[0] < 0xF0 ? (struct utf8_char){.code = code, .len = 3, .invalid = 0}
                           : (struct utf8_char){.code = (code << 6 | (bytes[3] & 0x3FU)) & 0x1FFFFFU, .len = 4, .invalid = 0};
}

/* Control characters (category Cc of Unicode). */
static inline bool utf8_is_control(uint32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

/* Whether `text` is well-formed and holds no control character, so that it is one line wherever it is shown. */
bool utf8_is_line(const char *text, size_t len);

/* Writes a code point, which must be valid, to `out`, which has room for 4 bytes; returns how many it wrote. */
size_t utf8_encode(uint32_t code, char *out);

/* The length of the ASCII run at the start of `text`. */
size_t utf8_ascii_run(const char *text, size_t len);

#endif
