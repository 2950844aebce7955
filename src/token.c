#include "token.h"

#include <string.h>
#include <utf8proc.h>

#include "array.h"
#include "hash.h"
#include "status.h"
#include "utf8.h"

enum char_class {
    CHAR_SPACE,
    CHAR_LETTER,
    CHAR_MARK,
    CHAR_DIGIT,
    CHAR_IDEOGRAPH,
    CHAR_EMOJI,
    CHAR_FLAG,
    CHAR_MODIFIER,
    CHAR_OTHER
};

/* One shorthand each, so that the table of ASCII shows its shape. */
enum { SP = CHAR_SPACE, LE = CHAR_LETTER, DI = CHAR_DIGIT, OT = CHAR_OTHER };
static const unsigned char ascii_class[128] = {
    SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, /* control characters part words as spaces do */
    SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, SP, /* */
    SP, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, /* punctuation */
    DI, DI, DI, DI, DI, DI, DI, DI, DI, DI, OT, OT, OT, OT, OT, OT, /* digits */
    OT, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, /* @ and capitals */
    LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, OT, OT, OT, OT, OT, /* */
    OT, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, /* ` and small letters */
    LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, LE, OT, OT, OT, OT, SP, /* */
};

/* RFC 5321, 4.5.3.1: the longest local part and domain; they bound how far an address is looked for. */
enum { LOCAL_PART_MAX = 64, DOMAIN_MAX = 255 };

struct scanner {
    struct token_array *tokens;
    const char *text;
    size_t len;
    bool has_at; /* there is an '@' at all */
    struct stance_error *error;
};

struct code_range {
    uint32_t first, last;
};

