/* The tokenizer, by the table tests/data/tokens.tsv, and what must hold for any input. */
#include "check.h"

#include <utf8proc.h>

#include "array.h"
#include "random.h"
#include "text.h"
#include "token.h"
#include "utf8.h"

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

static bool is_letter(uint32_t code) {
    switch (utf8proc_category((utf8proc_int32_t)code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_LM: return true;
    default: return false;
    }
}

static void scan_code(struct fixture *f, uint32_t code, const char *behind) {
    char bytes[16];
    size_t len = utf8_encode(code, bytes);
    memcpy(bytes + len, behind, strlen(behind));
    tokenize(f, bytes, len + strlen(behind));
}

/* Letters of the scripts that have a shorter way are those that Unicode calls so. */
static void test_common_letters(void **state) {
    (void)state;
    static const uint32_t ranges[][2] = {{0xC0, 0x13E}, {0x141, 0x148}, {0x14A, 0x24F}, {0x400, 0x52F}, {0x620, 0x6FF}};
    struct fixture f = {.text = {.n_invalid = 0}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        for (uint32_t code = ranges[i][0]; code <= ranges[i][1]; code++) {
            scan_code(&f, code, "");
            const bool is_word = f.tokens.n == 1 && f.tokens.data[0].type == TOKEN_WORD;
            if (is_word != is_letter(code)) {
                fail_msg("U+%04X", code);
            }
        }
    }
    free_fixture(&f);
}

/* Every unified ideograph is a token, whatever stands behind it, with a mark that does; the hash is the same on either way. */
static void test_ideographs(void **state) {
    (void)state;
    static const struct {
        const char *behind;
        size_t n, len; /* tokens, and bytes of the first */
    } cases[] = {{"", 1, 3},         {"a", 2, 3},        {"\xE4\xBA\x9A", 2, 3}, {"\xE3\x80\x82", 2, 3}, {"\xE3\x81\x82", 2, 3},
                 {"\xD0\x9C", 2, 3}, {"\xCC\x81", 1, 5}, {"\xE3\x80\xAA", 1, 6}, {"\xE2\x83\x9D", 1, 6}};
    struct fixture f = {.text = {.n_invalid = 0}};
    for (uint32_t code = 0x4E00; code <= 0x9FFF; code++) {
        uint64_t hash = 0;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            scan_code(&f, code, cases[i].behind);
            assert_int_equal(f.tokens.n, cases[i].n);
            assert_int_equal(f.tokens.data[0].type, TOKEN_IDEOGRAPH);
            assert_int_equal(f.tokens.data[0].len, cases[i].len);
            assert_true(i == 0 || cases[i].len != 3 || f.tokens.data[0].hash == hash);
            hash = i == 0 ? f.tokens.data[0].hash : hash;
        }
    }
    free_fixture(&f);
}

/* A token's hash, tail and length tell nothing of what surrounds it: a word alone, in a sentence, and where a rule looks at it. */
static void test_hash_of_text(void **state) {
    (void)state;
    static const char *const words[] = {"a",
                                        "envoy",
                                        "abcdefgh",
                                        "abcdefghi",
                                        "abcdefghijklmno",
                                        "abcdefghijklmnop",
                                        "abcdefghijklmnopq",
                                        "counterrevolutionaries-and-more-of-them"};
    struct fixture f = {.text = {.n_invalid = 0}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        char bytes[128];
        tokenize(&f, words[i], strlen(words[i]));
        const struct token alone = f.tokens.data[0];
        const int len = snprintf(bytes, sizeof bytes, "The %s: %s's %s@", words[i], words[i], words[i]);
        tokenize(&f, bytes, (size_t)len);
        size_t n = 0;
        for (size_t k = 0; k < f.tokens.n; k++) {
            n += f.tokens.data[k].hash == alone.hash && f.tokens.data[k].tail == alone.tail &&
                 f.tokens.data[k].n_telling == alone.n_telling;
        }
        assert_int_equal(n, 3);
    }
    free_fixture(&f);
}

/* Text that reaches over several maps of 64 bytes, with what the rules turn on at any place of them. */
static size_t make_text(struct random *random, char *bytes, size_t len) {
    static const char *const shards[] = {
        "the ", "can't", "cannot ", "u.s. ", "end.the ", "1,000", "7th ", "www.a.b ",          "a@b.c ",  "#x", "'tis ", "a-",
        "x'",   "-",     ".",       ": ",    "_",        " ",     "\x01", "abcdefghijklmnopq", "\xC3\xA9"};
    size_t n = 0;
    while (n + 18 < len) {
        const char *shard = shards[random_below(random, sizeof shards / sizeof shards[0])];
        memcpy(bytes + n, shard, strlen(shard));
        n += strlen(shard);
    }
    return n;
}

static void check_alike(const struct fixture *whole, const struct fixture *other, size_t shift) {
    assert_int_equal(whole->tokens.n, other->tokens.n);
    for (size_t i = 0; i < whole->tokens.n; i++) {
        const struct token *a = &whole->tokens.data[i], *b = &other->tokens.data[i];
        assert_true(a->hash == b->hash && a->tail == b->tail && a->type == b->type && a->n_telling == b->n_telling);
        assert_true(a->len == b->len && a->start + shift == b->start && a->end + shift == b->end);
    }
}

/* Wherever the maps begin, and whether it is scanned at once or some tokens at a time, the tokens are the same. */
static void test_maps_and_steps(void **state) {
    (void)state;
    enum { LEN = 300, SHIFT_MAX = 70 };
    struct random random = random_new(12);
    struct stance_error error;
    struct fixture whole = {.text = {.n_invalid = 0}}, other = {.text = {.n_invalid = 0}};
    for (size_t i = 0; i < 3000; i++) {
        char bytes[SHIFT_MAX + LEN];
        const size_t shift = i % SHIFT_MAX;
        memset(bytes, ' ', shift);
        const size_t len = make_text(&random, bytes + shift, LEN);
        tokenize(&whole, bytes + shift, len);
        tokenize(&other, bytes, shift + len);
        check_alike(&whole, &other, shift);
        struct token_place place = {.text = whole.text.normal.data, .len = whole.text.normal.n};
        for (other.tokens.n = 0; place.at < place.len;) {
            assert_ok(token_scan_some(&other.tokens, &place, 1 + random_below(&random, 9), &error));
        }
        check_alike(&whole, &other, 0);
    }
    free_fixture(&whole);
    free_fixture(&other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),        cmocka_unit_test(test_random_bytes),   cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_offsets),      cmocka_unit_test(test_common_letters), cmocka_unit_test(test_ideographs),
        cmocka_unit_test(test_hash_of_text), cmocka_unit_test(test_maps_and_steps),
    };
    return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
