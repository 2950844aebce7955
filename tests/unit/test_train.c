/* Folds, training and figures from end to end on a made corpus. */
#include "check.h"

#include <locale.h>

#include "corpus.h"
#include "fold.h"
#include "model.h"

enum { N = 240 };

static struct stance_train_options grid_options(unsigned n_threads) {
    struct stance_error error;
    struct stance_train_options options;
    assert_ok(stance_train_options_init(&options, "default", &error));
    static const double grid[] = {0.5, 2.0};
    options.c_grid = grid;
    options.n_c_grid = 2;
    options.n_folds = 4;
    options.n_threads = n_threads;
    return options;
}

/* --- Corpus --- */

static void test_corpus_summary(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    assert_ok(stance_corpus_new(&corpus, &error));
    add_record(corpus, "denial", "g1", "He denied it.");
    add_record(corpus, "denial;negative;denial", "g2", "She denied all.");
    add_record(corpus, "denial", "g3", "HE DENIED IT."); /* the same normalised text */
    add_record(corpus, "", "g4", "he denied it.");       /* the same with other labels */
    add_record(corpus, "accusation", "", "They blamed us.");
    add_record(corpus, "accusation", "", "They blamed them.");
    struct stance_corpus_summary summary;
    assert_ok(stance_corpus_summarise(corpus, &summary, &error));
    assert_int_equal(summary.n_records, 6);
    assert_int_equal(summary.n_labels, 3);
    assert_int_equal(summary.n_unlabelled, 1);
    assert_int_equal(summary.n_duplicates, 1);
    assert_int_equal(summary.n_contradictions, 1);
    assert_int_equal(summary.n_groups, 4); /* g1, g3 and g4 share a text */
    assert_false(summary.exclusive);
    size_t n = 0;
    assert_string_equal(stance_corpus_label(corpus, 0, &n), "accusation");
    assert_int_equal(n, 2);
    assert_string_equal(stance_corpus_label(corpus, 2, &n), "negative");
    assert_null(stance_corpus_label(corpus, 3, NULL));
    stance_corpus_free(corpus);
}

/* A record that fails leaves nothing behind. */
static void test_bad_label(void **state) {
    (void)state;
    static const char *const bad[] = {"", "a\nb", "\xFF", "\x7F", "\xC2\x9B"};
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    assert_ok(stance_corpus_new(&corpus, &error));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct stance_string labels[] = {{.data = "good", .len = 4}, {.data = bad[i], .len = strlen(bad[i])}};
        const struct stance_record record = {.text = {.data = "x", .len = 1}, .labels = labels, .n_labels = 2};
        assert_int_equal(stance_corpus_add(corpus, &record, &error), STANCE_ERROR_CORPUS);
    }
    struct stance_corpus_summary summary;
    assert_ok(stance_corpus_summarise(corpus, &summary, &error));
    assert_int_equal(summary.n_records, 0);
    assert_int_equal(summary.n_labels, 0);
    stance_corpus_free(corpus);
}

/* Names of 255 bytes, and 256 names, and no more. */
static void test_label_limits(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    char name[256];
    memset(name, 'x', sizeof name);
    struct stance_string label = {.data = name, .len = 256};
    const struct stance_record record = {.text = {.data = "x", .len = 1}, .labels = &label, .n_labels = 1};
    assert_ok(stance_corpus_new(&corpus, &error));
    assert_int_equal(stance_corpus_add(corpus, &record, &error), STANCE_ERROR_CORPUS);
    label.len = 255;
    assert_ok(stance_corpus_add(corpus, &record, &error));
    for (int i = 1; i <= 256; i++) {
        label.len = (size_t)snprintf(name, sizeof name, "a name %d", i);
        assert_int_equal(stance_corpus_add(corpus, &record, &error), i < 256 ? STANCE_OK : STANCE_ERROR_LIMIT);
    }
    struct stance_corpus_summary summary;
    assert_ok(stance_corpus_summarise(corpus, &summary, &error));
    assert_int_equal(summary.n_labels, 256);
    assert_int_equal(summary.n_records, 256);
    stance_corpus_free(corpus);
}

/* --- Folds --- */

