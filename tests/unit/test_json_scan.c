/* The quick JSON reader against jansson: whatever it takes, jansson takes with the same members; and it takes what is ordinary. */
#include "check.h"

#include <jansson.h>

#include "cli/buffer.h"
#include "cli/json_scan.h"
#include "random.h"

static const struct {
    const char *line;
    bool taken;
} LINES[] = {
    {"{}", true},
    {" {\t\"a\" : 1 , \"b\":[ ] }\r", true},
    {"{\"text\":\"a\\\"b\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u00e9\\u20AC\\ud83d\\ude00\"}", true},
    {"{\"a\":{\"a\":{\"a\":[{\"a\":1},{\"a\":2}]}},\"b\":[[],[{}]]}", true},
    {"{\"\":true,\"n\":null,\"f\":false}", true},
    {"{\"n\":[0,-1,10,1.5,-0.0,1e9,1E+9,2e-99,123456789012345678]}", true},
    {"{\"text\":\"\x7f \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\"}", true},
    {"", false},
    {"[]", false},
    {"1", false},
    {"{} {}", false},
    {"{}x", false},
    {"{", false},
    {"{\"a\"}", false},
    {"{\"a\":}", false},
    {"{\"a\":1,}", false},
    {"{,\"a\":1}", false},
    {"{a:1}", false},
    {"{\"a\":[1,]}", false},
    {"{\"a\":[1 2]}", false},
    {"{\"a\":[}", false},
    {"{\"a\":1]", false},
    {"{\"a\":1,\"a\":2}", false},
    {"{\"b\":{\"a\":1,\"a\":2}}", false},
    {"{\"a\":01}", false},
    {"{\"a\":-}", false},
    {"{\"a\":1.}", false},
    {"{\"a\":.5}", false},
    {"{\"a\":1e}", false},
    {"{\"a\":+1}", false},
    {"{\"a\":truex}", false},
    {"{\"a\":nul}", false},
    {"{\"a\":\"\x01\"}", false},
    {"{\"a\":\"\t\"}", false},
    {"{\"a\":\"\\x\"}", false},
    {"{\"a\":\"\\u12\"}", false},
    {"{\"a\":\"\\u12g4\"}", false},
    {"{\"a\":\"\\ud800\"}", false},
    {"{\"a\":\"\\udc00\"}", false},
    {"{\"a\":\"\\ud800\\u0041\"}", false},
    {"{\"a\":\"\\ud800\\ud800\"}", false},
    {"{\"a\":\"unclosed}", false},
    {"{\"a\":\"ends in a backslash\\\"}", false},
    /* Sound, but left to jansson. */
    {"{\"\\u0061\":1}", false},
    {"{\"a\":-0}", false},
    {"{\"a\":12345678901234567890}", false},
    {"{\"a\":1e999}", false},
};
enum { N_LINES = sizeof LINES / sizeof *LINES };

static bool taken(const char *line, struct json_members *members) {
    return json_scan((struct stance_string){.data = line, .len = strlen(line)}, members);
}

static void takes_what_is_ordinary(void **state) {
    (void)state;
    struct json_members members = {0};
    for (size_t i = 0; i < N_LINES; i++) {
        if (taken(LINES[i].line, &members) != LINES[i].taken) {
            fail_msg("%s should %sbe taken", LINES[i].line, LINES[i].taken ? "" : "not ");
        }
    }
    free(members.data);
}

static void knows_its_bounds(void **state) {
    (void)state;
    struct json_members members = {0};
    struct buffer line = {0};
    for (size_t depth = JSON_SCAN_DEPTH - 1; depth <= JSON_SCAN_DEPTH + 1; depth++) {
        buffer_clear(&line);
        buffer_append_text(&line, "{\"a\":");
        for (size_t i = 1; i < depth; i++) {
            buffer_append_char(&line, '[');
        }
        for (size_t i = 1; i < depth; i++) {
            buffer_append_char(&line, ']');
        }
        buffer_append_char(&line, '}');
        assert_int_equal(taken(buffer_text(&line), &members), depth <= JSON_SCAN_DEPTH);
    }
    for (size_t n = JSON_SCAN_KEYS - 1; n <= JSON_SCAN_KEYS + 1; n++) {
        buffer_clear(&line);
        for (size_t i = 0; i < n; i++) {
            buffer_format(&line, "%s\"k%zu\":%zu", i == 0 ? "{" : ",", i, i);
        }
        buffer_append_char(&line, '}');
        assert_int_equal(taken(buffer_text(&line), &members), n <= JSON_SCAN_KEYS);
    }
    buffer_free(&line);
    free(members.data);
}

