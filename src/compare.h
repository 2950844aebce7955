/* The difference between two sets of predictions for the same records. */
#ifndef STANCE_SRC_COMPARE_H
#define STANCE_SRC_COMPARE_H

#include "evaluate.h"

/* Compares predictions of the same records and labels, in the same order. */
enum stance_status comparison_new(struct stance_comparison **comparison, const struct predictions *a, const struct predictions *b,
                                  const struct stance_evaluate_options *options, struct stance_error *error);

#endif
