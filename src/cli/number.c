#include "number.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Reads the digits at `*word` and moves it behind them. */
static bool read_digits(const char **word, size_t *value) {
    size_t sum = 0;
    const char *c = *word;
    for (; *c >= '0' && *c <= '9'; c++) {
        const size_t digit = (size_t)(*c - '0');
        if (sum > (SIZE_MAX - digit) / 10) {
            return false;
        }
        sum = sum * 10 + digit;
    }
    const bool any = c != *word;
    *word = c;
    *value = sum;
    return any;
}

bool number_parse_size(const char *word, size_t *value) {
    size_t parsed;
    if (!read_digits(&word, &parsed) || *word != '\0') {
        return false;
    }
    *value = parsed;
    return true;
}

/* strtod also takes white space, hexadecimal, "inf" and "nan", which are mistakes here. The program never calls setlocale, so the
 * decimal point is a point. */
bool number_parse_double(const char *word, double *value) {
    if (*word == '\0' || word[strspn(word, "0123456789.eE+-")] != '\0') {
        return false;
    }
    char *end;
    const double parsed = strtod(word, &end);
    if (*end != '\0' || !isfinite(parsed)) {
        return false;
    }
    *value = parsed;
    return true;
}

bool number_parse_range(const char *word, size_t *min, size_t *max) {
    size_t low;
    size_t high;
    if (!read_digits(&word, &low)) {
        return false;
    }
    high = low;
    if (*word == '-') {
        word++;
        if (!read_digits(&word, &high)) {
            return false;
        }
    }
    if (*word != '\0' || low > high) {
        return false;
    }
    *min = low;
    *max = high;
    return true;
}
