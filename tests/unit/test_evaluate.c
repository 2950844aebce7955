/* The figures of predictions: by hand, in tables, and their intervals. */
#include "check.h"

#include "evaluate.h"
#include "random.h"

/* Predictions of one label, whose threshold is 0.5; the arrays stay the caller's. */
static struct predictions of_one_label(size_t n_records, size_t n_groups, const bool *truth, const double *probability,
                                       const bool *predicted, const uint32_t *group) {
    static const char *const labels[] = {"denial"};
    static const double threshold = 0.5;
    return (struct predictions){.n_records = n_records,
                                .n_labels = 1,
                                .n_groups = n_groups,
                                .labels = labels,
                                .truth = truth,
                                .probability = probability,
                                .predicted = predicted,
                                .threshold = &threshold,
                                .group = group};
}

/* Ten records, by hand. */
static void test_figures(void **state) {
    (void)state;
    const bool truth[10] = {true, true, true, false, false, true, false, false, false, false};
    const double probability[10] = {0.95, 0.9, 0.85, 0.8, 0.7, 0.4, 0.3, 0.2, 0.1, 0.0};
    bool predicted[10];
    uint32_t group[10];
    for (uint32_t i = 0; i < 10; i++) {
        predicted[i] = probability[i] >= 0.5;
        group[i] = i;
    }
    const struct predictions predictions = of_one_label(10, 10, truth, probability, predicted, group);
    struct stance_error error;
    struct stance_evaluation *evaluation = NULL;
    const struct stance_evaluate_options options = {.n_bootstrap = 500, .seed = 1, .n_threads = 2};
    assert_ok(evaluation_new(&evaluation, &predictions, &options, &error));
    struct stance_label_figures f;
    assert_ok(stance_evaluation_label(evaluation, 0, &f, &error));
    assert_int_equal(f.true_positive, 3);
    assert_int_equal(f.false_positive, 2);
    assert_int_equal(f.false_negative, 1);
    assert_int_equal(f.true_negative, 4);
    assert_near(f.precision.value, 0.6, 1e-12);
    assert_near(f.recall.value, 0.75, 1e-12);
    assert_near(f.f1.value, 2.0 * 3.0 / 9.0, 1e-12);
    assert_near(f.average_precision.value, (1.0 + 1.0 + 1.0 + 4.0 / 6.0) / 4.0, 1e-12);
    double brier = 0.0;
    for (size_t i = 0; i < 10; i++) {
        const double d = probability[i] - (truth[i] ? 1.0 : 0.0);
        brier += d * d / 10.0;
    }
    assert_near(f.brier.value, brier, 1e-12);
    /* Bins: [0.9, 1] two of 0.925, both true; 0.8s two of 0.825, one true; 0.7 none of one; 0.4 one of one; 0.3, 0.2, 0.1, 0.0
     * none. */
    assert_near(f.calibration_error.value, (0.15 + 0.65 + 0.7 + 0.6 + 0.3 + 0.2 + 0.1) / 10.0, 1e-12);
    assert_true(f.f1.low < f.f1.value && f.f1.value < f.f1.high);
    struct stance_reliability_bin bins[STANCE_RELIABILITY_BINS];
    assert_ok(stance_evaluation_reliability(evaluation, 0, bins, &error));
    assert_int_equal(bins[9].n, 2);
    assert_near(bins[9].frequency, 1.0, 1e-12);
    assert_near(bins[8].probability, 0.825, 1e-12);
    assert_int_equal(stance_evaluation_label(evaluation, 1, &f, &error), STANCE_ERROR_ARGUMENT);
    stance_evaluation_free(evaluation);
}

/* Equal scores are one step of the curve, in whatever order the records come. */
static void test_average_precision_ties(void **state) {
    (void)state;
    const double score[4] = {0.5, 0.5, 0.5, 0.1};
    const bool truth[4] = {false, true, false, true};
    const uint32_t weight[4] = {1, 1, 1, 1};
    uint32_t order[4];
    struct stance_error error;
    assert_ok(evaluate_rank(order, score, 4, &error));
    assert_near(evaluate_average_precision(score, truth, order, weight, 4), (1.0 / 3.0 + 2.0 / 4.0) / 2.0, 1e-12);
    const bool none[4] = {false};
    assert_true(isnan(evaluate_average_precision(score, none, order, weight, 4)));
}

