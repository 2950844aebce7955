/* Where the time of scoring goes: each stage with those before it, over the lines of a file, in MB/s; and the bare loop that no
 * scorer of words can be faster than. A named stage runs twice, so that its instructions can be counted warm, in run_stage.
 *
 * usage: bench-stages MODEL FILE [STAGE]    STAGE: see `stages`; default: all, medians of five */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "array.h"
#include "feature.h"
#include "hash.h"
#include "model.h"
#include "text.h"
#include "token.h"

enum { RUNS = 5, TABLE_BITS = 16, TABLE_HEADS = 4 };

struct bench {
    struct byte_array input;
    struct text text;
    struct token_array tokens;
    struct {
        uint64_t *data;
        size_t n, capacity;
    } hashes; /* of features */
    struct stance_model *model;
    struct stance_session *session;
    struct stance_splitter *splitter;
    float *table; /* of the bare loop */
    double sink;
};

typedef enum stance_status line_stage(struct bench *bench, const char *line, size_t len, struct stance_error *error);

static unsigned char lower_letter(char c) {
    const unsigned char lower = (unsigned char)(c | 0x20);
    return (unsigned char)(lower - 'a') < 26 || (unsigned char)(c - '0') < 10 ? lower : 0;
}

/* Runs of ASCII letters and digits, folded and hashed byte by byte. */
static enum stance_status hash_words(struct bench *bench, const char *line, size_t len, struct stance_error *error) {
    (void)error;
    uint64_t sum = 0, hash = 0;
    for (size_t i = 0; i < len; i++) {
        const unsigned char c = lower_letter(line[i]);
        if (c != 0) {
            hash = (hash ^ c) * UINT64_C(0x9E3779B97F4A7C15);
        } else if (hash != 0) {
            sum += hash;
            hash = 0;
        }
    }
    bench->sink += (double)(sum + hash);
    return STANCE_OK;
}

static void add_row(const struct bench *bench, uint64_t hash, float *sums) {
    const float *row = bench->table + (hash >> (64 - TABLE_BITS)) * TABLE_HEADS;
    for (size_t head = 0; head < TABLE_HEADS; head++) {
        sums[head] += row[head];
    }
}

/* The same, and each word and pair of words adds a row of an unchecked table. */
static enum stance_status add_words(struct bench *bench, const char *line, size_t len, struct stance_error *error) {
    (void)error;
    float sums[TABLE_HEADS] = {0.0F};
    uint64_t hash = 0, last = 0;
    for (size_t i = 0; i <= len; i++) {
        const unsigned char c = i < len ? lower_letter(line[i]) : 0;
        if (c != 0) {
            hash = (hash ^ c) * UINT64_C(0x9E3779B97F4A7C15);
        } else if (hash != 0) {
            add_row(bench, hash, sums);
            add_row(bench, (last ^ hash) * UINT64_C(0xC4CEB9FE1A85EC53), sums);
            last = hash << 1;
            hash = 0;
        }
    }
    bench->sink += (double)sums[0] + (double)sums[1] + (double)sums[2] + (double)sums[3];
    return STANCE_OK;
}

static enum stance_status normalise(struct bench *bench, const char *line, size_t len, struct stance_error *error) {
    return text_normalise(&bench->text, line, len, error);
}

static enum stance_status tokenise(struct bench *bench, const char *line, size_t len, struct stance_error *error) {
    TRY(normalise(bench, line, len, error));
    bench->tokens.n = 0;
    return token_scan(&bench->tokens, bench->text.normal.data, bench->text.normal.n, error);
}

static void hash_tokens(struct bench *bench) {
    const bool has_negation = bench->model->options.negation;
    uint64_t last = feature_unigram(FEATURE_SEED_START);
    bool is_negated = false;
    size_t n = 0;
    for (const struct token *token = bench->tokens.data, *end = token + bench->tokens.n; token < end; token++) {
        is_negated = is_negated && !token_ends_clause(token);
        if (feature_is_term(token)) {
            bench->hashes.data[n++] = hash_append(last, token->hash);
            bench->hashes.data[n++] = last = feature_unigram(token->hash);
            bench->hashes.data[n] = hash_append(FEATURE_SEED_NEGATED, token->hash);
            n += is_negated;
        }
        is_negated = has_negation && (is_negated || feature_is_negator(token));
    }
    bench->hashes.n = n;
}

/* The words, pairs and negated words; not the character n-grams, which scoring remembers by word. */
static enum stance_status hash_features(struct bench *bench, const char *line, size_t len, struct stance_error *error) {
    TRY(tokenise(bench, line, len, error));
    TRY(array_reserve(&bench->hashes, 3 * bench->tokens.n + 1, error));
    hash_tokens(bench);
    return STANCE_OK;
}

