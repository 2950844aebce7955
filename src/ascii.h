/* Sixteen bytes of text at a time: by SSE2 where the compiler aims at it, else as two words; both give the same, and are tested to.
 */
#ifndef STANCE_SRC_ASCII_H
#define STANCE_SRC_ASCII_H

#include <stdbool.h>
#include <stdint.h>

#include "hash.h"

#if defined(__SSE2__) && defined(__x86_64__)
#define ASCII_HAS_SSE2 1
#include <emmintrin.h>
#else
#define ASCII_HAS_SSE2 0
#endif

enum { ASCII_STEP = 16, ASCII_MAP = 64 };

/* The bytes as two little-endian numbers. */
struct ascii_block {
    uint64_t head, tail;
};

/* A bit for each of 64 bytes, the first one the lowest. */
struct ascii_map {
    uint64_t words, spaces; /* small letters and digits; U+0020 */
};

#define ASCII_ONES UINT64_C(0x0101010101010101)
#define ASCII_TOPS UINT64_C(0x8080808080808080)

/* The top bits of those among eight bytes that lie in [first, last], which are ASCII: a sum's top bit tells that it has passed a
 * limit. */
static inline uint64_t ascii_in_range(uint64_t bytes, unsigned char first, unsigned char last) {
    const uint64_t low = bytes & ~ASCII_TOPS;
    return (low + ASCII_ONES * (0x80U - first)) & ~(low + ASCII_ONES * (0x7FU - last)) & ~bytes & ASCII_TOPS;
}

static inline size_t ascii_word_len8(const char *text) {
    const uint64_t bytes = hash_load8(text);
    const uint64_t others = ~(ascii_in_range(bytes, 'a', 'z') | ascii_in_range(bytes, '0', '9')) & ASCII_TOPS;
    return others != 0 ? (size_t)__builtin_ctzll(others) / 8 : 8;
}

static inline size_t ascii_word_len_plain(const char *text) {
    const size_t head = ascii_word_len8(text);
    return head < 8 ? head : head + ascii_word_len8(text + 8);
}

/* The top bits of eight bytes side by side. */
static inline uint64_t ascii_gather(uint64_t tops) { return (tops >> 7) * UINT64_C(0x0102040810204080) >> 56; }

static inline struct ascii_map ascii_map_plain(const char *text) {
    struct ascii_map map = {.words = 0};
    for (unsigned i = 0; i < ASCII_MAP; i += 8) {
        const uint64_t bytes = hash_load8(text + i);
        map.words |= ascii_gather(ascii_in_range(bytes, 'a', 'z') | ascii_in_range(bytes, '0', '9')) << i;
        map.spaces |= ascii_gather(ascii_in_range(bytes, ' ', ' ')) << i;
    }
    return map;
}

static inline struct ascii_block ascii_load_plain(const char *text, size_t len) {
    return len >= 8 ? (struct ascii_block){hash_load8(text),
                                           len >= 16 ? hash_load8(text + 8) : hash_first(hash_load8(text + 8), len - 8)}
                    : (struct ascii_block){hash_first(hash_load8(text), len), 0};
}

static inline bool ascii_lower_plain(char *out, const char *text) {
    const uint64_t head = hash_load8(text), tail = hash_load8(text + 8);
    const uint64_t lower[2] = {hash_little_endian(head | ascii_in_range(head, 'A', 'Z') >> 2),
                               hash_little_endian(tail | ascii_in_range(tail, 'A', 'Z') >> 2)};
    memcpy(out, lower, sizeof lower);
    return ((head | tail) & ASCII_TOPS) == 0;
}

static inline bool ascii_is_all_plain(const char *text) { return ((hash_load8(text) | hash_load8(text + 8)) & ASCII_TOPS) == 0; }

#if ASCII_HAS_SSE2
/* All ones where a byte lies in [first, last]: moved so that `last` is the largest signed byte. */
static inline __m128i ascii_in_range_sse2(__m128i bytes, char first, char last) {
    return _mm_cmpgt_epi8(_mm_add_epi8(bytes, _mm_set1_epi8((char)(0x7F - last))), _mm_set1_epi8((char)(0x7F - last + first - 1)));
}

static inline __m128i ascii_words_sse2(__m128i bytes) {
    return _mm_or_si128(ascii_in_range_sse2(bytes, 'a', 'z'), ascii_in_range_sse2(bytes, '0', '9'));
}

static inline size_t ascii_word_len_sse2(const char *text) {
    const __m128i inside = ascii_words_sse2(_mm_loadu_si128((const __m128i *)(const void *)text));
    return (size_t)__builtin_ctz(~(unsigned)_mm_movemask_epi8(inside));
}

static inline struct ascii_map ascii_map_sse2(const char *text) {
    struct ascii_map map = {.words = 0};
    for (unsigned i = 0; i < ASCII_MAP; i += ASCII_STEP) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text + i));
        const __m128i spaces = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '));
        map.words |= (uint64_t)(unsigned)_mm_movemask_epi8(ascii_words_sse2(bytes)) << i;
        map.spaces |= (uint64_t)(unsigned)_mm_movemask_epi8(spaces) << i;
    }
    return map;
}

static inline struct ascii_block ascii_load_sse2(const char *text, size_t len) {
    static const unsigned char masks[2 * ASCII_STEP] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                                        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    const __m128i mask = _mm_loadu_si128((const __m128i *)(const void *)(masks + ASCII_STEP - len));
    const __m128i bytes = _mm_and_si128(_mm_loadu_si128((const __m128i *)(const void *)text), mask);
    return (struct ascii_block){(uint64_t)_mm_cvtsi128_si64(bytes), (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(bytes, bytes))};
}

static inline bool ascii_is_all_sse2(const char *text) {
    return _mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(const void *)text)) == 0;
}

static inline bool ascii_lower_sse2(char *out, const char *text) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)text);
    const __m128i capitals = _mm_and_si128(ascii_in_range_sse2(bytes, 'A', 'Z'), _mm_set1_epi8(0x20));
    _mm_storeu_si128((__m128i *)(void *)out, _mm_or_si128(bytes, capitals));
    return _mm_movemask_epi8(bytes) == 0;
}
#endif

/* How many of the sixteen bytes at `text`, from the first on, are small letters or digits. */
static inline size_t ascii_word_len(const char *text) {
#if ASCII_HAS_SSE2
    return ascii_word_len_sse2(text);
#else
    return ascii_word_len_plain(text);
#endif
}

/* What the 64 bytes at `text` are. */
static inline struct ascii_map ascii_map(const char *text) {
#if ASCII_HAS_SSE2
    return ascii_map_sse2(text);
#else
    return ascii_map_plain(text);
#endif
}

/* The first `len` <= 16 of the sixteen bytes at `text`, and zeros. */
static inline struct ascii_block ascii_load(const char *text, size_t len) {
#if ASCII_HAS_SSE2
    return ascii_load_sse2(text, len);
#else
    return ascii_load_plain(text, len);
#endif
}

/* Whether the sixteen bytes at `text` are ASCII. */
static inline bool ascii_is_all(const char *text) {
#if ASCII_HAS_SSE2
    return ascii_is_all_sse2(text);
#else
    return ascii_is_all_plain(text);
#endif
}

/* Writes the sixteen bytes at `text` to `out` with capital letters made small; returns whether all are ASCII. */
static inline bool ascii_lower(char *out, const char *text) {
#if ASCII_HAS_SSE2
    return ascii_lower_sse2(out, text);
#else
    return ascii_lower_plain(out, text);
#endif
}

#endif
