/* The fold of libsvm's support vectors against libsvm's own decision values, and calibration against what the papers say. */
#include "check.h"

#include <libsvm/svm.h>

#include "calibrate.h"
#include "libsvm.h"
#include "log_count.h"
#include "random.h"
#include "solver.h"

enum { N = 120, N_FEATURES = 40 };

struct sample {
    struct sparse_row rows[N];
    struct sparse_entry entries[N][N_FEATURES];
    bool positive[N];
};

static double uniform(struct random *random) { return (double)(random_next(random) >> 11) / 9007199254740992.0; }

/* Sparse vectors, the label a noisy function of two features. */
static void fill(struct sample *s, uint64_t seed) {
    struct random random = random_new(seed);
    for (size_t i = 0; i < N; i++) {
        size_t n = 0;
        double signal = uniform(&random) - 0.6;
        for (uint32_t f = 0; f < N_FEATURES; f++) {
            if (uniform(&random) < 0.25) {
                const float value = (float)uniform(&random);
                s->entries[i][n++] = (struct sparse_entry){.value = value, .id = f};
                signal += f == 3 ? (double)value : f == 7 ? -(double)value : 0.0;
            }
        }
        s->rows[i] = (struct sparse_row){.entries = s->entries[i], .n = n};
        s->positive[i] = signal > 0.0;
    }
}

static double inner(const struct sparse_row *a, const struct sparse_row *b) {
    double sum = 0.0;
    for (size_t i = 0; i < a->n; i++) {
        for (size_t k = 0; k < b->n; k++) {
            sum += a->entries[i].id == b->entries[k].id ? (double)a->entries[i].value * (double)b->entries[k].value : 0.0;
        }
    }
    return sum;
}

/* libsvm's decision value for a record, positive for `positive`; its kernel is the Gram matrix, so it wants the inner products. */
static double ask_libsvm(const struct svm_model *solution, const struct sample *s, const struct sparse_row *vector) {
    struct svm_node row[N + 1];
    row[0] = (struct svm_node){.index = 0, .value = 0.0};
    for (size_t i = 0; i < N; i++) {
        row[i + 1] = (struct svm_node){.index = (int)i + 1, .value = inner(vector, &s->rows[i])};
    }
    double value;
    (void)svm_predict_values(solution, row, &value);
    return solution->label[0] == 1 ? value : -value;
}

static void test_fold_equals_libsvm(void **state) {
    (void)state;
    static struct sample s, unseen;
    struct stance_error error;
    const struct parallel parallel = {.n_workers = 2};
    for (uint64_t seed = 1; seed <= 20; seed++) {
        fill(&s, seed);
        fill(&unseen, seed + 1000);
        struct libsvm_data *data = NULL;
        assert_ok(libsvm_data_new(&data, s.rows, N, N_FEATURES, N, &parallel, &error));
        double weights[N_FEATURES];
        struct linear_head head = {.weights = weights};
        struct svm_model *solution = NULL;
        const struct solver_cost cost = {.c = seed % 2 == 0 ? 0.5 : 8.0,
                                         .weight = seed % 3 == 0 ? STANCE_WEIGHT_BALANCED : STANCE_WEIGHT_NONE};
        assert_ok(libsvm_solve(&solution, data, s.positive, cost, &error));
        libsvm_fold(&head, solution, data);
        for (size_t i = 0; i < N; i++) {
            assert_near(solver_decide(&head, &s.rows[i]), ask_libsvm(solution, &s, &s.rows[i]), 1e-9);
            assert_near(solver_decide(&head, &unseen.rows[i]), ask_libsvm(solution, &s, &unseen.rows[i]), 1e-9);
        }
        svm_free_and_destroy_model(&solution);
        libsvm_data_free(data);
    }
}

/* The Gram matrix changes the speed alone: with it and without it the function is the one that libsvm finds with its own linear
 * kernel, to its tolerance. */
