/*
 * stance: score diplomatic text for accusation, denial, conciliation and sentiment.
 *
 * A text is cut into statements, a statement into tokens, tokens into features, features into a sparse vector; one linear
 * support vector machine per label ("head") scores the vector, and Platt scaling turns the score into a probability.
 *
 *     #include <stance.h>
 *     #include <stdio.h>
 *     #include <string.h>
 *
 *     int main(void) {
 *         const char *text = "Tehran dismissed the report as a fabrication.";
 *         struct stance_error error;
 *         struct stance_model *model = NULL;
 *         struct stance_session *session = NULL;
 *         struct stance_result result;
 *         if (stance_model_open(&model, "models/diplomatic-en.stance", &error) != STANCE_OK ||
 *             stance_session_new(&session, model, &error) != STANCE_OK ||
 *             stance_session_score(session, text, strlen(text), &result, &error) != STANCE_OK)
 *             fprintf(stderr, "%s\n", error.message);
 *         else
 *             for (size_t i = 0; i < result.n_labels; i++)
 *                 printf("%s %.3f\n", stance_model_label(model, i), result.probability[i]);
 *         stance_session_free(session);
 *         stance_model_free(model);
 *     }
 *
 * Conventions, for every declaration below unless it says otherwise:
 * - Functions that can fail return a status and, where it is not STANCE_OK and `error` is not NULL, fill `error`. On failure
 *   outputs are left as they were.
 * - The library never prints, exits or aborts. It keeps no state outside of its objects, except that training silences the print
 *   hooks of libsvm and LIBLINEAR, of which a process has one each.
 * - Text is bytes and a length; NUL is an ordinary byte. It should be UTF-8; each invalid byte counts as U+FFFD.
 * - Offsets are in bytes into the text that the caller passed, half open: [start, end).
 * - Functions whose first parameter is a pointer to a pointer deliver there an object that the caller frees with its `_free`;
 *   `_free` accepts NULL. What a call reads is borrowed for the call, unless it says that it must last longer.
 * - Models, evaluations, comparisons and tunings are immutable and may be shared by any number of threads. A session, splitter,
 *   explainer, corpus or set of vectors belongs to one thread at a time.
 */
#ifndef STANCE_H
#define STANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define STANCE_API __attribute__((visibility("default")))
#else
#define STANCE_API
#endif

#define STANCE_VERSION_MAJOR 0
#define STANCE_VERSION_MINOR 1
#define STANCE_VERSION_PATCH 0
#define STANCE_VERSION "0.1.0"

/* The version of the library in use, as "major.minor.patch". */
STANCE_API const char *stance_version(void);

/* --- Status and errors ------------------------------------------------------------------------------------------------ */

enum stance_status {
    STANCE_OK = 0,
    STANCE_ERROR_MEMORY,    /* an allocation failed */
    STANCE_ERROR_ARGUMENT,  /* an option or argument is out of its range */
    STANCE_ERROR_LIMIT,     /* the input is larger than the library takes */
    STANCE_ERROR_IO,        /* the operating system refused to open, read, write or rename */
    STANCE_ERROR_MODEL,     /* the model file is damaged, forged, or of another version */
    STANCE_ERROR_CORPUS,    /* the corpus cannot be learned from or judged on (no records, a label without examples, ...) */
    STANCE_ERROR_CANCELLED, /* a progress callback asked to stop */
    STANCE_ERROR_INTERNAL   /* a defect of the library; please report it */
};

#define STANCE_MESSAGE_SIZE 256

struct stance_error {
    enum stance_status status;
    char message[STANCE_MESSAGE_SIZE]; /* one line of UTF-8, NUL-terminated: what, where, and what to do; cut it ends in "..." */
};

/* A short English name of a status, never NULL. */
STANCE_API const char *stance_status_text(enum stance_status status);

/* --- Text and statements ---------------------------------------------------------------------------------------------- */

struct stance_string {
    const char *data; /* may be NULL where len is 0 */
    size_t len;       /* bytes */
};

struct stance_span {
    size_t start, end; /* bytes, half open */
};

