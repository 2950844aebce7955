/* What the unit tests share on top of cmocka. */
#ifndef STANCE_TESTS_CHECK_H
#define STANCE_TESTS_CHECK_H

/* cmocka wants these before it, in this order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stance.h"

/* Fails with the message of the error that the call filled. */
#define assert_ok(call)                                      \
    do {                                                     \
        if ((call) != STANCE_OK) {                           \
            fail_msg("%s failed: %s", #call, error.message); \
        }                                                    \
    } while (0)

/* cmocka 1.1 compares floats only. */
#define assert_near(got, expected, tolerance)                          \
    do {                                                               \
        const double got_ = (got), expected_ = (expected);             \
        if (!(fabs(got_ - expected_) <= (tolerance))) {                \
            fail_msg("%s is %.17g, not %.17g", #got, got_, expected_); \
        }                                                              \
    } while (0)

/* A quick training: words, one C, three folds. */
static inline struct stance_train_options quick_options(void) {
    struct stance_train_options options;
    struct stance_error error;
    assert_ok(stance_train_options_init(&options, "words", &error));
    options.c = 1.0;
    options.n_folds = 3;
    options.n_threads = 2;
    return options;
}

/* Adds one record; labels are separated by ';'. */
static inline void add_record_as(struct stance_corpus *corpus, bool auxiliary, const char *labels, const char *group,
                                 const char *text) {
    struct stance_string parts[8];
    size_t n = 0;
    while (*labels != '\0') {
        const size_t len = strcspn(labels, ";");
        assert_true(n < 8);
        parts[n++] = (struct stance_string){.data = labels, .len = len};
        labels += len + (labels[len] == ';');
    }
    const struct stance_record record = {.text = {.data = text, .len = strlen(text)},
                                         .group = {.data = group, .len = strlen(group)},
                                         .labels = parts,
                                         .n_labels = n,
                                         .auxiliary = auxiliary};
    struct stance_error error;
    assert_ok(stance_corpus_add(corpus, &record, &error));
}

static inline void add_record(struct stance_corpus *corpus, const char *labels, const char *group, const char *text) {
    add_record_as(corpus, false, labels, group, text);
}

/* A corpus that a linear model learns well but not perfectly, the same at every call: `n` records of two labels, in groups of
 * three. */
static inline struct stance_corpus *make_corpus(size_t n, bool exclusive) {
    static const char *const charges[] = {"accused the government of violating the treaty", "blamed its neighbour for the attack",
                                          "condemned the shelling of the town", "charged the ministry with bad faith"};
    static const char *const denials[] = {"denied the charge as baseless", "rejected the report as a fabrication",
                                          "dismissed the allegation as untrue", "said the claim was groundless"};
    static const char *const plain[] = {"opened a new bridge over the river", "met the delegation on tuesday",
                                        "published the figures for the year", "visited the harbour and the school"};
    static const char *const who[] = {"the envoy", "a spokesman", "the minister", "the committee", "an official"};
    struct stance_error error;
    struct stance_corpus *corpus = NULL;
    assert_ok(stance_corpus_new(&corpus, &error));
    for (size_t i = 0; i < n; i++) {
        char text[256], group[32];
        const size_t kind = i % 3, variant = (i * 7 + i / 5) % 4;
        const char *act = kind == 0 ? charges[variant] : kind == 1 ? denials[variant] : plain[variant];
        const bool swapped = i % 23 == 0; /* noise */
        (void)snprintf(text, sizeof text, "On day %zu %s %s in district %zu", i, who[i % 5], act, i % 17);
        (void)snprintf(group, sizeof group, "group %zu", i / 3);
        const char *labels = kind == 0 ? "accusation" : kind == 1 ? "denial" : exclusive ? "none" : "";
        add_record(corpus, swapped ? "denial" : labels, group, text);
    }
    return corpus;
}

#endif
