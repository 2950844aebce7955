#include "provenance.h"

#include <inttypes.h>
#include <string.h>

#include "status.h"
#include "tuning.h"
#include "utf8.h"

static const char *const SOLVERS[] = {
    [STANCE_SOLVER_LIBSVM] = "libsvm", [STANCE_SOLVER_LIBLINEAR] = "liblinear", [STANCE_SOLVER_DCD] = "dcd"};

/* A JSON string (RFC 8259, 7); a byte that is not UTF-8 becomes U+FFFD. */
static enum stance_status write_string(struct byte_array *json, const char *text, struct stance_error *error) {
    const char *const end = text + strlen(text);
    TRY(byte_array_append(json, "\"", 1, error));
    for (const char *at = text; at < end;) {
        const struct utf8_char c = utf8_decode(at, (size_t)(end - at));
        if (c.code == '"' || c.code == '\\') {
            TRY(byte_array_format(json, error, "\\%c", *at));
        } else if (utf8_is_control(c.code) || c.invalid != 0) {
            TRY(byte_array_format(json, error, "\\u%04x", (unsigned)c.code));
        } else {
            TRY(byte_array_append(json, at, c.len, error));
        }
        at += c.len;
    }
    return byte_array_append(json, "\"", 1, error);
}

/* A number that reads back as the same; whatever mark the locale puts into it becomes a point. */
static enum stance_status write_number(struct byte_array *json, double value, struct stance_error *error) {
    const size_t start = json->n;
    TRY(byte_array_format(json, error, "%.17g", value));
    size_t kept = start;
    bool in_mark = false;
    for (size_t i = start; i < json->n; i++) {
        const char c = json->data[i];
        const bool plain = (c >= '0' && c <= '9') || c == '-' || c == '+' || c == 'e';
        if (plain) {
            json->data[kept++] = c;
        } else if (!in_mark) {
            json->data[kept++] = '.';
        }
        in_mark = !plain;
    }
    json->n = kept;
    json->data[kept] = '\0';
    return STANCE_OK;
}

static const char *tf_name(enum stance_tf tf) {
    switch (tf) {
    case STANCE_TF_COUNT: return "count";
    case STANCE_TF_LOG: return "log";
    case STANCE_TF_PRESENCE: break;
    }
    return "presence";
}

static const char *weight_name(enum stance_class_weight weight) { return weight == STANCE_WEIGHT_BALANCED ? "balanced" : "none"; }

static const char *truth_name(bool value) { return value ? "true" : "false"; }

static enum stance_status write_features(struct byte_array *json, const struct stance_feature_options *o,
                                         struct stance_error *error) {
    return byte_array_format(json, error,
                             "\"features\":{\"word_min\":%u,\"word_max\":%u,\"char_min\":%u,\"char_max\":%u,\"boundaries\":%s,"
                             "\"negation\":%s,\"tf\":\"%s\",\"idf\":%s,\"normalise\":%s,\"min_df\":%" PRIu32
                             ",\"max_features\":%" PRIu32 "}",
                             o->word_min, o->word_max, o->char_min, o->char_max, truth_name(o->boundaries), truth_name(o->negation),
                             tf_name(o->tf), truth_name(o->idf), truth_name(o->normalise), o->min_df, o->max_features);
}

static enum stance_status write_numbers(struct byte_array *json, const double *numbers, size_t n, struct stance_error *error) {
    TRY(byte_array_append(json, "[", 1, error));
    for (size_t i = 0; i < n; i++) {
        TRY(byte_array_append(json, ",", i > 0, error));
        TRY(write_number(json, numbers[i], error));
    }
    return byte_array_append(json, "]", 1, error);
}

/* The cost, and what it was chosen from; no grid where it was given. */
static enum stance_status write_cost(struct byte_array *json, double c, const struct stance_train_options *o,
                                     struct stance_error *error) {
    TRY(byte_array_append(json, ",\"c\":", 5, error));
    TRY(write_number(json, c, error));
    TRY(byte_array_format(json, error, ",\"c_chosen\":%s", truth_name(o->c <= 0.0)));
    if (o->c > 0.0) {
        return STANCE_OK;
    }
    TRY(byte_array_append(json, ",\"c_grid\":", 10, error));
    return write_numbers(json, o->c_grid, o->n_c_grid, error);
}

static enum stance_status write_learning(struct byte_array *json, const struct provenance *p, struct stance_error *error) {
    const struct stance_train_options *o = p->options;
    TRY(byte_array_format(json, error, "\"solver\":\"%s\",\"class_weight\":\"%s\",\"log_count\":", SOLVERS[o->solver],
                          weight_name(o->class_weight)));
    TRY(write_number(json, o->log_count, error));
    TRY(write_cost(json, p->c, o, error));
    TRY(byte_array_format(json, error, ",\"folds\":%u%s,\"wanted_precision\":", p->n_folds,
                          p->n_folds == 1 ? ",\"held_out_share\":0.1" : ""));
    TRY(write_number(json, o->wanted_precision, error));
    TRY(byte_array_append(json, ",\"training_share\":", 18, error));
    TRY(write_number(json, o->training_share, error));
    TRY(byte_array_format(json, error, ",\"training_records\":%zu", p->n_training));
    return byte_array_format(json, error, ",\"seed\":%" PRIu64, o->seed);
}

