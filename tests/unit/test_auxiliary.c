/* Auxiliary records are learned from, and neither figures, folds nor calibration look at them. */
#include "check.h"

#include "corpus.h"
#include "fold.h"

enum { N_JUDGED = 90, N_AUXILIARY = 150 };

/* Records that share no word with others, their labels by lot. */
static void add_noise(struct stance_corpus *corpus, bool auxiliary) {
    for (size_t i = 0; i < N_AUXILIARY; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "noise%zu sound%zu", i, i * 7 % 41);
        add_record_as(corpus, auxiliary, i * 7 % 5 < 2 ? "accusation" : i % 2 == 0 ? "denial" : "", "", text);
    }
}

static struct stance_model *train(const struct stance_corpus *corpus, struct stance_evaluation **evaluation) {
    struct stance_error error;
    struct stance_model *model = NULL;
    const struct stance_train_options options = quick_options();
    assert_ok(stance_train(&model, evaluation, corpus, &options, &error));
    return model;
}

static void assert_same_figures(const struct stance_evaluation *a, const struct stance_evaluation *b) {
    struct stance_error error;
    struct stance_evaluation_figures of_a, of_b;
    stance_evaluation_figures(a, &of_a);
    stance_evaluation_figures(b, &of_b);
    assert_int_equal(of_a.n_records, of_b.n_records);
    assert_int_equal(of_a.n_groups, of_b.n_groups);
    assert_near(of_a.accuracy.low, of_b.accuracy.low, 0.0);
    for (size_t label = 0; label < of_a.n_labels; label++) {
        struct stance_label_figures f, g;
        assert_ok(stance_evaluation_label(a, label, &f, &error));
        assert_ok(stance_evaluation_label(b, label, &g, &error));
        assert_near(f.brier.value, g.brier.value, 0.0);
        assert_int_equal(f.true_positive, g.true_positive);
        assert_int_equal(f.false_negative, g.false_negative);
    }
}

/* Judging a model on a corpus with auxiliary records, before, between and behind the others, is judging it on the others. */
static void test_figures_leave_them_out(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *plain = make_corpus(N_JUDGED, false), *mixed = NULL;
    struct stance_model *model = train(plain, NULL);
    struct stance_evaluation *of_plain = NULL, *of_mixed = NULL;
    assert_ok(stance_corpus_new(&mixed, &error));
    for (size_t i = 0; i < N_JUDGED; i++) {
        char text[256], group[32];
        const struct stance_string bytes = corpus_text(plain, i);
        (void)snprintf(text, sizeof text, "%.*s", (int)bytes.len, bytes.data);
        (void)snprintf(group, sizeof group, "group %zu", i / 3);
        add_record_as(mixed, true, "accusation", "another group", "They blamed nobody.");
        add_record(mixed, i % 23 == 0 || i % 3 == 1 ? "denial" : i % 3 == 0 ? "accusation" : "", group, text);
    }
    add_noise(mixed, true);
    struct stance_evaluate_options options;
    stance_evaluate_options_init(&options);
    options.n_bootstrap = 50;
    assert_ok(stance_evaluate(&of_plain, model, plain, &options, &error));
    assert_ok(stance_evaluate(&of_mixed, model, mixed, &options, &error));
    assert_same_figures(of_plain, of_mixed);
    struct stance_comparison *comparison = NULL;
    struct stance_comparison_figures figures;
    assert_ok(stance_compare(&comparison, model, model, mixed, &options, &error));
    stance_comparison_figures(comparison, &figures);
    assert_int_equal(figures.n_records, N_JUDGED);
    assert_int_equal(figures.n_groups, N_JUDGED / 3);
    stance_comparison_free(comparison);
    stance_evaluation_free(of_plain);
    stance_evaluation_free(of_mixed);
    stance_model_free(model);
    stance_corpus_free(plain);
    stance_corpus_free(mixed);
}

