/* Growable arrays: struct { T *data; size_t n, capacity; }, zero-initialised, grown here, freed by free(data). */
#ifndef STANCE_SRC_ARRAY_H
#define STANCE_SRC_ARRAY_H

#include "status.h"

/* Makes room for `wanted` items in all. */
#define array_reserve(array, wanted, error) array_grow(&(array)->data, &(array)->capacity, (wanted), sizeof *(array)->data, (error))

/* `data` is the address of the array's pointer. */
enum stance_status array_grow(void *data, size_t *capacity, size_t wanted, size_t item_size, struct stance_error *error);

/* calloc that checks the product and fills `error`; NULL where it fails. At least one byte, so that NULL always means failure. */
void *array_new(size_t n, size_t item_size, struct stance_error *error);

/* The same for `n_rows` times `n_columns` items. */
void *array_new_table(size_t n_rows, size_t n_columns, size_t item_size, struct stance_error *error);

/* Copies `len` bytes to the end of a byte array and keeps a NUL behind them, outside of `n`. */
struct byte_array {
    char *data;
    size_t n, capacity;
};

enum stance_status byte_array_append(struct byte_array *array, const void *bytes, size_t len, struct stance_error *error);
enum stance_status byte_array_format(struct byte_array *array, struct stance_error *error, const char *format, ...)
    PRINTF_LIKE(3, 4);

#endif
