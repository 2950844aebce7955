/* Finding the model that a verb works with. */
#ifndef STANCE_CLI_MODEL_FILE_H
#define STANCE_CLI_MODEL_FILE_H

#include <stdbool.h>

#include "buffer.h"
#include "exit_code.h"
#include "options.h"
#include "stance.h"

/* The row of --model, whose target is the const char * at `offset`. */
#define MODEL_FILE_ROW(offset_)                                                                         \
    {                                                                                                   \
        .kind = OPTION_STRING, .letter = 'm', .name = "model", .argument = "FILE", .offset = (offset_), \
        .help = "the model (default: $STANCE_MODEL, else the model that comes with the program)"        \
    }

/* Opens `path`, or where it is NULL $STANCE_MODEL, or else the model installed or checked out with the program. Says what was
 * tried. */
enum exit_code model_file_open(struct stance_model **model, const char *path);

/* Puts the path that model_file_open opens for `path` into `found`, which is empty; false where none is there. */
bool model_file_find(const char *path, struct buffer *found);

/* Opens exactly `path`. */
enum exit_code model_file_open_path(struct stance_model **model, const char *path);

#endif
