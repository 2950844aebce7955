#include <math.h>

#include "commands.h"
#include "corpus_read.h"
#include "errors.h"
#include "input.h"
#include "learn_options.h"
#include "learning_curve.h"
#include "message.h"
#include "model_file.h"
#include "output.h"
#include "progress.h"
#include "report.h"
#include "report_comparison.h"
#include "report_precision.h"
#include "slices.h"

struct evaluate_arguments {
    const char *model, *other, *slices;
    size_t n_bootstrap; /* OPTION_SIZE_UNSET or a number */
    size_t slice_min;   /* OPTION_SIZE_UNSET or a number */
    size_t n_errors;    /* of each label; 0: none are shown */
    int reliability, curve, json;
    struct record_options records;
    struct label_options labels;
    struct feature_choices features;
    struct learn_choices learn;
    struct work_choices work;
};

static const struct evaluate_arguments DEFAULTS = {
    .n_bootstrap = OPTION_SIZE_UNSET,
    .slice_min = OPTION_SIZE_UNSET,
    .records = RECORD_OPTIONS_DEFAULT,
    .labels = LABEL_OPTIONS_DEFAULT,
    .features = FEATURE_CHOICES_DEFAULT,
    .learn = LEARN_CHOICES_DEFAULT,
    .work = WORK_CHOICES_DEFAULT,
};

enum { DEFAULT_SLICE_MIN = 20 };

