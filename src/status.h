/* Filling the caller's error struct, and passing a failure on. */
#ifndef STANCE_SRC_STATUS_H
#define STANCE_SRC_STATUS_H

#include "stance.h"

#if defined(__GNUC__)
#define PRINTF_LIKE(format_index, first_index) __attribute__((format(printf, format_index, first_index)))
#else
#define PRINTF_LIKE(format_index, first_index)
#endif

/* Fills `error`, which may be NULL, and returns `status`, so that a failure is one return statement. */
enum stance_status status_set(struct stance_error *error, enum stance_status status, const char *format, ...) PRINTF_LIKE(3, 4);

/* The failure of an allocation of `size` bytes. */
enum stance_status status_memory(struct stance_error *error, size_t size);

/* Returns from the calling function where `call` failed; only for functions that own nothing at that point. */
#define TRY(call)                            \
    do {                                     \
        enum stance_status status_ = (call); \
        if (status_ != STANCE_OK) {          \
            return status_;                  \
        }                                    \
    } while (0)

#endif
