#define _XOPEN_SOURCE 700 /* realpath; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "interrupt.h"
#include "memory.h"
#include "message.h"

static bool is_stdout(const char *path) { return path == NULL || strcmp(path, "-") == 0; }

static bool same_file(const struct stat *a, const struct stat *b) { return a->st_dev == b->st_dev && a->st_ino == b->st_ino; }

static bool stat_input(const char *path, struct stat *status) {
    return (strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, status) : stat(path, status)) == 0;
}

bool output_is_input(const char *path, const struct operands *inputs) {
    struct stat target;
    struct stat input;
    if (stat(path, &target) != 0 || !S_ISREG(target.st_mode)) {
        return false;
    }
    for (size_t i = 0; i < inputs->n; i++) {
        if (stat_input(inputs->values[i], &input) && same_file(&target, &input)) {
            message_error("%s is also an input; name another file with --output", path);
            return true;
        }
    }
    return false;
}

/* The path without links, of which the last name need not exist; NULL where its directory does not. */
static char *find_place(const char *path) {
    char *whole = realpath(path, NULL);
    if (whole != NULL) {
        return whole;
    }
    char *directory = memory_copy(path, strlen(path));
    char *slash = strrchr(directory, '/');
    struct buffer place = {0};
    if (slash != NULL) {
        slash[slash == directory] = '\0';
    }
    whole = realpath(slash == NULL ? "." : directory, NULL);
    if (whole != NULL) {
        buffer_format(&place, "%s/%s", whole, slash == NULL ? path : path + (slash - directory) + 1);
        buffer_text(&place);
    }
    free(whole);
    free(directory);
    return place.data;
}

bool output_is_same(const char *path, const char *other) {
    struct stat status;
    if (is_stdout(path) || is_stdout(other)) {
        const bool both = is_stdout(path) && is_stdout(other);
        if (both) {
            message_error("two outputs cannot both go to stdout; name a file for one of them");
        }
        return both;
    }
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        return false;
    }
    char *a = find_place(path);
    char *b = find_place(other);
    const bool same = a != NULL && b != NULL && strcmp(a, b) == 0;
    if (same) {
        message_error("%s is named for two outputs; name another file for one of them", path);
    }
    free(a);
    free(b);
    return same;
}

/* Whether a file can be made beside `path`. */
static bool check_directory(const char *path) {
    char *directory = memory_copy(path, strlen(path));
    char *slash = strrchr(directory, '/');
    if (slash != NULL) {
        slash[slash == directory] = '\0';
    }
    const bool writable = access(slash == NULL ? "." : directory, W_OK | X_OK) == 0;
    if (!writable) {
        message_error("%s cannot be written: %s", path, strerror(errno));
    }
    free(directory);
    return writable;
}

bool output_has_place(const char *path) {
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        message_error("%s cannot be written: it is no regular file; name another", path);
        return false;
    }
    return check_directory(path);
}

bool output_is_writable(const char *path) {
    struct stat status;
    const bool in_place = is_stdout(path) || (stat(path, &status) == 0 && !S_ISREG(status.st_mode));
    return in_place || check_directory(path);
}

/* "DIRECTORY/.NAME.XXXXXX" for "DIRECTORY/NAME". */
static char *temporary_name(const char *target) {
    const char *slash = strrchr(target, '/');
    const size_t directory = slash == NULL ? 0 : (size_t)(slash - target) + 1;
    struct buffer name = {0};
    buffer_append(&name, target, directory);
    buffer_format(&name, ".%s.XXXXXX", target + directory);
    buffer_text(&name);
    return name.data;
}

