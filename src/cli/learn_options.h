/* The options of features and of learning that train, evaluate and vectorize share. */
#ifndef STANCE_CLI_LEARN_OPTIONS_H
#define STANCE_CLI_LEARN_OPTIONS_H

#include <math.h>
#include <stdbool.h>

#include "options.h"
#include "stance.h"

/* What was given in place of the preset's. */
struct feature_choices {
    const char *preset; /* NULL: the default one */
    struct option_range words, chars;
    int boundaries, negation, idf; /* OPTION_UNSET, 0 or 1 */
    int tf;                        /* OPTION_UNSET or enum stance_tf */
    size_t min_df, max_features;   /* OPTION_SIZE_UNSET or a number */
};

struct learn_choices {
    struct option_strings auxiliary; /* corpora that are learned from and not judged on */
    int solver;                      /* OPTION_UNSET or enum stance_solver */
    double c;                        /* NaN: the preset's; 0: chosen by cross-validation */
    int class_weight;                /* OPTION_UNSET or enum stance_class_weight */
    double log_count;                /* NaN: the preset's */
    size_t folds;                    /* OPTION_SIZE_UNSET or a number */
    double precision;                /* NaN: the preset's */
    int tune;                        /* search for what was not given */
};

struct work_choices {
    size_t seed;    /* OPTION_SIZE_UNSET or a number */
    size_t threads; /* 0: one per processor */
    int quiet;
};

#define FEATURE_CHOICES_DEFAULT                                                                        \
    {                                                                                                  \
        .boundaries = OPTION_UNSET, .negation = OPTION_UNSET, .idf = OPTION_UNSET, .tf = OPTION_UNSET, \
        .min_df = OPTION_SIZE_UNSET, .max_features = OPTION_SIZE_UNSET                                 \
    }
#define LEARN_CHOICES_DEFAULT                                                                             \
    {                                                                                                     \
        .solver = OPTION_UNSET, .c = (double)NAN, .class_weight = OPTION_UNSET, .log_count = (double)NAN, \
        .folds = OPTION_SIZE_UNSET, .precision = (double)NAN                                              \
    }
#define WORK_CHOICES_DEFAULT \
    { .seed = OPTION_SIZE_UNSET }

extern const struct option_row FEATURE_OPTION_ROWS[12];
extern const struct option_row LEARN_OPTION_ROWS[8];
extern const struct option_row WORK_OPTION_ROWS[3];

/* Starts from the preset and applies what was given; false, and says so, where the preset is unknown
 * or an option is out of its range. `learn` may be NULL. */
bool learn_options_resolve(const struct feature_choices *features, const struct learn_choices *learn,
                           struct stance_train_options *options);

enum { TUNE_PRESETS_MAX = 8 };

/* What a search tries. */
struct tune_grid {
    struct stance_tune_features features[TUNE_PRESETS_MAX];
    enum stance_class_weight class_weight;
    double log_count;
    struct stance_tune_options options; /* points into the above: not to be copied */
};

/* What was given is in every combination, the rest is searched: presets, class weights, log-count ratios, and
 * C by the grid of learn_options_resolve. */
bool learn_options_tune(const struct feature_choices *features, const struct learn_choices *learn, struct tune_grid *grid);

/* True where any was given. */
bool feature_choices_given(const struct feature_choices *choices);

/* The same; the number of folds apart. */
bool learn_choices_given(const struct learn_choices *choices);

/* As --solver takes it. */
const char *learn_solver_name(enum stance_solver solver);

#endif