enum stance_unit {
    STANCE_UNIT_STATEMENT, /* a sentence, a headline, a list item */
    STANCE_UNIT_PARAGRAPH, /* lines up to a blank line; in text of one paragraph a line, a line */
    STANCE_UNIT_DOCUMENT   /* the whole text, without the white space around it */
};

/* Counts the bytes of `text` that are not part of well-formed UTF-8 (RFC 3629); 0 means valid. `first`, where not NULL and where
 * the count is not 0, receives the offset of the first of them. */
STANCE_API size_t stance_text_invalid(const char *text, size_t len, size_t *first);

struct stance_splitter; /* the scratch memory for cutting text */

STANCE_API enum stance_status stance_splitter_new(struct stance_splitter **splitter, struct stance_error *error);
STANCE_API void stance_splitter_free(struct stance_splitter *splitter);

/* Cuts `text` into units. `*spans` receives `*n` spans in ascending order that do not overlap; none is empty, none starts or ends
 * with white space, and every byte outside of them is white space or a byte order mark. They are borrowed until the splitter's next
 * call. */
STANCE_API enum stance_status stance_splitter_split(struct stance_splitter *splitter, const char *text, size_t len,
                                                    enum stance_unit unit, const struct stance_span **spans, size_t *n,
                                                    struct stance_error *error);

/* --- Features --------------------------------------------------------------------------------------------------------- */

enum stance_tf {
    STANCE_TF_PRESENCE, /* 1 */
    STANCE_TF_COUNT,    /* c */
    STANCE_TF_LOG       /* 1 + ln c */
};

struct stance_feature_options {
    unsigned word_min, word_max; /* lengths of word n-grams, 1 to 5; a `word_max` of 0 for none */
    unsigned char_min, char_max; /* lengths of character n-grams inside words, 1 to 8; a `char_max` of 0 for none */
    bool boundaries;             /* word n-grams of two and more see marks at the statement's ends */
    bool negation;  /* words in the scope of a negation are features apart (Das and Chen 2007; Pang, Lee and Vaithyanathan 2002) */
    bool idf;       /* smooth inverse document frequency: ln((1 + N) / (1 + df)) + 1 */
    bool normalise; /* Euclidean norm 1 (Salton and Buckley 1988) */
    enum stance_tf tf;
    uint32_t min_df;       /* features in fewer records are dropped, at least 1 */
    uint32_t max_features; /* the vocabulary's size, the most frequent first; 0 for no bound */
};

/* --- Models ----------------------------------------------------------------------------------------------------------- */

struct stance_model;

/* Maps a model file into memory, checks its checksum, every offset in it, and that the names of its labels and its provenance are
 * UTF-8 without control characters. The file is read as long as the model is in use: to change it put another file in its place, as
 * stance_model_save does. Writing into it spoils what the model says, and cutting it short ends the process (SIGBUS). */
STANCE_API enum stance_status stance_model_open(struct stance_model **model, const char *path, struct stance_error *error);

/* The same from `len` bytes in memory, which are copied. */
STANCE_API enum stance_status stance_model_from_bytes(struct stance_model **model, const void *bytes, size_t len,
                                                      struct stance_error *error);

/* Writes the model to a temporary file beside `path`, syncs it and renames it, so that `path` never holds half a model. A file that
 * is replaced keeps its permissions, and a link to it stays. Several threads may save to one path: the last to finish stays. */
STANCE_API enum stance_status stance_model_save(const struct stance_model *model, const char *path, struct stance_error *error);

STANCE_API void stance_model_free(struct stance_model *model);

STANCE_API size_t stance_model_n_labels(const struct stance_model *model);
/* The name of a label, NUL-terminated, owned by the model; NULL where `label` is out of range. */
STANCE_API const char *stance_model_label(const struct stance_model *model, size_t label);

struct stance_head_info {
    double bias; /* the decision value of an empty vector */
    /* P(label) = 1 / (1 + exp(platt_a * decision + platt_b)); of an exclusive model, the softmax over its heads of -platt_a *
     * decision. */
    double platt_a, platt_b;
    double threshold;  /* the label is predicted where P >= threshold, in [0, 1]; not used by an exclusive model */
    double c;          /* the cost parameter that the head was trained with */
    size_t n_positive; /* records with the label among those that the model was trained on, auxiliary ones included */
};

