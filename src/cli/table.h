/* Columns of figures for people. */
#ifndef STANCE_CLI_TABLE_H
#define STANCE_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "attributes.h"
#include "buffer.h"

struct table_cell {
    size_t start, len; /* in `text` */
};

/* Initialise n_columns and flush_left only. The first column is flush left, the others flush right. */
struct table {
    size_t n_columns;
    bool flush_left; /* the other columns too */
    struct table_cell *cells;
    size_t n_cells, capacity;
    struct buffer text;
};

/* Adds the next cell, row by row. */
void table_add(struct table *table, const char *format, ...) PRINTF_LIKE(2, 3);

/* A number with three digits behind the point, or "-" where it is not a number. */
void table_add_real(struct table *table, double value);

/* Appends the rows, each behind two spaces, and frees the table. */
void table_print(struct table *table, struct buffer *out);

#endif
