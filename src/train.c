#include "stance.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate.h"
#include "classify.h"
#include "dcd.h"
#include "evaluate.h"
#include "fit.h"
#include "fold.h"
#include "judge.h"
#include "model.h"
#include "offset.h"
#include "provenance.h"
#include "status.h"
#include "train.h"

/* --- Options ----------------------------------------------------------------------------------------------------------- */

static const double default_c_grid[] = {0.03125, 0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0};

struct preset {
    const char *name;
    unsigned word_max, char_min, char_max;
    bool negation;
    uint32_t min_df;
};

static const struct preset presets[] = {
    {.name = "default", .word_max = 2, .char_min = 3, .char_max = 5, .negation = true, .min_df = 1},
    {.name = "words", .word_max = 2, .min_df = 1},
    {.name = "wide", .word_max = 3, .char_min = 2, .char_max = 6, .negation = true, .min_df = 1},
};
enum { N_PRESETS = sizeof presets / sizeof presets[0] };

const char *stance_train_preset(size_t preset) { return preset < N_PRESETS ? presets[preset].name : NULL; }

static struct stance_feature_options features_of(const struct preset *preset) {
    return (struct stance_feature_options){.word_min = 1,
                                           .word_max = preset->word_max,
                                           .char_min = preset->char_min,
                                           .char_max = preset->char_max,
                                           .boundaries = true,
                                           .negation = preset->negation,
                                           .idf = true,
                                           .normalise = true,
                                           .tf = STANCE_TF_PRESENCE,
                                           .min_df = preset->min_df,
                                           .max_features = 0};
}

enum stance_status stance_train_options_init(struct stance_train_options *options, const char *name, struct stance_error *error) {
    for (size_t i = 0; i < N_PRESETS; i++) {
        if (strcmp(name, presets[i].name) == 0) {
            *options = (struct stance_train_options){
                .features = features_of(&presets[i]),
                .class_weight = STANCE_WEIGHT_BALANCED,
                .c_grid = default_c_grid,
                .n_c_grid = sizeof default_c_grid / sizeof default_c_grid[0],
                .training_share = 1.0,
                .seed = 1,
            };
            return STANCE_OK;
        }
    }
    return status_set(error, STANCE_ERROR_ARGUMENT, "there is no preset '%.40s': there are 'default', 'words' and 'wide'", name);
}

static bool is_cost(double c) { return isfinite(c) && c > 0.0; }

static enum stance_status check_options(const struct stance_train_options *options, struct stance_error *error) {
    TRY(feature_check_options(&options->features, error));
    if (options->c != 0.0 && !is_cost(options->c)) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "the cost C must be a positive number");
    }
    if (options->c == 0.0 && (options->n_c_grid == 0 || options->c_grid == NULL)) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "no cost C is given, and none to choose from");
    }
    for (size_t i = 0; options->c == 0.0 && i < options->n_c_grid; i++) {
        if (!is_cost(options->c_grid[i])) {
            return status_set(error, STANCE_ERROR_ARGUMENT, "every cost C to choose from must be a positive number");
        }
    }
    if (!(options->wanted_precision >= 0.0 && options->wanted_precision <= 1.0)) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "a wanted precision must be between 0 and 1");
    }
    if (!(options->log_count >= 0.0 && options->log_count <= 1.0)) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "the share of log-count ratios must be between 0 and 1");
    }
    if (!(options->training_share > 0.0 && options->training_share <= 1.0)) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "the share of groups to learn from must be above 0 and at most 1");
    }
    if (options->solver != STANCE_SOLVER_LIBSVM && options->solver != STANCE_SOLVER_LIBLINEAR &&
        options->solver != STANCE_SOLVER_DCD) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "unknown solver %d", (int)options->solver);
    }
    if (options->class_weight != STANCE_WEIGHT_NONE && options->class_weight != STANCE_WEIGHT_BALANCED) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "unknown class weights %d", (int)options->class_weight);
    }
    return STANCE_OK;
}

/* --- The trainer ------------------------------------------------------------------------------------------------------- */

