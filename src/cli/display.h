/* Text for people: cleaned of what would drive a terminal, measured in columns, wrapped. */
#ifndef STANCE_CLI_DISPLAY_H
#define STANCE_CLI_DISPLAY_H

#include <stddef.h>

#include "buffer.h"
#include "stance.h"

/* Appends `text` with white space collapsed to single spaces, and with U+FFFD for control characters and invalid bytes. */
void display_clean(struct buffer *out, struct stance_string text);

/* Columns that cleaned text takes (Unicode East Asian Width; combining marks take none). */
size_t display_width(struct stance_string text);

/* Appends cleaned text cut into lines, each line but the first indented by `indent` columns; the cursor stands at column `indent`.
 * A word wider than a line is cut. Ends with a newline. */
void display_wrap(struct buffer *out, struct stance_string text, size_t indent, size_t width);

/* Appends `n` spaces. */
void display_pad(struct buffer *out, size_t n);

#endif
