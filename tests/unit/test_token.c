/* The tokenizer, by the table tests/data/tokens.tsv, and what must hold for any input. */
#include "check.h"

#include "array.h"
#include "text.h"
#include "token.h"

static const char type_letters[] = {
    [TOKEN_WORD] = 'w',    [TOKEN_NUMBER] = 'n', [TOKEN_URL] = 'u',       [TOKEN_EMAIL] = 'e',      [TOKEN_HANDLE] = 'h',
    [TOKEN_HASHTAG] = 't', [TOKEN_EMOJI] = 'm',  [TOKEN_IDEOGRAPH] = 'i', [TOKEN_PUNCTUATION] = 'p'};

struct fixture {
    struct text text;
    struct token_array tokens;
    struct byte_array shown;
};

static void tokenize(struct fixture *f, const char *bytes, size_t len) {
    struct stance_error error;
    assert_ok(text_normalise(&f->text, bytes, len, &error));
    f->tokens.n = 0;
    assert_ok(token_scan(&f->tokens, f->text.normal.data, f->text.normal.n, &error));
}

static void show(struct fixture *f) {
    struct stance_error error;
    f->shown.n = 0;
    assert_ok(byte_array_append(&f->shown, "", 0, &error));
    for (size_t i = 0; i < f->tokens.n; i++) {
        const struct token *token = &f->tokens.data[i];
        assert_ok(byte_array_format(&f->shown, &error, "%s%.*s/%c", i > 0 ? " " : "", (int)token->len, token->text,
                                    type_letters[token->type]));
    }
}

static void free_fixture(struct fixture *f) {
    text_free(&f->text);
    free(f->tokens.data);
    free(f->shown.data);
}

static void test_table(void **state) {
    (void)state;
    FILE *file = fopen("tests/data/tokens.tsv", "r");
    assert_non_null(file);
    struct fixture f = {.text = {.n_invalid = 0}};
    char line[1024];
    size_t n_cases = 0, n_failed = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *expected = strchr(line, '\t');
        if (strncmp(line, "# ", 2) == 0) {
            continue;
        }
        assert_non_null(expected);
        *expected++ = '\0';
        tokenize(&f, line, strlen(line));
        show(&f);
        n_cases++;
        if (strcmp(f.shown.data, expected) != 0) {
            n_failed++;
            print_error("'%s'\n  gave %s\n  not  %s\n", line, f.shown.data, expected);
        }
    }
    (void)fclose(file);
    free_fixture(&f);
    assert_int_equal(n_failed, 0);
    assert_true(n_cases >= 45);
}

/* Tokens ascend, do not overlap, are not empty, and lie inside of the text. */
static void check_order(const struct fixture *f) {
    size_t end = 0;
    for (size_t i = 0; i < f->tokens.n; i++) {
        const struct token *token = &f->tokens.data[i];
        assert_true(token->start >= end && token->end > token->start && token->end <= f->text.normal.n && token->len > 0);
        end = token->end;
    }
}

static void test_random_bytes(void **state) {
    (void)state;
    static const char alphabet[] = "ab Z.'-@#/:w19\xC3\xA9\xF0\x9F\x95\x8A\xE4\xB8\xAD\xCC\x81\xFF\xE2\x80\x99\n";
    struct fixture f = {.text = {.n_invalid = 0}};
    uint64_t seed = 99;
    for (int round = 0; round < 5000; round++) {
        char bytes[64];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
            bytes[i] = alphabet[(seed >> 33) % (sizeof alphabet - 1)];
        }
        tokenize(&f, bytes, sizeof bytes);
        check_order(&f);
    }
    free_fixture(&f);
}

/* A megabyte that would take a naive scanner quadratic time. */
static void test_hostile(void **state) {
    (void)state;
    static const char *const units[] = {"a.", "a@", "a'", "1,", "www.", "n't", "#", "-", "http://", "\xE0\xB8\xB4"};
    struct fixture f = {.text = {.n_invalid = 0}};
    const size_t size = 1000000;
    char *bytes = malloc(size);
    assert_non_null(bytes);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        const size_t unit_len = strlen(units[i]);
        for (size_t k = 0; k < size; k++) {
            bytes[k] = units[i][k % unit_len];
        }
        tokenize(&f, bytes, size);
        check_order(&f);
    }
    free(bytes);
    free_fixture(&f);
}

/* Every token knows where it stood in the original. */
static void test_offsets(void **state) {
    (void)state;
    const char *input = "\xEF\xBB\xBF\xE2\x80\x9CWe don\xE2\x80\x99t,\xE2\x80\x9D he said\xE2\x80\xA6";
    static const char *const words[] = {"\xE2\x80\x9C", "We", "do", "n\xE2\x80\x99t", ",", "\xE2\x80\x9D", "he", "said"};
    struct fixture f = {.text = {.n_invalid = 0}};
    tokenize(&f, input, strlen(input));
    assert_true(f.tokens.n > 8);
    for (size_t i = 0; i < 8; i++) {
        const struct stance_span span = text_original(&f.text, f.tokens.data[i].start, f.tokens.data[i].end);
        assert_int_equal(span.end - span.start, strlen(words[i]));
        assert_memory_equal(input + span.start, words[i], strlen(words[i]));
    }
    free_fixture(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_offsets),
    };
    return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
