/* The features of a corpus and its rows: the same for any number of workers, in order, and what the texts hold. */
#include "check.h"

#include "design.h"
#include "random.h"

/* More than the gathering takes in one round. */
enum { N_RECORDS = 17000, N_WORDS = 400 };

/* Texts of five words, the low numbers more often, and each text's own number. */
static struct stance_corpus *draw_corpus(size_t n) {
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    struct random random = random_new(11);
    assert_ok(stance_corpus_new(&corpus, &error));
    for (size_t i = 0; i < n; i++) {
        char text[128];
        size_t words[5];
        for (size_t k = 0; k < 5; k++) {
            words[k] = random_below(&random, 1 + random_below(&random, N_WORDS));
        }
        (void)snprintf(text, sizeof text, "w%zux w%zux w%zux w%zux w%zux v%zuy", words[0], words[1], words[2], words[3], words[4],
                       i);
        add_record(corpus, i % 2 == 0 ? "even" : "", "", text);
    }
    return corpus;
}

static struct stance_feature_options features(bool chars) {
    return (struct stance_feature_options){.word_min = 1,
                                           .word_max = 2,
                                           .char_min = chars ? 2 : 0,
                                           .char_max = chars ? 3 : 0,
                                           .idf = true,
                                           .normalise = true,
                                           .tf = STANCE_TF_COUNT,
                                           .min_df = 2};
}

static void assert_same_bag(const struct bag *a, const struct bag *b) {
    assert_int_equal(a->words.n, b->words.n);
    assert_memory_equal(a->words.data, b->words.data, a->words.n * sizeof *a->words.data);
    assert_int_equal(a->types.n, b->types.n);
    for (size_t i = 0; i < a->types.n; i++) {
        assert_int_equal(a->types.data[i].unigram, b->types.data[i].unigram);
        assert_int_equal(a->types.data[i].n, b->types.data[i].n);
        assert_memory_equal(a->chars.data + a->types.data[i].first, b->chars.data + b->types.data[i].first,
                            a->types.data[i].n * sizeof *a->chars.data);
    }
}

static void test_same_for_any_workers(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = draw_corpus(N_RECORDS);
    for (int chars = 0; chars <= 1; chars++) {
        const struct stance_feature_options options = features(chars == 1);
        struct candidates one, three;
        assert_ok(candidates_new(&one, corpus, &options, &(struct parallel){.n_workers = 1}, &error));
        assert_ok(candidates_new(&three, corpus, &options, &(struct parallel){.n_workers = 3}, &error));
        assert_int_equal(one.n_found, three.n_found);
        assert_int_equal(one.n_features, three.n_features);
        for (size_t i = 0; i < one.n_features; i++) {
            assert_int_equal(one.features[i].hash, three.features[i].hash);
            assert_int_equal(one.features[i].name_len, three.features[i].name_len);
            assert_memory_equal(one.features[i].name, three.features[i].name, one.features[i].name_len);
        }
        for (size_t i = 0; i < N_RECORDS; i++) {
            const struct bag a = candidates_bag(&one, i), b = candidates_bag(&three, i);
            assert_same_bag(&a, &b);
        }
        candidates_free(&one);
        candidates_free(&three);
    }
    stance_corpus_free(corpus);
}

/* The most frequent first, with the frequencies that the texts give, and names that the texts hold. */
static void test_frequencies(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_corpus *corpus = draw_corpus(1000);
    const struct stance_feature_options options = features(false);
    struct candidates candidates;
    assert_ok(candidates_new(&candidates, corpus, &options, &(struct parallel){.n_workers = 2}, &error));
    assert_true(candidates.n_found >= candidates.n_features + 1000); /* the number of each text is in it alone */
    for (size_t i = 0; i < candidates.n_features; i++) {
        const struct candidate *feature = &candidates.features[i], *before = &candidates.features[i > 0 ? i - 1 : 0];
        assert_true(feature->df >= 2 && feature->df <= before->df);
        assert_true(i == 0 || feature->df < before->df || feature->hash > before->hash);
        size_t df = 0;
        char name[64];
        (void)snprintf(name, sizeof name, "%.*s ", (int)feature->name_len - 2, feature->name + 2);
        for (size_t r = 0; r < 1000; r++) {
            const struct stance_string text = corpus_text(corpus, r);
            char padded[160];
            (void)snprintf(padded, sizeof padded, " %.*s ", (int)text.len, text.data);
            const char *found = padded;
            while ((found = strstr(found, name)) != NULL && found[-1] != ' ') {
                found++;
            }
            df += found != NULL;
        }
        assert_int_equal(df, feature->df);
    }
    candidates_free(&candidates);
    stance_corpus_free(corpus);
}