struct stance_model_info {
    size_t n_labels, n_features;
    size_t n_records;                       /* that the model was trained on */
    size_t n_bytes;                         /* size of the model file */
    bool exclusive;                         /* every record has exactly one label; the prediction is the most probable one */
    bool has_sentiment;                     /* there are heads `positive` and `negative` */
    struct stance_feature_options features; /* as trained */
    const char *provenance; /* a JSON object: tool version, corpus digest, options, seed, counts; owned by the model */
};

STANCE_API void stance_model_info(const struct stance_model *model, struct stance_model_info *info);
STANCE_API enum stance_status stance_model_head(const struct stance_model *model, size_t label, struct stance_head_info *info,
                                                struct stance_error *error);

struct stance_feature {
    /* "w:" and a word n-gram, "n:" and a word in the scope of a negation, or "c:" and a character n-gram with < and > at the word's
     * ends */
    struct stance_string name;
    double idf;           /* 1 where the model has no idf weighting */
    const float *weights; /* n_labels weights, before idf and normalisation */
};

/* Describes feature `id` in [0, n_features); what it points to is owned by the model. It is STANCE_ERROR_MODEL where the file is
 * forged and the name is not UTF-8 without control characters. */
STANCE_API enum stance_status stance_model_feature(const struct stance_model *model, size_t id, struct stance_feature *feature,
                                                   struct stance_error *error);

/* Fills `ids` with the features of the largest weight times idf above 0 (`positive`), or the smallest below 0, in the head of
 * `label`, strongest first. `*n` holds the room in `ids` and receives how many were filled. */
STANCE_API enum stance_status stance_model_top_features(const struct stance_model *model, size_t label, bool positive,
                                                        uint32_t *ids, size_t *n, struct stance_error *error);

/* --- Scoring ---------------------------------------------------------------------------------------------------------- */

struct stance_session; /* the scratch memory of one thread */

/* `model` must outlive the session. */
STANCE_API enum stance_status stance_session_new(struct stance_session **session, const struct stance_model *model,
                                                 struct stance_error *error);
STANCE_API void stance_session_free(struct stance_session *session);

struct stance_result {
    size_t n_labels;           /* as in the model; the arrays below have this length */
    const double *decision;    /* bias plus weights times values: the signed distance to the head's hyperplane, 1 at its margin */
    const double *probability; /* in [0, 1]; of an exclusive model they sum to 1 */
    const bool *predicted;     /* probability >= threshold; of an exclusive model only the most probable label */
    double sentiment;          /* P(positive) - P(negative), in [-1, 1]; NaN where the model lacks one of the heads */
    size_t n_tokens;
    size_t n_features; /* features of the text that the model knows: distinct word n-grams, and the distinct character n-grams of
                          each distinct word */
    size_t n_invalid;  /* bytes that were not UTF-8 */
};

/* Scores one text as one unit. The arrays of `result` are borrowed from the session until its next call. */
STANCE_API enum stance_status stance_session_score(struct stance_session *session, const char *text, size_t len,
                                                   struct stance_result *result, struct stance_error *error);

struct stance_vector {
    size_t n;             /* of the entries; features that the model does not know have none */
    const uint32_t *ids;  /* feature ids of the model, ascending */
    const double *values; /* the weighted, normalised value of each */
};

/* The vector that stance_session_score works on; borrowed from the session until its next call. */
STANCE_API enum stance_status stance_session_vector(struct stance_session *session, const char *text, size_t len,
                                                    struct stance_vector *vector, struct stance_error *error);

/* --- Explanation ------------------------------------------------------------------------------------------------------ */

struct stance_explainer; /* the scratch memory of one thread */

/* `model` must outlive the explainer. */
STANCE_API enum stance_status stance_explainer_new(struct stance_explainer **explainer, const struct stance_model *model,
                                                   struct stance_error *error);
