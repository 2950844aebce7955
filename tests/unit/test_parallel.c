/* Jobs on threads: each once, on workers that were counted once, and the first failure or cancellation stops the rest. The Makefile
 * links this with sysconf wrapped. */
#include "check.h"

#include <stdatomic.h>

#include "parallel.h"
#include "status.h"

long __wrap_sysconf(int name);

/* A machine that gains a processor whenever it is asked. */
static long n_processors;
long __wrap_sysconf(int name) {
    (void)name;
    return ++n_processors;
}

enum { N_ITEMS = 1000 };

struct tally {
    atomic_int runs[N_ITEMS];
    atomic_size_t worker_max;
    size_t fails_at; /* N_ITEMS: none */
};

static enum stance_status count_run(void *user, size_t worker, size_t item, struct stance_error *error) {
    struct tally *tally = user;
    (void)atomic_fetch_add(&tally->runs[item], 1);
    size_t seen = atomic_load(&tally->worker_max);
    while (worker > seen && !atomic_compare_exchange_weak(&tally->worker_max, &seen, worker)) {
    }
    return item == tally->fails_at ? status_set(error, STANCE_ERROR_LIMIT, "item %zu", item) : STANCE_OK;
}

static void test_each_once(void **state) {
    (void)state;
    static const unsigned n_threads[] = {1, 2, 7};
    for (size_t i = 0; i < sizeof n_threads / sizeof n_threads[0]; i++) {
        struct stance_error error;
        struct tally tally = {.fails_at = N_ITEMS};
        const struct parallel parallel = parallel_new(n_threads[i], NULL, NULL);
        assert_int_equal(parallel.n_workers, n_threads[i]);
        assert_ok(parallel_run(&parallel, "count", N_ITEMS, count_run, &tally, &error));
        for (size_t k = 0; k < N_ITEMS; k++) {
            assert_int_equal(atomic_load(&tally.runs[k]), 1);
        }
    }
}

/* However many processors there are by then, no worker is beyond those that scratch memory was made for. */
static void test_processors_are_counted_once(void **state) {
    (void)state;
    n_processors = 0;
    const struct parallel parallel = parallel_new(0, NULL, NULL);
    assert_int_equal(parallel.n_workers, 1);
    n_processors = 100;
    for (size_t i = 0; i < 50; i++) {
        struct stance_error error;
        struct tally tally = {.fails_at = N_ITEMS};
        assert_ok(parallel_run(&parallel, "count", N_ITEMS, count_run, &tally, &error));
        assert_int_equal(atomic_load(&tally.worker_max), 0);
    }
    assert_int_equal(parallel_quiet(&parallel).n_workers, 1);
    n_processors = 1000;
    assert_int_equal(parallel_new(0, NULL, NULL).n_workers, 256);
}

static void test_failure_stops(void **state) {
    (void)state;
    struct stance_error error;
    struct tally tally = {.fails_at = 3};
    const struct parallel parallel = parallel_new(1, NULL, NULL);
    assert_int_equal(parallel_run(&parallel, "count", N_ITEMS, count_run, &tally, &error), STANCE_ERROR_LIMIT);
    assert_string_equal(error.message, "item 3");
    assert_int_equal(atomic_load(&tally.runs[3]), 1);
    assert_int_equal(atomic_load(&tally.runs[4]), 0);
}

struct reports {
    size_t n, cancels_at, last;
};

static int report(void *user, const char *stage, size_t done, size_t total) {
    struct reports *reports = user;
    assert_string_equal(stage, "count");
    assert_true(done > reports->last && done <= total && total == N_ITEMS);
    reports->last = done;
    return ++reports->n == reports->cancels_at;
}

static void test_cancel(void **state) {
    (void)state;
    struct stance_error error;
    struct tally tally = {.fails_at = N_ITEMS};
    struct reports reports = {.cancels_at = 5};
    const struct parallel parallel = parallel_new(1, report, &reports);
    assert_int_equal(parallel_run(&parallel, "count", N_ITEMS, count_run, &tally, &error), STANCE_ERROR_CANCELLED);
    assert_int_equal(reports.n, 5);
    assert_int_equal(atomic_load(&tally.runs[5]), 0);
}

/* Whichever worker finishes last, the end is reported, and once. */
static void test_end_is_reported(void **state) {
    (void)state;
    for (unsigned n_threads = 1; n_threads <= 8; n_threads++) {
        struct stance_error error;
        struct tally tally = {.fails_at = N_ITEMS};
        struct reports reports = {.cancels_at = 0};
        const struct parallel parallel = parallel_new(n_threads, report, &reports);
        assert_ok(parallel_run(&parallel, "count", N_ITEMS, count_run, &tally, &error));
        assert_int_equal(reports.last, N_ITEMS);
    }
}

struct gate {
    atomic_bool may_end;
};

/* Of two items one waits until the other's worker, the calling one, has been told to cancel. */
static enum stance_status hold(void *user, size_t worker, size_t item, struct stance_error *error) {
    (void)item;
    (void)error;
    struct gate *gate = user;
    while (worker != 0 && !atomic_load(&gate->may_end)) {
    }
    return STANCE_OK;
}

static int let_go(void *user, const char *stage, size_t done, size_t total) {
    (void)stage;
    atomic_store(&((struct gate *)user)->may_end, true);
    return done == total;
}

/* A wish to cancel that comes while others finish is heard. */
static void test_cancel_at_the_end(void **state) {
    (void)state;
    struct stance_error error;
    struct gate gate = {.may_end = false};
    const struct parallel parallel = parallel_new(2, let_go, &gate);
    assert_int_equal(parallel_run(&parallel, "hold", 2, hold, &gate, &error), STANCE_ERROR_CANCELLED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_once),       cmocka_unit_test(test_processors_are_counted_once),
        cmocka_unit_test(test_failure_stops),   cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_end_is_reported), cmocka_unit_test(test_cancel_at_the_end),
    };
    return cmocka_run_group_tests_name("parallel", tests, NULL, NULL);
}
