/* 64-bit hashes of tokens and n-grams. They are the identity of a feature in training and scoring, and so part of the model format:
 * they do not depend on the machine. Among a million features the chance of any two sharing a hash is below 3e-8. */
#ifndef STANCE_SRC_HASH_H
#define STANCE_SRC_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The finaliser of MurmurHash3 (Appleby): every input bit moves every output bit. */
static inline uint64_t hash_mix(uint64_t h) {
    h ^= h >> 33;
    h *= UINT64_C(0xFF51AFD7ED558CCD);
    h ^= h >> 33;
    h *= UINT64_C(0xC4CEB9FE1A85EC53);
    h ^= h >> 33;
    return h;
}

/* Turns a number from the machine's order of bytes to little-endian, or back. */
static inline uint64_t hash_little_endian(uint64_t word) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Eight bytes as a little-endian number. */
static inline uint64_t hash_load8(const char *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return hash_little_endian(word);
}

/* `n` < 8 bytes as a little-endian number. */
static inline uint64_t hash_load(const char *bytes, size_t n) {
    uint64_t word = 0;
    for (size_t i = 0; i < n; i++) {
        word |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
    }
    return word;
}

/* The first `n` < 8 of eight bytes. */
static inline uint64_t hash_first(uint64_t bytes, size_t n) { return bytes & ((UINT64_C(1) << (8 * n)) - 1); }

static inline uint64_t hash_bytes(uint64_t seed, const char *bytes, size_t len) {
    uint64_t h = seed ^ (uint64_t)len * UINT64_C(0x9E3779B97F4A7C15);
    for (; len >= 8; bytes += 8, len -= 8) {
        h = hash_mix(h ^ hash_load8(bytes));
    }
    return hash_mix(h ^ hash_load(bytes, len));
}

/* The hash of a token of up to 16 bytes, which are those of `head` and `tail` with zeros behind them; no token holds a NUL, so that
 * they tell its length. One-to-one for each `tail`. */
static inline uint64_t hash_short(uint64_t head, uint64_t tail) {
    uint64_t h = head * UINT64_C(0x9E3779B97F4A7C15);
    h ^= h >> 32;
    return hash_mix(h * UINT64_C(0xD6E8FEB86659FD93) ^ tail);
}

/* The hash of a sequence from that of its head and of its next member. */
static inline uint64_t hash_append(uint64_t head, uint64_t next) { return hash_mix(head * UINT64_C(0x9E3779B97F4A7C15) + next); }

#endif
