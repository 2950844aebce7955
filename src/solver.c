#include "solver.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "dcd.h"
#include "liblinear.h"
#include "libsvm.h"
#include "status.h"

struct solver_data {
    enum stance_solver solver;
    size_t n, n_features;
    struct libsvm_data *libsvm;
    struct liblinear_data *liblinear;
    struct dcd_data *dcd;
};

static enum stance_status new_data(struct solver_data *data, const struct sparse_row *rows, const struct parallel *parallel,
                                   struct stance_error *error) {
    switch (data->solver) {
    case STANCE_SOLVER_LIBLINEAR: return liblinear_data_new(&data->liblinear, rows, data->n, data->n_features, error);
    case STANCE_SOLVER_DCD: return dcd_data_new(&data->dcd, rows, data->n, data->n_features, error);
    case STANCE_SOLVER_LIBSVM: break;
    }
    return libsvm_data_new(&data->libsvm, rows, data->n, data->n_features, libsvm_gram_max(), parallel, error);
}

enum stance_status solver_data_new(struct solver_data **out, enum stance_solver solver, const struct sparse_row *rows, size_t n,
                                   size_t n_features, const struct parallel *parallel, struct stance_error *error) {
    if (n >= INT32_MAX || n_features >= INT32_MAX - 1) {
        return status_set(error, STANCE_ERROR_LIMIT, "the solvers take fewer than 2147483647 records and features");
    }
    struct solver_data *data = array_new(1, sizeof *data, error);
    if (data == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    *data = (struct solver_data){.solver = solver, .n = n, .n_features = n_features};
    const enum stance_status status = new_data(data, rows, parallel, error);
    if (status != STANCE_OK) {
        free(data);
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
        free(data);
    }
}

size_t solver_width(enum stance_solver solver) { return solver == STANCE_SOLVER_DCD ? DCD_LANES : 1; }

static size_t count_positive(const bool *positive, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += positive[i];
    }
    return count;
}

struct solver_factors solver_factors(enum stance_class_weight weight, const bool *positive, size_t n) {
    if (weight != STANCE_WEIGHT_BALANCED) {
        return (struct solver_factors){.positive = 1.0, .negative = 1.0};
    }
    const size_t n_positive = count_positive(positive, n);
    return (struct solver_factors){.positive = (double)n / (2.0 * (double)n_positive),
                                   .negative = (double)n / (2.0 * (double)(n - n_positive))};
}

/* Whether the head is a constant; then it is made. */
static bool fit_constant(struct linear_head *head, const struct solver_data *data, const bool *positive) {
    const size_t n_positive = count_positive(positive, data->n);
    if (n_positive > 0 && n_positive < data->n) {
        return false;
    }
    memset(head->weights, 0, data->n_features * sizeof *head->weights);
    head->bias = n_positive == 0 ? -1.0 : 1.0;
    return true;
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
    TRY(dcd_fit(open_heads, data->dcd, open_problems, n_open, error));
    for (size_t i = 0; i < n_open; i++) {
        heads[which[i]].bias = open_heads[i].bias;
    }
    return STANCE_OK;
}

static enum stance_status fit_one(struct linear_head *head, const struct solver_data *data, const struct solver_problem *problem,
                                  struct stance_error *error) {
    if (fit_constant(head, data, problem->positive)) {
        return STANCE_OK;
    }
    return data->solver == STANCE_SOLVER_LIBSVM ? libsvm_fit(head, data->libsvm, problem->positive, problem->cost, error)
                                                : liblinear_fit(head, data->liblinear, problem->positive, problem->cost, error);
}

enum stance_status solver_fit(struct linear_head *heads, const struct solver_data *data, const struct solver_problem *problems,
                              size_t n_problems, struct stance_error *error) {
    if (data->solver == STANCE_SOLVER_DCD) {
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