/* Out of fold as well. */
static void test_cross_validation_leaves_them_out(void **state) {
    (void)state;
    struct stance_corpus *corpus = make_corpus(N_JUDGED, false);
    add_noise(corpus, true);
    struct stance_evaluation *evaluation = NULL;
    struct stance_evaluation_figures figures;
    struct stance_model *model = train(corpus, &evaluation);
    stance_evaluation_figures(evaluation, &figures);
    assert_int_equal(figures.n_records, N_JUDGED);
    assert_int_equal(figures.n_groups, N_JUDGED / 3);
    struct stance_model_info info;
    stance_model_info(model, &info);
    assert_int_equal(info.n_records, N_JUDGED + N_AUXILIARY);
    stance_evaluation_free(evaluation);
    stance_model_free(model);
    stance_corpus_free(corpus);
}

static void test_no_others(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *plain = make_corpus(N_JUDGED, false), *corpus = NULL;
    struct stance_model *model = train(plain, NULL), *none = NULL;
    struct stance_evaluation *evaluation = NULL;
    const struct stance_train_options training = quick_options();
    struct stance_evaluate_options options;
    stance_evaluate_options_init(&options);
    assert_ok(stance_corpus_new(&corpus, &error));
    add_noise(corpus, true);
    assert_int_equal(stance_evaluate(&evaluation, model, corpus, &options, &error), STANCE_ERROR_CORPUS);
    assert_non_null(strstr(error.message, "auxiliary"));
    assert_int_equal(stance_train(&none, NULL, corpus, &training, &error), STANCE_ERROR_CORPUS);
    assert_null(evaluation);
    assert_null(none);
    stance_model_free(model);
    stance_corpus_free(plain);
    stance_corpus_free(corpus);
}

/* The same noise flattens the calibration where it is judged, and does not where it is auxiliary. */
static void test_calibration_leaves_them_out(void **state) {
    (void)state;
    double slope[2], threshold[2];
    for (int auxiliary = 0; auxiliary < 2; auxiliary++) {
        struct stance_error error;
        struct stance_corpus *corpus = make_corpus(N_JUDGED, false);
        add_noise(corpus, auxiliary != 0);
        struct stance_model *model = train(corpus, NULL);
        struct stance_head_info head;
        assert_ok(stance_model_head(model, 0, &head, &error));
        slope[auxiliary] = -head.platt_a;
        threshold[auxiliary] = head.threshold;
        stance_model_free(model);
        stance_corpus_free(corpus);
    }
    assert_true(slope[1] > 1.5 * slope[0]);
    assert_true(fabs(threshold[1] - threshold[0]) > 0.05);
}

/* Where every C ranks the judged records without a fault the first is taken, in whatever order they stand: what would rank the
 * auxiliary ones better is not asked. */
static void test_cost_leaves_them_out(void **state) {
    (void)state;
    static const double grids[][2] = {{0.1, 8.0}, {8.0, 0.1}};
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    assert_ok(stance_corpus_new(&corpus, &error));
    for (size_t i = 0; i < 60; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "%s text %zu", i % 2 == 0 ? "good" : "bad", i);
        add_record(corpus, i % 2 == 0 ? "denial" : "", "", text);
        (void)snprintf(text, sizeof text, "sound%zu noise%zu voice%zu", i % 7, i * 5 % 11, i * i % 13);
        add_record_as(corpus, true, i * i % 5 < 2 ? "denial" : "", "", text);
    }
    for (size_t i = 0; i < 2; i++) {
        struct stance_train_options options = quick_options();
        struct stance_model *model = NULL;
        struct stance_head_info head;
        options.c = 0.0;
        options.c_grid = grids[i];
        options.n_c_grid = 2;
        assert_ok(stance_train(&model, NULL, corpus, &options, &error));
        assert_ok(stance_model_head(model, 0, &head, &error));
        assert_near(head.c, grids[i][0], 0.0);
        stance_model_free(model);
    }
    stance_corpus_free(corpus);
}

