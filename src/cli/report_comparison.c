#include "report_comparison.h"

#include <math.h>

#include "report.h"
#include "table.h"

static void add_row(struct table *table, const char *name, const struct stance_difference *d) {
    table_add(table, "%s", name);
    table_add_real(table, d->a);
    table_add_real(table, d->b);
    if (isfinite(d->difference.value) && isfinite(d->difference.low) && isfinite(d->difference.high)) {
        table_add(table, "%+.3f [%+.3f, %+.3f]", d->difference.value, d->difference.low, d->difference.high);
    } else if (isfinite(d->difference.value)) {
        table_add(table, "%+.3f", d->difference.value);
    } else {
        table_add(table, "-");
    }
    table_add_real(table, d->p);
}

void report_comparison(const struct stance_comparison *comparison, const char *name, struct buffer *out) {
    static const char *const HEAD[] = {"F1", "model", "other", "difference", "p"};
    struct stance_comparison_figures figures;
    struct table table = {.n_columns = 5};
    stance_comparison_figures(comparison, &figures);
    for (size_t i = 0; i < table.n_columns; i++) {
        table_add(&table, "%s", HEAD[i]);
    }
    for (size_t i = 0; i < figures.n_labels; i++) {
        struct stance_difference f1;
        const char *label = stance_comparison_label(comparison, i, &f1);
        add_row(&table, label, &f1);
    }
    add_row(&table, "macro-F1", &figures.macro_f1);
    add_row(&table, "micro-F1", &figures.micro_f1);
    if (isfinite(figures.stance_macro_f1.a)) {
        add_row(&table, "macro-F1 of the three stances", &figures.stance_macro_f1);
    }
    buffer_format(out, "\nComparison with %s, paired bootstrap over %zu group%s\n", name, figures.n_groups,
                  figures.n_groups == 1 ? "" : "s");
    table_print(&table, out);
}

static void emit_difference(struct emitter *emitter, const char *key, const struct stance_difference *d) {
    emit_key(emitter, key);
    emit_open(emitter, '{');
    emit_member_real(emitter, "model", d->a, FIGURE_DECIMALS);
    emit_member_real(emitter, "other", d->b, FIGURE_DECIMALS);
    report_emit_interval(emitter, "difference", d->difference);
    emit_member_real(emitter, "p", d->p, FIGURE_DECIMALS);
    emit_close(emitter, '}');
}

void report_emit_comparison(const struct stance_comparison *comparison, const char *name, struct emitter *emitter) {
    struct stance_comparison_figures figures;
    stance_comparison_figures(comparison, &figures);
    emit_open(emitter, '{');
    emit_member_text(emitter, "other", name);
    emit_difference(emitter, "macro_f1", &figures.macro_f1);
    emit_difference(emitter, "micro_f1", &figures.micro_f1);
    emit_difference(emitter, "stance_macro_f1", &figures.stance_macro_f1);
    emit_key(emitter, "labels");
    emit_open(emitter, '{');
    for (size_t i = 0; i < figures.n_labels; i++) {
        struct stance_difference f1;
        const char *label = stance_comparison_label(comparison, i, &f1);
        emit_difference(emitter, label, &f1);
    }
    emit_close(emitter, '}');
    emit_close(emitter, '}');
}
