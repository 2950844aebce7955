#include "evaluate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "calibrate.h"
#include "parallel.h"
#include "random.h"
#include "status.h"

struct counts {
    double true_positive, false_positive, false_negative, true_negative;
};

struct stance_evaluation {
    size_t n_records, n_labels, n_groups;
    bool exclusive;
    unsigned n_folds; /* as in stance_evaluation_figures */
    char **labels;
    bool *truth, *predicted;             /* [record * n_labels + label] */
    double *probability;                 /* [record * n_labels + label] */
    uint32_t *group;                     /* [record] */
    double *threshold;                   /* [label] */
    struct counts *counts;               /* [label] */
    struct stance_interval *figures;     /* [label * EVALUATE_N_LABEL + figure], then the figures for all */
    struct stance_reliability_bin *bins; /* [label * STANCE_RELIABILITY_BINS + bin] */
    size_t *confusion;                   /* [truth * n_labels + predicted] */
};

/* --- Ranking ----------------------------------------------------------------------------------------------------------- */

struct ranked_score {
    double score;
    uint32_t record;
};

static int compare_scores(const void *a, const void *b) {
    const struct ranked_score *x = a, *y = b;
    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }
    return (x->record > y->record) - (x->record < y->record);
}

enum stance_status evaluate_rank(uint32_t *order, const double *score, size_t n, struct stance_error *error) {
    struct ranked_score *ranked = array_new(n, sizeof *ranked, error);
    if (ranked == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (uint32_t i = 0; i < n; i++) {
        ranked[i] = (struct ranked_score){.score = score[i], .record = i};
    }
    qsort(ranked, n, sizeof *ranked, compare_scores);
    for (size_t i = 0; i < n; i++) {
        order[i] = ranked[i].record;
    }
    free(ranked);
    return STANCE_OK;
}

double evaluate_average_precision(const double *score, const bool *truth, const uint32_t *order, const uint32_t *weight, size_t n) {
    double taken = 0.0, hits = 0.0, hits_before = 0.0, sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t record = order[i];
        taken += weight[record];
        hits += truth[record] ? weight[record] : 0.0;
        if ((i + 1 == n || score[order[i + 1]] != score[record]) && taken > 0.0) {
            sum += (hits - hits_before) * (hits / taken);
            hits_before = hits;
        }
    }
    return hits > 0.0 ? sum / hits : (double)NAN;
}

/* --- Figures under given weights of the records ------------------------------------------------------------------------ */

struct judge {
    const struct predictions *p;
    uint32_t *order; /* [label * n_records + place] */
    uint32_t *ones;  /* a weight of 1 for every record */
    size_t n_figures;
    /* bootstrap */
    double *samples;    /* [sample * n_figures + figure]; the caller's */
    uint32_t **weights; /* a worker each: n_records */
    uint32_t **draws;   /* a worker each: n_groups */
    uint64_t seed;
};

static double ratio(double part, double whole) { return whole > 0.0 ? part / whole : (double)NAN; }

static double f1_of(struct counts c) {
    return ratio(2.0 * c.true_positive, 2.0 * c.true_positive + c.false_positive + c.false_negative);
}

struct bin_sums {
    double n, probability, truth;
};

/* What a label's figures are made of but for its ranking. */
struct label_sums {
    double cells[2][2]; /* [truth][predicted] */
    double squares;     /* of the probability's errors */
    struct bin_sums bins[STANCE_RELIABILITY_BINS];
};

static void sum_label(struct label_sums *sums, const struct predictions *p, size_t label, const uint32_t *weight) {
    const size_t base = label * p->n_records;
    *sums = (struct label_sums){.squares = 0.0};
    for (size_t i = 0; i < p->n_records; i++) {
        const double probability = p->probability[base + i], w = weight[i];
        const bool truth = p->truth[base + i];
        const double error = probability - (truth ? 1.0 : 0.0);
        const size_t place = (size_t)(probability * STANCE_RELIABILITY_BINS);
        struct bin_sums *bin = &sums->bins[place < STANCE_RELIABILITY_BINS ? place : STANCE_RELIABILITY_BINS - 1];
        sums->cells[truth][p->predicted[base + i]] += w;
        sums->squares += w * error * error;
        bin->n += w;
        bin->probability += w * probability;
        bin->truth += truth ? w : 0.0;
    }
}

