#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MESSAGE_LIMIT = 4096 };

/* Input quoted in a message may hold escape sequences, the C1 controls (U+0080 to U+009F, "\xC2\x80" to "\xC2\x9F") among them. */
static void blank_controls(char *text) {
    for (char *c = text; *c != '\0'; c++) {
        const unsigned char byte = (unsigned char)*c;
        const unsigned char next = (unsigned char)c[1];
        if (byte < 0x20 || byte == 0x7F) {
            *c = '?';
        } else if (byte == 0xC2 && next >= 0x80 && next <= 0x9F) {
            c[0] = c[1] = '?';
        }
    }
}

/* One write a message: those of several processes do not mix. A progress line on the terminal is wiped first. */
static void print(const char *head, const char *format, va_list arguments) PRINTF_LIKE(2, 0);
static void print(const char *head, const char *format, va_list arguments) {
    char text[MESSAGE_LIMIT];
    vsnprintf(text, sizeof text, format, arguments);
    blank_controls(text);
    fprintf(stderr, "%s%s%s\n", isatty(STDERR_FILENO) ? "\r\033[K" : "", head, text);
}

void message_error(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print("stance: ", format, arguments);
    va_end(arguments);
}

void message_warning(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print("stance: warning: ", format, arguments);
    va_end(arguments);
}

void message_at(const char *file, size_t line, const char *format, ...) {
    char head[MESSAGE_LIMIT];
    snprintf(head, sizeof head - 1, "%s:%zu: ", file, line);
    blank_controls(head);
    va_list arguments;
    va_start(arguments, format);
    print(head, format, arguments);
    va_end(arguments);
}

enum exit_code message_failure(const struct stance_error *error) {
    if (error->status == STANCE_ERROR_CANCELLED) {
        return EXIT_INTERRUPTED;
    }
    message_error("%s", error->message);
    switch (error->status) {
    case STANCE_ERROR_ARGUMENT: return EXIT_USAGE;
    case STANCE_ERROR_LIMIT:
    case STANCE_ERROR_CORPUS: return EXIT_REJECTED;
    case STANCE_ERROR_MODEL: return EXIT_MODEL;
    default: return EXIT_SYSTEM;
    }
}
