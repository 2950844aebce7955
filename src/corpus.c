#include "corpus.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "model.h"
#include "status.h"
#include "text.h"
#include "utf8.h"

enum stance_status stance_corpus_new(struct stance_corpus **corpus, struct stance_error *error) {
    struct stance_corpus *new = array_new(1, sizeof *new, error);
    if (new == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    *corpus = new;
    return STANCE_OK;
}

void stance_corpus_free(struct stance_corpus *corpus) {
    if (corpus == NULL) {
        return;
    }
    for (size_t i = 0; i < corpus->labels.n; i++) {
        free(corpus->labels.data[i].name);
    }
    free(corpus->bytes.data);
    free(corpus->records.data);
    free(corpus->label_ids.data);
    free(corpus->labels.data);
    free(corpus);
}

/* --- Adding ------------------------------------------------------------------------------------------------------------ */

static enum stance_status find_or_add_label(struct stance_corpus *corpus, struct stance_string name, uint32_t *id,
                                            struct stance_error *error) {
    for (size_t i = 0; i < corpus->labels.n; i++) {
        const char *known = corpus->labels.data[i].name;
        if (strlen(known) == name.len && memcmp(known, name.data, name.len) == 0) {
            *id = (uint32_t)i;
            return STANCE_OK;
        }
    }
    if (!model_is_label_name(name)) {
        return status_set(error, STANCE_ERROR_CORPUS, "a label must be 1 to %u bytes of UTF-8 without control characters",
                          MODEL_LABEL_LEN_MAX);
    }
    if (corpus->labels.n >= MODEL_LABELS_MAX) {
        return status_set(error, STANCE_ERROR_LIMIT, "more than %u labels, from '%.*s' on: is this the right label column?",
                          MODEL_LABELS_MAX, (int)(name.len < 60 ? name.len : 60), name.data);
    }
    TRY(array_reserve(&corpus->labels, corpus->labels.n + 1, error));
    char *copy = strndup(name.data, name.len);
    if (copy == NULL) {
        return status_memory(error, name.len);
    }
    *id = (uint32_t)corpus->labels.n;
    corpus->labels.data[corpus->labels.n++] = (struct corpus_label){.name = copy};
    return STANCE_OK;
}

/* Appends the record's labels, each once. */
static enum stance_status add_labels(struct stance_corpus *corpus, const struct stance_record *record, struct stance_error *error) {
    const size_t first = corpus->label_ids.n;
    for (size_t i = 0; i < record->n_labels; i++) {
        uint32_t id = 0;
        TRY(find_or_add_label(corpus, record->labels[i], &id, error));
        size_t k = first;
        while (k < corpus->label_ids.n && corpus->label_ids.data[k] != id) {
            k++;
        }
        if (k == corpus->label_ids.n) {
            TRY(array_reserve(&corpus->label_ids, k + 1, error));
            corpus->label_ids.data[corpus->label_ids.n++] = id;
        }
    }
    return STANCE_OK;
}

static enum stance_status add_record(struct stance_corpus *corpus, const struct stance_record *record, struct stance_error *error) {
    struct corpus_record added = {.labels = corpus->label_ids.n, .auxiliary = record->auxiliary};
    TRY(array_reserve(&corpus->records, corpus->records.n + 1, error));
    added.text = corpus->bytes.n;
    added.text_len = record->text.len;
    TRY(byte_array_append(&corpus->bytes, record->text.data, record->text.len, error));
    added.group = corpus->bytes.n;
    added.group_len = record->group.len;
    TRY(byte_array_append(&corpus->bytes, record->group.data, record->group.len, error));
    TRY(add_labels(corpus, record, error));
    added.n_labels = corpus->label_ids.n - added.labels;
    for (size_t i = added.labels; i < corpus->label_ids.n; i++) {
        corpus->labels.data[corpus->label_ids.data[i]].n_records++;
    }
    corpus->records.data[corpus->records.n++] = added;
    return STANCE_OK;
}

/* Forgets the labels from `n_labels` on, which a record that failed has brought. */
static void roll_back(struct stance_corpus *corpus, size_t n_bytes, size_t n_label_ids, size_t n_labels) {
    corpus->bytes.n = n_bytes;
    corpus->label_ids.n = n_label_ids;
    while (corpus->labels.n > n_labels) {
        free(corpus->labels.data[--corpus->labels.n].name);
    }
}

enum stance_status stance_corpus_add(struct stance_corpus *corpus, const struct stance_record *record, struct stance_error *error) {
    const size_t n_bytes = corpus->bytes.n, n_label_ids = corpus->label_ids.n, n_labels = corpus->labels.n;
    const enum stance_status status = add_record(corpus, record, error);
    if (status != STANCE_OK) {
        roll_back(corpus, n_bytes, n_label_ids, n_labels);
    }
    return status;
}

struct stance_string corpus_text(const struct stance_corpus *corpus, size_t record) {
    const struct corpus_record *r = &corpus->records.data[record];
    return (struct stance_string){.data = corpus->bytes.data + r->text, .len = r->text_len};
}

/* --- The learner's view ------------------------------------------------------------------------------------------------ */

static int compare_names(const void *a, const void *b) {
    return strcmp((*(const struct corpus_label *const *)a)->name, (*(const struct corpus_label *const *)b)->name);
}

/* Labels in ascending order of their names; `rank` receives the place of each label, by its number in the corpus. */
static enum stance_status rank_labels(struct dataset *dataset, uint32_t *rank, struct stance_error *error) {
    const struct stance_corpus *corpus = dataset->corpus;
    const size_t n = corpus->labels.n;
    const struct corpus_label **sorted = array_new(n, sizeof *sorted, error);
    if (sorted == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        sorted[i] = &corpus->labels.data[i];
    }
    qsort(sorted, n, sizeof *sorted, compare_names);
    for (size_t i = 0; i < n; i++) {
        rank[sorted[i] - corpus->labels.data] = (uint32_t)i;
        dataset->labels[i] = sorted[i]->name;
    }
    free(sorted);
    return STANCE_OK;
}

static void fill_truth(struct dataset *dataset, const uint32_t *rank) {
    const struct stance_corpus *corpus = dataset->corpus;
    dataset->exclusive = dataset->n_records > 0;
    for (size_t i = 0; i < dataset->n_records; i++) {
        const struct corpus_record *record = &corpus->records.data[i];
        for (size_t k = 0; k < record->n_labels; k++) {
            dataset->truth[rank[corpus->label_ids.data[record->labels + k]] * dataset->n_records + i] = true;
        }
        dataset->exclusive = dataset->exclusive && record->n_labels == 1;
    }
}

/* A record under a key: its group's name, or its normalised text. */
struct keyed_record {
    uint64_t key;
    uint32_t record;
};

static int compare_keyed(const void *a, const void *b) {
    const struct keyed_record *x = a, *y = b;
    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return (x->record > y->record) - (x->record < y->record);
}

/* Disjoint sets with path halving (Tarjan and van Leeuwen 1984); the smallest record is the root. */
static uint32_t find_root(uint32_t *parent, uint32_t record) {
    while (parent[record] != record) {
        parent[record] = parent[parent[record]];
        record = parent[record];
    }
    return record;
}

static void join(uint32_t *parent, uint32_t a, uint32_t b) {
    const uint32_t root_a = find_root(parent, a), root_b = find_root(parent, b);
    if (root_a < root_b) {
        parent[root_b] = root_a;
    } else {
        parent[root_a] = root_b;
    }
}

static void join_equal_keys(uint32_t *parent, struct keyed_record *keyed, size_t n) {
    if (n > 1) {
        qsort(keyed, n, sizeof *keyed, compare_keyed);
    }
    for (size_t i = 1; i < n; i++) {
        if (keyed[i].key == keyed[i - 1].key) {
            join(parent, keyed[i].record, keyed[i - 1].record);
        }
    }
}

static bool same_labels(const struct dataset *dataset, uint32_t a, uint32_t b) {
    for (size_t label = 0; label < dataset->n_labels; label++) {
        const bool *truth = dataset->truth + label * dataset->n_records;
        if (truth[a] != truth[b]) {
            return false;
        }
    }
    return true;
}

/* `keyed` is sorted, so that the records of one text stand together, the earliest first; each is held against the first. */
static void count_repeats(struct dataset *dataset, const struct keyed_record *keyed, size_t n) {
    for (size_t i = 1, first = 0; i < n; i++) {
        if (keyed[i].key != keyed[first].key) {
            first = i;
        } else if (same_labels(dataset, keyed[first].record, keyed[i].record)) {
            dataset->n_duplicates++;
        } else {
            dataset->n_contradictions++;
        }
    }
}

static enum stance_status key_by_text(struct keyed_record *keyed, const struct stance_corpus *corpus, struct stance_error *error) {
    struct text text = {.n_invalid = 0};
    enum stance_status status = STANCE_OK;
    for (size_t i = 0; i < corpus->records.n && status == STANCE_OK; i++) {
        const struct stance_string bytes = corpus_text(corpus, i);
        status = text_normalise(&text, bytes.data, bytes.len, error);
        keyed[i] = (struct keyed_record){.key = hash_bytes(1, text.normal.data, text.normal.n), .record = (uint32_t)i};
    }
    text_free(&text);
    return status;
}

static size_t key_by_group(struct keyed_record *keyed, const struct stance_corpus *corpus) {
    size_t n = 0;
    for (size_t i = 0; i < corpus->records.n; i++) {
        const struct corpus_record *record = &corpus->records.data[i];
        if (record->group_len > 0) {
            const uint64_t key = hash_bytes(2, corpus->bytes.data + record->group, record->group_len);
            keyed[n++] = (struct keyed_record){.key = key, .record = (uint32_t)i};
        }
    }
    return n;
}

static void number_groups(struct dataset *dataset, uint32_t *parent) {
    for (uint32_t i = 0; i < dataset->n_records; i++) {
        const uint32_t root = find_root(parent, i); /* never above i, so it has its number already */
        dataset->group[i] = root == i ? (uint32_t)dataset->n_groups++ : dataset->group[root];
    }
}

static enum stance_status group_records(struct dataset *dataset, uint32_t *parent, struct keyed_record *keyed,
                                        struct stance_error *error) {
    const size_t n = dataset->n_records;
    for (uint32_t i = 0; i < n; i++) {
        parent[i] = i;
    }
    TRY(key_by_text(keyed, dataset->corpus, error));
    join_equal_keys(parent, keyed, n);
    count_repeats(dataset, keyed, n);
    join_equal_keys(parent, keyed, key_by_group(keyed, dataset->corpus));
    number_groups(dataset, parent);
    return STANCE_OK;
}

static uint64_t digest_corpus(const struct dataset *dataset) {
    const struct stance_corpus *corpus = dataset->corpus;
    uint64_t digest = hash_bytes(dataset->n_records, corpus->bytes.data, corpus->bytes.n);
    for (size_t i = 0; i < dataset->n_records; i++) {
        digest = hash_append(digest, corpus->records.data[i].text_len);
        digest = hash_append(digest, corpus->records.data[i].group_len);
        digest = hash_append(digest, corpus->records.data[i].auxiliary);
        for (size_t label = 0; label < dataset->n_labels; label++) {
            digest = hash_append(digest, dataset->truth[label * dataset->n_records + i]);
        }
    }
    for (size_t label = 0; label < dataset->n_labels; label++) {
        digest = hash_append(digest, hash_bytes(3, dataset->labels[label], strlen(dataset->labels[label])));
    }
    return digest;
}

static enum stance_status fill_dataset(struct dataset *dataset, struct stance_error *error) {
    const size_t n_labels = dataset->n_labels, n_records = dataset->n_records;
    uint32_t *rank = array_new(n_labels, sizeof *rank, error);
    uint32_t *parent = array_new(n_records, sizeof *parent, error);
    struct keyed_record *keyed = array_new(n_records, sizeof *keyed, error);
    dataset->labels = array_new(n_labels, sizeof *dataset->labels, error);
    dataset->truth = array_new(n_labels * n_records, sizeof *dataset->truth, error);
    dataset->group = array_new(n_records, sizeof *dataset->group, error);
    enum stance_status status = STANCE_ERROR_MEMORY;
    if (rank != NULL && parent != NULL && keyed != NULL && dataset->labels != NULL && dataset->truth != NULL &&
        dataset->group != NULL) {
        status = rank_labels(dataset, rank, error);
        if (status == STANCE_OK) {
            fill_truth(dataset, rank);
            status = group_records(dataset, parent, keyed, error);
        }
    }
    if (status == STANCE_OK) {
        dataset->digest = digest_corpus(dataset);
    }
    free(rank);
    free(parent);
    free(keyed);
    return status;
}

enum stance_status dataset_new(struct dataset *dataset, const struct stance_corpus *corpus, struct stance_error *error) {
    if (corpus->records.n >= UINT32_MAX) {
        return status_set(error, STANCE_ERROR_LIMIT, "%zu records: a corpus has at most %u", corpus->records.n, UINT32_MAX - 1);
    }
    *dataset = (struct dataset){.corpus = corpus, .n_records = corpus->records.n, .n_labels = corpus->labels.n};
    const enum stance_status status = fill_dataset(dataset, error);
    if (status != STANCE_OK) {
        dataset_free(dataset);
    }
    return status;
}

void dataset_free(struct dataset *dataset) {
    free(dataset->labels);
    free(dataset->truth);
    free(dataset->group);
    *dataset = (struct dataset){.n_records = 0};
}

enum stance_status dataset_judged(const struct dataset *dataset, size_t **records, size_t *n, struct stance_error *error) {
    size_t *list = array_new(dataset->n_records, sizeof *list, error), found = 0;
    if (list == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < dataset->n_records; i++) {
        if (dataset_is_judged(dataset, i)) {
            list[found++] = i;
        }
    }
    if (found == 0) {
        free(list);
        return status_set(error, STANCE_ERROR_CORPUS, "the corpus has no records%s; give some to judge on",
                          dataset->n_records > 0 ? " but auxiliary ones" : "");
    }
    *records = list;
    *n = found;
    return STANCE_OK;
}

/* --- Summary ----------------------------------------------------------------------------------------------------------- */

enum stance_status stance_corpus_summarise(const struct stance_corpus *corpus, struct stance_corpus_summary *summary,
                                           struct stance_error *error) {
    struct dataset dataset;
    TRY(dataset_new(&dataset, corpus, error));
    *summary = (struct stance_corpus_summary){
        .n_records = dataset.n_records,
        .n_labels = dataset.n_labels,
        .n_groups = dataset.n_groups,
        .n_duplicates = dataset.n_duplicates,
        .n_contradictions = dataset.n_contradictions,
        .exclusive = dataset.exclusive,
    };
    for (size_t i = 0; i < corpus->records.n; i++) {
        summary->n_unlabelled += corpus->records.data[i].n_labels == 0;
    }
    dataset_free(&dataset);
    return STANCE_OK;
}

/* The label with exactly `label` names below its own. */
const char *stance_corpus_label(const struct stance_corpus *corpus, size_t label, size_t *n_positive) {
    for (size_t i = 0; i < corpus->labels.n; i++) {
        size_t below = 0;
        for (size_t k = 0; k < corpus->labels.n; k++) {
            below += strcmp(corpus->labels.data[k].name, corpus->labels.data[i].name) < 0;
        }
        if (below == label) {
            if (n_positive != NULL) {
                *n_positive = corpus->labels.data[i].n_records;
            }
            return corpus->labels.data[i].name;
        }
    }
    return NULL;
}