static struct counts counts_of(const struct label_sums *sums) {
    return (struct counts){.true_positive = sums->cells[1][1],
                           .false_positive = sums->cells[0][1],
                           .false_negative = sums->cells[1][0],
                           .true_negative = sums->cells[0][0]};
}

static double calibration_error(const struct label_sums *sums, double n) {
    double sum = 0.0;
    for (size_t i = 0; i < STANCE_RELIABILITY_BINS; i++) {
        sum += fabs(sums->bins[i].probability - sums->bins[i].truth);
    }
    return ratio(sum, n);
}

static double accuracy_of(const struct predictions *p, const uint32_t *weight) {
    double right = 0.0, all = 0.0;
    for (size_t i = 0; i < p->n_records; i++) {
        bool same = true;
        for (size_t label = 0; label < p->n_labels && same; label++) {
            same = p->truth[label * p->n_records + i] == p->predicted[label * p->n_records + i];
        }
        right += same ? weight[i] : 0.0;
        all += weight[i];
    }
    return ratio(right, all);
}

static bool is_stance(const char *label) {
    return strcmp(label, "accusation") == 0 || strcmp(label, "denial") == 0 || strcmp(label, "conciliation") == 0;
}

/* Means that leave out what is undefined. */
struct mean {
    double sum, n;
};

static void mean_add(struct mean *mean, double value) {
    if (!isnan(value)) {
        mean->sum += value;
        mean->n += 1.0;
    }
}

static void judge_all(const struct judge *judge, const uint32_t *weight, double *figures) {
    const struct predictions *p = judge->p;
    struct counts total = {.true_positive = 0.0};
    struct mean macro = {.n = 0.0}, stances = {.n = 0.0};
    size_t n_stances = 0;
    for (size_t label = 0; label < p->n_labels; label++) {
        struct label_sums sums;
        sum_label(&sums, p, label, weight);
        const struct counts c = counts_of(&sums);
        const double n = c.true_positive + c.false_positive + c.false_negative + c.true_negative;
        const size_t base = label * p->n_records;
        double *f = figures + label * EVALUATE_N_LABEL;
        f[EVALUATE_PRECISION] = ratio(c.true_positive, c.true_positive + c.false_positive);
        f[EVALUATE_RECALL] = ratio(c.true_positive, c.true_positive + c.false_negative);
        f[EVALUATE_F1] = f1_of(c);
        f[EVALUATE_AVERAGE_PRECISION] =
            evaluate_average_precision(p->probability + base, p->truth + base, judge->order + base, weight, p->n_records);
        f[EVALUATE_BRIER] = ratio(sums.squares, n);
        f[EVALUATE_CALIBRATION] = calibration_error(&sums, n);
        total.true_positive += c.true_positive;
        total.false_positive += c.false_positive;
        total.false_negative += c.false_negative;
        mean_add(&macro, f[EVALUATE_F1]);
        if (is_stance(p->labels[label])) {
            n_stances++;
            mean_add(&stances, f[EVALUATE_F1]);
        }
    }
    double *all = figures + p->n_labels * EVALUATE_N_LABEL;
    all[EVALUATE_MACRO_F1] = ratio(macro.sum, macro.n);
    all[EVALUATE_MICRO_F1] = f1_of(total);
    all[EVALUATE_STANCE_MACRO_F1] = n_stances == 3 ? ratio(stances.sum, stances.n) : (double)NAN;
    all[EVALUATE_ACCURACY] = accuracy_of(p, weight);
}

/* --- Bootstrap --------------------------------------------------------------------------------------------------------- */