#define AT(member) offsetof(struct evaluate_arguments, member)
static const struct option_row ROWS[] = {
    MODEL_FILE_ROW(AT(model)),
    {.kind = OPTION_SIZE,
     .name = "bootstrap",
     .argument = "N",
     .offset = AT(n_bootstrap),
     .max = 1000000,
     .help = "resamples of whole groups for the 95% intervals (default: 1000); 0 for none"},
    {.kind = OPTION_FLAG,
     .name = "reliability",
     .value = 1,
     .offset = AT(reliability),
     .help = "also print the bins of the reliability diagram"},
    {.kind = OPTION_STRING,
     .name = "compare",
     .argument = "MODEL_B",
     .offset = AT(other),
     .help = "judge another model on the same records, and tell the differences of F1 with intervals and two-sided p-values"},
    {.kind = OPTION_STRING,
     .name = "slices",
     .argument = "FIELD",
     .offset = AT(slices),
     .help = "also judge the records by the values of this column or JSON key"},
    {.kind = OPTION_SIZE,
     .name = "slice-min",
     .argument = "N",
     .offset = AT(slice_min),
     .min = 1,
     .max = 1e9,
     .help = "leave out values that fewer than N records have (default: 20)"},
    {.kind = OPTION_SIZE,
     .name = "errors",
     .argument = "N",
     .offset = AT(n_errors),
     .max = 1e9,
     .help = "list the N most confident errors of each label, with the features of the model that misled"},
    {.kind = OPTION_FLAG,
     .name = "learning-curve",
     .value = 1,
     .offset = AT(curve),
     .help = "with --folds, also judge training on 10, 20, 40, 60 and 80% of the groups"},
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

/* With a model, --precision asks for a point of its own on these records. */
static bool learning_given(const struct evaluate_arguments *arguments) {
    struct learn_choices learn = arguments->learn;
    learn.precision = (double)NAN;
    return feature_choices_given(&arguments->features) || learn_choices_given(&learn);
}

static bool wants_point(const struct evaluate_arguments *arguments) {
    return !judges_training(arguments) && arguments->learn.precision > 0.0;
}

static bool check_arguments(const struct evaluate_arguments *arguments) {
    const char *problem = NULL;
    if (judges_training(arguments) && arguments->model != NULL) {
        problem = "--model judges a model and --folds a way of training; leave one out";
    } else if (judges_training(arguments) && arguments->other != NULL) {
        problem = "--compare compares two models and --folds judges a way of training; leave one out";
    } else if (!judges_training(arguments) && learning_given(arguments)) {
        problem = "options of features and learning need --folds K; a model has its own";
    } else if (!judges_training(arguments) && arguments->curve) {
        problem = "--learning-curve needs --folds K: it judges a way of training";
    } else if (arguments->learn.tune && arguments->curve) {
        problem = "--learning-curve judges one way of training and --tune searches anew in every fold; leave one out";
    } else if (arguments->slices == NULL && arguments->slice_min != OPTION_SIZE_UNSET) {
        problem = "--slice-min needs --slices FIELD";
    }
    if (problem != NULL) {
        message_error("%s", problem);
    }
    return problem == NULL;
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

/* --- Judging ------------------------------------------------------------------------------------------------------------- */

struct evaluating {
    const struct evaluate_arguments *arguments;
    const struct stance_model *model, *other; /* NULL where a way of training is judged, or nothing is compared */
    struct stance_train_options training;     /* with the grid: of a way of training that is judged */
    struct tune_grid grid;
    struct corpus_input input;
    struct record_notes notes;
    struct stance_evaluate_options options;
    struct stance_evaluation *evaluation;
    struct stance_comparison *comparison; /* NULL: none */
    struct slices slices;                 /* with a field only */
    struct learning_curve curve;          /* where `arguments` ask for it */
};

/* False, and says so, where the options do not go together; before anything is read. */
static bool choose_training(struct evaluating *e) {
    const struct feature_choices *features = &e->arguments->features;
    const struct learn_choices *learn = &e->arguments->learn;
    return !judges_training(e->arguments) ||
           (learn_options_resolve(features, learn, &e->training) && learn_options_tune(features, learn, &e->grid));
}

static enum exit_code cross_validate(struct evaluating *e) {
    struct stance_train_options *training = &e->training;
    struct stance_error error;
    training->seed = e->arguments->work.seed == OPTION_SIZE_UNSET ? training->seed : e->arguments->work.seed;
    training->n_threads = e->options.n_threads;
    training->progress = e->options.progress;
    training->progress_user = e->options.progress_user;
    const enum stance_status status =
        e->arguments->learn.tune
            ? stance_cross_validate_tuned(&e->evaluation, e->input.corpus, training, &e->grid.options, &e->options, &error)
            : stance_cross_validate(&e->evaluation, e->input.corpus, training, &e->options, &error);
    if (status != STANCE_OK) {
        return message_failure(&error);
    }
    return e->arguments->curve ? learning_curve_new(&e->curve, e->evaluation, e->input.corpus, training, &e->options) : EXIT_DONE;
}

static enum exit_code judge_models(struct evaluating *e) {
    struct stance_error error;
    if (stance_evaluate(&e->evaluation, e->model, e->input.corpus, &e->options, &error) != STANCE_OK ||
        (e->other != NULL &&
         stance_compare(&e->comparison, e->model, e->other, e->input.corpus, &e->options, &error) != STANCE_OK)) {
        return message_failure(&error);
    }
    return EXIT_DONE;
}

static enum exit_code cut_slices(struct evaluating *e) {
    const size_t minimum = e->arguments->slice_min;
    return slices_new(&e->slices, e->evaluation, &e->notes, minimum == OPTION_SIZE_UNSET ? DEFAULT_SLICE_MIN : minimum,
                      &e->options);
}

static enum exit_code judge(struct evaluating *e) {
    struct progress progress;
    progress_start(&progress, e->arguments->work.quiet);
    e->options = evaluate_options(e->arguments, &progress);
    enum exit_code code = e->model == NULL ? cross_validate(e) : judge_models(e);
    if (code == EXIT_DONE && e->arguments->slices != NULL) {
        code = cut_slices(e);
    }
    progress_end(&progress);
    return code;
}

/* --- Reporting ----------------------------------------------------------------------------------------------------------- */

static enum exit_code report_errors(const struct evaluating *e, struct buffer *out, struct emitter *emitter) {
    struct errors errors;
    enum exit_code code = errors_new(&errors, e->evaluation, &e->notes, e->model, e->arguments->n_errors);
    if (code == EXIT_DONE) {
        code = emitter == NULL ? errors_report(&errors, out) : errors_emit(&errors, emitter);
    }
    errors_free(&errors);
    return code;
}

/* "Out of fold, 5 folds, libsvm, C auto" */
static void report_training(const struct evaluating *e, struct buffer *out) {
    report_folds(e->evaluation, out);
    buffer_format(out, ", %s, ", learn_solver_name(e->training.solver));
    if (e->arguments->learn.tune) {
        buffer_append_text(out, "tuned anew in every fold");
    } else if (e->training.c > 0.0) {
        buffer_format(out, "C %g", e->training.c);
    } else {
        buffer_append_text(out, "C auto");
    }
    buffer_append_char(out, '\n');
}

static enum exit_code report_people(const struct evaluating *e, struct buffer *out) {
    enum exit_code code = corpus_report(&e->input, out);
    buffer_append_char(out, '\n');
    if (e->model == NULL) {
        report_training(e, out);
    }
    report_evaluation(e->evaluation, out);
    if (e->arguments->reliability) {
        report_reliability(e->evaluation, out);
    }
    if (wants_point(e->arguments)) {
        report_precision(e->evaluation, e->arguments->learn.precision, out);
    }
    if (e->arguments->slices != NULL) {
        slices_report(&e->slices, out);
    }
    if (e->comparison != NULL) {
        report_comparison(e->comparison, e->arguments->other, out);
    }
    if (e->arguments->curve) {
        learning_curve_report(&e->curve, out);
    }
    if (e->arguments->n_errors > 0 && code == EXIT_DONE) {
        code = report_errors(e, out, NULL);
    }
    return code;
}

static enum exit_code emit_more(const struct evaluating *e, struct emitter *emitter) {
    if (wants_point(e->arguments)) {
        emit_key(emitter, "at_precision");
        report_emit_precision(e->evaluation, e->arguments->learn.precision, emitter);
    }
    if (e->arguments->slices != NULL) {
        emit_key(emitter, "slices");
        slices_emit(&e->slices, emitter);
    }
    if (e->comparison != NULL) {
        emit_key(emitter, "comparison");
        report_emit_comparison(e->comparison, e->arguments->other, emitter);
    }
    if (e->arguments->curve) {
        emit_key(emitter, "learning_curve");
        learning_curve_emit(&e->curve, emitter);
    }
    if (e->arguments->n_errors > 0) {
        emit_key(emitter, "errors");
        return report_errors(e, NULL, emitter);
    }
    return EXIT_DONE;
}

static enum exit_code report_json(const struct evaluating *e, struct buffer *out) {
    struct emitter emitter = {.out = out};
    emit_open(&emitter, '{');
    enum exit_code code = corpus_emit(&e->input, &emitter);
    emit_key(&emitter, "evaluation");
    report_emit_evaluation(e->evaluation, &emitter);
    code = code == EXIT_DONE ? emit_more(e, &emitter) : code;
    emit_close(&emitter, '}');
    buffer_append_char(out, '\n');
    return code;
}

static enum exit_code report(const struct evaluating *e) {
    struct output output;
    struct buffer text = {0};
    enum exit_code code = output_open(&output, NULL, NULL);
    if (code == EXIT_DONE) {
        code = e->arguments->json ? report_json(e, &text) : report_people(e, &text);
        output_write(&output, &text);
    }
    buffer_free(&text);
    return output_close(&output, code);
}

static enum exit_code evaluate_files(struct evaluating *e, const struct operands *paths) {
    const struct evaluate_arguments *arguments = e->arguments;
    const struct corpus_source source = {
        .records = arguments->records,
        .labels = arguments->labels,
        .auxiliary = {.values = arguments->learn.auxiliary.values, .n = arguments->learn.auxiliary.n},
        .quiet = arguments->work.quiet};
    const bool noted = arguments->slices != NULL || arguments->n_errors > 0;
    if (!choose_training(e)) {
        return EXIT_USAGE;
    }
    e->notes = (struct record_notes){.field = arguments->slices, .with_text = arguments->n_errors > 0};
    const enum exit_code read = corpus_read(&e->input, &source, paths, noted ? record_notes_take : NULL, &e->notes);
    if (read != EXIT_DONE && read != EXIT_REJECTED) {
        record_notes_free(&e->notes);
        return read;
    }
    enum exit_code code = judge(e);
    if (code == EXIT_DONE) {
        code = report(e);
    }
    slices_free(&e->slices);
    learning_curve_free(&e->curve);
    stance_comparison_free(e->comparison);
    stance_evaluation_free(e->evaluation);
    record_notes_free(&e->notes);
    corpus_input_free(&e->input);
    return code == EXIT_DONE ? read : code;
}

static enum exit_code run(const void *arguments_, const struct operands *operands) {
    const struct evaluate_arguments *arguments = arguments_;
    struct operands paths;
    struct stance_model *model = NULL, *other = NULL;
    if (!check_arguments(arguments) || !input_paths(operands, &paths)) {
        return EXIT_USAGE;
    }
    enum exit_code code = judges_training(arguments) ? EXIT_DONE : model_file_open(&model, arguments->model);
    if (code == EXIT_DONE && arguments->other != NULL) {
        code = model_file_open_path(&other, arguments->other);
    }
    if (code == EXIT_DONE) {
        code = evaluate_files(&(struct evaluating){.arguments = arguments, .model = model, .other = other}, &paths);
    }
    stance_model_free(model);
    stance_model_free(other);
    return code;
}

const struct command COMMAND_EVALUATE = {
    .name = "evaluate",
    .summary = "judge a model, or a way of training, on a labelled corpus",
    .synopsis = "[OPTIONS] [-m MODEL] CORPUS...\n[OPTIONS] --folds K CORPUS...",
    .description = "Judges a model on labelled records, or with --folds a way of training by grouped\n"
                   "cross-validation. Prints figures for every label and over all of them with 95%\n"
                   "bootstrap intervals, and the confusion. With a model, --precision P tells what\n"
                   "each label does at the lowest threshold that has this precision.",
    .examples = "  stance evaluate test.jsonl\n"
                "  stance evaluate -m my.stance --reliability test.csv\n"
                "  stance evaluate -m my.stance --compare old.stance --slices source test.csv\n"
                "  stance evaluate -m my.stance --errors 10 --precision 0.9 test.csv\n"
                "  stance evaluate --folds 10 --preset words --learning-curve corpus.jsonl\n",
    .groups = GROUPS,
    .n_groups = sizeof GROUPS / sizeof *GROUPS,
    .defaults = &DEFAULTS,
    .arguments_size = sizeof DEFAULTS,
    .run = run,
};
