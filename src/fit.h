/* Fits heads to a corpus: to every fold's complement, for values out of fold, and to all of it. */
#ifndef STANCE_SRC_FIT_H
#define STANCE_SRC_FIT_H

#include <stdatomic.h>

#include "design.h"
#include "solver.h"

/* The stage that fit_folds reports its fits as. */
#define FIT_STAGE "cross-validation"

/* Every head at every cost. All is borrowed. */
struct fit_plan {
    const struct dataset *dataset;
    const struct candidates *candidates;
    const uint8_t *fold; /* of each record; those in no fold below n_folds are never held out */
    const bool *is_used; /* of each record: whether it may be learned from at all */
    unsigned n_folds;
    bool together; /* one fit holds out all folds at once; else there is one for each of them */
    struct solver_method method;
    enum stance_class_weight class_weight;
    const double *costs;
    size_t n_costs;
    /* The dual variables of the folds' heads, from which fit_all may start: [label * n_records + record], of a head that has seen
     * the record; NULL: none are kept. With one cost only. */
    float *alpha;
    atomic_size_t *n_unfinished; /* counts the heads whose solver stopped at its limit; NULL: nobody does */
    const struct parallel *parallel;
};

/* Fills `decision`, [(cost * n_labels + label) * n_records + record]: each record is judged by heads, a vocabulary and an idf that
 * have not seen its fold. */
enum stance_status fit_folds(const struct fit_plan *plan, double *decision, struct stance_error *error);

/* Trains one head a label, at the first cost, on all records that may be learned from. The caller frees the weights of the heads,
 * zeros at first, and the view; also where it fails. */
enum stance_status fit_all(const struct fit_plan *plan, struct view *view, struct linear_head *heads, struct stance_error *error);

#endif