/* One resample: as many groups as there are, drawn with replacement; a record weighs as often as its group was drawn. */
static enum stance_status draw_sample(void *user, size_t worker, size_t sample, struct stance_error *error) {
    (void)error;
    const struct judge *judge = user;
    const struct predictions *p = judge->p;
    uint32_t *weight = judge->weights[worker], *draws = judge->draws[worker];
    struct random random = random_new(judge->seed + sample * UINT64_C(0xD1B54A32D192ED03));
    memset(draws, 0, p->n_groups * sizeof *draws);
    for (size_t i = 0; i < p->n_groups; i++) {
        draws[random_below(&random, p->n_groups)]++;
    }
    for (size_t i = 0; i < p->n_records; i++) {
        weight[i] = draws[p->group[i]];
    }
    judge_all(judge, weight, judge->samples + sample * judge->n_figures);
    return STANCE_OK;
}

static int compare_doubles(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The quantile of sorted values, between two of them by their distance. */
static double quantile(const double *sorted, size_t n, double q) {
    if (n == 0) {
        return (double)NAN;
    }
    const double place = q * (double)(n - 1);
    const size_t below = (size_t)place;
    const size_t above = below + 1 < n ? below + 1 : below;
    return sorted[below] + (place - (double)below) * (sorted[above] - sorted[below]);
}

size_t evaluate_interval(struct stance_interval *interval, double *values, size_t n) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(values[i])) {
            values[kept++] = values[i];
        }
    }
    if (kept > 1) {
        qsort(values, kept, sizeof *values, compare_doubles);
    }
    interval->low = quantile(values, kept, 0.025);
    interval->high = quantile(values, kept, 0.975);
    return kept;
}

static void free_each(uint32_t **arrays, size_t n) {
    for (size_t i = 0; arrays != NULL && i < n; i++) {
        free(arrays[i]);
    }
    free(arrays);
}

static enum stance_status allocate_each(uint32_t ***arrays, size_t n_arrays, size_t n, struct stance_error *error) {
    *arrays = array_new(n_arrays, sizeof **arrays, error);
    for (size_t i = 0; *arrays != NULL && i < n_arrays; i++) {
        (*arrays)[i] = array_new(n, sizeof ***arrays, error);
        if ((*arrays)[i] == NULL) {
            return STANCE_ERROR_MEMORY;
        }
    }
    return *arrays != NULL ? STANCE_OK : STANCE_ERROR_MEMORY;
}

static enum stance_status bootstrap(struct judge *judge, const struct stance_evaluate_options *options,
                                    struct stance_error *error) {
    const struct parallel parallel = parallel_new(options->n_threads, options->progress, options->progress_user);
    const size_t n_workers = parallel.n_workers;
    judge->seed = options->seed;
    enum stance_status status = allocate_each(&judge->weights, n_workers, judge->p->n_records, error);
    if (status == STANCE_OK) {
        status = allocate_each(&judge->draws, n_workers, judge->p->n_groups, error);
    }
    if (status == STANCE_OK) {
        status = parallel_run(&parallel, "intervals", options->n_bootstrap, draw_sample, judge, error);
    }
    free_each(judge->weights, n_workers);
    free_each(judge->draws, n_workers);
    return status;
}

static enum stance_status judge_new(struct judge *judge, const struct predictions *p, struct stance_error *error) {
    *judge = (struct judge){.p = p, .n_figures = evaluate_n_figures(p->n_labels)};
    judge->order = array_new(p->n_labels * p->n_records, sizeof *judge->order, error);
    judge->ones = array_new(p->n_records, sizeof *judge->ones, error);
    if (judge->order == NULL || judge->ones == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < p->n_records; i++) {
        judge->ones[i] = 1;
    }
    for (size_t label = 0; label < p->n_labels; label++) {
        TRY(evaluate_rank(judge->order + label * p->n_records, p->probability + label * p->n_records, p->n_records, error));
    }
    return STANCE_OK;
}

/* --- Bootstrap of very many groups ------------------------------------------------------------------------------------- */

