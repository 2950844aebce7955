#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "commands.h"
#include "corpus_read.h"
#include "input.h"
#include "learn_options.h"
#include "message.h"
#include "output.h"
#include "progress.h"
#include "report.h"
#include "report_tune.h"

struct train_arguments {
    const char *output, *date;
    size_t n_features;
    int json;
    struct record_options records;
    struct label_options labels;
    struct feature_choices features;
    struct learn_choices learn;
    struct work_choices work;
};

static const struct train_arguments DEFAULTS = {
    .n_features = 12,
    .records = RECORD_OPTIONS_DEFAULT,
    .labels = LABEL_OPTIONS_DEFAULT,
    .features = FEATURE_CHOICES_DEFAULT,
    .learn = LEARN_CHOICES_DEFAULT,
    .work = WORK_CHOICES_DEFAULT,
};

#define AT(member) offsetof(struct train_arguments, member)
static const struct option_row ROWS[] = {
    {.kind = OPTION_STRING,
     .letter = 'o',
     .name = "output",
     .argument = "MODEL",
     .offset = AT(output),
     .help = "write the model to this file"},
    {.kind = OPTION_MAYBE,
     .name = "date",
     .argument = "TEXT",
     .offset = AT(date),
     .help = "record a date in the model: TEXT, or today's; without it equal input makes equal models"},
    {.kind = OPTION_SIZE,
     .name = "show-features",
     .argument = "N",
     .offset = AT(n_features),
     .max = 1000,
     .help = "how many features to report for and against every label (default: 12); 0 for none"},
    {.kind = OPTION_FLAG, .name = "json", .value = 1, .offset = AT(json), .help = "report as one JSON object on one line"},
};

static const struct option_group GROUPS[] = {
    OPTION_GROUP("Options", ROWS, 0),
    OPTION_GROUP("Records", RECORD_OPTION_ROWS, AT(records)),
    OPTION_GROUP("Labels", LABEL_OPTION_ROWS, AT(labels)),
    OPTION_GROUP("Features", FEATURE_OPTION_ROWS, AT(features)),
    OPTION_GROUP("Learning", LEARN_OPTION_ROWS, AT(learn)),
    OPTION_GROUP("Work", WORK_OPTION_ROWS, AT(work)),
};
#undef AT

struct trained {
    struct stance_model *model;
    struct stance_evaluation *evaluation;
    struct stance_tuning *tuning; /* NULL without --tune */
};

enum { DATE_SIZE = sizeof "2026-01-01" };

/* The date to record: NULL without --date; `today` is where it is written that has no text. */
static const char *date_of(const struct train_arguments *arguments, char today[DATE_SIZE]) {
    if (arguments->date == NULL || *arguments->date != '\0') {
        return arguments->date;
    }
    const time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(today, DATE_SIZE, "%Y-%m-%d", &utc);
    return today;
}

static size_t file_size(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? (size_t)status.st_size : 0;
}

static void report_people(const struct trained *trained, const struct train_arguments *arguments,
                          const struct stance_train_options *options, struct buffer *out) {
    const struct stance_model *model = trained->model;
    struct stance_model_info info;
    stance_model_info(model, &info);
    struct stance_head_info head;
    struct stance_error error;
    if (stance_model_head(model, 0, &head, &error) == STANCE_OK) {
        buffer_append_char(out, '\n');
        report_folds(trained->evaluation, out);
        buffer_format(out, ", %s, C %g", learn_solver_name(options->solver), head.c);
    }
    if (trained->tuning != NULL) {
        buffer_append_text(out, ", ");
        report_tuned(trained->tuning, out);
        buffer_append_text(
            out, ";\nchosen on these folds, so that figures on new records are a little lower (evaluate --folds K --tune tells)");
    }
    buffer_append_char(out, '\n');
    report_evaluation(trained->evaluation, out);
    if (arguments->n_features > 0) {
        buffer_append_text(out, "\nStrongest features\n");
        report_features(model, arguments->n_features, out);
    }
    buffer_format(out, "\nWrote %s: %zu labels, %zu features, ", arguments->output, info.n_labels, info.n_features);
    report_bytes(file_size(arguments->output), out);
    buffer_append_text(out, ".\n");
}

