/* Predictions beside the truth, and some records of them by themselves. */
#ifndef STANCE_SRC_PREDICTIONS_H
#define STANCE_SRC_PREDICTIONS_H

#include "stance.h"

/* Predictions to be judged; arrays are [label * n_records + record], and all is borrowed. */
struct predictions {
    size_t n_records, n_labels, n_groups;
    const char *const *labels;
    const bool *truth;
    const double *probability;
    const bool *predicted;
    const double *threshold; /* a label each */
    const uint32_t *group;   /* a record each, in [0, n_groups) */
    bool exclusive;
    unsigned n_folds; /* as in stance_evaluation_figures */
};

/* Copies of the names of the labels, to be freed with predictions_free_labels(); NULL where memory ran out. */
char **predictions_copy_labels(const struct predictions *p, struct stance_error *error);

/* Frees `n` names and their array; `labels` may be NULL, and so may names. */
void predictions_free_labels(char **labels, size_t n);

/* Some records of a set of predictions, copied; labels and thresholds stay borrowed. */
struct selected {
    struct predictions predictions; /* of the arrays below */
    bool *truth, *predicted;
    double *probability;
    uint32_t *group;
};

/* Where the cells of the predictions to select from stand: that of a record and a label at record * record_step + label *
 * label_step. */
struct cell_steps {
    size_t record, label;
};

/* `records` are numbers of records of `from`. To be freed also where it fails. */
enum stance_status selected_new(struct selected *selected, const struct predictions *from, struct cell_steps steps,
                                const size_t *records, size_t n, struct stance_error *error);
void selected_free(struct selected *selected);

/* Fills `group` with the groups of the `n` `records`, numbered anew in the order in which they come up, and `n_groups_found` with
 * how many there are. `of_record` holds the old numbers, below `n_groups`. */
enum stance_status predictions_number_groups(uint32_t *group, size_t *n_groups_found, const uint32_t *of_record, size_t n_groups,
                                             const size_t *records, size_t n, struct stance_error *error);

#endif