STANCE_API void stance_explainer_free(struct stance_explainer *explainer);

/* What one feature adds to a decision value. */
struct stance_contribution {
    uint32_t id;                     /* of the model */
    double value;                    /* as in stance_session_vector */
    double share;                    /* weight times value; above 0 it speaks for the label */
    const struct stance_span *spans; /* where in the text it lies, ascending, none twice; from the first to the last word of a word
                                        n-gram */
    size_t n_spans;                  /* 0 for marks of the statement's ends without a word between them */
};

/* What falls on one token that takes part in features: a word, number, link, hashtag, emoji, ? or !. */
struct stance_word_share {
    struct stance_span span;
    double share;
};

/* A linear decision taken apart: decision = bias + the sum of the contributions' shares = bias + unplaced + the sum of the words'
 * shares, but for rounding. A feature's share is divided evenly over its occurrences, that of a word n-gram evenly over its words
 * (marks of the statement's ends take none), and that of a character n-gram falls on the words that it lies in, on each by what it
 * adds there. */
struct stance_explanation {
    double bias, decision;
    const struct stance_contribution *contributions; /* ascending by id */
    size_t n_contributions;
    const struct stance_word_share *words; /* in the order of the text; one character that stands for several is each one's span */
    size_t n_words;
    double unplaced; /* of features without a word: 0 where the text has any */
};

/* Explains the decision value of one head for a text as one unit. What `explanation` points to is borrowed from the explainer until
 * its next call. */
STANCE_API enum stance_status stance_explainer_explain(struct stance_explainer *explainer, const char *text, size_t len,
                                                       size_t label, struct stance_explanation *explanation,
                                                       struct stance_error *error);

/* --- Corpora ---------------------------------------------------------------------------------------------------------- */

struct stance_corpus; /* labelled records */

struct stance_record {
    struct stance_string id; /* for the caller: neither looked at nor kept */
    struct stance_string text;
    /* Records of one group never stand on both sides of a fold; empty: a group of its own. Records of equal normalised text share a
     * group, whatever they say here, and so do their groups. */
    struct stance_string group;
    const struct stance_string *labels; /* one that stands twice counts once */
    size_t n_labels;                    /* 0 is a record with none of the labels */
    /* Learned from, but neither the choice of C, calibration, thresholds nor figures look at it: text of another kind, or not drawn
     * at random. */
    bool auxiliary;
};

STANCE_API enum stance_status stance_corpus_new(struct stance_corpus **corpus, struct stance_error *error);
STANCE_API void stance_corpus_free(struct stance_corpus *corpus);

/* Copies the record. Label names are 1 to 255 bytes of valid UTF-8 without control characters; a corpus has at most 256 of them. */
STANCE_API enum stance_status stance_corpus_add(struct stance_corpus *corpus, const struct stance_record *record,
                                                struct stance_error *error);

struct stance_corpus_summary {
    size_t n_records, n_labels, n_groups;
    size_t n_unlabelled; /* records without a label */
    /* Records whose normalised text stood in an earlier record: */
    size_t n_duplicates;     /* with the labels of the first such record */
    size_t n_contradictions; /* with other labels */
    bool exclusive;          /* every record has exactly one label */
};

STANCE_API enum stance_status stance_corpus_summarise(const struct stance_corpus *corpus, struct stance_corpus_summary *summary,
                                                      struct stance_error *error);
/* Labels are numbered in ascending byte order of their names. The name is owned by the corpus; NULL out of range. `n_positive`,
 * where not NULL, receives the number of records with the label. A new label changes the numbers of those behind it. */
STANCE_API const char *stance_corpus_label(const struct stance_corpus *corpus, size_t label, size_t *n_positive);

/* --- Training --------------------------------------------------------------------------------------------------------- */

enum stance_solver {
    STANCE_SOLVER_LIBSVM, /* hinge loss, in the dual (Chang and Lin 2011); its time grows with the square of the records, and up to
                             23,000 of them its memory too, to 4 GiB or half of the machine's; a head in training takes up to a
                             gibibyte more */
    STANCE_SOLVER_LIBLINEAR, /* squared hinge loss, in the primal, by a trust region Newton method (Lin, Weng and Keerthi 2008);
                                linear */
    STANCE_SOLVER_DCD        /* the same problem, by coordinate descent in the dual (Hsieh et al. 2008), four heads side by side;
                                linear, and the quickest by far */
};

