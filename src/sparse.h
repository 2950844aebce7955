/* Sparse rows, as training keeps them: eight bytes for what is not zero. */
#ifndef STANCE_SRC_SPARSE_H
#define STANCE_SRC_SPARSE_H

#include <stddef.h>
#include <stdint.h>

struct sparse_entry {
    uint32_t id;
    float value;
};

struct sparse_row {
    const struct sparse_entry *entries; /* ascending by id, borrowed */
    size_t n;
};

#endif