static void test_gram_equals_linear(void **state) {
    (void)state;
    static struct sample s;
    fill(&s, 5);
    struct stance_error error;
    double weights[2][N_FEATURES];
    struct linear_head heads[2] = {{.weights = weights[0]}, {.weights = weights[1]}};
    for (size_t without = 0; without < 2; without++) {
        struct libsvm_data *data = NULL;
        assert_ok(libsvm_data_new(&data, s.rows, N, N_FEATURES, N - without, &(struct parallel){.n_workers = 1}, &error));
        const struct solver_cost cost = {.c = 1.0, .weight = STANCE_WEIGHT_NONE};
        assert_ok(libsvm_fit(&heads[without], data, s.positive, cost, &error));
        libsvm_data_free(data);
    }
    static struct svm_node nodes[N][N_FEATURES + 1];
    struct svm_node *rows[N];
    double y[N];
    for (size_t i = 0; i < N; i++) {
        for (size_t k = 0; k < s.rows[i].n; k++) {
            nodes[i][k] = (struct svm_node){.index = (int)s.rows[i].entries[k].id + 1, .value = (double)s.rows[i].entries[k].value};
        }
        nodes[i][s.rows[i].n].index = -1;
        rows[i] = nodes[i];
        y[i] = s.positive[i] ? 1.0 : -1.0;
    }
    const struct svm_problem problem = {.l = N, .y = y, .x = rows};
    const struct svm_parameter parameter = {
        .svm_type = C_SVC, .kernel_type = LINEAR, .C = 1.0, .eps = 1e-3, .cache_size = 16.0, .shrinking = 1};
    struct svm_model *model = svm_train(&problem, &parameter);
    assert_non_null(model);
    for (size_t i = 0; i < N; i++) {
        double value;
        (void)svm_predict_values(model, rows[i], &value);
        value = model->label[0] == 1 ? value : -value;
        assert_near(solver_decide(&heads[0], &s.rows[i]), value, 5e-3);
        assert_near(solver_decide(&heads[1], &s.rows[i]), value, 1e-9); /* the same kernel */
    }
    svm_free_and_destroy_model(&model);
}

static const struct parallel ONE_WORKER = {.n_workers = 1};

/* With the matrix and without it heads are the same to the bit, also where a row has no other to share nodes with. */
static void test_gram_is_exact(void **state) {
    (void)state;
    static struct sample s;
    fill(&s, 10);
    for (size_t n = N - 1; n <= N; n++) {
        double weights[2][N_FEATURES];
        struct linear_head heads[2] = {{.weights = weights[0]}, {.weights = weights[1]}};
        for (size_t without = 0; without < 2; without++) {
            struct stance_error error;
            struct libsvm_data *data = NULL;
            assert_ok(libsvm_data_new(&data, s.rows, n, N_FEATURES, n - without, &(struct parallel){.n_workers = 2}, &error));
            assert_ok(libsvm_fit(&heads[without], data, s.positive,
                                 (struct solver_cost){.c = 2.0, .weight = STANCE_WEIGHT_BALANCED}, &error));
            libsvm_data_free(data);
        }
        assert_memory_equal(weights[0], weights[1], sizeof weights[0]);
        assert_near(heads[0].bias, heads[1].bias, 0.0);
    }
    assert_true(libsvm_gram_max() >= 1000 && libsvm_gram_max() <= 23170);
}

/* The matrix never takes more than half of the memory; where the system does not tell, 4 GiB. */
static void test_gram_bound(void **state) {
    (void)state;
    static const struct {
        long pages, page_size;
        size_t expected;
    } cases[] = {{1 << 30, 4096, 23168}, {1 << 20, 4096, 16382}, {2, 4096, 20},    {1, 8, 0},
                 {0, 0, 23168},          {-1, -1, 23168},        {-1, 4096, 23168}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(libsvm_gram_bound(cases[i].pages, cases[i].page_size), cases[i].expected);
    }
}

/* Scaled rows give the same head with the matrix and without. */
static void test_scaled_gram(void **state) {
    (void)state;
    static struct sample s;
    fill(&s, 12);
    double factors[N_FEATURES], weights[2][N_FEATURES];
    for (size_t f = 0; f < N_FEATURES; f++) {
        factors[f] = 0.3 + 0.1 * (double)f;
    }
    struct linear_head heads[2] = {{.weights = weights[0]}, {.weights = weights[1]}};
    for (size_t i = 0; i < 2; i++) {
        struct stance_error error;
        struct libsvm_data *data = NULL;
        assert_ok(libsvm_data_new_scaled(&data, s.rows, factors, N, N_FEATURES, i == 0 ? 0 : N, &error));
        assert_ok(libsvm_fit(&heads[i], data, s.positive, (struct solver_cost){.c = 1.0, .weight = STANCE_WEIGHT_NONE}, &error));
        libsvm_data_free(data);
    }
    assert_memory_equal(weights[0], weights[1], sizeof weights[0]);
    assert_near(heads[0].bias, heads[1].bias, 0.0);
    assert_true(fabs(weights[0][3]) > 0.01);
}

