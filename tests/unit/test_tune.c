/* The search among ways of training, on a corpus where one set of features plainly wins. */
#include "check.h"

#include "corpus.h"
#include "fold.h"
#include "model.h"

enum { N = 120 };

/* Every record has a word of its own; only its ending tells the label. With `luck` nothing does. */
static struct stance_corpus *endings_corpus(bool luck) {
    static const char *const endings[] = {"ovsk", "borg"};
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    assert_ok(stance_corpus_new(&corpus, &error));
    for (unsigned i = 0; i < N; i++) {
        char text[64], group[16];
        const unsigned kind = (i * 7 + i / 9) % 2, other = (i * 2654435761U >> 13) % 2;
        (void)snprintf(text, sizeof text, "they met at %c%c%s", 'a' + (int)(i % 26), 'a' + (int)(i / 26),
                       endings[luck ? other : kind]);
        (void)snprintf(group, sizeof group, "%u", i / 2);
        add_record(corpus, kind == 0 ? "east" : "west", group, text);
    }
    return corpus;
}

static const struct stance_tune_features WORDS = {
    .name = "words", .options = {.word_min = 1, .word_max = 1, .idf = true, .normalise = true, .min_df = 1}};
static const struct stance_tune_features CHARS = {
    .name = "characters",
    .options = {.word_min = 1, .word_max = 1, .char_min = 3, .char_max = 4, .idf = true, .normalise = true, .min_df = 1}};

static struct stance_train_options search_options(unsigned n_threads) {
    static const double costs[] = {0.25, 1.0};
    struct stance_error error;
    struct stance_train_options options;
    assert_ok(stance_train_options_init(&options, "default", &error));
    options.c_grid = costs;
    options.n_c_grid = 2;
    options.n_folds = 4;
    options.n_threads = n_threads;
    return options;
}

static const double NO_LOG_COUNTS[] = {0.0};

static struct stance_tune_options grid_of(const struct stance_tune_features *features, size_t n) {
    struct stance_tune_options grid;
    stance_tune_options_init(&grid);
    grid.features = features;
    grid.n_features = n;
    grid.log_counts = NO_LOG_COUNTS;
    grid.n_log_counts = 1;
    return grid;
}

static struct stance_tuning *search(const struct stance_corpus *corpus, const struct stance_tune_features *features, size_t n,
                                    unsigned n_threads) {
    struct stance_error error;
    struct stance_tuning *tuning = NULL;
    const struct stance_train_options options = search_options(n_threads);
    const struct stance_tune_options grid = grid_of(features, n);
    assert_ok(stance_tune(&tuning, corpus, &options, &grid, &error));
    return tuning;
}

static struct stance_tuning_combination combination_of(const struct stance_tuning *tuning, size_t number) {
    struct stance_error error;
    struct stance_tuning_combination combination;
    assert_ok(stance_tuning_combination(tuning, number, &combination, &error));
    return combination;
}

static void test_the_better_features_win(void **state) {
    (void)state;
    const struct stance_tune_features orders[][2] = {{WORDS, CHARS}, {CHARS, WORDS}};
    struct stance_corpus *corpus = endings_corpus(false);
    for (size_t order = 0; order < 2; order++) {
        struct stance_tuning *tuning = search(corpus, orders[order], 2, 2);
        size_t n_chosen = 0;
        double best = 0.0;
        assert_int_equal(stance_tuning_n_combinations(tuning), 8); /* features, class weights, costs */
        for (size_t i = 0; i < 8; i++) {
            const struct stance_tuning_combination combination = combination_of(tuning, i);
            assert_string_equal(combination.features->name, orders[order][i / 4].name);
            assert_int_equal(combination.class_weight, i / 2 % 2 == 0 ? STANCE_WEIGHT_BALANCED : STANCE_WEIGHT_NONE);
            assert_near(combination.c, i % 2 == 0 ? 0.25 : 1.0, 0.0);
            n_chosen += combination.chosen;
            assert_true(!combination.chosen || combination.features->options.char_max == 4);
            assert_true(!combination.chosen || combination.macro_f1 > best); /* of equals the first */
            best = fmax(best, combination.macro_f1);
        }
        assert_int_equal(n_chosen, 1);
        assert_true(best > 0.99);
        stance_tuning_free(tuning);
    }
    stance_corpus_free(corpus);
}

