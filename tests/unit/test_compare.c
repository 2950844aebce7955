/* Evaluations beyond one figure: comparisons by the paired bootstrap, subsets, thresholds at a wanted precision, and learning from
 * a share of the groups. */
#include "check.h"

#include "compare.h"
#include "corpus.h"
#include "fold.h"

static const char *const one_label[] = {"denial"};

static struct predictions predictions_of(const bool *truth, const bool *predicted, const double *probability, const uint32_t *group,
                                         size_t n, size_t n_groups) {
    static const double threshold = 0.5;
    return (struct predictions){.n_records = n,
                                .n_labels = 1,
                                .n_groups = n_groups,
                                .labels = one_label,
                                .truth = truth,
                                .probability = probability,
                                .predicted = predicted,
                                .threshold = &threshold,
                                .group = group};
}

/* Two groups of a record each, both with the label. A finds both: F1 1 in every resample. B finds the first only: F1 2/3, and in a
 * resample 1 where the first was drawn twice (one in four), 0 where the second was (one in four), else 2/3. So differences are 0,
 * 1 and 1/3, a quarter of them at most 0, and p is a half. */
static void test_by_hand(void **state) {
    (void)state;
    const bool truth[] = {true, true}, found[] = {true, true}, half[] = {true, false};
    const double p_found[] = {0.9, 0.9}, p_half[] = {0.9, 0.1};
    const uint32_t group[] = {0, 1};
    const struct predictions a = predictions_of(truth, found, p_found, group, 2, 2),
                             b = predictions_of(truth, half, p_half, group, 2, 2);
    const struct stance_evaluate_options options = {.n_bootstrap = 20000, .seed = 3, .n_threads = 2};
    struct stance_error error;
    struct stance_comparison *comparison = NULL;
    struct stance_comparison_figures figures;
    struct stance_difference f1;
    assert_ok(comparison_new(&comparison, &a, &b, &options, &error));
    stance_comparison_figures(comparison, &figures);
    assert_int_equal(figures.n_records, 2);
    assert_int_equal(figures.n_groups, 2);
    assert_string_equal(stance_comparison_label(comparison, 0, &f1), "denial");
    assert_null(stance_comparison_label(comparison, 1, &f1));
    assert_near(f1.a, 1.0, 1e-12);
    assert_near(f1.b, 2.0 / 3.0, 1e-12);
    assert_near(f1.difference.value, 1.0 / 3.0, 1e-12);
    assert_near(f1.difference.low, 0.0, 1e-12);
    assert_near(f1.difference.high, 1.0, 1e-12);
    assert_near(f1.p, 0.5, 0.02);
    assert_near(figures.macro_f1.p, f1.p, 1e-12);
    assert_true(isnan(figures.stance_macro_f1.difference.value) && isnan(figures.stance_macro_f1.p));
    stance_comparison_free(comparison);
    /* the other way round the difference turns, and p stays */
    struct stance_difference turned;
    assert_ok(comparison_new(&comparison, &b, &a, &options, &error));
    (void)stance_comparison_label(comparison, 0, &turned);
    assert_near(turned.difference.value, -1.0 / 3.0, 1e-12);
    assert_near(turned.p, f1.p, 1e-12);
    stance_comparison_free(comparison);
}