static void test_folds_keep_groups_and_spread_labels(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = make_corpus(N, false);
    struct dataset dataset;
    assert_ok(dataset_new(&dataset, corpus, &error));
    uint8_t fold[N], again[N], other[N];
    assert_ok(fold_deal(fold, &dataset, 4, 7, &error));
    assert_ok(fold_deal(again, &dataset, 4, 7, &error));
    assert_ok(fold_deal(other, &dataset, 4, 8, &error));
    assert_memory_equal(fold, again, N);
    assert_memory_not_equal(fold, other, N);
    size_t sizes[4] = {0}, positives[4] = {0};
    for (size_t i = 0; i < N; i++) {
        sizes[fold[i]]++;
        positives[fold[i]] += dataset.truth[i];
        for (size_t k = 0; k < i; k++) {
            assert_true(dataset.group[i] != dataset.group[k] || fold[i] == fold[k]);
        }
    }
    for (size_t f = 0; f < 4; f++) {
        assert_true(sizes[f] >= N / 4 - 6 && sizes[f] <= N / 4 + 6);
        assert_true(positives[f] >= N / 12 - 4 && positives[f] <= N / 12 + 4);
    }
    assert_int_equal(fold_deal(fold, &dataset, 1, 7, &error), STANCE_ERROR_ARGUMENT);
    assert_int_equal(fold_deal(fold, &dataset, 101, 7, &error), STANCE_ERROR_ARGUMENT);
    dataset_free(&dataset);
    stance_corpus_free(corpus);
}

/* Records without a label, and those with several, spread as the labels do; how large a group is does not matter to that. */
static void test_folds_spread_every_kind(void **state) {
    (void)state;
    enum { N_FOLDS = 5, N_RECORDS = 400 };
    static const char *const kinds[] = {"a", "b", "a;b", ""};
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct stance_error error;
        struct stance_corpus *corpus = NULL;
        struct dataset dataset;
        uint8_t fold[N_RECORDS], kind[N_RECORDS];
        size_t n[4][N_FOLDS] = {{0}}, n_all[4] = {0};
        assert_ok(stance_corpus_new(&corpus, &error));
        for (size_t i = 0; i < N_RECORDS; i++) {
            char text[32], group[32];
            kind[i] = (uint8_t)((i * i / 7 + i * seed) % 7 % 4);
            (void)snprintf(text, sizeof text, "text %zu", i);
            (void)snprintf(group, sizeof group, "group %zu", i < 60 ? i / 10 : i < 120 ? i / 3 : i);
            add_record(corpus, kinds[kind[i]], group, text);
        }
        assert_ok(dataset_new(&dataset, corpus, &error));
        assert_ok(fold_deal(fold, &dataset, N_FOLDS, seed, &error));
        for (size_t i = 0; i < N_RECORDS; i++) {
            n[kind[i]][fold[i]]++;
            n_all[kind[i]]++;
        }
        for (size_t k = 0; k < 4; k++) {
            for (size_t f = 0; f < N_FOLDS; f++) {
                assert_near((double)n[k][f], (double)n_all[k] / N_FOLDS, 3.0);
            }
        }
        dataset_free(&dataset);
        stance_corpus_free(corpus);
    }
}

/* --- Training --- */

static void train_on(struct stance_model **model, struct stance_evaluation **evaluation, bool exclusive, unsigned n_threads) {
    struct stance_error error;
    struct stance_corpus *corpus = make_corpus(N, exclusive);
    const struct stance_train_options options = grid_options(n_threads);
    assert_ok(stance_train(model, evaluation, corpus, &options, &error));
    stance_corpus_free(corpus);
}

static struct stance_model *train_with(enum stance_solver solver, double log_count, unsigned n_threads) {
    struct stance_error error;
    struct stance_model *model = NULL;
    struct stance_corpus *corpus = make_corpus(N, false);
    struct stance_train_options options = grid_options(n_threads);
    options.solver = solver;
    options.log_count = log_count;
    assert_ok(stance_train(&model, NULL, corpus, &options, &error));
    stance_corpus_free(corpus);
    return model;
}

static void test_same_bytes_for_any_threads_and_locale(void **state) {
    (void)state;
    char *old = strdup(setlocale(LC_ALL, NULL));
    for (int way = 0; way < 6; way++) {
        const enum stance_solver solver = (enum stance_solver)(way / 2);
        const double log_count = way % 2 == 0 ? 0.0 : 0.35;
        struct stance_model *one = train_with(solver, log_count, 1);
        (void)setlocale(LC_ALL, "de_DE.UTF-8"); /* where there is one; the command line tests make one */
        struct stance_model *four = train_with(solver, log_count, 4);
        (void)setlocale(LC_ALL, old);
        assert_int_equal(one->len, four->len);
        assert_memory_equal(one->bytes, four->bytes, one->len);
        stance_model_free(one);
        stance_model_free(four);
    }
    free(old);
}

static void score(struct stance_session *session, const char *text, struct stance_result *result) {
    struct stance_error error;
    assert_ok(stance_session_score(session, text, strlen(text), result, &error));
}

