#include "libsvm.h"

#include <libsvm/svm.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "status.h"

struct libsvm_data {
    const struct sparse_row *vectors;
    size_t n, n_features;
    const double *factors;  /* of each feature; NULL: 1 */
    struct svm_node *nodes; /* all sparse rows, one behind the other; or */
    double *cells;          /* all rows of the Gram matrix, in pairs */
    struct svm_node **rows;
};

static void say_nothing(const char *text) { (void)text; }

static void silence_libsvm(void) { svm_set_print_string_function(say_nothing); }

static double value_of(const struct libsvm_data *data, const struct sparse_entry *entry) {
    return (double)entry->value * (data->factors != NULL ? data->factors[entry->id] : 1.0);
}

/* --- Data -------------------------------------------------------------------------------------------------------------- */

/* Features to the records that hold them, ascending, so that a row of the Gram matrix costs what its features share. */
struct postings {
    size_t *starts; /* n_features + 1 */
    uint32_t *records;
    double *values;
};

static void postings_free(struct postings *postings) {
    free(postings->starts);
    free(postings->records);
    free(postings->values);
}

/* The caller frees `postings`, also where it fails. */
static enum stance_status postings_new(struct postings *postings, const struct libsvm_data *data, struct stance_error *error) {
    size_t n_values = 0;
    for (size_t i = 0; i < data->n; i++) {
        n_values += data->vectors[i].n;
    }
    *postings = (struct postings){.starts = array_new(data->n_features + 2, sizeof *postings->starts, error),
                                  .records = array_new(n_values, sizeof *postings->records, error),
                                  .values = array_new(n_values, sizeof *postings->values, error)};
    if (postings->starts == NULL || postings->records == NULL || postings->values == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    size_t *next = postings->starts + 1; /* starts[f + 1] serves as the place for the next record of f, and ends as its end */
    for (size_t i = 0; i < data->n; i++) {
        for (size_t k = 0; k < data->vectors[i].n; k++) {
            next[data->vectors[i].entries[k].id + 1]++;
        }
    }
    for (size_t f = 1; f <= data->n_features; f++) {
        next[f] += next[f - 1];
    }
    for (size_t i = 0; i < data->n; i++) {
        for (size_t k = 0; k < data->vectors[i].n; k++) {
            const struct sparse_entry *entry = &data->vectors[i].entries[k];
            const size_t at = next[entry->id]++;
            postings->records[at] = (uint32_t)i;
            postings->values[at] = value_of(data, entry);
        }
    }
    return STANCE_OK;
}

struct gram_job {
    struct libsvm_data *data;
    struct postings postings;
    double **sums; /* n of them for each worker */
};

/* Of a node libsvm uses, where the kernel is given, the value alone, so that the nodes of two rows can overlap: each row's values
 * lie where the other's indices would. That halves the matrix to 8 bytes a cell. */
_Static_assert(sizeof(struct svm_node) == 2 * sizeof(double) && offsetof(struct svm_node, value) == sizeof(double),
               "a node is an index and a value of equal size");

static size_t pair_size(size_t n) { return 2 * (n + 1) + 1; }

/* The row's own number, and then the inner products with every record, are at every second place from here on. */
static double *row_values(const struct libsvm_data *data, size_t i) { return data->cells + i / 2 * pair_size(data->n) + i % 2 + 1; }

static void fill_gram_row(const struct gram_job *job, double *sums, size_t i) {
    const struct libsvm_data *data = job->data;
    const struct sparse_row *vector = &data->vectors[i];
    memset(sums, 0, data->n * sizeof *sums);
    for (size_t k = 0; k < vector->n; k++) {
        const double value = value_of(data, &vector->entries[k]);
        const size_t start = job->postings.starts[vector->entries[k].id], end = job->postings.starts[vector->entries[k].id + 1];
        for (size_t at = start; at < end; at++) {
            sums[job->postings.records[at]] += value * job->postings.values[at];
        }
    }
    double *values = row_values(data, i);
    values[0] = (double)(i + 1);
    for (size_t j = 0; j < data->n; j++) {
        values[2 * (j + 1)] = sums[j];
    }
}

static enum stance_status fill_gram_pair(void *user, size_t worker, size_t pair, struct stance_error *error) {
    (void)error;
    const struct gram_job *job = user;
    for (size_t i = 2 * pair; i < 2 * pair + 2 && i < job->data->n; i++) {
        fill_gram_row(job, job->sums[worker], i);
    }
    return STANCE_OK;
}

static void free_sums(double **sums, size_t n) {
    for (size_t i = 0; sums != NULL && i < n; i++) {
        free(sums[i]);
    }
    free(sums);
}

static enum stance_status fill_gram(struct libsvm_data *data, const struct parallel *parallel, struct stance_error *error) {
    const size_t n_workers = parallel->n_workers;
    struct gram_job job = {.data = data, .sums = array_new(n_workers, sizeof *job.sums, error)};
    enum stance_status status = job.sums == NULL ? STANCE_ERROR_MEMORY : postings_new(&job.postings, data, error);
    for (size_t i = 0; i < n_workers && status == STANCE_OK; i++) {
        job.sums[i] = array_new(data->n, sizeof **job.sums, error);
        status = job.sums[i] == NULL ? STANCE_ERROR_MEMORY : STANCE_OK;
    }
    if (status == STANCE_OK) {
        status = parallel_run(parallel, "inner products", data->n / 2 + data->n % 2, fill_gram_pair, &job, error);
    }
    free_sums(job.sums, n_workers);
    postings_free(&job.postings);
    return status;
}

static enum stance_status new_gram(struct libsvm_data *data, const struct parallel *parallel, struct stance_error *error) {
    data->cells = array_new((data->n / 2 + data->n % 2) * pair_size(data->n), sizeof *data->cells, error);
    if (data->cells == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < data->n; i++) {
        data->rows[i] = (struct svm_node *)(void *)(row_values(data, i) - 1);
    }
    return fill_gram(data, parallel, error);
}

static enum stance_status new_sparse(struct libsvm_data *data, struct stance_error *error) {
    size_t n_nodes = data->n;
    for (size_t i = 0; i < data->n; i++) {
        n_nodes += data->vectors[i].n;
    }
    data->nodes = array_new(n_nodes, sizeof *data->nodes, error);
    if (data->nodes == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    struct svm_node *node = data->nodes;
    for (size_t i = 0; i < data->n; i++) {
        data->rows[i] = node;
        for (size_t k = 0; k < data->vectors[i].n; k++) {
            const struct sparse_entry *entry = &data->vectors[i].entries[k];
            *node++ = (struct svm_node){.index = (int)entry->id + 1, .value = value_of(data, entry)};
        }
        *node++ = (struct svm_node){.index = -1};
    }
    return STANCE_OK;
}

static enum stance_status fill_data(struct libsvm_data *data, size_t gram_max, const struct parallel *parallel,
                                    struct stance_error *error) {
    data->rows = array_new(data->n, sizeof *data->rows, error);
    if (data->rows == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    return data->n <= gram_max ? new_gram(data, parallel, error) : new_sparse(data, error);
}

size_t libsvm_gram_bound(long n_pages, long page_size) {
    const double most = 4294967296.0, half = 0.5 * (double)n_pages * (double)page_size;
    const bool is_known = n_pages > 0 && page_size > 0;
    const size_t n = (size_t)sqrt((is_known && half < most ? half : most) / sizeof(double));
    return n > 2 ? n - 2 : 0;
}

size_t libsvm_gram_max(void) { return libsvm_gram_bound(sysconf(_SC_PHYS_PAGES), sysconf(_SC_PAGESIZE)); }

static enum stance_status new_data(struct libsvm_data **out, const struct libsvm_data *given, size_t gram_max,
                                   const struct parallel *parallel, struct stance_error *error) {
    struct libsvm_data *data = array_new(1, sizeof *data, error);
    if (data == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    *data = *given;
    const enum stance_status status = fill_data(data, gram_max, parallel, error);
    if (status != STANCE_OK) {
        libsvm_data_free(data);
        return status;
    }
    *out = data;
    return STANCE_OK;
}

enum stance_status libsvm_data_new(struct libsvm_data **out, const struct sparse_row *rows, size_t n, size_t n_features,
                                   size_t gram_max, const struct parallel *parallel, struct stance_error *error) {
    return new_data(out, &(struct libsvm_data){.vectors = rows, .n = n, .n_features = n_features}, gram_max, parallel, error);
}

enum stance_status libsvm_data_new_scaled(struct libsvm_data **out, const struct sparse_row *rows, const double *factors, size_t n,
                                          size_t n_features, size_t gram_max, struct stance_error *error) {
    const struct libsvm_data given = {.vectors = rows, .n = n, .n_features = n_features, .factors = factors};
    return new_data(out, &given, gram_max, &(struct parallel){.n_workers = 1}, error);
}

void libsvm_data_free(struct libsvm_data *data) {
    if (data != NULL) {
        free(data->nodes);
        free(data->cells);
        free(data->rows);
        free(data);
    }
}

/* --- Training ---------------------------------------------------------------------------------------------------------- */

/* libsvm caches rows of the kernel matrix as floats: room for all of them while that is below a gibibyte. */
static double cache_mib(size_t n) {
    const double all = (double)n * (double)n * sizeof(float) / (1024.0 * 1024.0) + 16.0;
    return all < 1024.0 ? all : 1024.0;
}

/* libsvm does not check its allocations. Asking for the same memory first makes most of running out of it an error and no crash;
 * not all, as other threads may take it meanwhile, and a system that promises more than it has says yes. */
static enum stance_status probe_memory(size_t n, struct stance_error *error) {
    const size_t per_record = 160; /* the solver's vectors and the solution */
    const size_t size = (size_t)(cache_mib(n) * 1024.0 * 1024.0) + n * per_record;
    void *probe = malloc(size);
    if (probe == NULL) {
        return status_memory(error, size);
    }
    free(probe);
    return STANCE_OK;
}

static struct svm_parameter make_parameter(const struct libsvm_data *data, double c, int *labels, double *weights) {
    return (struct svm_parameter){.svm_type = C_SVC,
                                  .kernel_type = data->cells != NULL ? PRECOMPUTED : LINEAR,
                                  .cache_size = cache_mib(data->n),
                                  .eps = 1e-3,
                                  .C = c,
                                  .nr_weight = 2,
                                  .weight_label = labels,
                                  .weight = weights,
                                  .shrinking = 1};
}

enum stance_status libsvm_solve(struct svm_model **solution, const struct libsvm_data *data, const bool *positive,
                                struct solver_cost cost, struct stance_error *error) {
    static pthread_once_t silenced = PTHREAD_ONCE_INIT;
    (void)pthread_once(&silenced, silence_libsvm);
    TRY(probe_memory(data->n, error));
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
    const struct svm_problem problem = {.l = (int)data->n, .y = y, .x = data->rows};
    const struct svm_parameter parameter = make_parameter(data, cost.c, labels, weights);
    const char *complaint = svm_check_parameter(&problem, &parameter);
    struct svm_model *trained = complaint == NULL ? svm_train(&problem, &parameter) : NULL;
    free(y);
    if (trained == NULL) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "libsvm refuses to train: %s",
                          complaint != NULL ? complaint : "no reason given");
    }
    *solution = trained;
    return STANCE_OK;
}

/* The training record that support vector `k` is. */
static size_t record_of(const struct svm_model *solution, const struct libsvm_data *data, size_t k) {
    return data->cells != NULL ? (size_t)solution->SV[k][0].value - 1 : (size_t)(solution->sv_indices[k] - 1);
}

void libsvm_fold(struct linear_head *head, const struct svm_model *solution, const struct libsvm_data *data) {
    const double sign = solution->label[0] == 1 ? 1.0 : -1.0; /* libsvm's values are for the label that it saw first */
    memset(head->weights, 0, data->n_features * sizeof *head->weights);
    head->bias = -sign * solution->rho[0];
    for (size_t k = 0; k < (size_t)solution->l; k++) {
        const double coefficient = sign * solution->sv_coef[0][k];
        const struct sparse_row *vector = &data->vectors[record_of(solution, data, k)];
        for (size_t i = 0; i < vector->n; i++) {
            head->weights[vector->entries[i].id] += coefficient * (double)vector->entries[i].value;
        }
    }
    for (size_t f = 0; data->factors != NULL && f < data->n_features; f++) { /* once of the record, once of the weight */
        head->weights[f] *= data->factors[f] * data->factors[f];
    }
}

enum stance_status libsvm_fit(struct linear_head *head, const struct libsvm_data *data, const bool *positive,
                              struct solver_cost cost, struct stance_error *error) {
    struct svm_model *solution = NULL;
    const enum stance_status status = libsvm_solve(&solution, data, positive, cost, error);
    if (status != STANCE_OK || solution == NULL) {
        return status;
    }
    libsvm_fold(head, solution, data);
    svm_free_and_destroy_model(&solution);
    return STANCE_OK;
}