/* Equal scores are ranked by number, and a record of weight 2 counts as two, one of weight 0 as none. */
static void test_ranks_and_weights(void **state) {
    (void)state;
    const double score[] = {0.2, 0.7, 0.2, 0.9, 0.7, 0.2};
    const uint32_t expected[] = {3, 1, 4, 0, 2, 5};
    uint32_t order[6];
    struct stance_error error;
    assert_ok(evaluate_rank(order, score, 6, &error));
    assert_memory_equal(order, expected, sizeof order);
    const double few[] = {0.9, 0.8, 0.7};
    const bool truth[] = {false, true, true};
    assert_ok(evaluate_rank(order, few, 3, &error));
    assert_near(evaluate_average_precision(few, truth, order, (const uint32_t[]){0, 1, 1}, 3), 1.0, 1e-12);
    assert_near(evaluate_average_precision(few, truth, order, (const uint32_t[]){1, 2, 1}, 3), (2.0 * 2.0 / 3.0 + 3.0 / 4.0) / 3.0,
                1e-12);
    assert_near(evaluate_average_precision(few, truth, order, (const uint32_t[]){1, 0, 1}, 3), 0.5, 1e-12);
}

struct interval_case {
    size_t n;    /* values 0, 1, ... */
    size_t gaps; /* so many values that are no number stand between them */
    double low, high;
};

