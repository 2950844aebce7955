/* The L2-regularised SVM with squared hinge loss, by coordinate descent in the dual (Hsieh et al. 2008, algorithm 1 with the bound
 * of equation 8 at infinity): the problem that LIBLINEAR's solvers 1 and 2 solve, and so the same heads.
 *
 * Several heads descend side by side, on the same row at the same time: what a pass costs is fetching rows and weights from memory,
 * and so it is paid once. Each lane is a descent of its own, which the other lanes do not touch. */
#ifndef STANCE_SRC_DCD_H
#define STANCE_SRC_DCD_H

#include "solver_problem.h"
#include "sparse.h"

enum { DCD_LANES = SOLVER_WIDTH_MAX, DCD_PASSES_MAX = 1000 };

struct dcd_data;

/* `rows` are borrowed until dcd_data_free. */
enum stance_status dcd_data_new(struct dcd_data **out, const struct sparse_row *rows, size_t n, size_t n_features,
                                struct stance_error *error);
void dcd_data_free(struct dcd_data *data);

/* As solver_fit, for up to DCD_LANES problems that have both kinds of records. `factors`, where not NULL, scale the features of
 * each problem: [problem * n_features + feature]. */
enum stance_status dcd_fit(struct linear_head *heads, const struct dcd_data *data, const struct solver_problem *problems,
                           const double *factors, size_t n_problems, struct stance_error *error);

#endif