/* The spread by another way: the records of each fold judged by themselves. */
static double spread_of(const struct stance_corpus *corpus, const struct stance_evaluation *evaluation, unsigned n_folds) {
    struct stance_error error;
    struct dataset dataset;
    uint8_t fold[N];
    double figures[8], mean = 0.0, squares = 0.0;
    assert_ok(dataset_new(&dataset, corpus, &error));
    assert_ok(fold_deal(fold, &dataset, n_folds, 1, &error));
    for (unsigned f = 0; f < n_folds; f++) {
        size_t records[N], n = 0;
        struct stance_evaluation *subset = NULL;
        struct stance_evaluation_figures of_fold;
        for (size_t i = 0; i < N; i++) {
            records[n] = i;
            n += fold[i] == f;
        }
        assert_ok(
            stance_evaluation_subset(&subset, evaluation, records, n, &(struct stance_evaluate_options){.n_bootstrap = 0}, &error));
        stance_evaluation_figures(subset, &of_fold);
        figures[f] = of_fold.macro_f1.value;
        mean += figures[f] / n_folds;
        stance_evaluation_free(subset);
    }
    for (unsigned f = 0; f < n_folds; f++) {
        squares += (figures[f] - mean) * (figures[f] - mean);
    }
    dataset_free(&dataset);
    return sqrt(squares / (n_folds - 1));
}

static void test_figures_are_those_of_cross_validation(void **state) {
    (void)state;
    struct stance_error error;
    size_t n_spread = 0;
    for (int exclusive = 0; exclusive < 2; exclusive++) {
        struct stance_corpus *corpus = make_corpus(N, exclusive == 1);
        struct stance_tuning *tuning = search(corpus, &WORDS, 1, 2);
        for (size_t i = 0; i < stance_tuning_n_combinations(tuning); i++) {
            const struct stance_tuning_combination combination = combination_of(tuning, i);
            struct stance_train_options options = search_options(1);
            struct stance_evaluation *evaluation = NULL;
            struct stance_evaluation_figures figures;
            options.features = combination.features->options;
            options.class_weight = combination.class_weight;
            options.c = combination.c;
            assert_ok(
                stance_cross_validate(&evaluation, corpus, &options, &(struct stance_evaluate_options){.n_bootstrap = 0}, &error));
            stance_evaluation_figures(evaluation, &figures);
            assert_near(combination.macro_f1, figures.macro_f1.value, 1e-12);
            assert_near(combination.spread, spread_of(corpus, evaluation, options.n_folds), 1e-12);
            n_spread += combination.spread > 0.0;
            stance_evaluation_free(evaluation);
        }
        stance_tuning_free(tuning);
        stance_corpus_free(corpus);
    }
    assert_true(n_spread > 0);
}

/* Every share is a training of its own; those that are tried where none are given depend on the solver and the corpus. */
static void test_shares_of_log_count_ratios_are_searched(void **state) {
    (void)state;
    static const double shares[] = {0.0, 0.25};
    struct stance_error error;
    struct stance_corpus *corpus = endings_corpus(true);
    struct stance_train_options options = search_options(2);
    struct stance_tune_options grid = grid_of(&CHARS, 1);
    size_t n_changed = 0;
    grid.log_counts = NULL;
    grid.n_log_counts = 0;
    for (int solver = 0; solver < 3; solver++) {
        struct stance_tuning *tuning = NULL;
        options.solver = (enum stance_solver)solver;
        assert_ok(stance_tune(&tuning, corpus, &options, &grid, &error));
        assert_int_equal(stance_tuning_n_combinations(tuning), 8); /* class weights, shares, costs */
        for (size_t i = 0; i < 8; i++) {
            const struct stance_tuning_combination combination = combination_of(tuning, i);
            struct stance_train_options alone = options;
            struct stance_evaluation *evaluation = NULL;
            struct stance_evaluation_figures figures;
            assert_near(combination.log_count, shares[i / 2 % 2], 0.0);
            alone.features = combination.features->options;
            alone.class_weight = combination.class_weight;
            alone.log_count = shares[i / 2 % 2];
            alone.c = combination.c;
            assert_ok(
                stance_cross_validate(&evaluation, corpus, &alone, &(struct stance_evaluate_options){.n_bootstrap = 0}, &error));
            stance_evaluation_figures(evaluation, &figures);
            assert_near(combination.macro_f1, figures.macro_f1.value, 1e-12);
            n_changed += i / 2 % 2 == 1 && combination.macro_f1 != combination_of(tuning, i - 2).macro_f1;
            stance_evaluation_free(evaluation);
        }
        stance_tuning_free(tuning);
    }
    assert_true(n_changed > 0);
    stance_corpus_free(corpus);
}

