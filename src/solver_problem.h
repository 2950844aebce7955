/* What a solver solves, and the head that it finds: what the solvers share. */
#ifndef STANCE_SRC_SOLVER_PROBLEM_H
#define STANCE_SRC_SOLVER_PROBLEM_H

#include "stance.h"

/* The linear function that a head is: decision = bias + sum of weights times values. */
struct linear_head {
    double *weights; /* n_features, by the caller */
    double bias;
    bool unfinished; /* the solver stopped at its limit of passes */
};

struct solver_cost {
    double c; /* > 0 */
    enum stance_class_weight weight;
};

/* What a head is to tell from the rest, and at what cost of an error. */
struct solver_problem {
    const bool *positive; /* of each row */
    struct solver_cost cost;
    /* Of coordinate descent, of each row: the dual variable to start from, 0 or above, and the one that was reached; NULL: it
     * starts from 0. A start changes how long it takes, and what is found within the tolerance. */
    float *alpha;
};

/* Problems that are solved side by side at most. */
enum { SOLVER_WIDTH_MAX = 4 };

/* How many of the rows are positive. */
size_t solver_count_positive(const bool *positive, size_t n);

/* The factors of C for the label and for its absence. */
struct solver_factors {
    double positive, negative;
};
struct solver_factors solver_factors(enum stance_class_weight weight, const bool *positive, size_t n);

#endif
