#include "array.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"

enum stance_status array_grow(void *data, size_t *capacity, size_t wanted, size_t item_size, struct stance_error *error) {
    if (wanted <= *capacity) {
        return STANCE_OK;
    }
    size_t grown = *capacity + *capacity / 2;
    grown = grown < wanted ? wanted : grown;
    grown = grown < 16 ? 16 : grown;
    if (grown > PTRDIFF_MAX / item_size) {
        return status_memory(error, SIZE_MAX);
    }
    void *old;
    memcpy(&old, data, sizeof old); /* the pointer's static type is the caller's, so it is read as bytes */
    void *new = realloc(old, grown * item_size);
    if (new == NULL) {
        return status_memory(error, grown * item_size);
    }
    memcpy(data, &new, sizeof new);
    *capacity = grown;
    return STANCE_OK; // cppcheck-suppress memleak ; the caller's pointer holds it now
}

void *array_new(size_t n, size_t item_size, struct stance_error *error) {
    if (n > PTRDIFF_MAX / item_size) {
        (void)status_memory(error, SIZE_MAX);
        return NULL;
    }
    void *data = calloc(n > 0 ? n : 1, item_size);
    if (data == NULL) {
        (void)status_memory(error, n * item_size);
    }
    return data;
}

void *array_new_table(size_t n_rows, size_t n_columns, size_t item_size, struct stance_error *error) {
    const bool wraps = n_columns > 0 && n_rows > SIZE_MAX / n_columns;
    return array_new(wraps ? SIZE_MAX : n_rows * n_columns, item_size, error);
}

enum stance_status byte_array_append(struct byte_array *array, const void *bytes, size_t len, struct stance_error *error) {
    if (len >= PTRDIFF_MAX - array->n) {
        return status_memory(error, SIZE_MAX);
    }
    TRY(array_reserve(array, array->n + len + 1, error));
    if (len > 0) {
        memcpy(array->data + array->n, bytes, len);
    }
    array->n += len;
    array->data[array->n] = '\0';
    return STANCE_OK;
}

enum stance_status byte_array_format(struct byte_array *array, struct stance_error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (len < 0) {
        return status_set(error, STANCE_ERROR_INTERNAL, "a text could not be formatted");
    }
    TRY(array_reserve(array, array->n + (size_t)len + 1, error));
    va_start(arguments, format);
    (void)vsnprintf(array->data + array->n, (size_t)len + 1, format, arguments);
    va_end(arguments);
    array->n += (size_t)len;
    return STANCE_OK;
}
