#include "liblinear.h"

#include <linear.h>
#include <pthread.h>
#include <stdlib.h>

#include "array.h"
#include "status.h"

struct liblinear_data {
    size_t n, n_features;
    const double *factors;      /* of each feature; NULL: 1 */
    struct feature_node *nodes; /* all rows, one behind the other, each ended by index -1 */
    struct feature_node **rows;
};

static void say_nothing(const char *text) { (void)text; }

static void silence_liblinear(void) { set_print_string_function(say_nothing); }

static double factor_of(const struct liblinear_data *data, size_t feature) {
    return data->factors != NULL ? data->factors[feature] : 1.0;
}

/* The feature behind the last is 1 in every record; its weight is the bias. */
static void fill_rows(struct liblinear_data *data, const struct sparse_row *rows) {
    struct feature_node *node = data->nodes;
    for (size_t i = 0; i < data->n; i++) {
        data->rows[i] = node;
        for (size_t k = 0; k < rows[i].n; k++) {
            const struct sparse_entry *entry = &rows[i].entries[k];
            *node++ =
                (struct feature_node){.index = (int)entry->id + 1, .value = (double)entry->value * factor_of(data, entry->id)};
        }
        *node++ = (struct feature_node){.index = (int)data->n_features + 1, .value = 1.0};
        *node++ = (struct feature_node){.index = -1};
    }
}

enum stance_status liblinear_data_new(struct liblinear_data **out, const struct sparse_row *rows, const double *factors, size_t n,
                                      size_t n_features, struct stance_error *error) {
    size_t n_nodes = 2 * n;
    for (size_t i = 0; i < n; i++) {
        n_nodes += rows[i].n;
    }
    struct liblinear_data *data = array_new(1, sizeof *data, error);
    if (data == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    *data = (struct liblinear_data){.n = n,
                                    .n_features = n_features,
                                    .factors = factors,
                                    .nodes = array_new(n_nodes, sizeof *data->nodes, error),
                                    .rows = array_new(n, sizeof *data->rows, error)};
    if (data->nodes == NULL || data->rows == NULL) {
        liblinear_data_free(data);
        return STANCE_ERROR_MEMORY;
    }
    fill_rows(data, rows);
    *out = data;
    return STANCE_OK;
}

void liblinear_data_free(struct liblinear_data *data) {
    if (data != NULL) {
        free(data->nodes);
        free(data->rows);
        free(data);
    }
}

/* LIBLINEAR does not check its allocations. Asking for the same memory first makes most of running out of it an error and no crash;
 * not all, as other threads may take it meanwhile, and a system that promises more than it has says yes. */
static enum stance_status probe_memory(const struct liblinear_data *data, struct stance_error *error) {
    const size_t per_record = 64, per_feature = 128; /* copies of pointers and labels; the Newton method's vectors */
    const size_t size = data->n * per_record + data->n_features * per_feature;
    void *probe = malloc(size);
    if (probe == NULL) {
        return status_memory(error, size);
    }
    free(probe);
    return STANCE_OK;
}

static void read_weights(struct linear_head *head, const struct model *solution, const struct liblinear_data *data) {
    const double sign = solution->label[0] == 1 ? 1.0 : -1.0; /* its values are for the label that it saw first */
    for (size_t i = 0; i < data->n_features; i++) {
        head->weights[i] = sign * solution->w[i] * factor_of(data, i);
    }
    head->bias = sign * solution->w[data->n_features];
}

enum stance_status liblinear_fit(struct linear_head *head, const struct liblinear_data *data, const bool *positive,
                                 struct solver_cost cost, struct stance_error *error) {
    static pthread_once_t silenced = PTHREAD_ONCE_INIT; /* its print hook is the process's own */
    (void)pthread_once(&silenced, silence_liblinear);
    TRY(probe_memory(data, error));
    double *y = array_new(data->n, sizeof *y, error);
    if (y == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < data->n; i++) {
        y[i] = positive[i] ? 1.0 : -1.0;
    }
    const struct solver_factors factors = solver_factors(cost.weight, positive, data->n);
    int labels[2] = {1, -1};
    double weights[2] = {factors.positive, factors.negative};
    const struct problem problem = {.l = (int)data->n, .n = (int)data->n_features + 1, .y = y, .x = data->rows, .bias = 1.0};
    const struct parameter parameter = {
        .solver_type = L2R_L2LOSS_SVC, .eps = 1e-3, .C = cost.c, .nr_weight = 2, .weight_label = labels, .weight = weights};
    const char *complaint = check_parameter(&problem, &parameter);
    struct model *solution = complaint == NULL ? train(&problem, &parameter) : NULL;
    free(y);
    if (solution == NULL) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "LIBLINEAR refuses to train: %s",
                          complaint != NULL ? complaint : "no reason given");
    }
    read_weights(head, solution, data);
    free_and_destroy_model(&solution);
    return STANCE_OK;
}
