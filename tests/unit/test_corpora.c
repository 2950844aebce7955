/* What the corpora that ship must hold to: schema, label names, ids, splits that share no group and no text. */
#include "check.h"

#include <jansson.h>

#include "hash.h"
#include "text.h"

static const char *const splits[] = {"train", "dev", "test"};
enum { N_SPLITS = 3, RECORDS_MAX = 65536 };

static const char *const labels[] = {"accusation", "denial", "conciliation", "negative", "positive"};
static const char *const genres[] = {"agency",   "spokesperson", "briefing",    "multilateral", "communique", "note",
                                     "headline", "embassy-post", "state-media", "despatch",     "editorial",  "interview"};
static const char *const kinds[] = {"plain", "near_miss", "implicit"};

/* One record's keys, as hashes, with the split that it stands in. */
struct entry {
    uint64_t key;
    int split;
};

struct corpus_check {
    struct entry *ids, *texts, *groups;
    size_t n;
    struct text text;
    size_t n_of_kind[3], n_stances[3], n_of_genre[12], n_none, n_many;
};

static size_t position(const char *const *names, size_t n, const char *name) {
    size_t i = 0;
    while (i < n && strcmp(names[i], name) != 0) {
        i++;
    }
    return i;
}

#define POSITION(names, name) position(names, sizeof(names) / sizeof(names)[0], name)

static const char *string_of(const json_t *record, const char *key, const char *where) {
    const char *value = json_string_value(json_object_get(record, key));
    if (value == NULL || *value == '\0') {
        fail_msg("%s: no string '%s'", where, key);
    }
    return value;
}

static void check_labels(struct corpus_check *check, const json_t *record, const char *kind, const char *where) {
    const json_t *array = json_object_get(record, "labels");
    size_t last = 0, n_stances = 0;
    assert_true(json_is_array(array));
    for (size_t i = 0; i < json_array_size(array); i++) {
        const char *label = json_string_value(json_array_get(array, i));
        const size_t place = label != NULL ? POSITION(labels, label) : 5;
        if (place == 5 || (i > 0 && place <= last)) {
            fail_msg("%s: labels are unknown or out of the codebook's order", where);
        }
        last = place;
        if (place < 3) {
            check->n_stances[place]++;
            n_stances++;
        }
    }
    check->n_none += n_stances == 0;
    check->n_many += n_stances > 1;
    if ((strcmp(kind, "near_miss") == 0 && n_stances > 0) || (strcmp(kind, "implicit") == 0 && n_stances == 0)) {
        fail_msg("%s: kind '%s' does not go with its labels", where, kind);
    }
}

static void check_record(struct corpus_check *check, const json_t *record, int split, const char *where) {
    struct stance_error error;
    assert_int_equal(json_object_size(record), 7);
    const char *id = string_of(record, "id", where), *text = string_of(record, "text", where),
               *group = string_of(record, "group", where);
    const char *genre = string_of(record, "genre", where), *kind = string_of(record, "kind", where);
    (void)string_of(record, "issue", where);
    if (POSITION(genres, genre) == 12 || POSITION(kinds, kind) == 3) {
        fail_msg("%s: genre '%s' or kind '%s' is unknown", where, genre, kind);
    }
    check->n_of_genre[POSITION(genres, genre)]++;
    check->n_of_kind[POSITION(kinds, kind)]++;
    check_labels(check, record, kind, where);
    assert_ok(text_normalise(&check->text, text, strlen(text), &error));
    assert_true(check->n < RECORDS_MAX);
    check->ids[check->n] = (struct entry){hash_bytes(1, id, strlen(id)), split};
    check->texts[check->n] = (struct entry){hash_bytes(1, check->text.normal.data, check->text.normal.n), split};
    check->groups[check->n] = (struct entry){hash_bytes(1, group, strlen(group)), split};
    check->n++;
}

static void read_split(struct corpus_check *check, int split) {
    char path[128], where[160], line[16384];
    (void)snprintf(path, sizeof path, "corpora/diplomatic-en/%s.jsonl", splits[split]);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (size_t n = 1; fgets(line, sizeof line, file) != NULL; n++) {
        (void)snprintf(where, sizeof where, "%s:%zu", path, n);
        json_error_t error;
        json_t *record = json_loads(line, JSON_REJECT_DUPLICATES, &error);
        if (record == NULL) {
            fail_msg("%s: %s", where, error.text);
        }
        check_record(check, record, split, where);
        json_decref(record);
    }
    (void)fclose(file);
}

static int compare_entries(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return x->split - y->split;
}

/* Sorts, and counts the neighbours of one key: all of them, or those in different splits. */
static size_t count_repeats(struct entry *entries, size_t n, bool across_splits) {
    size_t repeats = 0;
    qsort(entries, n, sizeof *entries, compare_entries);
    for (size_t i = 1; i < n; i++) {
        repeats += entries[i].key == entries[i - 1].key && (!across_splits || entries[i].split != entries[i - 1].split);
    }
    return repeats;
}

/* --- Stand-off labels --------------------------------------------------------------------------------------------------- */

enum { COLUMNS_MAX = 8 };

/* Cuts a line of TSV in place; returns how many fields it has. */
static size_t cut_line(char *line, char **fields) {
    size_t n = 0;
    line[strcspn(line, "\n")] = '\0';
    while (line != NULL && n < COLUMNS_MAX) {
        fields[n++] = line;
        line = strchr(line, '\t');
        if (line != NULL) {
            *line++ = '\0';
        }
    }
    return line == NULL ? n : COLUMNS_MAX + 1;
}

