/* The splitter: a table of cases, and properties that hold for any bytes. Runs from the project's root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "layout.h"
#include "stance.h"
#include "statement.h"

#define TABLE "tests/data/statements.txt"

enum {
    N_UNITS_MAX = 16,
    LINE_MAX_LEN = 4096,
    N_CASES_MIN = 300,
    HOSTILE_LEN = 5000000,
    SHORT_HOSTILE_LEN = 500000,
    SECONDS_MAX = 20
};

struct text {
    char data[LINE_MAX_LEN];
    size_t len;
};

struct test_case {
    char name[LINE_MAX_LEN];
    struct text input, expected[N_UNITS_MAX];
    size_t n;
    enum stance_unit unit;
};

/* --- Reading the table ------------------------------------------------------------------------------------------------ */

static int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c - 'a' + 10; }

static char unescape_letter(char c) {
    static const char FROM[] = "nrtvf\\";
    static const char TO[] = "\n\r\t\v\f\\";
    const char *found = strchr(FROM, c);
    assert_non_null(found);
    return TO[found - FROM];
}

static void unescape(struct text *text, const char *line) {
    text->len = 0;
    for (const char *c = line; *c != '\0'; c++) {
        if (*c != '\\') {
            text->data[text->len++] = *c;
        } else if (c[1] == 'x') {
            text->data[text->len++] = (char)(hex_digit(c[2]) * 16 + hex_digit(c[3]));
            c += 3;
        } else if (*++c != '.') {
            text->data[text->len++] = unescape_letter(*c);
        }
    }
}

static void read_input(struct test_case *test, const char *line) {
    test->unit = line[1] == 'p' ? STANCE_UNIT_PARAGRAPH : line[1] == 'd' ? STANCE_UNIT_DOCUMENT : STANCE_UNIT_STATEMENT;
    const char *space = strchr(line, ' ');
    unescape(&test->input, space == NULL ? "" : space + 1);
}

/* Reads the next case; false at the end of the table. */
static bool read_case(FILE *file, struct test_case *test) {
    static char line[LINE_MAX_LEN];
    bool found = false;
    test->n = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '\0' && found) {
            return true;
        }
        if (line[0] == '=') {
            (void)snprintf(test->name, sizeof test->name, "%s", line + 3);
            found = true;
        } else if (line[0] == '<') {
            read_input(test, line);
        } else if (line[0] == '>') {
            assert_true(test->n < N_UNITS_MAX);
            unescape(&test->expected[test->n++], line + 2);
        }
    }
    return found;
}

/* --- What must hold for any text -------------------------------------------------------------------------------------- */

static bool is_outside(const char *text, size_t start, size_t end, size_t len) {
    const size_t from = start == 0 && len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : start;
    return skip_white(text, from, end) >= end;
}

static bool is_trimmed(const char *text, struct stance_span span) {
    return !glyph_is_white(character_at(text, span.start, span.end).glyph) &&
           !glyph_is_white(character_before(text, span.start, span.end).glyph);
}

/* Spans ascend, do not overlap, are not empty, trimmed, and leave out nothing but white space. */
static bool holds(const char *text, size_t len, const struct stance_span *spans, size_t n) {
    size_t end = 0;
    for (size_t i = 0; i < n; i++) {
        if (spans[i].start < end || spans[i].start >= spans[i].end || spans[i].end > len || !is_trimmed(text, spans[i]) ||
            !is_outside(text, end, spans[i].start, len)) {
            return false;
        }
        end = spans[i].end;
    }
    return is_outside(text, end, len, len);
}

struct cut {
    struct stance_splitter *splitter;
    const struct stance_span *spans;
    size_t n;
};

static void cut(struct cut *cut, const char *text, size_t len, enum stance_unit unit) {
    struct stance_error error = {0};
    assert_int_equal(stance_splitter_split(cut->splitter, text, len, unit, &cut->spans, &cut->n, &error), STANCE_OK);
}

/* The text is copied to the heap, so that a sanitizer sees a read past its end. */
static void check_units(struct cut *c, const char *text, size_t len) {
    char *copy = malloc(len > 0 ? len : 1);
    assert_non_null(copy);
    memcpy(copy, text, len);
    for (int unit = STANCE_UNIT_STATEMENT; unit <= STANCE_UNIT_DOCUMENT; unit++) {
        cut(c, copy, len, (enum stance_unit)unit);
        if (!holds(copy, len, c->spans, c->n)) {
            print_error("unit %d of %zu bytes: %.*s\n", unit, len, (int)(len < 300 ? len : 300), text);
            fail();
        }
    }
    free(copy);
}

