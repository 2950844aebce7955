#include "scores.h"

#include <math.h>

void scores_emit_key(struct emitter *emitter, const char *prefix, const char *name) {
    struct buffer key = {0};
    buffer_format(&key, "%s%s", prefix, name);
    emit_key(emitter, buffer_text(&key));
    buffer_free(&key);
}

void scores_emit(const struct stance_model *model, const struct stance_result *result, const char *prefix,
                 struct emitter *emitter) {
    scores_emit_key(emitter, prefix, "scores");
    emit_open(emitter, '{');
    for (size_t i = 0; i < result->n_labels; i++) {
        emit_member_real(emitter, stance_model_label(model, i), result->probability[i], SCORE_DECIMALS);
    }
    emit_close(emitter, '}');
    scores_emit_key(emitter, prefix, "predicted");
    emit_open(emitter, '[');
    for (size_t i = 0; i < result->n_labels; i++) {
        if (result->predicted[i]) {
            emit_text(emitter, stance_model_label(model, i));
        }
    }
    emit_close(emitter, ']');
    if (!isnan(result->sentiment)) {
        scores_emit_key(emitter, prefix, "sentiment");
        emit_real(emitter, result->sentiment, SCORE_DECIMALS);
    }
}