static void test_learns(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_model *model = NULL;
    struct stance_evaluation *evaluation = NULL;
    struct stance_session *session = NULL;
    struct stance_result result;
    train_on(&model, &evaluation, false, 2);
    assert_ok(stance_session_new(&session, model, &error));
    score(session, "The council blamed the ministry for violating the treaty.", &result);
    assert_int_equal(result.n_labels, 2);
    assert_true(result.predicted[0] && !result.predicted[1]);
    score(session, "The envoy dismissed the report as groundless.", &result);
    assert_true(!result.predicted[0] && result.predicted[1]);
    score(session, "Quite another matter.", &result);
    assert_true(!result.predicted[0] && !result.predicted[1]);
    assert_true(isnan(result.sentiment));
    struct stance_evaluation_figures figures;
    stance_evaluation_figures(evaluation, &figures);
    assert_true(figures.macro_f1.value > 0.8 && figures.macro_f1.value < 1.0);
    assert_true(figures.macro_f1.low <= figures.macro_f1.value && figures.macro_f1.value <= figures.macro_f1.high);
    assert_true(isnan(figures.stance_macro_f1.value));
    stance_session_free(session);
    stance_evaluation_free(evaluation);
    stance_model_free(model);
}

/* Label and probability never contradict each other, for any text. */
static void test_label_follows_probability(void **state) {
    (void)state;
    for (int exclusive = 0; exclusive < 2; exclusive++) {
        struct stance_error error;
        struct stance_model *model = NULL;
        struct stance_session *session = NULL;
        train_on(&model, NULL, exclusive != 0, 2);
        assert_ok(stance_session_new(&session, model, &error));
        struct stance_corpus *corpus = make_corpus(N, exclusive != 0);
        for (size_t i = 0; i < N; i++) {
            const struct stance_string text = corpus_text(corpus, i);
            struct stance_result result;
            assert_ok(stance_session_score(session, text.data, text.len, &result, &error));
            double sum = 0.0;
            size_t n_predicted = 0;
            for (size_t label = 0; label < result.n_labels; label++) {
                struct stance_head_info head;
                assert_ok(stance_model_head(model, label, &head, &error));
                sum += result.probability[label];
                n_predicted += result.predicted[label];
                assert_true(result.probability[label] >= 0.0 && result.probability[label] <= 1.0);
                assert_true(exclusive != 0 || result.predicted[label] == (result.probability[label] >= head.threshold));
                for (size_t k = 0; exclusive != 0 && k < result.n_labels; k++) {
                    assert_true(!result.predicted[label] || result.probability[label] >= result.probability[k]);
                }
            }
            assert_true(exclusive == 0 || (n_predicted == 1 && fabs(sum - 1.0) < 1e-12));
        }
        stance_corpus_free(corpus);
        stance_session_free(session);
        stance_model_free(model);
    }
}

/* With labels drawn at random, out-of-fold figures stay at chance although the training fit is perfect. */
static void test_chance_stays_chance(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    assert_ok(stance_corpus_new(&corpus, &error));
    uint64_t seed = 17;
    for (size_t i = 0; i < 300; i++) {
        char text[128];
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
        (void)snprintf(text, sizeof text, "word%zu word%zu other%zu", i % 37, i % 53, i);
        add_record(corpus, (seed >> 40) % 2 == 0 ? "yes" : "no", "", text);
    }
    struct stance_evaluation *evaluation = NULL;
    const struct stance_train_options options = grid_options(2);
    struct stance_evaluate_options judging;
    stance_evaluate_options_init(&judging);
    judging.n_bootstrap = 0;
    assert_ok(stance_cross_validate(&evaluation, corpus, &options, &judging, &error));
    struct stance_evaluation_figures figures;
    stance_evaluation_figures(evaluation, &figures);
    assert_true(figures.accuracy.value > 0.38 && figures.accuracy.value < 0.62);
    stance_evaluation_free(evaluation);
    stance_corpus_free(corpus);
}

/* Two groups, each a fold, that share no word. Held out, a record has no feature that its head knows, and what is known of labels
 * is their share in the other group: that is what every record must get. Words, labels or calibration of its own group would move
 * it. */
static void test_no_leakage(void **state) {
    (void)state;
    enum { N_EACH = 60 };
    static const size_t n_positive[] = {45, 12};
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    assert_ok(stance_corpus_new(&corpus, &error));
    for (size_t i = 0; i < 2 * N_EACH; i++) {
        const size_t group = i / N_EACH;
        const bool positive = i % N_EACH < n_positive[group];
        char text[64];
        (void)snprintf(text, sizeof text, "%s%zu word%zu%zu", positive ? "yes" : "no", group, group, i);
        add_record(corpus, positive ? "a" : "", group == 0 ? "one" : "two", text);
    }
    struct stance_train_options options = grid_options(2);
    options.features.min_df = 1;
    options.features.char_min = options.features.char_max = 0;
    options.features.boundaries = false;
    options.n_folds = 2;
    struct stance_evaluation *evaluation = NULL;
    const struct stance_evaluate_options judging = {.n_bootstrap = 0};
    assert_ok(stance_cross_validate(&evaluation, corpus, &options, &judging, &error));
    for (size_t i = 0; i < 2 * N_EACH; i++) {
        const double *probabilities;
        const bool *predicted, *truth;
        assert_ok(stance_evaluation_record(evaluation, i, &probabilities, &predicted, &truth, &error));
        assert_near(probabilities[0], (double)n_positive[1 - i / N_EACH] / N_EACH, 0.03);
    }
    stance_evaluation_free(evaluation);
    stance_corpus_free(corpus);
}

