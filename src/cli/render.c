#include "render.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "display.h"
#include "memory.h"

enum {
    BAR_CELLS = 20,
    MAX_WIDTH = 100, /* longer lines read badly */
    MAX_BARS = 6     /* of a model with many labels the most probable ones */
};

#define BOLD "1"
#define DIM "2"
#define RED "31"
#define GREEN "32"
#define YELLOW "33"
#define CYAN "36"

/* --- Pieces --------------------------------------------------------------------------------------------------------------- */

static void begin(struct buffer *out, const struct render_style *style, const char *code) {
    if (style->colour) {
        buffer_format(out, "\033[%sm", code);
    }
}

static void end(struct buffer *out, const struct render_style *style) {
    if (style->colour) {
        buffer_append_text(out, "\033[0m");
    }
}

void render_coloured(struct buffer *out, const struct render_style *style, const char *code, const char *text) {
    begin(out, style, code);
    buffer_append_text(out, text);
    end(out, style);
}

static size_t width_of(const char *text) { return display_width((struct stance_string){.data = text, .len = strlen(text)}); }

static size_t line_width(const struct render_style *style) { return style->width > MAX_WIDTH ? MAX_WIDTH : style->width; }

static const char *label_colour(const char *label) {
    static const struct {
        const char *label, *colour;
    } COLOURS[] = {{"accusation", RED}, {"denial", YELLOW}, {"conciliation", GREEN}};
    for (size_t i = 0; i < sizeof COLOURS / sizeof *COLOURS; i++) {
        if (strcmp(label, COLOURS[i].label) == 0) {
            return COLOURS[i].colour;
        }
    }
    return CYAN;
}

/* "BOLD;colour", so that what is predicted stands out. */
static void begin_label(struct buffer *out, const struct render_style *style, const char *label, bool predicted) {
    if (style->colour) {
        buffer_format(out, "\033[%s;%sm", predicted ? BOLD : DIM, label_colour(label));
    }
}

void render_label(struct buffer *out, const struct render_style *style, const char *label, bool predicted) {
    begin_label(out, style, label, predicted);
    buffer_append_text(out, label);
    end(out, style);
}

static void append_bar(struct buffer *out, double share) {
    const int full = (int)lround(share * BAR_CELLS);
    for (int i = 0; i < BAR_CELLS; i++) {
        buffer_append_text(out, i < full ? "\u2588" : "\u2591");
    }
}

/* --- Labels ----------------------------------------------------------------------------------------------------------------- */

static bool has_sentiment(const struct stance_model *model) {
    struct stance_model_info info;
    stance_model_info(model, &info);
    return info.has_sentiment;
}

/* The heads of sentiment are shown as one number and have no bar. */
static bool is_sentiment(const struct stance_model *model, size_t label) {
    const char *name = stance_model_label(model, label);
    return has_sentiment(model) && (strcmp(name, "positive") == 0 || strcmp(name, "negative") == 0);
}