struct trainer {
    const struct stance_train_options *options;
    struct parallel parallel;
    struct dataset dataset;
    struct candidates candidates;
    uint8_t *fold;       /* of each record; FOLD_NONE: it is never held out */
    unsigned n_folds;    /* calibration and threshold of one come from the others */
    bool together;       /* they are held out at once, as there are records enough, and not each in turn */
    bool *is_used;       /* of each record: whether it may be learned from at all */
    const double *costs; /* the values of C at hand */
    size_t n_costs;
    double *decision; /* out of fold: [(cost * n_labels + label) * n_records + record] */
    float *alpha;     /* see struct fit_plan; NULL where nothing starts from it */
    atomic_size_t n_unfinished;
    size_t best_cost; /* index into costs */
    /* the out-of-fold predictions: [label * n_records + record] */
    double *probability;
    bool *predicted;
    /* of the final model: [label] */
    struct platt *platt;
    double *threshold;
    double *offset; /* of exclusive heads, see offset.h */
};

/* Whether C, calibration and thresholds look at a record. */
static bool is_measured(const struct trainer *t, size_t record) {
    return t->is_used[record] && t->fold[record] != FOLD_NONE && dataset_is_judged(&t->dataset, record);
}

/* How many groups have judged records `with` the label, or without it. `seen` has an entry a group, to be reused. */
static size_t count_groups(const struct dataset *d, size_t label, bool with, uint32_t *seen) {
    const uint32_t mark = (uint32_t)(2 * label + with + 1);
    size_t n = 0;
    for (size_t i = 0; i < d->n_records; i++) {
        if (dataset_is_judged(d, i) && d->truth[label * d->n_records + i] == with && seen[d->group[i]] != mark) {
            seen[d->group[i]] = mark;
            n++;
        }
    }
    return n;
}

/* A head needs examples on both sides, in more than one group, so that a fold can hold one out. `rarest` receives the fewest groups
 * of a side. */
static enum stance_status check_labels(const struct dataset *d, size_t *rarest, struct stance_error *error) {
    uint32_t *seen = array_new(d->n_groups, sizeof *seen, error);
    enum stance_status status = seen == NULL ? STANCE_ERROR_MEMORY : STANCE_OK;
    for (size_t label = 0; label < d->n_labels && status == STANCE_OK; label++) {
        const size_t n_with = count_groups(d, label, true, seen), n_without = count_groups(d, label, false, seen);
        const size_t fewer = n_with < n_without ? n_with : n_without;
        *rarest = fewer < *rarest ? fewer : *rarest;
        if (fewer < 2) {
            status = status_set(error, STANCE_ERROR_CORPUS,
                                "label '%.60s' is on records of %zu group%s, and missing from records of %zu: it takes 2 of each; "
                                "add records, or drop the label",
                                d->labels[label], n_with, n_with == 1 ? "" : "s", n_without);
        }
    }
    free(seen);
    return status;
}

static enum stance_status check_dataset(const struct dataset *d, size_t *rarest, struct stance_error *error) {
    size_t *records = NULL, n = 0;
    TRY(dataset_judged(d, &records, &n, error));
    free(records);
    if (d->n_labels == 0) {
        return status_set(error, STANCE_ERROR_CORPUS, "no record has a label: is this the right label column?");
    }
    *rarest = d->n_records;
    return check_labels(d, rarest, error);
}

/* Of so many groups on every side a tenth is enough for calibration and thresholds, which are three numbers a head. */
enum { PLENTY = 20000 };

static enum stance_status deal_records(struct trainer *t, struct stance_error *error) {
    t->n_folds = t->together ? 2 : train_n_folds(t->options);
    return t->together ? fold_deal_tenth(t->fold, &t->dataset, t->options->seed, error)
                       : fold_deal(t->fold, &t->dataset, t->n_folds, t->options->seed, error);
}

/* What figures and provenance call the folds: 1 where the two are held out at once. */
static unsigned times_held_out(const struct trainer *t) { return t->together ? 1 : t->n_folds; }