static const double bad_grid[] = {1.0, 0.0}, endless_grid[] = {(double)INFINITY};

struct bad_options_case {
    const char *name;
    size_t offset; /* of the member that is set */
    double number;
    int whole;
    const double *grid;
};

#define NUMBER(member, value) #member, offsetof(struct stance_train_options, member), (value), 0, NULL
#define WHOLE(member, value) #member, offsetof(struct stance_train_options, member), 0.0, (value), NULL
#define GRID(values) "c_grid", offsetof(struct stance_train_options, c_grid), 0.0, 0, (values)

/* Every option out of its range is refused, whatever the others are. */
static void test_bad_options(void **state) {
    (void)state;
    static const struct bad_options_case cases[] = {
        {NUMBER(c, -1.0)},
        {NUMBER(c, (double)NAN)},
        {NUMBER(c, (double)INFINITY)},
        {NUMBER(wanted_precision, -0.1)},
        {NUMBER(wanted_precision, 1.1)},
        {NUMBER(wanted_precision, (double)NAN)},
        {NUMBER(log_count, -0.1)},
        {NUMBER(log_count, 1.1)},
        {NUMBER(log_count, (double)NAN)},
        {NUMBER(training_share, 0.0)},
        {NUMBER(training_share, 1.1)},
        {NUMBER(training_share, (double)NAN)},
        {WHOLE(n_folds, 1)},
        {WHOLE(n_folds, 101)},
        {WHOLE(solver, 7)},
        {WHOLE(class_weight, 2)},
        {WHOLE(features.tf, 3)},
        {WHOLE(features.min_df, 0)},
        {WHOLE(features.word_max, 6)},
        {WHOLE(features.char_max, 9)},
        {WHOLE(n_c_grid, 0)},
        {GRID(bad_grid)},
        {GRID(endless_grid)},
    };
    struct stance_error error;
    struct stance_corpus *corpus = make_corpus(24, false);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct stance_train_options options = grid_options(1);
        char *member = (char *)&options + cases[i].offset;
        if (cases[i].grid != NULL) {
            options.c_grid = cases[i].grid;
            options.n_c_grid = cases[i].grid == bad_grid ? 2 : 1;
        } else if (cases[i].offset == offsetof(struct stance_train_options, n_c_grid)) {
            options.n_c_grid = 0;
        } else if (cases[i].number != 0.0 || cases[i].offset == offsetof(struct stance_train_options, training_share)) {
            memcpy(member, &cases[i].number, sizeof cases[i].number);
        } else {
            memcpy(member, &cases[i].whole, sizeof cases[i].whole);
        }
        struct stance_model *model = NULL;
        if (stance_train(&model, NULL, corpus, &options, &error) != STANCE_ERROR_ARGUMENT || model != NULL) {
            fail_msg("case %zu, %s, is not refused", i, cases[i].name);
        }
    }
    struct stance_train_options options = grid_options(1);
    struct stance_model *model = NULL;
    options.c_grid = NULL;
    assert_int_equal(stance_train(&model, NULL, corpus, &options, &error), STANCE_ERROR_ARGUMENT);
    stance_corpus_free(corpus);
}

static void test_presets(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_train_options words, full;
    assert_ok(stance_train_options_init(&words, "words", &error));
    assert_ok(stance_train_options_init(&full, "default", &error));
    const struct stance_feature_options of_words = words.features, of_full = full.features;
    assert_true(of_words.word_min == 1 && of_words.word_max == 2 && of_words.char_max == 0 && of_words.min_df == 1);
    assert_true(of_words.boundaries && of_words.idf && of_words.normalise && !of_words.negation);
    assert_true(of_full.word_min == 1 && of_full.word_max == 2 && of_full.char_min == 3 && of_full.char_max == 5);
    assert_true(of_full.boundaries && of_full.idf && of_full.normalise && of_full.negation && of_full.min_df == 1);
    assert_true(full.c == 0.0 && full.n_c_grid > 1 && full.n_folds == 0 && full.training_share == 1.0);
    assert_int_equal(stance_train_options_init(&full, "no such", &error), STANCE_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "'no such'"));
}

static struct stance_head_info train_head(const struct stance_corpus *corpus, const struct stance_train_options *options) {
    struct stance_error error;
    struct stance_model *model = NULL;
    struct stance_head_info head;
    assert_ok(stance_train(&model, NULL, corpus, options, &error));
    assert_ok(stance_model_head(model, 0, &head, &error));
    stance_model_free(model);
    return head;
}