/* One by one; scoring remembers words and looks up the rest in batches. */
static enum stance_status look_up(struct bench *bench, const char *line, size_t len, struct stance_error *error) {
    TRY(hash_features(bench, line, len, error));
    size_t n = 0;
    for (size_t i = 0; i < bench->hashes.n; i++) {
        n += model_find(bench->model, bench->hashes.data[i]) != VOCABULARY_NONE;
    }
    bench->sink += (double)n;
    return STANCE_OK;
}

static enum stance_status score(struct bench *bench, const char *line, size_t len, struct stance_error *error) {
    struct stance_result result;
    TRY(stance_session_score(bench->session, line, len, &result, error));
    bench->sink += result.probability[0];
    return STANCE_OK;
}

static enum stance_status split(struct bench *bench, const char *line, size_t len, struct stance_error *error) {
    const struct stance_span *spans;
    size_t n;
    return stance_splitter_split(bench->splitter, line, len, STANCE_UNIT_STATEMENT, &spans, &n, error);
}

static const struct {
    const char *name, *what;
    line_stage *run;
} stages[] = {
    {"loop", "bare loop: words hashed", hash_words},
    {"table", "bare loop: words and pairs summed up", add_words},
    {"statement", "cutting into statements", split},
    {"text", "text normalised", normalise},
    {"token", "... and cut into tokens", tokenise},
    {"feature", "... and features hashed", hash_features},
    {"lookup", "... and looked up one by one", look_up},
    {"score", "text to probabilities, as scoring does it", score},
};

static double now(void) {
    struct timespec time;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static enum stance_status run_lines(struct bench *bench, line_stage *run, struct stance_error *error) {
    const char *at = bench->input.data, *end = at + bench->input.n;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop != NULL ? stop : end;
        TRY(run(bench, at, (size_t)(stop - at), error));
        at = stop + 1;
    }
    return STANCE_OK;
}

/* Apart, so that a profiler can tell it. */
__attribute__((noinline)) static enum stance_status run_stage(struct bench *bench, size_t stage, struct stance_error *error) {
    return run_lines(bench, stages[stage].run, error);
}

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static enum stance_status measure(struct bench *bench, size_t stage, struct stance_error *error) {
    double seconds[RUNS];
    for (size_t i = 0; i < RUNS; i++) {
        const double start = now();
        TRY(run_stage(bench, stage, error));
        seconds[i] = now() - start;
    }
    qsort(seconds, RUNS, sizeof seconds[0], compare);
    printf("%-10s %-45s %9.1f MB/s\n", stages[stage].name, stages[stage].what, (double)bench->input.n / 1e6 / seconds[RUNS / 2]);
    return STANCE_OK;
}

static enum stance_status read_file(struct byte_array *input, const char *path, struct stance_error *error) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return status_set(error, STANCE_ERROR_IO, "%s: cannot be read", path);
    }
    char chunk[65536];
    enum stance_status status = STANCE_OK;
    for (size_t n; status == STANCE_OK && (n = fread(chunk, 1, sizeof chunk, file)) > 0;) {
        status = byte_array_append(input, chunk, n, error);
    }
    (void)fclose(file);
    return status;
}

static enum stance_status open_bench(struct bench *bench, const char *model, const char *path, struct stance_error *error) {
    TRY(read_file(&bench->input, path, error));
    TRY(stance_model_open(&bench->model, model, error));
    TRY(stance_session_new(&bench->session, bench->model, error));
    TRY(stance_splitter_new(&bench->splitter, error));
    bench->table = array_new((size_t)TABLE_HEADS << TABLE_BITS, sizeof *bench->table, error);
    return bench->table != NULL ? STANCE_OK : STANCE_ERROR_MEMORY;
}

static void close_bench(struct bench *bench) {
    free(bench->input.data);
    text_free(&bench->text);
    free(bench->tokens.data);
    free(bench->hashes.data);
    stance_splitter_free(bench->splitter);
    stance_session_free(bench->session);
    stance_model_free(bench->model);
    free(bench->table);
}

int main(int n_arguments, char **arguments) {
    if (n_arguments < 3) {
        fprintf(stderr, "usage: bench-stages MODEL FILE [STAGE]\n");
        return 2;
    }
    struct bench bench = {.sink = 0.0};
    struct stance_error error = {.status = STANCE_OK};
    enum stance_status status = open_bench(&bench, arguments[1], arguments[2], &error);
    for (size_t i = 0; i < sizeof stages / sizeof stages[0] && status == STANCE_OK; i++) {
        if (n_arguments < 4) {
            status = measure(&bench, i, &error);
        } else if (strcmp(arguments[3], stages[i].name) == 0) {
            status = run_lines(&bench, stages[i].run, &error);
            status = status == STANCE_OK ? run_stage(&bench, i, &error) : status;
        }
    }
    close_bench(&bench);
    if (status != STANCE_OK) {
        fprintf(stderr, "bench-stages: %s\n", error.message);
    }
    return status == STANCE_OK ? 0 : 1;
}
