#include "candidates.h"

#include <stdlib.h>
#include <string.h>

#include "classify.h"
#include "status.h"

/* Blocks of records are read in rounds. In a round each block first numbers its features by itself; then each part of the
 * vocabulary takes up what is new to it, block by block; then the blocks learn the numbers. No step depends on which worker does
 * it, nor on the order in which they end. */

enum { ROUND = 64, PART_BITS = 4 };
_Static_assert(CANDIDATES_PARTS == 1 << PART_BITS, "a part for each value of the highest bits");

struct bag_block {
    struct counted_array words, chars;
    struct {
        struct bag_type *data; /* `first` counts from the block's first char n-gram */
        size_t n, capacity;
    } types;
    struct bag_end {
        size_t words, chars, types;
    } ends[CANDIDATES_BLOCK]; /* of each record */
};

/* The features of one block while its numbers are its own. */
struct block_vocabulary {
    struct vocabulary vocabulary;
    struct {
        uint32_t *data; /* by local number: the record that held the feature last, plus one */
        size_t n, capacity;
    } last;
    uint32_t record;                     /* being read, plus one */
    uint32_t *ids;                       /* by local number: what the whole calls it */
    uint32_t *order;                     /* local numbers, ascending within each part */
    size_t starts[CANDIDATES_PARTS + 1]; /* of the parts in `order` */
};

struct gathering {
    struct candidates *candidates;
    const struct stance_corpus *corpus;
    struct featuriser *featurisers;        /* one a worker */
    struct block_vocabulary *vocabularies; /* one for each block of a round */
    size_t first;                          /* block of the round */
    size_t n;                              /* blocks of the round */
    uint32_t *new_ids;                     /* by the number that renumber() gives: the feature, or VOCABULARY_NONE */
};

/* --- A block by itself --- */

static enum stance_status find_or_add(void *user, uint64_t hash, const struct feature_namer *namer, uint32_t *id,
                                      struct stance_error *error) {
    struct block_vocabulary *block = user;
    if (namer == NULL) { /* only asked for */
        *id = vocabulary_find(&block->vocabulary, hash);
        return STANCE_OK;
    }
    bool is_new;
    TRY(vocabulary_add(&block->vocabulary, hash, id, &is_new, error));
    if (is_new) {
        const size_t offset = block->vocabulary.names.n;
        TRY(feature_namer_append(namer, &block->vocabulary.names, error));
        vocabulary_name(&block->vocabulary, offset);
        TRY(array_reserve(&block->last, block->vocabulary.entries.n, error));
        block->last.data[*id] = 0;
    }
    block->vocabulary.entries.data[*id].df += block->last.data[*id] != block->record;
    block->last.data[*id] = block->record;
    return STANCE_OK;
}

static enum stance_status append_counted(struct counted_array *to, const struct counted_array *from, struct stance_error *error) {
    TRY(array_reserve(to, to->n + from->n, error));
    if (from->n > 0) {
        memcpy(to->data + to->n, from->data, from->n * sizeof *from->data);
    }
    to->n += from->n;
    return STANCE_OK;
}

static enum stance_status append_bag(struct bag_block *block, size_t record, const struct bag *bag, struct stance_error *error) {
    const size_t first = block->chars.n;
    TRY(append_counted(&block->words, &bag->words, error));
    TRY(append_counted(&block->chars, &bag->chars, error));
    TRY(array_reserve(&block->types, block->types.n + bag->types.n, error));
    for (size_t i = 0; i < bag->types.n; i++) {
        struct bag_type *type = &block->types.data[block->types.n++];
        *type = bag->types.data[i];
        type->first += first;
    }
    block->ends[record] = (struct bag_end){.words = block->words.n, .chars = block->chars.n, .types = block->types.n};
    return STANCE_OK;
}

static size_t block_size(const struct candidates *candidates, size_t block) {
    const size_t first = block * CANDIDATES_BLOCK, left = candidates->n_records - first;
    return left < CANDIDATES_BLOCK ? left : CANDIDATES_BLOCK;
}

static size_t part_of(uint64_t hash) { return (size_t)(hash >> (64 - PART_BITS)); }

