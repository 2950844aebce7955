/* Stops, and whether a statement ends with one: the rules of UAX #29, section 5, tailored by the words around it. */
#ifndef STANCE_SRC_STOP_H
#define STANCE_SRC_STOP_H

#include <stdbool.h>
#include <stddef.h>

#include "cutter.h"

/* A run of stops with the quotes and brackets that close behind it. */
struct stop {
    size_t start, end;
    size_t first_end; /* behind the first stop */
    unsigned n_dots;
    bool ellipsis, exclaim, full;
    bool spaced; /* there is white space inside of the run */
    bool closes_quote, closes_bracket;
    bool repeated; /* another stop stands behind the closing marks */
};

/* The run of stops at `pos`; tells the cutter of the quotes and brackets that close with it. */
struct stop stop_read(struct cutter *c, size_t pos);

/* Whether a statement ends with the stop; may move the stop's end back. */
bool stop_ends(struct cutter *c, struct stop *stop);

#endif
