/* The option --unit. */
#ifndef STANCE_CLI_UNITS_H
#define STANCE_CLI_UNITS_H

#include "options.h"
#include "stance.h"

/* Indexed by enum stance_unit, closed by NULL. */
extern const char *const UNIT_NAMES[4];

/* The row, whose target is the int at `offset_`. */
#define UNIT_ROW(offset_)                                                                                      \
    {                                                                                                          \
        .kind = OPTION_CHOICE, .name = "unit", .argument = "UNIT", .offset = (offset_), .choices = UNIT_NAMES, \
        .help = "what to cut the text into: statement (default), paragraph or document"                        \
    }

#endif
