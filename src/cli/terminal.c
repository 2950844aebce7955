#define _DEFAULT_SOURCE /* struct winsize; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "number.h"

enum { DEFAULT_WIDTH = 80 };

/* COLUMNS, where a user exports it, is for terminals that do not tell their size. */
size_t terminal_width(int descriptor) {
    struct winsize size;
    size_t columns;
    if (!isatty(descriptor)) {
        return DEFAULT_WIDTH;
    }
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    const char *variable = getenv("COLUMNS");
    return variable != NULL && number_parse_size(variable, &columns) && columns > 0 ? columns : DEFAULT_WIDTH;
}

bool terminal_can_redraw(int descriptor) {
    const char *term = getenv("TERM");
    return isatty(descriptor) && term != NULL && strcmp(term, "dumb") != 0;
}

bool terminal_has_colour(enum terminal_colour wanted, int descriptor) {
    if (wanted != COLOUR_AUTO) {
        return wanted == COLOUR_ALWAYS;
    }
    const char *no_color = getenv("NO_COLOR");
    return terminal_can_redraw(descriptor) && (no_color == NULL || *no_color == '\0');
}
