/* Cuts running text into statements (sentences, headlines, list items), paragraphs, or the trimmed whole. */
#ifndef STANCE_SRC_STATEMENT_H
#define STANCE_SRC_STATEMENT_H

#include "stance.h"

struct span_array {
    struct stance_span *data;
    size_t n, capacity;
};

/* Appends to `spans` the units of `text`: ascending, not overlapping, none empty, trimmed of white space. */
enum stance_status statement_split(struct span_array *spans, const char *text, size_t len, enum stance_unit unit,
                                   struct stance_error *error);

#endif
