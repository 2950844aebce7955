/* Running out of memory: every allocation of the library fails once, and each time the call says so, leaves its outputs alone and
 * leaks nothing. The Makefile links this with malloc, calloc, realloc, strdup and strndup wrapped. */
#include "check.h"

#include <stdatomic.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t len);

/* Allocations to go until one fails, and all after it; 0: none does. Atomic, as the library may use threads. */
static atomic_size_t countdown;
static atomic_bool failed;

static bool fails_now(void) {
    size_t left = atomic_load(&countdown);
    while (left > 0 && !atomic_compare_exchange_weak(&countdown, &left, left - 1)) {
    }
    if (left == 1) {
        atomic_store(&failed, true);
    }
    return atomic_load(&failed);
}

void *__wrap_malloc(size_t size) { return fails_now() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t n, size_t size) { return fails_now() ? NULL : __real_calloc(n, size); }
void *__wrap_realloc(void *old, size_t size) { return fails_now() ? NULL : __real_realloc(old, size); }
char *__wrap_strdup(const char *text) { return fails_now() ? NULL : __real_strdup(text); }
char *__wrap_strndup(const char *text, size_t len) { return fails_now() ? NULL : __real_strndup(text, len); }

typedef enum stance_status scenario(struct stance_error *error);

static struct stance_corpus *corpus;
static struct stance_model *model;
static char directory[] = "/tmp/stance-memory-XXXXXX", path[sizeof directory + 16];

static enum stance_status build_corpus(struct stance_error *error) {
    struct stance_corpus *made = NULL;
    enum stance_status status = stance_corpus_new(&made, error);
    const struct stance_string labels[] = {{.data = "denial", .len = 6}, {.data = "negative", .len = 8}};
    for (size_t i = 0; i < 40 && status == STANCE_OK; i++) {
        const struct stance_record record = {.text = {.data = "They denied all of it", .len = 21}, .labels = labels, .n_labels = 2};
        status = stance_corpus_add(made, &record, error);
    }
    struct stance_corpus_summary summary;
    if (status == STANCE_OK) {
        status = stance_corpus_summarise(made, &summary, error);
    }
    stance_corpus_free(made);
    return status;
}

static enum stance_status train_with(enum stance_solver solver, double log_count, struct stance_error *error) {
    struct stance_train_options options;
    struct stance_model *trained = NULL;
    struct stance_evaluation *evaluation = NULL;
    enum stance_status status = stance_train_options_init(&options, "default", error);
    options.solver = solver;
    options.log_count = log_count;
    options.c = 1.0;
    options.n_folds = 2;
    options.n_threads = 1;
    if (status == STANCE_OK) {
        status = stance_train(&trained, &evaluation, corpus, &options, error);
        assert_true(status == STANCE_OK || trained == NULL);
    }
    stance_evaluation_free(evaluation);
    stance_model_free(trained);
    return status;
}

static enum stance_status train(struct stance_error *error) { return train_with(STANCE_SOLVER_LIBSVM, 0.0, error); }
static enum stance_status train_scaled(struct stance_error *error) { return train_with(STANCE_SOLVER_LIBLINEAR, 0.5, error); }
static enum stance_status train_scaled_lanes(struct stance_error *error) { return train_with(STANCE_SOLVER_DCD, 0.5, error); }
static enum stance_status train_scaled_libsvm(struct stance_error *error) { return train_with(STANCE_SOLVER_LIBSVM, 0.5, error); }

static enum stance_status judge(struct stance_error *error) {
    struct stance_evaluate_options options;
    struct stance_evaluation *evaluation = NULL;
    stance_evaluate_options_init(&options);
    options.n_bootstrap = 5;
    options.n_threads = 1;
    enum stance_status status = stance_evaluate(&evaluation, model, corpus, &options, error);
    struct stance_evaluation *subset = NULL;
    struct stance_operating_point point;
    if (status == STANCE_OK) {
        status = stance_evaluation_subset(&subset, evaluation, (const size_t[]){0, 1, 5}, 3, &options, error);
    }
    if (status == STANCE_OK) {
        status = stance_evaluation_at_precision(evaluation, 0, 0.5, &point, error);
    }
    stance_evaluation_free(subset);
    stance_evaluation_free(evaluation);
    return status;
}

static enum stance_status compare(struct stance_error *error) {
    struct stance_evaluate_options options;
    struct stance_comparison *comparison = NULL;
    stance_evaluate_options_init(&options);
    options.n_bootstrap = 5;
    options.n_threads = 1;
    const enum stance_status status = stance_compare(&comparison, model, model, corpus, &options, error);
    stance_comparison_free(comparison);
    return status;
}

static enum stance_status score(struct stance_error *error) {
    struct stance_session *session = NULL;
    struct stance_result result;
    struct stance_vector vector;
    const char *text = "\xC3\x89mile's envoy didn't deny the charge; \xE4\xB8\xAD\xE5\x9B\xBD replied.";
    enum stance_status status = stance_session_new(&session, model, error);
    if (status == STANCE_OK) {
        status = stance_session_score(session, text, strlen(text), &result, error);
    }
    if (status == STANCE_OK) {
        status = stance_session_vector(session, text, strlen(text), &vector, error);
    }
    stance_session_free(session);
    return status;
}

