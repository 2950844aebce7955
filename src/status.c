#include "status.h"

#include <stdarg.h>
#include <stdio.h>

const char *stance_version(void) { return STANCE_VERSION; }

const char *stance_status_text(enum stance_status status) {
    switch (status) {
    case STANCE_OK: return "ok";
    case STANCE_ERROR_MEMORY: return "out of memory";
    case STANCE_ERROR_ARGUMENT: return "bad argument";
    case STANCE_ERROR_LIMIT: return "input too large";
    case STANCE_ERROR_IO: return "input or output failed";
    case STANCE_ERROR_MODEL: return "unusable model";
    case STANCE_ERROR_CORPUS: return "unusable corpus";
    case STANCE_ERROR_CANCELLED: return "cancelled";
    case STANCE_ERROR_INTERNAL: return "internal error";
    }
    return "unknown status";
}

enum stance_status status_set(struct stance_error *error, enum stance_status status, const char *format, ...) {
    if (error != NULL) {
        error->status = status;
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
    }
    return status;
}

enum stance_status status_memory(struct stance_error *error, size_t size) {
    return status_set(error, STANCE_ERROR_MEMORY, "out of memory: %zu bytes could not be had", size);
}
