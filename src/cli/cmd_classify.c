#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "input.h"
#include "interrupt.h"
#include "message.h"
#include "model_file.h"
#include "output.h"
#include "render.h"
#include "scores.h"
#include "terminal.h"
#include "units.h"

struct classify_arguments {
    const char *model, *text;
    int unit, colour, json;
};

static const struct classify_arguments DEFAULTS = {.unit = STANCE_UNIT_STATEMENT, .colour = COLOUR_AUTO};

static const char *const COLOURS[] = {[COLOUR_AUTO] = "auto", [COLOUR_ALWAYS] = "always", [COLOUR_NEVER] = "never", NULL};

#define AT(member) offsetof(struct classify_arguments, member)
static const struct option_row ROWS[] = {
    MODEL_FILE_ROW(AT(model)),
    {.kind = OPTION_STRING, .letter = 't', .name = "text", .argument = "TEXT", .offset = AT(text), .help = "classify TEXT"},
    UNIT_ROW(AT(unit)),
    {.kind = OPTION_CHOICE,
     .name = "color",
     .argument = "WHEN",
     .offset = AT(colour),
     .choices = COLOURS,
     .help = "auto (default: on a terminal, unless NO_COLOR is set), always or never"},
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
    bool several; /* documents, which are then named */
    size_t n_invalid;
};

/* `name` is NULL for a text from the command line. */
struct document {
    const char *name;
    struct stance_string text;
};

static void emit_statement(struct classifier *classifier, const struct document *document, struct stance_span span,
                           struct stance_string text, const struct stance_result *result) {
    struct emitter emitter = {.out = &classifier->line};
    emit_open(&emitter, '{');
    if (classifier->several) {
        emit_member_text(&emitter, "document", document->name);
    }
    emit_key(&emitter, "text");
    emit_string(&emitter, text);
    emit_member_size(&emitter, "start", span.start);
    emit_member_size(&emitter, "end", span.end);
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
        const struct stance_string text = {.data = document->text.data + spans[i].start, .len = spans[i].end - spans[i].start};
        struct stance_result result;
        struct stance_error error;
        if (stance_session_score(classifier->session, text.data, text.len, &result, &error) != STANCE_OK) {
            return message_failure(&error);
        }
        if (classifier->arguments->json) {
            emit_statement(classifier, document, spans[i], text, &result);
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

static enum exit_code classify_document(struct classifier *classifier, const struct document *document) {
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
    if (classifier->several && !json) {
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

static enum exit_code classify_files(struct classifier *classifier, const struct operands *paths) {
    struct buffer text = {0};
    enum exit_code code = EXIT_DONE;
    classifier->several = paths->n > 1;
    for (size_t i = 0; i < paths->n && code == EXIT_DONE; i++) {
        code = input_read_document(paths->values[i], &text);
        if (code == EXIT_DONE) {
            buffer_append_text(&classifier->line, i > 0 && !classifier->arguments->json ? "\n" : "");
            code = classify_document(classifier,
                                     &(struct document){.name = input_name(paths->values[i]), .text = buffer_string(&text)});
        }
    }
    buffer_free(&text);
    return code;
}

static enum exit_code classify_all(struct classifier *classifier, const struct operands *paths) {
    const char *text = classifier->arguments->text;
    struct stance_error error;
    if (stance_session_new(&classifier->session, classifier->model, &error) != STANCE_OK ||
        stance_splitter_new(&classifier->splitter, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    const enum exit_code code =
        text == NULL ? classify_files(classifier, paths)
                     : classify_document(classifier, &(struct document){.text = {.data = text, .len = strlen(text)}});
    if (code == EXIT_DONE && classifier->n_invalid > 0) {
        message_warning("%zu bytes were not valid UTF-8; each counts as U+FFFD", classifier->n_invalid);
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
    struct operands paths = {0};
    struct stance_model *model = NULL;
    if (arguments->text != NULL && operands->n > 0) {
        message_error("--text and a FILE are both a text; leave one out");
        return EXIT_USAGE;
    }
    if (arguments->text == NULL && !input_paths(operands, &paths)) {
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
    .synopsis = "[OPTIONS] FILE...\n[OPTIONS] -t TEXT",
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
