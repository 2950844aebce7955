/* Runs independent jobs on threads. */
#ifndef STANCE_SRC_PARALLEL_H
#define STANCE_SRC_PARALLEL_H

#include "stance.h"

/* One job. `worker` is in [0, n_workers), so that a job can use scratch memory of its worker. `error` is the worker's own. */
typedef enum stance_status parallel_job(void *user, size_t worker, size_t item, struct stance_error *error);

struct parallel {
    size_t n_workers;                   /* that parallel_run uses at most, at least 1 */
    stance_progress_callback *progress; /* called from the calling thread; may be NULL */
    void *progress_user;
};

/* `n_threads` is as the caller of the library asked, 0 for one per processor. It is resolved here, once, as processors may come and
 * go: scratch memory is for n_workers workers. */
struct parallel parallel_new(unsigned n_threads, stance_progress_callback *progress, void *progress_user);

/* The same workers without reports. */
static inline struct parallel parallel_quiet(const struct parallel *parallel) {
    return (struct parallel){.n_workers = parallel->n_workers};
}

/* Runs job(user, worker, item) for every item in [0, n_items), each once. What a job writes must depend on the item alone; then the
 * result does not depend on the number of threads. The first failure stops the rest.
 * The calling thread reports after each job of its own, and when all are done. */
enum stance_status parallel_run(const struct parallel *parallel, const char *stage, size_t n_items, parallel_job *job, void *user,
                                struct stance_error *error);

/* Tells the caller of the library how far a stage is, from its own thread; an error where it cancels. */
enum stance_status parallel_report(const struct parallel *parallel, const char *stage, size_t done, size_t total,
                                   struct stance_error *error);

#endif