/* Few large auxiliary groups with the label must not push the judged records with it into the other folds. */
static void test_folds_spread_the_judged(void **state) {
    (void)state;
    enum { N_FOLDS = 4, N_SMALL = 60, N_LARGE = 10, LARGE = 30 };
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    struct dataset dataset;
    static uint8_t fold[N_SMALL + N_LARGE * LARGE];
    char text[64], group[32];
    assert_ok(stance_corpus_new(&corpus, &error));
    for (size_t i = 0; i < N_SMALL; i++) {
        (void)snprintf(text, sizeof text, "judged %zu", i);
        add_record(corpus, i % 3 == 0 ? "denial" : "", "", text);
    }
    for (size_t i = 0; i < N_LARGE * LARGE; i++) {
        (void)snprintf(text, sizeof text, "auxiliary %zu", i);
        (void)snprintf(group, sizeof group, "large %zu", i / LARGE);
        add_record_as(corpus, true, "denial", group, text);
    }
    assert_ok(dataset_new(&dataset, corpus, &error));
    assert_ok(fold_deal(fold, &dataset, N_FOLDS, 1, &error));
    size_t n_judged[N_FOLDS] = {0}, n_positive[N_FOLDS] = {0}, n_auxiliary[N_FOLDS] = {0};
    for (size_t i = 0; i < N_SMALL + N_LARGE * LARGE; i++) {
        n_judged[fold[i]] += i < N_SMALL;
        n_positive[fold[i]] += i < N_SMALL && dataset.truth[i];
        n_auxiliary[fold[i]] += i >= N_SMALL;
    }
    for (size_t f = 0; f < N_FOLDS; f++) {
        assert_int_equal(n_judged[f], N_SMALL / N_FOLDS);
        assert_int_equal(n_positive[f], N_SMALL / 3 / N_FOLDS);
        assert_true(n_auxiliary[f] == 2 * LARGE || n_auxiliary[f] == 3 * LARGE);
    }
    dataset_free(&dataset);
    stance_corpus_free(corpus);
}

/* A share that leaves no judged record to calibrate on is an error, and no slope out of nothing. */
static void test_nothing_to_calibrate(void **state) {
    (void)state;
    size_t n_met = 0;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        struct stance_error error;
        struct stance_corpus *corpus = NULL;
        assert_ok(stance_corpus_new(&corpus, &error));
        for (size_t i = 0; i < 40; i++) {
            char text[32], group[32];
            (void)snprintf(text, sizeof text, "%s %zu", i % 2 == 0 ? "yes" : "no", i);
            (void)snprintf(group, sizeof group, "%zu", i < 6 ? i / 2 : i);
            add_record_as(corpus, i >= 6, i % 2 == 0 ? "a" : "b", group, text);
        }
        struct stance_train_options options = quick_options();
        options.training_share = 0.3;
        options.seed = seed;
        struct stance_evaluation *evaluation = NULL;
        const struct stance_evaluate_options judging = {.n_bootstrap = 0};
        const enum stance_status status = stance_cross_validate(&evaluation, corpus, &options, &judging, &error);
        assert_true(status == STANCE_OK || status == STANCE_ERROR_CORPUS);
        n_met += status != STANCE_OK && strstr(error.message, "to calibrate on") != NULL;
        stance_evaluation_free(evaluation);
        stance_corpus_free(corpus);
    }
    assert_true(n_met > 0 && n_met < 30);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures_leave_them_out),
        cmocka_unit_test(test_cross_validation_leaves_them_out),
        cmocka_unit_test(test_no_others),
        cmocka_unit_test(test_cost_leaves_them_out),
        cmocka_unit_test(test_calibration_leaves_them_out),
        cmocka_unit_test(test_folds_spread_the_judged),
        cmocka_unit_test(test_nothing_to_calibrate),
    };
    return cmocka_run_group_tests_name("auxiliary", tests, NULL, NULL);
}
