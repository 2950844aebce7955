#include "table.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

#include "display.h"
#include "memory.h"

void table_add(struct table *table, const char *format, ...) {
    const size_t start = table->text.len;
    va_list arguments;
    va_start(arguments, format);
    buffer_format_list(&table->text, format, arguments);
    va_end(arguments);
    table->cells = memory_grow(table->cells, &table->capacity, table->n_cells + 1, sizeof *table->cells);
    table->cells[table->n_cells++] = (struct table_cell){.start = start, .len = table->text.len - start};
}

void table_add_real(struct table *table, double value) {
    if (isfinite(value)) {
        table_add(table, "%.3f", value);
    } else {
        table_add(table, "-");
    }
}

static struct stance_string cell(const struct table *table, size_t i) {
    return (struct stance_string){.data = table->text.data + table->cells[i].start, .len = table->cells[i].len};
}

static size_t column_width(const struct table *table, size_t column) {
    size_t widest = 0;
    for (size_t i = column; i < table->n_cells; i += table->n_columns) {
        const size_t width = display_width(cell(table, i));
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* Padding behind the last column would be white space at the end of a line. */
static void print_cell(const struct table *table, size_t i, size_t width, struct buffer *out) {
    const struct stance_string text = cell(table, i);
    const size_t padding = width - display_width(text);
    const size_t column = i % table->n_columns;
    const bool left = column == 0 || table->flush_left;
    display_pad(out, 2 + (left ? 0 : padding));
    buffer_append(out, text.data, text.len);
    display_pad(out, left && column + 1 < table->n_columns ? padding : 0);
}

void table_print(struct table *table, struct buffer *out) {
    if (table->n_columns == 0) {
        return;
    }
    size_t *widths = memory_new(table->n_columns, sizeof *widths);
    for (size_t column = 0; column < table->n_columns; column++) {
        widths[column] = column_width(table, column);
    }
    for (size_t i = 0; i < table->n_cells; i++) {
        print_cell(table, i, widths[i % table->n_columns], out);
        if (i % table->n_columns == table->n_columns - 1) {
            buffer_append_char(out, '\n');
        }
    }
    free(widths);
    free(table->cells);
    buffer_free(&table->text);
}
