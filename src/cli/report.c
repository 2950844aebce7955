#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "display.h"
#include "memory.h"

enum { DECIMALS = FIGURE_DECIMALS };

void report_add_interval(struct table *table, struct stance_interval figure) {
    if (isfinite(figure.value) && isfinite(figure.low) && isfinite(figure.high)) {
        table_add(table, "%.3f [%.3f, %.3f]", figure.value, figure.low, figure.high);
    } else {
        table_add_real(table, figure.value);
    }
}

static struct stance_label_figures label_figures(const struct stance_evaluation *evaluation, size_t label) {
    struct stance_label_figures figures = {.label = ""};
    stance_evaluation_label(evaluation, label, &figures, NULL);
    return figures;
}

static struct stance_evaluation_figures all_figures(const struct stance_evaluation *evaluation) {
    struct stance_evaluation_figures figures = {0};
    stance_evaluation_figures(evaluation, &figures);
    return figures;
}

void report_folds(const struct stance_evaluation *evaluation, struct buffer *out) {
    const struct stance_evaluation_figures figures = all_figures(evaluation);
    if (figures.n_folds == 1) {
        buffer_format(out, "On %zu records held out", figures.n_records);
    } else {
        buffer_format(out, "Out of fold, %u folds", figures.n_folds);
    }
}

static void add_row(struct table *table, const char *const *cells) {
    for (size_t i = 0; i < table->n_columns; i++) {
        table_add(table, "%s", cells[i]);
    }
}

/* --- For people ----------------------------------------------------------------------------------------------------------- */

/* An exclusive model predicts the most probable label and has no thresholds. */
static void report_labels(const struct stance_evaluation *evaluation, const struct stance_evaluation_figures *all,
                          struct buffer *out) {
    static const char *const HEAD[] = {"label",    "records", "precision", "recall",   "F1",
                                       "avg.prec", "Brier",   "calib.err", "threshold"};
    struct table table = {.n_columns = all->exclusive ? 8 : 9};
    add_row(&table, HEAD);
    for (size_t i = 0; i < all->n_labels; i++) {
        const struct stance_label_figures label = label_figures(evaluation, i);
        table_add(&table, "%s", label.label);
        table_add(&table, "%zu", label.true_positive + label.false_negative);
        table_add_real(&table, label.precision.value);
        table_add_real(&table, label.recall.value);
        report_add_interval(&table, label.f1);
        table_add_real(&table, label.average_precision.value);
        table_add_real(&table, label.brier.value);
        table_add_real(&table, label.calibration_error.value);
        if (!all->exclusive) {
            table_add_real(&table, label.threshold);
        }
    }
    table_print(&table, out);
}

/* The mean over labels of a figure; NaN without labels. */
static double mean_brier(const struct stance_evaluation *evaluation, size_t n_labels) {
    double sum = 0;
    for (size_t i = 0; i < n_labels; i++) {
        sum += label_figures(evaluation, i).brier.value;
    }
    return sum / (double)n_labels;
}

static double mean_calibration_error(const struct stance_evaluation *evaluation, size_t n_labels) {
    double sum = 0;
    for (size_t i = 0; i < n_labels; i++) {
        sum += label_figures(evaluation, i).calibration_error.value;
    }
    return sum / (double)n_labels;
}

static void add_named(struct table *table, const char *name, struct stance_interval figure) {
    if (isfinite(figure.value)) {
        table_add(table, "%s", name);
        report_add_interval(table, figure);
    }
}

static void report_all(const struct stance_evaluation *evaluation, const struct stance_evaluation_figures *all,
                       struct buffer *out) {
    struct table table = {.n_columns = 2};
    add_named(&table, "macro-F1", all->macro_f1);
    add_named(&table, "micro-F1", all->micro_f1);
    add_named(&table, "macro-F1 of the three stances", all->stance_macro_f1);
    add_named(&table, "exact match", all->accuracy);
    table_add(&table, "mean Brier score");
    table_add_real(&table, mean_brier(evaluation, all->n_labels));
    table_add(&table, "mean calibration error");
    table_add_real(&table, mean_calibration_error(evaluation, all->n_labels));
    table_print(&table, out);
}

static void report_matrix(const struct stance_evaluation *evaluation, size_t n_labels, struct buffer *out) {
    struct table table = {.n_columns = n_labels + 1};
    table_add(&table, "truth \\ predicted");
    for (size_t i = 0; i < n_labels; i++) {
        table_add(&table, "%s", label_figures(evaluation, i).label);
    }
    for (size_t truth = 0; truth < n_labels; truth++) {
        table_add(&table, "%s", label_figures(evaluation, truth).label);
        for (size_t predicted = 0; predicted < n_labels; predicted++) {
            table_add(&table, "%zu", stance_evaluation_confusion(evaluation, truth, predicted));
        }
    }
    table_print(&table, out);
}

