#include "errors.h"

#include <stdlib.h>
#include <string.h>

#include "display.h"
#include "memory.h"
#include "message.h"
#include "report.h"
#include "scores.h"
#include "telling.h"

enum { N_TELLING = 6, LINE_WIDTH = 100 };

/* One record that was judged wrongly. */
struct misjudged {
    size_t record;
    double probability;
    double confidence; /* of the wrong verdict */
    bool truth;
};

enum exit_code errors_new(struct errors *errors, const struct stance_evaluation *evaluation, const struct record_notes *notes,
                          const struct stance_model *model, size_t n) {
    struct stance_error error;
    *errors = (struct errors){.evaluation = evaluation, .notes = notes, .model = model, .n = n};
    if (model != NULL && stance_explainer_new(&errors->explainer, model, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    return EXIT_DONE;
}

void errors_free(struct errors *errors) { stance_explainer_free(errors->explainer); }

static int compare_confidence(const void *a, const void *b) {
    const struct misjudged *x = a, *y = b;
    if (x->confidence != y->confidence) {
        return x->confidence > y->confidence ? -1 : 1;
    }
    return (x->record > y->record) - (x->record < y->record);
}

/* All errors of a label, the surest first, in an array that the caller frees. */
static struct misjudged *find_errors(const struct errors *errors, size_t label, size_t *n) {
    struct misjudged *found = NULL;
    size_t capacity = 0;
    const double *probability;
    const bool *predicted, *truth;
    *n = 0;
    for (size_t i = 0; i < errors->notes->n &&
                       stance_evaluation_record(errors->evaluation, i, &probability, &predicted, &truth, NULL) == STANCE_OK;
         i++) {
        if (predicted[label] != truth[label]) {
            found = memory_grow(found, &capacity, *n + 1, sizeof *found);
            found[(*n)++] = (struct misjudged){.record = i,
                                               .probability = probability[label],
                                               .confidence = truth[label] ? 1.0 - probability[label] : probability[label],
                                               .truth = truth[label]};
        }
    }
    if (*n > 1) {
        qsort(found, *n, sizeof *found, compare_confidence);
    }
    return found;
}

static enum exit_code explain(const struct errors *errors, const struct misjudged *error_, size_t label,
                              struct stance_explanation *explanation) {
    struct stance_error error;
    const struct stance_string text = record_note_text(errors->notes, error_->record);
    const bool done = stance_explainer_explain(errors->explainer, text.data, text.len, label, explanation, &error) == STANCE_OK;
    return done ? EXIT_DONE : message_failure(&error);
}

/* --- For people ---------------------------------------------------------------------------------------------------------- */

/* What spoke for a label that is not there, or against one that is. */
static enum exit_code report_features_of(const struct errors *errors, const struct misjudged *error, size_t label,
                                         struct buffer *out) {
    struct stance_explanation explanation;
    const enum exit_code code = explain(errors, error, label, &explanation);
    if (code == EXIT_DONE) {
        const struct stance_contribution **ranked = telling_rank(&explanation);
        display_pad(out, 4);
        telling_append(out, errors->model, &explanation, ranked, !error->truth, N_TELLING, 4, LINE_WIDTH);
        free((void *)ranked);
    }
    return code;
}

static enum exit_code report_error(const struct errors *errors, const struct misjudged *error, size_t label, struct buffer *out) {
    struct buffer text = {0};
    const struct record_note *note = &errors->notes->data[error->record];
    buffer_format(out, "  P %.2f, %s  ", error->probability, error->truth ? "missed" : "false alarm");
    display_clean(out, (struct stance_string){.data = note->file, .len = strlen(note->file)});
    buffer_format(out, ":%zu\n    ", note->line);
    display_clean(&text, record_note_text(errors->notes, error->record));
    display_wrap(out, buffer_string(&text), 4, LINE_WIDTH);
    buffer_free(&text);
    return errors->model == NULL ? EXIT_DONE : report_features_of(errors, error, label, out);
}

static struct stance_label_figures label_of(const struct errors *errors, size_t label) {
    struct stance_label_figures figures = {.label = ""};
    (void)stance_evaluation_label(errors->evaluation, label, &figures, NULL);
    return figures;
}

static size_t count_labels(const struct errors *errors) {
    struct stance_evaluation_figures figures;
    stance_evaluation_figures(errors->evaluation, &figures);
    return figures.n_labels;
}

enum exit_code errors_report(const struct errors *errors, struct buffer *out) {
    enum exit_code code = EXIT_DONE;
    for (size_t label = 0; label < count_labels(errors) && code == EXIT_DONE; label++) {
        size_t n;
        struct misjudged *found = find_errors(errors, label, &n);
        buffer_format(out, "\nErrors of %s: %zu of %zu, the surest first\n", label_of(errors, label).label,
                      n < errors->n ? n : errors->n, n);
        for (size_t i = 0; i < n && i < errors->n && code == EXIT_DONE; i++) {
            code = report_error(errors, &found[i], label, out);
        }
        free(found);
    }
    return code;
}

/* --- For machines -------------------------------------------------------------------------------------------------------- */

static enum exit_code emit_error(const struct errors *errors, const struct misjudged *error, size_t label,
                                 struct emitter *emitter) {
    enum exit_code code = EXIT_DONE;
    emit_open(emitter, '{');
    emit_member_text(emitter, "file", errors->notes->data[error->record].file);
    emit_member_size(emitter, "line", errors->notes->data[error->record].line);
    emit_key(emitter, "text");
    emit_string(emitter, record_note_text(errors->notes, error->record));
    emit_member_bool(emitter, "truth", error->truth);
    emit_member_real(emitter, "probability", error->probability, SCORE_DECIMALS);
    if (errors->model != NULL) {
        struct stance_explanation explanation;
        code = explain(errors, error, label, &explanation);
        if (code == EXIT_DONE) {
            const struct stance_contribution **ranked = telling_rank(&explanation);
            emit_key(emitter, "features");
            telling_emit(emitter, errors->model, &explanation, ranked, N_TELLING, 0);
            free((void *)ranked);
        }
    }
    emit_close(emitter, '}');
    return code;
}

enum exit_code errors_emit(const struct errors *errors, struct emitter *emitter) {
    enum exit_code code = EXIT_DONE;
    emit_open(emitter, '{');
    for (size_t label = 0; label < count_labels(errors) && code == EXIT_DONE; label++) {
        size_t n;
        struct misjudged *found = find_errors(errors, label, &n);
        emit_key(emitter, label_of(errors, label).label);
        emit_open(emitter, '[');
        for (size_t i = 0; i < n && i < errors->n && code == EXIT_DONE; i++) {
            code = emit_error(errors, &found[i], label, emitter);
        }
        emit_close(emitter, ']');
        free(found);
    }
    emit_close(emitter, '}');
    return code;
}