/* `may_hold_out`: not all records need be predicted. */
static enum stance_status trainer_new(struct trainer *t, const struct stance_corpus *corpus,
                                      const struct stance_train_options *options, bool may_hold_out, struct stance_error *error) {
    size_t rarest = 0;
    *t = (struct trainer){.options = options,
                          .parallel = parallel_new(options->n_threads, options->progress, options->progress_user)};
    t->costs = options->c > 0.0 ? &options->c : options->c_grid;
    t->n_costs = options->c > 0.0 ? 1 : options->n_c_grid;
    TRY(dataset_new(&t->dataset, corpus, error));
    TRY(check_dataset(&t->dataset, &rarest, error));
    t->together = may_hold_out && options->n_folds == 0 && rarest >= PLENTY;
    const size_t n = t->dataset.n_records, n_labels = t->dataset.n_labels;
    t->fold = array_new(n, sizeof *t->fold, error);
    t->is_used = array_new(n, sizeof *t->is_used, error);
    t->decision = array_new_table(n, n_labels * t->n_costs, sizeof *t->decision, error);
    t->probability = array_new_table(n, n_labels, sizeof *t->probability, error);
    t->predicted = array_new_table(n, n_labels, sizeof *t->predicted, error);
    t->platt = array_new(n_labels, sizeof *t->platt, error);
    t->threshold = array_new(n_labels, sizeof *t->threshold, error);
    t->offset = array_new(n_labels, sizeof *t->offset, error);
    if (t->fold == NULL || t->is_used == NULL || t->decision == NULL || t->probability == NULL || t->predicted == NULL ||
        t->platt == NULL || t->threshold == NULL || t->offset == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    TRY(deal_records(t, error));
    TRY(fold_subset(t->is_used, &t->dataset, options->training_share, options->seed, error));
    return candidates_new(&t->candidates, corpus, &options->features, &t->parallel, error);
}

/* For the heads that ship to start from. Where there are many costs, one more fit hardly counts. */
static enum stance_status new_alpha(struct trainer *t, struct stance_error *error) {
    if (t->options->solver != STANCE_SOLVER_DCD || t->n_costs > 1) {
        return STANCE_OK;
    }
    t->alpha = array_new_table(t->dataset.n_labels, t->dataset.n_records, sizeof *t->alpha, error);
    return t->alpha != NULL ? STANCE_OK : STANCE_ERROR_MEMORY;
}

static void trainer_free(struct trainer *t) {
    candidates_free(&t->candidates);
    dataset_free(&t->dataset);
    free(t->fold);
    free(t->is_used);
    free(t->decision);
    free(t->alpha);
    free(t->probability);
    free(t->predicted);
    free(t->platt);
    free(t->threshold);
    free(t->offset);
}

/* --- Fitting ----------------------------------------------------------------------------------------------------------- */

static struct fit_plan plan_of(struct trainer *t, const double *costs, size_t n_costs) {
    return (struct fit_plan){.dataset = &t->dataset,
                             .candidates = &t->candidates,
                             .fold = t->fold,
                             .is_used = t->is_used,
                             .n_folds = t->n_folds,
                             .together = t->together,
                             .method = {.solver = t->options->solver, .log_count = t->options->log_count},
                             .class_weight = t->options->class_weight,
                             .costs = costs,
                             .n_costs = n_costs,
                             .alpha = t->alpha,
                             .n_unfinished = &t->n_unfinished,
                             .parallel = &t->parallel};
}

static const double *decisions_of(const struct trainer *t, size_t cost, size_t label) {
    return t->decision + (cost * t->dataset.n_labels + label) * t->dataset.n_records;
}

/* The cost with the highest mean average precision over the heads, of equals the first. It asks for no threshold, so that none
 * is fitted to choose it. */
static enum stance_status choose_cost(struct trainer *t, struct stance_error *error) {
    if (t->n_costs == 1) {
        return STANCE_OK;
    }
    const size_t n = t->dataset.n_records, n_labels = t->dataset.n_labels;
    uint32_t *order = array_new(n, sizeof *order, error), *weight = array_new(n, sizeof *weight, error);
    enum stance_status status = order == NULL || weight == NULL ? STANCE_ERROR_MEMORY : STANCE_OK;
    for (size_t i = 0; status == STANCE_OK && i < n; i++) {
        weight[i] = is_measured(t, i);
    }
    double best = -1.0;
    for (size_t cost = 0; cost < t->n_costs && status == STANCE_OK; cost++) {
        double sum = 0.0;
        for (size_t label = 0; label < n_labels && status == STANCE_OK; label++) {
            const double *decision = decisions_of(t, cost, label);
            status = evaluate_rank(order, decision, n, error);
            const double precision = evaluate_average_precision(decision, t->dataset.truth + label * n, order, weight, n);
            sum += isnan(precision) ? 0.0 : precision; /* a small share of the groups may lack a label */
        }
        if (sum > best) {
            best = sum;
            t->best_cost = cost;
        }
    }
    free(order);
    free(weight);
    return status;
}

static enum stance_status nothing_to_calibrate(struct stance_error *error) {
    return status_set(error, STANCE_ERROR_CORPUS, "no records are left to calibrate on: use more groups, or fewer folds");
}

/* Scratch for the records of all folds but one. */
struct held_in {
    double *decision, *probability;
    bool *truth;
};

/* Fits calibration and threshold of a head on the records outside of `fold`; FOLDS_MAX leaves none out. */
static enum stance_status calibrate_head(struct platt *platt, double *threshold, const struct trainer *t, size_t label,
                                         unsigned fold, struct held_in *scratch, struct stance_error *error) {
    const double *decision = decisions_of(t, t->best_cost, label);
    const bool *truth = t->dataset.truth + label * t->dataset.n_records;
    size_t n = 0;
    for (size_t i = 0; i < t->dataset.n_records; i++) {
        if (t->fold[i] != fold && is_measured(t, i)) {
            scratch->decision[n] = decision[i];
            scratch->truth[n++] = truth[i];
        }
    }
    if (n == 0) {
        return nothing_to_calibrate(error);
    }
    TRY(calibrate_fit(platt, scratch->decision, scratch->truth, n, error));
    for (size_t i = 0; i < n; i++) {
        scratch->probability[i] = calibrate_probability(*platt, scratch->decision[i]);
    }
    return calibrate_threshold(threshold, scratch->probability, scratch->truth, n, t->options->wanted_precision, error);
}

/* The records of `fold`, by a calibration and a threshold from the others. */
static enum stance_status predict_fold(struct trainer *t, size_t label, unsigned fold, struct held_in *scratch,
                                       struct stance_error *error) {
    struct platt platt = {.a = 0.0, .b = 0.0};
    double threshold = 1.0;
    TRY(calibrate_head(&platt, &threshold, t, label, fold, scratch, error));
    const size_t n = t->dataset.n_records;
    const double *decision = decisions_of(t, t->best_cost, label);
    for (size_t i = 0; i < n; i++) {
        if (t->fold[i] == fold) {
            t->probability[label * n + i] = calibrate_probability(platt, decision[i]);
            t->predicted[label * n + i] = t->probability[label * n + i] >= threshold;
        }
    }
    return STANCE_OK;
}

/* Each head by itself. */
static enum stance_status predict_heads(struct trainer *t, struct stance_error *error) {
    const size_t n = t->dataset.n_records;
    struct held_in scratch = {.decision = array_new(n, sizeof(double), error),
                              .probability = array_new(n, sizeof(double), error),
                              .truth = array_new(n, sizeof(bool), error)};
    enum stance_status status =
        scratch.decision == NULL || scratch.probability == NULL || scratch.truth == NULL ? STANCE_ERROR_MEMORY : STANCE_OK;
    for (size_t label = 0; label < t->dataset.n_labels && status == STANCE_OK; label++) {
        for (unsigned fold = 0; fold < t->n_folds && status == STANCE_OK; fold++) {
            status = predict_fold(t, label, fold, &scratch, error);
        }
        if (status == STANCE_OK) { /* and the model's own, from all */
            status = calibrate_head(&t->platt[label], &t->threshold[label], t, label, FOLDS_MAX, &scratch, error);
        }
    }
    free(scratch.decision);
    free(scratch.probability);
    free(scratch.truth);
    return status;
}

/* Fits the offsets of the heads and the slope of their softmax to the records outside of `fold`; FOLDS_MAX leaves none out. The
 * arrays have room for all. */
static enum stance_status fit_softmax(double *slope, struct trainer *t, unsigned fold, double *decision, bool *truth,
                                      struct stance_error *error) {
    const size_t n = t->dataset.n_records, n_labels = t->dataset.n_labels;
    size_t n_cells = 0;
    for (size_t label = 0; label < n_labels; label++) {
        for (size_t i = 0; i < n; i++) {
            if (t->fold[i] != fold && is_measured(t, i)) {
                decision[n_cells] = decisions_of(t, t->best_cost, label)[i];
                truth[n_cells++] = t->dataset.truth[label * n + i];
            }
        }
    }
    if (n_cells == 0) {
        return nothing_to_calibrate(error);
    }
    if (t->options->class_weight == STANCE_WEIGHT_BALANCED && n_labels > 2) { /* two heads are each other's mirror */
        TRY(offset_fit(t->offset, decision, truth, n_cells / n_labels, n_labels, error));
    }
    *slope = calibrate_fit_softmax(decision, truth, NULL, n_cells / n_labels, n_labels);
    return STANCE_OK;
}

/* The records of `fold`; `decision` and `probability` have room for one value a label. */
static void predict_softmax(struct trainer *t, unsigned fold, double slope, double *decision, double *probability) {
    const size_t n = t->dataset.n_records, n_labels = t->dataset.n_labels;
    for (size_t i = 0; i < n; i++) {
        if (t->fold[i] != fold) {
            continue;
        }
        for (size_t label = 0; label < n_labels; label++) {
            decision[label] = decisions_of(t, t->best_cost, label)[i] + t->offset[label];
        }
        const size_t best = calibrate_softmax(probability, decision, n_labels, slope);
        for (size_t label = 0; label < n_labels; label++) {
            t->probability[label * n + i] = probability[label];
            t->predicted[label * n + i] = label == best;
        }
    }
}

static enum stance_status predict_with_slopes(struct trainer *t, double *decision, double *probability, bool *truth,
                                              struct stance_error *error) {
    double slope = 1.0;
    for (unsigned fold = 0; fold < t->n_folds; fold++) {
        TRY(fit_softmax(&slope, t, fold, decision, truth, error));
        predict_softmax(t, fold, slope, decision, probability);
    }
    TRY(fit_softmax(&slope, t, FOLDS_MAX, decision, truth, error));
    for (size_t label = 0; label < t->dataset.n_labels; label++) {
        t->platt[label] = (struct platt){.a = -slope, .b = 0.0};
    }
    return STANCE_OK;
}

/* Where the corpus is exclusive, the heads speak together. */
static enum stance_status predict_exclusive(struct trainer *t, struct stance_error *error) {
    const size_t n_cells = t->dataset.n_records * t->dataset.n_labels;
    double *decision = array_new(n_cells, sizeof *decision, error);
    double *probability = array_new(t->dataset.n_labels, sizeof *probability, error);
    bool *truth = array_new(n_cells, sizeof *truth, error);
    enum stance_status status = STANCE_ERROR_MEMORY;
    if (decision != NULL && probability != NULL && truth != NULL) {
        status = predict_with_slopes(t, decision, probability, truth, error);
    }
    free(decision);
    free(probability);
    free(truth);
    return status;
}

/* By the cost that was chosen. */
static enum stance_status predict(struct trainer *t, struct stance_error *error) {
    return t->dataset.exclusive ? predict_exclusive(t, error) : predict_heads(t, error);
}

/* Corpus to out-of-fold predictions, calibration and thresholds. */
static enum stance_status run_folds(struct trainer *t, struct stance_error *error) {
    const struct fit_plan plan = plan_of(t, t->costs, t->n_costs);
    TRY(fit_folds(&plan, t->decision, error));
    TRY(choose_cost(t, error));
    return predict(t, error);
}

/* --- The model --------------------------------------------------------------------------------------------------------- */

struct assembly {
    struct model_head *heads;
    struct model_part_feature *features;
    double *weights;
    struct byte_array provenance;
};

static void fill_heads(struct assembly *assembly, const struct trainer *t, const struct linear_head *heads) {
    const size_t n = t->dataset.n_records;
    for (size_t label = 0; label < t->dataset.n_labels; label++) {
        struct model_head *head = &assembly->heads[label];
        *head = (struct model_head){.bias = heads[label].bias + t->offset[label],
                                    .platt_a = t->platt[label].a,
                                    .platt_b = t->platt[label].b,
                                    .threshold = t->threshold[label],
                                    .c = t->costs[t->best_cost]};
        for (size_t i = 0; i < n; i++) {
            head->n_positive += t->is_used[i] && t->dataset.truth[label * n + i];
        }
    }
}

static void fill_features(struct assembly *assembly, const struct trainer *t, const struct view *view,
                          const struct linear_head *heads) {
    const size_t n_labels = t->dataset.n_labels;
    for (size_t id = 0; id < view->n_features; id++) {
        const struct candidate *candidate = &t->candidates.features[view->candidate[id]];
        assembly->features[id] = (struct model_part_feature){
            .hash = candidate->hash, .idf = view->idf[id], .name = {.data = candidate->name, .len = candidate->name_len}};
        for (size_t label = 0; label < n_labels; label++) {
            assembly->weights[id * n_labels + label] = heads[label].weights[id];
        }
    }
}

static enum stance_status assemble(struct stance_model **model, const struct trainer *t, const struct view *view,
                                   const struct linear_head *heads, struct stance_error *error) {
    const size_t n_labels = t->dataset.n_labels;
    struct assembly assembly = {.heads = array_new(n_labels, sizeof *assembly.heads, error),
                                .features = array_new(view->n_features, sizeof *assembly.features, error),
                                .weights = array_new(view->n_features * n_labels, sizeof *assembly.weights, error)};
    const struct provenance provenance = {.dataset = &t->dataset,
                                          .options = t->options,
                                          .n_training = view->n_training,
                                          .n_candidates = t->candidates.n_found,
                                          .n_features = view->n_features,
                                          .n_folds = times_held_out(t),
                                          .c = t->costs[t->best_cost]};
    enum stance_status status = STANCE_ERROR_MEMORY;
    if (assembly.heads != NULL && assembly.features != NULL && assembly.weights != NULL) {
        fill_heads(&assembly, t, heads);
        fill_features(&assembly, t, view, heads);
        status = provenance_write(&assembly.provenance, &provenance, error);
    }
    if (status == STANCE_OK) {
        const struct model_parts parts = {.labels = t->dataset.labels,
                                          .heads = assembly.heads,
                                          .n_labels = n_labels,
                                          .features = assembly.features,
                                          .weights = assembly.weights,
                                          .n_features = view->n_features,
                                          .n_records = view->n_training,
                                          .exclusive = t->dataset.exclusive,
                                          .options = t->options->features,
                                          .provenance = assembly.provenance.data};
        status = model_build(model, &parts, error);
    }
    free(assembly.heads);
    free(assembly.features);
    free(assembly.weights);
    free(assembly.provenance.data);
    return status;
}

/* The heads that ship: trained on all records, with the calibration found out of fold. */
static enum stance_status train_on_all(struct stance_model **model, struct trainer *t, struct stance_error *error) {
    const struct fit_plan plan = plan_of(t, &t->costs[t->best_cost], 1);
    struct view view;
    struct linear_head *heads = array_new(t->dataset.n_labels, sizeof *heads, error);
    if (heads == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    enum stance_status status = fit_all(&plan, &view, heads, error);
    if (status == STANCE_OK) {
        status = assemble(model, t, &view, heads, error);
    }
    for (size_t label = 0; label < t->dataset.n_labels; label++) {
        free(heads[label].weights);
    }
    free(heads);
    view_free(&view);
    return status;
}

/* A head whose out-of-fold values do not rise with its label would say the same of every text. */
static enum stance_status check_heads(const struct trainer *t, struct stance_error *error) {
    for (size_t label = 0; label < t->dataset.n_labels; label++) {
        if (!(t->platt[label].a < 0.0)) {
            return status_set(error, STANCE_ERROR_CORPUS,
                              "label '%.60s' cannot be told from its absence: out of fold its head does no better than chance; add "
                              "records, other features, or drop the label",
                              t->dataset.labels[label]);
        }
    }
    return STANCE_OK;
}

static enum stance_status judge(struct stance_evaluation **evaluation, const struct trainer *t,
                                const struct stance_evaluate_options *options, struct stance_error *error) {
    const struct dataset_predictions predictions = {.probability = t->probability,
                                                    .predicted = t->predicted,
                                                    .threshold = t->threshold,
                                                    .fold = t->fold,
                                                    .n_folds = times_held_out(t)};
    return judge_predictions(evaluation, &t->dataset, &predictions, options, error);
}

/* Of heads in training, those out of fold among them. */
static void warn_of_unfinished(struct trainer *t) {
    const size_t n = atomic_load(&t->n_unfinished);
    char message[STANCE_MESSAGE_SIZE];
    if (n > 0 && t->options->warning != NULL) {
        (void)snprintf(message, sizeof message,
                       "coordinate descent stopped after %d passes before it was done, at %zu heads, those of folds counted: their "
                       "weights may be off; try a lower cost C, or the solver liblinear",
                       DCD_PASSES_MAX, n);
        t->options->warning(t->options->warning_user, message);
    }
}

/* --- The public calls -------------------------------------------------------------------------------------------------- */

static enum stance_status train(struct stance_model **model, struct stance_evaluation **evaluation, struct trainer *t,
                                const struct stance_corpus *corpus, const struct stance_train_options *options,
                                struct stance_error *error) {
    /* What was tuned was tuned on all folds, and the figures are those of the folds that it was tuned on. */
    TRY(trainer_new(t, corpus, options, options->tuning == NULL, error));
    TRY(new_alpha(t, error));
    TRY(run_folds(t, error));
    TRY(check_heads(t, error));
    struct stance_model *trained = NULL;
    TRY(train_on_all(&trained, t, error));
    warn_of_unfinished(t);
    if (evaluation != NULL) {
        struct stance_evaluate_options judging;
        stance_evaluate_options_init(&judging);
        judging.n_threads = options->n_threads;
        judging.progress = options->progress;
        judging.progress_user = options->progress_user;
        const enum stance_status status = judge(evaluation, t, &judging, error);
        if (status != STANCE_OK) {
            stance_model_free(trained);
            return status;
        }
    }
    *model = trained;
    return STANCE_OK;
}

enum stance_status stance_train(struct stance_model **model, struct stance_evaluation **evaluation,
                                const struct stance_corpus *corpus, const struct stance_train_options *options,
                                struct stance_error *error) {
    TRY(check_options(options, error));
    struct trainer trainer = {.options = options};
    const enum stance_status status = train(model, evaluation, &trainer, corpus, options, error);
    trainer_free(&trainer);
    return status;
}

enum stance_status stance_cross_validate(struct stance_evaluation **evaluation, const struct stance_corpus *corpus,
                                         const struct stance_train_options *train_options,
                                         const struct stance_evaluate_options *options, struct stance_error *error) {
    TRY(check_options(train_options, error));
    struct trainer trainer = {.options = train_options};
    enum stance_status status = trainer_new(&trainer, corpus, train_options, false, error);
    if (status == STANCE_OK) {
        status = run_folds(&trainer, error);
    }
    if (status == STANCE_OK) {
        warn_of_unfinished(&trainer);
        status = judge(evaluation, &trainer, options, error);
    }
    trainer_free(&trainer);
    return status;
}

/* --- For the search ----------------------------------------------------------------------------------------------------- */

/* Macro-F1 over the judged records of `fold`; FOLDS_MAX is all. Labels that neither stand there nor are predicted are left out. */
static double macro_f1_of(const struct trainer *t, unsigned fold) {
    const struct dataset *d = &t->dataset;
    double sum = 0.0;
    size_t n_defined = 0;
    for (size_t label = 0; label < d->n_labels; label++) {
        size_t n_hits = 0, n_either = 0;
        for (size_t i = 0; i < d->n_records; i++) {
            if (dataset_is_judged(d, i) && (fold == FOLDS_MAX || t->fold[i] == fold)) {
                const size_t cell = label * d->n_records + i;
                n_hits += t->predicted[cell] && d->truth[cell];
                n_either += (size_t)t->predicted[cell] + (size_t)d->truth[cell];
            }
        }
        sum += n_either > 0 ? 2.0 * (double)n_hits / (double)n_either : 0.0;
        n_defined += n_either > 0;
    }
    return n_defined > 0 ? sum / (double)n_defined : (double)NAN;
}

static struct train_figure figure_of(const struct trainer *t) {
    const unsigned n = t->n_folds;
    double sum = 0.0, squares = 0.0;
    for (unsigned fold = 0; fold < n; fold++) {
        sum += macro_f1_of(t, fold);
    }
    for (unsigned fold = 0; fold < n; fold++) {
        const double difference = macro_f1_of(t, fold) - sum / n;
        squares += difference * difference;
    }
    return (struct train_figure){.macro_f1 = macro_f1_of(t, FOLDS_MAX), .spread = sqrt(squares / (n - 1))};
}

static enum stance_status explore(struct train_figure *figures, struct trainer *t, const struct stance_corpus *corpus,
                                  struct stance_error *error) {
    TRY(trainer_new(t, corpus, t->options, false, error));
    const struct fit_plan plan = plan_of(t, t->costs, t->n_costs);
    TRY(fit_folds(&plan, t->decision, error));
    for (t->best_cost = 0; t->best_cost < t->n_costs; t->best_cost++) {
        TRY(predict(t, error));
        figures[t->best_cost] = figure_of(t);
    }
    return STANCE_OK;
}

enum stance_status train_explore(struct train_figure *figures, const struct stance_corpus *corpus,
                                 const struct stance_train_options *options, struct stance_error *error) {
    TRY(check_options(options, error));
    struct trainer trainer = {.options = options};
    const enum stance_status status = explore(figures, &trainer, corpus, error);
    trainer_free(&trainer);
    return status;
}