/* A head is a constant where its records are of one kind, also beside heads whose are not. */
static void test_one_class(void **state) {
    (void)state;
    static struct sample s;
    fill(&s, 6);
    static const bool none[N];
    for (int solver = STANCE_SOLVER_LIBSVM; solver <= STANCE_SOLVER_DCD; solver++) {
        struct stance_error error;
        struct solver_data *data = NULL;
        assert_ok(solver_data_new(&data, (struct solver_method){.solver = (enum stance_solver)solver}, s.rows, N, N_FEATURES,
                                  &ONE_WORKER, &error));
        double weights[2][N_FEATURES];
        struct linear_head heads[2] = {{.weights = weights[0]}, {.weights = weights[1]}};
        const struct solver_cost cost = {.c = 1.0, .weight = STANCE_WEIGHT_BALANCED};
        const struct solver_problem problems[2] = {{.positive = none, .cost = cost}, {.positive = s.positive, .cost = cost}};
        assert_ok(solver_fit(heads, data, problems, 2, &error));
        assert_near(solver_decide(&heads[0], &s.rows[0]), -1.0, 0.0);
        assert_true(weights[1][3] > 0.0 && weights[1][7] < 0.0);
        solver_data_free(data);
    }
}

static double sign_of(bool positive) { return positive ? 1.0 : -1.0; }

/* Where |w|^2 / 2 + C sum max(0, 1 - y f)^2 is smallest its gradient vanishes, the bias being a weight like the others. Returns the
 * largest part of the gradient, measured by the sum of what pulls. */
static double steepest(const struct linear_head *head, const struct sample *s, struct solver_cost cost) {
    const struct solver_factors factors = solver_factors(cost.weight, s->positive, N);
    double gradient[N_FEATURES + 1], scale = 0.0, most = 0.0;
    memcpy(gradient, head->weights, N_FEATURES * sizeof *gradient);
    gradient[N_FEATURES] = head->bias;
    for (size_t i = 0; i < N; i++) {
        const double y = sign_of(s->positive[i]), c = cost.c * (s->positive[i] ? factors.positive : factors.negative);
        const double pull = 2.0 * c * y * fmax(0.0, 1.0 - y * solver_decide(head, &s->rows[i]));
        for (size_t k = 0; k < s->rows[i].n; k++) {
            gradient[s->rows[i].entries[k].id] -= pull * (double)s->rows[i].entries[k].value;
        }
        gradient[N_FEATURES] -= pull;
        scale += fabs(pull);
    }
    for (size_t f = 0; f <= N_FEATURES; f++) {
        most = fmax(most, fabs(gradient[f]) / scale);
    }
    return most;
}