enum stance_class_weight {
    STANCE_WEIGHT_NONE,
    /* C times n / (2 * n_class), for the label and its absence. Where every record has exactly one of three labels or more, heads
     * are also moved against each other: 0.3 of the offsets between decision values that make labels of equal weight equally
     * frequent out of fold is added to the biases. */
    STANCE_WEIGHT_BALANCED
};

/* Called from the thread that called the library: `done` of `total` steps of `stage`. Anything but 0 cancels. Nothing is asked
 * while heads are in training, so that a wish to cancel waits for those at hand: with libsvm and many records for minutes. */
typedef int stance_progress_callback(void *user, const char *stage, size_t done, size_t total);

/* Called from the thread that called the library, with one line of UTF-8 without a newline, borrowed for the call. */
typedef void stance_warning_callback(void *user, const char *message);

#define STANCE_FOLDS_DEFAULT 5

struct stance_tuning;

struct stance_train_options {
    struct stance_feature_options features;
    enum stance_solver solver;
    enum stance_class_weight class_weight;
    /* In [0, 1], 0 for none: how much of a head's scale of features is log-count ratios (Wang and Manning 2012), which make much of
     * features that the label has more or less often than other text. Feature j is scaled by 1 - log_count + log_count r_j / mean
     * r, where r_j = |ln((p_j + 1) / P) - ln((q_j + 1) / Q)|, with p_j and q_j the training records with and without the label that
     * have the feature, P and Q the sums of p_j + 1 and q_j + 1, and all times one factor that keeps the summed squared length of
     * the records, so that C keeps its meaning. Weights hold the scale: models are like others. libsvm is slower with it above
     * 5,000 records, LIBLINEAR takes 16 bytes a value for every head in training, coordinate descent hardly more than without. */
    double log_count;
    /* > 0; 0 chooses from `c_grid` the value with the highest mean average precision over the labels out of fold, of equals the one
     * that stands first. */
    double c;
    const double *c_grid;
    size_t n_c_grid;
    /* Grouped, stratified folds for calibration, thresholds and figures: 2 to 100. 0 is STANCE_FOLDS_DEFAULT; but where judged
     * records of 20,000 groups or more have each label, and of as many lack it, stance_train holds a tenth of the records out,
     * once, unless `tuning` is given: calibration, thresholds, the choice of C and figures come from that tenth, by one training
     * instead of five. */
    unsigned n_folds;
    double
        wanted_precision;  /* 0: thresholds of the best F1; else, in (0, 1]: the lowest threshold with this precision out of fold */
    double training_share; /* in (0, 1]: learn from this share of the groups only, the first of an order by the seed; figures are
                              still those of all records */
    uint64_t seed;         /* deals groups to folds, and orders them for `training_share` */
    unsigned n_threads;    /* 0: one per processor; 256 at most are used. The result does not depend on it. */
    const struct stance_tuning *tuning; /* recorded in the provenance where not NULL; borrowed */
    const char *date; /* recorded in the provenance where not NULL, as it is; bytes that are no UTF-8 become U+FFFD */
    stance_progress_callback *progress; /* may be NULL */
    void *progress_user;
    /* Told once by stance_train and stance_cross_validate where coordinate descent stopped at its limit, 1,000 passes, before it
     * had converged; may be NULL. */
    stance_warning_callback *warning;
    void *warning_user;
};

/* The names of the presets, in the order of preference; NULL where `preset` is out of range. */
STANCE_API const char *stance_train_preset(size_t preset);

/* Fills `options` with a preset: "default", "words" (word 1-2-grams) or "wide" (word 1-3-grams, character
 * 2-6-grams inside words). They are documented in the README. */
STANCE_API enum stance_status stance_train_options_init(struct stance_train_options *options, const char *preset,
                                                        struct stance_error *error);

struct stance_evaluation;

