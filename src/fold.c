#include "fold.h"

#include <math.h>
#include <stdlib.h>

#include "random.h"
#include "status.h"

/* Counts by kind of record. Of those that are judged there is one kind a label, one without labels, and one of all; auxiliary
 * records are of the last kind whatever their labels, so that they spread without disturbing what the figures rest on. */
struct dealer {
    const struct dataset *dataset;
    size_t n_kinds;
    unsigned n_folds;
    double *in_group;  /* [group * n_kinds + kind] */
    double *in_fold;   /* [fold * n_kinds + kind] */
    double *in_all;    /* [kind] */
    uint32_t *order;   /* groups, in the order in which they are dealt */
    uint8_t *of_group; /* the fold of each group */
};

static size_t kind_unlabelled(const struct dealer *dealer) { return dealer->n_kinds - 3; }
static size_t kind_judged(const struct dealer *dealer) { return dealer->n_kinds - 2; }
static size_t kind_auxiliary(const struct dealer *dealer) { return dealer->n_kinds - 1; }

static void count_judged(const struct dealer *dealer, double *group, size_t record) {
    const struct dataset *d = dealer->dataset;
    bool has_label = false;
    for (size_t label = 0; label < d->n_labels; label++) {
        const bool has = d->truth[label * d->n_records + record];
        group[label] += has;
        has_label = has_label || has;
    }
    group[kind_unlabelled(dealer)] += !has_label;
    group[kind_judged(dealer)] += 1.0;
}

static void count_kinds(struct dealer *dealer) {
    const struct dataset *d = dealer->dataset;
    for (size_t i = 0; i < d->n_records; i++) {
        double *group = dealer->in_group + d->group[i] * dealer->n_kinds;
        if (dataset_is_judged(d, i)) {
            count_judged(dealer, group, i);
        } else {
            group[kind_auxiliary(dealer)] += 1.0;
        }
    }
    for (size_t i = 0; i < d->n_groups * dealer->n_kinds; i++) {
        dealer->in_all[i % dealer->n_kinds] += dealer->in_group[i];
    }
}

static size_t size_of(const struct dealer *dealer, size_t group) {
    const double *kinds = dealer->in_group + group * dealer->n_kinds;
    return (size_t)(kinds[kind_judged(dealer)] + kinds[kind_auxiliary(dealer)]);
}

static size_t count_judged_groups(const struct dealer *dealer) {
    size_t n = 0;
    for (size_t i = 0; i < dealer->dataset->n_groups; i++) {
        n += dealer->in_group[i * dealer->n_kinds + kind_judged(dealer)] > 0.0;
    }
    return n;
}

/* How much uneven the folds become when a group goes to `fold`: the growth of the sum of squared shares. */
static double unevenness(const struct dealer *dealer, size_t group, unsigned fold) {
    double sum = 0.0;
    for (size_t kind = 0; kind < dealer->n_kinds; kind++) {
        const double all = dealer->in_all[kind], added = dealer->in_group[group * dealer->n_kinds + kind];
        if (all > 0.0 && added > 0.0) {
            const double before = dealer->in_fold[fold * dealer->n_kinds + kind];
            sum += added * (2.0 * before + added) / (all * all);
        }
    }
    return sum;
}

static void deal_group(struct dealer *dealer, size_t group) {
    unsigned best = 0;
    double least = unevenness(dealer, group, 0);
    for (unsigned fold = 1; fold < dealer->n_folds; fold++) {
        const double here = unevenness(dealer, group, fold);
        if (here < least) {
            least = here;
            best = fold;
        }
    }
    dealer->of_group[group] = (uint8_t)best;
    for (size_t kind = 0; kind < dealer->n_kinds; kind++) {
        dealer->in_fold[best * dealer->n_kinds + kind] += dealer->in_group[group * dealer->n_kinds + kind];
    }
}

/* A counting sort by size, the largest groups first: they are the hardest to place. Groups of one size keep their shuffled order.
 */
