#include "tally.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BITS = 10, BITS_MAX = 32 };

void tally_clear(struct tally *tally) {
    tally->counts.n = 0;
    if (++tally->round == 0 && tally->slots != NULL) { /* the numbers begin anew: no old slot may look taken */
        memset(tally->slots, 0, ((size_t)1 << tally->bits) * sizeof *tally->slots);
    }
    tally->round += tally->round == 0;
}

static void place(struct tally *tally, const struct tally_slot *taken) {
    const size_t mask = ((size_t)1 << tally->bits) - 1;
    size_t at = tally_home(tally, taken->key);
    while (tally->slots[at].round == tally->round) {
        at = (at + 1) & mask;
    }
    tally->slots[at] = *taken;
}

enum stance_status tally_grow(struct tally *tally, size_t n, struct stance_error *error) {
    unsigned bits = tally->slots == NULL ? FIRST_BITS : tally->bits;
    while (bits <= BITS_MAX && tally->counts.n + n > (size_t)1 << (bits - 1)) {
        bits++;
    }
    if (bits > BITS_MAX) {
        return status_set(error, STANCE_ERROR_LIMIT, "a text has over two thousand million distinct features: cut it");
    }
    TRY(array_reserve(&tally->counts, (size_t)1 << (bits - 1), error));
    struct tally_slot *slots = array_new((size_t)1 << bits, sizeof *slots, error);
    if (slots == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    struct tally_slot *old = tally->slots;
    const size_t n_old = old == NULL ? 0 : (size_t)1 << tally->bits;
    tally->slots = slots;
    tally->bits = bits;
    tally->round += tally->round == 0; /* fresh slots have round 0 and are free */
    for (size_t i = 0; i < n_old; i++) {
        if (old[i].round == tally->round) {
            place(tally, &old[i]);
        }
    }
    free(old);
    return STANCE_OK;
}

void tally_free(struct tally *tally) {
    free(tally->counts.data);
    free(tally->slots);
    *tally = (struct tally){.round = 0};
}
