/* Explanations add up: bias and shares are the decision value, for features and for words, on the texts of tokens.tsv and on random
 * bytes, for models of every kind of feature. */
#include "check.h"

static const char *const labels[] = {"accusation", "denial"};

/* Feature options that between them use every way in which a share is divided. */
static const struct stance_feature_options varieties[] = {
    {.word_min = 1,
     .word_max = 2,
     .char_min = 3,
     .char_max = 5,
     .boundaries = true,
     .negation = true,
     .idf = true,
     .normalise = true,
     .tf = STANCE_TF_PRESENCE,
     .min_df = 1},
    {.word_min = 1, .word_max = 4, .boundaries = true, .idf = true, .normalise = true, .tf = STANCE_TF_COUNT, .min_df = 1},
    {.char_min = 1, .char_max = 6, .idf = true, .normalise = true, .tf = STANCE_TF_LOG, .min_df = 1},
    {.word_min = 2, .word_max = 3, .char_min = 2, .char_max = 4, .negation = true, .tf = STANCE_TF_COUNT, .min_df = 1},
};
enum { N_VARIETIES = sizeof varieties / sizeof varieties[0] };

struct fixture {
    struct stance_model *model;
    struct stance_session *session;
    struct stance_explainer *explainer;
};

/* Texts of tokens.tsv are learned from too, so that their features are known. */
static void add_table(struct stance_corpus *corpus) {
    FILE *file = fopen("tests/data/tokens.tsv", "r");
    assert_non_null(file);
    char line[1024];
    for (size_t i = 0; fgets(line, sizeof line, file) != NULL; i++) {
        line[strcspn(line, "\t\n")] = '\0';
        add_record(corpus, labels[i % 2], "", line);
    }
    (void)fclose(file);
    add_record(corpus, "denial", "", "...");
    add_record(corpus, "denial", "", ";;");
}

static struct fixture new_fixture(const struct stance_feature_options *features) {
    struct fixture f = {.model = NULL};
    struct stance_error error;
    struct stance_train_options options;
    assert_ok(stance_train_options_init(&options, "default", &error));
    options.features = *features;
    options.c = 1.0;
    options.n_folds = 2;
    struct stance_corpus *corpus = make_corpus(60, false);
    add_table(corpus);
    assert_ok(stance_train(&f.model, NULL, corpus, &options, &error));
    stance_corpus_free(corpus);
    assert_ok(stance_session_new(&f.session, f.model, &error));
    assert_ok(stance_explainer_new(&f.explainer, f.model, &error));
    return f;
}

static void free_fixture(struct fixture *f) {
    stance_explainer_free(f->explainer);
    stance_session_free(f->session);
    stance_model_free(f->model);
}

static void check_contributions(const struct stance_explanation *explanation, const struct stance_vector *vector, size_t len) {
    double sum = explanation->bias;
    assert_int_equal(explanation->n_contributions, vector->n);
    for (size_t i = 0; i < vector->n; i++) {
        const struct stance_contribution *contribution = &explanation->contributions[i];
        assert_int_equal(contribution->id, vector->ids[i]);
        assert_near(contribution->value, vector->values[i], 1e-12);
        sum += contribution->share;
        for (size_t k = 0; k < contribution->n_spans; k++) {
            assert_true(contribution->spans[k].start < contribution->spans[k].end && contribution->spans[k].end <= len);
            const struct stance_span *before = &contribution->spans[k > 0 ? k - 1 : 0], *here = &contribution->spans[k];
            assert_true(k == 0 || before->start < here->start || (before->start == here->start && before->end < here->end));
        }
        assert_true(contribution->n_spans > 0 || explanation->n_words == 0);
    }
    assert_near(sum, explanation->decision, 1e-9);
}

static void check_words(const struct stance_explanation *explanation, size_t len) {
    double sum = explanation->bias + explanation->unplaced;
    for (size_t i = 0; i < explanation->n_words; i++) {
        const struct stance_word_share *word = &explanation->words[i];
        assert_true(word->span.start < word->span.end && word->span.end <= len);
        assert_true(i == 0 || word->span.start >= explanation->words[i - 1].span.start);
        sum += word->share;
    }
    assert_true(explanation->unplaced == 0.0 || explanation->n_words == 0);
    assert_near(sum, explanation->decision, 1e-9);
}

static void check_text(const struct fixture *f, const char *text, size_t len) {
    struct stance_error error;
    struct stance_result result;
    struct stance_vector vector;
    double decision[2];
    assert_ok(stance_session_score(f->session, text, len, &result, &error));
    memcpy(decision, result.decision, sizeof decision);
    assert_ok(stance_session_vector(f->session, text, len, &vector, &error));
    for (size_t label = 0; label < 2; label++) {
        struct stance_explanation explanation;
        assert_ok(stance_explainer_explain(f->explainer, text, len, label, &explanation, &error));
        assert_near(explanation.decision, decision[label], 1e-9);
        check_contributions(&explanation, &vector, len);
        check_words(&explanation, len);
    }
}

static void test_adds_up_on_the_table(void **state) {
    (void)state;
    for (size_t i = 0; i < N_VARIETIES; i++) {
        struct fixture f = new_fixture(&varieties[i]);
        FILE *file = fopen("tests/data/tokens.tsv", "r");
        assert_non_null(file);
        char line[1024];
        size_t n = 0;
        for (; fgets(line, sizeof line, file) != NULL; n++) {
            line[strcspn(line, "\n")] = '\0'; /* with the column of tokens: more of a text */
            check_text(&f, line, strlen(line));
            line[strcspn(line, "\t")] = '\0';
            check_text(&f, line, strlen(line));
        }
        (void)fclose(file);
        check_text(&f, "", 0);
        check_text(&f, "...", 3);
        assert_true(n >= 45);
        free_fixture(&f);
    }
}

