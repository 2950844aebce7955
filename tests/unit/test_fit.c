/* Decision values out of fold do not know what is held out. */
#include "check.h"

#include "fit.h"

enum { N = 120, N_FOLDS = 4 };

/* The records of make_corpus; in fold 0 labels are turned over, and every second of its records says something else. */
static struct stance_corpus *change_fold(const struct stance_corpus *from, bool changed) {
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    assert_ok(stance_corpus_new(&corpus, &error));
    for (size_t i = 0; i < N; i++) {
        const struct stance_string bytes = corpus_text(from, i);
        char text[256];
        const bool is_held_out = i % N_FOLDS == 0, positive = i % 3 == 0;
        if (changed && is_held_out && i % (2 * N_FOLDS) == 0) {
            (void)snprintf(text, sizeof text, "the envoy accused the treaty of other words and the treaty of words %zu", i);
        } else {
            (void)snprintf(text, sizeof text, "%.*s", (int)bytes.len, bytes.data);
        }
        add_record(corpus, positive != (changed && is_held_out) ? "a" : "b", "", text);
    }
    return corpus;
}

static void decide(double *decision, const struct stance_corpus *corpus, struct solver_method method,
                   const struct stance_feature_options *options) {
    static const double costs[] = {0.5, 4.0};
    struct stance_error error;
    struct dataset dataset;
    struct candidates candidates;
    uint8_t fold[N];
    bool is_used[N];
    for (size_t i = 0; i < N; i++) {
        fold[i] = i % N_FOLDS;
        is_used[i] = i % 11 != 0;
    }
    const struct parallel parallel = {.n_workers = 2};
    assert_ok(dataset_new(&dataset, corpus, &error));
    assert_ok(candidates_new(&candidates, corpus, options, &parallel, &error));
    const struct fit_plan plan = {.dataset = &dataset,
                                  .candidates = &candidates,
                                  .fold = fold,
                                  .is_used = is_used,
                                  .n_folds = N_FOLDS,
                                  .method = method,
                                  .class_weight = STANCE_WEIGHT_BALANCED,
                                  .costs = costs,
                                  .n_costs = 2,
                                  .parallel = &parallel};
    assert_ok(fit_folds(&plan, decision, &error));
    candidates_free(&candidates);
    dataset_free(&dataset);
}

static void test_held_out_is_not_seen(void **state) {
    (void)state;
    struct stance_corpus *made = make_corpus(N, false), *plain = change_fold(made, false), *changed = change_fold(made, true);
    for (int way = 0; way < 6; way++) {
        const struct solver_method method = {.solver = (enum stance_solver)(way / 2), .log_count = way % 2 == 0 ? 0.0 : 0.5};
        for (uint32_t max_features = 0; max_features <= 80; max_features += 80) {
            const struct stance_feature_options options = {.word_min = 1,
                                                           .word_max = 2,
                                                           .char_min = 3,
                                                           .char_max = 3,
                                                           .idf = true,
                                                           .normalise = true,
                                                           .min_df = 2,
                                                           .max_features = max_features};
            static double before[4 * N], after[4 * N]; /* two costs, two labels */
            size_t n_moved = 0;
            decide(before, plain, method, &options);
            decide(after, changed, method, &options);
            for (size_t k = 0; k < (size_t)4 * N; k++) {
                const size_t i = k % N;
                if (i % N_FOLDS == 0 && i % (2 * N_FOLDS) != 0) {
                    assert_near(after[k], before[k], 1e-6);
                }
                n_moved += i % N_FOLDS != 0 && fabs(after[k] - before[k]) > 1e-3;
            }
            assert_true(n_moved > 0); /* of those that learn from it; the hinge loss hardly minds */
        }
    }
    stance_corpus_free(made);
    stance_corpus_free(plain);
    stance_corpus_free(changed);
}

/* A plan over make_corpus, and what it borrows. */
struct planned {
    struct stance_corpus *corpus;
    struct stance_feature_options features;
    struct dataset dataset;
    struct candidates candidates;
    uint8_t fold[N];
    bool is_used[N];
    struct fit_plan plan;
};

static const double one_cost[] = {1.0};
static const struct parallel two_workers = {.n_workers = 2};

static void plan_new(struct planned *p) {
    struct stance_error error;
    struct stance_train_options options;
    assert_ok(stance_train_options_init(&options, "words", &error));
    p->corpus = make_corpus(N, false);
    p->features = options.features;
    assert_ok(dataset_new(&p->dataset, p->corpus, &error));
    assert_ok(candidates_new(&p->candidates, p->corpus, &p->features, &two_workers, &error));
    for (size_t i = 0; i < N; i++) {
        p->fold[i] = i % N_FOLDS;
        p->is_used[i] = true;
    }
    p->plan = (struct fit_plan){.dataset = &p->dataset,
                                .candidates = &p->candidates,
                                .fold = p->fold,
                                .is_used = p->is_used,
                                .n_folds = N_FOLDS,
                                .method = {.solver = STANCE_SOLVER_DCD},
                                .costs = one_cost,
                                .n_costs = 1,
                                .parallel = &two_workers};
}

