/* The fast path of scoring against the readable one, the vector times the weights: on every record of a corpus and on hostile
 * bytes, over a matrix of options; and that a score does not depend on what was scored before. */
#include "check.h"

#include <jansson.h>

#include "classify.h"
#include "hash.h"
#include "id_set.h"
#include "lookup.h"
#include "random.h"
#include "tally.h"
#include "vocabulary.h"

#define TOLERANCE 1e-9

struct option_case {
    const char *name;
    size_t n_labels;
    struct stance_feature_options options;
};

#define WORDS(min, max) .word_min = (min), .word_max = (max), .min_df = 1
#define CHARS(min, max) .char_min = (min), .char_max = (max)

static const struct option_case option_cases[] = {
    {"default", 5, {WORDS(1, 2), CHARS(3, 5), .boundaries = true, .negation = true, .idf = true, .normalise = true}},
    {"words", 5, {WORDS(1, 2), .boundaries = true, .idf = true, .normalise = true}},
    {"one head", 1, {WORDS(1, 2), CHARS(2, 4), .negation = true, .idf = true, .normalise = true}},
    {"two heads, counts", 2, {WORDS(1, 3), CHARS(3, 3), .boundaries = true, .idf = true, .normalise = true, .tf = STANCE_TF_COUNT}},
    {"three heads, log", 3, {WORDS(1, 5), CHARS(1, 8), .negation = true, .idf = true, .normalise = true, .tf = STANCE_TF_LOG}},
    {"four heads, no idf", 4, {WORDS(1, 2), CHARS(3, 5), .boundaries = true, .normalise = true, .tf = STANCE_TF_LOG}},
    {"six heads, not normalised", 6, {WORDS(1, 2), CHARS(3, 5), .negation = true, .idf = true, .tf = STANCE_TF_COUNT}},
    {"seven heads, bare", 7, {WORDS(1, 1), CHARS(3, 5)}},
    {"eight heads, words from two", 8, {WORDS(2, 3), CHARS(3, 5), .boundaries = true, .idf = true, .normalise = true}},
    {"nine heads, characters alone", 9, {WORDS(0, 0), CHARS(2, 5), .negation = true, .idf = true, .normalise = true}},
    {"characters alone, bare", 5, {WORDS(0, 0), CHARS(3, 3), .tf = STANCE_TF_COUNT}},
    {"long words alone", 5, {WORDS(3, 5), .negation = true, .boundaries = true, .idf = true, .normalise = true}},
    {"words alone, log", 13, {WORDS(1, 4), .negation = true, .tf = STANCE_TF_LOG}},
    {"a small cache", 256, {WORDS(1, 1), CHARS(4, 4), .idf = true, .normalise = true, .tf = STANCE_TF_COUNT}},
};
enum { N_CASES = sizeof option_cases / sizeof option_cases[0] };

/* --- Texts --- */

struct texts {
    struct byte_array bytes;
    struct {
        size_t *data;
        size_t n, capacity;
    } ends;
};

static struct texts corpus, hostile, given;

static struct stance_string text_at(const struct texts *texts, size_t i) {
    const size_t start = i > 0 ? texts->ends.data[i - 1] : 0;
    return (struct stance_string){.data = texts->bytes.data + start, .len = texts->ends.data[i] - start};
}

static void end_text(struct texts *texts) {
    struct stance_error error;
    assert_ok(array_reserve(&texts->ends, texts->ends.n + 1, &error));
    texts->ends.data[texts->ends.n++] = texts->bytes.n;
}

static void put(struct texts *texts, const char *bytes, size_t len) {
    struct stance_error error;
    assert_ok(byte_array_append(&texts->bytes, bytes, len, &error));
}

static void read_corpus(struct texts *texts, const char *path) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (json_t *record; (record = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)) != NULL; json_decref(record)) {
        const json_t *text = json_object_get(record, "text");
        put(texts, json_string_value(text), json_string_length(text));
        end_text(texts);
    }
    (void)fclose(file);
}

