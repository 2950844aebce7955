#include "utf8.h"

#include <stdbool.h>

#include "ascii.h"
#include "stance.h"

/* The second byte's range depends on the first (RFC 3629, section 4): no overlong forms, surrogates, or points above U+10FFFF. */
static bool second_is_valid(unsigned char first, unsigned char second) {
    switch (first) {
    case 0xE0: return second >= 0xA0 && second <= 0xBF;
    case 0xED: return second >= 0x80 && second <= 0x9F;
    case 0xF0: return second >= 0x90 && second <= 0xBF;
    case 0xF4: return second >= 0x80 && second <= 0x8F;
    default: return second >= 0x80 && second <= 0xBF;
    }
}

static size_t sequence_len(unsigned char first) {
    if (first >= 0xC2 && first <= 0xDF) {
        return 2;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        return 3;
    }
    return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

struct utf8_char utf8_decode_multibyte(const char *text, size_t len) {
    const struct utf8_char invalid = {.code = UTF8_REPLACEMENT, .len = 1, .invalid = 1};
    const unsigned char *bytes = (const unsigned char *)text;
    const size_t need = sequence_len(bytes[0]);
    if (need == 0 || need > len || !second_is_valid(bytes[0], bytes[1])) {
        return invalid;
    }
    uint32_t code = bytes[0] & (0x7FU >> need);
    for (size_t i = 1; i < need; i++) {
        if ((bytes[i] & 0xC0U) != 0x80U) {
            return invalid;
        }
        code = code << 6 | (bytes[i] & 0x3FU);
    }
    return (struct utf8_char){.code = code, .len = (uint8_t)need, .invalid = 0};
}

bool utf8_is_line(const char *text, size_t len) {
    bool is_line = true;
    for (size_t i = 0; i < len && is_line;) {
        const struct utf8_char c = utf8_decode(text + i, len - i);
        is_line = c.invalid == 0 && !utf8_is_control(c.code);
        i += c.len;
    }
    return is_line;
}

size_t utf8_encode(uint32_t code, char *out) {
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0U | code >> 6);
        out[1] = (char)(0x80U | (code & 0x3FU));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0U | code >> 12);
        out[1] = (char)(0x80U | (code >> 6 & 0x3FU));
        out[2] = (char)(0x80U | (code & 0x3FU));
        return 3;
    }
    out[0] = (char)(0xF0U | code >> 18);
    out[1] = (char)(0x80U | (code >> 12 & 0x3FU));
    out[2] = (char)(0x80U | (code >> 6 & 0x3FU));
    out[3] = (char)(0x80U | (code & 0x3FU));
    return 4;
}

size_t utf8_ascii_run(const char *text, size_t len) {
    size_t i = 0;
    while (i + ASCII_STEP <= len && ascii_is_all(text + i)) {
        i += ASCII_STEP;
    }
    if (i + ASCII_STEP > len && len >= ASCII_STEP && ascii_is_all(text + len - ASCII_STEP)) {
        return len; /* the last step overlaps the one before */
    }
    while (i < len && (unsigned char)text[i] < 0x80) {
        i++;
    }
    return i;
}

size_t stance_text_invalid(const char *text, size_t len, size_t *first) {
    size_t n = 0;
    for (size_t i = utf8_ascii_run(text, len); i < len; i += utf8_ascii_run(text + i, len - i)) {
        const struct utf8_char c = utf8_decode(text + i, len - i);
        if (c.invalid && n++ == 0 && first != NULL) {
            *first = i;
        }
        i += c.len;
    }
    return n;
}
