/* A word of the text that is cut, with what the sentence rules ask of it. */
#ifndef STANCE_SRC_WORD_H
#define STANCE_SRC_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "abbreviation.h"
#include "cutter.h"

struct word {
    size_t start, end;
    struct word_key key;
    bool known;   /* `key` is filled: the word is short enough for the tables */
    bool capital; /* its first letter is */
    bool digits;  /* digits and dots only */
    bool dotted;  /* single letters with dots between: "U.S.S.R" */
    bool has_dot;
    unsigned n_chars;
};

/* The word that ends at `end`, with the dots inside of it. A word longer than WORD_MAX is cut off there. */
struct word word_before(const struct cutter *c, size_t end);

/* The word before `word`, behind at most two characters of white space. */
struct word word_before_word(const struct cutter *c, struct word word);

/* The letters at `pos`. */
struct word word_at(const struct cutter *c, size_t pos);

unsigned word_roles_of(struct word word);

bool word_is(struct word word, const char *text);

enum abbreviation word_abbreviation(struct word word);

/* The word before `word` where that one ends with a dot: "para" before 2 in "para. 2". Empty where it does not. */
struct word word_abbreviated_before(const struct cutter *c, struct word word);

bool word_is_roman(const struct cutter *c, struct word word);

bool word_is_initial(const struct cutter *c, struct word word);

#endif
