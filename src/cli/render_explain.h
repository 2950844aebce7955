/* How explanations are shown to people. */
#ifndef STANCE_CLI_RENDER_EXPLAIN_H
#define STANCE_CLI_RENDER_EXPLAIN_H

#include "render.h"

/* One head's decision on a statement. */
struct head_verdict {
    size_t label;
    double probability;
    bool predicted;
    bool has_threshold;
    double threshold;
};

/* The decision and how it comes about; the words by their share, in colour the text itself, else a list with bars; the `top`
 * strongest features for and against. */
void render_explanation(struct buffer *out, const struct render_style *style, const struct stance_model *model,
                        const struct head_verdict *verdict, const struct stance_explanation *explanation, struct stance_string text,
                        size_t top);

#endif
