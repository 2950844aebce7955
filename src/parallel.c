#include "parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "array.h"
#include "status.h"

enum { WORKERS_MAX = 256 };

struct pool {
    const struct parallel *parallel;
    const char *stage;
    parallel_job *job;
    void *user;
    size_t n_items;
    atomic_size_t next, done;
    atomic_bool stop;
    size_t reported; /* the last `done` that was; the calling thread's */
};

struct worker {
    struct pool *pool;
    size_t index;
    pthread_t thread;
    bool started;
    enum stance_status status;
    struct stance_error error;
};

static size_t count_workers(unsigned n_threads) {
    if (n_threads > 0) {
        return n_threads < WORKERS_MAX ? n_threads : WORKERS_MAX;
    }
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online < WORKERS_MAX ? (size_t)online : WORKERS_MAX;
}

struct parallel parallel_new(unsigned n_threads, stance_progress_callback *progress, void *progress_user) {
    return (struct parallel){.n_workers = count_workers(n_threads), .progress = progress, .progress_user = progress_user};
}

enum stance_status parallel_report(const struct parallel *parallel, const char *stage, size_t done, size_t total,
                                   struct stance_error *error) {
    if (parallel->progress == NULL || parallel->progress(parallel->progress_user, stage, done, total) == 0) {
        return STANCE_OK;
    }
    return status_set(error, STANCE_ERROR_CANCELLED, "cancelled");
}

/* Only the calling thread, worker 0, reports. */
static enum stance_status report(struct worker *worker) {
    struct pool *pool = worker->pool;
    if (worker->index != 0) {
        return STANCE_OK;
    }
    pool->reported = atomic_load(&pool->done);
    return parallel_report(pool->parallel, pool->stage, pool->reported, pool->n_items, &worker->error);
}

static void work(struct worker *worker) {
    struct pool *pool = worker->pool;
    while (worker->status == STANCE_OK && !atomic_load(&pool->stop)) {
        const size_t item = atomic_fetch_add(&pool->next, 1);
        if (item >= pool->n_items) {
            return;
        }
        worker->status = pool->job(pool->user, worker->index, item, &worker->error);
        (void)atomic_fetch_add(&pool->done, 1);
        if (worker->status == STANCE_OK) {
            worker->status = report(worker);
        }
    }
    atomic_store(&pool->stop, true);
}

static void *work_in_thread(void *user) {
    work(user);
    return NULL;
}

/* The calling thread is a worker too, so that a machine that gives no threads still gets the work done. */
static enum stance_status run_workers(struct worker *workers, size_t n, struct stance_error *error) {
    for (size_t i = 1; i < n; i++) {
        workers[i].started = pthread_create(&workers[i].thread, NULL, work_in_thread, &workers[i]) == 0;
    }
    work(&workers[0]);
    enum stance_status status = STANCE_OK;
    for (size_t i = 0; i < n; i++) {
        if (workers[i].started) {
            (void)pthread_join(workers[i].thread, NULL);
        }
        if (status == STANCE_OK && workers[i].status != STANCE_OK) {
            status = status_set(error, workers[i].status, "%s", workers[i].error.message);
        }
    }
    /* Other workers may have finished last: the end is reported too, and a wish to cancel that came meanwhile is heard. */
    const struct pool *pool = workers[0].pool;
    if (status == STANCE_OK && pool->reported < pool->n_items && report(&workers[0]) != STANCE_OK) {
        status = status_set(error, STANCE_ERROR_CANCELLED, "%s", workers[0].error.message);
    }
    return status;
}

enum stance_status parallel_run(const struct parallel *parallel, const char *stage, size_t n_items, parallel_job *job, void *user,
                                struct stance_error *error) {
    const size_t n = n_items < parallel->n_workers ? (n_items > 0 ? n_items : 1) : parallel->n_workers;
    struct worker *workers = array_new(n, sizeof *workers, error);
    if (workers == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    struct pool pool = {.parallel = parallel, .stage = stage, .job = job, .user = user, .n_items = n_items};
    atomic_init(&pool.next, 0);
    atomic_init(&pool.done, 0);
    atomic_init(&pool.stop, false);
    for (size_t i = 0; i < n; i++) {
        workers[i].pool = &pool;
        workers[i].index = i;
    }
    const enum stance_status status = run_workers(workers, n, error);
    free(workers);
    return status;
}
