#include <unistd.h>

#include "commands.h"
#include "coverage.h"
#include "document.h"
#include "interrupt.h"
#include "message.h"
#include "model_file.h"
#include "output.h"
#include "render.h"
#include "scores.h"
#include "shared_rows.h"
#include "terminal.h"

struct classify_arguments {
    const char *model, *text;
    int unit, colour, json;
};

static const struct classify_arguments DEFAULTS = {.unit = STANCE_UNIT_STATEMENT, .colour = COLOUR_AUTO};

#define AT(member) offsetof(struct classify_arguments, member)
static const struct option_row ROWS[] = {
    MODEL_FILE_ROW(AT(model)),
    TEXT_ROW(AT(text), "classify TEXT"),
    UNIT_ROW(AT(unit)),
    COLOUR_ROW(AT(colour)),
    {.kind = OPTION_FLAG, .name = "json", .value = 1, .offset = AT(json), .help = "print a JSON object a line for each statement"},
};
#undef AT

static const struct option_group GROUPS[] = {OPTION_GROUP("Options", ROWS, 0)};

/* What classifying takes, for all documents. */
struct classifier {
    const struct classify_arguments *arguments;
    const struct stance_model *model;
    struct stance_session *session;
    struct stance_splitter *splitter;
    struct output *output;
    struct render_style style;
    struct buffer line;
    size_t n_invalid;
    struct coverage coverage;
};

static void emit_statement(struct classifier *classifier, const struct document *document, struct stance_span span,
                           const struct stance_result *result) {
    struct emitter emitter = {.out = &classifier->line};
    emit_open(&emitter, '{');
    document_emit_span(document, span, &emitter);
    scores_emit(classifier->model, result, "", &emitter);
    emit_close(&emitter, '}');
    buffer_append_char(&classifier->line, '\n');
}

static void write_line(struct classifier *classifier) {
    output_write(classifier->output, &classifier->line);
    buffer_clear(&classifier->line);
}

static enum exit_code classify_spans(struct classifier *classifier, const struct document *document,
                                     const struct stance_span *spans, size_t n, struct render_tally *tally) {
    for (size_t i = 0; i < n; i++) {
        const struct stance_string text = document_part(document, spans[i]);
        struct stance_result result;
        struct stance_error error;
        if (stance_session_score(classifier->session, text.data, text.len, &result, &error) != STANCE_OK) {
            return message_failure(&error);
        }
        coverage_count(&classifier->coverage, &result);
        if (classifier->arguments->json) {
            emit_statement(classifier, document, spans[i], &result);
        } else {
            render_statement(&classifier->line, &classifier->style, classifier->model, &result, text, i + 1, n);
            render_tally_add(tally, classifier->model, &result, spans[i]);
        }
        write_line(classifier);
        if (interrupt_signal() != 0 || classifier->output->failed) {
            return interrupt_signal() != 0 ? EXIT_INTERRUPTED : EXIT_SYSTEM;
        }
    }
    return EXIT_DONE;
}

static enum exit_code classify_document(void *classifier_, const struct document *document) {
    struct classifier *classifier = classifier_;
    const struct stance_span *spans;
    size_t n;
    struct stance_error error;
    struct render_tally tally;
    const bool json = classifier->arguments->json;
    const enum stance_unit unit = (enum stance_unit)classifier->arguments->unit;
    if (stance_splitter_split(classifier->splitter, document->text.data, document->text.len, unit, &spans, &n, &error) !=
        STANCE_OK) {
        return message_failure(&error);
    }
    classifier->n_invalid += stance_text_invalid(document->text.data, document->text.len, NULL);
    if (document->name != NULL && !json) {
        buffer_append_text(&classifier->line, document->number > 0 ? "\n" : "");
        render_title(&classifier->line, &classifier->style, document->name);
    }
    render_tally_init(&tally, classifier->model);
    const enum exit_code code = classify_spans(classifier, document, spans, n, &tally);
    if (code == EXIT_DONE && !json && n != 1) { /* of one statement all has been said */
        render_summary(&classifier->line, &classifier->style, classifier->model, &tally, document->text);
        write_line(classifier);
    }
    render_tally_free(&tally);
    return code;
}

static enum exit_code classify_all(struct classifier *classifier, const struct operands *paths) {
    struct stance_error error;
    if (stance_session_new(&classifier->session, classifier->model, &error) != STANCE_OK ||
        stance_splitter_new(&classifier->splitter, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    const enum exit_code code = document_visit(classifier->arguments->text, paths, classify_document, classifier);
    if (code == EXIT_INTERRUPTED || code == EXIT_SYSTEM) {
        return code;
    }
    coverage_tell(&classifier->coverage, "statements");
    if (classifier->n_invalid > 0) {
        message_warning("%zu bytes were not valid UTF-8; each counts as U+FFFD; convert other encodings with iconv",
                        classifier->n_invalid);
    }
    return code;
}

static enum exit_code classify(const struct classify_arguments *arguments, const struct stance_model *model,
                               const struct operands *paths) {
    struct output output;
    struct classifier classifier = {.arguments = arguments, .model = model, .output = &output};
    classifier.style = (struct render_style){.colour = terminal_has_colour((enum terminal_colour)arguments->colour, STDOUT_FILENO),
                                             .width = terminal_width(STDOUT_FILENO)};
    enum exit_code code = output_open(&output, NULL, NULL);
    if (code == EXIT_DONE) {
        code = classify_all(&classifier, paths);
    }
    stance_session_free(classifier.session);
    stance_splitter_free(classifier.splitter);
    buffer_free(&classifier.line);
    return output_close(&output, code);
}

static enum exit_code run(const void *arguments_, const struct operands *operands) {
    const struct classify_arguments *arguments = arguments_;
    struct operands paths;
    struct stance_model *model = NULL;
    if (!document_find(arguments->text, operands, &paths)) {
        return EXIT_USAGE;
    }
    enum exit_code code = model_file_open(&model, arguments->model);
    if (code == EXIT_DONE) {
        code = classify(arguments, model, &paths);
    }
    stance_model_free(model);
    return code;
}

const struct command COMMAND_CLASSIFY = {
    .name = "classify",
    .summary = "show what each statement of a text does, and the text as a whole",
    .synopsis = "[OPTIONS] [FILE...]\n[OPTIONS] -t TEXT",
    .description = "Cuts running text into statements and shows each whole, with its verdict (the\n"
                   "predicted labels, and sentiment from -1 to +1) and a bar for the probability of\n"
                   "each label; a star marks what is predicted. A summary of the document follows.\n"
                   "FILE - is stdin, which is also read where no FILE is named.",
    .examples = "  stance classify article.txt\n"
                "  stance classify -t 'Tehran dismissed the report as a fabrication.'\n"
                "  curl -s https://example.org/speech.txt | stance classify --json\n",
    .groups = GROUPS,
    .n_groups = sizeof GROUPS / sizeof *GROUPS,
    .defaults = &DEFAULTS,
    .arguments_size = sizeof DEFAULTS,
    .run = run,
};
