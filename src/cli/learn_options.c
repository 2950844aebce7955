#include "learn_options.h"

#include <limits.h>

#include "message.h"
#include "shared_rows.h"

static const char *const TF_NAMES[] = {
    [STANCE_TF_PRESENCE] = "presence", [STANCE_TF_COUNT] = "count", [STANCE_TF_LOG] = "log", NULL};
static const char *const SOLVER_NAMES[] = {
    [STANCE_SOLVER_LIBSVM] = "libsvm", [STANCE_SOLVER_LIBLINEAR] = "liblinear", [STANCE_SOLVER_DCD] = "dcd", NULL};
static const char *const WEIGHT_NAMES[] = {[STANCE_WEIGHT_NONE] = "none", [STANCE_WEIGHT_BALANCED] = "balanced", NULL};

#define AT(member) offsetof(struct feature_choices, member)
const struct option_row FEATURE_OPTION_ROWS[] = {
    {.kind = OPTION_STRING,
     .name = "preset",
     .argument = "NAME",
     .offset = AT(preset),
     .help = "what the options below start from: default (word 1-2-grams and character 3-5-grams), words (word 1-2-grams), or "
             "wide (word 1-3-grams and character 2-6-grams)"},
    {.kind = OPTION_RANGE,
     .name = "words",
     .argument = "MIN-MAX",
     .offset = AT(words),
     .help = "lengths of word n-grams; 0 for none"},
    {.kind = OPTION_RANGE,
     .name = "chars",
     .argument = "MIN-MAX",
     .offset = AT(chars),
     .help = "lengths of character n-grams inside words; 0 for none"},
    {.kind = OPTION_FLAG,
     .name = "boundaries",
     .value = 1,
     .offset = AT(boundaries),
     .help = "word n-grams see the ends of the statement"},
    {.kind = OPTION_FLAG, .name = "no-boundaries", .value = 0, .offset = AT(boundaries), .help = "they do not"},
    {.kind = OPTION_FLAG, .name = "negation", .value = 1, .offset = AT(negation), .help = "mark words in the scope of a negation"},
    {.kind = OPTION_FLAG, .name = "no-negation", .value = 0, .offset = AT(negation), .help = "do not"},
    {.kind = OPTION_FLAG, .name = "idf", .value = 1, .offset = AT(idf), .help = "weight by inverse document frequency"},
    {.kind = OPTION_FLAG, .name = "no-idf", .value = 0, .offset = AT(idf), .help = "do not"},
    {.kind = OPTION_CHOICE,
     .name = "tf",
     .argument = "HOW",
     .offset = AT(tf),
     .choices = TF_NAMES,
     .help = "how a feature counts in a statement: presence, count or log"},
    {.kind = OPTION_SIZE,
     .name = "min-df",
     .argument = "N",
     .offset = AT(min_df),
     .min = 1,
     .max = UINT32_MAX,
     .help = "drop features of fewer than N records (default: 1)"},
    {.kind = OPTION_SIZE,
     .name = "max-features",
     .argument = "N",
     .offset = AT(max_features),
     .max = UINT32_MAX,
     .help = "keep the N most frequent features; 0, the default, for all"},
};
#undef AT