static void emit_model(const struct stance_model *model, const struct train_arguments *arguments, struct emitter *emitter) {
    struct stance_model_info info;
    stance_model_info(model, &info);
    emit_key(emitter, "model");
    emit_open(emitter, '{');
    emit_member_text(emitter, "file", arguments->output);
    emit_member_size(emitter, "bytes", file_size(arguments->output));
    emit_member_size(emitter, "features", info.n_features);
    emit_key(emitter, "labels");
    emit_open(emitter, '[');
    for (size_t i = 0; i < info.n_labels; i++) {
        emit_open(emitter, '{');
        emit_member_text(emitter, "label", stance_model_label(model, i));
        report_emit_features(model, i, arguments->n_features, emitter);
        emit_close(emitter, '}');
    }
    emit_close(emitter, ']');
    emit_close(emitter, '}');
}

static enum exit_code report_json(const struct corpus_input *input, const struct trained *trained,
                                  const struct train_arguments *arguments, struct buffer *out) {
    struct emitter emitter = {.out = out};
    emit_open(&emitter, '{');
    const enum exit_code code = corpus_emit(input, &emitter);
    if (trained->tuning != NULL) {
        emit_key(&emitter, "tuning");
        report_emit_tuning(trained->tuning, &emitter);
    }
    emit_key(&emitter, "out_of_fold");
    report_emit_evaluation(trained->evaluation, &emitter);
    emit_model(trained->model, arguments, &emitter);
    emit_close(&emitter, '}');
    buffer_append_char(out, '\n');
    return code;
}

/* Searches, and puts what was found into `options`. */
static enum exit_code tune(struct trained *trained, const struct stance_corpus *corpus, const struct train_arguments *arguments,
                           struct stance_train_options *options) {
    struct stance_error error;
    struct tune_grid grid;
    struct progress progress;
    if (!learn_options_tune(&arguments->features, &arguments->learn, &grid)) {
        return EXIT_USAGE;
    }
    progress_start(&progress, arguments->work.quiet);
    struct stance_train_options searching = *options;
    searching.progress_user = &progress;
    const enum stance_status status = stance_tune(&trained->tuning, corpus, &searching, &grid.options, &error);
    progress_end(&progress);
    if (status != STANCE_OK) {
        return message_failure(&error);
    }
    stance_tuning_apply(trained->tuning, options);
    if (!arguments->work.quiet) {
        struct buffer table = {0};
        report_tuning(trained->tuning, options->n_folds > 0 ? options->n_folds : STANCE_FOLDS_DEFAULT, &table);
        message_show(&table);
        buffer_free(&table);
    }
    return EXIT_DONE;
}

static enum exit_code train(struct trained *trained, const struct stance_corpus *corpus, struct stance_train_options options,
                            const struct train_arguments *arguments) {
    const struct work_choices *work = &arguments->work;
    struct stance_error error;
    struct progress progress;
    options.seed = work->seed == OPTION_SIZE_UNSET ? options.seed : work->seed;
    options.n_threads = (unsigned)work->threads;
    options.progress = progress_callback;
    if (arguments->learn.tune) {
        const enum exit_code code = tune(trained, corpus, arguments, &options);
        if (code != EXIT_DONE) {
            return code;
        }
    }
    progress_start(&progress, work->quiet);
    options.progress_user = &progress;
    const enum stance_status status = stance_train(&trained->model, &trained->evaluation, corpus, &options, &error);
    progress_end(&progress);
    return status == STANCE_OK ? EXIT_DONE : message_failure(&error);
}

