#include "offset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "calibrate.h"
#include "solver_problem.h"
#include "status.h"

struct balance {
    const double *decision; /* [label * n + record] */
    const bool *truth;
    size_t n, n_labels;
    double *offset;              /* of each label, so far */
    double *weight;              /* of each record: every label that has records weighs the same */
    double *frequency;           /* of each label: the sum of its records' weights */
    double *expected;            /* of each label: the weighted sum of its probabilities */
    double *shifted;             /* decision plus offset */
    double *value, *probability; /* of one record */
};

static enum stance_status balance_new(struct balance *b, struct stance_error *error) {
    b->weight = array_new(b->n, sizeof *b->weight, error);
    b->frequency = array_new(b->n_labels, sizeof *b->frequency, error);
    b->expected = array_new(b->n_labels, sizeof *b->expected, error);
    b->shifted = array_new_table(b->n, b->n_labels, sizeof *b->shifted, error);
    b->value = array_new(b->n_labels, sizeof *b->value, error);
    b->probability = array_new(b->n_labels, sizeof *b->probability, error);
    const bool complete = b->weight != NULL && b->frequency != NULL && b->expected != NULL && b->shifted != NULL &&
                          b->value != NULL && b->probability != NULL;
    return complete ? STANCE_OK : STANCE_ERROR_MEMORY;
}

static void balance_free(struct balance *b) {
    free(b->weight);
    free(b->frequency);
    free(b->expected);
    free(b->shifted);
    free(b->value);
    free(b->probability);
}

static void weigh_records(struct balance *b) {
    for (size_t label = 0; label < b->n_labels; label++) {
        const bool *has = b->truth + label * b->n;
        const size_t n_positive = solver_count_positive(has, b->n);
        b->frequency[label] = n_positive > 0 ? (double)b->n : 0.0;
        for (size_t i = 0; i < b->n; i++) {
            b->weight[i] += has[i] ? (double)b->n / (double)n_positive : 0.0;
        }
    }
}

static void shift(struct balance *b) {
    for (size_t label = 0; label < b->n_labels; label++) {
        for (size_t i = 0; i < b->n; i++) {
            b->shifted[label * b->n + i] = b->decision[label * b->n + i] + b->offset[label];
        }
    }
}

static void expect(struct balance *b, double slope) {
    memset(b->expected, 0, b->n_labels * sizeof *b->expected);
    for (size_t i = 0; i < b->n; i++) {
        for (size_t label = 0; label < b->n_labels; label++) {
            b->value[label] = b->shifted[label * b->n + i];
        }
        (void)calibrate_softmax(b->probability, b->value, b->n_labels, slope);
        for (size_t label = 0; label < b->n_labels; label++) {
            b->expected[label] += b->weight[i] * b->probability[label];
        }
    }
}

/* A step of iterative scaling; returns the largest ratio between what was seen and what was expected, as a logarithm. */
static double scale(struct balance *b, double slope) {
    double largest = 0.0;
    expect(b, slope);
    for (size_t label = 0; label < b->n_labels; label++) {
        if (b->frequency[label] > 0.0 && b->expected[label] > 0.0) {
            const double step = log(b->frequency[label] / b->expected[label]);
            b->offset[label] += step / slope;
            largest = fabs(step) > largest ? fabs(step) : largest;
        }
    }
    shift(b);
    return largest;
}

/* By turns the slope and the intercepts, each step of which raises the likelihood. */
static void find_balance(struct balance *b) {
    const double tolerance = 1e-3;
    enum { ROUNDS_MAX = 50, STEPS_MAX = 10 };
    shift(b);
    for (int round = 0; round < ROUNDS_MAX; round++) {
        const double slope = calibrate_fit_softmax(b->shifted, b->truth, b->weight, b->n, b->n_labels);
        const double first = scale(b, slope);
        for (int step = 1; first > tolerance && step < STEPS_MAX && scale(b, slope) > tolerance;) {
            step++;
        }
        if (first <= tolerance) {
            return;
        }
    }
}

/* The mean of the offsets says nothing: they are compared. */
static void take_share(struct balance *b) {
    double sum = 0.0, n_seen = 0.0;
    for (size_t label = 0; label < b->n_labels; label++) {
        sum += b->offset[label];
        n_seen += b->frequency[label] > 0.0;
    }
    for (size_t label = 0; label < b->n_labels; label++) {
        const double wanted = b->frequency[label] > 0.0 ? OFFSET_SHARE * (b->offset[label] - sum / n_seen) : 0.0;
        b->offset[label] = wanted > 1.0 ? 1.0 : wanted < -1.0 ? -1.0 : wanted;
    }
}

enum stance_status offset_fit(double *offset, double *decision, const bool *truth, size_t n, size_t n_labels,
                              struct stance_error *error) {
    struct balance b = {.decision = decision, .truth = truth, .n = n, .n_labels = n_labels, .offset = offset};
    memset(offset, 0, n_labels * sizeof *offset);
    const enum stance_status status = balance_new(&b, error);
    if (status == STANCE_OK) {
        weigh_records(&b);
        find_balance(&b);
        take_share(&b);
        shift(&b);
        memcpy(decision, b.shifted, n * n_labels * sizeof *decision);
    }
    balance_free(&b);
    return status;
}