/* The resamples of both sides are the same: by hand from the samples of evaluate_figures. */
static void test_is_paired(void **state) {
    (void)state;
    enum { N = 40, N_GROUPS = 10, N_SAMPLES = 200 };
    bool truth[N], of_a[N], of_b[N];
    double p_a[N], p_b[N];
    uint32_t group[N];
    for (size_t i = 0; i < N; i++) {
        truth[i] = i % 3 == 0;
        of_a[i] = i % 7 == 0 ? !truth[i] : truth[i];
        of_b[i] = i % 5 == 0 ? !truth[i] : truth[i];
        p_a[i] = of_a[i] ? 0.8 : 0.2;
        p_b[i] = of_b[i] ? 0.8 : 0.2;
        group[i] = (uint32_t)(i / 4);
    }
    const struct predictions a = predictions_of(truth, of_a, p_a, group, N, N_GROUPS),
                             b = predictions_of(truth, of_b, p_b, group, N, N_GROUPS);
    const struct stance_evaluate_options options = {.n_bootstrap = N_SAMPLES, .seed = 3, .n_threads = 1};
    const size_t n_figures = evaluate_n_figures(1);
    double figures[2][EVALUATE_N_LABEL + EVALUATE_N_ALL], *samples[2];
    struct stance_error error;
    for (size_t i = 0; i < 2; i++) {
        samples[i] = malloc(N_SAMPLES * n_figures * sizeof **samples);
        assert_non_null(samples[i]);
        assert_ok(evaluate_figures(figures[i], samples[i], i == 0 ? &a : &b, &options, &error));
    }
    size_t n_below = 0, n_above = 0;
    for (size_t i = 0; i < N_SAMPLES; i++) {
        const double d = samples[0][i * n_figures + EVALUATE_F1] - samples[1][i * n_figures + EVALUATE_F1];
        n_below += d <= 0.0;
        n_above += d >= 0.0;
    }
    const size_t tail = n_below < n_above ? n_below : n_above;
    struct stance_comparison *comparison = NULL;
    struct stance_difference f1;
    assert_ok(comparison_new(&comparison, &a, &b, &options, &error));
    (void)stance_comparison_label(comparison, 0, &f1);
    assert_near(f1.p, fmin(1.0, 2.0 * (double)(1 + tail) / (N_SAMPLES + 1.0)), 1e-12);
    assert_near(f1.difference.value, figures[0][EVALUATE_F1] - figures[1][EVALUATE_F1], 1e-12);
    assert_true(f1.p > 0.0 && f1.p < 1.0);
    stance_comparison_free(comparison);
    free(samples[0]);
    free(samples[1]);
}

static struct stance_model *train(const struct stance_corpus *corpus) {
    struct stance_error error;
    struct stance_model *model = NULL;
    const struct stance_train_options options = quick_options();
    assert_ok(stance_train(&model, NULL, corpus, &options, &error));
    return model;
}

/* A model does not differ from itself. */
static void test_equal_models(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = make_corpus(90, false);
    struct stance_model *model = train(corpus);
    struct stance_comparison *comparison = NULL;
    struct stance_comparison_figures figures;
    struct stance_evaluate_options options;
    stance_evaluate_options_init(&options);
    options.n_bootstrap = 100;
    assert_ok(stance_compare(&comparison, model, model, corpus, &options, &error));
    stance_comparison_figures(comparison, &figures);
    assert_int_equal(figures.n_labels, 2);
    assert_true(figures.macro_f1.difference.value == 0.0 && figures.macro_f1.p == 1.0);
    assert_true(figures.macro_f1.difference.low == 0.0 && figures.macro_f1.difference.high == 0.0);
    for (size_t label = 0; label < 2; label++) {
        struct stance_difference f1;
        assert_non_null(stance_comparison_label(comparison, label, &f1));
        assert_true(f1.difference.value == 0.0 && f1.p == 1.0 && f1.a == f1.b && f1.a > 0.5);
    }
    stance_comparison_free(comparison);
    options.n_bootstrap = 0;
    assert_ok(stance_compare(&comparison, model, model, corpus, &options, &error));
    stance_comparison_figures(comparison, &figures);
    assert_true(isnan(figures.macro_f1.p) && figures.macro_f1.difference.value == 0.0);
    stance_comparison_free(comparison);
    stance_model_free(model);
    stance_corpus_free(corpus);
}

/* Models are compared on the labels that both have; one that lacks a label of the corpus is an error. */
static void test_other_labels(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *multiple = make_corpus(90, false), *exclusive = make_corpus(90, true);
    struct stance_model *two = train(multiple), *three = train(exclusive);
    struct stance_comparison *comparison = NULL;
    struct stance_comparison_figures figures;
    struct stance_evaluate_options options;
    stance_evaluate_options_init(&options);
    options.n_bootstrap = 10;
    assert_ok(stance_compare(&comparison, three, two, multiple, &options, &error));
    stance_comparison_figures(comparison, &figures);
    assert_int_equal(figures.n_labels, 2);
    stance_comparison_free(comparison);
    assert_int_equal(stance_compare(&comparison, three, two, exclusive, &options, &error), STANCE_ERROR_CORPUS);
    stance_model_free(two);
    stance_model_free(three);
    stance_corpus_free(multiple);
    stance_corpus_free(exclusive);
}

