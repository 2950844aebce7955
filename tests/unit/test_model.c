/* The model file: round trip, and hundreds of truncations, flips and forgeries. */
#include "check.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model.h"
#include "vocabulary.h"

static struct stance_model *train_small(void) {
    struct stance_error error;
    struct stance_model *model = NULL;
    struct stance_corpus *corpus = make_corpus(60, false);
    struct stance_train_options options;
    assert_ok(stance_train_options_init(&options, "default", &error));
    options.c = 1.0;
    options.n_folds = 3;
    options.n_threads = 1;
    assert_ok(stance_train(&model, NULL, corpus, &options, &error));
    stance_corpus_free(corpus);
    return model;
}

static int setup(void **state) {
    *state = train_small();
    return 0;
}

static int teardown(void **state) {
    stance_model_free(*state);
    return 0;
}

static void test_round_trip(void **state) {
    const struct stance_model *model = *state;
    struct stance_error error;
    struct stance_model *again = NULL;
    char path[] = "/tmp/stance-model-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    (void)close(file);
    assert_ok(stance_model_save(model, path, &error));
    assert_ok(stance_model_open(&again, path, &error));
    assert_int_equal(again->len, model->len);
    assert_memory_equal(again->bytes, model->bytes, model->len);
    struct stance_model_info info;
    stance_model_info(again, &info);
    assert_int_equal(info.n_labels, 2);
    assert_string_equal(stance_model_label(again, 1), "denial");
    assert_null(stance_model_label(again, 2));
    assert_non_null(strstr(info.provenance, "\"digest\""));
    assert_null(strstr(info.provenance, "\"date\""));
    stance_model_free(again);
    /* Over a link to a file of its owner's alone: both stay so. */
    char link_path[sizeof path + 5];
    struct stat status;
    (void)snprintf(link_path, sizeof link_path, "%s.link", path);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(symlink(path, link_path), 0);
    assert_ok(stance_model_save(model, link_path, &error));
    assert_true(lstat(link_path, &status) == 0 && S_ISLNK(status.st_mode));
    assert_true(stat(path, &status) == 0 && (status.st_mode & 0777) == 0600);
    (void)unlink(link_path);
    (void)unlink(path);
}

/* Every feature is found by its hash, under its own id; what is not there is not found. */
static void test_lookup(void **state) {
    const struct stance_model *model = *state;
    for (uint32_t id = 0; id < model->header->n_features; id++) {
        assert_int_equal(model_find(model, model_row(model, id)->hash), id);
        assert_int_equal(model_find(model, model_row(model, id)->hash ^ (UINT64_C(1) << 40)), VOCABULARY_NONE);
    }
}

static void test_top_features(void **state) {
    const struct stance_model *model = *state;
    struct stance_error error;
    uint32_t ids[5];
    size_t n = 5;
    assert_ok(stance_model_top_features(model, 1, true, ids, &n, &error));
    assert_int_equal(n, 5);
    double before = INFINITY;
    for (size_t i = 0; i < n; i++) {
        struct stance_feature feature;
        assert_ok(stance_model_feature(model, ids[i], &feature, &error));
        const double strength = feature.idf * (double)feature.weights[1];
        assert_true(strength > 0.0 && strength <= before);
        before = strength;
    }
    assert_int_equal(stance_model_top_features(model, 2, true, ids, &n, &error), STANCE_ERROR_ARGUMENT);
    uint32_t all[1000]; /* however many are wanted, they are the first of the same order */
    size_t n_all = 1000;
    assert_ok(stance_model_top_features(model, 1, false, all, &n_all, &error));
    assert_true(n_all > 5 && n_all < 1000);
    for (n = 0; n <= 5; n++) {
        size_t found = n;
        assert_ok(stance_model_top_features(model, 1, false, ids, &found, &error));
        assert_int_equal(found, n);
        assert_memory_equal(ids, all, n * sizeof *ids);
    }
    struct stance_feature feature;
    assert_int_equal(stance_model_feature(model, model->header->n_features, &feature, &error), STANCE_ERROR_ARGUMENT);
}

