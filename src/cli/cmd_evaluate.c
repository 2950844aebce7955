#include "commands.h"
#include "corpus_read.h"
#include "input.h"
#include "learn_options.h"
#include "message.h"
#include "model_file.h"
#include "output.h"
#include "progress.h"
#include "report.h"

struct evaluate_arguments {
    const char *model;
    size_t n_bootstrap; /* OPTION_SIZE_UNSET or a number */
    int reliability, json;
    struct record_options records;
    struct label_options labels;
    struct feature_choices features;
    struct learn_choices learn;
    struct work_choices work;
};

static const struct evaluate_arguments DEFAULTS = {
    .n_bootstrap = OPTION_SIZE_UNSET,
    .records = RECORD_OPTIONS_DEFAULT,
    .labels = LABEL_OPTIONS_DEFAULT,
    .features = FEATURE_CHOICES_DEFAULT,
    .learn = LEARN_CHOICES_DEFAULT,
    .work = WORK_CHOICES_DEFAULT,
};

#define AT(member) offsetof(struct evaluate_arguments, member)
static const struct option_row ROWS[] = {
    MODEL_FILE_ROW(AT(model)),
    {.kind = OPTION_SIZE,
     .name = "bootstrap",
     .argument = "N",
     .offset = AT(n_bootstrap),
     .max = 1000000,
     .help = "resamples of whole groups for the 95% intervals; 0 for none"},
    {.kind = OPTION_FLAG,
     .name = "reliability",
     .value = 1,
     .offset = AT(reliability),
     .help = "also print the bins of the reliability diagram"},
    {.kind = OPTION_FLAG,
     .name = "json",
     .value = 1,
     .offset = AT(json),
     .help = "report everything as one JSON object on one line"},
};

static const struct option_group GROUPS[] = {
    OPTION_GROUP("Options", ROWS, 0),
    OPTION_GROUP("Records", RECORD_OPTION_ROWS, AT(records)),
    OPTION_GROUP("Labels", LABEL_OPTION_ROWS, AT(labels)),
    OPTION_GROUP("Features (with --folds)", FEATURE_OPTION_ROWS, AT(features)),
    OPTION_GROUP("Learning (with --folds)", LEARN_OPTION_ROWS, AT(learn)),
    OPTION_GROUP("Work", WORK_OPTION_ROWS, AT(work)),
};
#undef AT

static bool judges_training(const struct evaluate_arguments *arguments) { return arguments->learn.folds != OPTION_SIZE_UNSET; }

static bool check_arguments(const struct evaluate_arguments *arguments) {
    if (judges_training(arguments) && arguments->model != NULL) {
        message_error("--model judges a model and --folds a way of training; leave one out");
        return false;
    }
    if (!judges_training(arguments) && (feature_choices_given(&arguments->features) || learn_choices_given(&arguments->learn))) {
        message_error("options of features and learning need --folds K; a model has its own");
        return false;
    }
    return true;
}

static struct stance_evaluate_options evaluate_options(const struct evaluate_arguments *arguments, struct progress *progress) {
    struct stance_evaluate_options options;
    stance_evaluate_options_init(&options);
    options.n_bootstrap = arguments->n_bootstrap == OPTION_SIZE_UNSET ? options.n_bootstrap : (unsigned)arguments->n_bootstrap;
    options.seed = arguments->work.seed == OPTION_SIZE_UNSET ? options.seed : arguments->work.seed;
    options.n_threads = (unsigned)arguments->work.threads;
    options.progress = progress_callback;
    options.progress_user = progress;
    return options;
}

static enum exit_code cross_validate(struct stance_evaluation **evaluation, const struct stance_corpus *corpus,
                                     const struct evaluate_arguments *arguments, const struct stance_evaluate_options *options) {
    struct stance_train_options training;
    struct stance_error error;
    if (!learn_options_resolve(&arguments->features, &arguments->learn, &training)) {
        return EXIT_USAGE;
    }
    training.seed = arguments->work.seed == OPTION_SIZE_UNSET ? training.seed : arguments->work.seed;
    training.n_threads = options->n_threads;
    training.progress = options->progress;
    training.progress_user = options->progress_user;
    return stance_cross_validate(evaluation, corpus, &training, options, &error) == STANCE_OK ? EXIT_DONE : message_failure(&error);
}

