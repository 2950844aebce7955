#include "slices.h"

#include <stdlib.h>
#include <string.h>

#include "display.h"
#include "memory.h"
#include "message.h"
#include "report.h"
#include "table.h"

/* --- Cutting ------------------------------------------------------------------------------------------------------------- */

struct sliced_record {
    struct stance_string value;
    bool has_value;
    size_t record;
};

static int compare_values(const struct sliced_record *x, const struct sliced_record *y) {
    if (x->has_value != y->has_value) {
        return x->has_value ? -1 : 1; /* records without the field come last */
    }
    const int order = memcmp(x->value.data, y->value.data, x->value.len < y->value.len ? x->value.len : y->value.len);
    return order != 0 ? order : (x->value.len > y->value.len) - (x->value.len < y->value.len);
}

static int compare_sliced(const void *a, const void *b) {
    const struct sliced_record *x = a, *y = b;
    const int order = compare_values(x, y);
    return order != 0 ? order : (x->record > y->record) - (x->record < y->record);
}

static enum exit_code add_slice(struct slices *slices, const struct stance_evaluation *evaluation,
                                const struct sliced_record *sliced, size_t n, size_t *records,
                                const struct stance_evaluate_options *options) {
    struct stance_error error;
    if (n < slices->minimum) {
        slices->n_small++;
        slices->n_small_records += n;
        return EXIT_DONE;
    }
    for (size_t i = 0; i < n; i++) {
        records[i] = sliced[i].record;
    }
    struct slice slice = {.value = sliced->value, .has_value = sliced->has_value};
    if (stance_evaluation_subset(&slice.evaluation, evaluation, records, n, options, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    slices->data[slices->n++] = slice;
    return EXIT_DONE;
}

static size_t count_values(const struct sliced_record *sliced, size_t n) {
    size_t count = n > 0;
    for (size_t i = 1; i < n; i++) {
        count += compare_values(&sliced[i - 1], &sliced[i]) != 0;
    }
    return count;
}

static enum exit_code cut(struct slices *slices, const struct stance_evaluation *evaluation, const struct sliced_record *sliced,
                          size_t n, const struct stance_evaluate_options *options) {
    size_t *records = memory_new(n, sizeof *records);
    enum exit_code code = EXIT_DONE;
    slices->data = memory_new(count_values(sliced, n), sizeof *slices->data);
    for (size_t start = 0, end; start < n && code == EXIT_DONE; start = end) {
        for (end = start + 1; end < n && compare_values(&sliced[start], &sliced[end]) == 0;) {
            end++;
        }
        code = add_slice(slices, evaluation, sliced + start, end - start, records, options);
    }
    free(records);
    return code;
}

/* The notes of auxiliary records, which are not judged, stand behind the others. */
enum exit_code slices_new(struct slices *slices, const struct stance_evaluation *evaluation, const struct record_notes *notes,
                          size_t minimum, const struct stance_evaluate_options *options) {
    struct stance_evaluation_figures figures;
    *slices = (struct slices){.field = notes->field, .minimum = minimum};
    if (notes->n_with_value == 0) {
        message_error("no record has a field \"%s\"; name a column or a JSON key with --slices", notes->field);
        return EXIT_USAGE;
    }
    stance_evaluation_figures(evaluation, &figures);
    const size_t n = figures.n_records < notes->n ? figures.n_records : notes->n;
    struct sliced_record *sliced = memory_new(n, sizeof *sliced);
    for (size_t i = 0; i < n; i++) {
        sliced[i] =
            (struct sliced_record){.value = record_note_value(notes, i), .has_value = notes->data[i].has_value, .record = i};
    }
    qsort(sliced, n, sizeof *sliced, compare_sliced);
    const enum exit_code code = cut(slices, evaluation, sliced, n, options);
    free(sliced);
    return code;
}

void slices_free(struct slices *slices) {
    for (size_t i = 0; i < slices->n; i++) {
        stance_evaluation_free(slices->data[i].evaluation);
    }
    free(slices->data);
}

/* --- Telling ------------------------------------------------------------------------------------------------------------- */

static struct stance_evaluation_figures figures_of(const struct slice *slice) {
    struct stance_evaluation_figures figures;
    stance_evaluation_figures(slice->evaluation, &figures);
    return figures;
}

static void add_name(struct table *table, const struct slice *slice) {
    struct buffer name = {0};
    display_clean(&name, slice->value);
    table_add(table, "%s", slice->has_value ? buffer_text(&name) : "(none)");
    buffer_free(&name);
}

static void report_all(const struct slices *slices, struct buffer *out) {
    struct table table = {.n_columns = 6};
    table_add(&table, "%s", slices->field);
    static const char *const HEAD[] = {"records", "groups", "macro-F1", "of the stances", "exact match"};
    for (size_t i = 0; i < sizeof HEAD / sizeof *HEAD; i++) {
        table_add(&table, "%s", HEAD[i]);
    }
    for (size_t i = 0; i < slices->n; i++) {
        const struct stance_evaluation_figures figures = figures_of(&slices->data[i]);
        add_name(&table, &slices->data[i]);
        table_add(&table, "%zu", figures.n_records);
        table_add(&table, "%zu", figures.n_groups);
        report_add_interval(&table, figures.macro_f1);
        report_add_interval(&table, figures.stance_macro_f1);
        report_add_interval(&table, figures.accuracy);
    }
    table_print(&table, out);
}

/* F1 of every label, with how many records have it. */
static void report_labels(const struct slices *slices, struct buffer *out) {
    const size_t n_labels = slices->n == 0 ? 0 : figures_of(&slices->data[0]).n_labels;
    struct table table = {.n_columns = n_labels + 1};
    struct stance_label_figures label = {.label = ""};
    table_add(&table, "F1 (records)");
    for (size_t i = 0; i < n_labels; i++) {
        (void)stance_evaluation_label(slices->data[0].evaluation, i, &label, NULL);
        table_add(&table, "%s", label.label);
    }
    for (size_t k = 0; k < slices->n; k++) {
        add_name(&table, &slices->data[k]);
        for (size_t i = 0; i < n_labels; i++) {
            (void)stance_evaluation_label(slices->data[k].evaluation, i, &label, NULL);
            const size_t n = label.true_positive + label.false_negative;
            if (label.f1.value >= 0.0) {
                table_add(&table, "%.3f (%zu)", label.f1.value, n);
            } else {
                table_add(&table, "- (%zu)", n);
            }
        }
    }
    table_print(&table, out);
}

void slices_report(const struct slices *slices, struct buffer *out) {
    buffer_format(out, "\nSlices by %s\n", slices->field);
    if (slices->n > 0) {
        report_all(slices, out);
        buffer_append_char(out, '\n');
        report_labels(slices, out);
    }
    if (slices->n_small > 0) {
        buffer_format(out, "  Left out: %zu value%s of fewer than %zu records, %zu records in all.\n", slices->n_small,
                      slices->n_small == 1 ? "" : "s", slices->minimum, slices->n_small_records);
    }
}

void slices_emit(const struct slices *slices, struct emitter *emitter) {
    emit_open(emitter, '{');
    emit_member_text(emitter, "field", slices->field);
    emit_member_size(emitter, "minimum", slices->minimum);
    emit_member_size(emitter, "small_values", slices->n_small);
    emit_member_size(emitter, "small_records", slices->n_small_records);
    emit_key(emitter, "values");
    emit_open(emitter, '[');
    for (size_t i = 0; i < slices->n; i++) {
        emit_open(emitter, '{');
        emit_key(emitter, "value");
        if (slices->data[i].has_value) {
            emit_string(emitter, slices->data[i].value);
        } else {
            emit_null(emitter);
        }
        emit_key(emitter, "evaluation");
        report_emit_evaluation(slices->data[i].evaluation, emitter);
        emit_close(emitter, '}');
    }
    emit_close(emitter, ']');
    emit_close(emitter, '}');
}
