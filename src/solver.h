/* Trains one linear head after another on the same vectors, by one of the libraries that can. */
#ifndef STANCE_SRC_SOLVER_H
#define STANCE_SRC_SOLVER_H

#include "parallel.h"
#include "vector.h"

/* The linear function that a head is: decision = bias + sum of weights times values. */
struct linear_head {
    double *weights; /* n_features, by the caller */
    double bias;
};

struct solver_cost {
    double c; /* > 0 */
    enum stance_class_weight weight;
};

/* Training vectors in the form that a library wants. */
struct solver_data;

/* `vectors` are borrowed until solver_data_free. A vector's ids are below `n_features`. */
enum stance_status solver_data_new(struct solver_data **out, enum stance_solver solver, const struct vector *const *vectors,
                                   size_t n, size_t n_features, const struct parallel *parallel, struct stance_error *error);
void solver_data_free(struct solver_data *data);

/* Trains a head to tell `positive` from the rest; positive decision values are for positive. Where all records are of one kind the
 * head is the constant 1 or -1. Any number of threads may train on the same data. */
enum stance_status solver_fit(struct linear_head *head, const struct solver_data *data, const bool *positive,
                              struct solver_cost cost, struct stance_error *error);

double solver_decide(const struct linear_head *head, const struct vector *vector);

/* The factors of C for the label and for its absence. */
struct solver_factors {
    double positive, negative;
};
struct solver_factors solver_factors(enum stance_class_weight weight, const bool *positive, size_t n);

#endif
