/* Offsets between exclusive heads: what balances them, and what of it is taken. */
#include "check.h"

#include "calibrate.h"
#include "offset.h"
#include "random.h"

#define N ((size_t)4000)
#define N_LABELS ((size_t)3)

struct sample {
    double decision[N_LABELS * N];
    bool truth[N_LABELS * N];
};

static double uniform(struct random *random) { return (double)(random_next(random) >> 11) / 9007199254740992.0; }

/* 70%, 20% and 10% of the records have the labels; heads are noisy, and those of rare labels stay low. */
static void fill(struct sample *s) {
    struct random random = random_new(6);
    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < N; i++) {
        const double drawn = uniform(&random);
        const size_t right = drawn < 0.7 ? 0 : drawn < 0.9 ? 1 : 2;
        s->truth[right * N + i] = true;
        for (size_t label = 0; label < N_LABELS; label++) {
            s->decision[label * N + i] = 2.0 * uniform(&random) - 1.0 + (label == right ? 0.4 : 0.0) - 0.3 * (double)label;
        }
    }
}

/* The share of each label among the predictions where every label has the same weight. */
static void share_out(double shares[N_LABELS], const struct sample *s, const double offset[N_LABELS]) {
    double n_true[N_LABELS] = {0.0};
    for (size_t cell = 0; cell < N_LABELS * N; cell++) {
        n_true[cell / N] += s->truth[cell];
    }
    memset(shares, 0, N_LABELS * sizeof *shares);
    for (size_t i = 0; i < N; i++) {
        size_t best = 0, right = 0;
        for (size_t label = 1; label < N_LABELS; label++) {
            best = s->decision[label * N + i] + offset[label] > s->decision[best * N + i] + offset[best] ? label : best;
            right = s->truth[label * N + i] ? label : right;
        }
        shares[best] += 1.0 / (N_LABELS * n_true[right]);
    }
}

/* All of the offsets lets every label be predicted about equally often, what is taken is `share` of them, and values are shifted.
 */
static void test_offsets_balance(void **state) {
    (void)state;
    static struct sample s, shifted;
    struct stance_error error;
    double offset[N_LABELS], all[N_LABELS], shares[N_LABELS];
    fill(&s);
    fill(&shifted);
    assert_ok(offset_fit(offset, shifted.decision, s.truth, N, N_LABELS, &error));
    assert_near(offset[0] + offset[1] + offset[2], 0.0, 1e-9);
    for (size_t cell = 0; cell < N_LABELS * N; cell++) {
        assert_near(shifted.decision[cell], s.decision[cell] + offset[cell / N], 1e-12);
    }
    share_out(shares, &s, (const double[]){0.0, 0.0, 0.0});
    assert_true(shares[0] > 0.5 && shares[2] < 0.2);
    for (size_t label = 0; label < N_LABELS; label++) {
        all[label] = offset[label] / OFFSET_SHARE;
    }
    assert_near(all[1] - all[0], 0.3, 0.06);
    assert_near(all[2] - all[1], 0.3, 0.06);
    share_out(shares, &s, all);
    for (size_t label = 0; label < N_LABELS; label++) {
        assert_near(shares[label], 1.0 / N_LABELS, 0.03);
    }
}

/* A label that no record has is let be, and the others are still compared with each other. */
static void test_label_without_records(void **state) {
    (void)state;
    static struct sample s;
    struct stance_error error;
    double offset[N_LABELS];
    fill(&s);
    for (size_t i = 0; i < N; i++) {
        s.truth[i] = s.truth[i] || s.truth[2 * N + i];
        s.truth[2 * N + i] = false;
    }
    assert_ok(offset_fit(offset, s.decision, s.truth, N, N_LABELS, &error));
    assert_near(offset[2], 0.0, 0.0);
    assert_near(offset[0] + offset[1], 0.0, 1e-9);
    assert_true(offset[1] > offset[0]);
}

/* Values that tell nothing give no endless offsets. */
static void test_offsets_are_bounded(void **state) {
    (void)state;
    static struct sample s;
    struct stance_error error;
    double offset[N_LABELS];
    fill(&s);
    for (size_t cell = 0; cell < N_LABELS * N; cell++) {
        s.decision[cell] = cell / N == 0 ? 50.0 : -s.decision[cell] * 1e-3;
    }
    assert_ok(offset_fit(offset, s.decision, s.truth, N, N_LABELS, &error));
    for (size_t label = 0; label < N_LABELS; label++) {
        assert_true(offset[label] >= -1.0 && offset[label] <= 1.0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_offsets_balance),
        cmocka_unit_test(test_label_without_records),
        cmocka_unit_test(test_offsets_are_bounded),
    };
    return cmocka_run_group_tests_name("offset", tests, NULL, NULL);
}