#define AT(member) offsetof(struct learn_choices, member)
const struct option_row LEARN_OPTION_ROWS[] = {
    {.kind = OPTION_STRINGS,
     .name = "auxiliary",
     .argument = "CORPUS",
     .offset = AT(auxiliary),
     .help = "learn from this corpus too, but let neither calibration, thresholds nor figures look at it: text of another "
             "kind, or not drawn at random; may be given again"},
    {.kind = OPTION_CHOICE,
     .name = "solver",
     .argument = "NAME",
     .offset = AT(solver),
     .choices = SOLVER_NAMES,
     .help = "libsvm (default); liblinear, whose time grows with the corpus and not with its square; or dcd, which finds "
             "the same as liblinear and is the quickest for many records"},
    {.kind = OPTION_DOUBLE,
     .letter = 'C',
     .name = "cost",
     .argument = "VALUE",
     .offset = AT(c),
     .min = 1e-9,
     .max = 1e9,
     .word = "auto",
     .help = "cost of a training error, or auto: chosen by cross-validation"},
    {.kind = OPTION_CHOICE,
     .name = "class-weight",
     .argument = "HOW",
     .offset = AT(class_weight),
     .choices = WEIGHT_NAMES,
     .help = "balanced (default): errors on rare labels cost more, and of labels that exclude each other rare ones are not left "
             "behind; "
             "none: neither"},
    {.kind = OPTION_DOUBLE,
     .name = "log-count",
     .argument = "B",
     .offset = AT(log_count),
     .max = 1,
     .help = "scale a label's features by their log-count ratios: B of the scale, from 0, the default, to 1; libsvm is "
             "slower with it above 5,000 records"},
    {.kind = OPTION_SIZE,
     .name = "folds",
     .argument = "K",
     .offset = AT(folds),
     .min = 2,
     .max = 100,
     .help = "folds of the cross-validation (train without it: 5, or where 20,000 groups or more have each label and as many "
             "lack it a tenth of the records, held out once)"},
    {.kind = OPTION_DOUBLE,
     .name = "precision",
     .argument = "P",
     .offset = AT(precision),
     .max = 1,
     .help = "set the thresholds to this precision; 0 for the best F1"},
    {.kind = OPTION_FLAG,
     .name = "tune",
     .value = 1,
     .offset = AT(tune),
     .help = "search by cross-validation for what is not given: preset, class weight, log-count "
             "ratios (0 or 0.25; with libsvm up to 5,000 records), and C"},
};
#undef AT

#define AT(member) offsetof(struct work_choices, member)
const struct option_row WORK_OPTION_ROWS[] = {
    {.kind = OPTION_SIZE,
     .name = "seed",
     .argument = "N",
     .offset = AT(seed),
     .max = 9007199254740991.0,
     .help = "seed of everything random (default: 1)"},
    THREADS_ROW(AT(threads)),
    QUIET_ROW(AT(quiet), "show no progress"),
};
#undef AT

const char *learn_solver_name(enum stance_solver solver) { return SOLVER_NAMES[solver]; }

static void apply_features(const struct feature_choices *choices, struct stance_feature_options *features) {
    if (choices->words.given) {
        features->word_min = (unsigned)(choices->words.min > UINT_MAX ? UINT_MAX : choices->words.min);
        features->word_max = (unsigned)(choices->words.max > UINT_MAX ? UINT_MAX : choices->words.max);
    }
    if (choices->chars.given) {
        features->char_min = (unsigned)(choices->chars.min > UINT_MAX ? UINT_MAX : choices->chars.min);
        features->char_max = (unsigned)(choices->chars.max > UINT_MAX ? UINT_MAX : choices->chars.max);
    }
    features->boundaries = choices->boundaries == OPTION_UNSET ? features->boundaries : choices->boundaries;
    features->negation = choices->negation == OPTION_UNSET ? features->negation : choices->negation;
    features->idf = choices->idf == OPTION_UNSET ? features->idf : choices->idf;
    features->tf = choices->tf == OPTION_UNSET ? features->tf : (enum stance_tf)choices->tf;
    features->min_df = choices->min_df == OPTION_SIZE_UNSET ? features->min_df : (uint32_t)choices->min_df;
    features->max_features = choices->max_features == OPTION_SIZE_UNSET ? features->max_features : (uint32_t)choices->max_features;
}