static void report_counts(const struct stance_evaluation *evaluation, size_t n_labels, struct buffer *out) {
    static const char *const HEAD[] = {"label", "true pos.", "false pos.", "false neg.", "true neg."};
    struct table table = {.n_columns = 5};
    add_row(&table, HEAD);
    for (size_t i = 0; i < n_labels; i++) {
        const struct stance_label_figures label = label_figures(evaluation, i);
        table_add(&table, "%s", label.label);
        table_add(&table, "%zu", label.true_positive);
        table_add(&table, "%zu", label.false_positive);
        table_add(&table, "%zu", label.false_negative);
        table_add(&table, "%zu", label.true_negative);
    }
    table_print(&table, out);
}

void report_evaluation(const struct stance_evaluation *evaluation, struct buffer *out) {
    const struct stance_evaluation_figures all = all_figures(evaluation);
    report_labels(evaluation, &all, out);
    buffer_append_char(out, '\n');
    report_all(evaluation, &all, out);
    buffer_append_text(out, "\nConfusion\n");
    if (all.exclusive) {
        report_matrix(evaluation, all.n_labels, out);
    } else {
        report_counts(evaluation, all.n_labels, out);
    }
}

static void report_bins(const struct stance_reliability_bin *bins, struct buffer *out) {
    static const char *const HEAD[] = {"probability", "records", "mean", "share"};
    struct table table = {.n_columns = 4};
    add_row(&table, HEAD);
    for (int i = 0; i < STANCE_RELIABILITY_BINS; i++) {
        table_add(&table, "%.1f-%.1f", i / (double)STANCE_RELIABILITY_BINS, (i + 1) / (double)STANCE_RELIABILITY_BINS);
        table_add(&table, "%zu", bins[i].n);
        table_add_real(&table, bins[i].n == 0 ? (double)NAN : bins[i].probability);
        table_add_real(&table, bins[i].n == 0 ? (double)NAN : bins[i].frequency);
    }
    table_print(&table, out);
}

void report_reliability(const struct stance_evaluation *evaluation, struct buffer *out) {
    const struct stance_evaluation_figures all = all_figures(evaluation);
    for (size_t i = 0; i < all.n_labels; i++) {
        struct stance_reliability_bin bins[STANCE_RELIABILITY_BINS] = {{0}};
        stance_evaluation_reliability(evaluation, i, bins, NULL);
        buffer_format(out, "\nReliability of %s\n", label_figures(evaluation, i).label);
        report_bins(bins, out);
    }
}

/* --- For machines --------------------------------------------------------------------------------------------------------- */

void report_emit_interval(struct emitter *emitter, const char *key, struct stance_interval figure) {
    emit_key(emitter, key);
    emit_open(emitter, '{');
    emit_member_real(emitter, "value", figure.value, DECIMALS);
    emit_member_real(emitter, "low", figure.low, DECIMALS);
    emit_member_real(emitter, "high", figure.high, DECIMALS);
    emit_close(emitter, '}');
}

static void emit_reliability(const struct stance_evaluation *evaluation, size_t label, struct emitter *emitter) {
    struct stance_reliability_bin bins[STANCE_RELIABILITY_BINS] = {{0}};
    stance_evaluation_reliability(evaluation, label, bins, NULL);
    emit_key(emitter, "reliability");
    emit_open(emitter, '[');
    for (int i = 0; i < STANCE_RELIABILITY_BINS; i++) {
        emit_open(emitter, '{');
        emit_member_size(emitter, "records", bins[i].n);
        emit_member_real(emitter, "probability", bins[i].n == 0 ? (double)NAN : bins[i].probability, DECIMALS);
        emit_member_real(emitter, "frequency", bins[i].n == 0 ? (double)NAN : bins[i].frequency, DECIMALS);
        emit_close(emitter, '}');
    }
    emit_close(emitter, ']');
}

static void emit_label(const struct stance_evaluation *evaluation, size_t label, struct emitter *emitter) {
    const struct stance_label_figures figures = label_figures(evaluation, label);
    emit_open(emitter, '{');
    emit_member_text(emitter, "label", figures.label);
    emit_member_size(emitter, "true_positive", figures.true_positive);
    emit_member_size(emitter, "false_positive", figures.false_positive);
    emit_member_size(emitter, "false_negative", figures.false_negative);
    emit_member_size(emitter, "true_negative", figures.true_negative);
    report_emit_interval(emitter, "precision", figures.precision);
    report_emit_interval(emitter, "recall", figures.recall);
    report_emit_interval(emitter, "f1", figures.f1);
    report_emit_interval(emitter, "average_precision", figures.average_precision);
    report_emit_interval(emitter, "brier", figures.brier);
    report_emit_interval(emitter, "calibration_error", figures.calibration_error);
    emit_member_real(emitter, "threshold", figures.threshold, DECIMALS);
    emit_reliability(evaluation, label, emitter);
    emit_close(emitter, '}');
}

