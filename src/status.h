/* Filling the caller's error struct, and passing a failure on. */
#ifndef STANCE_SRC_STATUS_H
#define STANCE_SRC_STATUS_H

#include "stance.h"

#if defined(__GNUC__)
#define PRINTF_LIKE(format_index, first_index) __attribute__((format(printf, format_index, first_index)))
#else
#define PRINTF_LIKE(format_index, first_index)
#endif

/* Fills `error`, which may be NULL, and returns `status`, so that a failure is one return statement. The message becomes one line
 * of UTF-8, and ends in "..." where it is cut. */
enum stance_status status_set(struct stance_error *error, enum stance_status status, const char *format, ...) PRINTF_LIKE(3, 4);

/* The failure of an allocation of `size` bytes. */
enum stance_status status_memory(struct stance_error *error, size_t size);

/* A path in a message: all of a short one, of a long one the end, where the name is. */
enum { STATUS_PATH_MAX = 96 };
#define STATUS_PATH_FORMAT "%s%s"
#define STATUS_PATH(path) status_path_tail(path) == (path) ? "" : "...", status_path_tail(path)
const char *status_path_tail(const char *path);

/* The system refused, for the reason that `number` is, an errno. */
enum stance_status status_system(struct stance_error *error, const char *path, const char *what, int number);

/* Returns from the calling function where `call` failed; only for functions that own nothing at that point. */
#define TRY(call)                            \
    do {                                     \
        enum stance_status status_ = (call); \
        if (status_ != STANCE_OK) {          \
            return status_;                  \
        }                                    \
    } while (0)

#endif