/* A counting sort. Makes room for `ids` too. */
static enum stance_status order_by_part(struct block_vocabulary *block, struct stance_error *error) {
    const struct vocabulary_entry *entries = block->vocabulary.entries.data;
    const size_t n = block->vocabulary.entries.n;
    size_t next[CANDIDATES_PARTS + 1] = {0};
    free(block->ids);
    free(block->order);
    block->ids = array_new(n, sizeof *block->ids, error);
    block->order = array_new(n, sizeof *block->order, error);
    if (block->ids == NULL || block->order == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        next[part_of(entries[i].hash) + 1]++;
    }
    for (size_t p = 0; p < CANDIDATES_PARTS; p++) {
        next[p + 1] += next[p];
    }
    memcpy(block->starts, next, sizeof next);
    for (uint32_t i = 0; i < n; i++) {
        block->order[next[part_of(entries[i].hash)]++] = i;
    }
    return STANCE_OK;
}

static enum stance_status read_block(void *user, size_t worker, size_t item, struct stance_error *error) {
    struct gathering *g = user;
    struct featuriser *featuriser = &g->featurisers[worker];
    struct block_vocabulary *vocabulary = &g->vocabularies[item];
    struct bag_block *block = &g->candidates->blocks[g->first + item];
    const struct feature_index index = {.find = find_or_add, .user = vocabulary, .keeps_repeats = true};
    vocabulary_clear(&vocabulary->vocabulary);
    for (size_t i = 0; i < block_size(g->candidates, g->first + item); i++) {
        const struct stance_string text = corpus_text(g->corpus, (g->first + item) * CANDIDATES_BLOCK + i);
        vocabulary->record = (uint32_t)i + 1;
        TRY(featurise(featuriser, text.data, text.len, g->candidates->options, &index, error));
        TRY(append_bag(block, i, &featuriser->bag, error));
    }
    return order_by_part(vocabulary, error);
}

/* --- The blocks of a round together --- */

static enum stance_status add_to_part(struct vocabulary *part, const struct block_vocabulary *block, size_t local,
                                      struct stance_error *error) {
    const struct vocabulary_entry *entry = &block->vocabulary.entries.data[local];
    bool is_new;
    uint32_t id;
    TRY(vocabulary_add(part, entry->hash, &id, &is_new, error));
    if (is_new) {
        const size_t offset = part->names.n;
        TRY(byte_array_append(&part->names, block->vocabulary.names.data + entry->name, entry->name_len, error));
        vocabulary_name(part, offset);
    }
    part->entries.data[id].df += entry->df;
    block->ids[local] = id;
    return STANCE_OK;
}

/* What the block has of a part lies anywhere in the part, where no cache has it. */
static void fetch_ahead(const struct vocabulary *part, const struct block_vocabulary *block, size_t i, size_t end) {
    enum { SLOTS_AHEAD = 16, ENTRIES_AHEAD = 8 };
    const struct vocabulary_entry *entries = block->vocabulary.entries.data;
    if (i + SLOTS_AHEAD < end) {
        vocabulary_fetch_slot(part, entries[block->order[i + SLOTS_AHEAD]].hash);
    }
    if (i + ENTRIES_AHEAD < end) {
        vocabulary_fetch_entry(part, entries[block->order[i + ENTRIES_AHEAD]].hash);
    }
}

static enum stance_status merge_part(void *user, size_t worker, size_t item, struct stance_error *error) {
    (void)worker;
    const struct gathering *g = user;
    struct vocabulary *part = &g->candidates->parts[item];
    for (size_t b = 0; b < g->n; b++) {
        const struct block_vocabulary *block = &g->vocabularies[b];
        for (size_t i = block->starts[item]; i < block->starts[item + 1]; i++) {
            fetch_ahead(part, block, i, block->starts[item + 1]);
            TRY(add_to_part(part, block, block->order[i], error));
        }
    }
    return STANCE_OK;
}

/* A number in a part is unique only with the part's own, which takes the lowest bits. */
static uint32_t renumber(const struct block_vocabulary *block, uint32_t local) {
    if (local == VOCABULARY_NONE) {
        return VOCABULARY_NONE;
    }
    return block->ids[local] << PART_BITS | (uint32_t)part_of(block->vocabulary.entries.data[local].hash);
}

