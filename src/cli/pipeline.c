#include "pipeline.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "memory.h"
#include "message.h"

/* Batches that were read and are not written hold at most BYTES_LIMIT bytes of input, or are one. A batch keeps at most KEEP_LIMIT
 * bytes of each of its buffers for the next time. */
enum { BYTES_LIMIT = 16 << 20, KEEP_LIMIT = 2 << 20, WAIT_NANOSECONDS = 100000000 };

enum state { EMPTY, FILLED, WORKED };

struct slot {
    enum state state;
    struct batch batch;
};

/* Batch number n has slot n % n_slots, so that the ring is the queue of every stage. */
struct pipeline {
    const struct pipeline_stages *stages;
    atomic_bool *stop;
    pthread_mutex_t mutex; /* for what follows */
    pthread_cond_t emptied, filled, worked;
    struct slot *slots;
    size_t n_slots;
    size_t n_filled, n_taken, n_written; /* batches that reader, workers and writer are through with; of workers: began */
    size_t n_bytes;                      /* of input in batches between reader and writer */
    bool ended;                          /* the last batch is filled */
    pthread_t *workers;
    size_t n_workers, n_started, n_idle;
    pthread_t reader;
};

struct worker {
    struct pipeline *pipeline;
    size_t number;
};

static bool is_stopped(const struct pipeline *pipeline) { return atomic_load(pipeline->stop); }

static struct slot *slot_of(struct pipeline *pipeline, size_t number) { return &pipeline->slots[number % pipeline->n_slots]; }

/* --- Workers ------------------------------------------------------------------------------------------------------------- */

/* The next batch to work on; NULL where there will be none. The mutex is held. */
static struct slot *take(struct pipeline *pipeline) {
    pipeline->n_idle++;
    while (!is_stopped(pipeline) && pipeline->n_taken == pipeline->n_filled && !pipeline->ended) {
        pthread_cond_wait(&pipeline->filled, &pipeline->mutex);
    }
    pipeline->n_idle--;
    const bool none = is_stopped(pipeline) || pipeline->n_taken == pipeline->n_filled;
    return none ? NULL : slot_of(pipeline, pipeline->n_taken++);
}

static void *work(void *worker_) {
    struct worker *worker = worker_;
    struct pipeline *pipeline = worker->pipeline;
    struct slot *slot;
    pthread_mutex_lock(&pipeline->mutex);
    while ((slot = take(pipeline)) != NULL) {
        pthread_mutex_unlock(&pipeline->mutex);
        pipeline->stages->work(pipeline->stages->user, worker->number, &slot->batch);
        pthread_mutex_lock(&pipeline->mutex);
        slot->state = WORKED;
        pthread_cond_signal(&pipeline->worked);
    }
    pthread_mutex_unlock(&pipeline->mutex);
    free(worker);
    return NULL;
}

/* A further worker where batches wait and nobody else does. The mutex is held. False where no thread can be started at all. */
static bool start_worker(struct pipeline *pipeline) {
    if (pipeline->n_started == pipeline->n_workers || pipeline->n_filled - pipeline->n_taken <= pipeline->n_idle) {
        return true;
    }
    struct worker *worker = memory_new(1, sizeof *worker);
    *worker = (struct worker){.pipeline = pipeline, .number = pipeline->n_started};
    if (pthread_create(&pipeline->workers[pipeline->n_started], NULL, work, worker) != 0) {
        free(worker);
        return pipeline->n_started > 0;
    }
    pipeline->n_started++;
    return true;
}

/* --- Reader -------------------------------------------------------------------------------------------------------------- */

/* An empty slot for the next batch; NULL where the run was stopped. The mutex is held. */
static struct slot *wait_for_room(struct pipeline *pipeline) {
    struct slot *slot = slot_of(pipeline, pipeline->n_filled);
    while (!is_stopped(pipeline) && (slot->state != EMPTY || pipeline->n_bytes >= BYTES_LIMIT)) {
        pthread_cond_wait(&pipeline->emptied, &pipeline->mutex);
    }
    return is_stopped(pipeline) ? NULL : slot;
}

/* Hands a filled batch on. The mutex is held. */
static void hand_on(struct pipeline *pipeline, struct slot *slot) {
    slot->state = FILLED;
    pipeline->ended = slot->batch.last;
    pipeline->n_bytes += slot->batch.bytes.len;
    pipeline->n_filled++;
    if (!start_worker(pipeline)) {
        message_log_error(&slot->batch.log, "no thread can be started; end other programs");
        slot->batch.code = EXIT_SYSTEM;
        slot->batch.last = pipeline->ended = true;
        slot->state = WORKED;
        pthread_cond_signal(&pipeline->worked);
    }
    if (pipeline->ended) {
        pthread_cond_broadcast(&pipeline->filled);
    } else {
        pthread_cond_signal(&pipeline->filled);
    }
}

static void *read_batches(void *pipeline_) {
    struct pipeline *pipeline = pipeline_;
    struct slot *slot;
    pthread_mutex_lock(&pipeline->mutex);
    while (!pipeline->ended && (slot = wait_for_room(pipeline)) != NULL) {
        const size_t number = pipeline->n_filled;
        pthread_mutex_unlock(&pipeline->mutex);
        slot->batch.number = number;
        pipeline->stages->fill(pipeline->stages->user, &slot->batch);
        pthread_mutex_lock(&pipeline->mutex);
        hand_on(pipeline, slot);
    }
    pthread_mutex_unlock(&pipeline->mutex);
    return NULL;
}

