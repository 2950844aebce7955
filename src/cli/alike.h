/* Names that people take for one and the same. */
#ifndef STANCE_CLI_ALIKE_H
#define STANCE_CLI_ALIKE_H

#include <stdbool.h>

#include "stance.h"

/* Whether two names are equal but for the case of ASCII letters and the length of white space inside them. */
bool alike(struct stance_string a, struct stance_string b);

/* Warns of every two labels of a corpus that are alike: each of them is learned and judged by itself. */
void alike_warn_of_labels(const struct stance_corpus *corpus);

#endif
