#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "commands.h"
#include "message.h"
#include "model_file.h"
#include "output.h"
#include "report.h"
#include "table.h"

struct inspect_arguments {
    size_t n_features;
    int json;
};

static const struct inspect_arguments DEFAULTS = {.n_features = 0};

#define AT(member) offsetof(struct inspect_arguments, member)
static const struct option_row ROWS[] = {
    {.kind = OPTION_SIZE,
     .name = "features",
     .argument = "N",
     .offset = AT(n_features),
     .max = 100000,
     .help = "show the N strongest features for and against every label"},
    {.kind = OPTION_FLAG, .name = "json", .value = 1, .offset = AT(json), .help = "print one JSON object on one line"},
};
#undef AT

static const struct option_group GROUPS[] = {OPTION_GROUP("Options", ROWS, 0)};

static struct stance_head_info head_info(const struct stance_model *model, size_t label) {
    struct stance_head_info head = {0};
    stance_model_head(model, label, &head, NULL);
    return head;
}

static void report_heads(const struct stance_model *model, const struct stance_model_info *info, struct buffer *out) {
    static const char *const HEAD[] = {"label", "records", "C", "bias", "Platt A", "Platt B", "threshold"};
    struct table table = {.n_columns = info->exclusive ? 6 : 7};
    for (size_t i = 0; i < table.n_columns; i++) {
        table_add(&table, "%s", HEAD[i]);
    }
    for (size_t i = 0; i < info->n_labels; i++) {
        const struct stance_head_info head = head_info(model, i);
        table_add(&table, "%s", stance_model_label(model, i));
        table_add(&table, "%zu", head.n_positive);
        table_add(&table, "%g", head.c);
        table_add_real(&table, head.bias);
        table_add_real(&table, head.platt_a);
        table_add_real(&table, head.platt_b);
        if (!info->exclusive) {
            table_add_real(&table, head.threshold);
        }
    }
    table_print(&table, out);
}

/* A value of the provenance on one line: text without its quotes, anything else as JSON. */
static void add_value(struct table *table, const json_t *value) {
    if (json_is_string(value)) {
        table_add(table, "%s", json_string_value(value));
        return;
    }
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6));
    table_add(table, "%s", text == NULL ? "" : text);
    free(text);
}

static void add_members(struct table *table, const char *head, json_t *object) {
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
        table_add(table, "%s%s", head, key);
        add_value(table, value);
    }
}

/* Objects inside the provenance, such as the feature options, are shown member by member. */
static void report_provenance(const char *provenance, struct buffer *out) {
    json_t *object = json_loads(provenance, 0, NULL);
    struct table table = {.n_columns = 2, .flush_left = true};
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
        if (json_is_object(value)) {
            char head[128];
            snprintf(head, sizeof head, "%s.", key);
            add_members(&table, head, value);
        } else {
            table_add(&table, "%s", key);
            add_value(&table, value);
        }
    }
    table_print(&table, out);
    json_decref(object);
}

static void report_people(const struct stance_model *model, const char *path, size_t n_features, struct buffer *out) {
    struct stance_model_info info;
    stance_model_info(model, &info);
    buffer_format(out, "%s: %zu labels (%s), %zu features, learned from %zu records, ", path == NULL ? "The default model" : path,
                  info.n_labels, info.exclusive ? "exactly one a text" : "any number a text", info.n_features, info.n_records);
    report_bytes(info.n_bytes, out);
    buffer_append_text(out, ".\n\nLabels\n");
    report_heads(model, &info, out);
    if (info.provenance != NULL) {
        buffer_append_text(out, "\nProvenance\n");
        report_provenance(info.provenance, out);
    }
    if (n_features > 0) {
        buffer_append_text(out, "\nStrongest features\n");
        report_features(model, n_features, out);
    }
}

static void emit_head(const struct stance_model *model, size_t label, size_t n_features, struct emitter *emitter) {
    const struct stance_head_info head = head_info(model, label);
    const int decimals = 9;
    emit_open(emitter, '{');
    emit_member_text(emitter, "label", stance_model_label(model, label));
    emit_member_size(emitter, "records", head.n_positive);
    emit_member_real(emitter, "c", head.c, decimals);
    emit_member_real(emitter, "bias", head.bias, decimals);
    emit_member_real(emitter, "platt_a", head.platt_a, decimals);
    emit_member_real(emitter, "platt_b", head.platt_b, decimals);
    emit_member_real(emitter, "threshold", head.threshold, decimals);
    if (n_features > 0) {
        report_emit_features(model, label, n_features, emitter);
    }
    emit_close(emitter, '}');
}

static void report_json(const struct stance_model *model, size_t n_features, struct buffer *out) {
    struct emitter emitter = {.out = out};
    struct stance_model_info info;
    stance_model_info(model, &info);
    emit_open(&emitter, '{');
    emit_member_size(&emitter, "bytes", info.n_bytes);
    emit_member_size(&emitter, "features", info.n_features);
    emit_member_size(&emitter, "records", info.n_records);
    emit_member_bool(&emitter, "exclusive", info.exclusive);
    emit_member_bool(&emitter, "sentiment", info.has_sentiment);
    emit_key(&emitter, "labels");
    emit_open(&emitter, '[');
    for (size_t i = 0; i < info.n_labels; i++) {
        emit_head(model, i, n_features, &emitter);
    }
    emit_close(&emitter, ']');
    emit_key(&emitter, "provenance");
    emit_raw(&emitter, info.provenance == NULL ? "null" : info.provenance);
    emit_close(&emitter, '}');
    buffer_append_char(out, '\n');
}

static enum exit_code run(const void *arguments_, const struct operands *operands) {
    const struct inspect_arguments *arguments = arguments_;
    const char *path = operands->n == 0 ? NULL : operands->values[0];
    struct stance_model *model = NULL;
    struct output output;
    struct buffer text = {0};
    if (operands->n > 1) {
        message_error("inspect takes one MODEL");
        return EXIT_USAGE;
    }
    enum exit_code code = path == NULL ? model_file_open(&model, NULL) : model_file_open_path(&model, path);
    if (code != EXIT_DONE) {
        return code;
    }
    if (arguments->json) {
        report_json(model, arguments->n_features, &text);
    } else {
        report_people(model, path, arguments->n_features, &text);
    }
    code = output_open(&output, NULL, NULL);
    output_write(&output, &text);
    buffer_free(&text);
    stance_model_free(model);
    return output_close(&output, code);
}

const struct command COMMAND_INSPECT = {
    .name = "inspect",
    .summary = "tell what a model holds and where it comes from",
    .synopsis = "[OPTIONS] [MODEL]",
    .description = "Prints the labels of a model with their calibration and thresholds, its feature\n"
                   "options, and its provenance. Without MODEL it is the one that classify uses.",
    .examples = "  stance inspect\n"
                "  stance inspect --features 20 my.stance\n"
                "  stance inspect --json my.stance | jq .provenance\n",
    .groups = GROUPS,
    .n_groups = sizeof GROUPS / sizeof *GROUPS,
    .defaults = &DEFAULTS,
    .arguments_size = sizeof DEFAULTS,
    .run = run,
};