static enum stance_status order_by_size(struct dealer *dealer, struct stance_error *error) {
    const size_t n = dealer->dataset->n_groups, n_records = dealer->dataset->n_records;
    size_t *start = array_new(n_records + 2, sizeof *start, error);
    uint32_t *sorted = array_new(n, sizeof *sorted, error);
    if (start != NULL && sorted != NULL) {
        for (size_t i = 0; i < n; i++) {
            start[n_records - size_of(dealer, i) + 1]++;
        }
        for (size_t i = 1; i < n_records + 2; i++) {
            start[i] += start[i - 1];
        }
        for (size_t i = 0; i < n; i++) {
            sorted[start[n_records - size_of(dealer, dealer->order[i])]++] = dealer->order[i];
        }
        free(dealer->order);
        dealer->order = sorted;
        free(start);
        return STANCE_OK;
    }
    free(start);
    free(sorted);
    return STANCE_ERROR_MEMORY;
}

static enum stance_status deal(struct dealer *dealer, uint64_t seed, struct stance_error *error) {
    const size_t n_groups = dealer->dataset->n_groups;
    struct random random = random_new(seed);
    count_kinds(dealer);
    const size_t n_judged_groups = count_judged_groups(dealer);
    if (n_judged_groups < dealer->n_folds) {
        return status_set(error, STANCE_ERROR_CORPUS, "%u folds cannot be made of %zu groups of records: ask for fewer folds",
                          dealer->n_folds, n_judged_groups);
    }
    for (uint32_t i = 0; i < n_groups; i++) {
        dealer->order[i] = i;
    }
    random_shuffle(&random, dealer->order, n_groups);
    TRY(order_by_size(dealer, error));
    for (size_t i = 0; i < n_groups; i++) {
        deal_group(dealer, dealer->order[i]);
    }
    return STANCE_OK;
}

enum stance_status fold_deal(uint8_t *fold, const struct dataset *dataset, unsigned n_folds, uint64_t seed,
                             struct stance_error *error) {
    if (n_folds < 2 || n_folds > FOLDS_MAX) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "%u folds: there may be 2 to %d", n_folds, FOLDS_MAX);
    }
    struct dealer dealer = {.dataset = dataset, .n_kinds = dataset->n_labels + 3, .n_folds = n_folds};
    dealer.in_group = array_new(dataset->n_groups * dealer.n_kinds, sizeof *dealer.in_group, error);
    dealer.in_fold = array_new(n_folds * dealer.n_kinds, sizeof *dealer.in_fold, error);
    dealer.in_all = array_new(dealer.n_kinds, sizeof *dealer.in_all, error);
    dealer.order = array_new(dataset->n_groups, sizeof *dealer.order, error);
    dealer.of_group = array_new(dataset->n_groups, sizeof *dealer.of_group, error);
    enum stance_status status = STANCE_ERROR_MEMORY;
    if (dealer.in_group != NULL && dealer.in_fold != NULL && dealer.in_all != NULL && dealer.order != NULL &&
        dealer.of_group != NULL) {
        status = deal(&dealer, seed, error);
    }
    for (size_t i = 0; i < dataset->n_records && status == STANCE_OK; i++) {
        fold[i] = dealer.of_group[dataset->group[i]];
    }
    free(dealer.in_group);
    free(dealer.in_fold);
    free(dealer.in_all);
    free(dealer.order);
    free(dealer.of_group);
    return status;
}

enum stance_status fold_deal_tenth(uint8_t *fold, const struct dataset *dataset, uint64_t seed, struct stance_error *error) {
    TRY(fold_deal(fold, dataset, 20, seed, error));
    for (size_t i = 0; i < dataset->n_records; i++) {
        fold[i] = fold[i] < 2 ? fold[i] : FOLD_NONE;
    }
    return STANCE_OK;
}

enum stance_status fold_subset(bool *used, const struct dataset *dataset, double share, uint64_t seed, struct stance_error *error) {
    const size_t n_groups = dataset->n_groups, n_used = (size_t)ceil(share * (double)n_groups);
    uint32_t *order = array_new(n_groups, sizeof *order, error);
    bool *is_used = array_new(n_groups, sizeof *is_used, error);
    const bool complete = order != NULL && is_used != NULL;
    if (complete) {
        struct random random = random_new(~seed); /* another order than that in which fold_deal deals */
        for (uint32_t i = 0; i < n_groups; i++) {
            order[i] = i;
        }
        random_shuffle(&random, order, n_groups);
        for (size_t i = 0; i < n_used && i < n_groups; i++) {
            is_used[order[i]] = true;
        }
        for (size_t i = 0; i < dataset->n_records; i++) {
            used[i] = is_used[dataset->group[i]];
        }
    }
    free(order);
    free(is_used);
    return complete ? STANCE_OK : STANCE_ERROR_MEMORY;
}
