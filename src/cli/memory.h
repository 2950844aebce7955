/* Allocation that does not return on failure: the program says so and ends with EXIT_SYSTEM. The library never does that. */
#ifndef STANCE_CLI_MEMORY_H
#define STANCE_CLI_MEMORY_H

#include <stddef.h>

/* From now on a failure removes `path`, borrowed, the output that is begun and will not be complete; NULL: it removes nothing. Not
 * while other threads allocate. */
void memory_set_unfinished(const char *path);

/* `n` zeroed items of `size` bytes; at least one byte. */
void *memory_new(size_t n, size_t size);

/* Resizes `data` so that it holds at least `wanted` items, at least doubling; keeps it where `*capacity` suffices. */
void *memory_grow(void *data, size_t *capacity, size_t wanted, size_t item_size);

/* `len` bytes of `data` with a NUL behind them. */
char *memory_copy(const char *data, size_t len);

#endif