/* --- Mutations ------------------------------------------------------------------------------------------------------------ */

static void assert_same_value(struct stance_string line, const struct json_member *member, const json_t *value,
                              struct buffer *scratch) {
    struct stance_string raw = {.data = line.data + member->value.start, .len = member->value.end - member->value.start};
    switch (member->kind) {
    case JSON_KIND_STRING:
        assert_true(json_is_string(value));
        raw = json_scan_string(raw, scratch);
        assert_int_equal(raw.len, json_string_length(value));
        assert_true(raw.len == 0 || memcmp(raw.data, json_string_value(value), raw.len) == 0);
        break;
    case JSON_KIND_SCALAR:
        assert_true(json_is_number(value) || json_is_boolean(value));
        if (!json_is_integer(value)) {
            break;
        }
        buffer_clear(scratch);
        buffer_format(scratch, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        assert_int_equal(raw.len, scratch->len);
        assert_memory_equal(raw.data, scratch->data, raw.len);
        break;
    case JSON_KIND_NULL: assert_true(json_is_null(value)); break;
    case JSON_KIND_OTHER: assert_true(json_is_array(value) || json_is_object(value)); break;
    }
}

/* `line` was taken: jansson must say the same of it. */
static void assert_same(struct stance_string line, const struct json_members *members, struct buffer *scratch) {
    json_error_t error;
    json_t *tree = json_loadb(line.data, line.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    size_t n = 0;
    if (tree == NULL) {
        fail_msg("taken, but %s: %.*s", error.text, (int)line.len, line.data);
    }
    assert_true(json_is_object(tree));
    assert_int_equal(json_object_size(tree), members->n);
    for (void *i = json_object_iter(tree); i != NULL; i = json_object_iter_next(tree, i), n++) {
        const char *key = json_object_iter_key(i);
        assert_int_equal(strlen(key), members->data[n].key.len);
        assert_memory_equal(key, members->data[n].key.data, strlen(key));
        assert_same_value(line, &members->data[n], json_object_iter_value(i), scratch);
    }
    json_decref(tree);
}

/* Replaces, inserts or removes some bytes, by others that matter to JSON. */
static void mutate(struct random *random, struct buffer *line) {
    static const char BYTES[] = "{}[]\",:\\u0123456789dDcCeE+-.ntfalsrue \t\n\x01\x7F\xC3\xA9";
    for (size_t n = random_below(random, 4); n > 0 && line->len > 1; n--) {
        const size_t at = random_below(random, line->len);
        const char byte = BYTES[random_below(random, sizeof BYTES - 1)];
        switch (random_below(random, 3)) {
        case 0: line->data[at] = byte; break;
        case 1:
            buffer_append_char(line, ' ');
            memmove(line->data + at + 1, line->data + at, line->len - 1 - at);
            line->data[at] = byte;
            break;
        default:
            memmove(line->data + at, line->data + at + 1, line->len - 1 - at);
            line->len--;
            break;
        }
    }
}

static void agrees_with_jansson(void **state) {
    (void)state;
    struct random random = random_new(5);
    struct json_members members = {0};
    struct buffer line = {0};
    struct buffer scratch = {0};
    size_t n_taken = 0;
    for (size_t i = 0; i < 300000; i++) {
        buffer_clear(&line);
        buffer_append_text(&line, LINES[random_below(&random, N_LINES)].line);
        mutate(&random, &line);
        const struct stance_string text = buffer_string(&line);
        if (stance_text_invalid(text.data, text.len, NULL) == 0 && json_scan(text, &members)) {
            assert_same(text, &members, &scratch);
            n_taken++;
        }
    }
    assert_true(n_taken > 10000);
    free(members.data);
    buffer_free(&line);
    buffer_free(&scratch);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_is_ordinary),
        cmocka_unit_test(knows_its_bounds),
        cmocka_unit_test(agrees_with_jansson),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