/* Uses every part of a model that opens, so that an offset that was let through is found by the sanitizer. */
static void use(const struct stance_model *model) {
    struct stance_error error;
    struct stance_session *session = NULL;
    struct stance_result result;
    const char *text = "The envoy denied the charge as baseless and blamed the ministry for it";
    assert_ok(stance_session_new(&session, model, &error));
    assert_ok(stance_session_score(session, text, strlen(text), &result, &error));
    for (size_t i = 0; i < result.n_labels; i++) {
        struct stance_head_info head;
        uint32_t ids[8];
        size_t n = 8;
        assert_true(strlen(stance_model_label(model, i)) > 0);
        assert_ok(stance_model_head(model, i, &head, &error));
        assert_ok(stance_model_top_features(model, i, true, ids, &n, &error));
    }
    unsigned sum = 0;
    for (size_t id = 0; id < model->header->n_features; id++) {
        struct stance_feature feature;
        if (stance_model_feature(model, id, &feature, &error) == STANCE_OK) {
            for (size_t k = 0; k < feature.name.len; k++) {
                sum += (unsigned char)feature.name.data[k];
            }
        }
    }
    assert_true(sum < UINT32_MAX);
    struct stance_model_info info;
    stance_model_info(model, &info);
    assert_true(strlen(info.provenance) < model->len);
    stance_session_free(session);
}

static unsigned char *copy_of(const struct stance_model *model) {
    unsigned char *bytes = malloc(model->len);
    assert_non_null(bytes);
    memcpy(bytes, model->bytes, model->len);
    return bytes;
}

static void test_truncated(void **state) {
    const struct stance_model *model = *state;
    struct stance_error error;
    for (size_t i = 0; i < 400; i++) {
        const size_t len = i < 200 ? i * sizeof(struct model_header) / 190 : model->len - 1 - (i - 200) * (model->len / 220);
        struct stance_model *opened = NULL;
        assert_int_equal(stance_model_from_bytes(&opened, model->bytes, len, &error), STANCE_ERROR_MODEL);
        assert_null(opened);
        assert_true(strlen(error.message) > 20);
    }
}

static void test_flipped(void **state) {
    const struct stance_model *model = *state;
    struct stance_error error;
    unsigned char *bytes = copy_of(model);
    for (size_t i = 0; i < 600; i++) {
        const size_t at = i < 300 ? i % sizeof(struct model_header) : (i * 7919) % model->len;
        const unsigned char old = bytes[at];
        bytes[at] ^= (unsigned char)(1U << (i % 8));
        struct stance_model *opened = NULL;
        assert_int_equal(stance_model_from_bytes(&opened, bytes, model->len, &error), STANCE_ERROR_MODEL);
        bytes[at] = old;
    }
    free(bytes);
}

static void write_checksum(unsigned char *bytes, size_t len) {
    const uint64_t checksum = model_checksum(bytes, len);
    memcpy(bytes + offsetof(struct model_header, checksum), &checksum, sizeof checksum);
}

/* The same with the checksum made right again: it may open or not, but it does no harm. */
static void test_forged(void **state) {
    const struct stance_model *model = *state;
    struct stance_error error;
    unsigned char *bytes = copy_of(model);
    static const unsigned char values[] = {0x00, 0x01, 0x7F, 0x80, 0xFF, 0x10};
    size_t n_refused = 0, n_opened = 0;
    for (size_t i = 0; i < 3000; i++) {
        const size_t at = i < 1800 ? 16 + (i / 6) % (sizeof(struct model_header) - 16) : (i * 104729) % (model->len - 16) + 16;
        const size_t width = i % 4 == 3 && at + 4 <= model->len ? 4 : 1;
        unsigned char old[4];
        memcpy(old, bytes + at, width);
        memset(bytes + at, values[i % sizeof values], width);
        write_checksum(bytes, model->len);
        struct stance_model *opened = NULL;
        if (stance_model_from_bytes(&opened, bytes, model->len, &error) == STANCE_OK) {
            use(opened);
            stance_model_free(opened);
            n_opened++;
        } else {
            assert_int_equal(error.status, STANCE_ERROR_MODEL);
            n_refused++;
        }
        memcpy(bytes + at, old, width);
    }
    free(bytes);
    assert_true(n_refused > 500 && n_opened > 100);
}

