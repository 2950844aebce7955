/* libsvm's C-SVC with the linear kernel (Chang and Lin 2011), folded into one weight vector. The sole user of libsvm.
 *
 * libsvm's training draws no random numbers and touches no locale; its `rand` serves the cross-validation and probabilities that
 * are not used here, its `setlocale` the model files that are not written here. */
#ifndef STANCE_SRC_SVM_H
#define STANCE_SRC_SVM_H

#include "parallel.h"
#include "vector.h"

/* Training vectors in libsvm's form. Up to SVM_GRAM_MAX of them are given to it as the matrix of their inner products (the Gram
 * matrix), computed once for all heads and values of C; more of them as they are. */
struct svm_data;

enum { SVM_GRAM_MAX = 12000 };

/* `vectors` are borrowed until svm_data_free. A vector's ids are below `n_features`. */
enum stance_status svm_data_new(struct svm_data **out, const struct vector *const *vectors, size_t n, size_t n_features,
                                const struct parallel *parallel, struct stance_error *error);
void svm_data_free(struct svm_data *data);

/* The linear function that a head is: decision = bias + sum of weights times values. */
struct svm_head {
    double *weights; /* n_features, by the caller */
    double bias;
};

struct svm_cost {
    double c; /* > 0 */
    enum stance_class_weight weight;
};

/* Trains a head to tell `positive` from the rest; positive decision values are for positive. Where all records are of one kind the
 * head is the constant 1 or -1. */
enum stance_status svm_fit(struct svm_head *head, const struct svm_data *data, const bool *positive, struct svm_cost cost,
                           struct stance_error *error);

/* The two halves of svm_fit, for the test that holds one against the other. */
struct svm_model;
enum stance_status svm_solve(struct svm_model **solution, const struct svm_data *data, const bool *positive, struct svm_cost cost,
                             struct stance_error *error);
/* Sums up the support vectors; `head->weights` is overwritten. */
void svm_fold(struct svm_head *head, const struct svm_model *solution, const struct svm_data *data);

double svm_decide(const struct svm_head *head, const struct vector *vector);

#endif