/* Models without a label in common cannot be compared; a corpus without labels does not hide that. */
static void test_nothing_in_common(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpora[2] = {NULL, NULL}, *bare = NULL;
    struct stance_model *models[2];
    for (size_t k = 0; k < 2; k++) {
        assert_ok(stance_corpus_new(&corpora[k], &error));
        for (size_t i = 0; i < 24; i++) {
            char text[32];
            (void)snprintf(text, sizeof text, "%s text %zu", i % 2 == 0 ? "good" : "bad", i);
            add_record(corpora[k], i % 2 != 0 ? "" : k == 0 ? "first" : "second", "", text);
        }
        models[k] = train(corpora[k]);
    }
    assert_ok(stance_corpus_new(&bare, &error));
    add_record(bare, "", "", "a good text");
    struct stance_comparison *comparison = NULL;
    const struct stance_evaluate_options options = {.n_bootstrap = 5};
    assert_int_equal(stance_compare(&comparison, models[0], models[1], bare, &options, &error), STANCE_ERROR_CORPUS);
    assert_non_null(strstr(error.message, "no label in common"));
    assert_null(comparison);
    stance_corpus_free(bare);
    for (size_t k = 0; k < 2; k++) {
        stance_model_free(models[k]);
        stance_corpus_free(corpora[k]);
    }
}

/* A subset has the figures of its records, and all records those of the whole. */
static void test_subset(void **state) {
    (void)state;
    const bool truth[] = {true, true, false, false, true}, predicted[] = {true, false, true, false, true};
    const double probability[] = {0.9, 0.2, 0.7, 0.1, 0.8};
    const uint32_t group[] = {0, 1, 1, 2, 3};
    const struct predictions all = predictions_of(truth, predicted, probability, group, 5, 4);
    const struct stance_evaluate_options options = {.n_bootstrap = 50, .seed = 1, .n_threads = 1};
    struct stance_error error;
    struct stance_evaluation *whole = NULL, *part = NULL;
    struct stance_label_figures a, b;
    struct stance_evaluation_figures figures;
    assert_ok(evaluation_new(&whole, &all, &options, &error));
    assert_ok(stance_evaluation_subset(&part, whole, (const size_t[]){0, 1, 2, 3, 4}, 5, &options, &error));
    assert_ok(stance_evaluation_label(whole, 0, &a, &error));
    assert_ok(stance_evaluation_label(part, 0, &b, &error));
    assert_near(a.f1.value, b.f1.value, 1e-15);
    assert_near(a.f1.low, b.f1.low, 1e-15);
    assert_near(a.brier.high, b.brier.high, 1e-15);
    stance_evaluation_free(part);
    assert_ok(stance_evaluation_subset(&part, whole, (const size_t[]){2, 1, 4}, 3, &options, &error));
    stance_evaluation_figures(part, &figures);
    assert_int_equal(figures.n_records, 3);
    assert_int_equal(figures.n_groups, 2);
    assert_ok(stance_evaluation_label(part, 0, &b, &error));
    assert_int_equal(b.true_positive, 1);
    assert_int_equal(b.false_positive, 1);
    assert_int_equal(b.false_negative, 1);
    stance_evaluation_free(part);
    part = NULL;
    assert_int_equal(stance_evaluation_subset(&part, whole, (const size_t[]){5}, 1, &options, &error), STANCE_ERROR_ARGUMENT);
    assert_null(part);
    stance_evaluation_free(whole);
}

