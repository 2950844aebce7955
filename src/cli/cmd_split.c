#include "commands.h"
#include "emit.h"
#include "input.h"
#include "interrupt.h"
#include "message.h"
#include "output.h"
#include "units.h"

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

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* One line: runs of white space become a space. The bytes are otherwise those of the text. */
static void append_line(struct buffer *out, struct stance_string text) {
    for (size_t i = 0; i < text.len; i++) {
        if (!is_space(text.data[i])) {
            buffer_append_char(out, text.data[i]);
        } else if (i == 0 || !is_space(text.data[i - 1])) {
            buffer_append_char(out, ' ');
        }
    }
    buffer_append_char(out, '\n');
}

static void append_json(struct buffer *out, const char *document, struct stance_span span, struct stance_string text) {
    struct emitter emitter = {.out = out};
    emit_open(&emitter, '{');
    if (document != NULL) {
        emit_member_text(&emitter, "document", document);
    }
    emit_key(&emitter, "text");
    emit_string(&emitter, text);
    emit_member_size(&emitter, "start", span.start);
    emit_member_size(&emitter, "end", span.end);
    emit_close(&emitter, '}');
    buffer_append_char(out, '\n');
}

/* `document` names the text in JSON; NULL where it is the only one. */
static enum exit_code split_text(struct stance_splitter *splitter, const struct split_arguments *arguments, const char *document,
                                 struct stance_string text, struct output *output) {
    const struct stance_span *spans;
    size_t n;
    struct stance_error error;
    struct buffer line = {0};
    if (stance_splitter_split(splitter, text.data, text.len, (enum stance_unit)arguments->unit, &spans, &n, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    for (size_t i = 0; i < n && !output->failed && interrupt_signal() == 0; i++) {
        const struct stance_string unit = {.data = text.data + spans[i].start, .len = spans[i].end - spans[i].start};
        buffer_clear(&line);
        if (arguments->json) {
            append_json(&line, document, spans[i], unit);
        } else {
            append_line(&line, unit);
        }
        output_write(output, &line);
    }
    buffer_free(&line);
    return interrupt_signal() == 0 ? EXIT_DONE : EXIT_INTERRUPTED;
}

static enum exit_code split_files(const struct split_arguments *arguments, const struct operands *paths, struct output *output) {
    struct stance_splitter *splitter;
    struct stance_error error;
    struct buffer text = {0};
    enum exit_code code = EXIT_DONE;
    if (stance_splitter_new(&splitter, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    for (size_t i = 0; i < paths->n && code == EXIT_DONE; i++) {
        code = input_read_document(paths->values[i], &text);
        if (code == EXIT_DONE) {
            const char *name = paths->n > 1 ? input_name(paths->values[i]) : NULL;
            code = split_text(splitter, arguments, name, buffer_string(&text), output);
        }
    }
    buffer_free(&text);
    stance_splitter_free(splitter);
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