static void test_interval(void **state) {
    (void)state;
    static const struct interval_case cases[] = {
        {1001, 0, 25.0, 975.0}, {11, 0, 0.25, 9.75}, {11, 5, 0.25, 9.75}, {2, 1, 0.025, 0.975}, {1, 0, 0.0, 0.0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double values[1100];
        size_t n = 0;
        for (size_t k = 0; k < cases[i].n; k++) {
            values[n++] = (double)(cases[i].n - 1 - k);
            if (k < cases[i].gaps) {
                values[n++] = (double)NAN;
            }
        }
        struct stance_interval interval = {.value = 0.5};
        assert_int_equal(evaluate_interval(&interval, values, n), cases[i].n);
        assert_near(interval.low, cases[i].low, 1e-9);
        assert_near(interval.high, cases[i].high, 1e-9);
        assert_near(interval.value, 0.5, 0.0);
    }
    struct stance_interval none;
    double undefined = (double)NAN;
    assert_int_equal(evaluate_interval(&none, &undefined, 1), 0);
    assert_true(isnan(none.low) && isnan(none.high));
}

/* Four labels, a record a row: t is there and predicted, m there and missed, f predicted and not there. */
static const char *const label_names[] = {"accusation", "conciliation", "denial", "positive"};

struct figures_case {
    const char *name;
    const char *rows[6];
    double macro, micro, stances, accuracy; /* NaN where undefined */
};

static const struct figures_case figures_cases[] = {
    {"all right", {"t...", ".t..", "..t.", "...t", "...."}, 1.0, 1.0, 1.0, 1.0},
    /* F1 2/3, 0, 1, 0.8; 4 right, 1 false, 3 missed */
    {"some wrong", {"t..t", "m...", ".m..", "..tt", "...f"}, (2.0 / 3.0 + 0.0 + 1.0 + 0.8) / 4.0, 8.0 / 11.0, 5.0 / 9.0, 0.4},
    /* of one label there is nothing to say */
    {"one undefined", {"t...", ".f..", "...t"}, 2.0 / 3.0, 0.8, 0.5, 2.0 / 3.0},
    {"none defined", {"....", "...."}, (double)NAN, (double)NAN, (double)NAN, 1.0},
    {"a label is enough to be wrong", {"tttf", "tttm"}, 0.75, 12.0 / 14.0, 1.0, 0.0},
};

struct filled {
    bool truth[24], predicted[24];
    double probability[24];
    uint32_t group[6];
    size_t n;
};

static struct predictions fill(struct filled *filled, const char *const *rows, size_t n_labels) {
    static const double thresholds[] = {0.5, 0.5, 0.5, 0.5};
    *filled = (struct filled){.n = 0};
    while (filled->n < 6 && rows[filled->n] != NULL) {
        filled->n++;
    }
    for (size_t i = 0; i < filled->n; i++) {
        filled->group[i] = (uint32_t)i;
        for (size_t label = 0; label < n_labels; label++) {
            const size_t at = label * filled->n + i;
            filled->truth[at] = rows[i][label] == 't' || rows[i][label] == 'm';
            filled->predicted[at] = rows[i][label] == 't' || rows[i][label] == 'f';
            filled->probability[at] = filled->predicted[at] ? 0.75 : 0.25;
        }
    }
    return (struct predictions){.n_records = filled->n,
                                .n_labels = n_labels,
                                .n_groups = filled->n,
                                .labels = label_names,
                                .truth = filled->truth,
                                .probability = filled->probability,
                                .predicted = filled->predicted,
                                .threshold = thresholds,
                                .group = filled->group};
}

static void assert_same(const char *name, const char *figure, double got, double expected) {
    if (isnan(expected) ? !isnan(got) : !(fabs(got - expected) < 1e-12)) {
        fail_msg("%s: %s is %.17g, not %.17g", name, figure, got, expected);
    }
}

static void test_averages(void **state) {
    (void)state;
    const struct stance_evaluate_options options = {.n_bootstrap = 0, .n_threads = 1};
    for (size_t i = 0; i < sizeof figures_cases / sizeof figures_cases[0]; i++) {
        const struct figures_case *c = &figures_cases[i];
        struct filled filled;
        struct stance_error error;
        struct stance_evaluation *evaluation = NULL;
        struct stance_evaluation_figures figures;
        const struct predictions predictions = fill(&filled, c->rows, 4);
        assert_ok(evaluation_new(&evaluation, &predictions, &options, &error));
        stance_evaluation_figures(evaluation, &figures);
        assert_same(c->name, "macro-F1", figures.macro_f1.value, c->macro);
        assert_same(c->name, "micro-F1", figures.micro_f1.value, c->micro);
        assert_same(c->name, "macro-F1 of the stances", figures.stance_macro_f1.value, c->stances);
        assert_same(c->name, "accuracy", figures.accuracy.value, c->accuracy);
        assert_true(isnan(figures.accuracy.low) && isnan(figures.macro_f1.high));
        stance_evaluation_free(evaluation);
        struct predictions two = predictions; /* without all three there is no average of the stances */
        two.n_labels = 2;
        assert_ok(evaluation_new(&evaluation, &two, &options, &error));
        stance_evaluation_figures(evaluation, &figures);
        assert_true(isnan(figures.stance_macro_f1.value));
        stance_evaluation_free(evaluation);
    }
}

/* Nine records of one group are right, the one of another is wrong: a resample of groups has an accuracy of 1, 0.9 or 0, of which
 * the outer ones are a quarter each. Resamples of records would stay near 0.9. */
static void test_groups_are_resampled(void **state) {
    (void)state;
    bool truth[10], predicted[10];
    double probability[10];
    uint32_t group[10];
    for (size_t i = 0; i < 10; i++) {
        truth[i] = true;
        predicted[i] = i > 0;
        probability[i] = predicted[i] ? 0.8 : 0.2;
        group[i] = i > 0;
    }
    const struct predictions predictions = of_one_label(10, 2, truth, probability, predicted, group);
    const struct stance_evaluate_options options = {.n_bootstrap = 400, .seed = 1, .n_threads = 2};
    struct stance_error error;
    struct stance_evaluation *evaluation = NULL;
    struct stance_evaluation_figures figures;
    struct stance_label_figures label;
    assert_ok(evaluation_new(&evaluation, &predictions, &options, &error));
    stance_evaluation_figures(evaluation, &figures);
    assert_near(figures.accuracy.value, 0.9, 1e-12);
    assert_near(figures.accuracy.low, 0.0, 1e-12);
    assert_near(figures.accuracy.high, 1.0, 1e-12);
    assert_ok(stance_evaluation_label(evaluation, 0, &label, &error));
    assert_near(label.brier.low, 0.04, 1e-12);
    assert_near(label.brier.high, 0.64, 1e-12);
    assert_near(label.calibration_error.low, 0.2, 1e-12);
    assert_near(label.calibration_error.high, 0.8, 1e-12);
    assert_near(label.recall.low, 0.0, 1e-12);
    assert_near(label.threshold, 0.5, 0.0);
    stance_evaluation_free(evaluation);
    double samples[400 * (EVALUATE_N_LABEL + EVALUATE_N_ALL)], values[EVALUATE_N_LABEL + EVALUATE_N_ALL];
    size_t n[3] = {0};
    assert_ok(evaluate_figures(values, samples, &predictions, &options, &error));
    for (size_t i = 0; i < 400; i++) {
        const double accuracy = samples[i * evaluate_n_figures(1) + EVALUATE_N_LABEL + EVALUATE_ACCURACY];
        n[0] += fabs(accuracy) < 1e-12;
        n[1] += fabs(accuracy - 0.9) < 1e-12;
        n[2] += fabs(accuracy - 1.0) < 1e-12;
    }
    assert_int_equal(n[0] + n[1] + n[2], 400);
    assert_true(n[0] > 70 && n[0] < 130 && n[2] > 70 && n[2] < 130);
}

/* A bin takes its lower bound, the last one its upper bound too; what is empty has no mean. */
static void test_bins(void **state) {
    (void)state;
    static const double probability[] = {0.0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9375, 1.0};
    static const size_t n[STANCE_RELIABILITY_BINS] = {2, 1, 1, 0, 0, 1, 0, 1, 0, 2};
    bool truth[8], predicted[8];
    uint32_t group[8];
    for (uint32_t i = 0; i < 8; i++) {
        truth[i] = i == 1 || i >= 5;
        predicted[i] = probability[i] >= 0.5;
        group[i] = i;
    }
    const struct predictions predictions = of_one_label(8, 8, truth, probability, predicted, group);
    const struct stance_evaluate_options options = {.n_bootstrap = 0};
    struct stance_error error;
    struct stance_evaluation *evaluation = NULL;
    struct stance_reliability_bin bins[STANCE_RELIABILITY_BINS];
    assert_ok(evaluation_new(&evaluation, &predictions, &options, &error));
    assert_ok(stance_evaluation_reliability(evaluation, 0, bins, &error));
    for (size_t i = 0; i < STANCE_RELIABILITY_BINS; i++) {
        assert_int_equal(bins[i].n, n[i]);
        assert_true(isnan(bins[i].probability) == (n[i] == 0) && isnan(bins[i].frequency) == (n[i] == 0));
    }
    assert_near(bins[0].probability, 0.025, 1e-12);
    assert_near(bins[0].frequency, 0.5, 1e-12);
    assert_near(bins[9].frequency, 1.0, 1e-12);
    assert_int_equal(stance_evaluation_reliability(evaluation, 1, bins, &error), STANCE_ERROR_ARGUMENT);
    stance_evaluation_free(evaluation);
}

/* Only records with one true and one predicted label are in the table. */
static void test_confusion(void **state) {
    (void)state;
    static const char *const rows[] = {"t...", "mf..", "m.f.", "tf..", "....", "fm.."};
    static const size_t expected[4][4] = {{1, 1, 1, 0}, {1, 0, 0, 0}};
    struct filled filled;
    struct stance_error error;
    struct stance_evaluation *evaluation = NULL;
    const struct predictions predictions = fill(&filled, rows, 4);
    const struct stance_evaluate_options options = {.n_bootstrap = 0};
    assert_ok(evaluation_new(&evaluation, &predictions, &options, &error));
    for (size_t i = 0; i < 4; i++) {
        for (size_t k = 0; k < 4; k++) {
            assert_int_equal(stance_evaluation_confusion(evaluation, i, k), expected[i][k]);
        }
    }
    assert_int_equal(stance_evaluation_confusion(evaluation, 4, 0), 0);
    assert_int_equal(stance_evaluation_confusion(evaluation, 0, 4), 0);
    stance_evaluation_free(evaluation);
}

/* Intervals of very many groups come from some of them, and are as wide as the theory has it: 1.96 standard errors on each side. */
static void test_many_groups(void **state) {
    (void)state;
    enum { MANY = 4 * EVALUATE_GROUPS_MAX };
    static bool truth[MANY], predicted[MANY];
    static double probability[MANY];
    static uint32_t group[MANY];
    struct random random = random_new(5);
    for (uint32_t i = 0; i < MANY; i++) {
        truth[i] = i % 2 == 0;
        predicted[i] = truth[i] != (random_below(&random, 5) == 0);
        probability[i] = predicted[i] ? 0.8 : 0.2;
        group[i] = i;
    }
    const struct predictions predictions = of_one_label(MANY, MANY, truth, probability, predicted, group);
    const struct stance_evaluate_options options = {.n_bootstrap = 1000, .seed = 1, .n_threads = 2};
    struct stance_error error;
    struct stance_evaluation *evaluation = NULL;
    struct stance_evaluation_figures figures;
    assert_ok(evaluation_new(&evaluation, &predictions, &options, &error));
    stance_evaluation_figures(evaluation, &figures);
    const double half = 1.96 * sqrt(0.8 * 0.2 / MANY);
    assert_near(figures.accuracy.value, 0.8, 3.0 * half);
    assert_near((figures.accuracy.low - figures.accuracy.value) / half, -1.0, 0.1);
    assert_near((figures.accuracy.high - figures.accuracy.value) / half, 1.0, 0.1);
    stance_evaluation_free(evaluation);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures),           cmocka_unit_test(test_average_precision_ties),
        cmocka_unit_test(test_ranks_and_weights), cmocka_unit_test(test_interval),
        cmocka_unit_test(test_averages),          cmocka_unit_test(test_groups_are_resampled),
        cmocka_unit_test(test_many_groups),       cmocka_unit_test(test_bins),
        cmocka_unit_test(test_confusion),
    };
    return cmocka_run_group_tests_name("evaluate", tests, NULL, NULL);
}