/* Trains a model. A label must be on judged records of two groups and missing from those of two, or it is STANCE_ERROR_CORPUS; so
 * it is where the out-of-fold decision values of a head do not rise with its label, as the head would say the same of every text.
 *
 * `evaluation`, where not NULL, receives the out-of-fold figures, with the intervals of stance_evaluate_options_init: neither the
 * weights, the vocabulary nor the idf of a record's prediction have seen that record or its group, and its calibration and
 * threshold are fitted to the out-of-fold values of the other folds. C, where it is chosen, is chosen on all of them. Where a tenth
 * of the records is held out (see n_folds) it has the figures of those alone, and its halves are each other's folds. */
STANCE_API enum stance_status stance_train(struct stance_model **model, struct stance_evaluation **evaluation,
                                           const struct stance_corpus *corpus, const struct stance_train_options *options,
                                           struct stance_error *error);

/* --- Evaluation ------------------------------------------------------------------------------------------------------- */

struct stance_evaluate_options {
    unsigned n_bootstrap; /* resamples of whole groups for the 95% intervals (Efron 1979); 0 for none. Of more than 5,000 groups as
                             many are drawn by the seed, and the spread of their figures is scaled by the root of their share
                             (Bickel, Goetze and van Zwet 1997). */
    uint64_t seed;
    unsigned n_threads;                 /* 0: one per processor */
    stance_progress_callback *progress; /* may be NULL */
    void *progress_user;
};

/* 1000 resamples, seed 1, one thread per processor, no progress. */
STANCE_API void stance_evaluate_options_init(struct stance_evaluate_options *options);

/* Judges a model on the records of a labelled corpus that are not auxiliary. A label that only the corpus knows, be it on auxiliary
 * records, is an error; one that only the model knows counts as absent. */
STANCE_API enum stance_status stance_evaluate(struct stance_evaluation **evaluation, const struct stance_model *model,
                                              const struct stance_corpus *corpus, const struct stance_evaluate_options *options,
                                              struct stance_error *error);

/* Judges a way of training by grouped, stratified cross-validation; no model is kept. Where the decision values of a head do not
 * rise with its label, its probability is the label's share among the records that the fold was calibrated on. */
STANCE_API enum stance_status stance_cross_validate(struct stance_evaluation **evaluation, const struct stance_corpus *corpus,
                                                    const struct stance_train_options *train_options,
                                                    const struct stance_evaluate_options *options, struct stance_error *error);

STANCE_API void stance_evaluation_free(struct stance_evaluation *evaluation);

struct stance_interval {
    double value;     /* NaN where undefined */
    double low, high; /* 95% percentile bootstrap; NaN where not asked for */
};

struct stance_label_figures {
    const char *label; /* owned by the evaluation */
    size_t true_positive, false_positive, false_negative, true_negative;
    /* Precision is NaN where nothing was predicted, recall where there was nothing to find, F1 where both; averages leave such
     * labels out. */
    struct stance_interval precision, recall, f1;
    struct stance_interval average_precision; /* area under the precision-recall curve by steps; NaN without positives */
    struct stance_interval brier;             /* mean squared error of the probability (Brier 1950) */
    struct stance_interval calibration_error; /* expected calibration error, ten bins of equal width (Naeini et al. 2015) */
    /* Of the model. Out of fold each fold was predicted by a threshold of its own, and this is that of all of them together; an
     * exclusive evaluation has none. */
    double threshold;
};

struct stance_reliability_bin {
    size_t n;           /* records whose probability falls into the bin */
    double probability; /* their mean probability; NaN where there are none */
    double frequency;   /* the share of them that has the label; NaN where there are none */
};

#define STANCE_RELIABILITY_BINS 10

struct stance_evaluation_figures {
    size_t n_records, n_groups, n_labels;
    bool exclusive;
    struct stance_interval macro_f1, micro_f1;
    struct stance_interval stance_macro_f1; /* over accusation, denial and conciliation, where all three are labels; else NaN */
    struct stance_interval accuracy;        /* share of records with exactly the right set of labels */
    unsigned n_folds; /* that were held out in turn; 1: a tenth of the records was held out, once; 0: a model was judged */
};

