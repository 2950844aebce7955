/* Factors of features against ratios counted by hand. */
#include "check.h"

#include "log_count.h"

enum { N_FEATURES = 4 };

/* One record with the label and two without; no record has feature 3. */
static const struct sparse_entry first[] = {{.id = 0, .value = 2.0F}, {.id = 1, .value = 1.0F}};
static const struct sparse_entry second[] = {{.id = 1, .value = 1.0F}};
static const struct sparse_entry third[] = {{.id = 1, .value = 3.0F}, {.id = 2, .value = 0.5F}};
static const struct sparse_row rows[] = {{first, 2}, {second, 1}, {third, 2}};
static const bool positive[] = {true, false, false};
static const double squares[N_FEATURES] = {4.0, 11.0, 0.25, 0.0};

static void factors_of(double *factors, const struct sparse_row *given, size_t n, const bool *truth, double share) {
    struct stance_error error;
    struct log_counts counts;
    assert_ok(log_counts_new(&counts, given, n, N_FEATURES, &error));
    log_count_factors(factors, &counts, truth, share);
    log_counts_free(&counts);
}

/* With the label 1, 1 and 0 records have the features, without it 0, 2 and 1: one added, they sum to 5 and 6. */
static void test_by_hand(void **state) {
    (void)state;
    const double ratio[] = {log((2.0 / 5.0) / (1.0 / 6.0)), log((3.0 / 6.0) / (2.0 / 5.0)), log((2.0 / 6.0) / (1.0 / 5.0))};
    const double mean = (ratio[0] + ratio[1] + ratio[2]) / 3.0;
    static const double shares[] = {0.0, 0.25, 1.0};
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        double factors[N_FEATURES], wanted[3], length = 0.0;
        factors_of(factors, rows, 3, positive, shares[i]);
        for (size_t j = 0; j < 3; j++) {
            wanted[j] = 1.0 - shares[i] + shares[i] * ratio[j] / mean;
            length += squares[j] * wanted[j] * wanted[j];
        }
        for (size_t j = 0; j < 3; j++) {
            assert_near(factors[j], wanted[j] * sqrt(15.25 / length), 1e-12);
        }
        assert_near(factors[3], 1.0, 0.0);
    }
    double factors[N_FEATURES];
    factors_of(factors, rows, 3, positive, 0.25);
    assert_near(factors[0], 1.22486, 1e-5);
    assert_near(factors[1], 0.90332, 1e-5);
    assert_near(factors[2], 1.04512, 1e-5);
}

/* What is scaled has the length of what is not. */
static void test_length_stays(void **state) {
    (void)state;
    double factors[N_FEATURES], length = 0.0;
    factors_of(factors, rows, 3, positive, 0.7);
    for (size_t j = 0; j < N_FEATURES; j++) {
        length += squares[j] * factors[j] * factors[j];
    }
    assert_near(length, 15.25, 1e-12);
}

/* Where no feature tells anything, none is scaled; nor where there are none. */
static void test_nothing_to_tell(void **state) {
    (void)state;
    const struct sparse_row equal[] = {{first, 2}, {first, 2}}, empty[] = {{NULL, 0}, {NULL, 0}};
    const bool truth[] = {true, false};
    double factors[N_FEATURES];
    factors_of(factors, equal, 2, truth, 1.0);
    for (size_t j = 0; j < N_FEATURES; j++) {
        assert_near(factors[j], 1.0, 1e-12);
    }
    factors_of(factors, empty, 2, truth, 1.0);
    for (size_t j = 0; j < N_FEATURES; j++) {
        assert_near(factors[j], 1.0, 0.0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_hand), cmocka_unit_test(test_length_stays),
                                       cmocka_unit_test(test_nothing_to_tell)};
    return cmocka_run_group_tests_name("log_count", tests, NULL, NULL);
}
