#include "render_explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "display.h"
#include "space.h"
#include "telling.h"

enum { INDENT = 2, BAR_CELLS = 20, WORD_WIDTH_MAX = 30, LINE_WIDTH_MAX = 100 };

static size_t line_width(const struct render_style *style) { return style->width < LINE_WIDTH_MAX ? style->width : LINE_WIDTH_MAX; }

/* "accusation: predicted, P 0.93, threshold 0.41; decision +1.230 = bias -0.512, words +1.742", on two lines where one is too
 * short. */
static void append_decision(struct buffer *out, const struct render_style *style, const struct stance_model *model,
                            const struct head_verdict *verdict, const struct stance_explanation *explanation) {
    const char *label = stance_model_label(model, verdict->label);
    struct buffer head = {0};
    struct buffer sum = {0};
    buffer_format(&head, ": %s, P %.2f", verdict->predicted ? "predicted" : "not predicted", verdict->probability);
    if (verdict->has_threshold) {
        buffer_format(&head, ", threshold %.2f", verdict->threshold);
    }
    buffer_format(&sum, "decision %+.3f = bias %+.3f, words %+.3f", explanation->decision, explanation->bias,
                  explanation->decision - explanation->bias);
    const size_t label_width = display_width((struct stance_string){.data = label, .len = strlen(label)});
    const bool fits = label_width + head.len + strlen("; ") + sum.len <= line_width(style);
    render_label(out, style, label, verdict->predicted);
    buffer_format(out, "%s;%s%s\n", buffer_text(&head), fits ? " " : "\n  ", buffer_text(&sum));
    buffer_free(&head);
    buffer_free(&sum);
}

static double strongest_share(const struct stance_explanation *explanation) {
    double strongest = 0.0;
    for (size_t i = 0; i < explanation->n_words; i++) {
        strongest = fmax(strongest, fabs(explanation->words[i].share));
    }
    return strongest;
}

/* --- The list ------------------------------------------------------------------------------------------------------------ */

static void append_word(struct buffer *out, struct stance_string text, const struct stance_word_share *word) {
    display_clean(out, (struct stance_string){.data = text.data + word->span.start, .len = word->span.end - word->span.start});
}

static size_t widest_word(const struct stance_explanation *explanation, struct stance_string text) {
    struct buffer word = {0};
    size_t widest = 0;
    for (size_t i = 0; i < explanation->n_words; i++) {
        buffer_clear(&word);
        append_word(&word, text, &explanation->words[i]);
        const size_t width = display_width(buffer_string(&word));
        widest = width > widest ? width : widest;
    }
    buffer_free(&word);
    return widest < WORD_WIDTH_MAX ? widest : WORD_WIDTH_MAX;
}

/* Full cells speak for the label, shaded ones against it. */
static void append_bar(struct buffer *out, double share, double strongest) {
    const long cells = strongest > 0.0 ? lround(fabs(share) / strongest * BAR_CELLS) : 0;
    buffer_append_text(out, cells > 0 ? "  " : "");
    for (long i = 0; i < cells; i++) {
        buffer_append_text(out, share > 0.0 ? "\u2588" : "\u2591");
    }
}

static void append_list(struct buffer *out, const struct stance_explanation *explanation, struct stance_string text) {
    const size_t width = widest_word(explanation, text);
    const double strongest = strongest_share(explanation);
    for (size_t i = 0; i < explanation->n_words; i++) {
        const size_t start = out->len;
        display_pad(out, INDENT);
        append_word(out, text, &explanation->words[i]);
        const size_t used = display_width((struct stance_string){.data = out->data + start, .len = out->len - start}) - INDENT;
        display_pad(out, used < width ? width - used : 0);
        buffer_format(out, "  %+.3f", explanation->words[i].share);
        append_bar(out, explanation->words[i].share, strongest);
        buffer_append_char(out, '\n');
    }
}

/* --- The text in colours --------------------------------------------------------------------------------------------------- */

