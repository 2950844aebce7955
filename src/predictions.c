#include "predictions.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "status.h"

char **predictions_copy_labels(const struct predictions *p, struct stance_error *error) {
    char **labels = array_new(p->n_labels, sizeof *labels, error);
    for (size_t i = 0; labels != NULL && i < p->n_labels; i++) {
        labels[i] = strdup(p->labels[i]);
        if (labels[i] == NULL) {
            (void)status_memory(error, strlen(p->labels[i]) + 1);
            predictions_free_labels(labels, i);
            labels = NULL;
        }
    }
    return labels;
}

void predictions_free_labels(char **labels, size_t n) {
    for (size_t i = 0; labels != NULL && i < n; i++) {
        free(labels[i]);
    }
    free(labels);
}

enum stance_status predictions_number_groups(uint32_t *group, size_t *n_groups_found, const uint32_t *of_record, size_t n_groups,
                                             const size_t *records, size_t n, struct stance_error *error) {
    uint32_t *number = array_new(n_groups, sizeof *number, error); /* plus one; 0: none yet */
    if (number == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t *here = &number[of_record[records[i]]];
        *here = *here != 0 ? *here : (uint32_t)++found;
        group[i] = *here - 1;
    }
    free(number);
    *n_groups_found = found;
    return STANCE_OK;
}

static void copy_cells(struct selected *selected, const struct predictions *from, struct cell_steps steps, const size_t *records) {
    const size_t n = selected->predictions.n_records;
    for (size_t i = 0; i < n; i++) {
        for (size_t label = 0; label < from->n_labels; label++) {
            const size_t at = records[i] * steps.record + label * steps.label, to = label * n + i;
            selected->truth[to] = from->truth[at];
            selected->predicted[to] = from->predicted[at];
            selected->probability[to] = from->probability[at];
        }
    }
}

enum stance_status selected_new(struct selected *selected, const struct predictions *from, struct cell_steps steps,
                                const size_t *records, size_t n, struct stance_error *error) {
    *selected = (struct selected){.predictions = *from,
                                  .truth = array_new(n * from->n_labels, sizeof *selected->truth, error),
                                  .predicted = array_new(n * from->n_labels, sizeof *selected->predicted, error),
                                  .probability = array_new(n * from->n_labels, sizeof *selected->probability, error),
                                  .group = array_new(n, sizeof *selected->group, error)};
    if (selected->truth == NULL || selected->predicted == NULL || selected->probability == NULL || selected->group == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    struct predictions *p = &selected->predictions;
    p->n_records = n;
    p->truth = selected->truth;
    p->predicted = selected->predicted;
    p->probability = selected->probability;
    p->group = selected->group;
    copy_cells(selected, from, steps, records);
    return predictions_number_groups(selected->group, &p->n_groups, from->group, from->n_groups, records, n, error);
}

void selected_free(struct selected *selected) {
    free(selected->truth);
    free(selected->predicted);
    free(selected->probability);
    free(selected->group);
}
