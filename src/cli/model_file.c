#include "model_file.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "message.h"

#define DEFAULT_MODEL "diplomatic-en.stance"

/* Whatever is wrong with the file, it is the model that is missing. */
enum exit_code model_file_open_path(struct stance_model **model, const char *path) {
    struct stance_error error;
    if (stance_model_open(model, path, &error) == STANCE_OK) {
        return EXIT_DONE;
    }
    message_error("%s", error.message);
    return error.status == STANCE_ERROR_MEMORY ? EXIT_SYSTEM : EXIT_MODEL;
}

/* Cuts the last name off a path; false where none is left. */
static bool cut_name(char *path) {
    char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path) {
        return false;
    }
    *slash = '\0';
    return true;
}

/* The path of the running program; false where the system does not tell. */
static bool find_program(char *path, size_t size) {
    const ssize_t len = readlink("/proc/self/exe", path, size - 1);
    if (len <= 0) {
        return false;
    }
    path[len] = '\0';
    return true;
}

/* PREFIX/bin/stance has its model in PREFIX/share/stance/models; build/PROFILE/stance of a checkout in models. Appends the path
 * that is there to `found`, or every path that was tried to `tried`. */
static bool find_default(struct buffer *found, struct buffer *tried) {
    static const struct {
        int n_up; /* names to cut off the program's path */
        const char *below;
    } PLACES[] = {{2, "share/stance/models/" DEFAULT_MODEL}, {3, "models/" DEFAULT_MODEL}};
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++) {
        char path[PATH_MAX];
        bool any = find_program(path, sizeof path);
        for (int up = 0; any && up < PLACES[i].n_up; up++) {
            any = cut_name(path);
        }
        if (!any) {
            continue;
        }
        buffer_clear(found);
        buffer_format(found, "%s/%s", path, PLACES[i].below);
        if (access(buffer_text(found), F_OK) == 0) {
            return true;
        }
        buffer_format(tried, "%s%s", tried->len == 0 ? "" : ", ", buffer_text(found));
    }
    return false;
}

static enum exit_code open_default(struct stance_model **model) {
    struct buffer found = {0};
    struct buffer tried = {0};
    enum exit_code code = EXIT_MODEL;
    if (find_default(&found, &tried)) {
        code = model_file_open_path(model, buffer_text(&found));
    } else {
        message_error("no model: neither --model nor $STANCE_MODEL names one, and none is at %s; name one with --model",
                      buffer_text(&tried));
    }
    buffer_free(&found);
    buffer_free(&tried);
    return code;
}

/* `path`, or else what $STANCE_MODEL names; NULL where that names nothing. */
static const char *or_variable(const char *path) {
    const char *variable = getenv("STANCE_MODEL");
    return path == NULL && variable != NULL && *variable != '\0' ? variable : path;
}

bool model_file_find(const char *path, struct buffer *found) {
    struct buffer tried = {0};
    path = or_variable(path);
    if (path != NULL) {
        buffer_append_text(found, path);
    }
    const bool any = path != NULL || find_default(found, &tried);
    buffer_free(&tried);
    return any;
}

enum exit_code model_file_open(struct stance_model **model, const char *path) {
    path = or_variable(path);
    return path == NULL ? open_default(model) : model_file_open_path(model, path);
}
