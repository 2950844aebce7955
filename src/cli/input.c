#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interrupt.h"
#include "memory.h"
#include "message.h"

enum { CHUNK_SIZE = 1 << 16 };

static bool is_stdin(const char *path) { return strcmp(path, "-") == 0; }

const char *input_name(const char *path) { return is_stdin(path) ? "stdin" : path; }

/* Reads the next chunk; false at the end, on failure, and on a signal. */
static bool fill(struct input *input) {
    if (input->start < input->end) {
        return true;
    }
    if (input->at_end || input->failed) {
        return false;
    }
    ssize_t n;
    do {
        n = interrupt_signal() != 0 ? -1 : read(input->descriptor, input->chunk, CHUNK_SIZE);
    } while (n < 0 && errno == EINTR && interrupt_signal() == 0);
    if (n < 0) {
        if (interrupt_signal() == 0) {
            message_error("%s cannot be read: %s", input->name, strerror(errno));
        }
        input->failed = true;
        return false;
    }
    input->at_end = n == 0;
    input->start = 0;
    input->end = (size_t)n;
    return n > 0;
}

enum exit_code input_failure(void) { return interrupt_signal() != 0 ? EXIT_INTERRUPTED : EXIT_SYSTEM; }

void input_skip_mark(struct input *input) {
    if (fill(input) && input->end >= 3 && memcmp(input->chunk, "\xEF\xBB\xBF", 3) == 0) {
        input->start = 3;
        input->n_read = 3;
    }
}

/* A directory opens, and then refuses to be read with a less clear message. */
static bool check_kind(struct input *input) {
    struct stat status;
    if (fstat(input->descriptor, &status) != 0) {
        return true;
    }
    if (S_ISDIR(status.st_mode)) {
        message_error("%s is a directory; name the files in it", input->name);
        return false;
    }
    input->size = S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
    return true;
}

enum exit_code input_open(struct input *input, const char *path) {
    *input = (struct input){.name = input_name(path), .line = 1};
    input->descriptor = is_stdin(path) ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (input->descriptor < 0) {
        message_error("%s cannot be opened: %s", path, strerror(errno));
        return EXIT_SYSTEM;
    }
    if (!check_kind(input)) {
        input_close(input);
        return EXIT_SYSTEM;
    }
    input->chunk = memory_new(CHUNK_SIZE, 1);
    return EXIT_DONE;
}

void input_close(struct input *input) {
    if (input->descriptor > STDIN_FILENO) {
        close(input->descriptor);
    }
    free(input->chunk);
    *input = (struct input){.descriptor = -1};
}

size_t input_scan_line(void *state, const char *bytes, size_t len, bool *complete) {
    (void)state;
    const char *newline = memchr(bytes, '\n', len);
    *complete = newline != NULL;
    return newline == NULL ? len : (size_t)(newline - bytes) + 1;
}

static void count_lines(struct input *input, const char *bytes, size_t len) {
    const char *end = bytes + len;
    for (const char *c = bytes; c < end && (c = memchr(c, '\n', (size_t)(end - c))) != NULL; c++) {
        input->line++;
    }
}

enum input_result input_read_record(struct input *input, input_scan *scan, void *state, struct buffer *record) {
    bool complete = false;
    bool too_long = false;
    bool any = false;
    buffer_clear(record);
    while (!complete && fill(input)) {
        const char *bytes = input->chunk + input->start;
        const size_t len = scan(state, bytes, input->end - input->start, &complete);
        count_lines(input, bytes, len);
        input->start += len;
        input->n_read += len;
        any = true;
        too_long = too_long || len > INPUT_RECORD_LIMIT - record->len;
        if (!too_long) {
            buffer_append(record, bytes, len);
        }
    }
    if (input->failed) {
        return INPUT_FAILED;
    }
    if (too_long) {
        return INPUT_TOO_LONG;
    }
    return any ? INPUT_RECORD : INPUT_END;
}

static enum exit_code read_all(struct input *input, struct buffer *text) {
    buffer_clear(text);
    while (fill(input)) {
        if (input->end - input->start > INPUT_DOCUMENT_LIMIT - text->len) {
            message_error("%s is longer than 1 GiB; cut it into several files", input->name);
            return EXIT_REJECTED;
        }
        buffer_append(text, input->chunk + input->start, input->end - input->start);
        input->start = input->end;
    }
    return input->failed ? input_failure() : EXIT_DONE;
}

enum exit_code input_read_document(const char *path, struct buffer *text) {
    struct input input;
    enum exit_code code = input_open(&input, path);
    if (code == EXIT_DONE) {
        code = read_all(&input, text);
        input_close(&input);
    }
    return code;
}

bool input_paths(const struct operands *operands, struct operands *paths) {
    static const char *const only_stdin[] = {"-"};
    if (operands->n > 0) {
        *paths = *operands;
        return true;
    }
    if (isatty(STDIN_FILENO)) {
        message_error("nothing to read; name a FILE, or - to type text and end it with Ctrl-D");
        return false;
    }
    *paths = (struct operands){.values = only_stdin, .n = 1};
    return true;
}

uint64_t input_total_size(const struct operands *paths) {
    uint64_t total = 0;
    for (size_t i = 0; i < paths->n; i++) {
        struct stat status;
        if (is_stdin(paths->values[i]) || stat(paths->values[i], &status) != 0 || !S_ISREG(status.st_mode)) {
            return 0;
        }
        total += (uint64_t)status.st_size;
    }
    return total;
}
