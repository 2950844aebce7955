#include "calibrate.h"

#include <math.h>
#include <stdlib.h>

#include "array.h"
#include "status.h"

double calibrate_probability(struct platt platt, double decision) {
    const double z = platt.a * decision + platt.b;
    const double e = exp(-fabs(z));
    const double numerators[] = {1.0, e}; /* chosen without a branch, which would often be guessed wrong */
    return numerators[z >= 0.0] / (1.0 + e);
}

/* --- Platt scaling: the names are those of the paper --- */

struct platt_problem {
    const double *decision;
    const bool *positive;
    size_t n;
    double high_target, low_target; /* the targets of positives and negatives, drawn in from 1 and 0 */
};

struct platt_slope {
    double h11, h22, h21; /* the Hessian */
    double g1, g2;        /* the gradient */
};

static double target_of(const struct platt_problem *problem, size_t i) {
    return problem->positive[i] ? problem->high_target : problem->low_target;
}

/* The negative log-likelihood, in the form that does not cancel. */
static double objective(const struct platt_problem *problem, struct platt platt) {
    double sum = 0.0;
    for (size_t i = 0; i < problem->n; i++) {
        const double z = platt.a * problem->decision[i] + platt.b, t = target_of(problem, i);
        sum += z >= 0.0 ? t * z + log1p(exp(-z)) : (t - 1.0) * z + log1p(exp(z));
    }
    return sum;
}

static struct platt_slope slope_at(const struct platt_problem *problem, struct platt platt) {
    const double sigma = 1e-12; /* keeps the Hessian positive definite */
    struct platt_slope slope = {.h11 = sigma, .h22 = sigma};
    for (size_t i = 0; i < problem->n; i++) {
        const double f = problem->decision[i];
        const double p = calibrate_probability(platt, f), d1 = target_of(problem, i) - p, d2 = p * (1.0 - p);
        slope.h11 += f * f * d2;
        slope.h22 += d2;
        slope.h21 += f * d2;
        slope.g1 += f * d1;
        slope.g2 += d1;
    }
    return slope;
}

/* Halves the Newton step until it brings enough; false where no step does. */
static bool search_line(const struct platt_problem *problem, const struct platt_slope *slope, struct platt *platt, double *value) {
    const double determinant = slope->h11 * slope->h22 - slope->h21 * slope->h21;
    const double da = -(slope->h22 * slope->g1 - slope->h21 * slope->g2) / determinant;
    const double db = -(-slope->h21 * slope->g1 + slope->h11 * slope->g2) / determinant;
    const double descent = slope->g1 * da + slope->g2 * db;
    double step = 1.0;
    for (int halvings = 0; halvings < 34; halvings++) { /* down to 1e-10 */
        const struct platt moved = {.a = platt->a + step * da, .b = platt->b + step * db};
        const double moved_value = objective(problem, moved);
        if (moved_value < *value + 1e-4 * step * descent) {
            *platt = moved;
            *value = moved_value;
            return true;
        }
        step /= 2.0;
    }
    return false;
}

enum stance_status calibrate_fit(struct platt *platt, const double *decision, const bool *positive, size_t n,
                                 struct stance_error *error) {
    double n_positive = 0.0, n_negative = 0.0;
    for (size_t i = 0; i < n; i++) {
        n_positive += positive[i];
        n_negative += !positive[i];
        if (!isfinite(decision[i])) {
            return status_set(error, STANCE_ERROR_INTERNAL, "a decision value is not finite");
        }
    }
    const struct platt_problem problem = {.decision = decision,
                                          .positive = positive,
                                          .n = n,
                                          .high_target = (n_positive + 1.0) / (n_positive + 2.0),
                                          .low_target = 1.0 / (n_negative + 2.0)};
    const struct platt flat = {.a = 0.0, .b = log((n_negative + 1.0) / (n_positive + 1.0))};
    struct platt fitted = flat;
    double value = objective(&problem, fitted);
    for (int iteration = 0; iteration < 100; iteration++) {
        const struct platt_slope slope = slope_at(&problem, fitted);
        if ((fabs(slope.g1) < 1e-5 && fabs(slope.g2) < 1e-5) || !search_line(&problem, &slope, &fitted, &value)) {
            break;
        }
    }
    *platt = fitted.a < 0.0 ? fitted : flat;
    return STANCE_OK;
}

/* --- Thresholds --- */

struct ranked_record {
    double probability;
    bool positive;
};

static int compare_descending(const void *a, const void *b) {
    const double x = ((const struct ranked_record *)a)->probability, y = ((const struct ranked_record *)b)->probability;
    return (x < y) - (x > y);
}

struct cut {
    double score, threshold;
};

