/* Features by name, and the weighting of vectors. */
#include "check.h"

#include "classify.h"
#include "vocabulary.h"

static const struct stance_feature_options plain = {
    .word_min = 1, .word_max = 1, .tf = STANCE_TF_COUNT, .normalise = false, .min_df = 1};

/* Collects the names of features, in the order in which they are looked up, and gives each its place as id. */
struct collector {
    struct vocabulary vocabulary;
    struct byte_array shown;
};

static enum stance_status collect(void *user, uint64_t hash, const struct feature_namer *namer, uint32_t *id,
                                  struct stance_error *error) {
    struct collector *collector = user;
    bool is_new;
    if (namer == NULL) {
        *id = vocabulary_find(&collector->vocabulary, hash);
        return STANCE_OK;
    }
    assert_int_equal(vocabulary_add(&collector->vocabulary, hash, id, &is_new, error), STANCE_OK);
    if (is_new) {
        const size_t offset = collector->vocabulary.names.n;
        assert_int_equal(feature_namer_append(namer, &collector->vocabulary.names, error), STANCE_OK);
        vocabulary_name(&collector->vocabulary, offset);
    }
    return STANCE_OK;
}

struct feature_case {
    const char *text;
    struct stance_feature_options options;
    const char *expected;
};

static const struct feature_case cases[] = {
    {"We deny it.", {.word_min = 1, .word_max = 1}, "w:we|w:deny|w:it"},
    {"We deny it.", {.word_min = 1, .word_max = 2}, "w:we|w:we deny|w:deny|w:deny it|w:it"},
    {"We deny", {.word_min = 1, .word_max = 2, .boundaries = true}, "w:<s> we|w:we|w:we deny|w:deny|w:deny </s>"},
    {"We deny it", {.word_min = 2, .word_max = 3}, "w:we deny|w:we deny it|w:deny it"},
    {"Who, me?", {.word_min = 1, .word_max = 1}, "w:who|w:me|w:?"},
    {"At 5, see http://a.b/ or @x", {.word_min = 1, .word_max = 1}, "w:at|w:<number>|w:see|w:<url>|w:or|w:@x"},
    {"5 or 6", {.word_min = 1, .word_max = 1}, "w:<number>|w:or"},
    {"We did not, we say, go", {.word_min = 1, .word_max = 1, .negation = true}, "w:we|w:did|w:not|w:say|w:go"},
    {"No one did it, he said",
     {.word_min = 1, .word_max = 1, .negation = true},
     "w:no|w:one|n:one|w:did|n:did|w:it|n:it|w:he|w:said"},
    {"It can't hold", {.word_min = 1, .word_max = 1, .negation = true}, "w:it|w:can|w:not|w:hold|n:hold"},
    {"ab", {.char_min = 2, .char_max = 3}, "c:<a|c:<ab|c:ab|c:ab>|c:b>"},
    {"\xC3\xA9t", {.char_min = 1, .char_max = 2}, "c:<\xC3\xA9|c:\xC3\xA9|c:\xC3\xA9t|c:t|c:t>"},
    {"aa aa", {.char_min = 2, .char_max = 2}, "c:<a|c:aa|c:a>"},
    {"a 12", {.word_min = 1, .word_max = 1, .char_min = 2, .char_max = 2}, "w:a|w:<number>|c:<a|c:a>"},
    {"\xE4\xB8\xAD\xE5\x9B\xBD", {.word_min = 1, .word_max = 2}, "w:\xE4\xB8\xAD|w:\xE4\xB8\xAD \xE5\x9B\xBD|w:\xE5\x9B\xBD"},
    {"", {.word_min = 1, .word_max = 2, .boundaries = true}, "w:<s> </s>"},
};

static void run(struct featuriser *f, struct collector *collector, const char *text, const struct stance_feature_options *options) {
    struct stance_error error;
    const struct feature_index index = {.find = collect, .user = collector};
    assert_ok(featurise(f, text, strlen(text), options, &index, &error));
}

static void test_names(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct stance_error error;
        struct featuriser f = {.tokens = {.n = 0}};
        struct collector collector = {.shown = {.n = 0}};
        run(&f, &collector, cases[i].text, &cases[i].options);
        const struct vocabulary *v = &collector.vocabulary;
        assert_ok(byte_array_append(&collector.shown, "", 0, &error));
        for (size_t id = 0; id < v->entries.n; id++) {
            const struct vocabulary_entry *entry = &v->entries.data[id];
            assert_ok(byte_array_format(&collector.shown, &error, "%s%.*s", id > 0 ? "|" : "", (int)entry->name_len,
                                        v->names.data + entry->name));
        }
        if (strcmp(collector.shown.data, cases[i].expected) != 0) {
            fail_msg("'%s' gave %s, not %s", cases[i].text, collector.shown.data, cases[i].expected);
        }
        free(collector.shown.data);
        vocabulary_free(&collector.vocabulary);
        featuriser_free(&f);
    }
}

