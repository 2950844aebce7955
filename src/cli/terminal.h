/* What stdout and stderr can show. */
#ifndef STANCE_CLI_TERMINAL_H
#define STANCE_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

enum terminal_colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* Columns of the terminal at `descriptor`; 80 where it is none or does not say. */
size_t terminal_width(int descriptor);

/* COLOUR_AUTO: on a terminal that is not dumb, unless NO_COLOR (https://no-color.org) is set and not empty. */
bool terminal_has_colour(enum terminal_colour wanted, int descriptor);

/* A terminal whose line can be written over. */
bool terminal_can_redraw(int descriptor);

#endif