/* Green speaks for the label, red against it; bold from half of the strongest share on, plain below a tenth. */
static const char *share_colour(double share, double strongest) {
    const double part = strongest > 0.0 ? fabs(share) / strongest : 0.0;
    if (part < 0.1) {
        return NULL;
    }
    if (part < 0.5) {
        return share > 0.0 ? "32" : "31";
    }
    return share > 0.0 ? "1;32" : "1;31";
}

struct painter {
    struct buffer *out;
    const struct render_style *style;
    const struct stance_explanation *explanation;
    struct stance_string text;
    double strongest;
    size_t next; /* word */
    size_t used; /* columns of the line */
};

static struct stance_string part(const struct painter *painter, size_t start, size_t end) {
    return (struct stance_string){.data = painter->text.data + start, .len = end - start};
}

/* The bytes [start, end), which hold no white space. A character that stands for two words has the colour of the first. */
static void paint(struct painter *painter, size_t start, size_t end) {
    const struct stance_explanation *e = painter->explanation;
    while (painter->next < e->n_words && e->words[painter->next].span.start < start) {
        painter->next++;
    }
    struct buffer word = {0};
    while (start < end) {
        const struct stance_word_share *next = painter->next < e->n_words ? &e->words[painter->next] : NULL;
        const bool is_word = next != NULL && next->span.start <= start;
        size_t stop = next == NULL ? end : is_word ? next->span.end : next->span.start;
        stop = stop < end && stop > start ? stop : end;
        const char *colour = is_word ? share_colour(next->share, painter->strongest) : NULL;
        buffer_clear(&word);
        display_clean(&word, part(painter, start, stop));
        if (colour != NULL) {
            render_coloured(painter->out, painter->style, colour, buffer_text(&word));
        } else {
            buffer_append_text(painter->out, buffer_text(&word));
        }
        for (start = stop; painter->next < e->n_words && e->words[painter->next].span.start < start;) {
            painter->next++;
        }
    }
    buffer_free(&word);
}

/* A run without white space, on a new line where it does not fit. */
static void paint_run(struct painter *painter, size_t start, size_t end) {
    const size_t width = display_width(part(painter, start, end));
    if (painter->used > INDENT && painter->used + 1 + width > line_width(painter->style)) {
        buffer_append_char(painter->out, '\n');
        display_pad(painter->out, INDENT);
        painter->used = INDENT;
    } else if (painter->used > INDENT) {
        buffer_append_char(painter->out, ' ');
        painter->used++;
    }
    paint(painter, start, end);
    painter->used += width;
}

static void append_painted(struct buffer *out, const struct render_style *style, const struct stance_explanation *explanation,
                           struct stance_string text) {
    struct painter painter = {.out = out,
                              .style = style,
                              .explanation = explanation,
                              .text = text,
                              .strongest = strongest_share(explanation),
                              .used = INDENT};
    display_pad(out, INDENT);
    for (size_t i = 0; i < text.len;) {
        size_t end = i;
        while (end < text.len && !space_is(text.data[end])) {
            end++;
        }
        if (end > i) {
            paint_run(&painter, i, end);
        }
        i = end + (end < text.len);
    }
    buffer_append_char(out, '\n');
}

/* --- Both ------------------------------------------------------------------------------------------------------------------ */

void render_explanation(struct buffer *out, const struct render_style *style, const struct stance_model *model,
                        const struct head_verdict *verdict, const struct stance_explanation *explanation, struct stance_string text,
                        size_t top) {
    append_decision(out, style, model, verdict, explanation);
    if (style->colour) {
        append_painted(out, style, explanation, text);
    } else {
        append_list(out, explanation, text);
    }
    if (top > 0) {
        const struct stance_contribution **ranked = telling_rank(explanation);
        buffer_append_text(out, "  for      ");
        telling_append(out, model, explanation, ranked, true, top, 11, line_width(style));
        buffer_append_text(out, "  against  ");
        telling_append(out, model, explanation, ranked, false, top, 11, line_width(style));
        free((void *)ranked);
    }
    buffer_append_char(out, '\n');
}
