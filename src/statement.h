/* Cuts running text into statements (sentences, headlines, list items), paragraphs, or the trimmed whole. */
#ifndef STANCE_SRC_STATEMENT_H
#define STANCE_SRC_STATEMENT_H

#include "stance.h"

struct span_array {
    struct stance_span *data;
    size_t n, capacity;
};

/* Appends to `spans` the units of the `len` bytes of `text`, which may be NULL where `len` is 0: ascending, not overlapping, none
 * empty, trimmed of white space (the Unicode property White_Space); what lies outside of them is white space or a byte order mark
 * at the start. The rules follow UAX #29, sections 5 and 5.1, with lists of abbreviations. Linear in `len`. On failure, for want of
 * memory or a unit that does not exist, `spans` may hold some of the units. */
enum stance_status statement_split(struct span_array *spans, const char *text, size_t len, enum stance_unit unit,
                                   struct stance_error *error);

#endif
