/* White space of ASCII, whatever the locale. */
#ifndef STANCE_CLI_SPACE_H
#define STANCE_CLI_SPACE_H

#include <stdbool.h>

static inline bool space_is(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

#endif
