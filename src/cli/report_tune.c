#include "report_tune.h"

#include "report.h"
#include "table.h"

/* The least cost that can be given is 1e-9. */
enum { COST_DECIMALS = 9 };

static struct stance_tuning_combination combination_of(const struct stance_tuning *tuning, size_t number) {
    struct stance_tuning_combination combination = {0};
    struct stance_error error;
    (void)stance_tuning_combination(tuning, number, &combination, &error); /* fails for numbers out of range only */
    return combination;
}

static const char *weight_name(enum stance_class_weight weight) { return weight == STANCE_WEIGHT_BALANCED ? "balanced" : "none"; }

void report_tuning(const struct stance_tuning *tuning, unsigned n_folds, struct buffer *out) {
    struct table table = {.n_columns = 6};
    table_add(&table, "  features");
    table_add(&table, "class weight");
    table_add(&table, "log-count");
    table_add(&table, "C");
    table_add(&table, "macro-F1");
    table_add(&table, "spread");
    for (size_t i = 0; i < stance_tuning_n_combinations(tuning); i++) {
        const struct stance_tuning_combination combination = combination_of(tuning, i);
        table_add(&table, "%s %s", combination.chosen ? "*" : " ", combination.features->name);
        table_add(&table, "%s", weight_name(combination.class_weight));
        table_add(&table, "%g", combination.log_count);
        table_add(&table, "%g", combination.c);
        table_add_real(&table, combination.macro_f1);
        table_add_real(&table, combination.spread);
    }
    buffer_format(out, "Tuned on %u folds: macro-F1 out of fold, and the standard deviation of the folds' own; * is chosen\n",
                  n_folds);
    table_print(&table, out);
}

void report_tuned(const struct stance_tuning *tuning, struct buffer *out) {
    for (size_t i = 0; i < stance_tuning_n_combinations(tuning); i++) {
        const struct stance_tuning_combination combination = combination_of(tuning, i);
        if (combination.chosen) {
            buffer_format(out, "features %s, class weight %s, log-count %g", combination.features->name,
                          weight_name(combination.class_weight), combination.log_count);
        }
    }
}

void report_emit_tuning(const struct stance_tuning *tuning, struct emitter *emitter) {
    emit_open(emitter, '[');
    for (size_t i = 0; i < stance_tuning_n_combinations(tuning); i++) {
        const struct stance_tuning_combination combination = combination_of(tuning, i);
        emit_open(emitter, '{');
        emit_member_text(emitter, "features", combination.features->name);
        emit_member_text(emitter, "class_weight", weight_name(combination.class_weight));
        emit_member_real(emitter, "log_count", combination.log_count, FIGURE_DECIMALS);
        emit_member_real(emitter, "c", combination.c, COST_DECIMALS);
        emit_member_real(emitter, "macro_f1", combination.macro_f1, FIGURE_DECIMALS);
        emit_member_real(emitter, "spread", combination.spread, FIGURE_DECIMALS);
        emit_member_bool(emitter, "chosen", combination.chosen);
        emit_close(emitter, '}');
    }
    emit_close(emitter, ']');
}
