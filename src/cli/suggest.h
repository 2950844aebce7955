/* "did you mean": the nearest of some words to a mistyped one. */
#ifndef STANCE_CLI_SUGGEST_H
#define STANCE_CLI_SUGGEST_H

#include <stddef.h>

/* Initialise `word`, offer the candidates, read `nearest`. */
struct suggestion {
    const char *word;    /* as typed */
    const char *nearest; /* NULL while nothing is near: at most one edit, or one in three characters */
    size_t distance;     /* of `nearest` */
};

void suggestion_offer(struct suggestion *suggestion, const char *candidate);

/* Insertions, deletions, substitutions and swaps of neighbours between two words (optimal string alignment; Damerau 1964).
 * SIZE_MAX where one is longer than 63 bytes. */
size_t suggestion_distance(const char *a, const char *b);

#endif
