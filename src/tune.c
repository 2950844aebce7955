#include "stance.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "corpus.h"
#include "fit.h"
#include "fold.h"
#include "judge.h"
#include "predictions.h"
#include "solver.h"
#include "status.h"
#include "train.h"

/* --- The search --------------------------------------------------------------------------------------------------------- */

static const enum stance_class_weight default_class_weights[] = {STANCE_WEIGHT_BALANCED, STANCE_WEIGHT_NONE};
static const double default_log_counts[] = {0.0, 0.25}; /* none first: it stays alone where others take too long */

void stance_tune_options_init(struct stance_tune_options *options) {
    *options = (struct stance_tune_options){.class_weights = default_class_weights,
                                            .n_class_weights = sizeof default_class_weights / sizeof default_class_weights[0]};
}

/* The grid with log-count ratios in it, where the choice of them was left to the search. */
static struct stance_tune_options complete_grid(const struct stance_tune_options *grid, const struct stance_corpus *corpus,
                                                const struct stance_train_options *options) {
    struct stance_tune_options complete = *grid;
    if (grid->n_log_counts == 0) {
        const bool slow = options->solver == STANCE_SOLVER_LIBSVM && corpus->records.n > SOLVER_SCALED_GRAM_MAX;
        complete.log_counts = default_log_counts;
        complete.n_log_counts = slow ? 1 : sizeof default_log_counts / sizeof default_log_counts[0];
    }
    return complete;
}

static size_t count_sets(const struct stance_tune_options *grid) {
    return grid->n_features * grid->n_class_weights * grid->n_log_counts;
}

/* Turns the progress of cross-validation after cross-validation into that of all. */
struct search_progress {
    stance_progress_callback *report; /* may be NULL */
    void *user;
    const char *stage;
    size_t n_finished, n; /* cross-validations */
};

static int report_search(void *user, const char *stage, size_t done, size_t total) {
    const struct search_progress *progress = user;
    if (strcmp(stage, FIT_STAGE) != 0) { /* what comes before it is short */
        return progress->report(progress->user, stage, done, total);
    }
    return progress->report(progress->user, progress->stage, progress->n_finished * total + done, progress->n * total);
}

static void *copy_items(const void *items, size_t n, size_t item_size, struct stance_error *error) {
    void *copy = array_new(n, item_size, error);
    return copy != NULL ? memcpy(copy, items, n * item_size) : NULL;
}

