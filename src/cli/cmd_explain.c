#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "document.h"
#include "emit.h"
#include "interrupt.h"
#include "memory.h"
#include "message.h"
#include "model_file.h"
#include "output.h"
#include "render_explain.h"
#include "scores.h"
#include "shared_rows.h"
#include "telling.h"
#include "terminal.h"

struct explain_arguments {
    const char *model, *text;
    struct option_strings labels;
    size_t top; /* OPTION_SIZE_UNSET or a number */
    int unit, colour, json;
};

static const struct explain_arguments DEFAULTS = {.top = OPTION_SIZE_UNSET, .unit = STANCE_UNIT_STATEMENT, .colour = COLOUR_AUTO};

enum { DEFAULT_TOP = 5 };

/* Labels other than the stances are shown to people from this probability on. */
static const double PROBABILITY_FLOOR = 0.2;

#define AT(member) offsetof(struct explain_arguments, member)
static const struct option_row ROWS[] = {
    MODEL_FILE_ROW(AT(model)),
    TEXT_ROW(AT(text), "explain TEXT"),
    {.kind = OPTION_STRINGS,
     .name = "label",
     .argument = "NAME",
     .offset = AT(labels),
     .help = "explain this label only; may be given again (default: the three stances, then labels of P 0.20 and more; with "
             "--json all)"},
    {.kind = OPTION_SIZE,
     .name = "top",
     .argument = "N",
     .offset = AT(top),
     .max = 100000,
     .help = "how many features to show on each side (default: 5), or with --json in all (default: every one)"},
    UNIT_ROW(AT(unit)),
    COLOUR_ROW(AT(colour)),
    {.kind = OPTION_FLAG, .name = "json", .value = 1, .offset = AT(json), .help = "print a JSON object a line for each statement"},
};
#undef AT

static const struct option_group GROUPS[] = {OPTION_GROUP("Options", ROWS, 0)};

struct explaining {
    const struct explain_arguments *arguments;
    const struct stance_model *model;
    struct stance_model_info info;
    struct stance_session *session;
    struct stance_explainer *explainer;
    struct stance_splitter *splitter;
    struct output *output;
    struct render_style style;
    struct buffer line;
    size_t *labels; /* to explain, in order */
    size_t n_labels;
};

/* --- Which labels ----------------------------------------------------------------------------------------------------- */

static size_t find_label(const struct stance_model *model, const char *name) {
    size_t label = 0;
    while (label < stance_model_n_labels(model) && strcmp(stance_model_label(model, label), name) != 0) {
        label++;
    }
    return label;
}

/* The labels that were asked for; false, and says so, where the model lacks one. */
static bool choose_named(struct explaining *explaining) {
    const struct option_strings *names = &explaining->arguments->labels;
    explaining->labels = memory_new(explaining->info.n_labels + names->n, sizeof *explaining->labels);
    for (size_t i = 0; i < names->n; i++) {
        const size_t label = find_label(explaining->model, names->values[i]);
        if (label == explaining->info.n_labels) {
            message_error("the model has no label \"%s\"; `stance inspect` lists its labels", names->values[i]);
            return false;
        }
        explaining->labels[explaining->n_labels++] = label;
    }
    return true;
}

static bool is_chosen(const struct explaining *explaining, size_t label) {
    bool found = false;
    for (size_t i = 0; i < explaining->n_labels && !found; i++) {
        found = explaining->labels[i] == label;
    }
    return found;
}

/* The most probable label that is not chosen yet; n_labels where none is left. */
static size_t next_label(const struct explaining *explaining, const struct stance_result *result) {
    size_t best = result->n_labels;
    for (size_t i = 0; i < result->n_labels; i++) {
        if (!is_chosen(explaining, i) && (best == result->n_labels || result->probability[i] > result->probability[best])) {
            best = i;
        }
    }
    return best;
}

/* Where no label was asked for: the stances, then the others by probability, for people down to the floor. */
static void choose_by_result(struct explaining *explaining, const struct stance_result *result) {
    static const char *const STANCES[] = {"accusation", "denial", "conciliation"};
    explaining->n_labels = 0;
    for (size_t i = 0; i < sizeof STANCES / sizeof *STANCES; i++) {
        const size_t label = find_label(explaining->model, STANCES[i]);
        if (label < result->n_labels) {
            explaining->labels[explaining->n_labels++] = label;
        }
    }
    for (size_t label = next_label(explaining, result); label < result->n_labels; label = next_label(explaining, result)) {
        if (!explaining->arguments->json && explaining->n_labels > 0 && result->probability[label] < PROBABILITY_FLOOR) {
            return;
        }
        explaining->labels[explaining->n_labels++] = label;
    }
}

