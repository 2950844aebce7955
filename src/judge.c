#include "judge.h"

#include <stdlib.h>
#include <string.h>

#include "classify.h"
#include "fold.h"
#include "status.h"

void stance_evaluate_options_init(struct stance_evaluate_options *options) {
    *options = (struct stance_evaluate_options){.n_bootstrap = 1000, .seed = 1};
}

static enum stance_status score_record(void *user, size_t worker, size_t place, struct stance_error *error) {
    const struct judging *judging = user;
    const struct stance_string text = corpus_text(judging->dataset->corpus, judging->records[place]);
    struct stance_result result;
    TRY(stance_session_score(judging->sessions[worker], text.data, text.len, &result, error));
    for (size_t label = 0; label < result.n_labels; label++) {
        judging->probability[label * judging->n_records + place] = result.probability[label];
        judging->predicted[label * judging->n_records + place] = result.predicted[label];
    }
    return STANCE_OK;
}

static size_t find_label(const struct stance_model *model, const char *name) {
    size_t label = 0;
    while (label < model->header->n_labels && strcmp(model->labels[label], name) != 0) {
        label++;
    }
    return label;
}

/* The corpus's labels in the model's order. */
static enum stance_status align_labels(struct judging *judging, struct stance_error *error) {
    const struct dataset *d = judging->dataset;
    for (size_t label = 0; label < d->n_labels; label++) {
        const size_t at = find_label(judging->model, d->labels[label]);
        if (at == judging->model->header->n_labels) {
            return status_set(error, STANCE_ERROR_CORPUS,
                              "label '%.60s' of the corpus is unknown to the model; rename or drop it, or judge another model",
                              d->labels[label]);
        }
        for (size_t i = 0; i < judging->n_records; i++) {
            judging->truth[at * judging->n_records + i] = d->truth[label * d->n_records + judging->records[i]];
        }
    }
    for (size_t label = 0; label < judging->model->header->n_labels; label++) {
        judging->threshold[label] = judging->model->heads[label].threshold;
    }
    return STANCE_OK;
}

static enum stance_status score_all(struct judging *judging, struct stance_error *error) {
    TRY(align_labels(judging, error));
    for (size_t i = 0; i < judging->parallel.n_workers; i++) {
        TRY(stance_session_new(&judging->sessions[i], judging->model, error));
    }
    return parallel_run(&judging->parallel, "scores", judging->n_records, score_record, judging, error);
}

static enum stance_status judging_allocate(struct judging *judging, struct stance_error *error) {
    const size_t n_labels = judging->model->header->n_labels, n_cells = n_labels * judging->n_records;
    judging->sessions = array_new(judging->parallel.n_workers, sizeof *judging->sessions, error);
    judging->group = array_new(judging->n_records, sizeof *judging->group, error);
    judging->truth = array_new(n_cells, sizeof *judging->truth, error);
    judging->predicted = array_new(n_cells, sizeof *judging->predicted, error);
    judging->probability = array_new(n_cells, sizeof *judging->probability, error);
    judging->threshold = array_new(n_labels, sizeof *judging->threshold, error);
    const bool complete = judging->sessions != NULL && judging->group != NULL && judging->truth != NULL &&
                          judging->predicted != NULL && judging->probability != NULL && judging->threshold != NULL;
    return complete ? STANCE_OK : STANCE_ERROR_MEMORY;
}

enum stance_status judging_new(struct judging *judging, const struct stance_model *model, const struct dataset *dataset,
                               const struct stance_evaluate_options *options, struct stance_error *error) {
    *judging = (struct judging){.model = model,
                                .dataset = dataset,
                                .parallel = parallel_new(options->n_threads, options->progress, options->progress_user)};
    TRY(dataset_judged(dataset, &judging->records, &judging->n_records, error));
    TRY(judging_allocate(judging, error));
    TRY(predictions_number_groups(judging->group, &judging->n_groups, dataset->group, dataset->n_groups, judging->records,
                                  judging->n_records, error));
    return score_all(judging, error);
}

struct predictions judging_predictions(const struct judging *judging) {
    return (struct predictions){.n_records = judging->n_records,
                                .n_labels = judging->model->header->n_labels,
                                .n_groups = judging->n_groups,
                                .labels = judging->model->labels,
                                .truth = judging->truth,
                                .probability = judging->probability,
                                .predicted = judging->predicted,
                                .threshold = judging->threshold,
                                .group = judging->group,
                                .exclusive = judging->model->header->exclusive != 0};
}

void judging_free(struct judging *judging) {
    for (size_t i = 0; judging->sessions != NULL && i < judging->parallel.n_workers; i++) {
        stance_session_free(judging->sessions[i]);
    }
    free(judging->sessions);
    free(judging->records);
    free(judging->group);
    free(judging->truth);
    free(judging->predicted);
    free(judging->probability);
    free(judging->threshold);
}

/* Returns how many of the `n` records are left. */
static size_t keep_predicted(size_t *records, size_t n, const uint8_t *fold) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (fold[records[i]] != FOLD_NONE) {
            records[kept++] = records[i];
        }
    }
    return kept;
}

enum stance_status judge_predictions(struct stance_evaluation **evaluation, const struct dataset *d,
                                     const struct dataset_predictions *predictions, const struct stance_evaluate_options *options,
                                     struct stance_error *error) {
    const struct predictions all = {.n_labels = d->n_labels,
                                    .n_groups = d->n_groups,
                                    .labels = d->labels,
                                    .truth = d->truth,
                                    .probability = predictions->probability,
                                    .predicted = predictions->predicted,
                                    .threshold = predictions->threshold,
                                    .group = d->group,
                                    .exclusive = d->exclusive,
                                    .n_folds = predictions->n_folds};
    size_t *records = NULL, n = 0;
    TRY(dataset_judged(d, &records, &n, error));
    n = keep_predicted(records, n, predictions->fold);
    struct selected judged;
    enum stance_status status =
        selected_new(&judged, &all, (struct cell_steps){.record = 1, .label = d->n_records}, records, n, error);
    if (status == STANCE_OK) {
        status = evaluation_new(evaluation, &judged.predictions, options, error);
    }
    selected_free(&judged);
    free(records);
    return status;
}

enum stance_status stance_evaluate(struct stance_evaluation **evaluation, const struct stance_model *model,
                                   const struct stance_corpus *corpus, const struct stance_evaluate_options *options,
                                   struct stance_error *error) {
    struct dataset dataset;
    struct judging judging;
    TRY(dataset_new(&dataset, corpus, error));
    enum stance_status status = judging_new(&judging, model, &dataset, options, error);
    if (status == STANCE_OK) {
        const struct predictions predictions = judging_predictions(&judging);
        status = evaluation_new(evaluation, &predictions, options, error);
    }
    judging_free(&judging);
    dataset_free(&dataset);
    return status;
}