static enum stance_status tuning_new(struct stance_tuning **out, const struct stance_train_options *options,
                                     const struct stance_tune_options *grid, struct stance_error *error) {
    if (grid->n_features == 0 || grid->n_class_weights == 0 || (!(options->c > 0.0) && options->n_c_grid == 0)) {
        (void)status_set(error, STANCE_ERROR_ARGUMENT, "nothing to choose from: give features, class weights and costs");
        return STANCE_ERROR_ARGUMENT;
    }
    struct stance_tuning *tuning = array_new(1, sizeof *tuning, error);
    if (tuning == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    *tuning = (struct stance_tuning){.n_features = grid->n_features,
                                     .n_class_weights = grid->n_class_weights,
                                     .n_log_counts = grid->n_log_counts,
                                     .n_costs = options->c > 0.0 ? 1 : options->n_c_grid};
    tuning->features = copy_items(grid->features, tuning->n_features, sizeof *tuning->features, error);
    tuning->class_weights = copy_items(grid->class_weights, tuning->n_class_weights, sizeof *tuning->class_weights, error);
    tuning->log_counts = copy_items(grid->log_counts, tuning->n_log_counts, sizeof *tuning->log_counts, error);
    tuning->costs = copy_items(options->c > 0.0 ? &options->c : options->c_grid, tuning->n_costs, sizeof *tuning->costs, error);
    tuning->figures = array_new(stance_tuning_n_combinations(tuning), sizeof *tuning->figures, error);
    if (tuning->features == NULL || tuning->class_weights == NULL || tuning->log_counts == NULL || tuning->costs == NULL ||
        tuning->figures == NULL) {
        stance_tuning_free(tuning);
        return STANCE_ERROR_MEMORY;
    }
    *out = tuning;
    return STANCE_OK;
}

static enum stance_status explore_sets(struct stance_tuning *tuning, const struct stance_corpus *corpus,
                                       const struct stance_train_options *options, struct search_progress *progress,
                                       struct stance_error *error) {
    const size_t n = stance_tuning_n_combinations(tuning);
    for (size_t first = 0; first < n; first += tuning->n_costs) {
        struct stance_tuning_combination combination;
        struct stance_train_options tried = *options;
        TRY(stance_tuning_combination(tuning, first, &combination, error));
        tried.features = combination.features->options;
        tried.class_weight = combination.class_weight;
        tried.log_count = combination.log_count;
        tried.progress = progress->report != NULL ? report_search : NULL;
        tried.progress_user = progress;
        TRY(train_explore(tuning->figures + first, corpus, &tried, error));
        progress->n_finished++;
    }
    return STANCE_OK;
}

/* Of equals the first. */
static void choose_best(struct stance_tuning *tuning) {
    for (size_t i = 1; i < stance_tuning_n_combinations(tuning); i++) {
        const double figure = tuning->figures[i].macro_f1, best = tuning->figures[tuning->best].macro_f1;
        tuning->best = figure > best || (isnan(best) && !isnan(figure)) ? i : tuning->best;
    }
}

/* `progress` goes on where an earlier search left it. */
static enum stance_status search(struct stance_tuning **out, const struct stance_corpus *corpus,
                                 const struct stance_train_options *options, const struct stance_tune_options *grid,
                                 struct search_progress *progress, struct stance_error *error) {
    struct stance_tuning *tuning = NULL;
    TRY(tuning_new(&tuning, options, grid, error));
    const enum stance_status status = explore_sets(tuning, corpus, options, progress, error);
    if (status != STANCE_OK) {
        stance_tuning_free(tuning);
        return status;
    }
    choose_best(tuning);
    *out = tuning;
    return STANCE_OK;
}

enum stance_status stance_tune(struct stance_tuning **tuning, const struct stance_corpus *corpus,
                               const struct stance_train_options *options, const struct stance_tune_options *grid,
                               struct stance_error *error) {
    const struct stance_tune_options complete = complete_grid(grid, corpus, options);
    struct search_progress progress = {
        .report = options->progress, .user = options->progress_user, .stage = "search", .n = count_sets(&complete)};
    return search(tuning, corpus, options, &complete, &progress, error);
}

/* --- Nested cross-validation -------------------------------------------------------------------------------------------- */

/* The search and the training that it leads to, judged on folds that neither has seen. */
struct nest {
    const struct dataset *dataset;
    const struct stance_train_options *options;
    const struct stance_tune_options *grid;
    struct search_progress progress;
    uint8_t *fold; /* of each record */
    /* [label * n_records + record] */
    double *probability;
    bool *predicted;
    double *threshold; /* [label], the mean of the folds' */
};

static enum stance_status copy_record(struct stance_corpus *to, const struct dataset *d, size_t record,
                                      struct stance_string *labels, struct stance_error *error) {
    char group[32];
    struct stance_record copy = {
        .text = corpus_text(d->corpus, record), .labels = labels, .auxiliary = !dataset_is_judged(d, record)};
    for (size_t label = 0; label < d->n_labels; label++) {
        if (d->truth[label * d->n_records + record]) {
            labels[copy.n_labels++] = (struct stance_string){d->labels[label], strlen(d->labels[label])};
        }
    }
    copy.group = (struct stance_string){group, (size_t)snprintf(group, sizeof group, "%lu", (unsigned long)d->group[record])};
    return stance_corpus_add(to, &copy, error);
}

/* The records of `fold`, or with `others` those of all other folds. */
static enum stance_status part_new(struct stance_corpus **out, const struct nest *nest, unsigned fold, bool others,
                                   struct stance_error *error) {
    struct stance_corpus *part = NULL;
    struct stance_string *labels = array_new(nest->dataset->n_labels, sizeof *labels, error);
    enum stance_status status = labels == NULL ? STANCE_ERROR_MEMORY : stance_corpus_new(&part, error);
    for (size_t i = 0; i < nest->dataset->n_records && status == STANCE_OK; i++) {
        if ((nest->fold[i] == fold) != others) {
            status = copy_record(part, nest->dataset, i, labels, error);
        }
    }
    free(labels);
    if (status != STANCE_OK) {
        stance_corpus_free(part);
        return status;
    }
    *out = part;
    return STANCE_OK;
}

static enum stance_status tune_and_train(struct stance_model **model, const struct stance_corpus *corpus, struct nest *nest,
                                         struct stance_error *error) {
    struct stance_tuning *tuning = NULL;
    struct stance_train_options chosen = *nest->options;
    TRY(search(&tuning, corpus, nest->options, nest->grid, &nest->progress, error));
    stance_tuning_apply(tuning, &chosen);
    chosen.progress = NULL;
    const enum stance_status status = stance_train(model, NULL, corpus, &chosen, error);
    stance_tuning_free(tuning);
    return status;
}

/* Puts what a model says of the judged records of `fold` where the whole corpus has them. */
static void take_predictions(struct nest *nest, const struct predictions *held_out, unsigned fold) {
    const struct dataset *d = nest->dataset;
    for (size_t i = 0, from = 0; i < d->n_records; i++) {
        if (nest->fold[i] != fold || !dataset_is_judged(d, i)) {
            continue;
        }
        for (size_t label = 0; label < d->n_labels; label++) {
            nest->probability[label * d->n_records + i] = held_out->probability[label * held_out->n_records + from];
            nest->predicted[label * d->n_records + i] = held_out->predicted[label * held_out->n_records + from];
        }
        from++;
    }
    for (size_t label = 0; label < d->n_labels; label++) {
        nest->threshold[label] += held_out->threshold[label] / train_n_folds(nest->options);
    }
}

static enum stance_status judge_part(struct nest *nest, const struct stance_model *model, const struct stance_corpus *part,
                                     unsigned fold, struct stance_error *error) {
    struct dataset dataset;
    struct judging judging;
    const struct stance_evaluate_options quiet = {.n_threads = nest->options->n_threads};
    TRY(dataset_new(&dataset, part, error));
    const enum stance_status status = judging_new(&judging, model, &dataset, &quiet, error);
    if (status == STANCE_OK) {
        const struct predictions held_out = judging_predictions(&judging);
        take_predictions(nest, &held_out, fold);
    }
    judging_free(&judging);
    dataset_free(&dataset);
    return status;
}

static enum stance_status run_outer_fold(struct nest *nest, unsigned fold, struct stance_error *error) {
    struct stance_corpus *training = NULL, *test = NULL;
    struct stance_model *model = NULL;
    enum stance_status status = part_new(&training, nest, fold, true, error);
    if (status == STANCE_OK) {
        status = part_new(&test, nest, fold, false, error);
    }
    if (status == STANCE_OK) {
        status = tune_and_train(&model, training, nest, error);
    }
    if (status == STANCE_OK) {
        status =
            stance_model_n_labels(model) == nest->dataset->n_labels
                ? judge_part(nest, model, test, fold, error)
                : status_set(error, STANCE_ERROR_CORPUS,
                             "a label has all its records in one fold: nested folds need it in three groups; add some, or drop it");
    }
    stance_corpus_free(training);
    stance_corpus_free(test);
    stance_model_free(model);
    return status;
}

static enum stance_status nest_new(struct nest *nest, struct stance_error *error) {
    const size_t n = nest->dataset->n_records, n_labels = nest->dataset->n_labels;
    nest->fold = array_new(n, sizeof *nest->fold, error);
    nest->probability = array_new(n * n_labels, sizeof *nest->probability, error);
    nest->predicted = array_new(n * n_labels, sizeof *nest->predicted, error);
    nest->threshold = array_new(n_labels, sizeof *nest->threshold, error);
    if (nest->fold == NULL || nest->probability == NULL || nest->predicted == NULL || nest->threshold == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    return fold_deal(nest->fold, nest->dataset, train_n_folds(nest->options), nest->options->seed, error);
}

static void nest_free(struct nest *nest) {
    free(nest->fold);
    free(nest->probability);
    free(nest->predicted);
    free(nest->threshold);
}

static enum stance_status run_nest(struct stance_evaluation **evaluation, struct nest *nest,
                                   const struct stance_evaluate_options *options, struct stance_error *error) {
    TRY(nest_new(nest, error));
    for (unsigned fold = 0; fold < train_n_folds(nest->options); fold++) {
        TRY(run_outer_fold(nest, fold, error));
    }
    const struct dataset_predictions predictions = {.probability = nest->probability,
                                                    .predicted = nest->predicted,
                                                    .threshold = nest->threshold,
                                                    .fold = nest->fold,
                                                    .n_folds = train_n_folds(nest->options)};
    return judge_predictions(evaluation, nest->dataset, &predictions, options, error);
}

enum stance_status stance_cross_validate_tuned(struct stance_evaluation **evaluation, const struct stance_corpus *corpus,
                                               const struct stance_train_options *train_options,
                                               const struct stance_tune_options *grid,
                                               const struct stance_evaluate_options *options, struct stance_error *error) {
    struct dataset dataset;
    const struct stance_tune_options complete = complete_grid(grid, corpus, train_options); /* of all records: alike in all folds */
    struct nest nest = {.dataset = &dataset,
                        .options = train_options,
                        .grid = &complete,
                        .progress = {.report = train_options->progress,
                                     .user = train_options->progress_user,
                                     .stage = "nested search",
                                     .n = count_sets(&complete) * train_n_folds(train_options)}};
    TRY(dataset_new(&dataset, corpus, error));
    const enum stance_status status = run_nest(evaluation, &nest, options, error);
    nest_free(&nest);
    dataset_free(&dataset);
    return status;
}