static void count_warning(void *user, const char *message) {
    size_t *n = user;
    assert_non_null(strstr(message, "stopped after 1000 passes"));
    ++*n;
}

/* Records that contradict each other never fit at a great cost: coordinate descent stops, and says so once. */
static void test_warns_of_unfinished(void **state) {
    (void)state;
    static const double costs[] = {1.0, 1e9};
    struct stance_corpus *corpus = make_corpus(N, false);
    for (size_t i = 0; i < 40; i++) {
        add_record(corpus, i % 3 == 0 ? "accusation" : "denial", "", i % 2 == 0 ? "one and the same" : "the same and one");
    }
    for (size_t i = 0; i < 2; i++) {
        struct stance_error error;
        struct stance_evaluation *evaluation = NULL;
        struct stance_train_options options = quick_options();
        size_t n_warnings = 0;
        options.solver = STANCE_SOLVER_DCD;
        options.c = costs[i];
        options.warning = count_warning;
        options.warning_user = &n_warnings;
        (void)train_head(corpus, &options);
        assert_int_equal(n_warnings, i);
        const struct stance_evaluate_options judging = {.n_threads = 1};
        assert_ok(stance_cross_validate(&evaluation, corpus, &options, &judging, &error));
        assert_int_equal(n_warnings, 2 * i);
        options.warning = NULL;
        (void)train_head(corpus, &options);
        stance_evaluation_free(evaluation);
    }
    stance_corpus_free(corpus);
}

/* A record a group; every second has the label, where "good" is said, or "bad" in every tenth. */
static struct stance_corpus *make_large_corpus(size_t n) {
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    assert_ok(stance_corpus_new(&corpus, &error));
    for (size_t i = 0; i < n; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "%s %zu", (i % 2 == 0) != (i % 20 < 2) ? "good" : "bad", i);
        add_record(corpus, i % 2 == 0 ? "a" : "", "", text);
    }
    return corpus;
}

struct held_out_case {
    size_t n;
    unsigned n_folds, n_threads, folds_told;
    size_t n_least, n_most; /* records with figures */
};

/* A tenth of many records is held out once, whatever the number of threads, unless folds are asked for. */
static void test_tenth_held_out(void **state) {
    (void)state;
    static const struct held_out_case cases[] = {
        {.n = 40000, .n_threads = 1, .folds_told = 1, .n_least = 3990, .n_most = 4010},
        {.n = 40000, .n_threads = 2, .folds_told = 1, .n_least = 3990, .n_most = 4010},
        {.n = 40000, .n_folds = 3, .n_threads = 1, .folds_told = 3, .n_least = 40000, .n_most = 40000},
        {.n = 39999, .n_threads = 1, .folds_told = STANCE_FOLDS_DEFAULT, .n_least = 39999, .n_most = 39999},
    };
    double bias[2] = {0.0, 0.0}, slope[2] = {0.0, 0.0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stance_error error;
        struct stance_model *model = NULL;
        struct stance_evaluation *evaluation = NULL;
        struct stance_evaluation_figures figures;
        struct stance_model_info info;
        struct stance_head_info head;
        struct stance_corpus *corpus = make_large_corpus(cases[i].n);
        struct stance_train_options options = quick_options();
        options.solver = STANCE_SOLVER_DCD;
        options.features.min_df = 2;
        options.n_folds = cases[i].n_folds;
        options.n_threads = cases[i].n_threads;
        assert_ok(stance_train(&model, &evaluation, corpus, &options, &error));
        stance_evaluation_figures(evaluation, &figures);
        assert_int_equal(figures.n_folds, cases[i].folds_told);
        assert_in_range(figures.n_records, cases[i].n_least, cases[i].n_most);
        assert_near(figures.macro_f1.value, 0.9, 0.02);
        stance_model_info(model, &info);
        assert_int_equal(info.n_records, cases[i].n);
        assert_true((strstr(info.provenance, "\"folds\":1,\"held_out_share\":0.1,") != NULL) == (cases[i].folds_told == 1));
        assert_ok(stance_model_head(model, 0, &head, &error));
        bias[i % 2] = head.bias;
        slope[i % 2] = head.platt_a;
        assert_true(i != 1 || (bias[0] == bias[1] && slope[0] == slope[1])); // NOLINT: equal to the last bit
        stance_evaluation_free(evaluation);
        stance_model_free(model);
        stance_corpus_free(corpus);
    }
}

