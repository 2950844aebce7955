#include "tuning.h"

#include <stdlib.h>

#include "status.h"

size_t stance_tuning_n_combinations(const struct stance_tuning *tuning) {
    return tuning->n_features * tuning->n_class_weights * tuning->n_log_counts * tuning->n_costs;
}

static struct stance_tuning_combination combination_at(const struct stance_tuning *tuning, size_t number) {
    const size_t share = number / tuning->n_costs, set = share / tuning->n_log_counts;
    return (struct stance_tuning_combination){.features = &tuning->features[set / tuning->n_class_weights],
                                              .class_weight = tuning->class_weights[set % tuning->n_class_weights],
                                              .log_count = tuning->log_counts[share % tuning->n_log_counts],
                                              .c = tuning->costs[number % tuning->n_costs],
                                              .macro_f1 = tuning->figures[number].macro_f1,
                                              .spread = tuning->figures[number].spread,
                                              .chosen = number == tuning->best};
}

enum stance_status stance_tuning_combination(const struct stance_tuning *tuning, size_t number,
                                             struct stance_tuning_combination *combination, struct stance_error *error) {
    const size_t n = stance_tuning_n_combinations(tuning);
    if (number >= n) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "combination %zu of %zu: they are numbered from 0", number, n);
    }
    *combination = combination_at(tuning, number);
    return STANCE_OK;
}

void stance_tuning_apply(const struct stance_tuning *tuning, struct stance_train_options *options) {
    const struct stance_tuning_combination chosen = combination_at(tuning, tuning->best);
    options->features = chosen.features->options;
    options->class_weight = chosen.class_weight;
    options->log_count = chosen.log_count;
    options->c = chosen.c;
    options->tuning = tuning;
}

void stance_tuning_free(struct stance_tuning *tuning) {
    if (tuning != NULL) {
        free(tuning->features);
        free(tuning->class_weights);
        free(tuning->log_counts);
        free(tuning->costs);
        free(tuning->figures);
        free(tuning);
    }
}