static size_t widest_label(const struct stance_model *model) {
    size_t widest = 0;
    for (size_t i = 0; i < stance_model_n_labels(model); i++) {
        const size_t width = is_sentiment(model, i) ? 0 : width_of(stance_model_label(model, i));
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* The most probable label that has a bar and is not marked in `shown`; n_labels where none is left. */
static size_t next_label(const struct stance_model *model, const struct stance_result *result, const bool *shown) {
    size_t best = result->n_labels;
    for (size_t i = 0; i < result->n_labels; i++) {
        if (!shown[i] && !is_sentiment(model, i) &&
            (best == result->n_labels || result->probability[i] > result->probability[best])) {
            best = i;
        }
    }
    return best;
}

static bool is_predicted(const struct stance_model *model, const struct stance_result *result, const char *name) {
    for (size_t i = 0; i < result->n_labels; i++) {
        if (strcmp(stance_model_label(model, i), name) == 0) {
            return result->predicted[i];
        }
    }
    return false;
}

static const char *tone_colour(const char *word) {
    return strcmp(word, "negative") == 0 ? RED : strcmp(word, "positive") == 0 ? GREEN : strcmp(word, "mixed") == 0 ? YELLOW : DIM;
}

static const char *tone_word(bool negative, bool positive) {
    return negative && positive ? "mixed" : negative ? "negative" : positive ? "positive" : "neutral";
}

static void append_sentiment(struct buffer *out, const struct render_style *style, double sentiment, const char *word) {
    begin(out, style, tone_colour(word));
    buffer_format(out, "%s %+.2f", word, sentiment);
    end(out, style);
}

/* --- A statement -------------------------------------------------------------------------------------------------------------- */

/* "→ accusation + denial · negative -0.31" */
static void append_verdict(struct buffer *out, const struct render_style *style, const struct stance_model *model,
                           const struct stance_result *result) {
    bool any = false;
    buffer_append_text(out, "\u2192 ");
    for (size_t i = 0; i < result->n_labels; i++) {
        if (result->predicted[i] && !is_sentiment(model, i)) {
            const char *label = stance_model_label(model, i);
            buffer_append_text(out, any ? " + " : "");
            render_label(out, style, label, true);
            any = true;
        }
    }
    if (!any) {
        render_coloured(out, style, DIM, "none");
    }
    if (!isnan(result->sentiment)) {
        const char *word = tone_word(is_predicted(model, result, "negative"), is_predicted(model, result, "positive"));
        buffer_append_text(out, " \u00B7 ");
        append_sentiment(out, style, result->sentiment, word);
    }
    buffer_append_char(out, '\n');
}

static void append_label_bar(struct buffer *out, const struct render_style *style, const char *label, size_t label_width,
                             double probability, bool predicted) {
    begin_label(out, style, label, predicted);
    buffer_append_text(out, label);
    display_pad(out, label_width - width_of(label) + 1);
    append_bar(out, probability);
    buffer_format(out, " %.2f%s", probability, predicted ? " *" : "");
    end(out, style);
    buffer_append_char(out, '\n');
}

static void append_bars(struct buffer *out, const struct render_style *style, const struct stance_model *model,
                        const struct stance_result *result, size_t indent) {
    const size_t label_width = widest_label(model);
    bool *shown = memory_new(result->n_labels, sizeof *shown);
    for (int bar = 0; bar < MAX_BARS; bar++) {
        const size_t label = next_label(model, result, shown);
        if (label == result->n_labels) {
            break;
        }
        shown[label] = true;
        display_pad(out, indent);
        append_label_bar(out, style, stance_model_label(model, label), label_width, result->probability[label],
                         result->predicted[label]);
    }
    free(shown);
}

static size_t digits(size_t n) {
    size_t count = 1;
    while (n >= 10) {
        n /= 10;
        count++;
    }
    return count;
}

void render_text(struct buffer *out, const struct render_style *style, struct stance_string text, size_t indent) {
    struct buffer clean = {0};
    display_clean(&clean, text);
    display_wrap(out, buffer_string(&clean), indent, line_width(style));
    buffer_free(&clean);
}

void render_statement(struct buffer *out, const struct render_style *style, const struct stance_model *model,
                      const struct stance_result *result, struct stance_string text, size_t number, size_t n) {
    const size_t gutter = digits(n);
    const size_t indent = gutter + 2;
    display_pad(out, gutter - digits(number));
    begin(out, style, DIM);
    buffer_format(out, "%zu", number);
    end(out, style);
    display_pad(out, 2);
    render_text(out, style, text, indent);
    display_pad(out, indent);
    append_verdict(out, style, model, result);
    append_bars(out, style, model, result, indent);
    buffer_append_char(out, '\n');
}

void render_title(struct buffer *out, const struct render_style *style, const char *name) {
    begin(out, style, BOLD);
    display_clean(out, (struct stance_string){.data = name, .len = strlen(name)});
    end(out, style);
    buffer_append_text(out, "\n\n");
}

/* --- A document -----------------------------------------------------------------------------------------------------------------
 */

void render_tally_init(struct render_tally *tally, const struct stance_model *model) {
    const size_t n_labels = stance_model_n_labels(model);
    *tally = (struct render_tally){.n_labels = n_labels, .labels = memory_new(n_labels, sizeof *tally->labels)};
}

void render_tally_free(struct render_tally *tally) {
    free(tally->labels);
    tally->labels = NULL;
}

void render_tally_add(struct render_tally *tally, const struct stance_model *model, const struct stance_result *result,
                      struct stance_span span) {
    bool any = false;
    tally->n_statements++;
    tally->sentiment_sum += result->sentiment;
    for (size_t i = 0; i < tally->n_labels; i++) {
        struct render_strongest *label = &tally->labels[i];
        label->n_predicted += result->predicted[i];
        any = any || (result->predicted[i] && !is_sentiment(model, i));
        if (label->number == 0 || result->probability[i] > label->probability) {
            label->probability = result->probability[i];
            label->number = tally->n_statements;
            label->span = span;
        }
    }
    tally->n_without += !any;
}

static void append_share(struct buffer *out, const struct render_style *style, const char *label, size_t label_width, size_t count,
                         const struct render_tally *tally) {
    const double share = (double)count / (double)tally->n_statements;
    display_pad(out, 2);
    begin_label(out, style, label, count > 0);
    buffer_append_text(out, label);
    display_pad(out, label_width - width_of(label) + 1);
    append_bar(out, share);
    buffer_format(out, " %3.0f%% ", 100 * share);
    end(out, style);
    buffer_format(out, " %*zu of %zu\n", (int)digits(tally->n_statements), count, tally->n_statements);
}

static void append_shares(struct buffer *out, const struct render_style *style, const struct stance_model *model,
                          const struct render_tally *tally) {
    size_t label_width = widest_label(model);
    label_width = label_width < strlen("none") ? strlen("none") : label_width;
    for (size_t i = 0; i < tally->n_labels; i++) {
        if (!is_sentiment(model, i)) {
            append_share(out, style, stance_model_label(model, i), label_width, tally->labels[i].n_predicted, tally);
        }
    }
    if (tally->n_without > 0) {
        append_share(out, style, "none", label_width, tally->n_without, tally);
    }
}

static void append_strongest(struct buffer *out, const struct render_style *style, const char *label,
                             const struct render_strongest *strongest, struct stance_string document) {
    const struct stance_span span = strongest->span;
    buffer_append_text(out, "\n  strongest ");
    render_label(out, style, label, true);
    buffer_format(out, " %.2f, statement %zu\n    ", strongest->probability, strongest->number);
    render_text(out, style, (struct stance_string){.data = document.data + span.start, .len = span.end - span.start}, 4);
}

void render_summary(struct buffer *out, const struct render_style *style, const struct stance_model *model,
                    const struct render_tally *tally, struct stance_string document) {
    const size_t n = tally->n_statements;
    if (n == 0) {
        buffer_append_text(out, "No statements.\n");
        return;
    }
    const double mean = tally->sentiment_sum / (double)n;
    const double neutral = 0.1; /* a mean below it leans to neither side */
    render_coloured(out, style, BOLD, "Summary");
    buffer_format(out, ": %zu statement%s", n, n == 1 ? "" : "s");
    if (!isnan(mean)) {
        buffer_append_text(out, ", mean sentiment ");
        append_sentiment(out, style, mean, tone_word(mean <= -neutral, mean >= neutral));
    }
    buffer_append_char(out, '\n');
    append_shares(out, style, model, tally);
    for (size_t i = 0; i < tally->n_labels; i++) {
        if (!is_sentiment(model, i) && tally->labels[i].n_predicted > 0) {
            append_strongest(out, style, stance_model_label(model, i), &tally->labels[i], document);
        }
    }
}