static void test_the_share_that_is_chosen_is_applied(void **state) {
    (void)state;
    static const double share[] = {0.5};
    struct stance_error error;
    struct stance_corpus *corpus = endings_corpus(false);
    struct stance_train_options options = search_options(1);
    struct stance_tune_options grid = grid_of(&CHARS, 1);
    struct stance_tuning *tuning = NULL;
    grid.log_counts = share;
    assert_ok(stance_tune(&tuning, corpus, &options, &grid, &error));
    assert_int_equal(stance_tuning_n_combinations(tuning), 4);
    stance_tuning_apply(tuning, &options);
    assert_near(options.log_count, 0.5, 0.0);
    stance_tuning_free(tuning);
    stance_corpus_free(corpus);
}

/* The 5,000 records up to which libsvm is quick with them. */
static void test_libsvm_with_many_records_goes_without(void **state) {
    (void)state;
    static const double cost[] = {1.0};
    struct stance_error error;
    for (size_t extra = 0; extra < 2; extra++) {
        struct stance_corpus *corpus = NULL;
        struct stance_tuning *tuning = NULL;
        struct stance_train_options options = search_options(2);
        struct stance_tune_options grid = grid_of(&WORDS, 1);
        grid.n_log_counts = 0;
        grid.n_class_weights = 1;
        options.c_grid = cost;
        options.n_c_grid = 1;
        options.n_folds = 2;
        assert_ok(stance_corpus_new(&corpus, &error));
        for (size_t i = 0; i < 5000 + extra; i++) {
            char text[64], group[16];
            (void)snprintf(text, sizeof text, "%s on day %zu", i % 2 == 0 ? "sunrise" : "sunset",
                           i); /* equal texts are one group */
            (void)snprintf(group, sizeof group, "%zu", i / 2);
            add_record(corpus, i % 2 == 0 ? "east" : "west", group, text);
        }
        assert_ok(stance_tune(&tuning, corpus, &options, &grid, &error));
        assert_int_equal(stance_tuning_n_combinations(tuning), extra == 0 ? 2 : 1);
        stance_tuning_free(tuning);
        stance_corpus_free(corpus);
    }
}

static void train_tuned(struct stance_model **model, unsigned n_threads) {
    static const struct stance_tune_features both[] = {WORDS, CHARS};
    struct stance_error error;
    struct stance_corpus *corpus = endings_corpus(false);
    struct stance_tuning *tuning = search(corpus, both, 2, n_threads);
    struct stance_train_options options = search_options(n_threads);
    stance_tuning_apply(tuning, &options);
    assert_ok(stance_train(model, NULL, corpus, &options, &error));
    stance_tuning_free(tuning);
    stance_corpus_free(corpus);
}

static void test_choice_and_grid_stand_in_the_provenance(void **state) {
    (void)state;
    struct stance_model *one = NULL, *four = NULL;
    struct stance_model_info info;
    train_tuned(&one, 1);
    train_tuned(&four, 4);
    assert_int_equal(one->len, four->len);
    assert_memory_equal(one->bytes, four->bytes, one->len);
    stance_model_info(one, &info);
    assert_int_equal(info.features.char_max, 4);
    assert_non_null(strstr(info.provenance, "\"c_chosen\":false"));
    assert_non_null(strstr(info.provenance,
                           "\"tuned_from\":{\"features\":[\"words\",\"characters\"],"
                           "\"class_weight\":[\"balanced\",\"none\"],\"log_count\":[0],\"c\":[0.25,1],\"chosen\":\"characters\","
                           "\"macro_f1\":"));
    stance_model_free(one);
    stance_model_free(four);
}

static double nested(const struct stance_corpus *corpus, unsigned n_threads) {
    static const struct stance_tune_features both[] = {WORDS, CHARS};
    struct stance_error error;
    struct stance_evaluation *evaluation = NULL;
    struct stance_evaluation_figures figures;
    const struct stance_train_options options = search_options(n_threads);
    const struct stance_tune_options grid = grid_of(both, 2);
    const struct stance_evaluate_options judging = {.n_bootstrap = 0};
    assert_ok(stance_cross_validate_tuned(&evaluation, corpus, &options, &grid, &judging, &error));
    stance_evaluation_figures(evaluation, &figures);
    assert_int_equal(figures.n_records, N);
    assert_int_equal(figures.n_groups, N / 2);
    stance_evaluation_free(evaluation);
    return figures.macro_f1.value;
}

