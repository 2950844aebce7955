/* LIBLINEAR's L2-regularised SVM with squared hinge loss, solved in the primal (Fan et al. 2008). The sole user of LIBLINEAR.
 *
 * Its dual solvers draw from the process's rand(); the trust region Newton method of the primal draws nothing, so that training is
 * deterministic in any number of threads. */
#ifndef STANCE_SRC_LIBLINEAR_H
#define STANCE_SRC_LIBLINEAR_H

#include "solver_problem.h"
#include "sparse.h"

struct liblinear_data;

/* `rows` may go when this returns; `factors` scale the features and are borrowed until liblinear_data_free, NULL leaves them as
 * they are. Takes 16 bytes a value. */
enum stance_status liblinear_data_new(struct liblinear_data **out, const struct sparse_row *rows, const double *factors, size_t n,
                                      size_t n_features, struct stance_error *error);
void liblinear_data_free(struct liblinear_data *data);

/* As solver_fit, for rows that are not scaled, where both kinds of records are there. */
enum stance_status liblinear_fit(struct linear_head *head, const struct liblinear_data *data, const bool *positive,
                                 struct solver_cost cost, struct stance_error *error);

#endif
