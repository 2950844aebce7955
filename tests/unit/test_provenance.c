/* What a model says of where it comes from. */
#include "check.h"

#include <jansson.h>

#include "corpus.h"
#include "fold.h"

enum { N = 120 };

static const double grid[] = {0.5, 2.0};

static struct stance_train_options grid_options(void) {
    struct stance_train_options options = quick_options();
    options.c = 0.0; /* chosen among the grid */
    options.c_grid = grid;
    options.n_c_grid = 2;
    return options;
}

static struct stance_model *train(const struct stance_corpus *corpus, const struct stance_train_options *options) {
    struct stance_error error;
    struct stance_model *model = NULL;
    assert_ok(stance_train(&model, NULL, corpus, options, &error));
    return model;
}

static json_t *read_provenance(const struct stance_model *model) {
    struct stance_model_info info;
    stance_model_info(model, &info);
    json_t *root = json_loads(info.provenance, 0, NULL);
    assert_non_null(root);
    return root;
}

/* Learned from a part of the groups, a model counts that part. */
static void test_share(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = make_corpus(N, false);
    struct stance_train_options options = grid_options();
    options.training_share = 0.55;
    options.log_count = 0.35;
    struct stance_model *model = train(corpus, &options);
    struct dataset dataset;
    bool used[N];
    assert_ok(dataset_new(&dataset, corpus, &error));
    assert_ok(fold_subset(used, &dataset, 0.55, options.seed, &error));
    size_t n_used = 0, n_positive[2] = {0};
    for (size_t i = 0; i < N; i++) {
        n_used += used[i];
        n_positive[0] += used[i] && dataset.truth[i];
        n_positive[1] += used[i] && dataset.truth[N + i];
    }
    struct stance_model_info info;
    stance_model_info(model, &info);
    assert_int_equal(info.n_records, n_used);
    for (size_t label = 0; label < 2; label++) {
        struct stance_head_info head;
        assert_ok(stance_model_head(model, label, &head, &error));
        assert_int_equal(head.n_positive, n_positive[label]);
    }
    json_t *root = read_provenance(model);
    assert_near(json_number_value(json_object_get(root, "training_share")), 0.55, 0.0);
    assert_near(json_number_value(json_object_get(root, "log_count")), 0.35, 0.0);
    assert_int_equal(json_integer_value(json_object_get(root, "training_records")), n_used);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(root, "corpus"), "records")), N);
    json_decref(root);
    dataset_free(&dataset);
    stance_model_free(model);
    stance_corpus_free(corpus);
}

/* Where C was chosen, from what; where it was given, no grid. */
static void test_grid(void **state) {
    (void)state;
    struct stance_corpus *corpus = make_corpus(N, false);
    struct stance_train_options options = grid_options();
    struct stance_model *model = train(corpus, &options);
    json_t *root = read_provenance(model);
    const json_t *costs = json_object_get(root, "c_grid");
    assert_int_equal(json_array_size(costs), 2);
    assert_near(json_number_value(json_array_get(costs, 1)), 2.0, 0.0);
    assert_true(json_is_true(json_object_get(root, "c_chosen")));
    json_decref(root);
    stance_model_free(model);
    options.c = 1.0;
    model = train(corpus, &options);
    root = read_provenance(model);
    assert_null(json_object_get(root, "c_grid"));
    assert_true(json_is_false(json_object_get(root, "c_chosen")));
    json_decref(root);
    stance_model_free(model);
    stance_corpus_free(corpus);
}

/* Whatever the caller calls a date, the provenance stays JSON. */
static void test_date(void **state) {
    (void)state;
    static const char *const dates[][2] = {{"2026-01-31", "2026-01-31"},
                                           {"a \"date\" \\", "a \"date\" \\"},
                                           {"\n\x01", "\n\x01"},
                                           {"\x7F\xC2\x9B", "\x7F\xC2\x9B"},
                                           {"\xC3\xA9t\xC3\xA9", "\xC3\xA9t\xC3\xA9"},
                                           {"\xE9t\xE9", "\xEF\xBF\xBDt\xEF\xBF\xBD"},
                                           {"\xF0\x9F", "\xEF\xBF\xBD\xEF\xBF\xBD"}};
    struct stance_corpus *corpus = make_corpus(N, false);
    struct stance_train_options options = grid_options();
    options.c = 1.0;
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        options.date = dates[i][0];
        struct stance_model *model = train(corpus, &options);
        json_t *root = read_provenance(model);
        assert_string_equal(json_string_value(json_object_get(root, "date")), dates[i][1]);
        json_decref(root);
        stance_model_free(model);
    }
    stance_corpus_free(corpus);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_share), cmocka_unit_test(test_grid), cmocka_unit_test(test_date)};
    return cmocka_run_group_tests_name("provenance", tests, NULL, NULL);
}