/* A block that takes one place more, or counts one hash more before it, would give ids that no row has. */
static void test_forged_index(void **state) {
    const struct stance_model *model = *state;
    struct stance_error error;
    for (uint32_t i = 0; i < 2 * model->n_blocks; i += 7) {
        unsigned char *bytes = copy_of(model);
        struct rank_block *block =
            (struct rank_block *)(void *)(bytes + model->header->sections[MODEL_BLOCKS].offset) + i % model->n_blocks;
        if (i < model->n_blocks) {
            block->taken |= block->taken + 1;
        } else {
            block->before++;
        }
        write_checksum(bytes, model->len);
        struct stance_model *opened = NULL;
        assert_int_equal(stance_model_from_bytes(&opened, bytes, model->len, &error), STANCE_ERROR_MODEL);
        free(bytes);
    }
}

/* Text that would not be shown as one line is refused: names of labels and the provenance when the model is opened, the name of a
 * feature where it is used. */
static void test_forged_text(void **state) {
    const struct stance_model *model = *state;
    static const char *const forged[] = {"\x1B[2J", "\n", "\x7F", "\xFF", "\xC3", "\xC2\x9B", "\xED\xA0\x80"};
    static const enum model_section opened_with[] = {MODEL_LABELS, MODEL_PROVENANCE};
    struct stance_error error;
    for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++) {
        struct stance_model *opened = NULL;
        struct stance_feature feature;
        for (size_t k = 0; k < sizeof opened_with / sizeof opened_with[0]; k++) {
            unsigned char *bytes = copy_of(model);
            memcpy(bytes + model->header->sections[opened_with[k]].offset + 1, forged[i], strlen(forged[i]));
            write_checksum(bytes, model->len);
            assert_int_equal(stance_model_from_bytes(&opened, bytes, model->len, &error), STANCE_ERROR_MODEL);
            free(bytes);
        }
        unsigned char *bytes = copy_of(model);
        assert_ok(stance_model_feature(model, 0, &feature, &error));
        assert_true(feature.name.len >= strlen(forged[i]));
        memcpy(bytes + model->header->sections[MODEL_NAMES].offset, forged[i], strlen(forged[i]));
        write_checksum(bytes, model->len);
        assert_ok(stance_model_from_bytes(&opened, bytes, model->len, &error));
        assert_int_equal(stance_model_feature(opened, 0, &feature, &error), STANCE_ERROR_MODEL);
        assert_ok(stance_model_feature(opened, 1, &feature, &error));
        stance_model_free(opened);
        free(bytes);
    }
}

/* A file of the format before is refused, and the message says what to do. */
static void test_older_format(void **state) {
    const struct stance_model *model = *state;
    struct stance_error error;
    struct stance_model *opened = NULL;
    unsigned char *bytes = copy_of(model);
    const uint32_t version = MODEL_FORMAT_VERSION - 1;
    memcpy(bytes + offsetof(struct model_header, version), &version, sizeof version);
    write_checksum(bytes, model->len);
    assert_int_equal(stance_model_from_bytes(&opened, bytes, model->len, &error), STANCE_ERROR_MODEL);
    assert_non_null(strstr(error.message, "format 1, this version reads format 2; train it again"));
    free(bytes);
}

