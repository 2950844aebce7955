/* The verbs. */
#ifndef STANCE_CLI_COMMANDS_H
#define STANCE_CLI_COMMANDS_H

#include "options.h"

extern const struct command COMMAND_CLASSIFY;
extern const struct command COMMAND_EXPLAIN;
extern const struct command COMMAND_SCORE;
extern const struct command COMMAND_SPLIT;
extern const struct command COMMAND_TRAIN;
extern const struct command COMMAND_EVALUATE;
extern const struct command COMMAND_INSPECT;
extern const struct command COMMAND_VECTORIZE;

#endif
