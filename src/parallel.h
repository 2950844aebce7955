/* Runs independent jobs on threads. */
#ifndef STANCE_SRC_PARALLEL_H
#define STANCE_SRC_PARALLEL_H

#include "stance.h"

/* One job. `worker` is in [0, n_workers), so that a job can use scratch memory of its worker. `error` is the worker's own. */
typedef enum stance_status parallel_job(void *user, size_t worker, size_t item, struct stance_error *error);

struct parallel {
    unsigned n_threads;                 /* as the caller asked; 0: one per processor */
    stance_progress_callback *progress; /* called from the calling thread; may be NULL */
    void *progress_user;
};

/* How many workers parallel_run uses at most, at least 1. */
size_t parallel_n_workers(const struct parallel *parallel);

/* Runs job(user, worker, item) for every item in [0, n_items), each once. What a job writes must depend on the item alone; then the
 * result does not depend on the number of threads. The first failure stops the rest. */
enum stance_status parallel_run(const struct parallel *parallel, const char *stage, size_t n_items, parallel_job *job, void *user,
                                struct stance_error *error);

#endif
