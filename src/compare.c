#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "judge.h"
#include "model.h"
#include "status.h"

struct stance_comparison {
    size_t n_records, n_groups, n_labels;
    char **labels;
    struct stance_difference *f1; /* [label] */
    struct stance_difference macro_f1, micro_f1, stance_macro_f1;
};

/* --- Differences ------------------------------------------------------------------------------------------------------- */

/* Figures and resampled figures of both sides. */
struct sides {
    double *a, *b;
    double *samples_a, *samples_b; /* [sample * n_figures + figure] */
    double *column;                /* one value a resample */
    size_t n_figures, n_samples;
};

static void sides_free(struct sides *sides) {
    free(sides->a);
    free(sides->b);
    free(sides->samples_a);
    free(sides->samples_b);
    free(sides->column);
}

static enum stance_status sides_new(struct sides *sides, const struct predictions *a, const struct predictions *b,
                                    const struct stance_evaluate_options *options, struct stance_error *error) {
    const size_t n_figures = evaluate_n_figures(a->n_labels), n_samples = options->n_bootstrap;
    *sides = (struct sides){.a = array_new(n_figures, sizeof(double), error),
                            .b = array_new(n_figures, sizeof(double), error),
                            .samples_a = array_new(n_samples * n_figures, sizeof(double), error),
                            .samples_b = array_new(n_samples * n_figures, sizeof(double), error),
                            .column = array_new(n_samples, sizeof(double), error),
                            .n_figures = n_figures,
                            .n_samples = n_samples};
    if (sides->a == NULL || sides->b == NULL || sides->samples_a == NULL || sides->samples_b == NULL || sides->column == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    TRY(evaluate_figures(sides->a, sides->samples_a, a, options, error));
    return evaluate_figures(sides->b, sides->samples_b, b, options, error);
}

/* Twice the smaller share of resampled differences on one side of zero, zero itself on both, and the observed sample among them. */
static double two_sided_p(const double *differences, size_t n) {
    size_t n_below = 0, n_above = 0;
    for (size_t i = 0; i < n; i++) {
        n_below += differences[i] <= 0.0;
        n_above += differences[i] >= 0.0;
    }
    const size_t tail = n_below < n_above ? n_below : n_above;
    return n > 0 ? fmin(1.0, 2.0 * (double)(1 + tail) / (double)(1 + n)) : (double)NAN;
}

static struct stance_difference difference_of(struct sides *sides, size_t figure) {
    struct stance_difference d = {.a = sides->a[figure], .b = sides->b[figure]};
    for (size_t i = 0; i < sides->n_samples; i++) {
        sides->column[i] = sides->samples_a[i * sides->n_figures + figure] - sides->samples_b[i * sides->n_figures + figure];
    }
    d.difference.value = d.a - d.b;
    const size_t n = evaluate_interval(&d.difference, sides->column, sides->n_samples);
    d.p = isnan(d.difference.value) ? (double)NAN : two_sided_p(sides->column, n);
    return d;
}

static enum stance_status fill(struct stance_comparison *c, struct sides *sides, const struct predictions *a,
                               struct stance_error *error) {
    c->labels = predictions_copy_labels(a, error);
    c->f1 = array_new(c->n_labels, sizeof *c->f1, error);
    if (c->labels == NULL || c->f1 == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t label = 0; label < c->n_labels; label++) {
        c->f1[label] = difference_of(sides, label * EVALUATE_N_LABEL + EVALUATE_F1);
    }
    const size_t all = c->n_labels * EVALUATE_N_LABEL;
    c->macro_f1 = difference_of(sides, all + EVALUATE_MACRO_F1);
    c->micro_f1 = difference_of(sides, all + EVALUATE_MICRO_F1);
    c->stance_macro_f1 = difference_of(sides, all + EVALUATE_STANCE_MACRO_F1);
    return STANCE_OK;
}

enum stance_status comparison_new(struct stance_comparison **comparison, const struct predictions *a, const struct predictions *b,
                                  const struct stance_evaluate_options *options, struct stance_error *error) {
    struct stance_comparison *c = array_new(1, sizeof *c, error);
    if (c == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    *c = (struct stance_comparison){.n_records = a->n_records, .n_groups = a->n_groups, .n_labels = a->n_labels};
    struct sides sides;
    enum stance_status status = sides_new(&sides, a, b, options, error);
    if (status == STANCE_OK) {
        status = fill(c, &sides, a, error);
    }
    sides_free(&sides);
    if (status != STANCE_OK) {
        stance_comparison_free(c);
        return status;
    }
    *comparison = c;
    return STANCE_OK;
}

/* --- Labels that both models have -------------------------------------------------------------------------------------- */

/* Some labels of a set of predictions. */
struct selection {
    struct predictions predictions; /* which the arrays below are of */
    const char **labels;
    bool *truth, *predicted;
    double *probability, *threshold;
};

static void selection_free(struct selection *selection) {
    free(selection->labels);
    free(selection->truth);
    free(selection->predicted);
    free(selection->probability);
    free(selection->threshold);
}

static bool has_label(const struct predictions *p, const char *name) {
    bool found = false;
    for (size_t i = 0; i < p->n_labels && !found; i++) {
        found = strcmp(p->labels[i], name) == 0;
    }
    return found;
}

static void copy_label(struct selection *selection, const struct predictions *from, size_t label) {
    const size_t n = from->n_records, to = selection->predictions.n_labels++;
    memcpy(selection->truth + to * n, from->truth + label * n, n * sizeof *from->truth);
    memcpy(selection->predicted + to * n, from->predicted + label * n, n * sizeof *from->predicted);
    memcpy(selection->probability + to * n, from->probability + label * n, n * sizeof *from->probability);
    selection->threshold[to] = from->threshold[label];
    selection->labels[to] = from->labels[label];
}

/* The labels of `from` that `other` has too, in their order, which is that of their names in every model. */
static enum stance_status selection_new(struct selection *selection, const struct predictions *from,
                                        const struct predictions *other, struct stance_error *error) {
    const size_t n_cells = from->n_labels * from->n_records;
    *selection = (struct selection){.predictions = *from,
                                    .labels = array_new(from->n_labels, sizeof *selection->labels, error),
                                    .truth = array_new(n_cells, sizeof *selection->truth, error),
                                    .predicted = array_new(n_cells, sizeof *selection->predicted, error),
                                    .probability = array_new(n_cells, sizeof *selection->probability, error),
                                    .threshold = array_new(from->n_labels, sizeof *selection->threshold, error)};
    if (selection->labels == NULL || selection->truth == NULL || selection->predicted == NULL || selection->probability == NULL ||
        selection->threshold == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    struct predictions *p = &selection->predictions;
    p->n_labels = 0;
    p->labels = selection->labels;
    p->truth = selection->truth;
    p->predicted = selection->predicted;
    p->probability = selection->probability;
    p->threshold = selection->threshold;
    for (size_t label = 0; label < from->n_labels; label++) {
        if (has_label(other, from->labels[label])) {
            copy_label(selection, from, label);
        }
    }
    return STANCE_OK;
}

static enum stance_status compare_common(struct stance_comparison **comparison, const struct predictions *a,
                                         const struct predictions *b, const struct stance_evaluate_options *options,
                                         struct stance_error *error) {
    struct selection of_a, of_b = {.labels = NULL};
    enum stance_status status = selection_new(&of_a, a, b, error);
    if (status == STANCE_OK) {
        status = selection_new(&of_b, b, a, error);
    }
    if (status == STANCE_OK && of_a.predictions.n_labels == 0) {
        status = status_set(error, STANCE_ERROR_CORPUS, "the two models have no label in common");
    }
    if (status == STANCE_OK) {
        status = comparison_new(comparison, &of_a.predictions, &of_b.predictions, options, error);
    }
    selection_free(&of_a);
    selection_free(&of_b);
    return status;
}

/* --- The public calls -------------------------------------------------------------------------------------------------- */

enum stance_status stance_compare(struct stance_comparison **comparison, const struct stance_model *a, const struct stance_model *b,
                                  const struct stance_corpus *corpus, const struct stance_evaluate_options *options,
                                  struct stance_error *error) {
    struct dataset dataset;
    struct judging judged_a, judged_b = {.sessions = NULL};
    TRY(dataset_new(&dataset, corpus, error));
    enum stance_status status = judging_new(&judged_a, a, &dataset, options, error);
    if (status == STANCE_OK) {
        status = judging_new(&judged_b, b, &dataset, options, error);
    }
    if (status == STANCE_OK) {
        const struct predictions of_a = judging_predictions(&judged_a), of_b = judging_predictions(&judged_b);
        status = compare_common(comparison, &of_a, &of_b, options, error);
    }
    judging_free(&judged_a);
    judging_free(&judged_b);
    dataset_free(&dataset);
    return status;
}

void stance_comparison_free(struct stance_comparison *c) {
    if (c == NULL) {
        return;
    }
    predictions_free_labels(c->labels, c->n_labels);
    free(c->f1);
    free(c);
}

void stance_comparison_figures(const struct stance_comparison *c, struct stance_comparison_figures *figures) {
    *figures = (struct stance_comparison_figures){.n_records = c->n_records,
                                                  .n_groups = c->n_groups,
                                                  .n_labels = c->n_labels,
                                                  .macro_f1 = c->macro_f1,
                                                  .micro_f1 = c->micro_f1,
                                                  .stance_macro_f1 = c->stance_macro_f1};
}

const char *stance_comparison_label(const struct stance_comparison *c, size_t label, struct stance_difference *f1) {
    if (label >= c->n_labels) {
        return NULL;
    }
    *f1 = c->f1[label];
    return c->labels[label];
}
