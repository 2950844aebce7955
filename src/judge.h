/* Judging a model on a labelled corpus. */
#ifndef STANCE_SRC_JUDGE_H
#define STANCE_SRC_JUDGE_H

#include "corpus.h"
#include "evaluate.h"
#include "parallel.h"

/* What a model says of every record that is judged, beside the truth. */
struct judging {
    const struct stance_model *model;
    const struct dataset *dataset;
    struct parallel parallel;
    struct stance_session **sessions; /* a worker each */
    size_t *records;                  /* the numbers of those that are judged */
    size_t n_records, n_groups;
    uint32_t *group; /* of each of them */
    /* [label * n_records + place], by the labels of the model */
    bool *truth, *predicted;
    double *probability;
    double *threshold; /* a label each */
};

/* Scores the records; what it borrows must outlive it. To be freed also where it fails. */
enum stance_status judging_new(struct judging *judging, const struct stance_model *model, const struct dataset *dataset,
                               const struct stance_evaluate_options *options, struct stance_error *error);
void judging_free(struct judging *judging);

/* Borrowed from the judging. */
struct predictions judging_predictions(const struct judging *judging);

/* What was predicted for the records of a dataset, [label * n_records + record], and the threshold of each label. */
struct dataset_predictions {
    const double *probability;
    const bool *predicted;
    const double *threshold;
    const uint8_t *fold; /* of each record; FOLD_NONE: nothing was predicted for it */
    unsigned n_folds;    /* as in stance_evaluation_figures */
};

/* Judges them, those of auxiliary records left out. */
enum stance_status judge_predictions(struct stance_evaluation **evaluation, const struct dataset *dataset,
                                     const struct dataset_predictions *predictions, const struct stance_evaluate_options *options,
                                     struct stance_error *error);

#endif