/* `model` is NULL where a way of training is judged. */
static enum exit_code evaluate(struct stance_evaluation **evaluation, const struct stance_model *model,
                               const struct stance_corpus *corpus, const struct evaluate_arguments *arguments) {
    struct progress progress;
    struct stance_error error;
    enum exit_code code = EXIT_DONE;
    progress_start(&progress, arguments->work.quiet);
    const struct stance_evaluate_options options = evaluate_options(arguments, &progress);
    if (model == NULL) {
        code = cross_validate(evaluation, corpus, arguments, &options);
    } else if (stance_evaluate(evaluation, model, corpus, &options, &error) != STANCE_OK) {
        progress_end(&progress);
        code = message_failure(&error);
    }
    progress_end(&progress);
    return code;
}

static enum exit_code report_people(const struct corpus_input *input, const struct stance_evaluation *evaluation, bool reliability,
                                    struct buffer *out) {
    const enum exit_code code = corpus_report(input, out);
    buffer_append_char(out, '\n');
    report_evaluation(evaluation, out);
    if (reliability) {
        report_reliability(evaluation, out);
    }
    return code;
}

static enum exit_code report_json(const struct corpus_input *input, const struct stance_evaluation *evaluation,
                                  struct buffer *out) {
    struct emitter emitter = {.out = out};
    emit_open(&emitter, '{');
    const enum exit_code code = corpus_emit(input, &emitter);
    emit_key(&emitter, "evaluation");
    report_emit_evaluation(evaluation, &emitter);
    emit_close(&emitter, '}');
    buffer_append_char(out, '\n');
    return code;
}

static enum exit_code report(const struct corpus_input *input, const struct stance_evaluation *evaluation,
                             const struct evaluate_arguments *arguments) {
    struct output output;
    struct buffer text = {0};
    enum exit_code code = output_open(&output, NULL, NULL);
    if (code == EXIT_DONE) {
        code = arguments->json ? report_json(input, evaluation, &text)
                               : report_people(input, evaluation, arguments->reliability, &text);
        output_write(&output, &text);
    }
    buffer_free(&text);
    return output_close(&output, code);
}

static enum exit_code evaluate_files(const struct evaluate_arguments *arguments, const struct stance_model *model,
                                     const struct operands *paths) {
    const struct corpus_source source = {
        .records = arguments->records,
        .labels = arguments->labels,
        .auxiliary = {.values = arguments->learn.auxiliary.values, .n = arguments->learn.auxiliary.n},
        .quiet = arguments->work.quiet};
    struct corpus_input input;
    struct stance_evaluation *evaluation = NULL;
    const enum exit_code read = corpus_read(&input, &source, paths, NULL, NULL);
    if (read != EXIT_DONE && read != EXIT_REJECTED) {
        return read;
    }
    enum exit_code code = evaluate(&evaluation, model, input.corpus, arguments);
    if (code == EXIT_DONE) {
        code = report(&input, evaluation, arguments);
    }
    stance_evaluation_free(evaluation);
    corpus_input_free(&input);
    return code == EXIT_DONE ? read : code;
}

static enum exit_code run(const void *arguments_, const struct operands *operands) {
    const struct evaluate_arguments *arguments = arguments_;
    struct operands paths;
    struct stance_model *model = NULL;
    if (!check_arguments(arguments) || !input_paths(operands, &paths)) {
        return EXIT_USAGE;
    }
    enum exit_code code = judges_training(arguments) ? EXIT_DONE : model_file_open(&model, arguments->model);
    if (code == EXIT_DONE) {
        code = evaluate_files(arguments, model, &paths);
    }
    stance_model_free(model);
    return code;
}

const struct command COMMAND_EVALUATE = {
    .name = "evaluate",
    .summary = "judge a model, or a way of training, on a labelled corpus",
    .synopsis = "[OPTIONS] [-m MODEL] CORPUS...\n[OPTIONS] --folds K CORPUS...",
    .description = "Judges a model on labelled records, or with --folds a way of training by grouped\n"
                   "cross-validation. Prints figures for every label and over all of them with 95%\n"
                   "bootstrap intervals, and the confusion.",
    .examples = "  stance evaluate test.jsonl\n"
                "  stance evaluate -m my.stance --reliability test.csv\n"
                "  stance evaluate --folds 10 --preset words --json corpus.jsonl\n",
    .groups = GROUPS,
    .n_groups = sizeof GROUPS / sizeof *GROUPS,
    .defaults = &DEFAULTS,
    .arguments_size = sizeof DEFAULTS,
    .run = run,
};