/* A text a line. */
static void read_lines(struct texts *texts, const char *path) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (int c = getc(file); c != EOF; c = getc(file)) {
        const char byte = (char)c;
        if (byte == '\n') {
            end_text(texts);
        } else {
            put(texts, &byte, 1);
        }
    }
    end_text(texts);
    (void)fclose(file);
}

/* What the rules of tokens, normalisation and negation turn on, next to what they do not. */
static const char *const shards[] = {
    "the ",
    "envoy ",
    "don't ",
    "can't ",
    "cannot ",
    "won't ",
    "Iran's ",
    "'tis ",
    "Iran 's ",
    "u.s. ",
    "U.S.A., ",
    "not ",
    "never, ",
    "nothing. ",
    "without ",
    "newness ",
    "NOBODY! ",
    "what? ",
    "1,000.5",
    "7th ",
    "12:30 ",
    "http://a.b/c",
    "https:// ",
    "www.un.org. ",
    "www. ",
    "ftp://x(y) ",
    "a@b.org ",
    "@who ",
    "@ ",
    "#iran ",
    "#7 ",
    "cease-fire ",
    "a-",
    "-b ",
    "x'y'z ",
    "''",
    "banana ",
    "counter",
    "revolution",
    "aries ",
    "abcdefgh ",
    "abcdefghijklmno ",
    "a",
    "B",
    "9",
    " ",
    "\n",
    "\t",
    "\0",
    "\x7F",
    "_",
    ".",
    ":",
    "!?",
    "\xC3",
    "\xFF",
    "\xE2\x80",
    "\xC3\x89",
    "e\xCC\x81",
    "\xCC\x81",
    "\xC2\xAD",
    "\xE2\x80\x8B",
    "\xE2\x80\x99",
    "\xEF\xAC\x81",
    "\xEF\xBC\xA1",
    "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB",
    "\xD0\x9C\xD0\x98\xD0\xA0 ",
    "\xD9\x84\xD8\xA7 ",
    "\xE4\xB8\xAD\xE5\x9B\xBD",
    "#\xE4\xB8\xAD ",
    "\xF0\x9F\x87\xBA\xF0\x9F\x87\xB8",
    "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBB",
    "\xEF\xB7\xBA",
    "\xF4\x90\x80\x80",
    "\xED\xA0\x80",
};

static void make_hostile(struct texts *texts) {
    struct random random = random_new(7);
    end_text(texts); /* an empty one */
    for (size_t i = 0; i < 1500; i++) {
        const size_t n = random_below(&random, i % 50 == 0 ? 400 : 40);
        for (size_t k = 0; k < n; k++) {
            const char byte = (char)random_next(&random);
            const char *shard = shards[random_below(&random, sizeof shards / sizeof shards[0])];
            const bool is_random = i % 3 == 0 || (i % 3 == 1 && random_below(&random, 8) == 0);
            put(texts, is_random ? &byte : shard, is_random || *shard == '\0' ? 1 : strlen(shard));
        }
        end_text(texts);
    }
    for (size_t i = 0; i < 20000; i++) { /* one with more words than any cache has room for */
        char word[16];
        const int len = snprintf(word, sizeof word, "w%zx ", (size_t)random_below(&random, 9000));
        put(texts, word, (size_t)len);
    }
    end_text(texts);
    for (size_t i = 0; i < 300; i++) { /* and a long word, twice */
        put(texts, "longword", 8);
    }
    put(texts, " longwordlongword ", 18);
    end_text(texts);
}

/* --- Models --- */

/* Three in four of the features that every seventh record has. Before some of these, and in the place of some that are left out,
 * one that no text has and that differs in a single bit. */
