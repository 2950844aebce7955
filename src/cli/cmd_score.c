#include <string.h>

#include "commands.h"
#include "input.h"
#include "interrupt.h"
#include "message.h"
#include "model_file.h"
#include "output.h"
#include "progress.h"
#include "record_read.h"
#include "record_write.h"

struct score_arguments {
    const char *model, *output, *prefix, *label_separator;
    size_t threads; /* accepted; the records are scored by one thread */
    int split, json, quiet;
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
     .help = "write to FILE, which appears when it is complete (default: stdout)"},
    {.kind = OPTION_FLAG,
     .name = "json",
     .value = 1,
     .offset = AT(json),
     .help = "write JSONL whatever the input is; so does an output named .jsonl"},
    {.kind = OPTION_FLAG,
     .name = "split",
     .value = 1,
     .offset = AT(split),
     .help = "write a record for each statement of the text, with parent, statement (from 1), start and end (bytes of the text)"},
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
    {.kind = OPTION_SIZE,
     .letter = 'j',
     .name = "threads",
     .argument = "N",
     .offset = AT(threads),
     .max = 1024,
     .help = "threads; 0, the default, is one per processor; results do not depend on it"},
    {.kind = OPTION_FLAG, .letter = 'q', .name = "quiet", .value = 1, .offset = AT(quiet), .help = "show no progress"},
};

static const struct option_group GROUPS[] = {
    OPTION_GROUP("Options", ROWS, 0),
    OPTION_GROUP("Records", RECORD_OPTION_ROWS, AT(records)),
};
#undef AT

/* What scoring takes. */
struct scorer {
    struct stance_session *session;
    struct stance_splitter *splitter;
    struct record_reader reader;
    struct record_writer writer;
    struct progress progress;
    size_t n_begun; /* files that the writer knows of */
};

/* A text that is too long for the library costs its record, anything else ends the run. */
static enum exit_code refuse_text(struct scorer *scorer, const struct record *record, const struct stance_error *error) {
    if (error->status != STANCE_ERROR_LIMIT) {
        return message_failure(error);
    }
    record_reject(&scorer->reader, record, error->message);
    return EXIT_DONE;
}

static enum exit_code score_text(struct scorer *scorer, const struct record *record, struct record_scores *scores) {
    struct stance_error error;
    if (stance_session_score(scorer->session, scores->text.data, scores->text.len, &scores->result, &error) != STANCE_OK) {
        return refuse_text(scorer, record, &error);
    }
    record_write(&scorer->writer, &scorer->reader, record, scores);
    return EXIT_DONE;
}

static enum exit_code score_statements(struct scorer *scorer, const struct record *record) {
    const struct stance_span *spans;
    size_t n;
    struct stance_error error;
    if (stance_splitter_split(scorer->splitter, record->text.data, record->text.len, STANCE_UNIT_STATEMENT, &spans, &n, &error) !=
        STANCE_OK) {
        return refuse_text(scorer, record, &error);
    }
    enum exit_code code = EXIT_DONE;
    for (size_t i = 0; i < n && code == EXIT_DONE; i++) {
        struct record_scores scores = {.statement = i + 1, .span = spans[i]};
        scores.text = (struct stance_string){.data = record->text.data + spans[i].start, .len = spans[i].end - spans[i].start};
        code = score_text(scorer, record, &scores);
    }
    return code;
}

static enum exit_code score_record(struct scorer *scorer, const struct record *record) {
    const char *collision = record_writer_collision(&scorer->writer, record);
    if (collision != NULL) {
        record_reject(&scorer->reader, record, collision);
        return EXIT_DONE;
    }
    if (scorer->writer.split) {
        return score_statements(scorer, record);
    }
    struct record_scores scores = {.text = record->text};
    return score_text(scorer, record, &scores);
}

/* Tells the writer of files that were opened since the last record. */
static enum exit_code begin_file(struct scorer *scorer) {
    if (scorer->n_begun == scorer->reader.n_opened) {
        return EXIT_DONE;
    }
    scorer->n_begun = scorer->reader.n_opened;
    return record_writer_begin(&scorer->writer, &scorer->reader);
}

static enum exit_code score_all(struct scorer *scorer) {
    const uint64_t total = input_total_size(&scorer->reader.paths);
    struct record record;
    enum record_result result;
    enum exit_code code = EXIT_DONE;
    while (code == EXIT_DONE && (result = record_read(&scorer->reader, &record)) == RECORDS_READ) {
        code = begin_file(scorer);
        if (code == EXIT_DONE) {
            code = score_record(scorer, &record);
        }
        if (code == EXIT_DONE && interrupt_signal() != 0) {
            code = EXIT_INTERRUPTED;
        }
        if (code == EXIT_DONE && scorer->writer.output->failed) {
            code = EXIT_SYSTEM;
        }
        progress_records(&scorer->progress, scorer->reader.n_records, record_reader_position(&scorer->reader), total);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    return result == RECORDS_END ? begin_file(scorer) : scorer->reader.failure;
}

static bool ends_in_json(const char *path) {
    const struct record_options by_extension = RECORD_OPTIONS_DEFAULT;
    return path != NULL && record_format_of(&by_extension, path) == RECORD_JSONL;
}

/* The format of the output. Files of several formats only go together into JSONL. */
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

static enum exit_code score(const struct score_arguments *arguments, const struct stance_model *model, const struct operands *paths,
                            enum record_format format, struct output *output) {
    struct scorer scorer = {0};
    struct stance_error error;
    enum exit_code code = EXIT_DONE;
    record_reader_init(&scorer.reader, &arguments->records, NULL, *paths);
    record_writer_init(&scorer.writer, output, model, format, arguments->prefix, arguments->label_separator, arguments->split);
    if (stance_session_new(&scorer.session, model, &error) != STANCE_OK ||
        stance_splitter_new(&scorer.splitter, &error) != STANCE_OK) {
        code = message_failure(&error);
    } else {
        progress_start(&scorer.progress, arguments->quiet);
        code = score_all(&scorer);
        progress_end(&scorer.progress);
    }
    if (code == EXIT_DONE) {
        code = record_reader_finish(&scorer.reader);
    }
    record_writer_free(&scorer.writer);
    record_reader_free(&scorer.reader);
    stance_splitter_free(scorer.splitter);
    stance_session_free(scorer.session);
    return code;
}

static enum exit_code run(const void *arguments_, const struct operands *operands) {
    const struct score_arguments *arguments = arguments_;
    struct operands paths;
    struct stance_model *model = NULL;
    struct output output;
    enum record_format format;
    if (!input_paths(operands, &paths) || !find_format(arguments, &paths, &format)) {
        return EXIT_USAGE;
    }
    enum exit_code code = model_file_open(&model, arguments->model);
    if (code != EXIT_DONE) {
        return code;
    }
    code = output_open(&output, arguments->output, &paths);
    if (code == EXIT_DONE) {
        code = output_close(&output, score(arguments, model, &paths, format, &output));
    }
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
                   "text first, a text that holds a tab or starts with a quote being quoted as in\n"
                   "CSV. FILE - is stdin, which is also read where no FILE is named.",
    .examples = "  stance score corpus.jsonl > scored.jsonl\n"
                "  stance score --text-column body --split -o scored.csv speeches.csv\n"
                "  printf 'They deny it.\\n' | stance score\n",
    .groups = GROUPS,
    .n_groups = sizeof GROUPS / sizeof *GROUPS,
    .defaults = &DEFAULTS,
    .arguments_size = sizeof DEFAULTS,
    .run = run,
};
