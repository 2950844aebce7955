#include "vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "hint.h"
#include "status.h"

/* Where the search for a hash begins; there are slots. */
static size_t first_slot(const struct vocabulary *vocabulary, uint64_t hash) { return (size_t)hash & (vocabulary->n_slots - 1); }

/* The slot that holds `hash`, or the free one where it would go; there are slots. */
static size_t find_slot(const struct vocabulary *vocabulary, uint64_t hash) {
    size_t slot = first_slot(vocabulary, hash);
    while (vocabulary->slots[slot] != 0 && vocabulary->entries.data[vocabulary->slots[slot] - 1].hash != hash) {
        slot = (slot + 1) & (vocabulary->n_slots - 1);
    }
    return slot;
}

uint32_t vocabulary_find(const struct vocabulary *vocabulary, uint64_t hash) {
    if (vocabulary->n_slots == 0) {
        return VOCABULARY_NONE;
    }
    return vocabulary->slots[find_slot(vocabulary, hash)] - 1; /* 0 - 1 is VOCABULARY_NONE */
}

static enum stance_status grow_slots(struct vocabulary *vocabulary, struct stance_error *error) {
    const size_t n_slots = vocabulary->n_slots == 0 ? 1024 : vocabulary->n_slots * 2;
    uint32_t *slots = array_new(n_slots, sizeof *slots, error);
    if (slots == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    free(vocabulary->slots);
    vocabulary->slots = slots;
    vocabulary->n_slots = n_slots;
    for (size_t id = 0; id < vocabulary->entries.n; id++) {
        slots[find_slot(vocabulary, vocabulary->entries.data[id].hash)] = (uint32_t)id + 1;
    }
    return STANCE_OK;
}

void vocabulary_fetch_slot(const struct vocabulary *vocabulary, uint64_t hash) {
    if (vocabulary->n_slots > 0) {
        PREFETCH(&vocabulary->slots[first_slot(vocabulary, hash)]);
    }
}

void vocabulary_fetch_entry(const struct vocabulary *vocabulary, uint64_t hash) {
    if (vocabulary->n_slots > 0) {
        const uint32_t slot = vocabulary->slots[first_slot(vocabulary, hash)];
        PREFETCH(&vocabulary->entries.data[slot > 0 ? slot - 1 : 0]);
    }
}

enum stance_status vocabulary_add(struct vocabulary *vocabulary, uint64_t hash, uint32_t *id, bool *is_new,
                                  struct stance_error *error) {
    if (2 * (vocabulary->entries.n + 1) > vocabulary->n_slots) {
        TRY(grow_slots(vocabulary, error));
    }
    const size_t slot = find_slot(vocabulary, hash);
    *is_new = vocabulary->slots[slot] == 0;
    if (*is_new) {
        if (vocabulary->entries.n >= VOCABULARY_NONE - 1) {
            return status_set(error, STANCE_ERROR_LIMIT, "more than %u distinct features: ask for fewer n-grams",
                              VOCABULARY_NONE - 1);
        }
        TRY(array_reserve(&vocabulary->entries, vocabulary->entries.n + 1, error));
        vocabulary->entries.data[vocabulary->entries.n++] = (struct vocabulary_entry){.hash = hash};
        vocabulary->slots[slot] = (uint32_t)vocabulary->entries.n;
    }
    *id = vocabulary->slots[slot] - 1;
    return STANCE_OK;
}

void vocabulary_name(struct vocabulary *vocabulary, size_t offset) {
    struct vocabulary_entry *entry = &vocabulary->entries.data[vocabulary->entries.n - 1];
    entry->name = offset;
    entry->name_len = (uint32_t)(vocabulary->names.n - offset);
}

void vocabulary_clear(struct vocabulary *vocabulary) {
    if (vocabulary->n_slots > 0) {
        memset(vocabulary->slots, 0, vocabulary->n_slots * sizeof *vocabulary->slots);
    }
    vocabulary->entries.n = vocabulary->names.n = 0;
}

void vocabulary_keep_names(struct vocabulary *vocabulary) {
    free(vocabulary->slots);
    free(vocabulary->entries.data);
    *vocabulary = (struct vocabulary){.names = vocabulary->names};
}

void vocabulary_free(struct vocabulary *vocabulary) {
    free(vocabulary->slots);
    free(vocabulary->entries.data);
    free(vocabulary->names.data);
    *vocabulary = (struct vocabulary){.n_slots = 0};
}