static void test_squared_hinge_is_optimal(void **state) {
    (void)state;
    static struct sample s;
    const struct {
        enum stance_solver solver;
        double tolerance;
    } cases[] = {{STANCE_SOLVER_LIBLINEAR, 1e-3}, {STANCE_SOLVER_DCD, 2e-2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct stance_error error;
        fill(&s, 7);
        struct solver_data *data = NULL;
        assert_ok(
            solver_data_new(&data, (struct solver_method){.solver = cases[i].solver}, s.rows, N, N_FEATURES, &ONE_WORKER, &error));
        double weights[N_FEATURES];
        struct linear_head head = {.weights = weights};
        const struct solver_problem problem = {.positive = s.positive, .cost = {.c = 0.7, .weight = STANCE_WEIGHT_BALANCED}};
        assert_ok(solver_fit(&head, data, &problem, 1, &error));
        assert_true(steepest(&head, &s, problem.cost) < cases[i].tolerance);
        solver_data_free(data);
    }
}

/* The features of `from` times the factors of its label. */
static void scale(struct sample *to, const struct sample *from, double share) {
    struct stance_error error;
    struct log_counts counts;
    double factors[N_FEATURES];
    assert_ok(log_counts_new(&counts, from->rows, N, N_FEATURES, &error));
    log_count_factors(factors, &counts, from->positive, share);
    log_counts_free(&counts);
    *to = *from;
    for (size_t i = 0; i < N; i++) {
        to->rows[i].entries = to->entries[i];
        for (size_t k = 0; k < to->rows[i].n; k++) {
            struct sparse_entry *entry = &to->entries[i][k];
            entry->value = (float)((double)entry->value * factors[entry->id]);
        }
    }
}

/* Trains on `s` and decides the rows of `s`. */
static void train_and_decide(double *decision, const struct sample *s, enum stance_solver solver, double log_count) {
    struct stance_error error;
    struct solver_data *data = NULL;
    const struct solver_method method = {.solver = solver, .log_count = log_count};
    assert_ok(solver_data_new(&data, method, s->rows, N, N_FEATURES, &ONE_WORKER, &error));
    double weights[N_FEATURES];
    struct linear_head head = {.weights = weights};
    const struct solver_problem problem = {.positive = s->positive, .cost = {.c = 2.0, .weight = STANCE_WEIGHT_BALANCED}};
    assert_ok(solver_fit(&head, data, &problem, 1, &error));
    for (size_t i = 0; i < N; i++) {
        decision[i] = solver_decide(&head, &s->rows[i]);
    }
    solver_data_free(data);
}

/* A head with the scale in its weights says of a row what a head that was trained on scaled rows says of the scaled row. */
static void test_weights_hold_the_scale(void **state) {
    (void)state;
    static struct sample s, scaled;
    fill(&s, 11);
    scale(&scaled, &s, 0.8);
    const struct {
        enum stance_solver solver;
        double tolerance;
    } cases[] = {{STANCE_SOLVER_LIBSVM, 5e-3}, {STANCE_SOLVER_LIBLINEAR, 1e-4}, {STANCE_SOLVER_DCD, 1e-4}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double folded[N], wanted[N], plain[N], most = 0.0;
        train_and_decide(folded, &s, cases[i].solver, 0.8);
        train_and_decide(wanted, &scaled, cases[i].solver, 0.0);
        train_and_decide(plain, &s, cases[i].solver, 0.0);
        for (size_t k = 0; k < N; k++) {
            assert_near(folded[k], wanted[k], cases[i].tolerance);
            most = fmax(most, fabs(plain[k] - wanted[k]));
        }
        assert_true(most > 0.1);
    }
}

/* Heads side by side become what each becomes alone, to the bit. */
static void check_lanes(double log_count) {
    static struct sample s, other;
    fill(&s, 8);
    fill(&other, 9);
    struct stance_error error;
    struct solver_data *data = NULL;
    assert_ok(solver_data_new(&data, (struct solver_method){.solver = STANCE_SOLVER_DCD, .log_count = log_count}, s.rows, N,
                              N_FEATURES, &ONE_WORKER, &error));
    const struct solver_problem problems[SOLVER_WIDTH_MAX] = {
        {.positive = s.positive, .cost = {.c = 0.1, .weight = STANCE_WEIGHT_NONE}},
        {.positive = other.positive, .cost = {.c = 4.0, .weight = STANCE_WEIGHT_NONE}},
        {.positive = s.positive, .cost = {.c = 4.0, .weight = STANCE_WEIGHT_BALANCED}},
        {.positive = other.positive, .cost = {.c = 0.5, .weight = STANCE_WEIGHT_BALANCED}},
    };
    double weights[SOLVER_WIDTH_MAX][N_FEATURES], alone[N_FEATURES];
    struct linear_head heads[SOLVER_WIDTH_MAX] = {
        {.weights = weights[0]}, {.weights = weights[1]}, {.weights = weights[2]}, {.weights = weights[3]}};
    assert_ok(solver_fit(heads, data, problems, SOLVER_WIDTH_MAX, &error));
    for (size_t i = 0; i < SOLVER_WIDTH_MAX; i++) {
        struct linear_head head = {.weights = alone};
        assert_ok(solver_fit(&head, data, &problems[i], 1, &error));
        assert_memory_equal(alone, weights[i], sizeof alone);
        assert_near(head.bias, heads[i].bias, 0.0);
    }
    solver_data_free(data);
}

static void test_lanes_are_independent(void **state) {
    (void)state;
    check_lanes(0.0);
    check_lanes(0.5);
}

/* Drawn from a known sigmoid, it is found again; the likelihood at the fit is no worse than at the truth. */
static void test_platt(void **state) {
    (void)state;
    enum { MANY = 20000 };
    static double decision[MANY];
    static bool positive[MANY];
    struct random random = random_new(3);
    const struct platt truth = {.a = -2.0, .b = 0.7};
    for (size_t i = 0; i < MANY; i++) {
        decision[i] = 6.0 * uniform(&random) - 3.0;
        positive[i] = uniform(&random) < calibrate_probability(truth, decision[i]);
    }
    struct stance_error error;
    struct platt fitted;
    assert_ok(calibrate_fit(&fitted, decision, positive, MANY, &error));
    assert_near(fitted.a, truth.a, 0.06);
    assert_near(fitted.b, truth.b, 0.06);
    assert_near(calibrate_probability(fitted, 1e6), 1.0, 1e-12);
    assert_near(calibrate_probability(fitted, -1e6), 0.0, 1e-12);
}

struct platt_case {
    double centre, width; /* of the decision values */
    double a, b;          /* of the sigmoid that labels are drawn from */
};

/* The gradient of the likelihood vanishes at the fit, however skewed labels and values are. */
static void test_platt_is_optimal(void **state) {
    (void)state;
    enum { MANY = 500 };
    static const struct platt_case cases[] = {{0.0, 2.0, -2.0, 0.7}, {3.0, 1.0, -3.0, 9.0},   {-5.0, 4.0, -1.0, -2.0},
                                              {0.0, 1.0, -8.0, 6.0}, {10.0, 0.5, -1.0, 10.0}, {0.0, 30.0, -0.1, 1.0}};
    struct random random = random_new(5);
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        double decision[MANY], n_positive = 0.0;
        bool positive[MANY];
        for (size_t i = 0; i < MANY; i++) {
            decision[i] = cases[k].centre + cases[k].width * (2.0 * uniform(&random) - 1.0);
            positive[i] = uniform(&random) < calibrate_probability((struct platt){.a = cases[k].a, .b = cases[k].b}, decision[i]);
            n_positive += positive[i];
        }
        struct stance_error error;
        struct platt fitted;
        assert_ok(calibrate_fit(&fitted, decision, positive, MANY, &error));
        assert_true(fitted.a < 0.0);
        double of_a = 0.0, of_b = 0.0;
        for (size_t i = 0; i < MANY; i++) {
            const double target = positive[i] ? (n_positive + 1.0) / (n_positive + 2.0) : 1.0 / (MANY - n_positive + 2.0);
            const double rest = target - calibrate_probability(fitted, decision[i]);
            of_a += decision[i] * rest;
            of_b += rest;
        }
        assert_near(of_a, 0.0, 1e-4);
        assert_near(of_b, 0.0, 1e-4);
    }
}

