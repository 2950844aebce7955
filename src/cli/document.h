/* Running text from files or the command line, for the verbs that read it whole. */
#ifndef STANCE_CLI_DOCUMENT_H
#define STANCE_CLI_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "emit.h"
#include "exit_code.h"
#include "options.h"
#include "stance.h"

struct document {
    const char *name; /* NULL where it is the only one */
    size_t number;    /* among those that could be read, from 0 */
    struct stance_string text;
};

/* The row of --text, whose target is the const char * at `offset`; `help_` says what is done to it. */
#define TEXT_ROW(offset_, help_) \
    { .kind = OPTION_STRING, .letter = 't', .name = "text", .argument = "TEXT", .offset = (offset_), .help = (help_) }

/* Where the documents are: `text`, or where it is NULL the files that `operands` name, or stdin. False, and says so, where there is
 * nothing to read, or both. */
bool document_find(const char *text, const struct operands *operands, struct operands *paths);

/* The members that tell of a span: document where it has a name, text, start and end. */
void document_emit_span(const struct document *document, struct stance_span span, struct emitter *emitter);

/* The text of a span. */
struct stance_string document_part(const struct document *document, struct stance_span span);

/* What is done to one document: EXIT_DONE; EXIT_REJECTED, which was said, where the others go on; or why everything ends. */
typedef enum exit_code document_visitor(void *user, const struct document *document);

/* Visits `text`, or where it is NULL all of `paths`. A file that cannot be read is said; the others go on, and the end is
 * EXIT_SKIPPED, or where there are no others EXIT_SYSTEM. */
enum exit_code document_visit(const char *text, const struct operands *paths, document_visitor *visit, void *user);

#endif