/* Lists the records of `n_taken` of the groups. */
static enum stance_status draw_part(size_t *records, size_t *n_records, const struct predictions *p, size_t n_taken, uint64_t seed,
                                    struct stance_error *error) {
    uint32_t *groups = array_new(p->n_groups, sizeof *groups, error);
    bool *is_taken = array_new(p->n_groups, sizeof *is_taken, error);
    const bool complete = groups != NULL && is_taken != NULL;
    if (complete) {
        struct random random = random_new(~seed);
        for (uint32_t i = 0; i < p->n_groups; i++) {
            groups[i] = i;
        }
        random_shuffle(&random, groups, p->n_groups);
        for (size_t i = 0; i < n_taken; i++) {
            is_taken[groups[i]] = true;
        }
        for (size_t i = 0; i < p->n_records; i++) {
            records[*n_records] = i;
            *n_records += is_taken[p->group[i]];
        }
    }
    free(groups);
    free(is_taken);
    return complete ? STANCE_OK : STANCE_ERROR_MEMORY;
}

/* Around the figures of all as the samples are spread around those of the part, but closer by the root of the part's share. */
static void spread(double *samples, size_t n_samples, const double *figures, const double *of_part, size_t n_figures,
                   double share) {
    for (size_t i = 0; i < n_samples * n_figures; i++) {
        const double value = figures[i % n_figures] + sqrt(share) * (samples[i] - of_part[i % n_figures]);
        samples[i] = value < 0.0 ? 0.0 : value > 1.0 ? 1.0 : value;
    }
}

static enum stance_status resample_part(double *samples, double *of_part, const struct predictions *part,
                                        const struct stance_evaluate_options *options, struct stance_error *error) {
    struct judge judge;
    enum stance_status status = judge_new(&judge, part, error);
    if (status == STANCE_OK) {
        judge_all(&judge, judge.ones, of_part);
        judge.samples = samples;
        status = bootstrap(&judge, options, error);
    }
    free(judge.order);
    free(judge.ones);
    return status;
}

/* The bootstrap with fewer groups than there are (Bickel, Goetze and van Zwet 1997): its time does not grow with the corpus. */
static enum stance_status bootstrap_part(double *samples, const double *figures, const struct predictions *p,
                                         const struct stance_evaluate_options *options, struct stance_error *error) {
    const size_t n_figures = evaluate_n_figures(p->n_labels);
    size_t *records = array_new(p->n_records, sizeof *records, error), n = 0;
    double *of_part = array_new(n_figures, sizeof *of_part, error);
    struct selected part = {.truth = NULL};
    enum stance_status status = records == NULL || of_part == NULL ? STANCE_ERROR_MEMORY : STANCE_OK;
    if (status == STANCE_OK) {
        status = draw_part(records, &n, p, EVALUATE_GROUPS_MAX, options->seed, error);
    }
    if (status == STANCE_OK) {
        status = selected_new(&part, p, (struct cell_steps){.record = 1, .label = p->n_records}, records, n, error);
    }
    if (status == STANCE_OK) {
        status = resample_part(samples, of_part, &part.predictions, options, error);
    }
    if (status == STANCE_OK) {
        spread(samples, options->n_bootstrap, figures, of_part, n_figures, (double)EVALUATE_GROUPS_MAX / (double)p->n_groups);
    }
    selected_free(&part);
    free(records);
    free(of_part);
    return status;
}

enum stance_status evaluate_figures(double *figures, double *samples, const struct predictions *predictions,
                                    const struct stance_evaluate_options *options, struct stance_error *error) {
    struct judge judge;
    enum stance_status status = judge_new(&judge, predictions, error);
    if (status == STANCE_OK) {
        judge_all(&judge, judge.ones, figures);
        judge.samples = samples;
        if (options->n_bootstrap > 0) {
            status = predictions->n_groups > EVALUATE_GROUPS_MAX ? bootstrap_part(samples, figures, predictions, options, error)
                                                                 : bootstrap(&judge, options, error);
        }
    }
    free(judge.order);
    free(judge.ones);
    return status;
}

/* --- The evaluation ---------------------------------------------------------------------------------------------------- */

