/* CSV (RFC 4180) and TSV with the same quoting: a field that starts with a quote ends with one, may hold delimiters and newlines,
 * and has its own quotes doubled. A quote inside a field that does not start with one is an ordinary character. */
#ifndef STANCE_CLI_DELIMITED_H
#define STANCE_CLI_DELIMITED_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "input.h"
#include "stance.h"

struct delimited_dialect {
    char delimiter;
    bool no_quotes; /* quotes are ordinary characters */
};

struct delimited_row {
    struct stance_string *fields; /* unquoted; they point into the parsed bytes or into `unquoted` */
    size_t n, capacity;
    struct buffer unquoted;
};

void delimited_row_free(struct delimited_row *row);

/* Finds the end of a row for input_read_record; zero-initialise all but the dialect before every row. */
struct delimited_scan {
    struct delimited_dialect dialect;
    int place;
    size_t n_newlines;      /* in the quoted fields so far; */
    size_t newlines_before; /* and before the quote that was opened last */
};
input_scan delimited_scan;

/* Whether the bytes so far end within a quoted field. */
bool delimited_is_inside(const struct delimited_scan *scan);

/* Cuts one row, without its line terminator, into fields. NULL, or what is wrong with it. */
const char *delimited_parse(struct delimited_row *row, struct delimited_dialect dialect, struct stance_string bytes);

/* The index of the column of this name; SIZE_MAX where there is none. */
size_t delimited_find(const struct delimited_row *header, const char *name);
/* The same from column `start` on. */
size_t delimited_find_from(const struct delimited_row *header, size_t start, const char *name);
/* Whether two columns have one name that is not empty, and which. */
bool delimited_find_double(const struct delimited_row *header, size_t *first, size_t *second);

/* Appends a field, quoted where it has to be and the dialect has quotes. */
void delimited_write(struct buffer *out, struct delimited_dialect dialect, struct stance_string field);

/* Makes of what stands in `out` from `start` on a field of its own. */
void delimited_quote(struct buffer *out, struct delimited_dialect dialect, size_t start);

#endif