/* --- Writer -------------------------------------------------------------------------------------------------------------- */

static void empty(struct batch *batch) {
    struct buffer *const buffers[] = {&batch->bytes, &batch->output, &batch->packed, &batch->log};
    record_file_release(batch->file);
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) {
        buffer_clear(buffers[i]);
        buffer_trim(buffers[i], KEEP_LIMIT);
        if (batch->last) {
            buffer_free(buffers[i]);
        }
    }
    *batch = (struct batch){.bytes = batch->bytes,
                            .places = batch->places,
                            .places_capacity = batch->places_capacity,
                            .output = batch->output,
                            .packed = batch->packed,
                            .log = batch->log};
}

static void free_batch(struct batch *batch) {
    batch->last = true;
    empty(batch);
    free(batch->places);
}

/* Waits a tenth of a second for the next batch in order; NULL where it is not ready. */
static struct slot *next_worked(struct pipeline *pipeline) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += WAIT_NANOSECONDS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&pipeline->mutex);
    struct slot *slot = slot_of(pipeline, pipeline->n_written);
    int result = 0;
    while (slot->state != WORKED && result != ETIMEDOUT) {
        result = pthread_cond_timedwait(&pipeline->worked, &pipeline->mutex, &until);
    }
    if (slot->state != WORKED) {
        slot = NULL;
    }
    pthread_mutex_unlock(&pipeline->mutex);
    return slot;
}

/* Gives the slot back to the reader. */
static void give_back(struct pipeline *pipeline, struct slot *slot) {
    const size_t n_bytes = slot->batch.bytes.len;
    empty(&slot->batch);
    pthread_mutex_lock(&pipeline->mutex);
    slot->state = EMPTY;
    pipeline->n_bytes -= n_bytes;
    pipeline->n_written++;
    pthread_cond_signal(&pipeline->emptied);
    pthread_mutex_unlock(&pipeline->mutex);
}

static enum exit_code write_batches(struct pipeline *pipeline) {
    const struct pipeline_stages *stages = pipeline->stages;
    enum exit_code code = EXIT_DONE;
    bool last = false;
    while (code == EXIT_DONE && !last) {
        struct slot *slot = next_worked(pipeline);
        code = stages->wait(stages->user);
        if (slot != NULL && code == EXIT_DONE) {
            last = slot->batch.last;
            code = stages->write(stages->user, &slot->batch);
            give_back(pipeline, slot);
        }
    }
    return code;
}

/* --- All of it ----------------------------------------------------------------------------------------------------------- */

static void init(struct pipeline *pipeline, const struct pipeline_stages *stages, size_t n_workers, atomic_bool *stop) {
    *pipeline = (struct pipeline){.stages = stages, .stop = stop, .n_workers = n_workers, .n_slots = n_workers + 4};
    pipeline->slots = memory_new(pipeline->n_slots, sizeof *pipeline->slots);
    pipeline->workers = memory_new(n_workers, sizeof *pipeline->workers);
    pthread_mutex_init(&pipeline->mutex, NULL);
    pthread_cond_init(&pipeline->emptied, NULL);
    pthread_cond_init(&pipeline->filled, NULL);
    pthread_cond_init(&pipeline->worked, NULL);
}

static void destroy(struct pipeline *pipeline) {
    for (size_t i = 0; i < pipeline->n_slots; i++) {
        free_batch(&pipeline->slots[i].batch);
    }
    free(pipeline->slots);
    free(pipeline->workers);
    pthread_mutex_destroy(&pipeline->mutex);
    pthread_cond_destroy(&pipeline->emptied);
    pthread_cond_destroy(&pipeline->filled);
    pthread_cond_destroy(&pipeline->worked);
}

/* Wakes all that wait, and waits for them to end. */
static void join(struct pipeline *pipeline) {
    pthread_mutex_lock(&pipeline->mutex);
    pthread_cond_broadcast(&pipeline->emptied);
    pthread_cond_broadcast(&pipeline->filled);
    pthread_mutex_unlock(&pipeline->mutex);
    pthread_join(pipeline->reader, NULL);
    for (size_t i = 0; i < pipeline->n_started; i++) {
        pthread_join(pipeline->workers[i], NULL);
    }
}

/* Threads inherit the mask. */
static bool start_reader(struct pipeline *pipeline) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    const int result = pthread_create(&pipeline->reader, NULL, read_batches, pipeline);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result != 0) {
        message_error("no thread can be started: %s", strerror(result));
    }
    return result == 0;
}

enum exit_code pipeline_run(const struct pipeline_stages *stages, size_t n_workers, atomic_bool *stop) {
    struct pipeline pipeline;
    init(&pipeline, stages, n_workers, stop);
    enum exit_code code = EXIT_SYSTEM;
    if (start_reader(&pipeline)) {
        code = write_batches(&pipeline);
        if (code != EXIT_DONE) {
            atomic_store(stop, true);
        }
        join(&pipeline);
    }
    destroy(&pipeline);
    return code;
}
