/* --help, generated from the command tables. */
#ifndef STANCE_CLI_HELP_H
#define STANCE_CLI_HELP_H

#include "buffer.h"
#include "options.h"

/* The help of one verb. */
void help_command(const struct command *command, struct buffer *out);

/* Exit codes, the environment; closes every help. */
void help_closing(struct buffer *out);

#endif
