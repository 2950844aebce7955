#include "memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit_code.h"

/* A variable of the process as its end is: who allocates knows of no output. */
static const char *unfinished;

void memory_set_unfinished(const char *path) { unfinished = path; }

static void *check(void *data) {
    if (data == NULL) {
        /* Not by message.h, whose buffers grow by what is here. */
        fputs("stance: out of memory; give it smaller files or more memory\n", stderr);
        if (unfinished != NULL) {
            unlink(unfinished);
        }
        exit(EXIT_SYSTEM);
    }
    return data;
}

void *memory_new(size_t n, size_t size) { return check(calloc(n == 0 ? 1 : n, size)); }

void *memory_grow(void *data, size_t *capacity, size_t wanted, size_t item_size) {
    if (wanted <= *capacity) {
        return data;
    }
    size_t room = *capacity < 8 ? 8 : *capacity;
    while (room < wanted) {
        room = room > SIZE_MAX / 2 ? wanted : room * 2;
    }
    void *grown = check(room > SIZE_MAX / item_size ? NULL : realloc(data, room * item_size));
    *capacity = room;
    return grown;
}

char *memory_copy(const char *data, size_t len) {
    char *copy = memory_new(len + 1, 1);
    if (len > 0) {
        memcpy(copy, data, len);
    }
    return copy;
}