/* Separable values give finite slopes: the targets are drawn in. */
static void test_platt_separable(void **state) {
    (void)state;
    const double decision[] = {-2.0, -1.0, 1.0, 2.0};
    const bool positive[] = {false, false, true, true};
    struct stance_error error;
    struct platt fitted;
    assert_ok(calibrate_fit(&fitted, decision, positive, 4, &error));
    assert_true(isfinite(fitted.a) && isfinite(fitted.b) && fitted.a < 0.0);
    assert_true(calibrate_probability(fitted, 2.0) > 0.5 && calibrate_probability(fitted, 2.0) < 0.9);
}

/* Values that fall with the label, or do not change, give the label's share. */
static void test_platt_inverted(void **state) {
    (void)state;
    const double falling[] = {3.0, 2.0, 1.0, -1.0, -2.0}, level[] = {1.0, 1.0, 1.0, 1.0, 1.0};
    const bool positive[] = {false, false, false, true, true};
    struct stance_error error;
    struct platt fitted;
    assert_ok(calibrate_fit(&fitted, falling, positive, 5, &error));
    assert_near(fitted.a, 0.0, 0.0);
    assert_near(calibrate_probability(fitted, -2.0), 3.0 / 7.0, 1e-12);
    assert_ok(calibrate_fit(&fitted, level, positive, 5, &error));
    assert_near(calibrate_probability(fitted, 1.0), 3.0 / 7.0, 1e-12);
}

struct threshold_case {
    double wanted_precision;
    double expected_low, expected_high; /* the threshold lies in (low, high] */
};

static void test_thresholds(void **state) {
    (void)state;
    const double probability[] = {0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2};
    const bool positive[] = {true, true, false, true, false, false, false, false};
    const struct threshold_case cases[] = {
        {0.0, 0.3, 0.4},  /* expected F1: six taken, 3.9 of 4.4 expected found: 0.75, and half of that is 0.375 */
        {0.9, 0.7, 0.8},  /* 2 of 2 */
        {0.75, 0.5, 0.6}, /* 3 of 4 */
        {0.1, 0.0, 0.2},  /* all of them */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct stance_error error;
        double threshold;
        assert_ok(calibrate_threshold(&threshold, probability, positive, 8, cases[i].wanted_precision, &error));
        assert_true(threshold > cases[i].expected_low && threshold <= cases[i].expected_high);
    }
}

