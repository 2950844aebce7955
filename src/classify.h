/* From text to scores: the stages in their order, over the scratch memory of a session. */
#ifndef STANCE_SRC_CLASSIFY_H
#define STANCE_SRC_CLASSIFY_H

#include "feature.h"
#include "model.h"
#include "text.h"
#include "token.h"
#include "vector.h"

/* What turns a text into a bag of counted features; training and scoring share it. */
struct featuriser {
    struct text text;
    struct token_array tokens;
    struct feature_list features;
    struct char_ngram_array char_ngrams;
    struct bag bag;
};

/* Fills `featuriser->bag` with the features of `bytes` that `index` knows. */
enum stance_status featurise(struct featuriser *featuriser, const char *bytes, size_t len,
                             const struct stance_feature_options *options, const struct feature_index *index,
                             struct stance_error *error);

void featuriser_free(struct featuriser *featuriser);

/* The same with the features that a model knows, and how the model weights them; the weighting borrows from the model. */
enum stance_status classify_featurise(struct featuriser *featuriser, const struct stance_model *model, const char *text, size_t len,
                                      struct stance_error *error);
struct weighting classify_weighting(const struct stance_model *model);

/* probability[] and predicted[] from decision[], all of the model's n_labels. */
void classify_calibrate(const struct stance_model *model, const double *decision, double *probability, bool *predicted);

#endif