STANCE_API void stance_evaluation_figures(const struct stance_evaluation *evaluation, struct stance_evaluation_figures *figures);
STANCE_API enum stance_status stance_evaluation_label(const struct stance_evaluation *evaluation, size_t label,
                                                      struct stance_label_figures *figures, struct stance_error *error);
/* `bins` has room for STANCE_RELIABILITY_BINS: bin i is of probabilities from i / 10 up to (i + 1) / 10, the last with 1. */
STANCE_API enum stance_status stance_evaluation_reliability(const struct stance_evaluation *evaluation, size_t label,
                                                            struct stance_reliability_bin *bins, struct stance_error *error);
/* How many records with the one label `truth` were predicted as the one label `predicted`; of an exclusive evaluation that is every
 * record. 0 where a label is out of range. */
STANCE_API size_t stance_evaluation_confusion(const struct stance_evaluation *evaluation, size_t truth, size_t predicted);

/* The prediction for one record, a value a label, owned by the evaluation. Records are numbered in the order in which the corpus
 * holds them; auxiliary records are left out, and where a tenth was held out all but that. */
STANCE_API enum stance_status stance_evaluation_record(const struct stance_evaluation *evaluation, size_t record,
                                                       const double **probabilities, const bool **predicted, const bool **truth,
                                                       struct stance_error *error);

/* Judges some of the records of an evaluation by themselves. `records` are numbers as in stance_evaluation_record; one that stands
 * twice counts twice. */
STANCE_API enum stance_status stance_evaluation_subset(struct stance_evaluation **subset,
                                                       const struct stance_evaluation *evaluation, const size_t *records, size_t n,
                                                       const struct stance_evaluate_options *options, struct stance_error *error);

struct stance_operating_point {
    double threshold;
    double precision, recall; /* of the records with a probability of at least `threshold`; NaN where undefined */
    size_t n_predicted;
    bool reached; /* the wanted precision; else this is the point of the highest one */
};

/* The lowest threshold at which a label has the precision wanted, in (0, 1]. It is found on the records that it is measured on, and
 * so a little better than it will be on others. */
STANCE_API enum stance_status stance_evaluation_at_precision(const struct stance_evaluation *evaluation, size_t label,
                                                             double precision, struct stance_operating_point *point,
                                                             struct stance_error *error);

struct stance_comparison;

struct stance_difference {
    double a, b;                       /* the figure of each model */
    struct stance_interval difference; /* a - b */
    /* Two-sided, by the paired bootstrap: twice the smaller share of resampled differences that are at most, or at least, 0 (Efron
     * and Tibshirani 1993), the observed sample counted among them (Davison and Hinkley 1997, 4.2). Not corrected for how many
     * figures are compared. NaN without resamples. */
    double p;
};

/* Judges two models on the same corpus, auxiliary records left out, and the same resamples of groups, on the labels that both have.
 * Each model must know every label of the corpus, as in stance_evaluate. */
STANCE_API enum stance_status stance_compare(struct stance_comparison **comparison, const struct stance_model *a,
                                             const struct stance_model *b, const struct stance_corpus *corpus,
                                             const struct stance_evaluate_options *options, struct stance_error *error);
STANCE_API void stance_comparison_free(struct stance_comparison *comparison);

struct stance_comparison_figures {
    size_t n_records, n_groups, n_labels;
    struct stance_difference macro_f1, micro_f1, stance_macro_f1; /* as in stance_evaluation_figures */
};

STANCE_API void stance_comparison_figures(const struct stance_comparison *comparison, struct stance_comparison_figures *figures);
/* The name of a label, owned by the comparison, and the difference of its F1; NULL where `label` is out of range. */
STANCE_API const char *stance_comparison_label(const struct stance_comparison *comparison, size_t label,
                                               struct stance_difference *f1);

/* --- Tuning ----------------------------------------------------------------------------------------------------------- */

/* A search among ways of training: every set of features with every class weight, every share of log-count ratios and every C,
 * judged by macro-F1 on the same grouped, stratified folds. */