static void apply_learning(const struct learn_choices *choices, struct stance_train_options *options) {
    options->solver = choices->solver == OPTION_UNSET ? options->solver : (enum stance_solver)choices->solver;
    options->c = isnan(choices->c) ? options->c : choices->c;
    options->class_weight =
        choices->class_weight == OPTION_UNSET ? options->class_weight : (enum stance_class_weight)choices->class_weight;
    options->log_count = isnan(choices->log_count) ? options->log_count : choices->log_count;
    options->n_folds = choices->folds == OPTION_SIZE_UNSET ? options->n_folds : (unsigned)choices->folds;
    options->wanted_precision = isnan(choices->precision) ? options->wanted_precision : choices->precision;
}

/* The library looks at the options before it looks at the corpus: an empty one lets them be judged before anything is read. */
static bool are_sound(const struct stance_train_options *options) {
    struct stance_corpus *corpus = NULL;
    struct stance_model *model = NULL;
    struct stance_error error;
    enum stance_status status = stance_corpus_new(&corpus, &error);
    if (status == STANCE_OK) {
        status = stance_train(&model, NULL, corpus, options, &error);
    }
    if (status == STANCE_ERROR_ARGUMENT) {
        message_failure(&error);
    }
    stance_model_free(model);
    stance_corpus_free(corpus);
    return status != STANCE_ERROR_ARGUMENT;
}

static void tell_warning(void *user, const char *message) {
    (void)user;
    message_warning("%s", message);
}

/* Starts from `preset`, whatever preset was given. */
static bool resolve_preset(const char *preset, const struct feature_choices *features, const struct learn_choices *learn,
                           struct stance_train_options *options) {
    struct stance_error error;
    if (stance_train_options_init(options, preset, &error) != STANCE_OK) {
        message_failure(&error);
        return false;
    }
    options->warning = tell_warning;
    apply_features(features, &options->features);
    if (learn != NULL) {
        apply_learning(learn, options);
    }
    return are_sound(options);
}

bool learn_options_resolve(const struct feature_choices *features, const struct learn_choices *learn,
                           struct stance_train_options *options) {
    return resolve_preset(features->preset != NULL ? features->preset : "default", features, learn, options);
}

static bool add_preset(struct tune_grid *grid, const char *preset, const struct feature_choices *features) {
    struct stance_train_options options;
    if (!resolve_preset(preset, features, NULL, &options)) {
        return false;
    }
    grid->features[grid->options.n_features++] = (struct stance_tune_features){.name = preset, .options = options.features};
    return true;
}

bool learn_options_tune(const struct feature_choices *features, const struct learn_choices *learn, struct tune_grid *grid) {
    stance_tune_options_init(&grid->options);
    grid->options.features = grid->features;
    if (learn->class_weight != OPTION_UNSET) {
        grid->class_weight = (enum stance_class_weight)learn->class_weight;
        grid->options.class_weights = &grid->class_weight;
        grid->options.n_class_weights = 1;
    }
    if (!isnan(learn->log_count)) {
        grid->log_count = learn->log_count;
        grid->options.log_counts = &grid->log_count;
        grid->options.n_log_counts = 1;
    }
    if (features->preset != NULL) {
        return add_preset(grid, features->preset, features);
    }
    for (size_t i = 0; i < TUNE_PRESETS_MAX && stance_train_preset(i) != NULL; i++) {
        if (!add_preset(grid, stance_train_preset(i), features)) {
            return false;
        }
    }
    return true;
}

bool feature_choices_given(const struct feature_choices *choices) {
    return choices->preset != NULL || choices->words.given || choices->chars.given || choices->boundaries != OPTION_UNSET ||
           choices->negation != OPTION_UNSET || choices->idf != OPTION_UNSET || choices->tf != OPTION_UNSET ||
           choices->min_df != OPTION_SIZE_UNSET || choices->max_features != OPTION_SIZE_UNSET;
}

bool learn_choices_given(const struct learn_choices *choices) {
    return choices->auxiliary.n > 0 || choices->solver != OPTION_UNSET || !isnan(choices->c) ||
           choices->class_weight != OPTION_UNSET || !isnan(choices->log_count) || !isnan(choices->precision) || choices->tune;
}