/* Between neighbours of double precision there is no number: the threshold is the upper one, and the lower stays out. */
static void test_threshold_between_neighbours(void **state) {
    (void)state;
    const bool positive[] = {true, false};
    double lower = 0.5;
    for (int i = 0; i < 4; i++) {
        const double upper = nextafter(lower, 1.0), probability[] = {upper, lower};
        struct stance_error error;
        double threshold;
        assert_ok(calibrate_threshold(&threshold, probability, positive, 2, 1.0, &error));
        assert_true(threshold > lower && threshold <= upper);
        lower = upper;
    }
}

/* What three labels' probabilities at a slope say of the truth: minus the logarithm, summed. */
static double loss_at(const double *decision, const bool *truth, size_t n, double slope) {
    double loss = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double here[] = {decision[i], decision[n + i], decision[2 * n + i]};
        double probability[3];
        (void)calibrate_softmax(probability, here, 3, slope);
        for (size_t label = 0; label < 3; label++) {
            loss -= truth[label * n + i] ? log(probability[label]) : 0.0;
        }
    }
    return loss;
}

/* The best head wins, probabilities sum to one, and a known slope is found again. */
static void test_softmax(void **state) {
    (void)state;
    double probability[3];
    assert_int_equal(calibrate_softmax(probability, (const double[]){-1.0, 2.0, 0.5}, 3, 1.0), 1);
    assert_near(probability[0] + probability[1] + probability[2], 1.0, 1e-12);
    assert_near(probability[1] / probability[2], exp(1.5), 1e-12);
    assert_int_equal(calibrate_softmax(probability, (const double[]){1e300, -1e300, 1e300}, 3, 50.0), 0);
    assert_near(probability[0], 0.5, 1e-12);
    enum { MANY = 20000 };
    static double decision[3 * MANY];
    static bool truth[3 * MANY];
    struct random random = random_new(4);
    for (size_t i = 0; i < MANY; i++) {
        double here[3];
        for (size_t label = 0; label < 3; label++) {
            here[label] = decision[label * MANY + i] = 4.0 * uniform(&random) - 2.0;
        }
        (void)calibrate_softmax(probability, here, 3, 1.5);
        const double drawn = uniform(&random);
        const size_t right = drawn < probability[0] ? 0 : drawn < probability[0] + probability[1] ? 1 : 2;
        truth[right * MANY + i] = true;
    }
    const double fitted = calibrate_fit_softmax(decision, truth, NULL, MANY, 3);
    assert_near(fitted, 1.5, 0.05);
    const double loss = loss_at(decision, truth, MANY, fitted);
    assert_true(loss < loss_at(decision, truth, MANY, fitted * 1.001) && loss < loss_at(decision, truth, MANY, fitted / 1.001));
}

/* Where no record has the label nothing is predicted, whatever precision is wanted. */
static void test_threshold_without_positives(void **state) {
    (void)state;
    const double probability[] = {0.9, 0.5, 0.1};
    const bool positive[] = {false, false, false};
    struct stance_error error;
    double threshold = 0.0;
    assert_ok(calibrate_threshold(&threshold, probability, positive, 3, 0.5, &error));
    assert_near(threshold, 1.0, 0.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fold_equals_libsvm),
        cmocka_unit_test(test_gram_equals_linear),
        cmocka_unit_test(test_gram_is_exact),
        cmocka_unit_test(test_gram_bound),
        cmocka_unit_test(test_scaled_gram),
        cmocka_unit_test(test_one_class),
        cmocka_unit_test(test_squared_hinge_is_optimal),
        cmocka_unit_test(test_weights_hold_the_scale),
        cmocka_unit_test(test_lanes_are_independent),
        cmocka_unit_test(test_platt),
        cmocka_unit_test(test_platt_is_optimal),
        cmocka_unit_test(test_platt_separable),
        cmocka_unit_test(test_platt_inverted),
        cmocka_unit_test(test_thresholds),
        cmocka_unit_test(test_threshold_between_neighbours),
        cmocka_unit_test(test_threshold_without_positives),
        cmocka_unit_test(test_softmax),
    };
    return cmocka_run_group_tests_name("solver", tests, NULL, NULL);
}
