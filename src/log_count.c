#include "log_count.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

enum stance_status log_counts_new(struct log_counts *counts, const struct sparse_row *rows, size_t n, size_t n_features,
                                  struct stance_error *error) {
    *counts = (struct log_counts){.rows = rows,
                                  .n = n,
                                  .n_features = n_features,
                                  .df = array_new(n_features, sizeof *counts->df, error),
                                  .squares = array_new(n_features, sizeof *counts->squares, error)};
    if (counts->df == NULL || counts->squares == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < rows[i].n; k++) {
            const struct sparse_entry *entry = &rows[i].entries[k];
            counts->df[entry->id]++;
            counts->squares[entry->id] += (double)entry->value * (double)entry->value;
        }
    }
    return STANCE_OK;
}

void log_counts_free(struct log_counts *counts) {
    free(counts->df);
    free(counts->squares);
}

/* The rows with the label that have each feature. */
static void count_positive(double *with, const struct log_counts *counts, const bool *positive) {
    memset(with, 0, counts->n_features * sizeof *with);
    for (size_t i = 0; i < counts->n; i++) {
        for (size_t k = 0; positive[i] && k < counts->rows[i].n; k++) {
            with[counts->rows[i].entries[k].id] += 1.0;
        }
    }
}

/* Turns the counts of count_positive into ratios; returns their mean. */
static double take_ratios(double *with, const struct log_counts *counts) {
    double all_with = 0.0, all_without = 0.0, sum = 0.0;
    size_t n_seen = 0;
    for (size_t j = 0; j < counts->n_features; j++) {
        if (counts->df[j] > 0) {
            all_with += with[j] + 1.0;
            all_without += (double)counts->df[j] - with[j] + 1.0;
            n_seen++;
        }
    }
    const double expected = n_seen > 0 ? log(all_with / all_without) : 0.0;
    for (size_t j = 0; j < counts->n_features; j++) {
        if (counts->df[j] > 0) {
            with[j] = fabs(log((with[j] + 1.0) / ((double)counts->df[j] - with[j] + 1.0)) - expected);
            sum += with[j];
        }
    }
    return n_seen > 0 ? sum / (double)n_seen : 0.0;
}

void log_count_factors(double *factors, const struct log_counts *counts, const bool *positive, double share) {
    count_positive(factors, counts, positive);
    const double mean = take_ratios(factors, counts);
    double before = 0.0, after = 0.0;
    for (size_t j = 0; j < counts->n_features; j++) {
        const bool is_one = counts->df[j] == 0 || !(mean > 0.0); /* no ratio differs from another where their mean is 0 */
        factors[j] = is_one ? 1.0 : (1.0 - share) + share * factors[j] / mean;
        before += counts->squares[j];
        after += counts->squares[j] * factors[j] * factors[j];
    }
    const double rescale = after > 0.0 ? sqrt(before / after) : 1.0;
    for (size_t j = 0; j < counts->n_features; j++) {
        factors[j] = counts->df[j] == 0 ? 1.0 : factors[j] * rescale;
    }
}