/* --- A statement ------------------------------------------------------------------------------------------------------- */

static struct head_verdict verdict_on(const struct explaining *explaining, const struct stance_result *result, size_t label) {
    struct stance_head_info head = {0};
    (void)stance_model_head(explaining->model, label, &head, NULL);
    return (struct head_verdict){.label = label,
                                 .probability = result->probability[label],
                                 .predicted = result->predicted[label],
                                 .has_threshold = !explaining->info.exclusive,
                                 .threshold = head.threshold};
}

static void emit_words(struct emitter *emitter, const struct stance_explanation *explanation, struct stance_string text,
                       size_t offset) {
    emit_key(emitter, "words");
    emit_open(emitter, '[');
    for (size_t i = 0; i < explanation->n_words; i++) {
        const struct stance_word_share *word = &explanation->words[i];
        emit_open(emitter, '{');
        emit_key(emitter, "text");
        emit_string(emitter,
                    (struct stance_string){.data = text.data + word->span.start, .len = word->span.end - word->span.start});
        emit_member_size(emitter, "start", word->span.start + offset);
        emit_member_size(emitter, "end", word->span.end + offset);
        emit_member_real(emitter, "share", word->share, SHARE_DECIMALS);
        emit_close(emitter, '}');
    }
    emit_close(emitter, ']');
}

static void emit_label(const struct explaining *explaining, struct emitter *emitter, const struct head_verdict *verdict,
                       const struct stance_explanation *explanation, struct stance_string text, size_t offset) {
    const struct stance_contribution **ranked = telling_rank(explanation);
    const size_t top = explaining->arguments->top;
    emit_open(emitter, '{');
    emit_member_text(emitter, "label", stance_model_label(explaining->model, verdict->label));
    emit_member_bool(emitter, "predicted", verdict->predicted);
    emit_member_real(emitter, "probability", verdict->probability, SCORE_DECIMALS);
    if (verdict->has_threshold) {
        emit_member_real(emitter, "threshold", verdict->threshold, SCORE_DECIMALS);
    }
    emit_member_real(emitter, "decision", explanation->decision, SHARE_DECIMALS);
    emit_member_real(emitter, "bias", explanation->bias, SHARE_DECIMALS);
    emit_member_real(emitter, "unplaced", explanation->unplaced, SHARE_DECIMALS);
    emit_words(emitter, explanation, text, offset);
    emit_key(emitter, "features");
    telling_emit(emitter, explaining->model, explanation, ranked, top == OPTION_SIZE_UNSET ? SIZE_MAX : top, offset);
    emit_close(emitter, '}');
    free((void *)ranked);
}

/* `emitter` is NULL for people. */
static enum exit_code explain_labels(struct explaining *explaining, struct emitter *emitter, const struct stance_result *result,
                                     struct stance_string text, size_t offset) {
    const size_t top = explaining->arguments->top;
    for (size_t i = 0; i < explaining->n_labels; i++) {
        const struct head_verdict verdict = verdict_on(explaining, result, explaining->labels[i]);
        struct stance_explanation explanation;
        struct stance_error error;
        if (stance_explainer_explain(explaining->explainer, text.data, text.len, verdict.label, &explanation, &error) !=
            STANCE_OK) {
            return message_failure(&error);
        }
        if (emitter != NULL) {
            emit_label(explaining, emitter, &verdict, &explanation, text, offset);
        } else {
            render_explanation(&explaining->line, &explaining->style, explaining->model, &verdict, &explanation, text,
                               top == OPTION_SIZE_UNSET ? DEFAULT_TOP : top);
        }
    }
    return EXIT_DONE;
}

static enum exit_code explain_json(struct explaining *explaining, const struct document *document,
                                   const struct stance_result *result, struct stance_span span, struct stance_string text) {
    struct emitter emitter = {.out = &explaining->line};
    emit_open(&emitter, '{');
    document_emit_span(document, span, &emitter);
    emit_key(&emitter, "labels");
    emit_open(&emitter, '[');
    const enum exit_code code = explain_labels(explaining, &emitter, result, text, span.start);
    emit_close(&emitter, ']');
    emit_close(&emitter, '}');
    buffer_append_char(&explaining->line, '\n');
    return code;
}