static enum stance_status explain(struct stance_error *error) {
    struct stance_explainer *explainer = NULL;
    struct stance_explanation explanation;
    const char *text = "The envoy denied the charge; he didn't deny it.";
    enum stance_status status = stance_explainer_new(&explainer, model, error);
    if (status == STANCE_OK) {
        status = stance_explainer_explain(explainer, text, strlen(text), 0, &explanation, error);
    }
    stance_explainer_free(explainer);
    return status;
}

static enum stance_status save_and_open(struct stance_error *error) {
    struct stance_model *opened = NULL, *copied = NULL;
    enum stance_status status = stance_model_save(model, path, error);
    if (status == STANCE_OK) {
        status = stance_model_open(&opened, path, error);
    }
    if (status == STANCE_OK) {
        status = stance_model_from_bytes(&copied, "stance", 6, error);
        assert_true(status == STANCE_ERROR_MODEL || status == STANCE_ERROR_MEMORY);
        status = status == STANCE_ERROR_MODEL ? STANCE_OK : status;
    }
    uint32_t ids[3];
    size_t n = 3;
    if (status == STANCE_OK) {
        status = stance_model_top_features(opened, 0, true, ids, &n, error);
    }
    stance_model_free(opened);
    (void)unlink(path);
    return status;
}

static enum stance_status split(struct stance_error *error) {
    struct stance_splitter *splitter = NULL;
    const struct stance_span *spans;
    size_t n;
    const char *text = "One. Two! Three? \"Four.\" (Five.)\n\n- six\n- seven";
    enum stance_status status = stance_splitter_new(&splitter, error);
    if (status == STANCE_OK) {
        status = stance_splitter_split(splitter, text, strlen(text), STANCE_UNIT_STATEMENT, &spans, &n, error);
    }
    stance_splitter_free(splitter);
    return status;
}

static enum stance_status vectorise(struct stance_error *error) {
    struct stance_train_options options;
    struct stance_vectors *vectors = NULL;
    enum stance_status status = stance_train_options_init(&options, "default", error);
    if (status == STANCE_OK) {
        status = stance_vectors_new(&vectors, corpus, &options.features, error);
    }
    stance_vectors_free(vectors);
    return status;
}

/* Lets the first, second, ... allocation fail, until the scenario gets by without as many. */
static void exhaust(scenario *run) {
    size_t n = 1;
    for (;; n += n < 300 ? 1 : 37) {
        struct stance_error error = {.status = STANCE_OK};
        countdown = n;
        failed = false;
        const enum stance_status status = run(&error);
        const bool reached = failed;
        countdown = 0;
        failed = false;
        if (!reached) {
            assert_int_equal(status, STANCE_OK);
            break;
        }
        if (status != STANCE_ERROR_MEMORY || error.status != STANCE_ERROR_MEMORY) {
            fail_msg("allocation %zu failed, and the call returned '%s'", n, stance_status_text(status));
        }
    }
    assert_true(n > 1);
}

static void test_corpus(void **state) { (void)state, exhaust(build_corpus); }
static void test_train(void **state) { (void)state, exhaust(train); }
static void test_train_scaled(void **state) {
    (void)state;
    exhaust(train_scaled);
    exhaust(train_scaled_lanes);
    exhaust(train_scaled_libsvm);
}
static void test_judge(void **state) { (void)state, exhaust(judge); }
static void test_compare(void **state) { (void)state, exhaust(compare); }
static void test_score(void **state) { (void)state, exhaust(score); }
static void test_explain(void **state) { (void)state, exhaust(explain); }
static void test_save_and_open(void **state) { (void)state, exhaust(save_and_open); }
static void test_split(void **state) { (void)state, exhaust(split); }
static void test_vectorise(void **state) { (void)state, exhaust(vectorise); }

static int setup(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_train_options options;
    if (mkdtemp(directory) == NULL) {
        return -1;
    }
    (void)snprintf(path, sizeof path, "%s/x.stance", directory);
    corpus = make_corpus(24, false);
    if (stance_train_options_init(&options, "default", &error) != STANCE_OK) {
        return -1;
    }
    options.c = 1.0;
    options.n_folds = 2;
    return stance_train(&model, NULL, corpus, &options, &error) == STANCE_OK ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    stance_model_free(model);
    stance_corpus_free(corpus);
    return rmdir(directory); /* every temporary file is gone */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_corpus),        cmocka_unit_test(test_train),   cmocka_unit_test(test_judge),
        cmocka_unit_test(test_score),         cmocka_unit_test(test_explain), cmocka_unit_test(test_compare),
        cmocka_unit_test(test_save_and_open), cmocka_unit_test(test_split),   cmocka_unit_test(test_vectorise),
        cmocka_unit_test(test_train_scaled),
    };
    return cmocka_run_group_tests_name("memory", tests, setup, teardown);
}
