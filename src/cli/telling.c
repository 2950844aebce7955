#include "telling.h"

#include <math.h>
#include <stdlib.h>

#include "display.h"
#include "memory.h"
#include "report.h"

static int compare_strength(const void *a, const void *b) {
    const struct stance_contribution *x = *(const struct stance_contribution *const *)a,
                                     *y = *(const struct stance_contribution *const *)b;
    if (fabs(x->share) != fabs(y->share)) {
        return fabs(x->share) > fabs(y->share) ? -1 : 1;
    }
    return (x->id > y->id) - (x->id < y->id);
}

const struct stance_contribution **telling_rank(const struct stance_explanation *explanation) {
    const struct stance_contribution **ranked = memory_new(explanation->n_contributions, sizeof *ranked);
    for (size_t i = 0; i < explanation->n_contributions; i++) {
        ranked[i] = &explanation->contributions[i];
    }
    qsort(ranked, explanation->n_contributions, sizeof *ranked, compare_strength);
    return ranked;
}

static struct stance_string name_of(const struct stance_model *model, const struct stance_contribution *contribution) {
    struct stance_feature feature = {.name = {.data = "?", .len = 1}}; /* stays so where a forged file has no such name */
    (void)stance_model_feature(model, contribution->id, &feature, NULL);
    return feature.name;
}

/* "denied +0.412" */
static void append_item(struct buffer *item, const struct stance_model *model, const struct stance_contribution *contribution) {
    struct buffer name = {0};
    report_feature_name(&name, name_of(model, contribution));
    buffer_clear(item);
    display_clean(item, buffer_string(&name));
    buffer_format(item, " %+.3f", contribution->share);
    buffer_free(&name);
}

void telling_append(struct buffer *out, const struct stance_model *model, const struct stance_explanation *explanation,
                    const struct stance_contribution *const *ranked, bool positive, size_t n, size_t indent, size_t width) {
    struct buffer item = {0};
    size_t shown = 0, used = indent;
    for (size_t i = 0; i < explanation->n_contributions && shown < n; i++) {
        if (!(positive ? ranked[i]->share > 0.0 : ranked[i]->share < 0.0)) {
            continue;
        }
        append_item(&item, model, ranked[i]);
        const size_t columns = display_width(buffer_string(&item));
        if (used > indent && used + 2 + columns > width) {
            buffer_append_char(out, '\n');
            display_pad(out, indent);
            used = indent;
        } else if (used > indent) {
            display_pad(out, 2);
            used += 2;
        }
        buffer_append_text(out, buffer_text(&item));
        used += columns;
        shown++;
    }
    buffer_append_text(out, shown == 0 ? "-\n" : "\n");
    buffer_free(&item);
}

static void emit_spans(struct emitter *emitter, const struct stance_contribution *contribution, size_t offset) {
    emit_key(emitter, "spans");
    emit_open(emitter, '[');
    for (size_t i = 0; i < contribution->n_spans; i++) {
        emit_open(emitter, '[');
        emit_size(emitter, contribution->spans[i].start + offset);
        emit_size(emitter, contribution->spans[i].end + offset);
        emit_close(emitter, ']');
    }
    emit_close(emitter, ']');
}

void telling_emit(struct emitter *emitter, const struct stance_model *model, const struct stance_explanation *explanation,
                  const struct stance_contribution *const *ranked, size_t n, size_t offset) {
    emit_open(emitter, '[');
    for (size_t i = 0; i < explanation->n_contributions && i < n; i++) {
        emit_open(emitter, '{');
        emit_key(emitter, "feature");
        emit_string(emitter, name_of(model, ranked[i]));
        emit_member_real(emitter, "value", ranked[i]->value, SHARE_DECIMALS);
        emit_member_real(emitter, "share", ranked[i]->share, SHARE_DECIMALS);
        emit_spans(emitter, ranked[i], offset);
        emit_close(emitter, '}');
    }
    emit_close(emitter, ']');
}
