/* Grouped, stratified folds. */
#ifndef STANCE_SRC_FOLD_H
#define STANCE_SRC_FOLD_H

#include "corpus.h"

enum { FOLDS_MAX = 100, FOLD_NONE = UINT8_MAX };

/* Deals every record to a fold in [0, n_folds), the records of a group to the same one, so that of the judged records those of
 * every label, and those without one, spread evenly, and so do the auxiliary ones. At least n_folds groups must have judged
 * records. `fold` has room for n_records. The deal depends on the dataset and the seed alone. */
enum stance_status fold_deal(uint8_t *fold, const struct dataset *dataset, unsigned n_folds, uint64_t seed,
                             struct stance_error *error);

/* Deals a tenth of the records, by halves, to the folds 0 and 1, as fold_deal does, and all others to FOLD_NONE. */
enum stance_status fold_deal_tenth(uint8_t *fold, const struct dataset *dataset, uint64_t seed, struct stance_error *error);

/* Marks the records of the first ceil(share * n_groups) groups in an order that depends on the seed alone: a larger share holds all
 * of a smaller one. `used` has room for n_records; `share` is in (0, 1]. */
enum stance_status fold_subset(bool *used, const struct dataset *dataset, double share, uint64_t seed, struct stance_error *error);

#endif