static int set_up(void **state) {
    static struct cut c;
    *state = &c;
    return stance_splitter_new(&c.splitter, NULL) == STANCE_OK ? 0 : -1;
}

static int tear_down(void **state) {
    stance_splitter_free(((struct cut *)*state)->splitter);
    return 0;
}

/* --- The table -------------------------------------------------------------------------------------------------------- */

static bool matches(const struct test_case *test, const struct cut *c) {
    bool same = c->n == test->n;
    for (size_t i = 0; same && i < c->n; i++) {
        const size_t len = c->spans[i].end - c->spans[i].start;
        same = len == test->expected[i].len && memcmp(test->input.data + c->spans[i].start, test->expected[i].data, len) == 0;
    }
    return same;
}

static void print_failure(const struct test_case *test, const struct cut *c) {
    print_error("%s\n  input    %.*s\n", test->name, (int)test->input.len, test->input.data);
    for (size_t i = 0; i < test->n; i++) {
        print_error("  expected %.*s\n", (int)test->expected[i].len, test->expected[i].data);
    }
    for (size_t i = 0; i < c->n; i++) {
        print_error("  got      %.*s\n", (int)(c->spans[i].end - c->spans[i].start), test->input.data + c->spans[i].start);
    }
}

/* Calls `visit` with every case and returns how many there are. */
static size_t visit_cases(struct cut *c, bool (*visit)(struct cut *c, const struct test_case *test), size_t *n_failed) {
    static struct test_case test;
    FILE *file = fopen(TABLE, "rb");
    size_t n = 0;
    assert_non_null(file);
    *n_failed = 0;
    for (; read_case(file, &test); n++) {
        *n_failed += !visit(c, &test);
    }
    assert_int_equal(fclose(file), 0);
    return n;
}

static bool compare_case(struct cut *c, const struct test_case *test) {
    cut(c, test->input.data, test->input.len, test->unit);
    const bool same = matches(test, c);
    if (!same) {
        print_failure(test, c);
    }
    return same;
}

static void test_table(void **state) {
    size_t n_failed;
    const size_t n = visit_cases(*state, compare_case, &n_failed);
    assert_true(n >= N_CASES_MIN);
    assert_int_equal(n_failed, 0);
}

/* --- Mutations -------------------------------------------------------------------------------------------------------- */

/* splitmix64 (Steele, Lea and Flood 2014) */
static uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static void mutate(char *bytes, size_t len, uint64_t *random) {
    static const char LIKELY[] = ".?!\"'()[]\n\r 1aA:\xE2\x80\xA6\xC2\xA0\x00\xFF";
    for (int i = 0; i < 3 && len > 0; i++) {
        bytes[next_random(random) % len] = LIKELY[next_random(random) % (sizeof LIKELY - 1)];
    }
}

static bool check_mutations(struct cut *c, const struct test_case *test) {
    uint64_t random = 7;
    check_units(c, test->input.data, test->input.len);
    for (size_t len = 0; len < test->input.len; len += 1 + len / 16) {
        check_units(c, test->input.data, len);
        check_units(c, test->input.data + len, test->input.len - len);
    }
    for (int i = 0; i < 20; i++) {
        struct text mutant = test->input;
        mutate(mutant.data, mutant.len, &random);
        check_units(c, mutant.data, mutant.len);
    }
    return true;
}

static void test_mutations(void **state) {
    size_t n_failed;
    (void)visit_cases(*state, check_mutations, &n_failed);
}

static void test_random_bytes(void **state) {
    uint64_t random = 1;
    char bytes[256];
    for (int i = 0; i < 5000; i++) {
        for (size_t j = 0; j < sizeof bytes; j++) {
            const uint64_t r = next_random(&random);
            bytes[j] = ". aB1\"()\n-:[]!?\xE2\x80"[r >> 10 & 15U];
            if ((r & 0x300U) == 0) {
                bytes[j] = (char)(r & 0xFFU);
            }
        }
        check_units(*state, bytes, next_random(&random) % sizeof bytes);
    }
}