/* Ranked: + + - + -. Precision 1 holds to the second, 0.75 to the fourth; nothing above 1 can be asked. */
static void test_at_precision(void **state) {
    (void)state;
    const bool truth[] = {true, true, false, true, false}, predicted[] = {true, true, true, true, false};
    const double probability[] = {0.9, 0.8, 0.7, 0.6, 0.1};
    const uint32_t group[] = {0, 1, 2, 3, 4};
    const struct predictions all = predictions_of(truth, predicted, probability, group, 5, 5);
    const struct stance_evaluate_options options = {.n_bootstrap = 0, .n_threads = 1};
    struct stance_error error;
    struct stance_evaluation *evaluation = NULL;
    struct stance_operating_point point;
    assert_ok(evaluation_new(&evaluation, &all, &options, &error));
    assert_ok(stance_evaluation_at_precision(evaluation, 0, 1.0, &point, &error));
    assert_true(point.reached && point.threshold > 0.7 && point.threshold <= 0.8);
    assert_near(point.precision, 1.0, 1e-12);
    assert_near(point.recall, 2.0 / 3.0, 1e-12);
    assert_int_equal(point.n_predicted, 2);
    assert_ok(stance_evaluation_at_precision(evaluation, 0, 0.75, &point, &error));
    assert_true(point.reached && point.threshold > 0.1 && point.threshold <= 0.6);
    assert_near(point.recall, 1.0, 1e-12);
    assert_int_equal(stance_evaluation_at_precision(evaluation, 0, 1.5, &point, &error), STANCE_ERROR_ARGUMENT);
    assert_int_equal(stance_evaluation_at_precision(evaluation, 0, 0.0, &point, &error), STANCE_ERROR_ARGUMENT);
    assert_int_equal(stance_evaluation_at_precision(evaluation, 1, 0.5, &point, &error), STANCE_ERROR_ARGUMENT);
    stance_evaluation_free(evaluation);
    const bool wrong[] = {false, true, true, true, true}; /* the surest is none */
    const struct predictions worse = predictions_of(wrong, predicted, probability, group, 5, 5);
    assert_ok(evaluation_new(&evaluation, &worse, &options, &error));
    assert_ok(stance_evaluation_at_precision(evaluation, 0, 0.9, &point, &error));
    assert_false(point.reached);
    assert_near(point.precision, 0.8, 1e-12);
    stance_evaluation_free(evaluation);
}

/* Whole groups, as many as the share says, and a larger share holds a smaller one. */
static void test_nested_shares(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = make_corpus(90, false);
    struct dataset dataset;
    static const double shares[] = {0.1, 0.2, 0.4, 0.6, 0.8, 1.0};
    bool before[90] = {false}, used[90];
    assert_ok(dataset_new(&dataset, corpus, &error));
    for (size_t s = 0; s < sizeof shares / sizeof shares[0]; s++) {
        size_t n = 0;
        assert_ok(fold_subset(used, &dataset, shares[s], 1, &error));
        for (size_t i = 0; i < 90; i++) {
            assert_true(used[i] || !before[i]);
            assert_true(used[i] == used[i / 3 * 3]);
            n += used[i];
        }
        assert_int_equal(n, 3 * (size_t)ceil(shares[s] * 30.0));
        memcpy(before, used, sizeof used);
    }
    assert_ok(fold_subset(used, &dataset, 0.4, 2, &error));
    assert_ok(fold_subset(before, &dataset, 0.4, 1, &error));
    assert_memory_not_equal(used, before, sizeof used);
    dataset_free(&dataset);
    stance_corpus_free(corpus);
}

/* More to learn from is better here, and all records are judged however few are learned from. */
static void test_training_share(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = make_corpus(240, false);
    struct stance_train_options options = quick_options();
    struct stance_evaluate_options judging;
    stance_evaluate_options_init(&judging);
    judging.n_bootstrap = 0;
    static const double shares[] = {0.05, 1.0};
    double f1[2];
    for (size_t i = 0; i < 2; i++) {
        struct stance_evaluation *evaluation = NULL;
        struct stance_evaluation_figures figures;
        options.training_share = shares[i];
        assert_ok(stance_cross_validate(&evaluation, corpus, &options, &judging, &error));
        stance_evaluation_figures(evaluation, &figures);
        assert_int_equal(figures.n_records, 240);
        f1[i] = figures.macro_f1.value;
        stance_evaluation_free(evaluation);
    }
    assert_true(f1[1] > f1[0] && f1[1] > 0.9);
    struct stance_model *model = NULL;
    options.training_share = 0.0;
    assert_int_equal(stance_train(&model, NULL, corpus, &options, &error), STANCE_ERROR_ARGUMENT);
    stance_corpus_free(corpus);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),      cmocka_unit_test(test_is_paired),         cmocka_unit_test(test_equal_models),
        cmocka_unit_test(test_other_labels), cmocka_unit_test(test_nothing_in_common), cmocka_unit_test(test_subset),
        cmocka_unit_test(test_at_precision), cmocka_unit_test(test_nested_shares),     cmocka_unit_test(test_training_share),
    };
    return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
