/* Offsets between the heads of an exclusive corpus, which are trained one by one: rare labels lose to frequent ones where the
 * largest decision value is taken, as their heads see few examples, and fewer of their words recur. */
#ifndef STANCE_SRC_OFFSET_H
#define STANCE_SRC_OFFSET_H

#include "stance.h"

/* What is taken of the offsets that balance the labels. All of them aim at equal recall and cost precision on rare labels; most of
 * what macro-F1 gains comes with the first third (models/ablation.md). */
#define OFFSET_SHARE 0.3

/* Fills `offset`, one a label, and adds it to the label's decision values: OFFSET_SHARE of what makes the softmax of the values, at
 * its best slope, expect every label equally often among `n` records that are weighted so that every label weighs the same. That is
 * the maximum of the weighted likelihood; its intercepts are found by iterative scaling (Darroch and Ratcliff 1972). The offsets'
 * mean is 0, they are in [-1, 1], and a label without records gets 0.
 *
 * decision[label * n + i] is the out-of-fold value of a head, and truth[label * n + i] whether the record has its label; n > 0. */
enum stance_status offset_fit(double *offset, double *decision, const bool *truth, size_t n, size_t n_labels,
                              struct stance_error *error);

#endif