static enum stance_status renumber_block(void *user, size_t worker, size_t item, struct stance_error *error) {
    (void)worker;
    (void)error;
    const struct gathering *g = user;
    const struct block_vocabulary *vocabulary = &g->vocabularies[item];
    struct bag_block *block = &g->candidates->blocks[g->first + item];
    for (size_t i = 0; i < block->words.n; i++) {
        block->words.data[i].id = renumber(vocabulary, block->words.data[i].id);
    }
    for (size_t i = 0; i < block->chars.n; i++) {
        block->chars.data[i].id = renumber(vocabulary, block->chars.data[i].id);
    }
    for (size_t i = 0; i < block->types.n; i++) {
        block->types.data[i].unigram = renumber(vocabulary, block->types.data[i].unigram);
    }
    return STANCE_OK;
}

static enum stance_status check_parts(const struct candidates *candidates, struct stance_error *error) {
    for (size_t i = 0; i < CANDIDATES_PARTS; i++) {
        if (candidates->parts[i].entries.n >= VOCABULARY_NONE >> PART_BITS) {
            return status_set(error, STANCE_ERROR_LIMIT, "some %u distinct features or more: ask for fewer n-grams",
                              VOCABULARY_NONE);
        }
    }
    return STANCE_OK;
}

static enum stance_status gather_round(struct gathering *g, const struct parallel *quiet, struct stance_error *error) {
    TRY(parallel_run(quiet, "features", g->n, read_block, g, error));
    TRY(parallel_run(quiet, "features", CANDIDATES_PARTS, merge_part, g, error));
    TRY(check_parts(g->candidates, error));
    return parallel_run(quiet, "features", g->n, renumber_block, g, error);
}

static enum stance_status gather_rounds(struct gathering *g, const struct parallel *parallel, struct stance_error *error) {
    const struct parallel quiet = parallel_quiet(parallel);
    for (g->first = 0; g->first < g->candidates->n_blocks; g->first += ROUND) {
        const size_t left = g->candidates->n_blocks - g->first;
        g->n = left < ROUND ? left : ROUND;
        TRY(parallel_report(parallel, "features", g->first, g->candidates->n_blocks, error));
        TRY(gather_round(g, &quiet, error));
    }
    return STANCE_OK;
}

/* --- All of them, by frequency --- */

struct sifted {
    uint64_t hash;
    uint32_t df, number;
};

/* The features that are in enough records. */
struct sifting {
    const struct candidates *candidates;
    struct sifted *sifted; /* by hash */
    size_t starts[CANDIDATES_PARTS + 1];
};

static int compare_sifted(const void *a, const void *b) {
    const struct sifted *x = a, *y = b;
    return (x->hash > y->hash) - (x->hash < y->hash);
}

/* Within a part: by the bits of the hash behind those that choose the part. */
enum { BUCKET_BITS = 14, N_BUCKETS = 1 << BUCKET_BITS };

static size_t bucket_of(uint64_t hash) { return (size_t)(hash >> (64 - PART_BITS - BUCKET_BITS)) & (N_BUCKETS - 1); }

static bool is_frequent(const struct sifting *sifting, const struct vocabulary_entry *entry) {
    return entry->df >= sifting->candidates->options->min_df;
}

/* Places the features of a part bucket by bucket, in no order within one. `ends` has N_BUCKETS zeros, and receives their ends. */
static void fill_buckets(const struct sifting *sifting, size_t item, size_t *ends) {
    const struct vocabulary *part = &sifting->candidates->parts[item];
    for (size_t id = 0; id < part->entries.n; id++) {
        ends[bucket_of(part->entries.data[id].hash)] += is_frequent(sifting, &part->entries.data[id]);
    }
    for (size_t i = 0, sum = sifting->starts[item]; i < N_BUCKETS; i++) {
        const size_t n = ends[i];
        ends[i] = sum;
        sum += n;
    }
    for (uint32_t id = 0; id < part->entries.n; id++) {
        const struct vocabulary_entry *entry = &part->entries.data[id];
        if (is_frequent(sifting, entry)) {
            sifting->sifted[ends[bucket_of(entry->hash)]++] =
                (struct sifted){.hash = entry->hash, .df = entry->df, .number = id << PART_BITS | (uint32_t)item};
        }
    }
}

