/* The index from hashes to ranks: every hash has one of its own, and what it tells of others. */
#include "check.h"

#include "random.h"
#include "rank_index.h"

static const uint32_t sizes[] = {0, 1, 2, 7, 8, 9, 64, 1000, 30000};

struct built {
    uint64_t *hashes;
    uint32_t *order;
    struct rank_block *blocks;
    uint32_t n;
};

/* Every fourth hash differs from the one before in a single bit. */
static struct built build(uint32_t n, uint64_t seed) {
    struct stance_error error;
    struct random random = random_new(seed);
    struct built built = {.hashes = array_new(n, sizeof(uint64_t), &error),
                          .order = array_new(n, sizeof(uint32_t), &error),
                          .blocks = array_new(rank_n_blocks(n), sizeof(struct rank_block), &error),
                          .n = n};
    assert_true(built.hashes != NULL && built.order != NULL && built.blocks != NULL);
    for (uint32_t i = 0; i < n; i++) {
        built.hashes[i] = i % 4 == 3 ? built.hashes[i - 1] ^ UINT64_C(1) << i % 64 : random_next(&random);
    }
    assert_ok(rank_index_build(built.blocks, built.order, built.hashes, n, &error));
    return built;
}

static void free_built(struct built *built) {
    free(built->hashes);
    free(built->order);
    free(built->blocks);
}

static uint64_t probe_of(const struct built *built, uint64_t hash, const struct rank_block **block) {
    *block = &built->blocks[rank_block_of(hash, rank_n_blocks(built->n))];
    return rank_probe(*block, hash);
}

static void test_ranks(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct built built = build(sizes[i], i);
        assert_true(rank_index_is_sound(built.blocks, built.n));
        for (uint32_t rank = 0; rank < built.n; rank++) {
            const struct rank_block *block;
            const uint64_t probe = probe_of(&built, built.hashes[built.order[rank]], &block);
            assert_true(rank_may_hold(probe));
            assert_int_equal(rank_of(block->before, probe), rank);
        }
        free_built(&built);
    }
}

/* One in eight hashes that are not in the set meets a taken place, and gets a rank that exists. */
static void test_others(void **state) {
    (void)state;
    struct random random = random_new(99);
    struct built built = build(30000, 1);
    size_t n_met = 0;
    for (size_t i = 0; i < 100000; i++) {
        const struct rank_block *block;
        const uint64_t probe = probe_of(&built, random_next(&random), &block);
        if (rank_may_hold(probe)) {
            assert_true(rank_of(block->before, probe) < built.n);
            n_met++;
        }
    }
    assert_true(n_met > 11500 && n_met < 13500);
    free_built(&built);
}

static void test_count_ones(void **state) {
    (void)state;
    struct random random = random_new(5);
    for (size_t i = 0; i < 1000; i++) {
        const uint64_t word = random_next(&random) & random_next(&random);
        uint32_t expected = 0;
        for (unsigned bit = 0; bit < 64; bit++) {
            expected += (uint32_t)(word >> bit & 1U);
        }
        assert_int_equal(rank_count_ones(word), expected);
    }
    assert_int_equal(rank_count_ones(UINT64_MAX), 64);
}

/* More hashes in a block than it has places: refused, and soon. */
static void test_hostile(void **state) {
    (void)state;
    struct stance_error error;
    static uint64_t hashes[80];
    static uint32_t order[80];
    static struct rank_block blocks[80 / RANK_BLOCK_LOAD + 1];
    for (uint32_t i = 0; i < 80; i++) {
        hashes[i] = i; /* they share the high half, which tells the block */
    }
    assert_int_equal(rank_index_build(blocks, order, hashes, 80, &error), STANCE_ERROR_LIMIT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranks),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_count_ones),
        cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests_name("rank_index", tests, NULL, NULL);
}
