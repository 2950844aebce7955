#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "input.h"
#include "memory.h"
#include "message.h"
#include "model_file.h"
#include "scoring.h"
#include "shared_rows.h"

struct score_arguments {
    const char *model, *output, *prefix, *label_separator;
    size_t threads;
    int split, json, resume, quiet;
    struct record_options records;
};

static const struct score_arguments DEFAULTS = {.prefix = "", .label_separator = ";", .records = RECORD_OPTIONS_DEFAULT};

#define AT(member) offsetof(struct score_arguments, member)
static const struct option_row ROWS[] = {
    MODEL_FILE_ROW(AT(model)),
    {.kind = OPTION_STRING,
     .letter = 'o',
     .name = "output",
     .argument = "FILE",
     .offset = AT(output),
     .help = "write to FILE, compressed where it is named .gz or .zst; it appears when it is complete (default: stdout)"},
    {.kind = OPTION_FLAG,
     .name = "resume",
     .value = 1,
     .offset = AT(resume),
     .help = "keep what an interrupted run has written in FILE.part, and go on from there when the same command is given again"},
    {.kind = OPTION_FLAG,
     .name = "json",
     .value = 1,
     .offset = AT(json),
     .help = "write JSONL whatever the input is; so does an output named .jsonl"},
    {.kind = OPTION_FLAG,
     .name = "split",
     .value = 1,
     .offset = AT(split),
     .help = "write a record for each statement of the text, with parent, statement (from 1), start and end (bytes of the text); "
             "a text without statements, such as an empty one, gets none, which is told at the end"},
    {.kind = OPTION_STRING,
     .name = "prefix",
     .argument = "TEXT",
     .offset = AT(prefix),
     .help = "put TEXT before the names of added fields"},
    {.kind = OPTION_STRING,
     .name = "label-separator",
     .argument = "TEXT",
     .offset = AT(label_separator),
     .help = "what stands between predicted labels in CSV and TSV (default: ;)"},
    THREADS_ROW(AT(threads)),
    QUIET_ROW(AT(quiet), "show no progress; nor is any shown where the results go to a terminal"),
};

static const struct option_group GROUPS[] = {
    OPTION_GROUP("Options", ROWS, 0),
    OPTION_GROUP("Records", RECORD_OPTION_ROWS, AT(records)),
};
#undef AT

static bool ends_in_json(const char *path) {
    const struct record_options by_extension = RECORD_OPTIONS_DEFAULT;
    return path != NULL && record_format_of(&by_extension, path) == RECORD_JSONL;
}

/* False, and says so, where the output's name tells of a format that it will not have. Plain text becomes TSV. */
static bool suits_name(const char *path, enum record_format format) {
    static const char *const NAMES[] = {[RECORD_JSONL] = "JSONL", [RECORD_CSV] = "CSV", [RECORD_TSV] = "TSV"};
    const struct record_options by_extension = RECORD_OPTIONS_DEFAULT;
    const enum record_format written = format == RECORD_TEXT ? RECORD_TSV : format;
    const enum record_format named = path == NULL ? RECORD_TEXT : record_format_of(&by_extension, path);
    if (named == RECORD_TEXT || named == written) {
        return true;
    }
    message_error("%s is named as %s but would hold %s; name another file, or see --json and --input-format", path, NAMES[named],
                  NAMES[written]);
    return false;
}

/* The format of what goes in. Files of several formats only go together into JSONL. */
static bool find_format(const struct score_arguments *arguments, const struct operands *paths, enum record_format *format) {
    if (arguments->json || ends_in_json(arguments->output)) {
        *format = RECORD_JSONL;
        return true;
    }
    *format = record_format_of(&arguments->records, paths->values[0]);
    for (size_t i = 1; i < paths->n; i++) {
        if (record_format_of(&arguments->records, paths->values[i]) != *format) {
            message_error("%s is of another format than %s; say --json, or score them apart", paths->values[i], paths->values[0]);
            return false;
        }
    }
    return true;
}

/* --- What an interrupted output must have been begun with ------------------------------------------------------------------- */

static uint32_t mix_text(uint32_t crc, const char *text) {
    return text == NULL ? resume_crc(crc, "\1", 1) : resume_crc(crc, text, strlen(text) + 1);
}

static uint32_t mix_model(uint32_t crc, const struct stance_model *model) {
    struct stance_model_info info;
    stance_model_info(model, &info);
    crc = mix_text(crc, info.provenance);
    for (size_t i = 0; i < info.n_labels; i++) {
        struct stance_head_info head;
        crc = mix_text(crc, stance_model_label(model, i));
        if (stance_model_head(model, i, &head, NULL) == STANCE_OK) {
            const double figures[] = {head.bias, head.platt_a, head.platt_b, head.threshold};
            crc = resume_crc(crc, figures, sizeof figures);
        }
    }
    return crc;
}

static uint32_t fingerprint(const struct score_arguments *arguments, const struct stance_model *model, const struct operands *paths,
                            enum record_format format) {
    const struct record_options *records = &arguments->records;
    const int flags[] = {(int)record_format_of(records, paths->values[0]),
                         (int)format,
                         arguments->split != 0,
                         records->strict != 0,
                         records->no_quotes != 0,
                         records->delimiter};
    uint32_t crc = resume_crc(0, flags, sizeof flags);
    crc = mix_text(crc, stance_version());
    crc = mix_text(crc, arguments->prefix);
    crc = mix_text(crc, arguments->label_separator);
    crc = mix_text(crc, record_text_column(records));
    crc = mix_text(crc, record_id_column(records));
    return mix_model(crc, model);
}