static enum stance_status write_tuned_features(struct byte_array *json, const struct stance_tuning *tuning,
                                               struct stance_error *error) {
    TRY(byte_array_format(json, error, ",\"tuned_from\":{\"features\":["));
    for (size_t i = 0; i < tuning->n_features; i++) {
        TRY(byte_array_append(json, ",", i > 0, error));
        TRY(write_string(json, tuning->features[i].name, error));
    }
    return STANCE_OK;
}

static enum stance_status write_tuned_weights(struct byte_array *json, const struct stance_tuning *tuning,
                                              struct stance_error *error) {
    TRY(byte_array_format(json, error, "],\"class_weight\":["));
    for (size_t i = 0; i < tuning->n_class_weights; i++) {
        TRY(byte_array_append(json, ",", i > 0, error));
        TRY(write_string(json, weight_name(tuning->class_weights[i]), error));
    }
    return byte_array_format(json, error, "],");
}

static enum stance_status write_tuned_numbers(struct byte_array *json, const struct stance_tuning *tuning,
                                              struct stance_error *error) {
    TRY(byte_array_format(json, error, "\"log_count\":"));
    TRY(write_numbers(json, tuning->log_counts, tuning->n_log_counts, error));
    TRY(byte_array_format(json, error, ",\"c\":"));
    return write_numbers(json, tuning->costs, tuning->n_costs, error);
}

/* What the search chose from; what it chose stands among the options. */
static enum stance_status write_tuning(struct byte_array *json, const struct stance_tuning *tuning, struct stance_error *error) {
    struct stance_tuning_combination chosen;
    TRY(stance_tuning_combination(tuning, tuning->best, &chosen, error));
    TRY(write_tuned_features(json, tuning, error));
    TRY(write_tuned_weights(json, tuning, error));
    TRY(write_tuned_numbers(json, tuning, error));
    TRY(byte_array_format(json, error, ",\"chosen\":"));
    TRY(write_string(json, chosen.features->name, error));
    TRY(byte_array_format(json, error, ",\"macro_f1\":"));
    TRY(write_number(json, chosen.macro_f1, error));
    return byte_array_append(json, "}", 1, error);
}

static size_t count_label(const struct dataset *dataset, size_t label) {
    size_t n = 0;
    for (size_t i = 0; i < dataset->n_records; i++) {
        n += dataset->truth[label * dataset->n_records + i];
    }
    return n;
}

static size_t count_auxiliary(const struct dataset *dataset) {
    size_t n = 0;
    for (size_t i = 0; i < dataset->n_records; i++) {
        n += dataset->corpus->records.data[i].auxiliary;
    }
    return n;
}

static enum stance_status write_corpus(struct byte_array *json, const struct dataset *d, struct stance_error *error) {
    TRY(byte_array_format(json, error,
                          "\"corpus\":{\"digest\":\"%016" PRIx64 "\",\"records\":%zu,\"auxiliary\":%zu,\"groups\":%zu,", d->digest,
                          d->n_records, count_auxiliary(d), d->n_groups));
    TRY(byte_array_append(json, "\"labels\":{", 10, error));
    for (size_t label = 0; label < d->n_labels; label++) {
        TRY(byte_array_append(json, ",", label > 0, error));
        TRY(write_string(json, d->labels[label], error));
        TRY(byte_array_format(json, error, ":%zu", count_label(d, label)));
    }
    return byte_array_append(json, "}}", 2, error);
}

enum stance_status provenance_write(struct byte_array *json, const struct provenance *p, struct stance_error *error) {
    TRY(byte_array_format(json, error, "{\"tool\":\"stance %s\",", STANCE_VERSION));
    TRY(write_corpus(json, p->dataset, error));
    TRY(byte_array_append(json, ",", 1, error));
    TRY(write_features(json, &p->options->features, error));
    TRY(byte_array_format(json, error, ",\"candidates\":%zu,\"kept\":%zu,", p->n_candidates, p->n_features));
    TRY(write_learning(json, p, error));
    if (p->options->tuning != NULL) {
        TRY(write_tuning(json, p->options->tuning, error));
    }
    if (p->options->date != NULL) {
        TRY(byte_array_append(json, ",\"date\":", 8, error));
        TRY(write_string(json, p->options->date, error));
    }
    return byte_array_append(json, "}", 1, error);
}