static enum stance_status collect(void *user, uint64_t hash, const struct feature_namer *namer, uint32_t *id,
                                  struct stance_error *error) {
    bool is_new;
    if (namer != NULL && hash % 32 < 2) {
        TRY(vocabulary_add(user, hash ^ UINT64_C(1) << 31, id, &is_new, error));
    }
    *id = VOCABULARY_NONE;
    return namer != NULL && hash % 4 != 0 ? vocabulary_add(user, hash, id, &is_new, error) : STANCE_OK;
}

static void collect_features(struct vocabulary *vocabulary, const struct texts *texts,
                             const struct stance_feature_options *options) {
    struct stance_error error;
    struct featuriser featuriser = {.tokens = {.n = 0}};
    const struct feature_index index = {.find = collect, .user = vocabulary};
    for (size_t i = 0; i < texts->ends.n; i += 7) {
        const struct stance_string text = text_at(texts, i);
        assert_ok(featurise(&featuriser, text.data, text.len, options, &index, &error));
    }
    featuriser_free(&featuriser);
}

/* Weights and idf are anything, but the same at every run. */
static double number_from(uint64_t hash, uint64_t salt) { return (double)(hash_append(hash, salt) >> 40) / (double)(1 << 24); }

static struct stance_model *build(const struct option_case *c, const struct vocabulary *vocabulary) {
    struct stance_error error;
    struct stance_model *model = NULL;
    char names[256][24];
    const char *labels[256];
    struct model_head heads[256];
    const size_t n = vocabulary->entries.n;
    struct model_part_feature *features = array_new(n, sizeof *features, &error);
    double *weights = array_new(n * c->n_labels, sizeof *weights, &error);
    assert_true(features != NULL && weights != NULL);
    for (size_t label = 0; label < c->n_labels; label++) {
        (void)snprintf(names[label], sizeof names[label], "l%03zu", label);
        labels[label] = names[label];
        heads[label] = (struct model_head){.bias = number_from(label, 1), .platt_a = -1.0, .threshold = 0.5, .c = 1.0};
    }
    for (size_t i = 0; i < n; i++) {
        const uint64_t hash = vocabulary->entries.data[i].hash;
        features[i] = (struct model_part_feature){.hash = hash, .idf = (float)(1.0 + 8.0 * number_from(hash, 2)), .name = {"", 0}};
        for (size_t label = 0; label < c->n_labels; label++) {
            weights[i * c->n_labels + label] = number_from(hash, 3 + label) - 0.5;
        }
    }
    const struct model_parts parts = {.labels = labels,
                                      .heads = heads,
                                      .n_labels = c->n_labels,
                                      .features = features,
                                      .weights = weights,
                                      .n_features = n,
                                      .n_records = 1000,
                                      .options = c->options,
                                      .provenance = "{}"};
    assert_ok(model_build(&model, &parts, &error));
    free(features);
    free(weights);
    return model;
}

static struct stance_model *make_model(const struct option_case *c) {
    struct vocabulary vocabulary = {.n_slots = 0};
    collect_features(&vocabulary, &corpus, &c->options);
    collect_features(&vocabulary, &hostile, &c->options);
    struct stance_model *model = build(c, &vocabulary);
    vocabulary_free(&vocabulary);
    return model;
}

static struct stance_session *make_session(const struct stance_model *model) {
    struct stance_error error;
    struct stance_session *session = NULL;
    assert_ok(stance_session_new(&session, model, &error));
    return session;
}

/* --- The fast path is right --- */

static double refer(const struct stance_model *model, const struct stance_vector *vector, size_t label) {
    double decision = model->heads[label].bias;
    for (size_t i = 0; i < vector->n; i++) {
        decision += vector->values[i] * (double)model_row(model, vector->ids[i])->weights[label];
    }
    return decision;
}

