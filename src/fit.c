#include "fit.h"

#include <stdlib.h>

#include "array.h"
#include "fold.h"
#include "status.h"

/* A view with the rows that heads are trained on. */
struct fitting {
    const struct fit_plan *plan;
    struct view view;
    struct sparse_row *rows; /* of the training records */
    bool *positive;          /* [label * n_rows + row] */
    size_t n_rows;
    struct solver_data *data;
    unsigned fit;              /* one of those that hold records out; n_folds: holds out none */
    uint32_t *records;         /* of each row */
    struct linear_head *heads; /* [label] where none is held out; the others give their values to `decision` */
    double *decision;
};

/* The fit that holds a record out, or FOLD_NONE. */
static unsigned held_out_by(const struct fit_plan *plan, size_t record) {
    const unsigned fold = plan->fold[record];
    return fold >= plan->n_folds ? FOLD_NONE : plan->together ? 0 : fold;
}

static unsigned count_fits(const struct fit_plan *plan) { return plan->together ? 1 : plan->n_folds; }

/* --- Getting ready ----------------------------------------------------------------------------------------------------- */

static enum stance_status select_rows(struct fitting *f, const bool *is_training, struct stance_error *error) {
    const struct dataset *d = f->plan->dataset;
    f->rows = array_new(f->view.n_training, sizeof *f->rows, error);
    f->records = array_new(f->view.n_training, sizeof *f->records, error);
    f->positive = array_new(d->n_labels * f->view.n_training, sizeof *f->positive, error);
    if (f->rows == NULL || f->records == NULL || f->positive == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (uint32_t i = 0; i < d->n_records; i++) {
        if (is_training[i]) {
            f->records[f->n_rows] = i;
            f->rows[f->n_rows++] = f->view.rows[i];
        }
    }
    bool *next = f->positive;
    for (size_t label = 0; label < d->n_labels; label++) {
        for (size_t i = 0; i < d->n_records; i++) {
            if (is_training[i]) {
                *next++ = d->truth[label * d->n_records + i];
            }
        }
    }
    return STANCE_OK;
}

static enum stance_status make_ready(struct fitting *f, const bool *is_training, const struct parallel *parallel,
                                     struct stance_error *error) {
    TRY(view_new(&f->view, f->plan->candidates, is_training, parallel, error));
    TRY(select_rows(f, is_training, error));
    return solver_data_new(&f->data, f->plan->method, f->rows, f->n_rows, f->view.n_features, parallel, error);
}

static enum stance_status get_ready(struct fitting *f, const struct parallel *parallel, struct stance_error *error) {
    const size_t n = f->plan->dataset->n_records;
    bool *is_training = array_new(n, sizeof *is_training, error);
    if (is_training == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        is_training[i] = f->plan->is_used[i] && held_out_by(f->plan, i) != f->fit;
    }
    const enum stance_status status = make_ready(f, is_training, parallel, error);
    free(is_training);
    return status;
}

/* Lets the view be. */
static void let_go(struct fitting *f) {
    solver_data_free(f->data);
    free(f->positive);
    free(f->records);
    free(f->rows);
}

/* --- Training ---------------------------------------------------------------------------------------------------------- */

/* The heads of all fittings at hand, at all costs. A task is some of the heads of one fitting. */
struct fit_job {
    struct fitting *fittings;
    size_t n_fittings, n_heads, width; /* heads of a fitting, and of a task */
};

static size_t tasks_each(const struct fit_job *job) { return job->n_heads / job->width + (job->n_heads % job->width != 0); }

/* Writes the decision values of the records that are held out. */
static void decide_held_out(const struct fitting *f, const struct linear_head *head, size_t which) {
    const size_t n = f->plan->dataset->n_records;
    for (size_t i = 0; i < n; i++) {
        if (held_out_by(f->plan, i) == f->fit) {
            f->decision[which * n + i] = solver_decide(head, &f->view.rows[i]);
        }
    }
}

/* Whether it is this fit that says where the head on all starts for a record: the one behind that which holds it out, or the first.
 */
static bool gives_alpha(const struct fitting *f, size_t record) {
    const unsigned by = held_out_by(f->plan, record);
    return f->fit == (by == FOLD_NONE ? 0 : (by + 1) % count_fits(f->plan));
}

static void take_alpha(const struct fitting *f, float *alpha, size_t label) {
    const float *kept = f->plan->alpha + label * f->plan->dataset->n_records;
    for (size_t i = 0; i < f->n_rows; i++) {
        alpha[i] = kept[f->records[i]];
    }
}

static void give_alpha(const struct fitting *f, const float *alpha, size_t label) {
    float *kept = f->plan->alpha + label * f->plan->dataset->n_records;
    for (size_t i = 0; i < f->n_rows; i++) {
        if (gives_alpha(f, f->records[i])) {
            kept[f->records[i]] = alpha[i];
        }
    }
}

static void count_unfinished(const struct fitting *f, const struct linear_head *heads, size_t n) {
    for (size_t i = 0; f->plan->n_unfinished != NULL && i < n; i++) {
        (void)atomic_fetch_add(f->plan->n_unfinished, heads[i].unfinished);
    }
}

static enum stance_status fit_held_out(const struct fitting *f, const struct solver_problem *problems, size_t first, size_t n,
                                       struct stance_error *error) {
    struct linear_head heads[SOLVER_WIDTH_MAX] = {{.weights = NULL}};
    double *weights = array_new_table(n, f->view.n_features, sizeof *weights, error);
    if (weights == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        heads[i].weights = weights + i * f->view.n_features;
    }
    const enum stance_status status = solver_fit(heads, f->data, problems, n, error);
    for (size_t i = 0; i < n && status == STANCE_OK; i++) {
        decide_held_out(f, &heads[i], first + i);
    }
    count_unfinished(f, heads, n);
    free(weights);
    return status;
}

static enum stance_status fit_heads(const struct fitting *f, const struct solver_problem *problems, size_t first, size_t n,
                                    struct stance_error *error) {
    if (f->heads == NULL) {
        return fit_held_out(f, problems, first, n, error);
    }
    TRY(solver_fit(f->heads + first, f->data, problems, n, error));
    count_unfinished(f, f->heads + first, n);
    return STANCE_OK;
}

/* Passes on what the dual variables were where the plan keeps them. */
static enum stance_status fit_with_alpha(const struct fitting *f, struct solver_problem *problems, size_t first, size_t n,
                                         struct stance_error *error) {
    if (f->plan->alpha == NULL) {
        return fit_heads(f, problems, first, n, error);
    }
    float *alpha = array_new_table(n, f->n_rows, sizeof *alpha, error);
    if (alpha == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        problems[i].alpha = alpha + i * f->n_rows;
        if (f->heads != NULL) {
            take_alpha(f, problems[i].alpha, first + i);
        }
    }
    const enum stance_status status = fit_heads(f, problems, first, n, error);
    for (size_t i = 0; i < n && status == STANCE_OK && f->heads == NULL; i++) {
        give_alpha(f, problems[i].alpha, first + i);
    }
    free(alpha);
    return status;
}

static enum stance_status fit_task(void *user, size_t worker, size_t item, struct stance_error *error) {
    (void)worker;
    const struct fit_job *job = user;
    const struct fitting *f = &job->fittings[item % job->n_fittings];
    const size_t first = item / job->n_fittings * job->width, left = job->n_heads - first;
    const size_t n = left < job->width ? left : job->width, n_labels = f->plan->dataset->n_labels;
    struct solver_problem problems[SOLVER_WIDTH_MAX];
    for (size_t i = 0; i < n; i++) {
        problems[i] = (struct solver_problem){
            .positive = f->positive + (first + i) % n_labels * f->n_rows,
            .cost = {.c = f->plan->costs[(first + i) / n_labels], .weight = f->plan->class_weight},
        };
    }
    return fit_with_alpha(f, problems, first, n, error);
}

/* What is reported of the heads at hand counts on from those before. */
struct fit_progress {
    const struct parallel *parallel;
    size_t done, at_hand, total; /* heads */
};

/* The last task of a fitting may have fewer heads than others, so that a task is its share of all. */
static int report_progress(void *user, const char *stage, size_t done, size_t total) {
    const struct fit_progress *progress = user;
    const struct parallel *parallel = progress->parallel;
    return parallel->progress(parallel->progress_user, stage, progress->done + progress->at_hand * done / total, progress->total);
}

/* Tasks are as wide as pays, but not so wide that workers stand idle: what heads become does not depend on it. */
static enum stance_status run_tasks(struct fitting *fittings, size_t n_fittings, size_t n_heads, struct fit_progress *progress,
                                    const char *stage, struct stance_error *error) {
    const struct parallel *parallel = progress->parallel;
    const size_t share = n_fittings * n_heads / parallel->n_workers, width = solver_width(fittings[0].plan->method.solver);
    struct fit_job job = {.fittings = fittings, .n_fittings = n_fittings, .n_heads = n_heads};
    progress->at_hand = n_fittings * n_heads;
    job.width = share < 1 ? 1 : share < width ? share : width;
    const struct parallel counted = {.n_workers = parallel->n_workers,
                                     .progress = parallel->progress != NULL ? report_progress : NULL,
                                     .progress_user = progress};
    TRY(parallel_run(&counted, stage, n_fittings * tasks_each(&job), fit_task, &job, error));
    progress->done += progress->at_hand;
    return STANCE_OK;
}

/* --- Out of fold ------------------------------------------------------------------------------------------------------- */

/* Views that are in memory at once. */
enum { FOLDS_AT_ONCE = 4 };

struct ready_job {
    struct fitting *fittings;
    struct parallel parallel;
};

static enum stance_status get_fold_ready(void *user, size_t worker, size_t item, struct stance_error *error) {
    (void)worker;
    const struct ready_job *job = user;
    return get_ready(&job->fittings[item], &job->parallel, error);
}

static enum stance_status fit_some_folds(struct fitting *fittings, size_t n, struct fit_progress *progress,
                                         struct stance_error *error) {
    const struct fit_plan *plan = fittings[0].plan;
    const struct parallel quiet = parallel_quiet(plan->parallel);
    struct ready_job ready = {.fittings = fittings, .parallel = {.n_workers = n < quiet.n_workers ? quiet.n_workers / n : 1}};
    TRY(parallel_run(&quiet, "vectors", n, get_fold_ready, &ready, error));
    return run_tasks(fittings, n, plan->dataset->n_labels * plan->n_costs, progress, FIT_STAGE, error);
}

/* Folds are fitted side by side, so that all workers have work; but libsvm's matrix of inner products is one at a time. */
static size_t folds_at_once(const struct fit_plan *plan) {
    const size_t n = plan->method.solver == STANCE_SOLVER_LIBSVM ? 1 : plan->parallel->n_workers;
    return n < FOLDS_AT_ONCE ? n : FOLDS_AT_ONCE;
}

enum stance_status fit_folds(const struct fit_plan *plan, double *decision, struct stance_error *error) {
    struct fit_progress progress = {.parallel = plan->parallel,
                                    .total = count_fits(plan) * plan->dataset->n_labels * plan->n_costs};
    for (unsigned fit = 0; fit < count_fits(plan);) {
        struct fitting fittings[FOLDS_AT_ONCE] = {{.plan = plan}};
        const unsigned left = count_fits(plan) - fit;
        const unsigned n = left < folds_at_once(plan) ? left : (unsigned)folds_at_once(plan);
        for (unsigned i = 0; i < n; i++) {
            fittings[i] = (struct fitting){.plan = plan, .fit = fit + i};
            fittings[i].decision = decision;
        }
        const enum stance_status status = fit_some_folds(fittings, n, &progress, error);
        for (unsigned i = 0; i < n; i++) {
            let_go(&fittings[i]);
            view_free(&fittings[i].view);
        }
        TRY(status);
        fit += n;
    }
    return STANCE_OK;
}

/* --- On all ------------------------------------------------------------------------------------------------------------ */

static enum stance_status fit_model(struct fitting *f, struct stance_error *error) {
    const size_t n_labels = f->plan->dataset->n_labels;
    const struct parallel quiet = parallel_quiet(f->plan->parallel);
    struct fit_progress progress = {.parallel = f->plan->parallel, .total = n_labels};
    TRY(get_ready(f, &quiet, error));
    for (size_t label = 0; label < n_labels; label++) {
        f->heads[label].weights = array_new(f->view.n_features, sizeof *f->heads->weights, error);
        if (f->heads[label].weights == NULL) {
            return STANCE_ERROR_MEMORY;
        }
    }
    return run_tasks(f, 1, n_labels, &progress, "the model", error);
}

enum stance_status fit_all(const struct fit_plan *plan, struct view *view, struct linear_head *heads, struct stance_error *error) {
    struct fitting f = {.plan = plan, .fit = plan->n_folds, .heads = heads};
    const enum stance_status status = fit_model(&f, error);
    let_go(&f);
    *view = f.view;
    return status;
}
