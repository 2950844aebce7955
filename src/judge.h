/* Judging a model on a labelled corpus. */
#ifndef STANCE_SRC_JUDGE_H
#define STANCE_SRC_JUDGE_H

#include "corpus.h"
#include "evaluate.h"

/* What a model says of every record, beside the truth. */
struct judging {
    const struct stance_model *model;
    const struct dataset *dataset;
    struct stance_session **sessions; /* a worker each */
    size_t n_sessions;
    /* [label * n_records + record], by the labels of the model */
    bool *truth, *predicted;
    double *probability;
    double *threshold; /* a label each */
};

/* Scores all records; what it borrows must outlive it. To be freed also where it fails. */
enum stance_status judging_new(struct judging *judging, const struct stance_model *model, const struct dataset *dataset,
                               const struct stance_evaluate_options *options, struct stance_error *error);
void judging_free(struct judging *judging);

/* Borrowed from the judging. */
struct predictions judging_predictions(const struct judging *judging);

#endif
