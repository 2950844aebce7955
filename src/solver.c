#include "solver.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "liblinear.h"
#include "libsvm.h"
#include "status.h"

struct solver_data {
    enum stance_solver solver;
    size_t n, n_features;
    struct libsvm_data *libsvm;
    struct liblinear_data *liblinear;
};

enum stance_status solver_data_new(struct solver_data **out, enum stance_solver solver, const struct vector *const *vectors,
                                   size_t n, size_t n_features, const struct parallel *parallel, struct stance_error *error) {
    if (n >= INT32_MAX || n_features >= INT32_MAX - 1) {
        return status_set(error, STANCE_ERROR_LIMIT, "the solvers take fewer than 2147483647 records and features");
    }
    struct solver_data *data = array_new(1, sizeof *data, error);
    if (data == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    *data = (struct solver_data){.solver = solver, .n = n, .n_features = n_features};
    const enum stance_status status = solver == STANCE_SOLVER_LIBSVM
                                          ? libsvm_data_new(&data->libsvm, vectors, n, n_features, parallel, error)
                                          : liblinear_data_new(&data->liblinear, vectors, n, n_features, error);
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
        free(data);
    }
}

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

enum stance_status solver_fit(struct linear_head *head, const struct solver_data *data, const bool *positive,
                              struct solver_cost cost, struct stance_error *error) {
    const size_t n_positive = count_positive(positive, data->n);
    if (n_positive == 0 || n_positive == data->n) {
        memset(head->weights, 0, data->n_features * sizeof *head->weights);
        head->bias = n_positive == 0 ? -1.0 : 1.0;
        return STANCE_OK;
    }
    return data->solver == STANCE_SOLVER_LIBSVM ? libsvm_fit(head, data->libsvm, positive, cost, error)
                                                : liblinear_fit(head, data->liblinear, positive, cost, error);
}

double solver_decide(const struct linear_head *head, const struct vector *vector) {
    double sum = head->bias;
    for (size_t i = 0; i < vector->n; i++) {
        sum += head->weights[vector->data[i].id] * vector->data[i].value;
    }
    return sum;
}
