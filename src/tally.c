#include "tally.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BITS = 10, BITS_MAX = 32 };

void tally_clear(struct tally *tally) {
    tally->items.n = 0;
    if (++tally->round == 0 && tally->slots != NULL) { /* the numbers begin anew: no old slot may look taken */
        memset(tally->slots, 0, ((size_t)1 << tally->bits) * sizeof *tally->slots);
    }
    tally->round += tally->round == 0;
}

static void place(struct tally *tally, size_t item) {
    const size_t mask = ((size_t)1 << tally->bits) - 1;
    size_t at = tally_home(tally, tally->items.data[item].key);
    while (tally->slots[at].round == tally->round) {
        at = (at + 1) & mask;
    }
    tally->slots[at] = (struct tally_slot){.round = tally->round, .item = (uint32_t)item};
}

enum stance_status tally_grow(struct tally *tally, size_t n, struct stance_error *error) {
    unsigned bits = tally->slots == NULL ? FIRST_BITS : tally->bits;
    while (bits <= BITS_MAX && tally->items.n + n > (size_t)1 << (bits - 1)) {
        bits++;
    }
    if (bits > BITS_MAX) {
        return status_set(error, STANCE_ERROR_LIMIT, "a text has over two thousand million distinct features: cut it");
    }
    TRY(array_reserve(&tally->items, (size_t)1 << (bits - 1), error));
    struct tally_slot *slots = array_new((size_t)1 << bits, sizeof *slots, error);
    if (slots == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    free(tally->slots);
    tally->slots = slots;
    tally->bits = bits;
    tally->round += tally->round == 0; /* fresh slots have round 0 and are free */
    for (size_t i = 0; i < tally->items.n; i++) {
        place(tally, i);
    }
    return STANCE_OK;
}

void tally_free(struct tally *tally) {
    free(tally->items.data);
    free(tally->slots);
    *tally = (struct tally){.round = 0};
}
