#include "json_scan.h"

#include <stdint.h>
#include <string.h>

#include "memory.h"

enum wanted { KEY_OR_END, KEY, VALUE, VALUE_OR_END, COMMA_OR_END, NOTHING };

struct level {
    size_t first_key; /* in the stack of keys; its keys are those from here on */
    bool is_object;
};

struct scanner {
    const char *start, *c, *end;
    struct json_members *keys; /* a stack: those of an object inside are dropped with it, so that those of the line remain */
    struct level levels[JSON_SCAN_DEPTH];
    size_t depth;
    enum wanted wanted;
};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* --- Strings ------------------------------------------------------------------------------------------------------------- */

/* A bit in every byte of `word` that equals `byte`, or below `limit`; bytes above the lowest hit may be wrong. */
static uint64_t equal_bytes(uint64_t word, unsigned char byte) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t difference = word ^ (ones * byte);
    return (difference - ones) & ~difference & (ones << 7);
}

static uint64_t control_bytes(uint64_t word) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    return (word - ones * 0x20) & ~word & (ones << 7);
}

/* The first byte at or behind `c` that does not stand for itself in a string: a quote, a backslash, a control character. */
static const char *skip_plain(const char *c, const char *end) {
    for (uint64_t word; end - c >= (ptrdiff_t)sizeof word; c += sizeof word) {
        memcpy(&word, c, sizeof word);
        if ((equal_bytes(word, '"') | equal_bytes(word, '\\') | control_bytes(word)) != 0) {
            break;
        }
    }
    while (c < end && *c != '"' && *c != '\\' && (unsigned char)*c >= 0x20) {
        c++;
    }
    return c;
}

static unsigned hex_digit(char c) {
    if (is_digit(c)) {
        return (unsigned)(c - '0');
    }
    const char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? (unsigned)(lower - 'a') + 10 : 16;
}

/* The code unit of "\uXXXX" at `c`; above 0xFFFF where there is none. */
static uint32_t code_unit(const char *c, const char *end) {
    uint32_t unit = 0;
    if (end - c < 6 || c[0] != '\\' || c[1] != 'u') {
        return UINT32_MAX;
    }
    for (size_t i = 2; i < 6; i++) {
        const unsigned digit = hex_digit(c[i]);
        if (digit > 15) {
            return UINT32_MAX;
        }
        unit = unit << 4 | digit;
    }
    return unit;
}

static bool is_high_surrogate(uint32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }

