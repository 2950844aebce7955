/* The fast path from tokens to decision values. It gives what vector_build and the inner product with the heads' weights give, but
 * for the order of summation; it depends on the tokens alone, not on what was scored before. */
#ifndef STANCE_SRC_SCORE_H
#define STANCE_SRC_SCORE_H

#include "model.h"
#include "token.h"

struct scorer;

/* `model` must outlive the scorer. */
enum stance_status scorer_new(struct scorer **new_scorer, const struct stance_model *model, struct stance_error *error);
void scorer_free(struct scorer *scorer);

/* Begins a text, which scorer_read is given the tokens of, in one call or in several, and scorer_decide ends. */
void scorer_begin(struct scorer *scorer);
enum stance_status scorer_read(struct scorer *scorer, const struct token_array *tokens, struct stance_error *error);

/* Fills `decision`, n_labels values. `*n_features` receives the number of features that the model knows: distinct word n-grams, and
 * the distinct character n-grams of each distinct word. */
enum stance_status scorer_decide(struct scorer *scorer, double *decision, size_t *n_features, struct stance_error *error);

#endif
