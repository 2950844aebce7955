#include "coverage.h"

#include "message.h"

/* Below one in so many, a few odd texts are nothing to tell of. */
enum { TELLING_SHARE = 20 };

void coverage_count(struct coverage *coverage, const struct stance_result *result) {
    coverage->n += result->n_tokens > 0;
    coverage->n_unknown += result->n_tokens > 0 && result->n_features == 0;
}

void coverage_add(struct coverage *coverage, const struct coverage *more) {
    coverage->n += more->n;
    coverage->n_unknown += more->n_unknown;
}

void coverage_tell(const struct coverage *coverage, const char *what) {
    if (coverage->n_unknown > 0 && coverage->n_unknown >= coverage->n / TELLING_SHARE) {
        message_warning("%zu of %zu %s have no word that the model knows; is their text in the language that it was trained on?",
                        coverage->n_unknown, coverage->n, what);
    }
}