/* Whoever writes into the file of a model in use spoils its answers, but cannot make it read where it must not. */
static void test_changed_in_use(void **state) {
    const struct stance_model *model = *state;
    struct stance_error error;
    struct stance_model *opened = NULL;
    char path[] = "/tmp/stance-model-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    assert_true(write(file, model->bytes, model->len) == (ssize_t)model->len);
    assert_ok(stance_model_open(&opened, path, &error));
    unsigned char *garbage = malloc(model->len);
    assert_non_null(garbage);
    memset(garbage, 0x7A, model->len);
    garbage[model->len - 1] = 0;
    assert_true(pwrite(file, garbage, model->len, 0) == (ssize_t)model->len);
    assert_int_equal(opened->bytes[100], 0x7A);
    assert_int_equal(stance_model_n_labels(opened), 2);
    assert_string_equal(stance_model_label(opened, 1), "denial");
    struct stance_head_info before, after;
    assert_ok(stance_model_head(model, 0, &before, &error));
    assert_ok(stance_model_head(opened, 0, &after, &error));
    assert_memory_equal(&before, &after, sizeof before);
    use(opened);
    stance_model_free(opened);
    free(garbage);
    (void)close(file);
    (void)unlink(path);
}

static void *save_often(void *user) {
    struct stance_error error;
    for (int i = 0; i < 20; i++) {
        if (stance_model_save(((const void **)user)[0], ((const char **)user)[1], &error) != STANCE_OK) {
            return user;
        }
    }
    return NULL;
}

/* Two threads may save to one path at once, and a file that a process of the same number has left is no obstacle. */
static void test_save_beside_others(void **state) {
    struct stance_error error;
    char directory[] = "/tmp/stance-model-XXXXXX", path[64], stale[128];
    assert_non_null(mkdtemp(directory));
    (void)snprintf(path, sizeof path, "%s/x.stance", directory);
    (void)snprintf(stale, sizeof stale, "%s.tmp%ld-0", path, (long)getpid());
    FILE *left = fopen(stale, "w");
    assert_non_null(left);
    (void)fclose(left);
    const void *arguments[] = {*state, path};
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, save_often, arguments), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        void *failed = NULL;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    struct stance_model *opened = NULL;
    assert_ok(stance_model_open(&opened, path, &error));
    stance_model_free(opened);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(stale), 0);
    assert_int_equal(rmdir(directory), 0); /* nothing else is left */
}

static void test_no_model(void **state) {
    (void)state;
    struct stance_error error;
    struct stance_model *model = NULL;
    assert_int_equal(stance_model_open(&model, "/nonexistent/x.stance", &error), STANCE_ERROR_IO);
    assert_non_null(strstr(error.message, "/nonexistent/x.stance"));
    assert_int_equal(stance_model_open(&model, "/dev/null", &error), STANCE_ERROR_MODEL);
    assert_int_equal(stance_model_open(&model, "tests", &error), STANCE_ERROR_MODEL);
    assert_int_equal(stance_model_open(&model, "Makefile", &error), STANCE_ERROR_MODEL);
    assert_int_equal(stance_model_from_bytes(&model, "", 0, &error), STANCE_ERROR_MODEL);
    assert_int_equal(stance_model_from_bytes(&model, "stance\x1A\n", 8, &error), STANCE_ERROR_MODEL);
}

static void test_unwritable(void **state) {
    const struct stance_model *model = *state;
    struct stance_error error;
    assert_int_equal(stance_model_save(model, "/nonexistent/x.stance", &error), STANCE_ERROR_IO);
    assert_int_equal(stance_model_save(model, "tests", &error), STANCE_ERROR_IO); /* a directory is in its place */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),   cmocka_unit_test(test_lookup),         cmocka_unit_test(test_top_features),
        cmocka_unit_test(test_truncated),    cmocka_unit_test(test_flipped),        cmocka_unit_test(test_forged),
        cmocka_unit_test(test_no_model),     cmocka_unit_test(test_forged_index),   cmocka_unit_test(test_forged_text),
        cmocka_unit_test(test_older_format), cmocka_unit_test(test_changed_in_use), cmocka_unit_test(test_save_beside_others),
        cmocka_unit_test(test_unwritable),
    };
    return cmocka_run_group_tests_name("model", tests, setup, teardown);
}
