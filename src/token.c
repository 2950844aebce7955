#include "token.h"

#include <string.h>
#include <utf8proc.h>

#include "array.h"
#include "ascii.h"
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
    struct token_place *place;
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

/* Letters of the scripts that are met most, which need no look at the tables of Unicode: small Latin, Cyrillic, Arabic. */
static inline bool is_common_letter(uint32_t code) {
    return (code >= 0x430 && code <= 0x45F) || (code >= 0x620 && code <= 0x64A) || (code >= 0xDF && code <= 0xF6) ||
           (code >= 0xF8 && code <= 0x17F);
}

static inline struct scanned_char multibyte_at(const struct scanner *scanner, size_t i) {
    const struct utf8_char c = utf8_decode_valid(scanner->text + i);
    return (struct scanned_char){.class = is_common_letter(c.code) ? CHAR_LETTER : classify_code(c.code), .len = c.len};
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

/* `token->text` has padding behind it. Of a long token the hash of what comes before goes into that of the next sixteen bytes. */
static inline void hash_text(struct token *token) {
    const char *text = token->text;
    size_t len = token->len;
    uint64_t h = 0;
    for (; len > ASCII_STEP; text += ASCII_STEP, len -= ASCII_STEP) {
        h = hash_short(h ^ hash_load8(text), hash_load8(text + 8));
    }
    const struct ascii_block block = ascii_load(text, len);
    token->hash = hash_short(h ^ block.head, block.tail);
    token->tail = block.tail;
    token->n_telling = (uint32_t)(token->len < UINT32_MAX ? token->len : UINT32_MAX);
}

static inline enum stance_status add_hashed(struct scanner *scanner, struct token token) {
    if (scanner->tokens->n == scanner->tokens->capacity) {
        TRY(array_reserve(scanner->tokens, scanner->tokens->n + 1, scanner->error));
    }
    scanner->tokens->data[scanner->tokens->n++] = token;
    return STANCE_OK;
}

static inline enum stance_status add(struct scanner *scanner, enum token_type type, size_t start, size_t end) {
    struct token token = {.text = scanner->text + start, .len = end - start, .start = start, .end = end, .type = type};
    if (token_is_of_kind(type)) {
        token.hash = hash_mix((uint64_t)type + 1);
    } else {
        hash_text(&token);
    }
    return add_hashed(scanner, token);
}

/* A word written out as `text`, at most 8 bytes. */
static enum stance_status add_as(struct scanner *scanner, size_t start, size_t end, const char *text, size_t len) {
    const uint64_t hash = hash_short(hash_load(text, len), 0);
    return add_hashed(
        scanner, (struct token){.text = text, .len = len, .start = start, .end = end, .hash = hash, .n_telling = (uint32_t)len});
}

/* --- Words --- */

static size_t end_of_letters(const struct scanner *scanner, size_t i) {
    for (size_t n = ASCII_STEP; n == ASCII_STEP && i < scanner->len; i += n) {
        n = ascii_word_len(scanner->text + i);
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
        TRY(rule->stem != NULL ? add_as(scanner, start, start + stem_len, rule->stem, strlen(rule->stem))
                               : add(scanner, TOKEN_WORD, start, start + stem_len));
    }
    return add_as(scanner, start + stem_len, end, rule->suffix, strlen(rule->suffix));
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
        TRY(add(scanner, TOKEN_WORD, start, end));
        scanner->tokens->data[scanner->tokens->n - 1].end = *i;
        return STANCE_OK;
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

/* Whether [i, end) is one ideograph with its marks. */
static bool is_lone_ideograph(const struct scanner *scanner, size_t i, size_t end) {
    struct scanned_char c = char_at(scanner, i);
    if (c.class != CHAR_IDEOGRAPH) {
        return false;
    }
    do {
        i += c.len;
        c = char_at(scanner, i);
    } while (i < end && c.class == CHAR_MARK);
    return i == end;
}

/* '@name' or '#name': letters, digits and low lines, among them at least one letter. A hashtag is the word that it marks, so that
 * '#peace' and 'peace' are one; so are an ideograph and its hashtag, also in having no character n-grams. */
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
    if (has_letter && type == TOKEN_HASHTAG) {
        struct token tag = {.text = scanner->text + start + 1, .len = end - start - 1, .start = start, .end = end, .type = type};
        tag.type = is_lone_ideograph(scanner, start + 1, end) ? TOKEN_IDEOGRAPH : type;
        hash_text(&tag);
        return add_hashed(scanner, tag);
    }
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

/* Looked up when somebody asks, which most short texts never do. */
static bool has_at(struct token_place *place) {
    if (!place->has_at_sure) {
        place->has_at = memchr(place->text, '@', place->len) != NULL;
        place->has_at_sure = true;
    }
    return place->has_at;
}

static enum stance_status scan_letter_or_digit(struct scanner *scanner, enum char_class class, size_t *i) {
    const size_t start = *i;
    if (has_at(scanner->place)) {
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

/* --- The common case: this is where the time goes --- */

#define CANNOT UINT64_C(0x746F6E6E6163) /* "cannot", little-endian */

/* What a byte that is no letter, digit or space is to scan_window; anything else is for scan_one. */
enum plain {
    PLAIN_ENDS = 1, /* it ends a word, whatever follows: it is no apostrophe, hyphen or stop that may join two parts, no colon of an
                       address, nothing of the name before its '@', nothing that is not ASCII */
    PLAIN_MARK = 2, /* punctuation that is a token, whatever follows: it begins no name, tag or suffix */
    PLAIN_SPACE = 4,
    PLAIN_HAN = 8,   /* it begins an ideograph, or one of a few other signs */
    PLAIN_JOINT = 16 /* an apostrophe, hyphen or stop, which joins two parts where the second one is there */
};

enum {
    HA = PLAIN_HAN,
    EN = PLAIN_ENDS,
    MA = PLAIN_MARK,
    JO = PLAIN_JOINT,
    MJ = PLAIN_MARK | PLAIN_JOINT,
    EM = PLAIN_ENDS | PLAIN_MARK,
    ES = PLAIN_ENDS | PLAIN_SPACE
};
static const unsigned char plain[256] = {
    ES,          ES, ES, ES, ES, ES, ES, ES, ES, ES, ES, ES, ES, ES, ES, ES, /* control characters */
    ES,          ES, ES, ES, ES, ES, ES, ES, ES, ES, ES, ES, ES, ES, ES, ES, /* */
    ES,          EM, EM, EN, EM, MA, EM, JO, EM, EM, EM, MA, EM, MJ, MJ, EM, /* space ! " # $ % & ' ( ) * + , - . / */
    0,           0,  0,  0,  0,  0,  0,  0,  0,  0,  MA, EM, EM, EM, EM, EM, /* digits : ; < = > ? */
    0,           0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  /* @ and capitals */
    0,           0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  EM, EM, EM, EM, MA, /* [ \ ] ^ _ */
    EM,          0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  /* ` and small letters */
    0,           0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  EM, EM, EM, EM, ES, /* { | } ~ DEL */
    [0xE4] = HA, HA, HA, HA, HA, HA,                                         /* E4 to E9 */
};

static inline unsigned char plain_at(const char *text) { return plain[(unsigned char)text[0]]; }

/* Whether an ideograph stands here and no mark behind it: ASCII, another one, or a sign of U+3000 to U+3027, such as a full stop.
 */
static inline bool is_plain_han(const char *text) {
    const unsigned char *behind = (const unsigned char *)text + 3;
    return utf8_is_han(text) &&
           (behind[0] < 0x80 || plain[behind[0]] == PLAIN_HAN || (behind[0] == 0xE3 && behind[1] == 0x80 && behind[2] < 0xA8));
}

/* Whether a word that ends before `behind` ends there whatever stands further on. */
static inline bool is_plain_end(const char *behind) {
    const unsigned char kind = plain_at(behind);
    return (kind & PLAIN_ENDS) != 0 || ((kind & PLAIN_JOINT) != 0 && (plain_at(behind + 1) & PLAIN_ENDS) != 0);
}

/* How many of the bits below bit `at` are ones, from the highest of them on; `at` is at most 64. */
static inline unsigned count_ones_below(uint64_t bits, unsigned at) {
    const uint64_t zeros = at > 0 ? ~(bits << (64 - at)) : UINT64_MAX;
    return zeros != 0 ? (unsigned)__builtin_clzll(zeros) : 64;
}

/* 64 bytes of text, a bit each. */
struct window {
    uint64_t words, starts; /* letters and digits of words; the first bytes of tokens */
    unsigned end;           /* here something begins that is for scan_one, or a word that the window cuts off */
    bool is_cut;            /* such a word, but not the window as a whole */
};

static inline uint64_t bits_below(size_t n) { return n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX; }

/* Looks at what is neither word nor space, up to the first that scan_one has to see; `len` bytes are left of the text. */
static inline struct window look_through(const char *text, size_t len) {
    const struct ascii_map map = ascii_map(text);
    struct window window = {.words = map.words, .starts = map.words & ~(map.words << 1)};
    for (uint64_t others = ~(map.words | map.spaces) & bits_below(len); others != 0; others &= others - 1) {
        const unsigned at = (unsigned)__builtin_ctzll(others);
        const unsigned char kind = plain_at(text + at);
        const unsigned word_len = is_plain_end(text + at) ? 0 : count_ones_below(map.words, at);
        if (word_len > 0 || (kind & (PLAIN_MARK | PLAIN_SPACE)) == 0) {
            window.end = at - word_len;
            return window;
        }
        window.starts |= (uint64_t)((kind & PLAIN_MARK) != 0) << at;
    }
    window.end = ASCII_MAP - count_ones_below(map.words, ASCII_MAP);
    window.is_cut = window.end > 0;
    return window;
}

/* Scans the spaces, punctuation, and words of at most 16 ASCII letters and digits that no rule touches in the 64 bytes from
 * `*place` on, up to anything else, and moves `*place` there. `out` has room for 64 tokens; returns their end. `*is_plain` says
 * whether it goes on like this behind them. Reads into the padding. */
static struct token *scan_window(const char *text, size_t len, size_t *place, bool *is_plain, struct token *out) {
    const size_t base = *place;
    const struct window window = look_through(text + base, len - base);
    *place = base + window.end;
    *is_plain = window.is_cut;
    for (uint64_t starts = window.starts & bits_below(window.end); starts != 0; starts &= starts - 1) {
        const unsigned at = (unsigned)__builtin_ctzll(starts);
        const size_t word_len = (size_t)__builtin_ctzll(~(window.words >> at)), start = base + at;
        const size_t token_len = word_len + (word_len == 0); /* of a word, or a mark */
        const struct ascii_block block = ascii_load(text + start, token_len <= ASCII_STEP ? token_len : 0);
        if (token_len > ASCII_STEP || ascii_class[(unsigned char)text[start]] == CHAR_DIGIT || block.head == CANNOT) {
            *place = start;
            *is_plain = false;
            break;
        }
        *out++ = (struct token){.text = text + start,
                                .len = token_len,
                                .start = start,
                                .end = start + token_len,
                                .hash = hash_short(block.head, block.tail),
                                .tail = block.tail,
                                .type = word_len > 0 ? TOKEN_WORD : TOKEN_PUNCTUATION,
                                .n_telling = (uint32_t)token_len};
    }
    return out;
}

/* Scans up to `room` ideographs. */
static struct token *scan_han(const char *text, size_t *place, size_t room, struct token *out) {
    size_t i = *place;
    for (size_t n = 0; n < room && plain_at(text + i) == PLAIN_HAN && is_plain_han(text + i); n++, i += 3) {
        const uint64_t bytes = hash_first(hash_load8(text + i), 3);
        *out++ = (struct token){.text = text + i,
                                .len = 3,
                                .start = i,
                                .end = i + 3,
                                .hash = hash_short(bytes, 0),
                                .type = TOKEN_IDEOGRAPH,
                                .n_telling = 3};
    }
    *place = i;
    return out;
}

enum stance_status token_scan_some(struct token_array *tokens, struct token_place *place, size_t n_max,
                                   struct stance_error *error) {
    struct scanner scanner = {.tokens = tokens, .text = place->text, .len = place->len, .place = place, .error = error};
    const char *text = place->text;
    const size_t len = place->len, n_before = tokens->n;
    size_t i = place->at;
    while (i < len && tokens->n - n_before < n_max) {
        TRY(array_reserve(tokens, tokens->n + ASCII_MAP, error));
        bool is_plain = false;
        struct token *out = tokens->data + tokens->n;
        out = (unsigned char)text[i] < 0x80 ? scan_window(text, len, &i, &is_plain, out) : scan_han(text, &i, ASCII_MAP, out);
        tokens->n = (size_t)(out - tokens->data);
        if (!is_plain && i < len) {
            TRY(scan_one(&scanner, char_at(&scanner, i), &i));
            i += text[i] == ' ';
        }
    }
    place->at = i;
    return STANCE_OK;
}

enum stance_status token_scan(struct token_array *tokens, const char *text, size_t len, struct stance_error *error) {
    struct token_place place = {.text = text, .len = len};
    return token_scan_some(tokens, &place, SIZE_MAX, error);
}