/* Of costs that rank equally well, here without a fault, the first is taken. */
static void test_chosen_cost(void **state) {
    (void)state;
    static const double grids[][2] = {{2.0, 1.0}, {1.0, 2.0}};
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    assert_ok(stance_corpus_new(&corpus, &error));
    for (size_t i = 0; i < 60; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "%s text %zu", i % 2 == 0 ? "good" : "bad", i);
        add_record(corpus, i % 2 == 0 ? "a" : "", "", text);
    }
    for (size_t i = 0; i < 2; i++) {
        struct stance_train_options options = grid_options(1);
        options.c_grid = grids[i];
        assert_near(train_head(corpus, &options).c, grids[i][0], 0.0);
    }
    stance_corpus_free(corpus);
}

/* Certainty costs a higher threshold. */
static void test_wanted_precision(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = make_corpus(N, false);
    struct stance_train_options options = grid_options(2);
    options.c = 1.0;
    const double by_f1 = train_head(corpus, &options).threshold;
    options.wanted_precision = 1.0;
    const double certain = train_head(corpus, &options).threshold;
    options.wanted_precision = 0.5;
    const double unsure = train_head(corpus, &options).threshold;
    assert_true(unsure < by_f1 && by_f1 <= certain); /* the same gap, where few are hard to tell */
    struct stance_model *model = NULL;
    struct stance_evaluation *evaluation = NULL;
    struct stance_label_figures figures;
    assert_ok(stance_train(&model, &evaluation, corpus, &options, &error));
    assert_ok(stance_evaluation_label(evaluation, 0, &figures, &error));
    assert_near(figures.precision.value, 0.5, 0.1); /* by thresholds of the other folds */
    assert_near(figures.threshold, unsure, 0.0);
    stance_evaluation_free(evaluation);
    stance_model_free(model);
    stance_corpus_free(corpus);
}

struct bad_corpus_case {
    const char *labels[6];
    const char *groups; /* a letter a record */
    const char *message;
};

static void test_unusable_corpora(void **state) {
    (void)state;
    static const struct bad_corpus_case cases[] = {
        {{NULL}, "", "no records"},
        {{"", ""}, "xy", "no record has a label"},
        {{"a", "a", "b", "b", ""}, "xyzzw", "label 'b' is on records of 1 group, and missing from records of 3"},
        {{"a", "a"}, "xy", "label 'a' is on records of 2 groups, and missing from records of 0"},
        {{"a", "a", "", ""}, "xxyz", "label 'a' is on records of 1 group, and missing from records of 2"},
        {{"a", "a", "", ""}, "xyzz", "label 'a' is on records of 2 groups, and missing from records of 1"},
        {{"a", "b", "a", "b"}, "xxyy", "4 folds cannot be made of 2 groups"},
    };
    const struct stance_train_options options = grid_options(1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct stance_error error;
        struct stance_corpus *corpus = NULL;
        struct stance_model *model = NULL;
        assert_ok(stance_corpus_new(&corpus, &error));
        for (size_t k = 0; k < strlen(cases[i].groups); k++) {
            char text[32];
            (void)snprintf(text, sizeof text, "text %zu", k);
            add_record(corpus, cases[i].labels[k], (const char[]){cases[i].groups[k], '\0'}, text);
        }
        assert_int_equal(stance_train(&model, NULL, corpus, &options, &error), STANCE_ERROR_CORPUS);
        assert_null(model);
        if (strstr(error.message, cases[i].message) == NULL) {
            fail_msg("case %zu says: %s", i, error.message);
        }
        stance_corpus_free(corpus);
    }
}

/* Of two groups each speaks against the other, so that what is learned from one is wrong on the other. No model ships such a head;
 * cross-validation gives every record the label's share. */
static void test_head_that_is_inverted(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    assert_ok(stance_corpus_new(&corpus, &error));
    for (size_t i = 0; i < 40; i++) {
        char text[32];
        const bool second = i >= 20, alpha = i % 2 == 0;
        (void)snprintf(text, sizeof text, "%s %zu", alpha ? "alpha" : "beta", i);
        add_record(corpus, alpha != second ? "a" : "", second ? "two" : "one", text);
    }
    struct stance_train_options options = grid_options(1);
    options.n_folds = 2;
    struct stance_model *model = NULL;
    struct stance_evaluation *evaluation = NULL;
    assert_int_equal(stance_train(&model, NULL, corpus, &options, &error), STANCE_ERROR_CORPUS);
    assert_null(model);
    assert_non_null(strstr(error.message, "label 'a'"));
    const struct stance_evaluate_options judging = {.n_bootstrap = 0};
    assert_ok(stance_cross_validate(&evaluation, corpus, &options, &judging, &error));
    for (size_t i = 0; i < 40; i++) {
        const double *probabilities;
        const bool *predicted, *truth;
        assert_ok(stance_evaluation_record(evaluation, i, &probabilities, &predicted, &truth, &error));
        assert_near(probabilities[0], 0.5, 1e-12);
    }
    stance_evaluation_free(evaluation);
    stance_corpus_free(corpus);
}