static void compare(struct stance_session *session, const struct stance_model *model, struct stance_string text, const char *name) {
    struct stance_error error;
    struct stance_result result;
    struct stance_vector vector;
    assert_ok(stance_session_vector(session, text.data, text.len, &vector, &error));
    assert_ok(stance_session_score(session, text.data, text.len, &result, &error));
    assert_true(result.n_features >= vector.n);
    for (size_t label = 0; label < result.n_labels; label++) {
        const double expected = refer(model, &vector, label);
        if (!(fabs(result.decision[label] - expected) <= TOLERANCE * fmax(1.0, fabs(expected)))) {
            fail_msg("%s, head %zu: %.17g, not %.17g, for: %.*s", name, label, result.decision[label], expected, (int)text.len,
                     text.data);
        }
    }
}

static void compare_texts(const struct stance_model *model, const struct texts *texts, const char *name) {
    struct stance_session *session = make_session(model);
    for (size_t i = 0; i < texts->ends.n; i++) {
        compare(session, model, text_at(texts, i), name);
    }
    stance_session_free(session);
}

static void test_equals_reference(void **state) {
    (void)state;
    for (size_t i = 0; i < N_CASES; i++) {
        struct stance_model *model = make_model(&option_cases[i]);
        assert_true(model->header->n_features > 1000);
        compare_texts(model, &corpus, option_cases[i].name);
        compare_texts(model, &hostile, option_cases[i].name);
        compare_texts(model, &given, option_cases[i].name);
        stance_model_free(model);
    }
}

/* --- It forgets --- */

static void score_alike(struct stance_session *one, struct stance_session *other, struct stance_string text) {
    struct stance_error error;
    struct stance_result a, b;
    assert_ok(stance_session_score(one, text.data, text.len, &a, &error));
    assert_ok(stance_session_score(other, text.data, text.len, &b, &error));
    assert_memory_equal(a.decision, b.decision, a.n_labels * sizeof *a.decision);
    assert_memory_equal(a.probability, b.probability, a.n_labels * sizeof *a.probability);
    assert_int_equal(a.n_features, b.n_features);
    assert_int_equal(a.n_tokens, b.n_tokens);
}

static void score_afresh(const struct stance_model *model, struct stance_session *worn, struct stance_string text) {
    struct stance_session *fresh = make_session(model);
    score_alike(fresh, worn, text);
    stance_session_free(fresh);
}

/* A session that has scored much gives the very same bits as a new one. */
static void test_no_memory(void **state) {
    (void)state;
    static const size_t chosen[] = {0, 1, 4, N_CASES - 1};
    for (size_t i = 0; i < sizeof chosen / sizeof chosen[0]; i++) {
        struct stance_model *model = make_model(&option_cases[chosen[i]]);
        struct stance_session *worn = make_session(model);
        for (size_t k = 0; k < hostile.ends.n; k++) {
            const struct stance_string text = text_at(&hostile, hostile.ends.n - 1 - k);
            if (k % 9 == 0) {
                score_afresh(model, worn, text);
            }
            score_alike(worn, worn, text_at(&corpus, k % corpus.ends.n));
        }
        stance_session_free(worn);
        stance_model_free(model);
    }
}

/* --- Looking up --- */

static void check_lookup(const struct stance_model *model, const uint64_t *hashes, size_t n) {
    struct lookup fast, plain;
    lookup_find(&fast, model, hashes, n);
    lookup_find_plain(&plain, model, hashes, n);
    assert_int_equal(fast.n, plain.n);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t id = model_find(model, hashes[i]);
        const bool is_kept = at < plain.n && plain.hashes[at] == hashes[i];
        assert_true(id == VOCABULARY_NONE || (is_kept && lookup_is_known(&plain, at) && plain.ids[at] == id));
        at += is_kept;
    }
    assert_int_equal(at, plain.n);
    assert_memory_equal(fast.hashes, plain.hashes, plain.n * sizeof plain.hashes[0]);
    assert_memory_equal(fast.ids, plain.ids, plain.n * sizeof plain.ids[0]);
    assert_memory_equal(fast.rows, plain.rows, plain.n * sizeof plain.rows[0]);
}

