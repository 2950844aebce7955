/* Turns decision values into probabilities, and probabilities into predictions. */
#ifndef STANCE_SRC_CALIBRATE_H
#define STANCE_SRC_CALIBRATE_H

#include "stance.h"

struct platt {
    double a, b;
};

/* Fits P(positive | f) = 1 / (1 + exp(a f + b)) to `n` decision values by Newton's method on the regularised likelihood (Lin, Lin
 * and Weng 2007, "A note on Platt's probabilistic outputs for support vector machines", algorithm 1). n > 0.
 *
 * Values that do not rise with the label tell nothing of it: where the fit gives a >= 0, a becomes 0 and every probability the
 * label's share, drawn in as in the paper: (n_positive + 1) / (n + 2). */
enum stance_status calibrate_fit(struct platt *platt, const double *decision, const bool *positive, size_t n,
                                 struct stance_error *error);

/* The probability, computed without overflow. */
double calibrate_probability(struct platt platt, double decision);

/* The threshold on the probability at which the F1 that the probabilities let expect is highest, which is half of that F1 (Lipton,
 * Elkan and Naryanaswamy 2014); or, where `wanted_precision` > 0, the lowest one at which the precision on these `n` records is
 * that or more, and the one of the highest precision where none reaches it. In [0, 1]. */
enum stance_status calibrate_threshold(double *threshold, const double *probability, const bool *positive, size_t n,
                                       double wanted_precision, struct stance_error *error);

/* Where every record has exactly one label, the heads speak together: P(label) is the softmax of `slope` times the decision values,
 * so that the most probable label is the one whose head says so most clearly. */

/* Fits the slope to `n` records by the likelihood of their labels (temperature scaling, Guo et al. 2017). decision[label * n + i]
 * is the value of a head, and truth[label * n + i] whether the record has its label. `weight` tells how much each record counts;
 * NULL: 1. */
double calibrate_fit_softmax(const double *decision, const bool *truth, const double *weight, size_t n, size_t n_labels);

/* Fills `probability` and returns the most probable label, the first of equals. */
size_t calibrate_softmax(double *probability, const double *decision, size_t n_labels, double slope);

#endif
