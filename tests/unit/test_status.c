/* Messages are one line of UTF-8 of bounded length, whatever is quoted in them. */
#include "check.h"

#include <errno.h>

#include "status.h"
#include "utf8.h"

struct message_case {
    const char *quoted, *expected;
};

static void test_clean(void **state) {
    (void)state;
    static const struct message_case cases[] = {
        {"plain", "'plain' 7"},
        {"caf\xC3\xA9", "'caf\xC3\xA9' 7"},
        {"\xE4\xB8\xAD\xE5\x9B\xBD", "'\xE4\xB8\xAD\xE5\x9B\xBD' 7"},
        {"12345\xE4\xB8\xAD", "'12345?' 7"}, /* cut inside the character */
        {"a\nb\tc", "'a?b?c' 7"},
        {"a\r\n\x1B"
         "b",
         "'a?b' 7"},
        {"\xFF\xFE"
         "a",
         "'?a' 7"},
        {"\xC2\x9B"
         "0m",
         "'?0m' 7"},
        {"\x7F", "'?' 7"},
        {"", "'' 7"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct stance_error error;
        assert_int_equal(status_set(&error, STANCE_ERROR_LIMIT, "'%.7s' %d", cases[i].quoted, 7), STANCE_ERROR_LIMIT);
        assert_int_equal(error.status, STANCE_ERROR_LIMIT);
        assert_string_equal(error.message, cases[i].expected);
    }
    assert_int_equal(status_set(NULL, STANCE_ERROR_IO, "%s", "not looked at"), STANCE_ERROR_IO);
}

/* At every length, of characters of every length. */
static void test_cut(void **state) {
    (void)state;
    static const char *const characters[] = {"a", "\xC3\xA9", "\xE4\xB8\xAD", "\xF0\x9F\x98\x80"};
    for (size_t kind = 0; kind < 4; kind++) {
        const size_t len = strlen(characters[kind]);
        for (size_t lead = 0; lead < 4; lead++) {
            char text[2 * STANCE_MESSAGE_SIZE];
            memset(text, 'x', lead);
            for (size_t n = lead; n + len < sizeof text; n += len) {
                memcpy(text + n, characters[kind], len);
                text[n + len] = '\0';
                struct stance_error error;
                (void)status_set(&error, STANCE_ERROR_LIMIT, "%s", text);
                const size_t got = strlen(error.message);
                assert_int_equal(stance_text_invalid(error.message, got, NULL), 0);
                if (n + len < STANCE_MESSAGE_SIZE) {
                    assert_string_equal(error.message, text);
                } else {
                    assert_true(got >= STANCE_MESSAGE_SIZE - 5 && got < STANCE_MESSAGE_SIZE);
                    assert_string_equal(error.message + got - 3, "...");
                }
            }
        }
    }
}

/* Of a long path the end is kept, and what the system said behind it. */
static void test_paths(void **state) {
    (void)state;
    struct stance_error error;
    assert_int_equal(status_system(&error, "/a/b", "it cannot be opened", ENOENT), STANCE_ERROR_IO);
    assert_string_equal(error.message, "/a/b: it cannot be opened: No such file or directory");
    char path[1000] = "";
    while (strlen(path) < 900) {
        strcat(path, "/d\xC3\xA9r");
    }
    strcat(path, "/model.stance");
    (void)status_system(&error, path, "it cannot be opened", ENOENT);
    assert_memory_equal(error.message, "...", 3);
    assert_non_null(strstr(error.message, "/model.stance: it cannot be opened: No such file or directory"));
    assert_int_equal(stance_text_invalid(error.message, strlen(error.message), NULL), 0);
    assert_null(strchr(error.message, '?'));
    (void)status_system(&error, "x", "it cannot be opened", 123456);
    assert_true(strlen(error.message) > strlen("x: it cannot be opened: "));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_clean), cmocka_unit_test(test_cut), cmocka_unit_test(test_paths)};
    return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