static bool is_low_surrogate(uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

/* The length of the escape at `c`, and the code point that it stands for; 0 where it is not sound. */
static size_t read_escape(const char *c, const char *end, uint32_t *code) {
    static const char LETTERS[] = "\"\\/bfnrt";
    static const char MEANINGS[] = "\"\\/\b\f\n\r\t";
    if (end - c < 2) {
        return 0;
    }
    if (c[1] != 'u') {
        const char *letter = c[1] == '\0' ? NULL : strchr(LETTERS, c[1]);
        *code = letter == NULL ? 0 : (uint32_t)MEANINGS[letter - LETTERS];
        return letter == NULL ? 0 : 2;
    }
    const uint32_t unit = code_unit(c, end);
    *code = unit;
    if (!is_high_surrogate(unit)) {
        return unit > 0xFFFF || is_low_surrogate(unit) ? 0 : 6;
    }
    const uint32_t low = code_unit(c + 6, end);
    *code = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    return is_low_surrogate(low) ? 12 : 0;
}

/* From behind the opening quote at `scanner->c` to behind the closing one. */
static bool skip_string(struct scanner *scanner) {
    const char *c = scanner->c;
    uint32_t code;
    size_t len = 1;
    while (len > 0) {
        c = skip_plain(c, scanner->end);
        if (c == scanner->end || (unsigned char)*c < 0x20) {
            return false;
        }
        if (*c == '"') {
            scanner->c = c + 1;
            return true;
        }
        len = read_escape(c, scanner->end, &code);
        c += len;
    }
    return false;
}

static void append_code(struct buffer *out, uint32_t code) {
    char bytes[4];
    size_t len = 0;
    if (code < 0x80) {
        bytes[len++] = (char)code;
    } else {
        if (code < 0x800) {
            bytes[len++] = (char)(0xC0 | code >> 6);
        } else {
            if (code < 0x10000) {
                bytes[len++] = (char)(0xE0 | code >> 12);
            } else {
                bytes[len++] = (char)(0xF0 | code >> 18);
                bytes[len++] = (char)(0x80 | (code >> 12 & 0x3F));
            }
            bytes[len++] = (char)(0x80 | (code >> 6 & 0x3F));
        }
        bytes[len++] = (char)(0x80 | (code & 0x3F));
    }
    buffer_append(out, bytes, len);
}

struct stance_string json_scan_string(struct stance_string quoted, struct buffer *scratch) {
    const char *c = quoted.data + 1;
    const char *end = quoted.data + quoted.len - 1;
    const char *escape = memchr(c, '\\', (size_t)(end - c));
    if (escape == NULL) {
        return (struct stance_string){.data = c, .len = (size_t)(end - c)};
    }
    buffer_clear(scratch);
    while (escape != NULL) {
        uint32_t code = 0;
        buffer_append(scratch, c, (size_t)(escape - c));
        c = escape + read_escape(escape, end, &code);
        append_code(scratch, code);
        escape = memchr(c, '\\', (size_t)(end - c));
    }
    buffer_append(scratch, c, (size_t)(end - c));
    return buffer_string(scratch);
}

/* --- Numbers and words --------------------------------------------------------------------------------------------------- */

static size_t skip_digits(struct scanner *scanner) {
    const char *start = scanner->c;
    while (scanner->c < scanner->end && is_digit(*scanner->c)) {
        scanner->c++;
    }
    return (size_t)(scanner->c - start);
}

static bool skip_char(struct scanner *scanner, char c) {
    const bool there = scanner->c < scanner->end && *scanner->c == c;
    scanner->c += there;
    return there;
}

/* Numbers that cannot leave the range of their type: integers of at most 18 digits, reals far below 1e308. */
static bool skip_number(struct scanner *scanner) {
    const bool negative = skip_char(scanner, '-');
    const bool zero = scanner->c < scanner->end && *scanner->c == '0';
    const size_t n_whole = skip_digits(scanner);
    bool integer = true;
    if (n_whole == 0 || n_whole > 18 || (zero && n_whole > 1)) {
        return false;
    }
    if (skip_char(scanner, '.')) {
        integer = false;
        if (skip_digits(scanner) == 0) {
            return false;
        }
    }
    if (skip_char(scanner, 'e') || skip_char(scanner, 'E')) {
        integer = false;
        if (!skip_char(scanner, '-')) {
            skip_char(scanner, '+');
        }
        const size_t n_exponent = skip_digits(scanner);
        if (n_exponent == 0 || n_exponent > 2) {
            return false;
        }
    }
    return !(integer && zero && negative); /* -0 is written as 0 */
}

static bool skip_word(struct scanner *scanner, const char *word) {
    const size_t len = strlen(word);
    if ((size_t)(scanner->end - scanner->c) < len || memcmp(scanner->c, word, len) != 0) {
        return false;
    }
    scanner->c += len;
    return true;
}

/* --- Objects and arrays -------------------------------------------------------------------------------------------------- */

static bool open_level(struct scanner *scanner, bool is_object) {
    if (scanner->depth == JSON_SCAN_DEPTH) {
        return false;
    }
    scanner->c++;
    scanner->levels[scanner->depth++] = (struct level){.first_key = scanner->keys->n, .is_object = is_object};
    scanner->wanted = is_object ? KEY_OR_END : VALUE_OR_END;
    return true;
}

/* Behind a value; the line's own members remember where it ended. */
static void end_value(struct scanner *scanner) {
    if (scanner->depth == 1) {
        scanner->keys->data[scanner->keys->n - 1].value.end = (size_t)(scanner->c - scanner->start);
    }
    scanner->wanted = scanner->depth == 0 ? NOTHING : COMMA_OR_END;
}

static void close_level(struct scanner *scanner) {
    scanner->c++;
    scanner->depth--;
    if (scanner->depth > 0) {
        scanner->keys->n = scanner->levels[scanner->depth].first_key;
    }
    end_value(scanner);
}

static bool is_new_key(const struct scanner *scanner, struct stance_string key) {
    const size_t first = scanner->levels[scanner->depth - 1].first_key;
    const struct json_members *keys = scanner->keys;
    if (keys->n - first >= JSON_SCAN_KEYS) {
        return false;
    }
    for (size_t i = first; i < keys->n; i++) {
        if (keys->data[i].key.len == key.len && memcmp(keys->data[i].key.data, key.data, key.len) == 0) {
            return false;
        }
    }
    return true;
}

static const char *skip_space(const char *c, const char *end) {
    while (c < end && (*c == ' ' || *c == '\t' || *c == '\r' || *c == '\n')) {
        c++;
    }
    return c;
}

/* A key, its colon, and up to its value. */
static bool read_key(struct scanner *scanner) {
    struct json_members *keys = scanner->keys;
    const char *start = ++scanner->c;
    if (!skip_string(scanner)) {
        return false;
    }
    const struct stance_string key = {.data = start, .len = (size_t)(scanner->c - 1 - start)};
    if (memchr(key.data, '\\', key.len) != NULL || !is_new_key(scanner, key)) {
        return false;
    }
    scanner->c = skip_space(scanner->c, scanner->end);
    if (!skip_char(scanner, ':')) {
        return false;
    }
    scanner->c = skip_space(scanner->c, scanner->end);
    keys->data = memory_grow(keys->data, &keys->capacity, keys->n + 1, sizeof *keys->data);
    keys->data[keys->n++] = (struct json_member){.key = key, .value.start = (size_t)(scanner->c - scanner->start)};
    scanner->wanted = VALUE;
    return true;
}

static bool skip_scalar(struct scanner *scanner, enum json_kind *kind) {
    *kind = JSON_KIND_SCALAR;
    switch (*scanner->c) {
    case '"': *kind = JSON_KIND_STRING; return scanner->c++, skip_string(scanner);
    case 't': return skip_word(scanner, "true");
    case 'f': return skip_word(scanner, "false");
    case 'n': *kind = JSON_KIND_NULL; return skip_word(scanner, "null");
    default: return skip_number(scanner);
    }
}

static bool read_value(struct scanner *scanner) {
    enum json_kind kind;
    if (*scanner->c == '{' || *scanner->c == '[') {
        if (scanner->depth == 1) {
            scanner->keys->data[scanner->keys->n - 1].kind = JSON_KIND_OTHER;
        }
        return open_level(scanner, *scanner->c == '{');
    }
    if (!skip_scalar(scanner, &kind)) {
        return false;
    }
    if (scanner->depth == 1) {
        scanner->keys->data[scanner->keys->n - 1].kind = kind;
    }
    end_value(scanner);
    return true;
}

static bool read_comma_or_end(struct scanner *scanner) {
    const bool is_object = scanner->levels[scanner->depth - 1].is_object;
    if (*scanner->c == ',') {
        scanner->c++;
        scanner->wanted = is_object ? KEY : VALUE;
        return true;
    }
    if (*scanner->c == (is_object ? '}' : ']')) {
        close_level(scanner);
        return true;
    }
    return false;
}

/* Takes what is wanted next, white space having been skipped; false where it is not there. */
static bool step(struct scanner *scanner) {
    const char c = *scanner->c;
    switch (scanner->wanted) {
    case KEY_OR_END:
    case KEY:
        if (c == '"') {
            return read_key(scanner);
        }
        return c == '}' && scanner->wanted == KEY_OR_END && (close_level(scanner), true);
    case VALUE_OR_END:
        if (c == ']') {
            close_level(scanner);
            return true;
        }
        return read_value(scanner);
    case VALUE: return read_value(scanner);
    case COMMA_OR_END: return read_comma_or_end(scanner);
    case NOTHING: break;
    }
    return false;
}

bool json_scan(struct stance_string line, struct json_members *members) {
    struct scanner scanner = {.start = line.data, .end = line.data + line.len, .keys = members};
    members->n = 0;
    scanner.c = skip_space(line.data, scanner.end);
    if (scanner.c == scanner.end || *scanner.c != '{' || !open_level(&scanner, true)) {
        return false;
    }
    while ((scanner.c = skip_space(scanner.c, scanner.end)) < scanner.end) {
        if (!step(&scanner)) {
            return false;
        }
    }
    return scanner.wanted == NOTHING;
}