static enum stance_status allocate(struct stance_evaluation *e, const struct predictions *p, struct stance_error *error) {
    const size_t n_cells = p->n_records * p->n_labels;
    e->labels = predictions_copy_labels(p, error);
    e->truth = array_new(n_cells, sizeof *e->truth, error);
    e->predicted = array_new(n_cells, sizeof *e->predicted, error);
    e->probability = array_new(n_cells, sizeof *e->probability, error);
    e->group = array_new(p->n_records, sizeof *e->group, error);
    e->threshold = array_new(p->n_labels, sizeof *e->threshold, error);
    e->counts = array_new(p->n_labels, sizeof *e->counts, error);
    e->figures = array_new(evaluate_n_figures(p->n_labels), sizeof *e->figures, error);
    e->bins = array_new(p->n_labels * STANCE_RELIABILITY_BINS, sizeof *e->bins, error);
    e->confusion = array_new(p->n_labels * p->n_labels, sizeof *e->confusion, error);
    const bool complete = e->labels != NULL && e->truth != NULL && e->predicted != NULL && e->probability != NULL &&
                          e->group != NULL && e->threshold != NULL && e->counts != NULL && e->figures != NULL && e->bins != NULL &&
                          e->confusion != NULL;
    return complete ? STANCE_OK : STANCE_ERROR_MEMORY;
}

static void copy_records(struct stance_evaluation *e, const struct predictions *p) {
    for (size_t i = 0; i < p->n_records; i++) {
        e->group[i] = p->group[i];
    }
    for (size_t label = 0; label < p->n_labels; label++) {
        e->threshold[label] = p->threshold[label];
        for (size_t i = 0; i < p->n_records; i++) {
            const size_t from = label * p->n_records + i, to = i * p->n_labels + label;
            e->truth[to] = p->truth[from];
            e->predicted[to] = p->predicted[from];
            e->probability[to] = p->probability[from];
        }
    }
}

/* The only label set among `cells`, or n where there is none or more than one. */
static size_t single_label(const bool *cells, size_t n) {
    size_t found = n, count = 0;
    for (size_t i = 0; i < n; i++) {
        found = cells[i] ? i : found;
        count += cells[i];
    }
    return count == 1 ? found : n;
}

static void fill_confusion(struct stance_evaluation *e) {
    for (size_t i = 0; i < e->n_records; i++) {
        const size_t truth = single_label(e->truth + i * e->n_labels, e->n_labels);
        const size_t predicted = single_label(e->predicted + i * e->n_labels, e->n_labels);
        if (truth < e->n_labels && predicted < e->n_labels) {
            e->confusion[truth * e->n_labels + predicted]++;
        }
    }
}

static enum stance_status fill_label_details(struct stance_evaluation *e, const struct predictions *p, struct stance_error *error) {
    uint32_t *ones = array_new(p->n_records, sizeof *ones, error);
    if (ones == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < p->n_records; i++) {
        ones[i] = 1;
    }
    for (size_t label = 0; label < p->n_labels; label++) {
        struct label_sums sums;
        sum_label(&sums, p, label, ones);
        for (size_t i = 0; i < STANCE_RELIABILITY_BINS; i++) {
            e->bins[label * STANCE_RELIABILITY_BINS + i] =
                (struct stance_reliability_bin){.n = (size_t)sums.bins[i].n,
                                                .probability = ratio(sums.bins[i].probability, sums.bins[i].n),
                                                .frequency = ratio(sums.bins[i].truth, sums.bins[i].n)};
        }
        e->counts[label] = counts_of(&sums);
    }
    free(ones);
    return STANCE_OK;
}

/* Figure by figure over the resamples; `column` has room for one value each. */
static void fill_intervals(struct stance_evaluation *e, const double *values, const double *samples, size_t n_samples,
                           double *column) {
    const size_t n_figures = evaluate_n_figures(e->n_labels);
    for (size_t figure = 0; figure < n_figures; figure++) {
        for (size_t sample = 0; sample < n_samples; sample++) {
            column[sample] = samples[sample * n_figures + figure];
        }
        e->figures[figure].value = values[figure];
        (void)evaluate_interval(&e->figures[figure], column, n_samples);
    }
}