static void test_adds_up_on_random_texts(void **state) {
    (void)state;
    static const char *const pieces[] = {"denied",   "n't",          "not ",   "accused ", "The ",     ". ",       "\xE2\x80\x99",
                                         "\xC3\x89", "\xEF\xAC\x83", "won't ", "\xFF",     "\xCC\x81", "#tag",     "u.s. ",
                                         "12,000",   "\xE4\xB8\xAD", "? ",     "\n",       "charge ",  "\xC2\xBD", "\xEF\xBB\xBF"};
    uint64_t seed = 7;
    for (size_t i = 0; i < N_VARIETIES; i++) {
        struct fixture f = new_fixture(&varieties[i]);
        for (int round = 0; round < 500; round++) {
            char text[512] = "";
            for (int k = 0; k < 24; k++) {
                seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
                (void)strcat(text, pieces[(seed >> 33) % (sizeof pieces / sizeof pieces[0])]);
            }
            check_text(&f, text, strlen(text));
        }
        free_fixture(&f);
    }
}

/* The contribution of the feature `name`, which must be there. */
static const struct stance_contribution *find(const struct fixture *f, const struct stance_explanation *explanation,
                                              const char *name) {
    struct stance_error error;
    for (size_t i = 0; i < explanation->n_contributions; i++) {
        struct stance_feature feature;
        assert_ok(stance_model_feature(f->model, explanation->contributions[i].id, &feature, &error));
        if (feature.name.len == strlen(name) && memcmp(feature.name.data, name, feature.name.len) == 0) {
            return &explanation->contributions[i];
        }
    }
    fail_msg("no contribution of %s", name);
    return NULL;
}

static void check_span(struct stance_span span, size_t start, size_t end) {
    assert_int_equal(span.start, start);
    assert_int_equal(span.end, end);
}

/* Features lie in the caller's bytes, not in the normalised ones. */
static void test_places(void **state) {
    (void)state;
    struct fixture f = new_fixture(&varieties[0]);
    struct stance_error error;
    struct stance_explanation explanation;
    const char *text = "\xE2\x80\x9C\x44\x65nied\xE2\x80\x9D; DENIED the charge";
    assert_ok(stance_explainer_explain(f.explainer, text, strlen(text), 1, &explanation, &error));
    assert_int_equal(explanation.n_words, 4);
    check_span(explanation.words[0].span, 3, 9);
    check_span(explanation.words[3].span, 25, 31);
    const struct stance_contribution *word = find(&f, &explanation, "w:denied");
    assert_int_equal(word->n_spans, 2);
    check_span(word->spans[0], 3, 9);
    check_span(word->spans[1], 14, 20);
    const struct stance_contribution *pair = find(&f, &explanation, "w:the charge");
    assert_int_equal(pair->n_spans, 1);
    check_span(pair->spans[0], 21, 31);
    const struct stance_contribution *chars = find(&f, &explanation, "c:<den");
    assert_int_equal(chars->n_spans, 2);
    check_span(chars->spans[0], 3, 6);
    check_span(chars->spans[1], 14, 17);
    check_span(find(&f, &explanation, "c:ied>")->spans[0], 6, 9);
    free_fixture(&f);
}

/* By hand: of a word model each word takes its own share and half of that of its pairs; marks take none. */
static void test_division(void **state) {
    (void)state;
    struct fixture f = new_fixture(&(struct stance_feature_options){
        .word_min = 1, .word_max = 2, .boundaries = true, .idf = true, .normalise = true, .tf = STANCE_TF_PRESENCE, .min_df = 1});
    struct stance_error error;
    struct stance_explanation explanation;
    const char *text = "denied the charge";
    assert_ok(stance_explainer_explain(f.explainer, text, strlen(text), 1, &explanation, &error));
    const double the = find(&f, &explanation, "w:the")->share, charge = find(&f, &explanation, "w:charge")->share,
                 before = find(&f, &explanation, "w:denied the")->share, after = find(&f, &explanation, "w:the charge")->share,
                 last = find(&f, &explanation, "w:charge </s>")->share;
    assert_near(explanation.words[1].share, the + before / 2.0 + after / 2.0, 1e-12);
    assert_near(explanation.words[2].share, charge + after / 2.0 + last, 1e-12);
    assert_true(explanation.words[0].share > 0.0 && last != 0.0);
    const struct stance_contribution *unit = find(&f, &explanation, "w:charge");
    struct stance_feature feature;
    assert_ok(stance_model_feature(f.model, unit->id, &feature, &error));
    assert_near(unit->share, unit->value * (double)feature.weights[1], 1e-15);
    assert_int_equal(stance_explainer_explain(f.explainer, text, strlen(text), 2, &explanation, &error), STANCE_ERROR_ARGUMENT);
    free_fixture(&f);
}

/* The pair of marks of an empty statement is a feature without a word. */
static void test_unplaced(void **state) {
    (void)state;
    struct fixture f = new_fixture(&varieties[1]);
    struct stance_error error;
    struct stance_explanation explanation;
    assert_ok(stance_explainer_explain(f.explainer, ";", 1, 1, &explanation, &error));
    assert_int_equal(explanation.n_words, 0);
    assert_int_equal(explanation.n_contributions, 1);
    assert_int_equal(explanation.contributions[0].n_spans, 0);
    assert_near(explanation.unplaced, explanation.contributions[0].share, 1e-15);
    assert_true(explanation.unplaced != 0.0);
    free_fixture(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adds_up_on_the_table),
        cmocka_unit_test(test_adds_up_on_random_texts),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_division),
        cmocka_unit_test(test_unplaced),
    };
    return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
