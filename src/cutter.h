/* The state of cutting one block of text into statements: where the walk stands, and the brackets and quotes that are open. */
#ifndef STANCE_SRC_CUTTER_H
#define STANCE_SRC_CUTTER_H

#include <stdbool.h>
#include <stddef.h>

#include "layout.h"

enum { BRACKET_MAX = 250 /* bytes; a longer remark in brackets is cut like other text */ };

struct cutter {
    struct span_array *spans;
    struct stance_error *error;
    const char *text;
    size_t begin, end; /* of the block */
    size_t start;      /* of the statement */
    size_t pos;        /* what is before has been dealt with */
    size_t content;    /* no letter or digit between the start (and its list marker) and here */
    bool has_content;  /* a letter or digit is at `content` */
    bool quoted;       /* an odd number of straight quotes was met */
    bool lower_known, lower_only;
    unsigned depth;     /* of the brackets opened inside of the statement */
    size_t bracket;     /* the outermost of them */
    size_t next_close;  /* the first closing bracket behind the last bracket looked at, or the block's end */
    struct marker item; /* the last list item's */
};

/* The character at `pos`, which may be the block's end, and the one that ends at `pos`, at most back to the statement's start. */
static inline struct character cutter_at(const struct cutter *c, size_t pos) { return character_at(c->text, pos, c->end); }

static inline struct character cutter_before(const struct cutter *c, size_t pos) {
    return character_before(c->text, c->start, pos);
}

/* Whether a letter or digit stands between the statement's start (and its list marker) and `pos`. */
bool cutter_has_content(struct cutter *c, size_t pos);

/* Whether the block is without any capital letter, so that lower case opens sentences. */
bool cutter_is_lower_only(struct cutter *c);

/* Moves `next_close` behind `pos`; it only ever moves on, so that hostile brackets cost linear time. */
void cutter_find_close(struct cutter *c, size_t pos);

/* Whether the outermost bracket closes near enough to be a remark inside of the statement. */
bool cutter_close_is_near(struct cutter *c, size_t pos);

/* Meets the closing bracket at `pos`. */
void cutter_close_bracket(struct cutter *c, size_t pos);

#endif