static bool is_number(const char *text) { return *text != '\0' && strspn(text, "0123456789") == strlen(text); }

/* Labels of the codebook, in its order, with ';' between them. */
static bool are_labels(char *text) {
    int last = -1;
    for (char *label = text, *next; *label != '\0'; label = next) {
        next = label + strcspn(label, ";");
        const bool is_last = *next == '\0';
        *next = '\0';
        const size_t place = POSITION(labels, label);
        if (place == 5 || (int)place <= last) {
            return false;
        }
        last = (int)place;
        next += is_last ? 0 : 1;
    }
    return true;
}

static void check_standoff_line(struct corpus_check *check, char *line, const char *where) {
    static const char *const sources[] = {"ungdc", "press", "unpc", "news"};
    char *f[COLUMNS_MAX];
    char place[512];
    if (cut_line(line, f) != 8 || POSITION(sources, f[1]) == 4 || *f[2] == '\0' || !is_number(f[3]) || !is_number(f[4]) ||
        !is_number(f[5]) || strtoul(f[4], NULL, 10) >= strtoul(f[5], NULL, 10) || strlen(f[6]) != 16 ||
        strspn(f[6], "0123456789abcdef") != 16 || !are_labels(f[7])) {
        fail_msg("%s: a field is not as it should be", where);
    }
    (void)snprintf(place, sizeof place, "%s\t%s\t%s\t%s", f[1], f[2], f[3], f[4]);
    assert_true(check->n < RECORDS_MAX);
    check->ids[check->n] = (struct entry){hash_bytes(1, f[0], strlen(f[0])), 0};
    check->texts[check->n++] = (struct entry){hash_bytes(1, place, strlen(place)), 0};
}

static void read_standoff(struct corpus_check *check, const char *path) {
    char line[1024], where[160];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line, "id\tsource\tdoc\tparagraph\tstart\tend\thash\tlabels\n");
    for (size_t n = 2; fgets(line, sizeof line, file) != NULL; n++) {
        (void)snprintf(where, sizeof where, "%s:%zu", path, n);
        check_standoff_line(check, line, where);
    }
    (void)fclose(file);
}

/* The second annotator's file: ids that are in the part (`check->ids` is sorted), each once. Returns how many. */
static size_t check_second(const struct corpus_check *check, const char *path) {
    char line[1024], before[64] = "";
    size_t n = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) != NULL) {
        char *f[COLUMNS_MAX];
        if (cut_line(line, f) != 2 || !are_labels(f[1]) || strcmp(before, f[0]) >= 0) {
            fail_msg("%s: '%s' is out of order or badly labelled", path, f[0]);
        }
        (void)snprintf(before, sizeof before, "%s", f[0]);
        const struct entry key = {hash_bytes(1, f[0], strlen(f[0])), 0};
        size_t low = 0, high = check->n;
        while (low < high) {
            const size_t middle = low + (high - low) / 2;
            if (check->ids[middle].key < key.key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        assert_true(low < check->n && check->ids[low].key == key.key);
        n++;
    }
    (void)fclose(file);
    return n;
}

static void test_written_corpus(void **state) {
    (void)state;
    struct corpus_check check = {.n = 0};
    check.ids = malloc(RECORDS_MAX * sizeof *check.ids);
    check.texts = malloc(RECORDS_MAX * sizeof *check.texts);
    check.groups = malloc(RECORDS_MAX * sizeof *check.groups);
    assert_true(check.ids != NULL && check.texts != NULL && check.groups != NULL);
    for (int split = 0; split < N_SPLITS; split++) {
        read_split(&check, split);
    }
    assert_int_equal(count_repeats(check.ids, check.n, false), 0);
    assert_int_equal(count_repeats(check.texts, check.n, false), 0);
    assert_int_equal(count_repeats(check.groups, check.n, true), 0);
    assert_true(check_second(&check, "corpora/diplomatic-en/second.tsv") * 100 >= check.n * 15);
    assert_true(check.n >= 6000);
    assert_true(check.n_none * 100 >= check.n * 45);
    assert_true(check.n_of_kind[1] >= 900 && check.n_of_kind[2] >= 500 && check.n_many >= 500);
    for (size_t i = 0; i < 3; i++) {
        assert_true(check.n_stances[i] >= 900);
    }
    for (size_t i = 0; i < 12; i++) {
        assert_true(check.n_of_genre[i] >= 400);
    }
    text_free(&check.text);
    free(check.ids);
    free(check.texts);
    free(check.groups);
}

static void test_standoff(void **state) {
    (void)state;
    struct corpus_check check = {.n = 0};
    check.ids = malloc(RECORDS_MAX * sizeof *check.ids);
    check.texts = malloc(RECORDS_MAX * sizeof *check.texts);
    assert_true(check.ids != NULL && check.texts != NULL);
    read_standoff(&check, "corpora/standoff-en/random.tsv");
    read_standoff(&check, "corpora/standoff-en/selected.tsv");
    assert_int_equal(count_repeats(check.ids, check.n, false), 0);
    assert_int_equal(count_repeats(check.texts, check.n, false), 0);
    assert_true(check.n >= 10000);
    assert_true(check_second(&check, "corpora/standoff-en/second.tsv") * 100 >= check.n * 15);
    free(check.ids);
    free(check.texts);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_written_corpus), cmocka_unit_test(test_standoff)};
    return cmocka_run_group_tests_name("corpora", tests, NULL, NULL);
}
