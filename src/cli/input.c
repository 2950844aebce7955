#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interrupt.h"
#include "memory.h"
#include "message.h"

enum { CHUNK_SIZE = 1 << 17, WAIT_MILLISECONDS = 100 };

static bool is_stdin(const char *path) { return strcmp(path, "-") == 0; }

const char *input_name(const char *path) { return is_stdin(path) ? "stdin" : path; }

static bool is_stopped(const struct input *input) {
    return interrupt_signal() != 0 || (input->stop != NULL && atomic_load(input->stop));
}

static void fail(struct input *input, const char *what, const char *reason) {
    if (!is_stopped(input)) {
        message_log_error(input->log, "%s %s: %s", input->name, what, reason);
    }
    input->failed = true;
}

/* Waits for bytes, looking up now and then to see whether to stop: a read would not end for a signal that another thread took. */
static bool wait_for_bytes(const struct input *input) {
    struct pollfd poll_descriptor = {.fd = input->descriptor, .events = POLLIN};
    while (!is_stopped(input)) {
        if (poll(&poll_descriptor, 1, WAIT_MILLISECONDS) > 0) {
            return true;
        }
    }
    return false;
}

bool input_is_ready(const struct input *input) {
    struct pollfd poll_descriptor = {.fd = input->descriptor, .events = POLLIN};
    return input->start < input->end || input->packed.len > 0 || input->at_end || poll(&poll_descriptor, 1, 0) != 0;
}

/* Bytes as the file has them; 0 at its end, on failure, and on a signal. */
static size_t read_bytes(struct input *input, char *bytes, size_t room) {
    ssize_t n = -1;
    do {
        n = wait_for_bytes(input) ? read(input->descriptor, bytes, room) : -1;
    } while (n < 0 && errno == EINTR && !is_stopped(input));
    if (n < 0) {
        fail(input, "cannot be read", strerror(errno));
        return 0;
    }
    input->at_end = n == 0;
    input->n_read += (uint64_t)n;
    return (size_t)n;
}

static void fill_packed(struct input *input) {
    if (input->packed.len == 0 && !input->at_end) {
        input->packed = (struct stance_string){.data = input->packed_chunk};
        input->packed.len = read_bytes(input, input->packed_chunk, CHUNK_SIZE);
    }
}

static size_t read_decompressed(struct input *input) {
    size_t n = 0;
    while (n == 0 && !input->failed) {
        const char *problem = NULL;
        fill_packed(input);
        n = input->failed ? 0 : decompress(input->decompressor, &input->packed, input->chunk, CHUNK_SIZE, &problem);
        if (problem != NULL) {
            fail(input, "is damaged and cannot be decompressed", problem);
        } else if (n == 0 && input->at_end && input->packed.len == 0) {
            if (decompressor_is_inside(input->decompressor)) {
                fail(input, "is cut short", "its compressed data has no end; get the whole file");
            }
            break;
        }
    }
    return n;
}

/* Makes the next chunk ready; false at the end, on failure, and on a signal. */
static bool fill(struct input *input) {
    if (input->start < input->end) {
        return true;
    }
    if (input->failed || (input->at_end && input->decompressor == NULL)) {
        return false;
    }
    input->start = 0;
    input->end = input->decompressor == NULL ? read_bytes(input, input->chunk, CHUNK_SIZE) : read_decompressed(input);
    return input->end > 0;
}

/* Reads on until the chunk holds `wanted` bytes or the file ends: a pipe may deliver fewer at first. */
static void fill_up_to(struct input *input, size_t wanted) {
    while (input->end < wanted && !input->at_end && !input->failed) {
        input->end += read_bytes(input, input->chunk + input->end, CHUNK_SIZE - input->end);
    }
}

/* Sets a decompressor before the file where its first bytes ask for one. */
static bool look_for_compression(struct input *input) {
    fill_up_to(input, COMPRESSION_MAGIC_LEN);
    const enum compression compression = compression_of_bytes(input->chunk, input->end);
    if (compression == COMPRESSION_NONE) {
        return true;
    }
    input->decompressor = decompressor_new(compression);
    input->packed_chunk = input->chunk;
    input->packed = (struct stance_string){.data = input->chunk, .len = input->end};
    input->chunk = memory_new(CHUNK_SIZE, 1);
    input->start = input->end = 0;
    if (input->decompressor == NULL) {
        message_log_error(input->log, "%s cannot be decompressed: no memory", input->name);
    }
    return input->decompressor != NULL;
}

enum exit_code input_failure(void) { return interrupt_signal() != 0 ? EXIT_INTERRUPTED : EXIT_SYSTEM; }

/* Whether the next bytes are these. */
static bool starts_with(const struct input *input, const char *bytes, size_t len) {
    return input->end - input->start >= len && memcmp(input->chunk + input->start, bytes, len) == 0;
}

void input_skip_mark(struct input *input) {
    if (fill(input) && starts_with(input, "\xEF\xBB\xBF", 3)) {
        input->start += 3;
    }
}

bool input_is_like_json(struct input *input) {
    return fill(input) && (starts_with(input, "{\"", 2) || starts_with(input, "{ \"", 3));
}

