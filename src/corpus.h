/* Labelled records in memory. */
#ifndef STANCE_SRC_CORPUS_H
#define STANCE_SRC_CORPUS_H

#include "array.h"

struct corpus_record {
    size_t text, text_len;   /* in the corpus's bytes */
    size_t group, group_len; /* 0 long: a group of its own */
    size_t labels, n_labels; /* in the corpus's label_ids */
    bool auxiliary;
};

struct corpus_label {
    char *name;
    size_t n_records;
};

struct stance_corpus {
    struct byte_array bytes;
    struct {
        struct corpus_record *data;
        size_t n, capacity;
    } records;
    struct {
        uint32_t *data; /* numbers of labels in the order in which they came */
        size_t n, capacity;
    } label_ids;
    struct {
        struct corpus_label *data; /* in the order in which they came */
        size_t n, capacity;
    } labels;
};

/* The corpus as the learner sees it: labels in ascending byte order of their names, groups as numbers. */
struct dataset {
    const struct stance_corpus *corpus;
    size_t n_records, n_labels, n_groups;
    const char **labels;
    bool *truth;     /* truth[label * n_records + record] */
    uint32_t *group; /* of each record, in [0, n_groups). Records of equal normalised text share a group, and so do their groups */
    size_t n_duplicates, n_contradictions;
    bool exclusive;
    uint64_t digest; /* of ids excepted, everything that the corpus holds, in its order */
};

enum stance_status dataset_new(struct dataset *dataset, const struct stance_corpus *corpus, struct stance_error *error);
void dataset_free(struct dataset *dataset);

/* Whether calibration, thresholds and figures look at a record. */
static inline bool dataset_is_judged(const struct dataset *dataset, size_t record) {
    return !dataset->corpus->records.data[record].auxiliary;
}

/* Lists the numbers of the records that are judged, ascending, for the caller to free; it is an error where there are none. */
enum stance_status dataset_judged(const struct dataset *dataset, size_t **records, size_t *n, struct stance_error *error);

struct stance_string corpus_text(const struct stance_corpus *corpus, size_t record);

#endif