static bool in_ranges(const struct code_range *ranges, size_t n, uint32_t code) {
    for (size_t i = 0; i < n && ranges[i].first <= code; i++) {
        if (code <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

/* Scripts written without spaces between words: Thai and Lao, Myanmar, Khmer, Japanese kana, Han. */
static bool is_unspaced_script(uint32_t code) {
    static const struct code_range ranges[] = {{0x0E00, 0x0EFF}, {0x1000, 0x109F},   {0x1780, 0x17FF},  {0x3005, 0x3007},
                                               {0x3040, 0x30FF}, {0x31F0, 0x31FF},   {0x3400, 0x4DBF},  {0x4E00, 0x9FFF},
                                               {0xF900, 0xFAFF}, {0x1B000, 0x1B16F}, {0x20000, 0x323AF}};
    return code >= 0x0E00 && in_ranges(ranges, sizeof ranges / sizeof ranges[0], code);
}

static bool is_pictograph(uint32_t code) {
    static const struct code_range ranges[] = {
        {0x2190, 0x21FF}, {0x2300, 0x23FF}, {0x25A0, 0x27BF}, {0x2B00, 0x2BFF}, {0x1F000, 0x1FAFF}};
    return in_ranges(ranges, sizeof ranges / sizeof ranges[0], code);
}

static enum char_class classify_symbol(uint32_t code) {
    if (code >= 0x1F1E6 && code <= 0x1F1FF) {
        return CHAR_FLAG;
    }
    return is_pictograph(code) ? CHAR_EMOJI : CHAR_OTHER;
}

static enum char_class classify_code(uint32_t code) {
    switch (utf8proc_category((utf8proc_int32_t)code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL: return is_unspaced_script(code) ? CHAR_IDEOGRAPH : CHAR_LETTER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME: return CHAR_MARK;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NO: return CHAR_DIGIT;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF: return CHAR_SPACE;
    case UTF8PROC_CATEGORY_SO:
    case UTF8PROC_CATEGORY_SM: return classify_symbol(code);
    case UTF8PROC_CATEGORY_SK: return code >= 0x1F3FB && code <= 0x1F3FF ? CHAR_MODIFIER : CHAR_OTHER;
    default: return CHAR_OTHER;
    }
}

struct scanned_char {
    enum char_class class;
    size_t len; /* 0 at the end of the text */
};

static struct scanned_char multibyte_at(const struct scanner *scanner, size_t i) {
    const struct utf8_char c = utf8_decode_multibyte(scanner->text + i, scanner->len - i);
    return (struct scanned_char){.class = classify_code(c.code), .len = c.len};
}

static inline struct scanned_char char_at(const struct scanner *scanner, size_t i) {
    if (i >= scanner->len) {
        return (struct scanned_char){.class = CHAR_SPACE, .len = 0};
    }
    const unsigned char first = (unsigned char)scanner->text[i];
    return first < 0x80 ? (struct scanned_char){.class = (enum char_class)ascii_class[first], .len = 1} : multibyte_at(scanner, i);
}

static char byte_at(const struct scanner *scanner, size_t i) { return (char)(i < scanner->len ? scanner->text[i] : '\0'); }

static bool starts_with(const struct scanner *scanner, size_t i, const char *prefix) {
    const size_t len = strlen(prefix);
    return scanner->len - i >= len && memcmp(scanner->text + i, prefix, len) == 0;
}

static bool is_word_class(enum char_class class) { return class == CHAR_LETTER || class == CHAR_MARK || class == CHAR_DIGIT; }

static uint64_t hash_token(enum token_type type, const char *text, size_t len) {
    switch (type) {
    case TOKEN_NUMBER: /* these stand for their kind: which number or address it is tells nothing of a stance */
    case TOKEN_URL:
    case TOKEN_EMAIL:
    case TOKEN_HANDLE: return hash_mix((uint64_t)type + 1);
    case TOKEN_WORD:
    case TOKEN_HASHTAG:
    case TOKEN_EMOJI:
    case TOKEN_IDEOGRAPH:
    case TOKEN_PUNCTUATION: break;
    }
    return hash_bytes(0, text, len);
}

static enum stance_status add_as(struct scanner *scanner, enum token_type type, size_t start, size_t end, const char *text,
                                 size_t len) {
    TRY(array_reserve(scanner->tokens, scanner->tokens->n + 1, scanner->error));
    scanner->tokens->data[scanner->tokens->n++] =
        (struct token){.text = text, .len = len, .start = start, .end = end, .hash = hash_token(type, text, len), .type = type};
    return STANCE_OK;
}

static enum stance_status add(struct scanner *scanner, enum token_type type, size_t start, size_t end) {
    return add_as(scanner, type, start, end, scanner->text + start, end - start);
}

/* --- Words --- */

/* How many of eight bytes, from the first on, are ASCII letters or digits: a byte's top bit tells whether a sum has passed a limit.
 */
static inline size_t count_ascii_letters(uint64_t bytes) {
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones * 0x80;
    const uint64_t ascii = bytes & ~tops, lower = ascii | ones * 0x20;
    const uint64_t letters = (lower + ones * (0x80 - 'a')) & ~(lower + ones * (0x7F - 'z'));
    const uint64_t digits = (ascii + ones * (0x80 - '0')) & ~(ascii + ones * (0x7F - '9'));
    const uint64_t others = ~((letters | digits) & ~bytes) & tops;
    return others != 0 ? (size_t)__builtin_ctzll(others) / 8 : 8;
}

static size_t end_of_letters(const struct scanner *scanner, size_t i) {
    for (size_t n = 8; n == 8 && scanner->len - i >= 8; i += n) {
        n = count_ascii_letters(hash_load8(scanner->text + i));
    }
    struct scanned_char c = char_at(scanner, i);
    while (is_word_class(c.class)) {
        i += c.len;
        c = char_at(scanner, i);
    }
    return i;
}

/* Whether a stop at `i` parts two initials: one letter stands on either side ('u.s', but not 'end.the'). */
static bool parts_initials(const struct scanner *scanner, size_t segment, size_t i) {
    if (segment + char_at(scanner, segment).len != i) {
        return false;
    }
    const struct scanned_char next = char_at(scanner, i + 1);
    return next.class == CHAR_LETTER && !is_word_class(char_at(scanner, i + 1 + next.len).class);
}

struct word_shape {
    bool initialism; /* it has inner stops */
    bool apostrophe; /* it has inner apostrophes */
};

/* The end of the word that begins at `i`. */
static inline size_t end_of_word(const struct scanner *scanner, size_t i, struct word_shape *shape) {
    size_t segment = i;
    *shape = (struct word_shape){.initialism = false};
    for (;;) {
        i = end_of_letters(scanner, i);
        const char c = byte_at(scanner, i);
        const bool joins = (c == '\'' || c == '-') && is_word_class(char_at(scanner, i + 1).class);
        const bool stop = c == '.' && parts_initials(scanner, segment, i);
        if (!joins && !stop) {
            return i;
        }
        shape->initialism = shape->initialism || stop;
        shape->apostrophe = shape->apostrophe || c == '\'';
        segment = ++i;
    }
}

struct contraction {
    const char *from;
    size_t stem_len;
    const char *stem;   /* written out; NULL: as it stands */
    const char *suffix; /* written out */
};

/* Whole words first. Negation becomes the word "not", however it is written. */
static const struct contraction irregular[] = {
    {"can't", 2, "can", "not"},    {"cannot", 3, NULL, "not"}, {"won't", 2, "will", "not"},
    {"shan't", 3, "shall", "not"}, {"ain't", 2, "is", "not"},
};

static const struct contraction regular[] = {
    {"n't", 0, NULL, "not"}, {"'ll", 0, NULL, "'ll"}, {"'re", 0, NULL, "'re"}, {"'ve", 0, NULL, "'ve"},
    {"'s", 0, NULL, "'s"},   {"'d", 0, NULL, "'d"},   {"'m", 0, NULL, "'m"},
};

static enum stance_status add_contraction(struct scanner *scanner, size_t start, size_t end, const struct contraction *rule,
                                          size_t stem_len) {
    if (stem_len > 0) {
        const char *stem = rule->stem != NULL ? rule->stem : scanner->text + start;
        TRY(add_as(scanner, TOKEN_WORD, start, start + stem_len, stem, rule->stem != NULL ? strlen(rule->stem) : stem_len));
    }
    return add_as(scanner, TOKEN_WORD, start + stem_len, end, rule->suffix, strlen(rule->suffix));
}

static const struct contraction *find_contraction(const char *word, size_t len, size_t *stem_len) {
    for (size_t i = 0; i < sizeof irregular / sizeof irregular[0]; i++) {
        if (len == strlen(irregular[i].from) && memcmp(word, irregular[i].from, len) == 0) {
            *stem_len = irregular[i].stem_len;
            return &irregular[i];
        }
    }
    for (size_t i = 0; i < sizeof regular / sizeof regular[0]; i++) {
        const size_t suffix_len = strlen(regular[i].from);
        if (len >= suffix_len && memcmp(word + len - suffix_len, regular[i].from, suffix_len) == 0) {
            *stem_len = len - suffix_len;
            return &regular[i];
        }
    }
    return NULL;
}

static enum stance_status scan_word(struct scanner *scanner, size_t *i) {
    struct word_shape shape;
    const size_t start = *i, end = end_of_word(scanner, start, &shape);
    *i = end;
    if (shape.initialism) {
        *i += byte_at(scanner, end) == '.';
        return add_as(scanner, TOKEN_WORD, start, *i, scanner->text + start, end - start);
    }
    size_t stem_len = 0;
    const struct contraction *rule = NULL;
    const bool cannot = end - start == 6 && memcmp(scanner->text + start, "cannot", 6) == 0; /* the one without an apostrophe */
    if (shape.apostrophe || cannot) {
        rule = find_contraction(scanner->text + start, end - start, &stem_len);
    }
    return rule != NULL ? add_contraction(scanner, start, end, rule, stem_len) : add(scanner, TOKEN_WORD, start, end);
}

/* A suffix that stands apart, as in text that was tokenised before ('Iran 's'): an apostrophe after white space. */
static enum stance_status scan_apostrophe(struct scanner *scanner, size_t *i) {
    const size_t start = *i, end = end_of_letters(scanner, start + 1);
    const bool apart = start == 0 || char_at(scanner, start - 1).class == CHAR_SPACE;
    size_t stem_len = 0;
    const struct contraction *rule =
        apart && end > start + 1 ? find_contraction(scanner->text + start, end - start, &stem_len) : NULL;
    if (rule == NULL || stem_len > 0) {
        *i = start + 1;
        return add(scanner, TOKEN_PUNCTUATION, start, *i);
    }
    *i = end;
    return add_contraction(scanner, start, end, rule, 0);
}

static enum stance_status scan_number(struct scanner *scanner, size_t *i) {
    const size_t start = *i;
    size_t end = end_of_letters(scanner, start);
    while (memchr(".,:/", byte_at(scanner, end), 4) != NULL && char_at(scanner, end + 1).class == CHAR_DIGIT) {
        end = end_of_letters(scanner, end + 1);
    }
    *i = end;
    return add(scanner, TOKEN_NUMBER, start, end);
}

/* --- Addresses and names of the web --- */

static size_t end_of_url(const struct scanner *scanner, size_t i) {
    size_t open = 0, close = 0;
    size_t end = i;
    while (end < scanner->len && (unsigned char)scanner->text[end] > ' ' && strchr("<>\"", scanner->text[end]) == NULL) {
        open += scanner->text[end] == '(';
        close += scanner->text[end] == ')';
        end++;
    }
    while (end > i) { /* the sentence's own punctuation, and a bracket that was opened before */
        const char last = scanner->text[end - 1];
        if (strchr(".,;:!?'", last) == NULL && !(last == ')' && close > open)) {
            break;
        }
        close -= last == ')';
        end--;
    }
    return end;
}

static bool starts_url(const struct scanner *scanner, size_t i) {
    switch (scanner->text[i]) {
    case 'h': return byte_at(scanner, i + 1) == 't' && (starts_with(scanner, i, "http://") || starts_with(scanner, i, "https://"));
    case 'f': return starts_with(scanner, i, "ftp://");
    case 'w': return starts_with(scanner, i, "www.") && is_word_class(char_at(scanner, i + 4).class);
    default: return false;
    }
}

static bool is_name_byte(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/* The end of the e-mail address at `i`, or `i` where there is none. */
static size_t end_of_email(const struct scanner *scanner, size_t i) {
    size_t at = i;
    while (at - i <= LOCAL_PART_MAX &&
           (is_name_byte(byte_at(scanner, at)) || (at < scanner->len && memchr("._%+-", scanner->text[at], 5)))) {
        at++;
    }
    if (at == i || byte_at(scanner, at) != '@') {
        return i;
    }
    size_t end = at + 1, last_dot = 0;
    while (end - at <= DOMAIN_MAX &&
           (is_name_byte(byte_at(scanner, end)) ||
            ((byte_at(scanner, end) == '.' || byte_at(scanner, end) == '-') && is_name_byte(byte_at(scanner, end + 1))))) {
        last_dot = byte_at(scanner, end) == '.' ? end : last_dot;
        end++;
    }
    return last_dot > at + 1 ? end : i;
}

/* '@name' or '#name': letters, digits and low lines, among them at least one letter. */
static enum stance_status scan_tagged(struct scanner *scanner, enum token_type type, size_t *i) {
    const size_t start = *i;
    size_t end = start + 1;
    bool has_letter = false;
    for (struct scanned_char c = char_at(scanner, end);
         is_word_class(c.class) || c.class == CHAR_IDEOGRAPH || byte_at(scanner, end) == '_'; c = char_at(scanner, end)) {
        has_letter = has_letter || c.class == CHAR_LETTER || c.class == CHAR_IDEOGRAPH;
        end += c.len;
    }
    *i = has_letter ? end : start + 1;
    return add(scanner, has_letter ? type : TOKEN_PUNCTUATION, start, *i);
}

/* --- Other scripts and signs --- */

static enum stance_status scan_with_class(struct scanner *scanner, enum token_type type, enum char_class trailing, size_t *i) {
    const size_t start = *i;
    *i += char_at(scanner, start).len;
    for (struct scanned_char c = char_at(scanner, *i); c.class == trailing && c.len > 0; c = char_at(scanner, *i)) {
        *i += c.len;
    }
    return add(scanner, type, start, *i);
}

static enum stance_status scan_flag(struct scanner *scanner, size_t *i) {
    const size_t start = *i;
    *i += char_at(scanner, start).len;
    const struct scanned_char second = char_at(scanner, *i);
    *i += second.class == CHAR_FLAG ? second.len : 0;
    return add(scanner, TOKEN_EMOJI, start, *i);
}

static enum stance_status scan_other(struct scanner *scanner, size_t *i) {
    const size_t start = *i;
    switch (scanner->text[start]) {
    case '@': return scan_tagged(scanner, TOKEN_HANDLE, i);
    case '#': return scan_tagged(scanner, TOKEN_HASHTAG, i);
    case '\'': return scan_apostrophe(scanner, i);
    default: *i += char_at(scanner, start).len; return add(scanner, TOKEN_PUNCTUATION, start, *i);
    }
}

static enum stance_status scan_letter_or_digit(struct scanner *scanner, enum char_class class, size_t *i) {
    const size_t start = *i;
    if (scanner->has_at) {
        const size_t end = end_of_email(scanner, start);
        if (end > start) {
            *i = end;
            return add(scanner, TOKEN_EMAIL, start, end);
        }
    }
    if (starts_url(scanner, start)) {
        *i = end_of_url(scanner, start);
        return add(scanner, TOKEN_URL, start, *i);
    }
    return class == CHAR_DIGIT ? scan_number(scanner, i) : scan_word(scanner, i);
}

static enum stance_status scan_one(struct scanner *scanner, struct scanned_char c, size_t *i) {
    switch (c.class) {
    case CHAR_LETTER:
    case CHAR_DIGIT: return scan_letter_or_digit(scanner, c.class, i);
    case CHAR_IDEOGRAPH: return scan_with_class(scanner, TOKEN_IDEOGRAPH, CHAR_MARK, i);
    case CHAR_EMOJI: return scan_with_class(scanner, TOKEN_EMOJI, CHAR_MODIFIER, i);
    case CHAR_FLAG: return scan_flag(scanner, i);
    case CHAR_OTHER: return scan_other(scanner, i);
    case CHAR_MARK: /* without a base, or a modifier without a pictograph: nothing to keep */
    case CHAR_MODIFIER:
    case CHAR_SPACE: break;
    }
    *i += c.len;
    return STANCE_OK;
}

/* --- The common case --- */

/* Whether this byte ends a word, whatever follows: no letter or digit, no apostrophe, hyphen or stop that may join two parts, no
 * colon of an address, nothing that is not ASCII. One bit a byte. */
static inline bool ends_plain_word(unsigned char c) {
    static const uint64_t ends[4] = {UINT64_C(0xF8009F7FFFFFFFFF), UINT64_C(0xF8000001F8000001), 0, 0};
    return (ends[c >> 6] >> (c & 63U) & 1U) != 0;
}

/* Adds the word at `*i` where it is of at most 15 ASCII letters and digits and no rule touches it: most words are, and this is
 * where the time goes. False where scan_one must look. Reads into the padding. */
static inline bool scan_plain_word(struct scanner *scanner, size_t *i) {
    const char *text = scanner->text + *i;
    const uint64_t head = hash_load8(text), tail = hash_load8(text + 8);
    const size_t n_head = count_ascii_letters(head), n_tail = n_head < 8 ? 0 : count_ascii_letters(tail);
    const size_t len = n_head + n_tail;
    struct token_array *tokens = scanner->tokens;
    const bool cannot = len == 6 && memcmp(text, "cannot", 6) == 0;
    if (n_tail == 8 || !ends_plain_word((unsigned char)text[len]) || cannot || tokens->n == tokens->capacity) {
        return false;
    }
    struct token *token = &tokens->data[tokens->n++];
    token->text = text;
    token->len = len;
    token->start = *i;
    token->end = *i + len;
    token->hash = hash_short(len, head, tail);
    token->type = TOKEN_WORD;
    *i = token->end + (text[len] == ' ');
    return true;
}

enum stance_status token_scan(struct token_array *tokens, const char *text, size_t len, struct stance_error *error) {
    struct scanner scanner = {
        .tokens = tokens, .text = text, .len = len, .has_at = len > 0 && memchr(text, '@', len) != NULL, .error = error};
    for (size_t i = 0; i < len;) {
        const unsigned char first = (unsigned char)text[i];
        const bool may_be_plain = first < 0x80 && ascii_class[first] == CHAR_LETTER && !scanner.has_at;
        if (first == ' ') {
            i++;
        } else if (!may_be_plain || !scan_plain_word(&scanner, &i)) {
            TRY(scan_one(&scanner, char_at(&scanner, i), &i));
        }
    }
    return STANCE_OK;
}
