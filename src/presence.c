#include "presence.h"

#include "hint.h"
#include "pair.h"
#include "summand.h"

/* The first pairs, of which `n_pairs`, a constant, is the number; `rest` receives what is to be added to the others. Which features
 * are known, and new to the text, nobody can foresee, so there is no branch on it: the others count with 0. */
static inline void add_first(double *restrict sums, struct id_set *seen_, const struct lookup *found, struct summand *rest,
                             size_t n_pairs, bool has_idf) {
    static const double factors[2] = {0.0, 1.0};
    struct id_set seen = *seen_;
    const size_t n = found->n;
    pair some[PAIR_STEP];
    UNROLL for (size_t k = 0; k < n_pairs; k++) { some[k] = pair_load(sums + 2 * k); }
    for (size_t i = 0; i < n; i++) {
        const struct model_row *row = found->rows[i];
        const bool is_new = id_set_add(&seen, found->ids[i], lookup_is_known(found, i));
        const double value = factors[is_new] * (has_idf ? (double)row->idf : 1.0);
        UNROLL for (size_t k = 0; k < n_pairs; k++) {
            some[k] = pair_add(some[k], pair_multiply(pair_of(value), pair_load_floats(&row->idf + 2 * k)));
        }
        if (rest != NULL) {
            rest[i] = (struct summand){.value = value, .row = row};
        }
    }
    UNROLL for (size_t k = 0; k < n_pairs; k++) { pair_store(sums + 2 * k, some[k]); }
    seen_->n = seen.n;
}

static void add(double *sums, struct id_set *seen, const struct lookup *found, size_t n_pairs, bool has_idf) {
    struct summand rest[LOOKUP_MAX];
    switch (n_pairs) {
    case 1: add_first(sums, seen, found, NULL, 1, has_idf); break;
    case 2: add_first(sums, seen, found, NULL, 2, has_idf); break;
    case 3: add_first(sums, seen, found, NULL, 3, has_idf); break;
    case 4: add_first(sums, seen, found, NULL, 4, has_idf); break;
    default:
        add_first(sums, seen, found, rest, 4, has_idf);
        summand_add(sums, rest, found->n, 4, n_pairs);
        break;
    }
}

void presence_add(double *sums, struct id_set *seen, const struct lookup *found, size_t n_pairs, bool has_idf) {
    const size_t n_before = seen->n;
    const double squares = sums[0];
    add(sums, seen, found, n_pairs, has_idf);
    if (!has_idf) { /* the row's idf is not the value */
        sums[0] = squares + (double)(seen->n - n_before);
    }
}
