/* What the program says to people on stderr. Control characters in a message are shown as '?', so that input never drives a
 * terminal. */
#ifndef STANCE_CLI_MESSAGE_H
#define STANCE_CLI_MESSAGE_H

#include <stddef.h>

#include "attributes.h"
#include "buffer.h"
#include "exit_code.h"
#include "stance.h"

/* "stance: MESSAGE" */
void message_error(const char *format, ...) PRINTF_LIKE(1, 2);

/* "stance: warning: MESSAGE" */
void message_warning(const char *format, ...) PRINTF_LIKE(1, 2);

/* "FILE:LINE: MESSAGE" */
void message_at(const char *file, size_t line, const char *format, ...) PRINTF_LIKE(3, 4);

/* Says what the library said and returns how to end for it; silent where the library was cancelled. */
enum exit_code message_failure(const struct stance_error *error);

/* The same for threads whose turn to speak comes later: into `log`, or where that is NULL at once. */
void message_log_error(struct buffer *log, const char *format, ...) PRINTF_LIKE(2, 3);
void message_log_at(struct buffer *log, const char *file, size_t line, const char *format, ...) PRINTF_LIKE(4, 5);
enum exit_code message_log_failure(struct buffer *log, const struct stance_error *error);

/* Says what a log holds, and clears it. */
void message_show(struct buffer *log);

#endif