/* --- Hostile texts ---------------------------------------------------------------------------------------------------- */

static void check_hostile(struct cut *c, const char *pattern, size_t len) {
    const size_t pattern_len = strlen(pattern);
    char *text = malloc(len);
    assert_non_null(text);
    for (size_t i = 0; i < len; i++) {
        text[i] = pattern[i % pattern_len];
    }
    const clock_t begin = clock();
    cut(c, text, len, STANCE_UNIT_STATEMENT);
    assert_true(holds(text, len, c->spans, c->n));
    cut(c, text, len, STANCE_UNIT_PARAGRAPH);
    assert_true(holds(text, len, c->spans, c->n));
    const double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    free(text);
    if (seconds > SECONDS_MAX) {
        print_error("%g s for %zu bytes of \"%s\"\n", seconds, len, pattern);
        fail();
    }
}

static void test_hostile(void **state) {
    static const char *const PATTERNS[] = {".", "\"", "(", "\n", "a."};
    for (size_t i = 0; i < sizeof PATTERNS / sizeof PATTERNS[0]; i++) {
        check_hostile(*state, PATTERNS[i], HOSTILE_LEN);
    }
}

/* Anything quadratic takes minutes for these, too. */
static void test_short_hostile(void **state) {
    static const char *const PATTERNS[] = {
        ".",
        "\"",
        "(",
        "[",
        ")",
        "\n",
        " ",
        "a.",
        "a. ",
        "A.",
        "A. ",
        ". ",
        "? ",
        "\xE2\x80\xA6",
        "\xE2\x80\x9D",
        "\xE2",
        "1. ",
        "a\n",
        "a\n\n",
        "a.\n",
        "://",
        "a. (",
        "a. [",
        "Mr. ",
        "a.\"",
        "p.m. ",
        "a .. ",
        "(a) ",
        "1) A ",
        "\xE2\x80\xA2 ",
        "a",
        "A: \n",
        "a? \"A. B.",
        "www.",
        "a.A",
        "a.1",
        ".5 ",
        "\xEF\xBB\xBF",
        "Aa. (Aa ",
        "a. [1a ",
        "\r",
        "\xC2\xA0",
        "I. ",
        "a?A",
        "... A ",
        "a@",
        "\xC2\x85",
        "- a\n",
        "\xE3\x80\x82",
        "a.                ",
        "x: 1. A ",
        "a. *",
        "aa.*",
        "aa.1,",
        "aa.(1) ",
        "aa.\xF0\x9F\x98\xA1",
        "Para. 2. A ",
        "Aa Bb Cc Dd Ee Ff Gg Hh Ii Jj Kk Ll Mm Nn Oo Pp Qq Rr Ss Tt Uu\n",
    };
    for (size_t i = 0; i < sizeof PATTERNS / sizeof PATTERNS[0]; i++) {
        check_hostile(*state, PATTERNS[i], SHORT_HOSTILE_LEN);
    }
}

/* --- The rest --------------------------------------------------------------------------------------------------------- */

static size_t copy_with_crlf(char *out, const struct text *text) {
    size_t len = 0;
    for (size_t i = 0; i < text->len; i++) {
        if (text->data[i] == '\n') {
            out[len++] = '\r';
        }
        out[len++] = text->data[i];
    }
    return len;
}

/* Whether the spans hold the same bytes but for carriage returns. */
static bool same_but_returns(const char *a, struct stance_span in_a, const char *b, struct stance_span in_b) {
    size_t j = in_b.start;
    for (size_t i = in_a.start; i < in_a.end; i++, j++) {
        j += j < in_b.end && b[j] == '\r' && a[i] == '\n';
        if (j >= in_b.end || a[i] != b[j]) {
            return false;
        }
    }
    return j == in_b.end;
}

static bool check_crlf(struct cut *c, const struct test_case *test) {
    static char crlf[2 * LINE_MAX_LEN];
    static struct stance_span spans[LINE_MAX_LEN];
    if (memchr(test->input.data, '\r', test->input.len) != NULL) {
        return true;
    }
    cut(c, test->input.data, test->input.len, test->unit);
    const size_t n = c->n;
    memcpy(spans, c->spans, n * sizeof spans[0]);
    cut(c, crlf, copy_with_crlf(crlf, &test->input), test->unit);
    bool same = n == c->n;
    for (size_t i = 0; same && i < n; i++) {
        same = same_but_returns(test->input.data, spans[i], crlf, c->spans[i]);
    }
    if (!same) {
        print_error("%s: CRLF\n", test->name);
    }
    return same;
}