/* Out of fold, too, an exclusive prediction is one label, the most probable one, and mostly right. */
static void test_exclusive_out_of_fold(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = make_corpus(N, true);
    const struct stance_train_options options = grid_options(2);
    const struct stance_evaluate_options judging = {.n_bootstrap = 0};
    struct stance_evaluation *evaluation = NULL;
    struct stance_evaluation_figures figures;
    assert_ok(stance_cross_validate(&evaluation, corpus, &options, &judging, &error));
    stance_evaluation_figures(evaluation, &figures);
    assert_true(figures.exclusive && figures.accuracy.value > 0.9);
    for (size_t i = 0; i < N; i++) {
        const double *p;
        const bool *predicted, *truth;
        assert_ok(stance_evaluation_record(evaluation, i, &p, &predicted, &truth, &error));
        assert_near(p[0] + p[1] + p[2], 1.0, 1e-12);
        assert_int_equal(predicted[0] + predicted[1] + predicted[2], 1);
        for (size_t label = 0; label < 3; label++) {
            assert_true(!predicted[label] || p[label] >= fmax(p[0], fmax(p[1], p[2])));
        }
    }
    stance_evaluation_free(evaluation);
    stance_corpus_free(corpus);
}

/* What is said of a record in an evaluation is what a session says of its text. */
static void test_evaluates_what_scores(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_model *model = NULL;
    struct stance_session *session = NULL;
    struct stance_evaluation *evaluation = NULL;
    train_on(&model, NULL, false, 2);
    struct stance_corpus *corpus = make_corpus(N, false);
    const struct stance_evaluate_options options = {.n_bootstrap = 0, .n_threads = 3};
    assert_ok(stance_evaluate(&evaluation, model, corpus, &options, &error));
    assert_ok(stance_session_new(&session, model, &error));
    for (size_t i = 0; i < N; i++) {
        const struct stance_string text = corpus_text(corpus, i);
        struct stance_result result;
        const double *probabilities;
        const bool *predicted, *truth;
        assert_ok(stance_session_score(session, text.data, text.len, &result, &error));
        assert_ok(stance_evaluation_record(evaluation, i, &probabilities, &predicted, &truth, &error));
        assert_memory_equal(probabilities, result.probability, 2 * sizeof *probabilities);
        assert_memory_equal(predicted, result.predicted, 2 * sizeof *predicted);
        assert_true(truth[0] == (i % 3 == 0 && i % 23 != 0));
        assert_true(truth[1] == (i % 3 == 1 || i % 23 == 0));
    }
    const double *none;
    const bool *no_flags;
    assert_int_equal(stance_evaluation_record(evaluation, N, &none, &no_flags, &no_flags, &error), STANCE_ERROR_ARGUMENT);
    stance_session_free(session);
    stance_evaluation_free(evaluation);
    stance_corpus_free(corpus);
    stance_model_free(model);
}

static int cancel_second(void *user, const char *stage, size_t done, size_t total) {
    (void)stage;
    (void)done;
    (void)total;
    return ++*(int *)user >= 2;
}

static void test_cancel(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = make_corpus(N, false);
    struct stance_train_options options = grid_options(2);
    struct stance_model *model = NULL;
    int calls = 0;
    options.progress = cancel_second;
    options.progress_user = &calls;
    assert_int_equal(stance_train(&model, NULL, corpus, &options, &error), STANCE_ERROR_CANCELLED);
    assert_null(model);
    stance_corpus_free(corpus);
}

struct stages {
    char last[64];
    char cancels_in[64];
};

static int follow(void *user, const char *stage, size_t done, size_t total) {
    struct stages *stages = user;
    assert_true(done <= total);
    (void)snprintf(stages->last, sizeof stages->last, "%s", stage);
    return strncmp(stage, stages->cancels_in, strlen(stages->cancels_in)) == 0;
}

/* In every long stage, the figures' among them, a wish to stop is heard, and no model is left. */
static void test_cancel_in_any_stage(void **state) {
    (void)state;
    static const char *const names[] = {"features", "cross-validation", "the model", "intervals"};
    struct stance_corpus *corpus = make_corpus(N, false);
    struct stance_train_options options = grid_options(2);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct stance_error error;
        struct stages stages = {.last = ""};
        struct stance_model *model = NULL;
        struct stance_evaluation *evaluation = NULL;
        (void)snprintf(stages.cancels_in, sizeof stages.cancels_in, "%s", names[i]);
        options.progress = follow;
        options.progress_user = &stages;
        assert_int_equal(stance_train(&model, &evaluation, corpus, &options, &error), STANCE_ERROR_CANCELLED);
        assert_memory_equal(stages.last, names[i], strlen(names[i]));
        assert_null(model);
        assert_null(evaluation);
    }
    stance_corpus_free(corpus);
}

/* --- Evaluation --- */

