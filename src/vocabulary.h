/* The vocabulary as it grows in training: features by hash, with their names and document frequencies. */
#ifndef STANCE_SRC_VOCABULARY_H
#define STANCE_SRC_VOCABULARY_H

#include "array.h"

#define VOCABULARY_NONE UINT32_MAX

struct vocabulary_entry {
    uint64_t hash;
    size_t name; /* offset of its name */
    uint32_t name_len;
    uint32_t df; /* records that hold it */
};

struct vocabulary {
    uint32_t *slots; /* ids plus one, 0 for none; open addressing, at most half full */
    size_t n_slots;  /* a power of two, or 0 */
    struct {
        struct vocabulary_entry *data;
        size_t n, capacity;
    } entries; /* by id */
    struct byte_array names;
};

/* The id of a hash, or VOCABULARY_NONE. */
uint32_t vocabulary_find(const struct vocabulary *vocabulary, uint64_t hash);

/* Asks for the memory that adding a hash will look at: the slot first, and when that has come the entry. */
void vocabulary_fetch_slot(const struct vocabulary *vocabulary, uint64_t hash);
void vocabulary_fetch_entry(const struct vocabulary *vocabulary, uint64_t hash);

/* The id of a hash, new or old. The caller names a new entry (`*is_new`) at once, by vocabulary_name. */
enum stance_status vocabulary_add(struct vocabulary *vocabulary, uint64_t hash, uint32_t *id, bool *is_new,
                                  struct stance_error *error);

/* Gives the newest entry the bytes that were appended to `names` since `offset` as its name. */
void vocabulary_name(struct vocabulary *vocabulary, size_t offset);

/* Forgets all features and keeps the memory. */
void vocabulary_clear(struct vocabulary *vocabulary);

/* Forgets all but the bytes of the names. */
void vocabulary_keep_names(struct vocabulary *vocabulary);

void vocabulary_free(struct vocabulary *vocabulary);

#endif
