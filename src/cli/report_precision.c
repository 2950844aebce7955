#include "report_precision.h"

#include <math.h>

#include "report.h"
#include "table.h"

static size_t count_labels(const struct stance_evaluation *evaluation) {
    struct stance_evaluation_figures figures;
    stance_evaluation_figures(evaluation, &figures);
    return figures.n_labels;
}

static const char *label_name(const struct stance_evaluation *evaluation, size_t label) {
    struct stance_label_figures figures = {.label = ""};
    (void)stance_evaluation_label(evaluation, label, &figures, NULL);
    return figures.label;
}

/* All undefined where memory ran out. */
static struct stance_operating_point point_of(const struct stance_evaluation *evaluation, size_t label, double precision) {
    struct stance_operating_point point = {.threshold = (double)NAN, .precision = (double)NAN, .recall = (double)NAN};
    (void)stance_evaluation_at_precision(evaluation, label, precision, &point, NULL);
    return point;
}

void report_precision(const struct stance_evaluation *evaluation, double precision, struct buffer *out) {
    static const char *const HEAD[] = {"label", "threshold", "precision", "recall", "predicted", "reached"};
    struct table table = {.n_columns = 6};
    for (size_t i = 0; i < table.n_columns; i++) {
        table_add(&table, "%s", HEAD[i]);
    }
    for (size_t i = 0; i < count_labels(evaluation); i++) {
        const struct stance_operating_point point = point_of(evaluation, i, precision);
        table_add(&table, "%s", label_name(evaluation, i));
        table_add_real(&table, point.threshold);
        table_add_real(&table, point.precision);
        table_add_real(&table, point.recall);
        table_add(&table, "%zu", point.n_predicted);
        table_add(&table, "%s", point.reached ? "yes" : "no");
    }
    buffer_format(out, "\nAt precision %g: the lowest threshold that has it on these records\n", precision);
    table_print(&table, out);
}

void report_emit_precision(const struct stance_evaluation *evaluation, double precision, struct emitter *emitter) {
    emit_open(emitter, '{');
    emit_member_real(emitter, "wanted", precision, FIGURE_DECIMALS);
    emit_key(emitter, "labels");
    emit_open(emitter, '{');
    for (size_t i = 0; i < count_labels(evaluation); i++) {
        const struct stance_operating_point point = point_of(evaluation, i, precision);
        emit_key(emitter, label_name(evaluation, i));
        emit_open(emitter, '{');
        emit_member_real(emitter, "threshold", point.threshold, FIGURE_DECIMALS);
        emit_member_real(emitter, "precision", point.precision, FIGURE_DECIMALS);
        emit_member_real(emitter, "recall", point.recall, FIGURE_DECIMALS);
        emit_member_size(emitter, "predicted", point.n_predicted);
        emit_member_bool(emitter, "reached", point.reached);
        emit_close(emitter, '}');
    }
    emit_close(emitter, '}');
    emit_close(emitter, '}');
}
