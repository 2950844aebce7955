#include "learning_curve.h"

#include "message.h"
#include "report.h"
#include "table.h"

static const double SHARES[LEARNING_CURVE_POINTS] = {0.1, 0.2, 0.4, 0.6, 0.8, 1.0};

enum exit_code learning_curve_new(struct learning_curve *curve, const struct stance_evaluation *whole,
                                  const struct stance_corpus *corpus, const struct stance_train_options *training,
                                  const struct stance_evaluate_options *options) {
    struct stance_train_options of_share = *training;
    struct stance_error error;
    *curve = (struct learning_curve){.whole = whole};
    for (size_t i = 0; i < LEARNING_CURVE_POINTS - 1; i++) {
        of_share.training_share = SHARES[i];
        const enum stance_status status = stance_cross_validate(&curve->points[i], corpus, &of_share, options, &error);
        if (status != STANCE_OK && status != STANCE_ERROR_CORPUS) {
            return message_failure(&error);
        }
    }
    return EXIT_DONE;
}

void learning_curve_free(struct learning_curve *curve) {
    for (size_t i = 0; i < LEARNING_CURVE_POINTS - 1; i++) {
        stance_evaluation_free(curve->points[i]);
    }
}

/* NULL where the share was too small. */
static const struct stance_evaluation *point_of(const struct learning_curve *curve, size_t i) {
    return i == LEARNING_CURVE_POINTS - 1 ? curve->whole : curve->points[i];
}

static size_t count_labels(const struct learning_curve *curve) {
    struct stance_evaluation_figures figures;
    stance_evaluation_figures(curve->whole, &figures);
    return figures.n_labels;
}

static struct stance_label_figures label_of(const struct stance_evaluation *evaluation, size_t label) {
    struct stance_label_figures figures = {.label = ""};
    (void)stance_evaluation_label(evaluation, label, &figures, NULL);
    return figures;
}

static void add_point(struct table *table, const struct stance_evaluation *evaluation, double share) {
    struct stance_evaluation_figures figures;
    table_add(table, "%.0f%%", 100.0 * share);
    if (evaluation == NULL) {
        for (size_t i = 1; i < table->n_columns; i++) {
            table_add(table, "-");
        }
        return;
    }
    stance_evaluation_figures(evaluation, &figures);
    report_add_interval(table, figures.macro_f1);
    table_add_real(table, figures.stance_macro_f1.value);
    for (size_t i = 0; i < figures.n_labels; i++) {
        table_add_real(table, label_of(evaluation, i).f1.value);
    }
}

void learning_curve_report(const struct learning_curve *curve, struct buffer *out) {
    const size_t n_labels = count_labels(curve);
    struct table table = {.n_columns = n_labels + 3};
    table_add(&table, "groups");
    table_add(&table, "macro-F1");
    table_add(&table, "of the stances");
    for (size_t i = 0; i < n_labels; i++) {
        table_add(&table, "%s", label_of(curve->whole, i).label);
    }
    for (size_t i = 0; i < LEARNING_CURVE_POINTS; i++) {
        add_point(&table, point_of(curve, i), SHARES[i]);
    }
    buffer_append_text(out, "\nLearning curve: F1 by the share of the training groups\n");
    table_print(&table, out);
}

static void emit_point(struct emitter *emitter, const struct stance_evaluation *evaluation) {
    struct stance_evaluation_figures figures;
    stance_evaluation_figures(evaluation, &figures);
    report_emit_interval(emitter, "macro_f1", figures.macro_f1);
    report_emit_interval(emitter, "micro_f1", figures.micro_f1);
    report_emit_interval(emitter, "stance_macro_f1", figures.stance_macro_f1);
    emit_key(emitter, "f1");
    emit_open(emitter, '{');
    for (size_t i = 0; i < figures.n_labels; i++) {
        const struct stance_label_figures label = label_of(evaluation, i);
        report_emit_interval(emitter, label.label, label.f1);
    }
    emit_close(emitter, '}');
}

void learning_curve_emit(const struct learning_curve *curve, struct emitter *emitter) {
    emit_open(emitter, '[');
    for (size_t i = 0; i < LEARNING_CURVE_POINTS; i++) {
        if (point_of(curve, i) != NULL) {
            emit_open(emitter, '{');
            emit_member_real(emitter, "share", SHARES[i], 2);
            emit_point(emitter, point_of(curve, i));
            emit_close(emitter, '}');
        }
    }
    emit_close(emitter, ']');
}