static enum exit_code save_and_report(const struct trained *trained, const struct corpus_input *input,
                                      const struct train_arguments *arguments, const struct stance_train_options *options,
                                      struct output *output) {
    struct stance_error error;
    struct buffer report = {0};
    enum exit_code code = EXIT_DONE;
    if (stance_model_save(trained->model, arguments->output, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    if (arguments->json) {
        code = report_json(input, trained, arguments, &report);
    } else {
        report_people(trained, arguments, options, &report);
    }
    output_write(output, &report);
    buffer_free(&report);
    return code;
}

/* What was read is told before the training, which may take long. */
static enum exit_code tell_corpus(const struct corpus_input *input, const struct train_arguments *arguments,
                                  struct output *output) {
    struct buffer report = {0};
    const enum exit_code code = arguments->json ? EXIT_DONE : corpus_report(input, &report);
    output_write(output, &report);
    output_flush(output);
    buffer_free(&report);
    return code;
}

/* Where libsvm takes minutes, LIBLINEAR some seconds, and coordinate descent one. */
enum { MANY_RECORDS = 10000 };

static void tell_solver(const struct corpus_input *input, const struct stance_train_options *options) {
    if (input->n_records <= MANY_RECORDS) {
        return;
    }
    if (options->solver == STANCE_SOLVER_LIBSVM) {
        message_warning("libsvm's time grows with the square of the records; for %zu, --solver dcd is much quicker",
                        input->n_records);
    } else if (options->solver == STANCE_SOLVER_LIBLINEAR) {
        message_warning("for %zu records, --solver dcd finds what liblinear does, and is much quicker", input->n_records);
    }
}

static enum exit_code train_corpus(const struct corpus_input *input, const struct train_arguments *arguments,
                                   const struct stance_train_options *options) {
    char today[DATE_SIZE];
    struct stance_train_options dated = *options;
    struct output output;
    struct trained trained = {0};
    dated.date = date_of(arguments, today);
    enum exit_code code = output_open(&output, NULL, NULL);
    if (code == EXIT_DONE) {
        code = tell_corpus(input, arguments, &output);
    }
    tell_solver(input, options);
    if (code == EXIT_DONE) {
        code = train(&trained, input->corpus, dated, arguments);
    }
    if (code == EXIT_DONE) {
        code = save_and_report(&trained, input, arguments, options, &output);
    }
    stance_model_free(trained.model);
    stance_evaluation_free(trained.evaluation);
    stance_tuning_free(trained.tuning);
    return output_close(&output, code);
}

/* Before anything is read. */
static bool can_tune(const struct train_arguments *arguments) {
    struct tune_grid grid;
    return !arguments->learn.tune || learn_options_tune(&arguments->features, &arguments->learn, &grid);
}

/* stdout is the report's. */
static bool names_model(const char *output) {
    if (output == NULL) {
        message_error("train needs --output MODEL");
        return false;
    }
    if (strcmp(output, "-") == 0) {
        message_error("a model cannot go to stdout; name a file with --output");
        return false;
    }
    return true;
}

static enum exit_code run(const void *arguments_, const struct operands *operands) {
    const struct train_arguments *arguments = arguments_;
    struct operands paths;
    struct stance_train_options options;
    if (!names_model(arguments->output)) {
        return EXIT_USAGE;
    }
    const struct operands auxiliary = {.values = arguments->learn.auxiliary.values, .n = arguments->learn.auxiliary.n};
    if (!input_paths(operands, &paths) || output_is_input(arguments->output, &paths) ||
        output_is_input(arguments->output, &auxiliary) ||
        !learn_options_resolve(&arguments->features, &arguments->learn, &options) || !can_tune(arguments)) {
        return EXIT_USAGE;
    }
    if (!output_has_place(arguments->output)) {
        return EXIT_SYSTEM;
    }
    const struct corpus_source source = {
        .records = arguments->records, .labels = arguments->labels, .auxiliary = auxiliary, .quiet = arguments->work.quiet};
    struct corpus_input input;
    const enum exit_code read = corpus_read(&input, &source, &paths, NULL, NULL);
    if (read != EXIT_DONE && read != EXIT_REJECTED) {
        return read;
    }
    const enum exit_code code = train_corpus(&input, arguments, &options);
    corpus_input_free(&input);
    return code == EXIT_DONE ? read : code;
}

const struct command COMMAND_TRAIN = {
    .name = "train",
    .summary = "learn a model from a labelled corpus",
    .synopsis = "[OPTIONS] -o MODEL CORPUS...",
    .description = "Learns a model from labelled records (JSONL, CSV or TSV) and reports how well it\n"
                   "does on records that it has not seen: every figure is out of fold, with the\n"
                   "records of a group on one side of each fold; of a large corpus a tenth is held\n"
                   "out once, see --folds. The report goes to stdout, progress to stderr.",
    .examples = "  stance train -o my.stance corpus.jsonl\n"
                "  stance train -o my.stance --preset words --seed 7 train.csv more.tsv\n"
                "  stance train -o my.stance --tune --preset words corpus.jsonl\n"
                "  stance train -o my.stance --label-column topic --no-label _ press.tsv\n",
    .groups = GROUPS,
    .n_groups = sizeof GROUPS / sizeof *GROUPS,
    .defaults = &DEFAULTS,
    .arguments_size = sizeof DEFAULTS,
    .run = run,
};
