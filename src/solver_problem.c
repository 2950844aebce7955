#include "solver_problem.h"

size_t solver_count_positive(const bool *positive, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += positive[i];
    }
    return count;
}

struct solver_factors solver_factors(enum stance_class_weight weight, const bool *positive, size_t n) {
    if (weight != STANCE_WEIGHT_BALANCED) {
        return (struct solver_factors){.positive = 1.0, .negative = 1.0};
    }
    const size_t n_positive = solver_count_positive(positive, n);
    return (struct solver_factors){.positive = (double)n / (2.0 * (double)n_positive),
                                   .negative = (double)n / (2.0 * (double)(n - n_positive))};
}