/* --- The command ------------------------------------------------------------------------------------------------------------- */

static enum exit_code score(const struct score_arguments *arguments, const struct stance_model *model, const struct operands *paths,
                            enum record_format format, struct output *output, struct resume *resume) {
    struct record_layout layout;
    record_layout_init(&layout, model, format, arguments->prefix, arguments->label_separator, arguments->split);
    struct scoring scoring = {.model = model,
                              .records = &arguments->records,
                              .paths = *paths,
                              .layout = &layout,
                              .output = output,
                              .compression = compression_of_name(arguments->output, NULL),
                              .resume = resume,
                              .n_threads = arguments->threads,
                              .quiet = arguments->quiet || output_is_terminal(output)};
    const enum exit_code code = scoring_run(&scoring);
    record_layout_free(&layout);
    return code;
}

static enum exit_code score_anew(const struct score_arguments *arguments, const struct stance_model *model,
                                 const struct operands *paths, const struct operands *inputs, enum record_format format) {
    struct output output;
    enum exit_code code = output_open(&output, arguments->output, inputs);
    if (code != EXIT_DONE) {
        return code;
    }
    code = score(arguments, model, paths, format, &output, NULL);
    return output_close(&output, code);
}

static enum exit_code score_on(const struct score_arguments *arguments, const struct stance_model *model,
                               const struct operands *paths, const struct operands *inputs, enum record_format format) {
    struct output output;
    struct resume resume;
    enum exit_code code = output_open_part(&output, arguments->output, inputs);
    if (code != EXIT_DONE) {
        return code;
    }
    code = resume_open(&resume, &output, fingerprint(arguments, model, paths, format));
    if (code == EXIT_DONE) {
        code = score(arguments, model, paths, format, &output, &resume);
        if (code == EXIT_INTERRUPTED || code == EXIT_SYSTEM) {
            message_warning("what is done is kept in %s; the same command goes on from there", output.temporary);
        }
    }
    code = output_close(&output, code);
    resume_close(&resume, code == EXIT_DONE || code == EXIT_REJECTED);
    return code;
}

/* The output replaces nothing that is read: the model is an input as well. `model` holds its path. */
static struct operands list_inputs(const struct score_arguments *arguments, const struct operands *paths, struct buffer *model) {
    const char **inputs = memory_new(paths->n + 1, sizeof *inputs);
    struct operands all = {.values = inputs, .n = paths->n};
    memcpy(inputs, paths->values, paths->n * sizeof *inputs);
    if (model_file_find(arguments->model, model)) {
        inputs[all.n++] = buffer_text(model);
    }
    return all;
}

static enum exit_code score_apart(const struct score_arguments *arguments, const struct stance_model *model,
                                  const struct operands *paths, enum record_format format) {
    struct buffer model_path = {0};
    const struct operands inputs = list_inputs(arguments, paths, &model_path);
    const enum exit_code code = (arguments->resume ? score_on : score_anew)(arguments, model, paths, &inputs, format);
    free((void *)inputs.values);
    buffer_free(&model_path);
    return code;
}

static enum exit_code run(const void *arguments_, const struct operands *operands) {
    const struct score_arguments *arguments = arguments_;
    struct operands paths;
    struct stance_model *model = NULL;
    enum record_format format;
    if (!input_paths(operands, &paths) || !find_format(arguments, &paths, &format) || !suits_name(arguments->output, format)) {
        return EXIT_USAGE;
    }
    enum exit_code code = model_file_open(&model, arguments->model);
    if (code != EXIT_DONE) {
        return code;
    }
    code = score_apart(arguments, model, &paths, format);
    stance_model_free(model);
    return code;
}

const struct command COMMAND_SCORE = {
    .name = "score",
    .summary = "add scores to records, in the format they come in",
    .synopsis = "[OPTIONS] [FILE...]",
    .description = "Reads records (JSONL, CSV, TSV, or plain text with a record a line) and writes\n"
                   "each with its scores; all input fields are kept as they are. JSONL gains\n"
                   "\"scores\", \"predicted\" and \"sentiment\"; CSV and TSV gain the columns\n"
                   "score_LABEL, predicted and sentiment. Plain text becomes TSV with a header,\n"
                   "text first, a text that holds a tab or a quote being quoted as in CSV. FILE - is\n"
                   "stdin, which is also read where no FILE is named. Input that is compressed with\n"
                   "gzip or Zstandard is read as what is in it.",
    .examples = "  stance score corpus.jsonl > scored.jsonl\n"
                "  stance score --text-column body --split -o scored.csv speeches.csv\n"
                "  stance score --resume -o scored.jsonl.zst archive.jsonl.gz\n"
                "  printf 'They deny it.\\n' | stance score\n",
    .groups = GROUPS,
    .n_groups = sizeof GROUPS / sizeof *GROUPS,
    .defaults = &DEFAULTS,
    .arguments_size = sizeof DEFAULTS,
    .run = run,
};