struct stance_tune_features {
    const char *name; /* borrowed by the tuning, which it must outlive */
    struct stance_feature_options options;
};

struct stance_tune_options {
    const struct stance_tune_features *features; /* at least one */
    size_t n_features;
    const enum stance_class_weight *class_weights; /* at least one */
    size_t n_class_weights;
    const double *log_counts; /* as of stance_train_options */
    size_t n_log_counts;      /* 0: 0 and 0.25 are tried; of more than 5,000 records, by libsvm, 0 alone, to save time */
};

/* Fills in both class weights, no features, and no shares of log-count ratios. */
STANCE_API void stance_tune_options_init(struct stance_tune_options *options);

/* Searches. `options` says everything else: the folds, the solver, and c, or where that is 0 the c_grid to search. What is found
 * does not depend on the number of threads. */
STANCE_API enum stance_status stance_tune(struct stance_tuning **tuning, const struct stance_corpus *corpus,
                                          const struct stance_train_options *options, const struct stance_tune_options *grid,
                                          struct stance_error *error);
STANCE_API void stance_tuning_free(struct stance_tuning *tuning);

struct stance_tuning_combination {
    const struct stance_tune_features *features; /* owned by the tuning */
    enum stance_class_weight class_weight;
    double log_count;
    double c;
    double macro_f1; /* out of fold, over all records; as stance_cross_validate with this combination has it */
    double spread;   /* standard deviation of the macro-F1 of the folds by themselves; NaN where that of one is undefined */
    bool chosen;     /* the highest macro-F1, of equals the first */
};

STANCE_API size_t stance_tuning_n_combinations(const struct stance_tuning *tuning);
/* Combination `number`, from 0: the sets of features in their order, for each the class weights, for each the shares of
 * log-count ratios, for each the costs. */
STANCE_API enum stance_status stance_tuning_combination(const struct stance_tuning *tuning, size_t number,
                                                        struct stance_tuning_combination *combination, struct stance_error *error);

/* Puts the features, the class weight, the log_count and the C that were chosen into `options`, and `tuning` itself for the
 * provenance, so that it must outlive the training. */
STANCE_API void stance_tuning_apply(const struct stance_tuning *tuning, struct stance_train_options *options);

/* Judges the search and the training that it leads to by nested cross-validation (Varma and Simon 2006): each of n_folds folds is
 * predicted by a model that was tuned and trained on the other folds alone, so that the figures are not flattered by the search.
 * Every label needs three groups with it and three without. The threshold of a label is the mean of the folds' own. */
STANCE_API enum stance_status stance_cross_validate_tuned(struct stance_evaluation **evaluation, const struct stance_corpus *corpus,
                                                          const struct stance_train_options *train_options,
                                                          const struct stance_tune_options *grid,
                                                          const struct stance_evaluate_options *options,
                                                          struct stance_error *error);

/* --- Vectors for other learners --------------------------------------------------------------------------------------- */

struct stance_vectors; /* a corpus as sparse vectors, with its vocabulary */

/* Builds a vocabulary from all of `corpus` and weights every record by it, auxiliary ones included. */
STANCE_API enum stance_status stance_vectors_new(struct stance_vectors **vectors, const struct stance_corpus *corpus,
                                                 const struct stance_feature_options *options, struct stance_error *error);
STANCE_API void stance_vectors_free(struct stance_vectors *vectors);
STANCE_API size_t stance_vectors_n_features(const struct stance_vectors *vectors);
/* The vector of a record, in the order in which the corpus held them; borrowed from the vectors until their next call. Training
 * keeps values in single precision, and so are these. */
STANCE_API enum stance_status stance_vectors_record(struct stance_vectors *vectors, size_t record, struct stance_vector *vector,
                                                    struct stance_error *error);
/* Describes feature `id` in [0, n_features); the name is owned by the vectors, the weights are NULL. */
STANCE_API enum stance_status stance_vectors_feature(const struct stance_vectors *vectors, size_t id,
                                                     struct stance_feature *feature, struct stance_error *error);

#ifdef __cplusplus
}
#endif

#endif
