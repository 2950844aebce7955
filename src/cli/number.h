/* Numbers on the command line, strictly: the whole word, in the C locale's form, and within the type. */
#ifndef STANCE_CLI_NUMBER_H
#define STANCE_CLI_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* Decimal digits only. */
bool number_parse_size(const char *word, size_t *value);

/* Decimal notation with an optional sign and exponent; finite. */
bool number_parse_double(const char *word, double *value);

/* "MIN-MAX", or "N" for N-N, with MIN <= MAX. */
bool number_parse_range(const char *word, size_t *min, size_t *max);

#endif
