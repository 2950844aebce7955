/* Rows of options that several verbs have. */
#ifndef STANCE_CLI_SHARED_ROWS_H
#define STANCE_CLI_SHARED_ROWS_H

#include "options.h"
#include "stance.h"

/* Indexed by enum stance_unit, closed by NULL. */
extern const char *const UNIT_NAMES[4];

/* Indexed by enum terminal_colour, closed by NULL. */
extern const char *const COLOUR_NAMES[4];

/* In all of these `offset_` is that of the target: of ints, and in THREADS_ROW of a size_t. */

#define UNIT_ROW(offset_)                                                                                      \
    {                                                                                                          \
        .kind = OPTION_CHOICE, .name = "unit", .argument = "UNIT", .offset = (offset_), .choices = UNIT_NAMES, \
        .help = "what to cut the text into: statement (default), paragraph or document"                        \
    }

#define COLOUR_ROW(offset_)                                                                                       \
    {                                                                                                             \
        .kind = OPTION_CHOICE, .name = "color", .argument = "WHEN", .offset = (offset_), .choices = COLOUR_NAMES, \
        .help = "auto (default: on a terminal, unless NO_COLOR is set), always or never"                          \
    }

#define THREADS_ROW(offset_)                                                                                      \
    {                                                                                                             \
        .kind = OPTION_SIZE, .letter = 'j', .name = "threads", .argument = "N", .offset = (offset_), .max = 1024, \
        .help = "threads; 0, the default, is one per processor; results do not depend on it"                      \
    }

#define QUIET_ROW(offset_, help_) \
    { .kind = OPTION_FLAG, .letter = 'q', .name = "quiet", .value = 1, .offset = (offset_), .help = (help_) }

#endif