/* By whatever the machine has, by sums, and one by one: half of the hashes are of features. */
static void test_lookup(void **state) {
    (void)state;
    struct random random = random_new(11);
    struct stance_model *model = make_model(&option_cases[1]);
    for (size_t i = 0; i < 2000; i++) {
        uint64_t hashes[LOOKUP_MAX];
        const size_t n = random_below(&random, LOOKUP_MAX + 1);
        for (size_t k = 0; k < n; k++) {
            const uint32_t id = (uint32_t)random_below(&random, model->header->n_features);
            hashes[k] = random_below(&random, 2) == 0 ? model_row(model, id)->hash : random_next(&random);
        }
        check_lookup(model, hashes, n);
    }
    stance_model_free(model);
}

/* --- Tallies --- */

/* Against a count of every key; many rounds, so that slots are used again and grow in the middle of one. */
static void test_tally(void **state) {
    (void)state;
    struct stance_error error;
    struct random random = random_new(3);
    struct tally tally = {.round = UINT32_MAX - 3}; /* its numbers begin anew on the way */
    for (size_t round = 0; round < 20; round++) {
        static uint32_t expected[5000];
        static size_t place[5000];
        memset(expected, 0, sizeof expected);
        tally_clear(&tally);
        const size_t bound = round % 2 == 0 ? 30 : 5000;
        for (size_t i = 0; i < 8000; i++) {
            const size_t key = random_below(&random, bound);
            assert_ok(tally_reserve(&tally, 1, &error));
            const size_t item = tally_count(&tally, key);
            assert_int_equal(tally.counts.data[item], ++expected[key]);
            assert_true(item < tally.counts.n && (expected[key] == 1 || place[key] == item));
            place[key] = item;
        }
    }
    tally_free(&tally);
}

/* --- Sets of ids --- */

/* Against a mark for every number; unwanted ones stay out, and a round leaves nothing to the next. */
static void test_id_set(void **state) {
    (void)state;
    enum { N_IDS = 1000 };
    struct stance_error error;
    struct random random = random_new(9);
    struct id_set set;
    assert_ok(id_set_init(&set, N_IDS, &error));
    for (size_t round = 0; round < 20; round++) {
        bool expected[N_IDS] = {false};
        size_t n = 0;
        id_set_clear(&set);
        for (size_t i = 0; i < 2000; i++) {
            const uint32_t id = (uint32_t)random_below(&random, round % 2 == 0 ? 70 : N_IDS);
            const bool wanted = random_below(&random, 3) > 0, is_new = wanted && !expected[id];
            assert_ok(id_set_reserve(&set, 1, &error));
            assert_int_equal(id_set_add(&set, id, wanted), is_new);
            n += is_new;
            assert_int_equal(set.n, n);
            assert_true(!is_new || set.members[n - 1] == id);
            expected[id] = expected[id] || wanted;
        }
    }
    id_set_free(&set);
}

static int setup(void **state) {
    (void)state;
    read_corpus(&corpus, "corpora/diplomatic-en/train.jsonl");
    read_corpus(&corpus, "corpora/diplomatic-en/dev.jsonl");
    read_corpus(&corpus, "corpora/diplomatic-en/test.jsonl");
    make_hostile(&hostile);
    if (getenv("STANCE_TEXTS") != NULL) { /* a file with a text a line, to be scored as well */
        read_lines(&given, getenv("STANCE_TEXTS"));
    }
    return corpus.ends.n > 5000 ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    free(corpus.bytes.data);
    free(corpus.ends.data);
    free(hostile.bytes.data);
    free(hostile.ends.data);
    free(given.bytes.data);
    free(given.ends.data);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equals_reference), cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_lookup),           cmocka_unit_test(test_tally),
        cmocka_unit_test(test_id_set),
    };
    return cmocka_run_group_tests_name("score", tests, setup, teardown);
}