static void emit_confusion(const struct stance_evaluation *evaluation, size_t n_labels, struct emitter *emitter) {
    emit_key(emitter, "confusion");
    emit_open(emitter, '[');
    for (size_t truth = 0; truth < n_labels; truth++) {
        emit_open(emitter, '[');
        for (size_t predicted = 0; predicted < n_labels; predicted++) {
            emit_size(emitter, stance_evaluation_confusion(evaluation, truth, predicted));
        }
        emit_close(emitter, ']');
    }
    emit_close(emitter, ']');
}

void report_emit_evaluation(const struct stance_evaluation *evaluation, struct emitter *emitter) {
    const struct stance_evaluation_figures all = all_figures(evaluation);
    emit_open(emitter, '{');
    emit_member_size(emitter, "records", all.n_records);
    emit_member_size(emitter, "groups", all.n_groups);
    emit_member_size(emitter, "folds", all.n_folds);
    emit_member_bool(emitter, "exclusive", all.exclusive);
    report_emit_interval(emitter, "macro_f1", all.macro_f1);
    report_emit_interval(emitter, "micro_f1", all.micro_f1);
    report_emit_interval(emitter, "stance_macro_f1", all.stance_macro_f1);
    report_emit_interval(emitter, "exact_match", all.accuracy);
    emit_member_real(emitter, "mean_brier", mean_brier(evaluation, all.n_labels), DECIMALS);
    emit_member_real(emitter, "mean_calibration_error", mean_calibration_error(evaluation, all.n_labels), DECIMALS);
    emit_key(emitter, "labels");
    emit_open(emitter, '[');
    for (size_t i = 0; i < all.n_labels; i++) {
        emit_label(evaluation, i, emitter);
    }
    emit_close(emitter, ']');
    if (all.exclusive) {
        emit_confusion(evaluation, all.n_labels, emitter);
    }
    emit_close(emitter, '}');
}

/* --- Features --------------------------------------------------------------------------------------------------------------- */

/* Up to `n` features, in an array that the caller frees. */
static uint32_t *top_features(const struct stance_model *model, size_t label, bool positive, size_t *n) {
    struct stance_model_info info;
    stance_model_info(model, &info);
    *n = *n < info.n_features ? *n : info.n_features;
    uint32_t *ids = memory_new(*n, sizeof *ids);
    if (*n > 0 && stance_model_top_features(model, label, positive, ids, n, NULL) != STANCE_OK) {
        *n = 0;
    }
    return ids;
}

/* Word features without their "w:", which is noise to a reader; the spaces of n-grams show as '_'. */
void report_feature_name(struct buffer *out, struct stance_string name) {
    const bool word = name.len > 2 && memcmp(name.data, "w:", 2) == 0;
    for (size_t i = word ? 2 : 0; i < name.len; i++) {
        buffer_append_char(out, (char)(name.data[i] == ' ' ? '_' : name.data[i]));
    }
}

static void report_top(const struct stance_model *model, size_t label, bool positive, size_t n, struct buffer *out) {
    const char *head = positive ? "    for      " : "    against  ";
    struct buffer line = {0};
    uint32_t *ids = top_features(model, label, positive, &n);
    for (size_t i = 0; i < n; i++) {
        struct stance_feature feature;
        if (stance_model_feature(model, ids[i], &feature, NULL) == STANCE_OK) {
            buffer_append_text(&line, i == 0 ? "" : " ");
            report_feature_name(&line, feature.name);
        }
    }
    buffer_append_text(out, head);
    display_wrap(out, buffer_string(&line), strlen(head), 80);
    buffer_free(&line);
    free(ids);
}

void report_features(const struct stance_model *model, size_t n, struct buffer *out) {
    for (size_t i = 0; i < stance_model_n_labels(model); i++) {
        buffer_format(out, "  %s\n", stance_model_label(model, i));
        report_top(model, i, true, n, out);
        report_top(model, i, false, n, out);
    }
}

static void emit_top(const struct stance_model *model, size_t label, bool positive, size_t n, struct emitter *emitter) {
    uint32_t *ids = top_features(model, label, positive, &n);
    emit_key(emitter, positive ? "for" : "against");
    emit_open(emitter, '[');
    for (size_t i = 0; i < n; i++) {
        struct stance_feature feature;
        if (stance_model_feature(model, ids[i], &feature, NULL) == STANCE_OK) {
            emit_open(emitter, '{');
            emit_key(emitter, "feature");
            emit_string(emitter, feature.name);
            emit_member_real(emitter, "weight", feature.weights[label] * feature.idf, DECIMALS);
            emit_close(emitter, '}');
        }
    }
    emit_close(emitter, ']');
    free(ids);
}

void report_emit_features(const struct stance_model *model, size_t label, size_t n, struct emitter *emitter) {
    emit_top(model, label, true, n, emitter);
    emit_top(model, label, false, n, emitter);
}

void report_bytes(size_t n_bytes, struct buffer *out) {
    static const char *const UNITS[] = {"bytes", "kB", "MB", "GB"};
    double value = (double)n_bytes;
    size_t unit = 0;
    while (value >= 1000 && unit < 3) {
        value /= 1000;
        unit++;
    }
    buffer_format(out, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
}
