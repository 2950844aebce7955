/* What follows a stop: whether it looks like the opening of a statement. */
#ifndef STANCE_SRC_AHEAD_H
#define STANCE_SRC_AHEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "cutter.h"

struct ahead {
    size_t first_pos, pos; /* behind white space; behind what opens, too */
    struct character first, glyph;
    bool white, quote, bracket, dash, inverted;
};

struct ahead ahead_look(const struct cutter *c, size_t pos);

/* The next word often opens a sentence: "The", "He". Words in capitals are more often names, "IT" and "US". */
bool ahead_opens_sentence(const struct cutter *c, const struct ahead *ahead);

/* "5", "A/54", "IV". A lone letter may be the pronoun or an article, which `with_letters` excludes. */
bool ahead_is_number(const struct cutter *c, const struct ahead *ahead, bool with_letters);

/* 'Mr. Smith asked', "Chad's Foreign Minister asked": a few names and then a verb that reports. */
bool ahead_reports(const struct cutter *c, const struct ahead *ahead);

#endif