static enum exit_code explain_statement(struct explaining *explaining, const struct document *document, struct stance_span span) {
    const struct stance_string text = document_part(document, span);
    struct stance_result result;
    struct stance_error error;
    if (stance_session_score(explaining->session, text.data, text.len, &result, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    if (explaining->arguments->labels.n == 0) {
        choose_by_result(explaining, &result);
    }
    if (explaining->arguments->json) {
        return explain_json(explaining, document, &result, span, text);
    }
    render_text(&explaining->line, &explaining->style, text, 0);
    buffer_append_char(&explaining->line, '\n');
    return explain_labels(explaining, NULL, &result, text, span.start);
}

/* --- Documents ---------------------------------------------------------------------------------------------------------- */

static enum exit_code explain_document(void *explaining_, const struct document *document) {
    struct explaining *explaining = explaining_;
    const struct stance_span *spans;
    size_t n;
    struct stance_error error;
    if (stance_splitter_split(explaining->splitter, document->text.data, document->text.len,
                              (enum stance_unit)explaining->arguments->unit, &spans, &n, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    if (document->name != NULL && !explaining->arguments->json) {
        render_title(&explaining->line, &explaining->style, document->name);
    }
    if (n == 0 && !explaining->arguments->json) {
        buffer_append_text(&explaining->line, "No statements.\n");
        output_write(explaining->output, &explaining->line);
        buffer_clear(&explaining->line);
    }
    enum exit_code code = EXIT_DONE;
    for (size_t i = 0; i < n && code == EXIT_DONE; i++) {
        code = explain_statement(explaining, document, spans[i]);
        output_write(explaining->output, &explaining->line);
        buffer_clear(&explaining->line);
        if (interrupt_signal() != 0 || explaining->output->failed) {
            return interrupt_signal() != 0 ? EXIT_INTERRUPTED : EXIT_SYSTEM;
        }
    }
    return code;
}

static enum exit_code explain_all(struct explaining *explaining, const struct operands *paths) {
    struct stance_error error;
    if (stance_session_new(&explaining->session, explaining->model, &error) != STANCE_OK ||
        stance_explainer_new(&explaining->explainer, explaining->model, &error) != STANCE_OK ||
        stance_splitter_new(&explaining->splitter, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    return document_visit(explaining->arguments->text, paths, explain_document, explaining);
}

static enum exit_code explain(const struct explain_arguments *arguments, const struct stance_model *model,
                              const struct operands *paths) {
    struct output output;
    struct explaining explaining = {.arguments = arguments, .model = model, .output = &output};
    explaining.style = (struct render_style){.colour = terminal_has_colour((enum terminal_colour)arguments->colour, STDOUT_FILENO),
                                             .width = terminal_width(STDOUT_FILENO)};
    stance_model_info(model, &explaining.info);
    enum exit_code code = choose_named(&explaining) ? output_open(&output, NULL, NULL) : EXIT_USAGE;
    if (code == EXIT_DONE) {
        code = output_close(&output, explain_all(&explaining, paths));
    }
    stance_session_free(explaining.session);
    stance_explainer_free(explaining.explainer);
    stance_splitter_free(explaining.splitter);
    buffer_free(&explaining.line);
    free(explaining.labels);
    return code;
}

static enum exit_code run(const void *arguments_, const struct operands *operands) {
    const struct explain_arguments *arguments = arguments_;
    struct operands paths;
    struct stance_model *model = NULL;
    if (!document_find(arguments->text, operands, &paths)) {
        return EXIT_USAGE;
    }
    enum exit_code code = model_file_open(&model, arguments->model);
    if (code == EXIT_DONE) {
        code = explain(arguments, model, &paths);
    }
    stance_model_free(model);
    return code;
}

const struct command COMMAND_EXPLAIN = {
    .name = "explain",
    .summary = "show which words and features made the scores of a statement",
    .synopsis = "[OPTIONS] [FILE...]\n[OPTIONS] -t TEXT",
    .description = "Takes the decision on every statement apart: the bias of a label's head and the\n"
                   "share of each word and feature, which add up to the decision value. A positive\n"
                   "share speaks for the label, a negative one against it. In colour the words of\n"
                   "the text are green for it and red against it, bold where they tell most;\n"
                   "without, they are a list with bars. FILE - is stdin, which is also read where\n"
                   "no FILE is named.",
    .examples = "  stance explain -t 'Tehran dismissed the report as a fabrication.'\n"
                "  stance explain --label denial --top 20 article.txt\n"
                "  stance explain --json -t 'They denied it.' | jq '.labels[0].words'\n",
    .groups = GROUPS,
    .n_groups = sizeof GROUPS / sizeof *GROUPS,
    .defaults = &DEFAULTS,
    .arguments_size = sizeof DEFAULTS,
    .run = run,
};
