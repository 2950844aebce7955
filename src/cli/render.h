/* How statements are shown to people. */
#ifndef STANCE_CLI_RENDER_H
#define STANCE_CLI_RENDER_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "stance.h"

struct render_style {
    bool colour;
    size_t width; /* columns */
};

/* What is known of a document after its statements. */
struct render_tally {
    size_t n_labels, n_statements;
    size_t n_without; /* statements for which no label but those of sentiment is predicted */
    double sentiment_sum;
    struct render_strongest {
        size_t n_predicted;
        double probability; /* of the statement that has the label most */
        size_t number;      /* of that statement, from 1; 0 while there is none */
        struct stance_span span;
    } * labels; /* n_labels */
};

void render_tally_init(struct render_tally *tally, const struct stance_model *model);
void render_tally_free(struct render_tally *tally);

/* Counts a statement that lies at `span` in its document. */
void render_tally_add(struct render_tally *tally, const struct stance_model *model, const struct stance_result *result,
                      struct stance_span span);

/* Statement `number` of `n`: its text as a whole, the verdict, and a bar for each label. */
void render_statement(struct buffer *out, const struct render_style *style, const struct stance_model *model,
                      const struct stance_result *result, struct stance_string text, size_t number, size_t n);

/* The document in figures, and the strongest statement of each label. */
void render_summary(struct buffer *out, const struct render_style *style, const struct stance_model *model,
                    const struct render_tally *tally, struct stance_string document);

/* A label in its colour, bold where it is predicted. */
void render_label(struct buffer *out, const struct render_style *style, const char *label, bool predicted);

/* `text` between the escape sequence of the SGR parameters `code` and its end. */
void render_coloured(struct buffer *out, const struct render_style *style, const char *code, const char *text);

/* `text`, cleaned, in lines of which all but the first are indented. */
void render_text(struct buffer *out, const struct render_style *style, struct stance_string text, size_t indent);

/* The name of a file above its statements. */
void render_title(struct buffer *out, const struct render_style *style, const char *name);

#endif