static enum stance_status fill_figures(struct stance_evaluation *e, const struct predictions *p,
                                       const struct stance_evaluate_options *options, struct stance_error *error) {
    const size_t n_figures = evaluate_n_figures(p->n_labels), n_samples = options->n_bootstrap;
    double *values = array_new(n_figures, sizeof *values, error);
    double *samples = array_new(n_samples * n_figures, sizeof *samples, error);
    double *column = array_new(n_samples, sizeof *column, error);
    enum stance_status status = STANCE_ERROR_MEMORY;
    if (values != NULL && samples != NULL && column != NULL) {
        status = evaluate_figures(values, samples, p, options, error);
    }
    if (status == STANCE_OK) {
        fill_intervals(e, values, samples, n_samples, column);
    }
    free(values);
    free(samples);
    free(column);
    return status;
}

static enum stance_status fill_evaluation(struct stance_evaluation *e, const struct predictions *p,
                                          const struct stance_evaluate_options *options, struct stance_error *error) {
    TRY(allocate(e, p, error));
    copy_records(e, p);
    fill_confusion(e);
    TRY(fill_label_details(e, p, error));
    return fill_figures(e, p, options, error);
}

enum stance_status evaluation_new(struct stance_evaluation **evaluation, const struct predictions *p,
                                  const struct stance_evaluate_options *options, struct stance_error *error) {
    struct stance_evaluation *e = array_new(1, sizeof *e, error);
    if (e == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    *e = (struct stance_evaluation){.n_records = p->n_records,
                                    .n_labels = p->n_labels,
                                    .n_groups = p->n_groups,
                                    .exclusive = p->exclusive,
                                    .n_folds = p->n_folds};
    const enum stance_status status = fill_evaluation(e, p, options, error);
    if (status != STANCE_OK) {
        stance_evaluation_free(e);
        return status;
    }
    *evaluation = e;
    return STANCE_OK;
}

void stance_evaluation_free(struct stance_evaluation *e) {
    if (e == NULL) {
        return;
    }
    predictions_free_labels(e->labels, e->n_labels);
    free(e->truth);
    free(e->predicted);
    free(e->probability);
    free(e->group);
    free(e->threshold);
    free(e->counts);
    free(e->figures);
    free(e->bins);
    free(e->confusion);
    free(e);
}

void stance_evaluation_figures(const struct stance_evaluation *e, struct stance_evaluation_figures *figures) {
    const struct stance_interval *all = e->figures + e->n_labels * EVALUATE_N_LABEL;
    *figures = (struct stance_evaluation_figures){.n_records = e->n_records,
                                                  .n_groups = e->n_groups,
                                                  .n_labels = e->n_labels,
                                                  .exclusive = e->exclusive,
                                                  .macro_f1 = all[EVALUATE_MACRO_F1],
                                                  .micro_f1 = all[EVALUATE_MICRO_F1],
                                                  .stance_macro_f1 = all[EVALUATE_STANCE_MACRO_F1],
                                                  .accuracy = all[EVALUATE_ACCURACY],
                                                  .n_folds = e->n_folds};
}

static enum stance_status check_label(const struct stance_evaluation *e, size_t label, struct stance_error *error) {
    return label < e->n_labels
               ? STANCE_OK
               : status_set(error, STANCE_ERROR_ARGUMENT, "label %zu of an evaluation with %zu", label, e->n_labels);
}

enum stance_status stance_evaluation_label(const struct stance_evaluation *e, size_t label, struct stance_label_figures *figures,
                                           struct stance_error *error) {
    TRY(check_label(e, label, error));
    const struct stance_interval *f = e->figures + label * EVALUATE_N_LABEL;
    const struct counts *c = &e->counts[label];
    *figures = (struct stance_label_figures){.label = e->labels[label],
                                             .true_positive = (size_t)c->true_positive,
                                             .false_positive = (size_t)c->false_positive,
                                             .false_negative = (size_t)c->false_negative,
                                             .true_negative = (size_t)c->true_negative,
                                             .precision = f[EVALUATE_PRECISION],
                                             .recall = f[EVALUATE_RECALL],
                                             .f1 = f[EVALUATE_F1],
                                             .average_precision = f[EVALUATE_AVERAGE_PRECISION],
                                             .brier = f[EVALUATE_BRIER],
                                             .calibration_error = f[EVALUATE_CALIBRATION],
                                             .threshold = e->threshold[label]};
    return STANCE_OK;
}

enum stance_status stance_evaluation_reliability(const struct stance_evaluation *e, size_t label,
                                                 struct stance_reliability_bin *bins, struct stance_error *error) {
    TRY(check_label(e, label, error));
    memcpy(bins, e->bins + label * STANCE_RELIABILITY_BINS, STANCE_RELIABILITY_BINS * sizeof *bins);
    return STANCE_OK;
}

size_t stance_evaluation_confusion(const struct stance_evaluation *e, size_t truth, size_t predicted) {
    return truth < e->n_labels && predicted < e->n_labels ? e->confusion[truth * e->n_labels + predicted] : 0;
}

enum stance_status stance_evaluation_record(const struct stance_evaluation *e, size_t record, const double **probabilities,
                                            const bool **predicted, const bool **truth, struct stance_error *error) {
    if (record >= e->n_records) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "record %zu of an evaluation with %zu", record, e->n_records);
    }
    *probabilities = e->probability + record * e->n_labels;
    *predicted = e->predicted + record * e->n_labels;
    *truth = e->truth + record * e->n_labels;
    return STANCE_OK;
}