static void test_evaluate_model(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_model *model = NULL;
    struct stance_evaluation *evaluation = NULL;
    train_on(&model, NULL, true, 2);
    struct stance_corpus *corpus = make_corpus(N, true);
    struct stance_evaluate_options options;
    stance_evaluate_options_init(&options);
    options.n_bootstrap = 50;
    assert_ok(stance_evaluate(&evaluation, model, corpus, &options, &error));
    struct stance_evaluation_figures figures;
    stance_evaluation_figures(evaluation, &figures);
    assert_true(figures.exclusive && figures.n_labels == 3 && figures.n_records == N);
    size_t n = 0;
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 3; k++) {
            n += stance_evaluation_confusion(evaluation, i, k);
        }
    }
    assert_int_equal(n, N);
    stance_evaluation_free(evaluation);
    add_record(corpus, "unheard", "", "of a label that the model does not have");
    assert_int_equal(stance_evaluate(&evaluation, model, corpus, &options, &error), STANCE_ERROR_CORPUS);
    stance_corpus_free(corpus);
    stance_model_free(model);
}

static bool same_name(const struct stance_feature *a, const struct stance_feature *b) {
    return a->name.len == b->name.len && memcmp(a->name.data, b->name.data, a->name.len) == 0;
}

/* The ids in `vectors` of a model's features: the same names, in another order. */
static uint32_t *map_ids(const struct stance_model *model, const struct stance_vectors *vectors) {
    struct stance_error error;
    struct stance_model_info info;
    stance_model_info(model, &info);
    uint32_t *ids = calloc(info.n_features, sizeof *ids);
    assert_non_null(ids);
    assert_int_equal(info.n_features, stance_vectors_n_features(vectors));
    for (size_t id = 0; id < info.n_features; id++) {
        struct stance_feature own, other = {.idf = 0.0};
        assert_ok(stance_model_feature(model, id, &own, &error));
        do {
            assert_ok(stance_vectors_feature(vectors, ids[id]++, &other, &error));
        } while (!same_name(&own, &other));
        ids[id]--;
    }
    return ids;
}

/* A model's own vectors are those of the design matrix that it was trained on. */
static void test_vectors(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = make_corpus(N, false);
    const struct stance_train_options options = grid_options(1);
    struct stance_model *model = NULL;
    struct stance_vectors *vectors = NULL;
    struct stance_session *session = NULL;
    assert_ok(stance_train(&model, NULL, corpus, &options, &error));
    assert_ok(stance_vectors_new(&vectors, corpus, &options.features, &error));
    assert_ok(stance_session_new(&session, model, &error));
    uint32_t *ids = map_ids(model, vectors);
    double *dense = calloc(stance_vectors_n_features(vectors), sizeof *dense);
    assert_non_null(dense);
    for (size_t i = 0; i < N; i++) {
        const struct stance_string text = corpus_text(corpus, i);
        struct stance_vector a, b;
        assert_ok(stance_vectors_record(vectors, i, &a, &error));
        assert_ok(stance_session_vector(session, text.data, text.len, &b, &error));
        assert_int_equal(a.n, b.n);
        for (size_t k = 0; k < a.n; k++) {
            dense[a.ids[k]] = a.values[k];
        }
        for (size_t k = 0; k < b.n; k++) { /* training keeps values in single precision */
            assert_near(dense[ids[b.ids[k]]], b.values[k], 1e-7);
            dense[ids[b.ids[k]]] = 0.0;
        }
    }
    free(dense);
    free(ids);
    stance_session_free(session);
    stance_vectors_free(vectors);
    stance_model_free(model);
    stance_corpus_free(corpus);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_corpus_summary),
        cmocka_unit_test(test_bad_label),
        cmocka_unit_test(test_label_limits),
        cmocka_unit_test(test_folds_keep_groups_and_spread_labels),
        cmocka_unit_test(test_folds_spread_every_kind),
        cmocka_unit_test(test_same_bytes_for_any_threads_and_locale),
        cmocka_unit_test(test_learns),
        cmocka_unit_test(test_label_follows_probability),
        cmocka_unit_test(test_chance_stays_chance),
        cmocka_unit_test(test_no_leakage),
        cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_presets),
        cmocka_unit_test(test_tenth_held_out),
        cmocka_unit_test(test_warns_of_unfinished),
        cmocka_unit_test(test_chosen_cost),
        cmocka_unit_test(test_wanted_precision),
        cmocka_unit_test(test_unusable_corpora),
        cmocka_unit_test(test_head_that_is_inverted),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_cancel_in_any_stage),
        cmocka_unit_test(test_evaluate_model),
        cmocka_unit_test(test_exclusive_out_of_fold),
        cmocka_unit_test(test_evaluates_what_scores),
        cmocka_unit_test(test_vectors),
    };
    return cmocka_run_group_tests_name("train", tests, NULL, NULL);
}
