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

/* One write for what is said at once: messages of several processes do not mix. A progress line on the terminal is wiped first. */
static void say(const char *head, const char *text, const char *end) {
    fprintf(stderr, "%s%s%s%s", isatty(STDERR_FILENO) ? "\r\033[K" : "", head, text, end);
}

static void print(struct buffer *log, const char *head, const char *format, va_list arguments) PRINTF_LIKE(3, 0);
static void print(struct buffer *log, const char *head, const char *format, va_list arguments) {
    char text[MESSAGE_LIMIT];
    vsnprintf(text, sizeof text, format, arguments);
    blank_controls(text);
    if (log != NULL) {
        buffer_format(log, "%s%s\n", head, text);
    } else {
        say(head, text, "\n");
    }
}

static void print_at(struct buffer *log, const char *file, size_t line, const char *format, va_list arguments) PRINTF_LIKE(4, 0);
static void print_at(struct buffer *log, const char *file, size_t line, const char *format, va_list arguments) {
    char head[MESSAGE_LIMIT];
    snprintf(head, sizeof head - 1, "%s:%zu: ", file, line);
    blank_controls(head);
    print(log, head, format, arguments);
}

void message_error(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print(NULL, "stance: ", format, arguments);
    va_end(arguments);
}

void message_log_error(struct buffer *log, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print(log, "stance: ", format, arguments);
    va_end(arguments);
}

void message_warning(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print(NULL, "stance: warning: ", format, arguments);
    va_end(arguments);
}

void message_at(const char *file, size_t line, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print_at(NULL, file, line, format, arguments);
    va_end(arguments);
}

void message_log_at(struct buffer *log, const char *file, size_t line, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print_at(log, file, line, format, arguments);
    va_end(arguments);
}

void message_show(struct buffer *log) {
    if (log->len > 0) {
        say("", buffer_text(log), "");
        buffer_clear(log);
    }
}

enum exit_code message_log_failure(struct buffer *log, const struct stance_error *error) {
    if (error->status == STANCE_ERROR_CANCELLED) {
        return EXIT_INTERRUPTED;
    }
    message_log_error(log, "%s", error->message);
    switch (error->status) {
    case STANCE_ERROR_ARGUMENT: return EXIT_USAGE;
    case STANCE_ERROR_LIMIT:
    case STANCE_ERROR_CORPUS: return EXIT_REJECTED;
    case STANCE_ERROR_MODEL: return EXIT_MODEL;
    default: return EXIT_SYSTEM;
    }
}

enum exit_code message_failure(const struct stance_error *error) { return message_log_failure(NULL, error); }