/* By hash: first into buckets of a few, then those one by one. */
static enum stance_status sift_part(void *user, size_t worker, size_t item, struct stance_error *error) {
    (void)worker;
    const struct sifting *sifting = user;
    size_t *ends = array_new(N_BUCKETS, sizeof *ends, error), start = sifting->starts[item];
    if (ends == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    fill_buckets(sifting, item, ends);
    for (size_t i = 0; i < N_BUCKETS; i++) {
        if (ends[i] - start > 1) {
            qsort(sifting->sifted + start, ends[i] - start, sizeof *sifting->sifted, compare_sifted);
        }
        start = ends[i];
    }
    free(ends);
    return STANCE_OK;
}

static void count_sifted(struct sifting *sifting, struct candidates *candidates) {
    for (size_t p = 0; p < CANDIDATES_PARTS; p++) {
        const struct vocabulary *part = &candidates->parts[p];
        candidates->n_found += part->entries.n;
        sifting->starts[p + 1] = sifting->starts[p];
        for (size_t i = 0; i < part->entries.n; i++) {
            sifting->starts[p + 1] += part->entries.data[i].df >= candidates->options->min_df;
        }
    }
    candidates->n_features = sifting->starts[CANDIDATES_PARTS];
}

static struct candidate name_candidate(const struct candidates *candidates, const struct sifted *sifted) {
    const struct vocabulary *part = &candidates->parts[sifted->number & (CANDIDATES_PARTS - 1)];
    const struct vocabulary_entry *entry = &part->entries.data[sifted->number >> PART_BITS];
    return (struct candidate){
        .hash = sifted->hash, .name = part->names.data + entry->name, .name_len = entry->name_len, .df = sifted->df};
}

/* A counting sort that keeps the order by hash among those of one frequency. `starts` has n_records + 1 zeros. */
static void sort_by_frequency(struct gathering *g, const struct sifted *sifted, size_t *starts) {
    struct candidates *candidates = g->candidates;
    for (size_t i = 0; i < candidates->n_features; i++) {
        starts[candidates->n_records - sifted[i].df]++;
    }
    for (size_t i = 0, sum = 0; i <= candidates->n_records; i++) {
        const size_t n = starts[i];
        starts[i] = sum;
        sum += n;
    }
    for (size_t i = 0; i < candidates->n_features; i++) {
        const size_t id = starts[candidates->n_records - sifted[i].df]++;
        candidates->features[id] = name_candidate(candidates, &sifted[i]);
        g->new_ids[sifted[i].number] = (uint32_t)id;
    }
}

static enum stance_status new_numbers(struct gathering *g, struct stance_error *error) {
    size_t most = 0;
    for (size_t p = 0; p < CANDIDATES_PARTS; p++) {
        most = g->candidates->parts[p].entries.n > most ? g->candidates->parts[p].entries.n : most;
    }
    g->new_ids = array_new(most << PART_BITS, sizeof *g->new_ids, error);
    if (g->new_ids == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    memset(g->new_ids, 0xFF, (most << PART_BITS) * sizeof *g->new_ids); /* VOCABULARY_NONE */
    return STANCE_OK;
}

static enum stance_status order_features(struct gathering *g, const struct parallel *quiet, struct stance_error *error) {
    struct candidates *candidates = g->candidates;
    struct sifting sifting = {.candidates = candidates};
    TRY(new_numbers(g, error));
    count_sifted(&sifting, candidates);
    sifting.sifted = array_new(candidates->n_features, sizeof *sifting.sifted, error);
    candidates->features = array_new(candidates->n_features, sizeof *candidates->features, error);
    size_t *starts = array_new(candidates->n_records + 1, sizeof *starts, error);
    enum stance_status status = STANCE_ERROR_MEMORY;
    if (sifting.sifted != NULL && candidates->features != NULL && starts != NULL) {
        status = parallel_run(quiet, "features", CANDIDATES_PARTS, sift_part, &sifting, error);
    }
    if (status == STANCE_OK) {
        sort_by_frequency(g, sifting.sifted, starts);
    }
    free(sifting.sifted);
    free(starts);
    for (size_t p = 0; p < CANDIDATES_PARTS; p++) {
        vocabulary_keep_names(&candidates->parts[p]);
    }
    return status;
}

/* --- The bags, with the features that stay --- */

static void free_block(struct bag_block *block) {
    free(block->words.data);
    free(block->chars.data);
    free(block->types.data);
    *block = (struct bag_block){.words = {.n = 0}};
}

/* A copy that takes no more room than it needs. */
static void *shrink(void *data, size_t n, size_t item_size) {
    void *smaller = n > 0 ? realloc(data, n * item_size) : NULL;
    return smaller != NULL ? smaller : data;
}

static enum stance_status rewrite_block(void *user, size_t worker, size_t item, struct stance_error *error) {
    const struct gathering *g = user;
    struct bag_block *block = &g->candidates->blocks[item], rewritten = {.words = {.n = 0}};
    struct bag *scratch = &g->featurisers[worker].bag;
    enum stance_status status = STANCE_OK;
    for (size_t i = 0; i < block_size(g->candidates, item) && status == STANCE_OK; i++) {
        const struct bag bag = candidates_bag(g->candidates, item * CANDIDATES_BLOCK + i);
        status = bag_translate(scratch, &bag, g->new_ids, error);
        if (status == STANCE_OK) {
            status = append_bag(&rewritten, i, scratch, error);
        }
    }
    free_block(block);
    rewritten.words.data = shrink(rewritten.words.data, rewritten.words.n, sizeof *rewritten.words.data);
    rewritten.chars.data = shrink(rewritten.chars.data, rewritten.chars.n, sizeof *rewritten.chars.data);
    rewritten.types.data = shrink(rewritten.types.data, rewritten.types.n, sizeof *rewritten.types.data);
    *block = rewritten;
    return status;
}

static enum stance_status gather(struct gathering *g, const struct parallel *parallel, struct stance_error *error) {
    const struct parallel quiet = parallel_quiet(parallel);
    TRY(gather_rounds(g, parallel, error));
    TRY(order_features(g, &quiet, error));
    return parallel_run(&quiet, "features", g->candidates->n_blocks, rewrite_block, g, error);
}

/* --- The whole --- */

static void gathering_free(struct gathering *g, size_t n_workers) {
    for (size_t i = 0; g->featurisers != NULL && i < n_workers; i++) {
        featuriser_free(&g->featurisers[i]);
    }
    for (size_t i = 0; g->vocabularies != NULL && i < ROUND; i++) {
        vocabulary_free(&g->vocabularies[i].vocabulary);
        free(g->vocabularies[i].last.data);
        free(g->vocabularies[i].ids);
        free(g->vocabularies[i].order);
    }
    free(g->featurisers);
    free(g->vocabularies);
    free(g->new_ids);
}

enum stance_status candidates_new(struct candidates *candidates, const struct stance_corpus *corpus,
                                  const struct stance_feature_options *options, const struct parallel *parallel,
                                  struct stance_error *error) {
    const size_t n = corpus->records.n;
    *candidates =
        (struct candidates){.n_records = n, .n_blocks = n / CANDIDATES_BLOCK + (n % CANDIDATES_BLOCK != 0), .options = options};
    candidates->blocks = array_new(candidates->n_blocks, sizeof *candidates->blocks, error);
    struct gathering g = {.candidates = candidates,
                          .corpus = corpus,
                          .featurisers = array_new(parallel->n_workers, sizeof *g.featurisers, error),
                          .vocabularies = array_new(ROUND, sizeof *g.vocabularies, error)};
    enum stance_status status = STANCE_ERROR_MEMORY;
    if (candidates->blocks != NULL && g.featurisers != NULL && g.vocabularies != NULL) {
        status = gather(&g, parallel, error);
    }
    gathering_free(&g, parallel->n_workers);
    if (status != STANCE_OK) {
        candidates_free(candidates);
    }
    return status;
}

void candidates_free(struct candidates *candidates) {
    for (size_t i = 0; candidates->blocks != NULL && i < candidates->n_blocks; i++) {
        free_block(&candidates->blocks[i]);
    }
    for (size_t p = 0; p < CANDIDATES_PARTS; p++) {
        vocabulary_free(&candidates->parts[p]);
    }
    free(candidates->blocks);
    free(candidates->features);
    *candidates = (struct candidates){.n_records = 0};
}

struct bag candidates_bag(const struct candidates *candidates, size_t record) {
    const struct bag_block *block = &candidates->blocks[record / CANDIDATES_BLOCK];
    const size_t at = record % CANDIDATES_BLOCK;
    const struct bag_end start = at > 0 ? block->ends[at - 1] : (struct bag_end){.words = 0};
    const struct bag_end end = block->ends[at];
    struct bag bag = {.words = {.n = end.words - start.words}, .types = {.n = end.types - start.types}};
    bag.words.data = block->words.data != NULL ? block->words.data + start.words : NULL;
    bag.types.data = block->types.data != NULL ? block->types.data + start.types : NULL;
    bag.chars = block->chars; /* as the types count from its start */
    return bag;
}
