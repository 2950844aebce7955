#include "document.h"

#include <string.h>

#include "input.h"
#include "message.h"

bool document_find(const char *text, const struct operands *operands, struct operands *paths) {
    *paths = (struct operands){0};
    if (text != NULL && operands->n > 0) {
        message_error("--text and a FILE are both a text; leave one out");
        return false;
    }
    return text != NULL || input_paths(operands, paths);
}

/* The graver of two ends, of which neither stopped the run. */
static enum exit_code graver(enum exit_code a, enum exit_code b) { return a > b ? a : b; }

static enum exit_code visit_files(const struct operands *paths, document_visitor *visit, void *user) {
    struct buffer text = {0};
    struct document document = {0};
    enum exit_code worst = EXIT_DONE;
    enum exit_code code = EXIT_DONE;
    bool warned = false;
    for (size_t i = 0; i < paths->n && (code == EXIT_DONE || code == EXIT_REJECTED || code == EXIT_SKIPPED); i++) {
        code = input_read_document(paths->values[i], &text, &warned);
        if (code == EXIT_DONE) {
            document.name = paths->n > 1 ? input_name(paths->values[i]) : NULL;
            document.text = buffer_string(&text);
            code = visit(user, &document);
            document.number++;
        } else if (code == EXIT_SYSTEM && paths->n > 1) {
            code = EXIT_SKIPPED;
        }
        worst = graver(worst, code);
    }
    buffer_free(&text);
    return worst == EXIT_SKIPPED && document.number == 0 ? EXIT_SYSTEM : worst;
}

enum exit_code document_visit(const char *text, const struct operands *paths, document_visitor *visit, void *user) {
    return text == NULL ? visit_files(paths, visit, user)
                        : visit(user, &(struct document){.text = {.data = text, .len = strlen(text)}});
}

struct stance_string document_part(const struct document *document, struct stance_span span) {
    return (struct stance_string){.data = document->text.data + span.start, .len = span.end - span.start};
}

void document_emit_span(const struct document *document, struct stance_span span, struct emitter *emitter) {
    if (document->name != NULL) {
        emit_member_text(emitter, "document", document->name);
    }
    emit_key(emitter, "text");
    emit_string(emitter, document_part(document, span));
    emit_member_size(emitter, "start", span.start);
    emit_member_size(emitter, "end", span.end);
}