static void plan_free(struct planned *p) {
    candidates_free(&p->candidates);
    dataset_free(&p->dataset);
    stance_corpus_free(p->corpus);
}

/* Folds that are held out together are predicted as if they were one. */
static void test_folds_together(void **state) {
    (void)state;
    struct stance_error error;
    struct planned p;
    double together[2 * N] = {0.0}, as_one[2 * N] = {0.0};
    plan_new(&p);
    p.plan.n_folds = 2;
    p.plan.together = true;
    assert_ok(fit_folds(&p.plan, together, &error));
    for (size_t i = 0; i < N; i++) {
        p.fold[i] = i % N_FOLDS < 2 ? 0 : 1;
    }
    p.plan.together = false;
    assert_ok(fit_folds(&p.plan, as_one, &error));
    for (size_t i = 0; i < (size_t)2 * N; i++) {
        assert_near(together[i], i % N_FOLDS < 2 ? as_one[i] : 0.0, 0.0);
        assert_true(i % N_FOLDS >= 2 || together[i] != 0.0); // NOLINT: exact
    }
    plan_free(&p);
}

static double first_weight(const struct fit_plan *plan) {
    struct stance_error error;
    struct view view;
    struct linear_head heads[2] = {{.weights = NULL}};
    assert_ok(fit_all(plan, &view, heads, &error));
    const double weight = heads[0].weights[0];
    free(heads[0].weights);
    free(heads[1].weights);
    view_free(&view);
    return weight;
}

/* The dual variables of a record come from heads that have seen it, and lead to the same head. */
static void test_alpha(void **state) {
    (void)state;
    struct stance_error error;
    struct planned p;
    double decision[2 * N] = {0.0};
    float alpha[2 * N] = {0.0F};
    plan_new(&p);
    const double cold = first_weight(&p.plan);
    p.plan.alpha = alpha;
    for (int together = 0; together < 2; together++) {
        size_t n_positive = 0;
        memset(alpha, 0, sizeof alpha);
        p.plan.together = together;
        p.plan.n_folds = together ? 1 : N_FOLDS;
        assert_ok(fit_folds(&p.plan, decision, &error));
        for (size_t i = 0; i < (size_t)2 * N; i++) {
            assert_true(alpha[i] >= 0.0F && (!together || i % N_FOLDS != 0 || alpha[i] <= 0.0F));
            n_positive += alpha[i] > 0.0F;
        }
        assert_true(n_positive > N / 2);
        assert_near(first_weight(&p.plan), cold, 0.02);
    }
    for (size_t i = 0; i < (size_t)2 * N; i++) {
        alpha[i] = 100.0F; /* another way to the same place, but for the tolerance */
    }
    const double far = first_weight(&p.plan);
    assert_near(far, cold, 0.05);
    assert_true(far != cold); // NOLINT: exact
    plan_free(&p);
}

struct watch {
    size_t done, total;
    bool saw_half;
};

static int watch_progress(void *user, const char *stage, size_t done, size_t total) {
    struct watch *watch = user;
    if (strcmp(stage, FIT_STAGE) == 0) {
        assert_true(done >= watch->done && done <= total);
        watch->saw_half = watch->saw_half || done == total / 2;
        *watch = (struct watch){.done = done, .total = total, .saw_half = watch->saw_half};
    }
    return 0;
}

/* Also where tasks are of unequal size: four workers fit four folds at once, of five heads each in tasks of four. */
static void test_progress_counts_heads(void **state) {
    (void)state;
    enum { N_LABELS = 5, FOLDS = 8 };
    static const char *const labels[N_LABELS] = {"a", "b", "c", "d", "e"};
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    struct stance_evaluation *evaluation = NULL;
    struct stance_train_options options;
    struct watch watch = {.done = 0};
    assert_ok(stance_corpus_new(&corpus, &error));
    for (size_t i = 0; i < N; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "word%zu number%zu", i % N_LABELS, i);
        add_record(corpus, labels[i % N_LABELS], "", text);
    }
    add_record(corpus, "a;b", "", "not exclusive");
    assert_ok(stance_train_options_init(&options, "words", &error));
    options.solver = STANCE_SOLVER_DCD;
    options.c = 1.0;
    options.n_folds = FOLDS;
    options.n_threads = 4;
    options.progress = watch_progress;
    options.progress_user = &watch;
    const struct stance_evaluate_options judging = {.n_threads = 1};
    assert_ok(stance_cross_validate(&evaluation, corpus, &options, &judging, &error));
    assert_int_equal(watch.total, N_LABELS * FOLDS);
    assert_int_equal(watch.done, watch.total);
    assert_true(watch.saw_half);
    stance_evaluation_free(evaluation);
    stance_corpus_free(corpus);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_held_out_is_not_seen), cmocka_unit_test(test_folds_together),
                                       cmocka_unit_test(test_alpha), cmocka_unit_test(test_progress_counts_heads)};
    return cmocka_run_group_tests_name("fit", tests, NULL, NULL);
}