/* The permissions that the file has, or that the umask gives to a new one. */
static mode_t wanted_mode(const char *target) {
    struct stat status;
    if (stat(target, &status) == 0) {
        return status.st_mode & 07777;
    }
    const mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static enum exit_code fail(struct output *output, const char *what) {
    const int reason = errno;
    output->failed = true;
    if (interrupt_signal() != 0) {
        return EXIT_INTERRUPTED; /* the write was cut short by the signal */
    }
    message_error("%s cannot be %s: %s", output->name, what, strerror(reason));
    return EXIT_SYSTEM;
}

static void forget(struct output *output) {
    if (output->temporary != NULL) {
        memory_set_unfinished(NULL);
    }
    free(output->target);
    free(output->temporary);
    output->target = NULL;
    output->temporary = NULL;
}

/* A link is followed, so that the file it leads to is replaced and not the link. */
static char *follow(const char *path) {
    char *target = realpath(path, NULL);
    return target == NULL ? memory_copy(path, strlen(path)) : target;
}

static enum exit_code open_temporary(struct output *output, const char *path) {
    output->target = follow(path);
    output->temporary = temporary_name(output->target);
    const int descriptor = mkstemp(output->temporary);
    if (descriptor >= 0) {
        fchmod(descriptor, wanted_mode(output->target));
        output->stream = fdopen(descriptor, "wb");
    }
    memory_set_unfinished(output->temporary);
    if (output->stream == NULL) {
        const enum exit_code code = fail(output, "written");
        if (descriptor >= 0) {
            close(descriptor);
            unlink(output->temporary);
        }
        forget(output);
        return code;
    }
    return EXIT_DONE;
}

enum exit_code output_open(struct output *output, const char *path, const struct operands *inputs) {
    *output = (struct output){.name = is_stdout(path) ? "stdout" : path};
    if (is_stdout(path)) {
        output->stream = stdout;
        return EXIT_DONE;
    }
    if (output_is_input(path, inputs)) {
        return EXIT_USAGE;
    }
    struct stat status;
    if (stat(path, &status) != 0 || S_ISREG(status.st_mode)) {
        return open_temporary(output, path);
    }
    output->stream = fopen(path, "wb");
    return output->stream == NULL ? fail(output, "written") : EXIT_DONE;
}

static char *part_name(const char *target) {
    struct buffer name = {0};
    buffer_format(&name, "%s.part", target);
    buffer_text(&name);
    return name.data;
}

/* The lock ends with the process, however that ends. */
static bool lock(int descriptor, const char *name) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    const bool locked = fcntl(descriptor, F_SETLK, &whole) == 0 || (errno != EACCES && errno != EAGAIN);
    if (!locked) {
        message_error("another run is writing %s; wait for its end, or stop it", name);
    }
    return locked;
}

static enum exit_code open_part(struct output *output) {
    const int descriptor = open(output->temporary, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        return fail(output, "written");
    }
    struct stat status;
    if (!lock(descriptor, output->temporary)) {
        close(descriptor);
        return EXIT_SYSTEM;
    }
    if (stat(output->target, &status) == 0) {
        fchmod(descriptor, status.st_mode & 07777);
    }
    output->stream = fdopen(descriptor, "r+b");
    return output->stream == NULL ? fail(output, "written") : EXIT_DONE;
}

enum exit_code output_open_part(struct output *output, const char *path, const struct operands *inputs) {
    *output = (struct output){.name = path, .kept = true};
    struct stat status;
    if (is_stdout(path) || (stat(path, &status) == 0 && !S_ISREG(status.st_mode))) {
        message_error("only a file can be resumed; name one with --output");
        return EXIT_USAGE;
    }
    if (output_is_input(path, inputs)) {
        return EXIT_USAGE;
    }
    output->target = follow(path);
    output->temporary = part_name(output->target);
    const enum exit_code code = output_is_input(output->temporary, inputs) ? EXIT_USAGE : open_part(output);
    if (code != EXIT_DONE) {
        forget(output);
    }
    return code;
}

bool output_is_terminal(const struct output *output) { return isatty(fileno(output->stream)) == 1; }

void output_write(struct output *output, const struct buffer *buffer) {
    if (!output->failed && buffer->len > 0 && fwrite(buffer->data, 1, buffer->len, output->stream) != buffer->len) {
        fail(output, "written");
    }
}

void output_flush(struct output *output) {
    if (!output->failed && fflush(output->stream) != 0) {
        fail(output, "written");
    }
}

/* Errors can show as late as in the last flush, the sync or the close. Pipes and devices cannot be synced. */
static void finish(struct output *output) {
    if (fflush(output->stream) != 0) {
        fail(output, "written");
    } else if (output->temporary != NULL && fsync(fileno(output->stream)) != 0 && errno != EINVAL && errno != ENOTSUP) {
        fail(output, "synced");
    }
}

enum exit_code output_close(struct output *output, enum exit_code code) {
    const bool keep = code == EXIT_DONE || code == EXIT_REJECTED || code == EXIT_SKIPPED;
    if (output->stream == NULL) {
        return code;
    }
    if (!output->failed && keep) {
        finish(output);
    }
    if (fclose(output->stream) != 0 && !output->failed && keep) {
        fail(output, "closed");
    }
    output->stream = NULL;
    if (output->temporary != NULL) {
        if (!output->failed && keep && rename(output->temporary, output->target) != 0) {
            fail(output, "renamed");
        }
        if ((output->failed || !keep) && !output->kept) {
            unlink(output->temporary);
        }
    }
    forget(output);
    return output->failed && code != EXIT_INTERRUPTED ? EXIT_SYSTEM : code;
}
