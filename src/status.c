#include "status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

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

/* Makes a message one line of UTF-8: a run of control characters, or of bytes that are no UTF-8 or have become none by a cut, is
 * one question mark. */
static void clean(char *message) {
    const size_t len = strlen(message);
    size_t kept = 0;
    bool in_run = false;
    for (size_t i = 0; i < len;) {
        const struct utf8_char c = utf8_decode(message + i, len - i);
        const bool is_bad = c.invalid != 0 || utf8_is_control(c.code);
        if (!is_bad) {
            memmove(message + kept, message + i, c.len);
            kept += c.len;
        } else if (!in_run) {
            message[kept++] = '?';
        }
        in_run = is_bad;
        i += c.len;
    }
    message[kept] = '\0';
}

enum stance_status status_set(struct stance_error *error, enum stance_status status, const char *format, ...) {
    if (error != NULL) {
        error->status = status;
        va_list arguments;
        va_start(arguments, format);
        const int len = vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
        if (len < 0) {
            error->message[0] = '\0';
        } else if ((size_t)len >= sizeof error->message) {
            memcpy(error->message + sizeof error->message - 4, "...", 4);
        }
        clean(error->message);
    }
    return status;
}

enum stance_status status_memory(struct stance_error *error, size_t size) {
    return status_set(error, STANCE_ERROR_MEMORY, "out of memory: %zu bytes could not be had", size);
}

const char *status_path_tail(const char *path) {
    const size_t len = strlen(path);
    const char *tail = len > STATUS_PATH_MAX ? path + len - STATUS_PATH_MAX : path;
    while (((unsigned char)*tail & 0xC0U) == 0x80U) { /* not into a character */
        tail++;
    }
    return tail;
}

enum stance_status status_system(struct stance_error *error, const char *path, const char *what, int number) {
    char reason[80] = "";
    if (strerror_r(number, reason, sizeof reason) != 0) {
        (void)snprintf(reason, sizeof reason, "error %d", number);
    }
    return status_set(error, STANCE_ERROR_IO, STATUS_PATH_FORMAT ": %s: %s", STATUS_PATH(path), what, reason);
}
