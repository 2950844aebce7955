#include "solver.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "dcd.h"
#include "liblinear.h"
#include "libsvm.h"
#include "log_count.h"
#include "status.h"

struct solver_data {
    struct solver_method method;
    const struct sparse_row *rows;
    size_t n, n_features;
    struct log_counts log_counts; /* where features are scaled; LIBLINEAR and libsvm then have no data but a head's own */
    struct libsvm_data *libsvm;
    struct liblinear_data *liblinear;
    struct dcd_data *dcd;
};

static bool is_scaled(const struct solver_data *data) { return data->method.log_count > 0.0; }

static enum stance_status new_data(struct solver_data *data, const struct parallel *parallel, struct stance_error *error) {
    if (is_scaled(data)) {
        TRY(log_counts_new(&data->log_counts, data->rows, data->n, data->n_features, error));
    }
    if (data->method.solver == STANCE_SOLVER_DCD) {
        return dcd_data_new(&data->dcd, data->rows, data->n, data->n_features, error);
    }
    if (is_scaled(data)) {
        return STANCE_OK;
    }
    if (data->method.solver == STANCE_SOLVER_LIBLINEAR) {
        return liblinear_data_new(&data->liblinear, data->rows, NULL, data->n, data->n_features, error);
    }
    return libsvm_data_new(&data->libsvm, data->rows, data->n, data->n_features, libsvm_gram_max(), parallel, error);
}

enum stance_status solver_data_new(struct solver_data **out, struct solver_method method, const struct sparse_row *rows, size_t n,
                                   size_t n_features, const struct parallel *parallel, struct stance_error *error) {
    if (n >= INT32_MAX || n_features >= INT32_MAX - 1) {
        return status_set(error, STANCE_ERROR_LIMIT, "the solvers take fewer than 2147483647 records and features");
    }
    struct solver_data *data = array_new(1, sizeof *data, error);
    if (data == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    *data = (struct solver_data){.method = method, .rows = rows, .n = n, .n_features = n_features};
    const enum stance_status status = new_data(data, parallel, error);
    if (status != STANCE_OK) {
        solver_data_free(data);
        return status;
    }
    *out = data;
    return STANCE_OK;
}

void solver_data_free(struct solver_data *data) {
    if (data != NULL) {
        libsvm_data_free(data->libsvm);
        liblinear_data_free(data->liblinear);
        dcd_data_free(data->dcd);
        log_counts_free(&data->log_counts);
        free(data);
    }
}

size_t solver_width(enum stance_solver solver) { return solver == STANCE_SOLVER_DCD ? DCD_LANES : 1; }

/* Whether the head is a constant; then it is made. */
static bool fit_constant(struct linear_head *head, const struct solver_data *data, const bool *positive) {
    const size_t n_positive = solver_count_positive(positive, data->n);
    if (n_positive > 0 && n_positive < data->n) {
        return false;
    }
    memset(head->weights, 0, data->n_features * sizeof *head->weights);
    head->bias = n_positive == 0 ? -1.0 : 1.0;
    return true;
}

/* Fills in the factors of some problems' features, one problem behind the other; NULL where features are not scaled. The caller
 * frees them. */
static enum stance_status new_factors(double **out, const struct solver_data *data, const struct solver_problem *problems, size_t n,
                                      struct stance_error *error) {
    if (!is_scaled(data)) {
        *out = NULL;
        return STANCE_OK;
    }
    double *factors = array_new_table(n, data->n_features, sizeof *factors, error);
    if (factors == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        log_count_factors(factors + i * data->n_features, &data->log_counts, problems[i].positive, data->method.log_count);
    }
    *out = factors;
    return STANCE_OK;
}

/* Gives those problems to dcd_fit that are not constant. */
static enum stance_status fit_side_by_side(struct linear_head *heads, const struct solver_data *data,
                                           const struct solver_problem *problems, size_t n_problems, struct stance_error *error) {
    struct linear_head open_heads[DCD_LANES] = {{.weights = NULL}};
    struct solver_problem open_problems[DCD_LANES] = {{.positive = NULL}};
    size_t which[DCD_LANES], n_open = 0;
    for (size_t i = 0; i < n_problems; i++) {
        if (!fit_constant(&heads[i], data, problems[i].positive)) {
            open_heads[n_open] = heads[i];
            open_problems[n_open] = problems[i];
            which[n_open++] = i;
        }
    }
    if (n_open == 0) {
        return STANCE_OK;
    }
    double *factors = NULL;
    TRY(new_factors(&factors, data, open_problems, n_open, error));
    const enum stance_status status = dcd_fit(open_heads, data->dcd, open_problems, factors, n_open, error);
    free(factors);
    for (size_t i = 0; i < n_open; i++) {
        heads[which[i]].bias = open_heads[i].bias;
        heads[which[i]].unfinished = open_heads[i].unfinished;
    }
    return status;
}

static enum stance_status fit_with_factors(struct linear_head *head, const struct solver_data *data,
                                           const struct solver_problem *problem, const double *factors,
                                           struct stance_error *error) {
    enum stance_status status;
    if (data->method.solver == STANCE_SOLVER_LIBLINEAR) {
        struct liblinear_data *scaled = NULL;
        TRY(liblinear_data_new(&scaled, data->rows, factors, data->n, data->n_features, error));
        status = liblinear_fit(head, scaled, problem->positive, problem->cost, error);
        liblinear_data_free(scaled);
    } else {
        struct libsvm_data *scaled = NULL;
        TRY(libsvm_data_new_scaled(&scaled, data->rows, factors, data->n, data->n_features, SOLVER_SCALED_GRAM_MAX, error));
        status = libsvm_fit(head, scaled, problem->positive, problem->cost, error);
        libsvm_data_free(scaled);
    }
    return status;
}

/* The rows are copied for the one head, so that memory grows with the heads in training and not with all. */
static enum stance_status fit_scaled(struct linear_head *head, const struct solver_data *data, const struct solver_problem *problem,
                                     struct stance_error *error) {
    double *factors = NULL;
    TRY(new_factors(&factors, data, problem, 1, error));
    const enum stance_status status = fit_with_factors(head, data, problem, factors, error);
    free(factors);
    return status;
}

static enum stance_status fit_one(struct linear_head *head, const struct solver_data *data, const struct solver_problem *problem,
                                  struct stance_error *error) {
    if (fit_constant(head, data, problem->positive)) {
        return STANCE_OK;
    }
    if (is_scaled(data)) {
        return fit_scaled(head, data, problem, error);
    }
    return data->method.solver == STANCE_SOLVER_LIBSVM
               ? libsvm_fit(head, data->libsvm, problem->positive, problem->cost, error)
               : liblinear_fit(head, data->liblinear, problem->positive, problem->cost, error);
}

enum stance_status solver_fit(struct linear_head *heads, const struct solver_data *data, const struct solver_problem *problems,
                              size_t n_problems, struct stance_error *error) {
    if (data->method.solver == STANCE_SOLVER_DCD) {
        return fit_side_by_side(heads, data, problems, n_problems, error);
    }
    for (size_t i = 0; i < n_problems; i++) {
        TRY(fit_one(&heads[i], data, &problems[i], error));
    }
    return STANCE_OK;
}

double solver_decide(const struct linear_head *head, const struct sparse_row *row) {
    double sum = head->bias;
    for (size_t i = 0; i < row->n; i++) {
        sum += head->weights[row->entries[i].id] * (double)row->entries[i].value;
    }
    return sum;
}
