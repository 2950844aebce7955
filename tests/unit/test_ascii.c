/* Sixteen bytes at a time: what each function says it does, and the portable one and that of SSE2 alike. */
#include "check.h"

#include "ascii.h"
#include "random.h"

static void make_block(struct random *random, char *block) {
    static const char likely[] = "abcxyzABCXYZ0189 @[`{/:'-";
    for (size_t i = 0; i < ASCII_STEP; i++) {
        const bool is_any = random_below(random, 20) == 0;
        block[i] = is_any ? (char)random_next(random) : likely[random_below(random, sizeof likely - 1)];
    }
}

static bool is_word_byte(unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

static void check_word_len(const char *block) {
    size_t expected = 0;
    while (expected < ASCII_STEP && is_word_byte((unsigned char)block[expected])) {
        expected++;
    }
    assert_int_equal(ascii_word_len(block), expected);
    assert_int_equal(ascii_word_len_plain(block), expected);
}

static void check_load(const char *block) {
    for (size_t len = 0; len <= ASCII_STEP; len++) {
        char first[ASCII_STEP] = {0};
        memcpy(first, block, len);
        const struct ascii_block fast = ascii_load(block, len), plain = ascii_load_plain(block, len);
        assert_true(fast.head == hash_load8(first) && fast.tail == hash_load8(first + 8));
        assert_true(plain.head == fast.head && plain.tail == fast.tail);
    }
}

static void check_lower(const char *block) {
    char expected[ASCII_STEP], fast[ASCII_STEP], plain[ASCII_STEP];
    bool is_ascii = true;
    for (size_t i = 0; i < ASCII_STEP; i++) {
        is_ascii = is_ascii && (unsigned char)block[i] < 0x80;
        expected[i] = (char)(block[i] >= 'A' && block[i] <= 'Z' ? block[i] + 32 : block[i]);
    }
    assert_int_equal(ascii_lower(fast, block), is_ascii);
    assert_int_equal(ascii_lower_plain(plain, block), is_ascii);
    assert_memory_equal(fast, expected, ASCII_STEP);
    assert_memory_equal(plain, expected, ASCII_STEP);
    assert_int_equal(ascii_is_all(block), is_ascii);
    assert_int_equal(ascii_is_all_plain(block), is_ascii);
}

/* Sixty-four bytes. */
static void check_map(const char *bytes) {
    const struct ascii_map fast = ascii_map(bytes), plain = ascii_map_plain(bytes);
    for (size_t i = 0; i < ASCII_MAP; i++) {
        assert_int_equal(fast.words >> i & 1U, is_word_byte((unsigned char)bytes[i]));
        assert_int_equal(fast.spaces >> i & 1U, bytes[i] == ' ');
    }
    assert_true(plain.words == fast.words && plain.spaces == fast.spaces);
}

static void test_maps(void **state) {
    (void)state;
    struct random random = random_new(4);
    for (size_t i = 0; i < 5000; i++) {
        char bytes[ASCII_MAP];
        for (size_t k = 0; k < ASCII_MAP; k += ASCII_STEP) {
            make_block(&random, bytes + k);
        }
        check_map(bytes);
    }
}

static void test_random_blocks(void **state) {
    (void)state;
    struct random random = random_new(3);
    for (size_t i = 0; i < 20000; i++) {
        char block[ASCII_STEP];
        make_block(&random, block);
        check_word_len(block);
        check_load(block);
        check_lower(block);
    }
}

/* Every byte, at every place of a word. */
static void test_every_byte(void **state) {
    (void)state;
    for (size_t place = 0; place < ASCII_STEP; place++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            char block[ASCII_STEP];
            memset(block, 'q', sizeof block);
            block[place] = (char)byte;
            check_word_len(block);
            check_lower(block);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_blocks),
        cmocka_unit_test(test_maps),
        cmocka_unit_test(test_every_byte),
    };
    return cmocka_run_group_tests_name("ascii", tests, NULL, NULL);
}
