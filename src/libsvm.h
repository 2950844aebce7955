/* libsvm's C-SVC with the linear kernel (Chang and Lin 2011), folded into one weight vector. The sole user of libsvm.
 *
 * libsvm's training draws no random numbers and touches no locale; its `rand` serves the cross-validation and probabilities that
 * are not used here, its `setlocale` the model files that are not written here. */
#ifndef STANCE_SRC_LIBSVM_H
#define STANCE_SRC_LIBSVM_H

#include "parallel.h"
#include "solver_problem.h"
#include "sparse.h"

/* Training vectors in libsvm's form. A moderate number of them are given to it as the matrix of their inner products (the Gram
 * matrix), computed once for all heads and values of C, of 8 bytes a pair; more of them as they are. Heads are the same either way,
 * to the bit. Each fit that runs has a cache of its own, of 4 bytes a pair and a gibibyte at most. */
struct libsvm_data;

/* For how many rows the matrix takes no more than 4 GiB (23,168 of them), nor than half of the machine's memory. */
size_t libsvm_gram_max(void);
/* The same of a machine with so much memory; below 1 where the system does not tell. */
size_t libsvm_gram_bound(long n_pages, long page_size);

/* Up to `gram_max` rows become a Gram matrix. `rows` are borrowed until libsvm_data_free. A row's ids are below `n_features`. */
enum stance_status libsvm_data_new(struct libsvm_data **out, const struct sparse_row *rows, size_t n, size_t n_features,
                                   size_t gram_max, const struct parallel *parallel, struct stance_error *error);
/* The same of rows whose features are scaled by `factors`, which are borrowed too. */
enum stance_status libsvm_data_new_scaled(struct libsvm_data **out, const struct sparse_row *rows, const double *factors, size_t n,
                                          size_t n_features, size_t gram_max, struct stance_error *error);
void libsvm_data_free(struct libsvm_data *data);

/* As solver_fit, where both kinds of records are there. */
enum stance_status libsvm_fit(struct linear_head *head, const struct libsvm_data *data, const bool *positive,
                              struct solver_cost cost, struct stance_error *error);

/* The two halves of libsvm_fit, for the test that holds one against the other. */
struct svm_model;
enum stance_status libsvm_solve(struct svm_model **solution, const struct libsvm_data *data, const bool *positive,
                                struct solver_cost cost, struct stance_error *error);
/* Sums up the support vectors; `head->weights` is overwritten. */
void libsvm_fold(struct linear_head *head, const struct svm_model *solution, const struct libsvm_data *data);

#endif