static void test_nested_folds_judge_what_the_search_did_not_see(void **state) {
    (void)state;
    static const struct stance_tune_features both[] = {WORDS, CHARS};
    struct stance_corpus *sense = endings_corpus(false), *luck = endings_corpus(true);
    struct stance_tuning *tuning = search(luck, both, 2, 1);
    double best = 0.0;
    for (size_t i = 0; i < stance_tuning_n_combinations(tuning); i++) {
        best = fmax(best, combination_of(tuning, i).macro_f1);
    }
    assert_true(nested(sense, 1) > 0.99);
    assert_true(nested(luck, 1) < best); /* the best of many is luck in part */
    assert_near(nested(luck, 1), nested(luck, 3), 0.0);
    stance_tuning_free(tuning);
    stance_corpus_free(sense);
    stance_corpus_free(luck);
}

struct watch {
    size_t n_calls, done, total, cancel_at; /* 0: never */
};

static int watch_progress(void *user, const char *stage, size_t done, size_t total) {
    struct watch *watch = user;
    if (strcmp(stage, "search") != 0) {
        return 0;
    }
    assert_true(done >= watch->done && done <= total && (watch->total == 0 || total == watch->total));
    watch->done = done;
    watch->total = total;
    return ++watch->n_calls == watch->cancel_at;
}

static void test_progress_and_cancelling(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = endings_corpus(false);
    struct stance_tuning *tuning = NULL;
    struct watch watch = {0};
    struct stance_train_options options = search_options(1);
    const struct stance_tune_options grid = grid_of(&WORDS, 1);
    options.progress = watch_progress;
    options.progress_user = &watch;
    assert_ok(stance_tune(&tuning, corpus, &options, &grid, &error));
    assert_int_equal(watch.total, 2 * 4 * 2 * 2); /* class weights, folds, labels, costs */
    assert_int_equal(watch.done, watch.total);
    stance_tuning_free(tuning);
    watch = (struct watch){.cancel_at = watch.n_calls / 2 + 1};
    tuning = NULL;
    assert_int_equal(stance_tune(&tuning, corpus, &options, &grid, &error), STANCE_ERROR_CANCELLED);
    assert_null(tuning);
    stance_corpus_free(corpus);
}

static void test_what_cannot_be_searched(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = endings_corpus(false);
    struct stance_tuning *tuning = NULL;
    struct stance_tuning_combination combination;
    struct stance_train_options options = search_options(1);
    struct stance_tune_options grid = grid_of(NULL, 0);
    assert_int_equal(stance_tune(&tuning, corpus, &options, &grid, &error), STANCE_ERROR_ARGUMENT);
    grid = grid_of(&WORDS, 1);
    grid.n_class_weights = 0;
    assert_int_equal(stance_tune(&tuning, corpus, &options, &grid, &error), STANCE_ERROR_ARGUMENT);
    grid = grid_of(&WORDS, 1);
    options.n_c_grid = 0;
    assert_int_equal(stance_tune(&tuning, corpus, &options, &grid, &error), STANCE_ERROR_ARGUMENT);
    options.c_grid = NULL;
    options.c = -1.0;
    assert_int_equal(stance_tune(&tuning, corpus, &options, &grid, &error), STANCE_ERROR_ARGUMENT);
    options.c = 2.0; /* one that is given is no choice, and enough */
    assert_ok(stance_tune(&tuning, corpus, &options, &grid, &error));
    assert_int_equal(stance_tuning_n_combinations(tuning), 2);
    assert_near(combination_of(tuning, 1).c, 2.0, 0.0);
    assert_int_equal(stance_tuning_combination(tuning, 2, &combination, &error), STANCE_ERROR_ARGUMENT);
    stance_tuning_free(tuning);
    stance_tuning_free(NULL);
    stance_corpus_free(corpus);
}

static void test_presets_have_names(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_train_options options;
    size_t n = 0;
    for (; stance_train_preset(n) != NULL; n++) {
        assert_ok(stance_train_options_init(&options, stance_train_preset(n), &error));
    }
    assert_int_equal(n, 3);
    assert_string_equal(stance_train_preset(0), "default");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_better_features_win),
        cmocka_unit_test(test_figures_are_those_of_cross_validation),
        cmocka_unit_test(test_shares_of_log_count_ratios_are_searched),
        cmocka_unit_test(test_the_share_that_is_chosen_is_applied),
        cmocka_unit_test(test_libsvm_with_many_records_goes_without),
        cmocka_unit_test(test_choice_and_grid_stand_in_the_provenance),
        cmocka_unit_test(test_nested_folds_judge_what_the_search_did_not_see),
        cmocka_unit_test(test_progress_and_cancelling),
        cmocka_unit_test(test_what_cannot_be_searched),
        cmocka_unit_test(test_presets_have_names),
    };
    return cmocka_run_group_tests_name("tune", tests, NULL, NULL);
}