static double norm_of(const struct sparse_row *row) {
    double sum = 0.0;
    for (size_t k = 0; k < row->n; k++) {
        assert_true(k == 0 || row->entries[k].id > row->entries[k - 1].id);
        sum += (double)row->entries[k].value * (double)row->entries[k].value;
    }
    return sqrt(sum);
}

/* A view on half of the records keeps the features that are most frequent there, and its rows have norm 1. */
static void test_view(void **state) {
    (void)state;
    enum { N = 600, MOST = 50 };
    struct stance_error error;
    struct stance_corpus *corpus = draw_corpus(N);
    struct stance_feature_options options = features(false);
    const struct parallel parallel = {.n_workers = 2};
    struct candidates candidates;
    struct view all, few;
    bool is_training[N];
    for (size_t i = 0; i < N; i++) {
        is_training[i] = i < N / 2;
    }
    assert_ok(candidates_new(&candidates, corpus, &options, &parallel, &error));
    assert_ok(view_new(&all, &candidates, is_training, &parallel, &error));
    options.max_features = MOST;
    assert_ok(view_new(&few, &candidates, is_training, &parallel, &error));
    assert_int_equal(few.n_features, MOST);
    assert_int_equal(few.n_training, N / 2);
    float kept = 0.0F; /* the largest idf that is kept, and none that is not is smaller */
    for (size_t i = 0, k = 0; i < all.n_features; i++) {
        const bool is_kept = k < MOST && all.candidate[i] == few.candidate[k];
        kept = is_kept && all.idf[i] > kept ? all.idf[i] : kept;
        k += is_kept;
        assert_true(i + 1 < all.n_features || k == MOST);
    }
    for (size_t i = 0, k = 0; i < all.n_features; i++) {
        const bool is_kept = k < MOST && all.candidate[i] == few.candidate[k];
        k += is_kept;
        assert_true(is_kept || all.idf[i] >= kept);
        assert_true(all.idf[i] <= (float)vector_idf(N / 2, 2)); /* in two training records, whatever the others hold */
    }
    for (size_t i = 0; i < N; i++) {
        assert_near(norm_of(&all.rows[i]), all.rows[i].n > 0 ? 1.0 : 0.0, 1e-6);
        assert_true(few.rows[i].n <= all.rows[i].n);
    }
    view_free(&all);
    view_free(&few);
    candidates_free(&candidates);
    stance_corpus_free(corpus);
}

/* The hashes of the `n` features that are kept where all tie in the training records, and `held_out` is the last record. */
static void keep_tied(uint64_t *hashes, size_t n, const char *held_out) {
    static const char *const texts[] = {"alpha beta gamma delta", "epsilon zeta eta theta"};
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    struct candidates candidates;
    struct view view;
    const struct stance_feature_options options = {.word_min = 1, .word_max = 1, .min_df = 1, .max_features = (uint32_t)n};
    const struct parallel parallel = {.n_workers = 1};
    const bool is_training[] = {true, true, false};
    assert_ok(stance_corpus_new(&corpus, &error));
    add_record(corpus, "a", "", texts[0]);
    add_record(corpus, "b", "", texts[1]);
    add_record(corpus, "a", "", held_out);
    assert_ok(candidates_new(&candidates, corpus, &options, &parallel, &error));
    assert_ok(view_new(&view, &candidates, is_training, &parallel, &error));
    assert_int_equal(view.n_features, n);
    for (size_t i = 0; i < n; i++) {
        hashes[i] = candidates.features[view.candidate[i]].hash;
    }
    view_free(&view);
    candidates_free(&candidates);
    stance_corpus_free(corpus);
}

static bool holds(const uint64_t *hashes, size_t n, uint64_t hash) {
    size_t i = 0;
    while (i < n && hashes[i] != hash) {
        i++;
    }
    return i < n;
}

/* Which of the features that stand in equally many training records stay does not depend on what is held out. */
static void test_ties_are_cut_without_what_is_held_out(void **state) {
    (void)state;
    enum { MOST = 4 };
    static const char *const held_out[] = {"alpha beta gamma delta nothing", "epsilon zeta eta theta nothing", "alpha zeta"};
    uint64_t first[MOST], other[MOST];
    keep_tied(first, MOST, held_out[0]);
    for (size_t i = 1; i < sizeof held_out / sizeof held_out[0]; i++) {
        keep_tied(other, MOST, held_out[i]);
        for (size_t k = 0; k < MOST; k++) {
            assert_true(holds(first, MOST, other[k]));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_for_any_workers),
        cmocka_unit_test(test_frequencies),
        cmocka_unit_test(test_view),
        cmocka_unit_test(test_ties_are_cut_without_what_is_held_out),
    };
    return cmocka_run_group_tests_name("design", tests, NULL, NULL);
}