/* How good it is to predict the first `taken` records, `hits` of them rightly. */
static double rate_cut(double hits, double taken, double n_positive, double wanted_precision) {
    const double precision = hits / taken;
    if (wanted_precision <= 0.0) {
        return 2.0 * hits / (taken + n_positive);
    }
    return precision >= wanted_precision ? 1.0 + taken : precision; /* any cut that reaches it beats any that does not */
}

/* What a record counts for among the hits: for a wanted precision what it is, for F1 what its probability expects of it. The
 * maximum over many cuts of a count is luck in part, more so for a rare label; that of an expectation is not. */
static double hit_of(const struct ranked_record *record, double wanted_precision) {
    return wanted_precision > 0.0 ? (double)record->positive : record->probability;
}

/* Between two probabilities, where there is a number between them; never as low as the lower one, which is not to be predicted. */
static double threshold_between(double lower, double upper) {
    const double middle = lower + (upper - lower) / 2.0;
    return middle > lower ? middle : upper;
}

static double choose_threshold(const struct ranked_record *ranked, size_t n, double wanted_precision) {
    struct cut best = {.score = 0.0, .threshold = 1.0};
    double hits = 0.0, n_positive = 0.0;
    for (size_t i = 0; i < n; i++) {
        n_positive += hit_of(&ranked[i], wanted_precision);
    }
    for (size_t i = 0; i < n; i++) {
        hits += hit_of(&ranked[i], wanted_precision);
        const bool is_last = i + 1 == n;
        if (!is_last && ranked[i + 1].probability == ranked[i].probability) {
            continue; /* equal probabilities are predicted alike */
        }
        const double score = rate_cut(hits, (double)(i + 1), n_positive, wanted_precision);
        if (score > best.score) {
            const double next = is_last ? ranked[i].probability : ranked[i + 1].probability;
            best = (struct cut){.score = score, .threshold = threshold_between(next, ranked[i].probability)};
        }
    }
    return best.threshold;
}

enum stance_status calibrate_threshold(double *threshold, const double *probability, const bool *positive, size_t n,
                                       double wanted_precision, struct stance_error *error) {
    struct ranked_record *ranked = array_new(n, sizeof *ranked, error);
    if (ranked == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        ranked[i] = (struct ranked_record){.probability = probability[i], .positive = positive[i]};
    }
    qsort(ranked, n, sizeof *ranked, compare_descending);
    *threshold = choose_threshold(ranked, n, wanted_precision);
    free(ranked);
    return STANCE_OK;
}

/* --- Softmax --- */

size_t calibrate_softmax(double *probability, const double *decision, size_t n_labels, double slope) {
    size_t best = 0;
    for (size_t label = 1; label < n_labels; label++) {
        best = decision[label] > decision[best] ? label : best;
    }
    double sum = 0.0;
    for (size_t label = 0; label < n_labels; label++) {
        probability[label] = exp(slope * (decision[label] - decision[best]));
        sum += probability[label];
    }
    for (size_t label = 0; label < n_labels; label++) {
        probability[label] /= sum;
    }
    return best;
}

/* The first two derivatives of the negative log-likelihood, which is convex in the slope. */
struct curvature {
    double first, second;
};

static struct curvature softmax_curvature(const double *decision, const bool *truth, const double *weight, size_t n,
                                          size_t n_labels, double slope) {
    struct curvature sum = {.first = 0.0, .second = 0.0};
    for (size_t i = 0; i < n; i++) {
        double best = decision[i], right = decision[i];
        for (size_t label = 0; label < n_labels; label++) {
            const double value = decision[label * n + i];
            best = value > best ? value : best;
            right = truth[label * n + i] ? value : right;
        }
        double all = 0.0, mean = 0.0, square = 0.0;
        for (size_t label = 0; label < n_labels; label++) {
            const double value = decision[label * n + i] - best, e = exp(slope * value);
            all += e;
            mean += e * value;
            square += e * value * value;
        }
        mean /= all;
        const double w = weight != NULL ? weight[i] : 1.0;
        sum.first += w * (mean - (right - best));
        sum.second += w * (square / all - mean * mean);
    }
    return sum;
}

double calibrate_fit_softmax(const double *decision, const bool *truth, const double *weight, size_t n, size_t n_labels) {
    /* Newton's method, and bisection of the slope's logarithm where it leaves what the derivatives have bounded. */
    double low = 0.01, high = 100.0, slope = 1.0;
    for (int i = 0; i < 60 && high - low > 1e-9 * low; i++) {
        const struct curvature at = softmax_curvature(decision, truth, weight, n, n_labels, slope);
        *(at.first < 0.0 ? &low : &high) = slope;
        const double next = slope - at.first / at.second;
        if (fabs(next - slope) < 1e-9 * slope) {
            return next;
        }
        slope = next > low && next < high ? next : sqrt(low * high);
    }
    return slope;
}
