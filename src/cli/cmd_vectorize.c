#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "corpus_read.h"
#include "input.h"
#include "interrupt.h"
#include "learn_options.h"
#include "memory.h"
#include "message.h"
#include "model_file.h"
#include "output.h"
#include "shared_rows.h"

struct vectorize_arguments {
    const char *output, *vocabulary, *model, *label;
    int quiet;
    struct record_options records;
    struct label_options labels;
    struct feature_choices features;
};

static const struct vectorize_arguments DEFAULTS = {
    .records = RECORD_OPTIONS_DEFAULT, .labels = LABEL_OPTIONS_DEFAULT, .features = FEATURE_CHOICES_DEFAULT};

#define AT(member) offsetof(struct vectorize_arguments, member)
static const struct option_row ROWS[] = {
    {.kind = OPTION_STRING,
     .letter = 'o',
     .name = "output",
     .argument = "FILE",
     .offset = AT(output),
     .help = "write the vectors to FILE (default: stdout)"},
    {.kind = OPTION_STRING,
     .name = "vocabulary",
     .argument = "FILE",
     .offset = AT(vocabulary),
     .help = "write the numbers of labels and features to FILE, as TSV: index, feature, idf"},
    {.kind = OPTION_STRING,
     .name = "label",
     .argument = "NAME",
     .offset = AT(label),
     .help = "write +1 for records with this label and -1 for the others"},
    {.kind = OPTION_STRING,
     .letter = 'm',
     .name = "model",
     .argument = "FILE",
     .offset = AT(model),
     .help = "use the features and the numbering of this model, instead of building a vocabulary"},
    QUIET_ROW(AT(quiet), "show no progress"),
};

static const struct option_group GROUPS[] = {
    OPTION_GROUP("Options", ROWS, 0),
    OPTION_GROUP("Records", RECORD_OPTION_ROWS, AT(records)),
    OPTION_GROUP("Labels", LABEL_OPTION_ROWS, AT(labels)),
    OPTION_GROUP("Features (without --model)", FEATURE_OPTION_ROWS, AT(features)),
};
#undef AT

/* --- What is kept of each record: the corpus does not give it back ------------------------------------------------------ */

struct kept_record {
    size_t text, text_len;     /* in `texts` */
    size_t labels, labels_len; /* in `labels`: names, each closed by NUL */
};

struct kept_records {
    struct kept_record *data;
    size_t n, capacity;
    struct buffer texts, labels;
    bool with_texts;
};

static void keep(void *user, const struct record *record) {
    struct kept_records *kept = user;
    struct kept_record *added;
    kept->data = memory_grow(kept->data, &kept->capacity, kept->n + 1, sizeof *kept->data);
    added = &kept->data[kept->n++];
    *added = (struct kept_record){.text = kept->texts.len, .labels = kept->labels.len};
    if (kept->with_texts) {
        buffer_append(&kept->texts, record->text.data, record->text.len);
    }
    for (size_t i = 0; i < record->n_labels; i++) {
        buffer_append(&kept->labels, record->labels[i].data, record->labels[i].len);
        buffer_append_char(&kept->labels, '\0');
    }
    added->text_len = kept->texts.len - added->text;
    added->labels_len = kept->labels.len - added->labels;
}

static void free_kept(struct kept_records *kept) {
    free(kept->data);
    buffer_free(&kept->texts);
    buffer_free(&kept->labels);
}

/* --- Where labels and features come from: a model, or the corpus ---------------------------------------------------------- */

struct vectorizer {
    const struct vectorize_arguments *arguments;
    const struct stance_model *model; /* NULL: the corpus and `vectors` */
    struct stance_session *session;
    struct stance_vectors *vectors;
    struct stance_corpus *corpus;
    struct kept_records kept;
    size_t n_labels, n_features;
    const char **labels; /* in order of their numbers, from 1 */
    size_t label;        /* the one that --label names, where it is given */
    bool exclusive;
};

static size_t find_label(const struct vectorizer *vectorizer, const char *name) {
    size_t i = 0;
    while (i < vectorizer->n_labels && strcmp(vectorizer->labels[i], name) != 0) {
        i++;
    }
    return i;
}

