/* Normalisation: table of inputs, equality of the ASCII path with utf8proc's own, offsets, invalid bytes. */
#include "check.h"

#include <utf8proc.h>

#include "text.h"
#include "utf8.h"

struct text_case {
    const char *input, *expected;
    size_t n_invalid;
};

static const struct text_case cases[] = {
    {"", "", 0},
    {"Tehran DENIED it.", "tehran denied it.", 0},
    {"\xEF\xBB\xBFMark", "mark", 0},                                               /* byte order mark */
    {"\xE2\x80\x98no\xE2\x80\x99 \xE2\x80\x9Cyes\xE2\x80\x9D", "'no' \"yes\"", 0}, /* curly quotes */
    {"\xC2\xABnon\xC2\xBB", "\"non\"", 0},                                         /* guillemets */
    {"don\xE2\x80\x99t", "don't", 0},
    {"5\xE2\x80\xB2 7\xE2\x80\xB3", "5' 7\"", 0},       /* primes */
    {"Russia\xE2\x80\x93Ukraine", "russia-ukraine", 0}, /* en dash */
    {"cease\xE2\x80\x91"
     "fire",
     "cease-fire", 0},                                   /* non-breaking hyphen */
    {"war\xE2\x80\x94peace", "war\xE2\x80\x94peace", 0}, /* em dash */
    {"war\xE2\x80\x95peace", "war\xE2\x80\x94peace", 0}, /* horizontal bar */
    {"co\xC2\xADoperate", "cooperate", 0},               /* soft hyphen */
    {"a\xE2\x80\x8B"
     "b",
     "ab", 0},                                          /* zero width space */
    {"\xEF\xBC\xA1\xEF\xBC\xA2\xEF\xBC\x91", "ab1", 0}, /* full width */
    {"\xEF\xAC\x81re", "fire", 0},                      /* ligature */
    {"Stra\xC3\x9F"
     "e",
     "strasse", 0},               /* sharp s */
    {"e\xCC\x81", "\xC3\xA9", 0}, /* composition across an ASCII base */
    {"\xC3\x89tat", "\xC3\xA9tat", 0},
    {"\xD0\x9C\xD0\x98\xD0\x94", "\xD0\xBC\xD0\xB8\xD0\xB4", 0},                             /* Cyrillic */
    {"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xED\x95\x9C", 0},                             /* Hangul jamo */
    {"a\xCC\xA3\xCC\x87 a\xCC\x87\xCC\xA3", "\xE1\xBA\xA1\xCC\x87 \xE1\xBA\xA1\xCC\x87", 0}, /* canonical order */
    {"\xE2\x80\xA6", "...", 0},
    {"\xEF\xB8\xB2", "-", 0},                    /* en dash for vertical text */
    {"\xE2\x80\xB4 \xE2\x80\xB7", "''' '''", 0}, /* triple primes */
    {"\xE2\x81\x97", "''''", 0},                 /* quadruple prime */
    {"\xC5\x89", "'n", 0},                       /* n with an apostrophe before it */
    {"10\xE2\x81\xBB\xC2\xB2", "10-2", 0},       /* superscript minus */
    {"a\xFF"
     "b",
     "a\xEF\xBF\xBD"
     "b",
     1},
    {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD", 2},                                 /* overlong */
    {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 3},                 /* a surrogate */
    {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 4}, /* above U+10FFFF */
    {"x\xE2\x80", "x\xEF\xBF\xBD\xEF\xBF\xBD", 2},                               /* cut */
    {"a\r\nb\rc", "a\r\nb\rc", 0},
};

static void test_table(void **state) {
    (void)state;
    struct stance_error error;
    struct text text = {.n_invalid = 0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_ok(text_normalise(&text, cases[i].input, strlen(cases[i].input), &error));
        if (text.normal.n != strlen(cases[i].expected) || memcmp(text.normal.data, cases[i].expected, text.normal.n) != 0) {
            fail_msg("case %zu: '%s' gave '%.*s', not '%s'", i, cases[i].input, (int)text.normal.n, text.normal.data,
                     cases[i].expected);
        }
        assert_int_equal(text.n_invalid, cases[i].n_invalid);
        assert_int_equal(stance_text_invalid(cases[i].input, strlen(cases[i].input), NULL), cases[i].n_invalid);
    }
    text_free(&text);
}

static void test_nul_survives(void **state) {
    (void)state;
    struct stance_error error;
    struct text text = {.n_invalid = 0};
    assert_ok(text_normalise(&text, "A\0B", 3, &error));
    assert_int_equal(text.normal.n, 3);
    assert_memory_equal(text.normal.data, "a\0b", 3);
    text_free(&text);
}

/* Code points that are folded to one form here, or decompose to such, and are left apart by NFKC_Casefold. */
static bool is_unified(uint32_t code) {
    return code == 0x02BC || (code >= 0x2010 && code <= 0x201F) || (code >= 0x2032 && code <= 0x203A) || code == 0x2212 ||
           code == 0xAB || code == 0xBB || code == 0x0149 || code == 0x2057 || code == 0x207B || code == 0x208B;
}

/* Any ASCII text, and any text of the characters that are not unified, is what utf8proc makes of the whole of it. */
static void test_agrees_with_utf8proc(void **state) {
    (void)state;
    struct stance_error error;
    struct text text = {.n_invalid = 0};
    uint64_t seed = 12345;
    for (int round = 0; round < 3000; round++) {
        char bytes[256];
        size_t len = 0;
        for (int k = 0; k < 24; k++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
            const uint32_t random = (uint32_t)(seed >> 33), bound = round % 2 == 0 ? 0x80
                                                                    : k % 3 == 0   ? 0x370
                                                                    : k % 3 == 1   ? 0x3000
                                                                                   : 0x11000;
            uint32_t code = 1 + random % (bound - 1);
            if ((code >= 0xD800 && code <= 0xDFFF) || is_unified(code) || code == 0x1FBF) {
                code = 'x';
            }
            if (code >= 0xFDD0 && code <= 0xFDEF) {
                code = 'y';
            }
            len += utf8_encode(code, bytes + len);
        }
        bytes[len] = '\0';
        utf8proc_uint8_t *expected = utf8proc_NFKC_Casefold((const utf8proc_uint8_t *)bytes);
        assert_non_null(expected);
        assert_ok(text_normalise(&text, bytes, len, &error));
        if (text.normal.n != strlen((char *)expected) || memcmp(text.normal.data, expected, text.normal.n) != 0) {
            fail_msg("round %d: '%s' gave '%.*s', not '%s'", round, bytes, (int)text.normal.n, text.normal.data, expected);
        }
        free(expected);
    }
    text_free(&text);
}

struct offset_case {
    const char *input;
    size_t start, end; /* in the normalised text */
    size_t from, to;   /* in the input */
};

static const struct offset_case offset_cases[] = {
    {"Abc def", 4, 7, 4, 7},
    {"\xEF\xBB\xBFMark", 0, 4, 3, 7},
    {"a\xE2\x80\xA6z", 1, 4, 1, 4}, /* one character that became three */
    {"a\xE2\x80\xA6z", 2, 3, 1, 4}, /* a part of it is all of it */
    {"a\xE2\x80\xA6z", 4, 5, 4, 5},
    {"co\xC2\xADop now", 0, 4, 0, 6}, /* across a character that vanished */
    {"co\xC2\xADop now", 5, 8, 7, 10},
    {"e\xCC\x81tat", 0, 2, 0, 3}, /* composed */
    {"e\xCC\x81tat", 2, 5, 3, 6},
    {"\xC3\x89tat x", 6, 7, 6, 7},
    {"\xFFz", 3, 4, 1, 2},         /* an invalid byte became three */
    {"\xE2\x91\xB4z", 1, 2, 0, 3}, /* (1), of equal length before and after */
};

static void test_offsets(void **state) {
    (void)state;
    struct stance_error error;
    struct text text = {.n_invalid = 0};
    for (size_t i = 0; i < sizeof offset_cases / sizeof offset_cases[0]; i++) {
        const struct offset_case *c = &offset_cases[i];
        assert_ok(text_normalise(&text, c->input, strlen(c->input), &error));
        const struct stance_span span = text_original(&text, c->start, c->end);
        if (span.start != c->from || span.end != c->to) {
            fail_msg("case %zu: [%zu, %zu) came from [%zu, %zu), not [%zu, %zu)", i, c->start, c->end, span.start, span.end,
                     c->from, c->to);
        }
    }
    text_free(&text);
}

/* A megabyte of marks on one base, of ignorable characters, and of invalid bytes: linear time, bounded clusters. */
static void test_hostile(void **state) {
    (void)state;
    static const char *const units[] = {"\xCC\x81", "\xC2\xAD", "\xFF", "\xEF\xB7\xBA", "\xF0\x9F\x91\xA9\xE2\x80\x8D"};
    struct stance_error error;
    struct text text = {.n_invalid = 0};
    const size_t size = 1000000;
    char *bytes = malloc(size + 16);
    assert_non_null(bytes);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t len = 0;
        while (len < size) {
            const size_t unit_len = strlen(units[i]);
            memcpy(bytes + len, units[i], unit_len);
            len += unit_len;
        }
        assert_ok(text_normalise(&text, bytes, len, &error));
    }
    free(bytes);
    text_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),   cmocka_unit_test(test_nul_survives), cmocka_unit_test(test_agrees_with_utf8proc),
        cmocka_unit_test(test_offsets), cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