static void test_crlf(void **state) {
    size_t n_failed;
    (void)visit_cases(*state, check_crlf, &n_failed);
    assert_int_equal(n_failed, 0);
}

static void test_offsets(void **state) {
    struct cut *c = *state;
    static const char TEXT[] = "\xEF\xBB\xBF Über uns.  Nichts. ";
    cut(c, TEXT, sizeof TEXT - 1, STANCE_UNIT_STATEMENT);
    assert_int_equal(c->n, 2);
    assert_int_equal(c->spans[0].start, 4);
    assert_int_equal(c->spans[0].end, 14);
    assert_int_equal(c->spans[1].start, 16);
    assert_int_equal(c->spans[1].end, 23);
}

static void test_nothing(void **state) {
    struct cut *c = *state;
    for (int unit = STANCE_UNIT_STATEMENT; unit <= STANCE_UNIT_DOCUMENT; unit++) {
        cut(c, NULL, 0, (enum stance_unit)unit);
        assert_int_equal(c->n, 0);
    }
}

static void test_bad_unit(void **state) {
    struct cut *c = *state;
    struct stance_error error = {0};
    const struct stance_span *spans = NULL;
    size_t n = 77;
    assert_int_equal(stance_splitter_split(c->splitter, "a", 1, (enum stance_unit)9, &spans, &n, &error), STANCE_ERROR_ARGUMENT);
    assert_int_equal(error.status, STANCE_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "unit 9"));
    assert_null(spans);
    assert_int_equal(n, 77);
}

static void test_free_null(void **state) {
    (void)state;
    stance_splitter_free(NULL);
}

static size_t encode(char *out, uint32_t code) {
    if (code < 0x800) {
        out[0] = (char)(0xC0U | code >> 6);
        out[1] = (char)(0x80U | (code & 0x3FU));
        return 2;
    }
    out[0] = (char)(0xE0U | code >> 12);
    out[1] = (char)(0x80U | (code >> 6 & 0x3FU));
    out[2] = (char)(0x80U | (code & 0x3FU));
    return 3;
}

/* Every stop and bullet of the layout's tables cuts: the splitter passes over no byte that begins one. */
static void test_wide_stops(void **state) {
    struct cut *c = *state;
    size_t n_stops = 0;
    for (uint32_t code = 0x80; code < 0x10000; code++) {
        char text[16] = "Aa ";
        const size_t len = encode(text + 3, code);
        const enum glyph glyph = character_at(text, 3, 3 + len).glyph;
        if (!glyph_is_stop(glyph) && glyph != GLYPH_BULLET) {
            continue;
        }
        memcpy(text + 3 + len, " The", 4);
        cut(c, text, 3 + len + 4, STANCE_UNIT_STATEMENT);
        if (c->n != 2) {
            print_error("U+%04X\n", (unsigned)code);
            fail();
        }
        n_stops++;
    }
    assert_true(n_stops > 40);
}

/* `statement_split` appends, so that several texts can share an array. */
static void test_appends(void **state) {
    (void)state;
    struct span_array spans = {0};
    assert_int_equal(statement_split(&spans, "One. Two.", 9, STANCE_UNIT_STATEMENT, NULL), STANCE_OK);
    assert_int_equal(statement_split(&spans, "Three.", 6, STANCE_UNIT_STATEMENT, NULL), STANCE_OK);
    assert_int_equal(spans.n, 3);
    assert_int_equal(spans.data[2].end, 6);
    free(spans.data);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),     cmocka_unit_test(test_mutations),     cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_hostile),   cmocka_unit_test(test_short_hostile), cmocka_unit_test(test_crlf),
        cmocka_unit_test(test_offsets),   cmocka_unit_test(test_nothing),       cmocka_unit_test(test_bad_unit),
        cmocka_unit_test(test_free_null), cmocka_unit_test(test_appends),       cmocka_unit_test(test_wide_stops),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