/* NULL where NUL bytes do not come in step, as those of ASCII in UTF-16 do: it is something else that holds them. */
static const char *guess_encoding(const struct input *input) {
    size_t n_nul[2] = {0, 0}; /* at even and odd offsets */
    for (size_t i = input->start; i < input->end; i++) {
        n_nul[i % 2] += input->chunk[i] == '\0';
    }
    const size_t n_pairs = (input->end - input->start + 1) / 2;
    if (n_nul[1] > n_pairs / 2 && n_nul[0] <= n_pairs / 2) {
        return "UTF-16LE";
    }
    return n_nul[0] > n_pairs / 2 && n_nul[1] <= n_pairs / 2 ? "UTF-16BE" : NULL;
}

static void warn_of_nul(struct input *input) {
    const char *encoding = guess_encoding(input);
    if (encoding != NULL) {
        message_log_error(input->log, "warning: %s looks like %s; convert it: iconv -f %s -t UTF-8", input->name, encoding,
                          encoding);
    } else {
        message_log_error(input->log, "warning: %s holds NUL bytes; is it text? if it is UTF-16 convert it with iconv -t UTF-8",
                          input->name);
    }
}

bool input_is_text(struct input *input, bool *warned) {
    if (!fill(input)) {
        return true;
    }
    const char *encoding = starts_with(input, "\xFF\xFE\0\0", 4) || starts_with(input, "\0\0\xFE\xFF", 4) ? "UTF-32"
                           : starts_with(input, "\xFF\xFE", 2) || starts_with(input, "\xFE\xFF", 2)       ? "UTF-16"
                                                                                                          : NULL;
    if (encoding != NULL) {
        message_log_error(input->log, "%s is %s; convert it: iconv -f %s -t UTF-8", input->name, encoding, encoding);
        return false;
    }
    if (!*warned && memchr(input->chunk + input->start, '\0', input->end - input->start) != NULL) {
        warn_of_nul(input);
        *warned = true;
    }
    return true;
}

/* A directory opens, and then refuses to be read with a less clear message. */
static bool check_kind(struct input *input) {
    struct stat status;
    if (fstat(input->descriptor, &status) != 0) {
        return true;
    }
    if (S_ISDIR(status.st_mode)) {
        message_log_error(input->log, "%s is a directory; name the files in it", input->name);
        return false;
    }
    input->size = S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
    return true;
}

/* Opening a named pipe would wait for its writer and end for no signal; not to wait leaves that to wait_for_bytes. */
static int open_file(const char *path) {
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const int flags = descriptor < 0 ? -1 : fcntl(descriptor, F_GETFL);
    if (flags >= 0) {
        fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK);
    }
    return descriptor;
}

enum exit_code input_open(struct input *input, const char *path, struct buffer *log, const atomic_bool *stop) {
    *input = (struct input){.name = input_name(path), .log = log, .stop = stop, .line = 1};
    input->descriptor = is_stdin(path) ? STDIN_FILENO : open_file(path);
    if (input->descriptor < 0) {
        message_log_error(log, "%s cannot be opened: %s", path, strerror(errno));
        return EXIT_SYSTEM;
    }
    if (!check_kind(input)) {
        input_close(input);
        return EXIT_SYSTEM;
    }
    input->chunk = memory_new(CHUNK_SIZE, 1);
    if (!look_for_compression(input)) {
        input_close(input);
        return EXIT_SYSTEM;
    }
    return EXIT_DONE;
}

void input_close(struct input *input) {
    if (input->descriptor > STDIN_FILENO) {
        close(input->descriptor);
    }
    decompressor_free(input->decompressor);
    free(input->packed_chunk);
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

enum input_result input_read_record(struct input *input, input_scan *scan, void *state, struct buffer *bytes) {
    const size_t before = bytes->len;
    bool complete = false;
    bool too_long = false;
    bool any = false;
    while (!complete && fill(input)) {
        const char *chunk = input->chunk + input->start;
        const size_t len = scan(state, chunk, input->end - input->start, &complete);
        if (scan == input_scan_line) {
            input->line += complete;
        } else {
            count_lines(input, chunk, len);
        }
        input->start += len;
        any = true;
        too_long = too_long || len > INPUT_RECORD_LIMIT - (bytes->len - before);
        if (!too_long) {
            buffer_append(bytes, chunk, len);
        }
    }
    if (too_long || input->failed) {
        bytes->len = before;
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

enum exit_code input_read_document(const char *path, struct buffer *text, bool *warned) {
    struct input input;
    enum exit_code code = input_open(&input, path, NULL, NULL);
    if (code == EXIT_DONE) {
        code = input_is_text(&input, warned) ? read_all(&input, text) : EXIT_SYSTEM;
        input_close(&input);
    }
    return code;
}

static size_t count_stdin(const struct operands *operands) {
    size_t n = 0;
    for (size_t i = 0; i < operands->n; i++) {
        n += is_stdin(operands->values[i]);
    }
    return n;
}

static bool are_named(const struct operands *operands) {
    size_t i = 0;
    while (i < operands->n && *operands->values[i] != '\0') {
        i++;
    }
    if (i < operands->n) {
        message_error("an empty word names no file; is a variable of the shell not set?");
    }
    return i == operands->n;
}

bool input_paths(const struct operands *operands, struct operands *paths) {
    static const char *const only_stdin[] = {"-"};
    if (count_stdin(operands) > 1) {
        message_error("- is stdin, which can be read only once; name it once");
        return false;
    }
    if (!are_named(operands)) {
        return false;
    }
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
        const char *path = paths->values[i];
        if ((is_stdin(path) ? fstat(STDIN_FILENO, &status) : stat(path, &status)) != 0 || !S_ISREG(status.st_mode)) {
            return 0;
        }
        total += (uint64_t)status.st_size;
    }
    return total;
}
