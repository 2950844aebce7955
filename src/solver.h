/* Trains linear heads on the same rows, by one of the solvers. */
#ifndef STANCE_SRC_SOLVER_H
#define STANCE_SRC_SOLVER_H

#include "parallel.h"
#include "solver_problem.h"
#include "sparse.h"

struct solver_method {
    enum stance_solver solver;
    double log_count; /* share of the log-count ratios in the features' scale, see log_count.h; 0: features are not scaled */
};

/* libsvm learns from scaled features by a matrix of one head alone up to so many rows, where it pays and takes 200 MB at most for
 * each head in training. */
enum { SOLVER_SCALED_GRAM_MAX = 5000 };

/* Training rows in the form that a solver wants. */
struct solver_data;

/* `rows` are borrowed until solver_data_free. A row's ids are below `n_features`. */
enum stance_status solver_data_new(struct solver_data **out, struct solver_method method, const struct sparse_row *rows, size_t n,
                                   size_t n_features, const struct parallel *parallel, struct stance_error *error);
void solver_data_free(struct solver_data *data);

/* How many problems it pays to give solver_fit at once, which takes SOLVER_WIDTH_MAX at most. */
size_t solver_width(enum stance_solver solver);

/* Trains a head for each problem; positive decision values are for positive. A head that was trained on scaled features holds their
 * scale in its weights: it is for rows as they are. Where all rows are of one kind the head is the
 * constant 1 or -1. A head does not depend on the problems beside its own. Any number of threads may train on the same data. */
enum stance_status solver_fit(struct linear_head *heads, const struct solver_data *data, const struct solver_problem *problems,
                              size_t n_problems, struct stance_error *error);

double solver_decide(const struct linear_head *head, const struct sparse_row *row);

#endif
