#include "commands.h"
#include "document.h"
#include "emit.h"
#include "input.h"
#include "interrupt.h"
#include "message.h"
#include "output.h"
#include "shared_rows.h"
#include "space.h"

struct split_arguments {
    int unit, json;
};

static const struct split_arguments DEFAULTS = {.unit = STANCE_UNIT_STATEMENT};

#define AT(member) offsetof(struct split_arguments, member)
static const struct option_row ROWS[] = {
    UNIT_ROW(AT(unit)),
    {.kind = OPTION_FLAG,
     .name = "json",
     .value = 1,
     .offset = AT(json),
     .help = "print a JSON object a line with the exact text and its offsets in bytes"},
};
#undef AT

static const struct option_group GROUPS[] = {OPTION_GROUP("Options", ROWS, 0)};

/* One line: runs of white space become a space. The bytes are otherwise those of the text. */
static void append_line(struct buffer *out, struct stance_string text) {
    for (size_t i = 0; i < text.len; i++) {
        if (!space_is(text.data[i])) {
            buffer_append_char(out, text.data[i]);
        } else if (i == 0 || !space_is(text.data[i - 1])) {
            buffer_append_char(out, ' ');
        }
    }
    buffer_append_char(out, '\n');
}

static void append_json(struct buffer *out, const struct document *document, struct stance_span span) {
    struct emitter emitter = {.out = out};
    emit_open(&emitter, '{');
    document_emit_span(document, span, &emitter);
    emit_close(&emitter, '}');
    buffer_append_char(out, '\n');
}

struct splitting {
    const struct split_arguments *arguments;
    struct stance_splitter *splitter;
    struct output *output;
};

static enum exit_code split_document(void *splitting_, const struct document *document) {
    const struct splitting *splitting = splitting_;
    const struct stance_span *spans;
    size_t n;
    struct stance_error error;
    struct buffer line = {0};
    if (stance_splitter_split(splitting->splitter, document->text.data, document->text.len,
                              (enum stance_unit)splitting->arguments->unit, &spans, &n, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    for (size_t i = 0; i < n && !splitting->output->failed && interrupt_signal() == 0; i++) {
        buffer_clear(&line);
        if (splitting->arguments->json) {
            append_json(&line, document, spans[i]);
        } else {
            append_line(&line, document_part(document, spans[i]));
        }
        output_write(splitting->output, &line);
    }
    buffer_free(&line);
    return interrupt_signal() == 0 ? EXIT_DONE : EXIT_INTERRUPTED;
}

static enum exit_code split_files(const struct split_arguments *arguments, const struct operands *paths, struct output *output) {
    struct splitting splitting = {.arguments = arguments, .output = output};
    struct stance_error error;
    if (stance_splitter_new(&splitting.splitter, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    const enum exit_code code = document_visit(NULL, paths, split_document, &splitting);
    stance_splitter_free(splitting.splitter);
    return code;
}

static enum exit_code run(const void *arguments, const struct operands *operands) {
    struct operands paths;
    struct output output;
    if (!input_paths(operands, &paths)) {
        return EXIT_USAGE;
    }
    enum exit_code code = output_open(&output, NULL, NULL);
    if (code == EXIT_DONE) {
        code = split_files(arguments, &paths, &output);
    }
    return output_close(&output, code);
}

const struct command COMMAND_SPLIT = {
    .name = "split",
    .summary = "cut running text into statements, a line each",
    .synopsis = "[OPTIONS] [FILE...]",
    .description = "Prints each statement of running text on a line of its own. FILE - is stdin,\n"
                   "which is also read where no FILE is named. With several files, JSON has the\n"
                   "file's name as \"document\".",
    .examples = "  stance split article.txt\n"
                "  stance split --json speech.txt | jq -r .text\n"
                "  stance split speech.txt | stance score --json\n",
    .groups = GROUPS,
    .n_groups = sizeof GROUPS / sizeof *GROUPS,
    .defaults = &DEFAULTS,
    .arguments_size = sizeof DEFAULTS,
    .run = run,
};