static void list_labels(struct vectorizer *vectorizer) {
    vectorizer->labels = memory_new(vectorizer->n_labels, sizeof *vectorizer->labels);
    for (size_t i = 0; i < vectorizer->n_labels; i++) {
        const char *name =
            vectorizer->model == NULL ? stance_corpus_label(vectorizer->corpus, i, NULL) : stance_model_label(vectorizer->model, i);
        vectorizer->labels[i] = memory_copy(name, strlen(name));
    }
}

static enum exit_code describe_model(struct vectorizer *vectorizer) {
    struct stance_error error;
    struct stance_model_info info;
    stance_model_info(vectorizer->model, &info);
    vectorizer->n_labels = info.n_labels;
    vectorizer->n_features = info.n_features;
    vectorizer->exclusive = info.exclusive;
    return stance_session_new(&vectorizer->session, vectorizer->model, &error) == STANCE_OK ? EXIT_DONE : message_failure(&error);
}

static enum exit_code describe_corpus(struct vectorizer *vectorizer, const struct stance_feature_options *features) {
    struct stance_error error;
    struct stance_corpus_summary summary;
    if (stance_corpus_summarise(vectorizer->corpus, &summary, &error) != STANCE_OK ||
        stance_vectors_new(&vectorizer->vectors, vectorizer->corpus, features, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    vectorizer->n_labels = summary.n_labels;
    vectorizer->n_features = stance_vectors_n_features(vectorizer->vectors);
    vectorizer->exclusive = summary.exclusive;
    return EXIT_DONE;
}

static enum exit_code get_vector(struct vectorizer *vectorizer, size_t record, struct stance_vector *vector) {
    struct stance_error error;
    const struct kept_record *kept = &vectorizer->kept.data[record];
    const enum stance_status status =
        vectorizer->model == NULL
            ? stance_vectors_record(vectorizer->vectors, record, vector, &error)
            : stance_session_vector(vectorizer->session, vectorizer->kept.texts.data + kept->text, kept->text_len, vector, &error);
    return status == STANCE_OK ? EXIT_DONE : message_failure(&error);
}

static enum stance_status get_feature(const struct vectorizer *vectorizer, size_t id, struct stance_feature *feature,
                                      struct stance_error *error) {
    return vectorizer->model == NULL ? stance_vectors_feature(vectorizer->vectors, id, feature, error)
                                     : stance_model_feature(vectorizer->model, id, feature, error);
}

/* --- Vectors in the format of SVMlight and LIBSVM --------------------------------------------------------------------------- */

/* Marks the labels of a record in `has`; false where the model does not know one, whose name is in `*unknown`. */
static bool mark_labels(const struct vectorizer *vectorizer, size_t record, bool *has, const char **unknown) {
    const struct kept_record *kept = &vectorizer->kept.data[record];
    memset(has, 0, vectorizer->n_labels * sizeof *has);
    for (size_t i = 0; i < kept->labels_len;) {
        const char *name = vectorizer->kept.labels.data + kept->labels + i;
        const size_t label = find_label(vectorizer, name);
        if (label == vectorizer->n_labels) {
            *unknown = name;
            return false;
        }
        has[label] = true;
        i += strlen(name) + 1;
    }
    return true;
}

/* +1 or -1; or the numbers of the labels joined by commas, which is one number where labels exclude each other. */
static void append_target(struct buffer *line, const struct vectorizer *vectorizer, const bool *has) {
    if (vectorizer->arguments->label != NULL) {
        buffer_append_text(line, has[vectorizer->label] ? "+1" : "-1");
        return;
    }
    const size_t start = line->len;
    for (size_t i = 0; i < vectorizer->n_labels; i++) {
        if (has[i]) {
            buffer_format(line, "%s%zu", line->len == start ? "" : ",", i + 1);
        }
    }
}

static void append_vector(struct buffer *line, const struct stance_vector *vector) {
    for (size_t i = 0; i < vector->n; i++) {
        buffer_format(line, " %zu:%.9g", (size_t)vector->ids[i] + 1, vector->values[i]);
    }
    buffer_append_char(line, '\n');
}

static enum exit_code write_vectors(struct vectorizer *vectorizer, bool *has, struct buffer *line, struct output *output) {
    for (size_t i = 0; i < vectorizer->kept.n; i++) {
        const char *unknown;
        struct stance_vector vector;
        if (!mark_labels(vectorizer, i, has, &unknown)) {
            message_error("the model does not know the label \"%s\"; take it out with --no-label, or leave out --model", unknown);
            return EXIT_USAGE;
        }
        const enum exit_code code = get_vector(vectorizer, i, &vector);
        if (code != EXIT_DONE) {
            return code;
        }
        buffer_clear(line);
        append_target(line, vectorizer, has);
        append_vector(line, &vector);
        output_write(output, line);
        if (interrupt_signal() != 0 || output->failed) {
            return output->failed ? EXIT_SYSTEM : EXIT_INTERRUPTED;
        }
    }
    return EXIT_DONE;
}

/* --- The vocabulary
 * --------------------------------------------------------------------------------------------------------------- */

static enum exit_code append_vocabulary(const struct vectorizer *vectorizer, struct buffer *text) {
    for (size_t i = 0; i < vectorizer->n_labels; i++) {
        buffer_format(text, "# label\t%zu\t%s\n", i + 1, vectorizer->labels[i]);
    }
    buffer_append_text(text, "index\tfeature\tidf\n");
    for (size_t i = 0; i < vectorizer->n_features; i++) {
        struct stance_feature feature;
        struct stance_error error;
        if (get_feature(vectorizer, i, &feature, &error) != STANCE_OK) {
            return message_failure(&error);
        }
        buffer_format(text, "%zu\t", i + 1);
        buffer_append(text, feature.name.data, feature.name.len);
        buffer_format(text, "\t%.9g\n", feature.idf);
    }
    return EXIT_DONE;
}

static enum exit_code write_vocabulary(const struct vectorizer *vectorizer, const struct operands *paths) {
    struct output output;
    struct buffer text = {0};
    enum exit_code code = output_open(&output, vectorizer->arguments->vocabulary, paths);
    if (code == EXIT_DONE) {
        code = append_vocabulary(vectorizer, &text);
        output_write(&output, &text);
        code = output_close(&output, code);
    }
    buffer_free(&text);
    return code;
}

/* --- All of it
 * ---------------------------------------------------------------------------------------------------------------------- */

static enum exit_code write_all(struct vectorizer *vectorizer, const struct operands *paths) {
    struct output output;
    struct buffer line = {0};
    enum exit_code code = output_open(&output, vectorizer->arguments->output, paths);
    if (code != EXIT_DONE) {
        return code;
    }
    bool *has = memory_new(vectorizer->n_labels, sizeof *has);
    code = write_vectors(vectorizer, has, &line, &output);
    free(has);
    buffer_free(&line);
    code = output_close(&output, code);
    return code == EXIT_DONE && vectorizer->arguments->vocabulary != NULL ? write_vocabulary(vectorizer, paths) : code;
}

static enum exit_code find_wanted_label(struct vectorizer *vectorizer) {
    const char *wanted = vectorizer->arguments->label;
    if (wanted == NULL) {
        return EXIT_DONE;
    }
    vectorizer->label = find_label(vectorizer, wanted);
    if (vectorizer->label < vectorizer->n_labels) {
        return EXIT_DONE;
    }
    message_error(vectorizer->model == NULL ? "no record has the label \"%s\"; name one of the corpus's labels with --label"
                                            : "the model has no label \"%s\"; `stance inspect` lists its labels",
                  wanted);
    return EXIT_USAGE;
}

/* Where `code`, of describing the model or the corpus, is EXIT_DONE. */
static enum exit_code number_labels(struct vectorizer *vectorizer, enum exit_code code) {
    if (code != EXIT_DONE) {
        return code;
    }
    list_labels(vectorizer);
    return find_wanted_label(vectorizer);
}

static enum exit_code vectorize(struct vectorizer *vectorizer, const struct operands *paths) {
    struct stance_train_options options;
    struct corpus_input input;
    const struct vectorize_arguments *arguments = vectorizer->arguments;
    const struct corpus_source source = {.records = arguments->records, .labels = arguments->labels, .quiet = arguments->quiet};
    if (!learn_options_resolve(&arguments->features, NULL, &options)) {
        return EXIT_USAGE;
    }
    if (vectorizer->model != NULL) {
        const enum exit_code code = number_labels(vectorizer, describe_model(vectorizer));
        if (code != EXIT_DONE) {
            return code;
        }
    }
    const enum exit_code read = corpus_read(&input, &source, paths, keep, &vectorizer->kept);
    if (read != EXIT_DONE && read != EXIT_REJECTED) {
        return read;
    }
    vectorizer->corpus = input.corpus;
    enum exit_code code = EXIT_DONE;
    if (vectorizer->model == NULL) {
        code = number_labels(vectorizer, describe_corpus(vectorizer, &options.features));
    }
    if (code == EXIT_DONE) {
        code = write_all(vectorizer, paths);
    }
    corpus_input_free(&input);
    return code == EXIT_DONE ? read : code;
}

/* False, and says so, where an output could not be made; a device or a pipe is written in place. */
static bool have_place(const struct vectorize_arguments *arguments) {
    return output_is_writable(arguments->output) && output_is_writable(arguments->vocabulary);
}

/* Whether what is written would destroy what is read, or what else is written. */
static bool outputs_collide(const struct vectorize_arguments *arguments, const struct operands *paths) {
    const struct operands model = {.values = &arguments->model, .n = arguments->model != NULL};
    const char *const outputs[] = {arguments->output, arguments->vocabulary};
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        const bool file = outputs[i] != NULL && strcmp(outputs[i], "-") != 0;
        if (file && (output_is_input(outputs[i], paths) || output_is_input(outputs[i], &model))) {
            return true;
        }
    }
    return arguments->vocabulary != NULL && output_is_same(arguments->vocabulary, arguments->output);
}

static void free_vectorizer(struct vectorizer *vectorizer) {
    for (size_t i = 0; vectorizer->labels != NULL && i < vectorizer->n_labels; i++) {
        free((char *)vectorizer->labels[i]);
    }
    free(vectorizer->labels);
    free_kept(&vectorizer->kept);
    stance_session_free(vectorizer->session);
    stance_vectors_free(vectorizer->vectors);
}

static enum exit_code run(const void *arguments_, const struct operands *operands) {
    const struct vectorize_arguments *arguments = arguments_;
    struct operands paths;
    struct stance_model *model = NULL;
    if (!input_paths(operands, &paths) || outputs_collide(arguments, &paths)) {
        return EXIT_USAGE;
    }
    if (arguments->model != NULL && feature_choices_given(&arguments->features)) {
        message_error("--model has its own features; leave out the options of features");
        return EXIT_USAGE;
    }
    if (!have_place(arguments)) {
        return EXIT_SYSTEM;
    }
    enum exit_code code = arguments->model == NULL ? EXIT_DONE : model_file_open_path(&model, arguments->model);
    if (code == EXIT_DONE) {
        struct vectorizer vectorizer = {.arguments = arguments, .model = model, .kept = {.with_texts = model != NULL}};
        code = vectorize(&vectorizer, &paths);
        free_vectorizer(&vectorizer);
    }
    stance_model_free(model);
    return code;
}

const struct command COMMAND_VECTORIZE = {
    .name = "vectorize",
    .summary = "write a corpus as sparse vectors for other learners",
    .synopsis = "[OPTIONS] CORPUS... [-o OUT.svm] [--vocabulary FILE]",
    .description = "Writes labelled records as lines \"labels index:value ...\" with indices from 1,\n"
                   "the format of SVMlight and LIBSVM. Labels are numbered from 1 in the order of\n"
                   "their names, or of the model's; several are joined by commas, and a record\n"
                   "without any starts with a space. The file of --vocabulary tells the numbers:\n"
                   "lines \"# label NUMBER NAME\", then the features.",
    .examples = "  stance vectorize corpus.jsonl -o corpus.svm --vocabulary corpus.tsv\n"
                "  stance vectorize --label denial --words 1-2 --chars 0 corpus.csv > denial.svm\n"
                "  stance vectorize -m my.stance test.jsonl -o test.svm\n",
    .groups = GROUPS,
    .n_groups = sizeof GROUPS / sizeof *GROUPS,
    .defaults = &DEFAULTS,
    .arguments_size = sizeof DEFAULTS,
    .run = run,
};