/* The value of each feature of `text`, in the order in which they first stand; every idf is as given, by the same order. */
static void check_values(const char *text, struct stance_feature_options options, const float *idf, const double *expected,
                         size_t n) {
    struct stance_error error;
    struct featuriser f = {.tokens = {.n = 0}};
    struct collector collector = {.shown = {.n = 0}};
    struct vector vector = {.n = 0};
    run(&f, &collector, text, &options);
    const struct weighting weighting = {.options = &options, .idf = idf, .idf_stride = 1, .unknown_idf = 3.0};
    assert_ok(vector_build(&vector, &f.bag, &weighting, &error));
    assert_int_equal(vector.n, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(vector.data[i].id, i);
        assert_near(vector.data[i].value, expected[i], 1e-12);
    }
    free(vector.data);
    vocabulary_free(&collector.vocabulary);
    featuriser_free(&f);
}

static void test_weighting(void **state) {
    (void)state;
    struct stance_feature_options options = plain;
    check_values("b a b b", options, NULL, (const double[]){3.0, 1.0}, 2);
    options.tf = STANCE_TF_PRESENCE;
    check_values("b a b b", options, NULL, (const double[]){1.0, 1.0}, 2);
    options.tf = STANCE_TF_LOG;
    check_values("b a b b", options, NULL, (const double[]){1.0 + log(3.0), 1.0}, 2);
    options.tf = STANCE_TF_COUNT;
    options.normalise = true;
    check_values("b a b b", options, NULL, (const double[]){3.0 / sqrt(10.0), 1.0 / sqrt(10.0)}, 2);
    options.idf = true;
    check_values("b a b b", options, (const float[]){1.0F, 4.0F}, (const double[]){0.6, 0.8}, 2);
}

/* "ab" has the bigrams <a ab b>, "a" has <a a>: each word a unit vector, weighted by its idf, over the root of the squares. */
static void test_character_block(void **state) {
    (void)state;
    const struct stance_feature_options options = {.word_min = 1,
                                                   .word_max = 1,
                                                   .char_min = 2,
                                                   .char_max = 2,
                                                   .idf = true,
                                                   .normalise = true,
                                                   .tf = STANCE_TF_PRESENCE,
                                                   .min_df = 1};
    /* words: ab 2, a 1; then the bigrams of each word, all with idf 1. The order of words in the block is by hash, so both words
     * share <a. */
    struct stance_error error;
    struct featuriser f = {.tokens = {.n = 0}};
    struct collector collector = {.shown = {.n = 0}};
    struct vector vector = {.n = 0};
    run(&f, &collector, "ab a", &options);
    assert_int_equal(collector.vocabulary.entries.n, 6); /* ab a | <a ab b> a> */
    const float idf[6] = {2.0F, 1.0F, 1.0F, 1.0F, 1.0F, 1.0F};
    const struct weighting weighting = {.options = &options, .idf = idf, .idf_stride = 1, .unknown_idf = 3.0};
    assert_ok(vector_build(&vector, &f.bag, &weighting, &error));
    const double root = sqrt(5.0), share_ab = 2.0 / root / sqrt(3.0), share_a = 1.0 / root / sqrt(2.0);
    double sum = 0.0, largest = 0.0;
    for (size_t i = 2; i < vector.n; i++) {
        sum += vector.data[i].value;
        largest = fmax(largest, vector.data[i].value);
    }
    assert_near(vector.data[0].value, 2.0 / root, 1e-12);
    assert_near(largest, share_ab + share_a, 1e-12);
    assert_near(sum, 3.0 * share_ab + 2.0 * share_a, 1e-12);
    free(vector.data);
    vocabulary_free(&collector.vocabulary);
    featuriser_free(&f);
}

static void test_option_ranges(void **state) {
    (void)state;
    static const struct stance_feature_options bad[] = {
        {.min_df = 1},
        {.word_min = 2, .word_max = 1, .min_df = 1},
        {.word_min = 0, .word_max = 1, .min_df = 1},
        {.word_min = 1, .word_max = 6, .min_df = 1},
        {.char_min = 3, .char_max = 9, .min_df = 1},
        {.char_min = 4, .char_max = 3, .min_df = 1},
        {.word_min = 1, .word_max = 1, .min_df = 0},
        {.word_min = 1, .word_max = 1, .min_df = 1, .tf = (enum stance_tf)7},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct stance_error error = {.status = STANCE_OK};
        assert_int_equal(feature_check_options(&bad[i], &error), STANCE_ERROR_ARGUMENT);
        assert_int_equal(error.status, STANCE_ERROR_ARGUMENT);
        assert_true(strlen(error.message) > 10);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_weighting),
        cmocka_unit_test(test_character_block),
        cmocka_unit_test(test_option_ranges),
    };
    return cmocka_run_group_tests_name("feature", tests, NULL, NULL);
}