/* --- Of an evaluation -------------------------------------------------------------------------------------------------- */

enum stance_status stance_evaluation_subset(struct stance_evaluation **out, const struct stance_evaluation *e,
                                            const size_t *records, size_t n, const struct stance_evaluate_options *options,
                                            struct stance_error *error) {
    for (size_t i = 0; i < n; i++) {
        if (records[i] >= e->n_records) {
            return status_set(error, STANCE_ERROR_ARGUMENT, "record %zu of an evaluation with %zu", records[i], e->n_records);
        }
    }
    const struct predictions whole = {.n_labels = e->n_labels,
                                      .n_groups = e->n_groups,
                                      .labels = (const char *const *)e->labels,
                                      .truth = e->truth,
                                      .probability = e->probability,
                                      .predicted = e->predicted,
                                      .threshold = e->threshold,
                                      .group = e->group,
                                      .exclusive = e->exclusive,
                                      .n_folds = e->n_folds};
    struct selected subset;
    enum stance_status status =
        selected_new(&subset, &whole, (struct cell_steps){.record = e->n_labels, .label = 1}, records, n, error);
    if (status == STANCE_OK) {
        status = evaluation_new(out, &subset.predictions, options, error);
    }
    selected_free(&subset);
    return status;
}

static void measure_point(struct stance_operating_point *point, const double *probability, const bool *truth, size_t n,
                          double threshold) {
    size_t n_positive = 0, n_predicted = 0, n_right = 0;
    for (size_t i = 0; i < n; i++) {
        n_positive += truth[i];
        n_predicted += probability[i] >= threshold;
        n_right += truth[i] && probability[i] >= threshold;
    }
    *point = (struct stance_operating_point){.threshold = threshold,
                                             .precision = ratio((double)n_right, (double)n_predicted),
                                             .recall = ratio((double)n_right, (double)n_positive),
                                             .n_predicted = n_predicted};
}

enum stance_status stance_evaluation_at_precision(const struct stance_evaluation *e, size_t label, double precision,
                                                  struct stance_operating_point *point, struct stance_error *error) {
    TRY(check_label(e, label, error));
    if (!(precision > 0.0 && precision <= 1.0)) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "a wanted precision must be above 0 and at most 1");
    }
    double *probability = array_new(e->n_records, sizeof *probability, error);
    bool *truth = array_new(e->n_records, sizeof *truth, error);
    enum stance_status status = probability == NULL || truth == NULL ? STANCE_ERROR_MEMORY : STANCE_OK;
    for (size_t i = 0; i < e->n_records && status == STANCE_OK; i++) {
        probability[i] = e->probability[i * e->n_labels + label];
        truth[i] = e->truth[i * e->n_labels + label];
    }
    double threshold = 1.0;
    if (status == STANCE_OK) {
        status = calibrate_threshold(&threshold, probability, truth, e->n_records, precision, error);
    }
    if (status == STANCE_OK) {
        measure_point(point, probability, truth, e->n_records, threshold);
        point->reached = point->precision >= precision;
    }
    free(probability);
    free(truth);
    return status;
}
