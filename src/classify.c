#include "classify.h"

#include <math.h>
#include <stdlib.h>

#include "array.h"
#include "calibrate.h"
#include "score.h"
#include "status.h"

struct stance_session {
    const struct stance_model *model;
    struct scorer *scorer;
    struct featuriser featuriser; /* scoring needs its text and tokens only */
    struct vector vector;
    struct {
        uint32_t *ids;
        double *values;
        size_t capacity;
    } exported;
    double *decision, *probability;
    bool *predicted;
};

enum stance_status featurise(struct featuriser *f, const char *bytes, size_t len, const struct stance_feature_options *options,
                             const struct feature_index *index, struct stance_error *error) {
    TRY(text_normalise(&f->text, bytes, len, error));
    f->tokens.n = 0;
    TRY(token_scan(&f->tokens, f->text.normal.data, f->text.normal.n, error));
    TRY(feature_extract(&f->features, &f->tokens, options, error));
    return bag_fill(&f->bag, &f->features, options, index, &f->char_ngrams, error);
}

void featuriser_free(struct featuriser *featuriser) {
    text_free(&featuriser->text);
    free(featuriser->tokens.data);
    feature_free(&featuriser->features);
    free(featuriser->char_ngrams.data);
    bag_free(&featuriser->bag);
}

enum stance_status stance_session_new(struct stance_session **out, const struct stance_model *model, struct stance_error *error) {
    struct stance_session *session = array_new(1, sizeof *session, error);
    if (session == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    const size_t n = model->header->n_labels;
    session->model = model;
    session->decision = array_new(n, sizeof *session->decision, error);
    session->probability = array_new(n, sizeof *session->probability, error);
    session->predicted = array_new(n, sizeof *session->predicted, error);
    if (session->decision == NULL || session->probability == NULL || session->predicted == NULL ||
        scorer_new(&session->scorer, model, error) != STANCE_OK) {
        stance_session_free(session);
        return STANCE_ERROR_MEMORY;
    }
    *out = session;
    return STANCE_OK;
}

void stance_session_free(struct stance_session *session) {
    if (session == NULL) {
        return;
    }
    scorer_free(session->scorer);
    featuriser_free(&session->featuriser);
    free(session->vector.data);
    free(session->exported.ids);
    free(session->exported.values);
    free(session->decision);
    free(session->probability);
    free(session->predicted);
    free(session);
}

static enum stance_status find_in_model(void *user, uint64_t hash, const struct feature_namer *namer, uint32_t *id,
                                        struct stance_error *error) {
    (void)namer;
    (void)error;
    *id = model_find(user, hash);
    return STANCE_OK;
}

enum stance_status classify_featurise(struct featuriser *featuriser, const struct stance_model *model, const char *text, size_t len,
                                      struct stance_error *error) {
    const struct feature_index index = {.find = find_in_model, .user = (void *)(uintptr_t)model};
    return featurise(featuriser, text, len, &model->options, &index, error);
}

struct weighting classify_weighting(const struct stance_model *model) {
    return (struct weighting){
        .options = &model->options,
        .idf = model->options.idf && model->header->n_features > 0 ? &model_row(model, 0)->idf : NULL,
        .idf_stride = model->header->row_len / sizeof(float),
        .unknown_idf = model->unknown_idf,
    };
}

/* Text to vector. */
static enum stance_status vectorise(struct stance_session *session, const char *text, size_t len, struct stance_error *error) {
    const struct stance_model *model = session->model;
    const struct weighting weighting = classify_weighting(model);
    TRY(classify_featurise(&session->featuriser, model, text, len, error));
    return vector_build(&session->vector, &session->featuriser.bag, &weighting, error);
}

void classify_calibrate(const struct stance_model *model, const double *decision, double *probability, bool *predicted) {
    const size_t n_labels = model->header->n_labels;
    const size_t best = model->header->exclusive ? calibrate_softmax(probability, decision, n_labels, -model->heads[0].platt_a) : 0;
    for (size_t label = 0; label < n_labels; label++) {
        const struct model_head *head = &model->heads[label];
        if (model->header->exclusive) {
            predicted[label] = label == best;
        } else {
            probability[label] = calibrate_probability((struct platt){.a = head->platt_a, .b = head->platt_b}, decision[label]);
            predicted[label] = probability[label] >= head->threshold;
        }
    }
}

static double sentiment_of(const struct stance_model *model, const double *probability) {
    const size_t n = model->header->n_labels;
    return model->positive < n && model->negative < n ? probability[model->positive] - probability[model->negative] : (double)NAN;
}

/* Reads the text some tokens at a time, so that those of a long one take no memory. */
static enum stance_status read_text(struct stance_session *session, const char *bytes, size_t len, size_t *n_tokens,
                                    struct stance_error *error) {
    enum { SOME_TOKENS = 1024 };
    struct featuriser *f = &session->featuriser;
    TRY(text_normalise(&f->text, bytes, len, error));
    struct token_place place = {.text = f->text.normal.data, .len = f->text.normal.n};
    scorer_begin(session->scorer);
    *n_tokens = 0;
    while (place.at < place.len) {
        f->tokens.n = 0;
        TRY(token_scan_some(&f->tokens, &place, SOME_TOKENS, error));
        TRY(scorer_read(session->scorer, &f->tokens, error));
        *n_tokens += f->tokens.n;
    }
    return STANCE_OK;
}

enum stance_status stance_session_score(struct stance_session *session, const char *text, size_t len, struct stance_result *result,
                                        struct stance_error *error) {
    size_t n_features, n_tokens;
    TRY(read_text(session, text, len, &n_tokens, error));
    TRY(scorer_decide(session->scorer, session->decision, &n_features, error));
    classify_calibrate(session->model, session->decision, session->probability, session->predicted);
    *result = (struct stance_result){
        .n_labels = session->model->header->n_labels,
        .decision = session->decision,
        .probability = session->probability,
        .predicted = session->predicted,
        .sentiment = sentiment_of(session->model, session->probability),
        .n_tokens = n_tokens,
        .n_features = n_features,
        .n_invalid = session->featuriser.text.n_invalid,
    };
    return STANCE_OK;
}

static enum stance_status reserve_exported(struct stance_session *session, size_t n, struct stance_error *error) {
    size_t capacity = session->exported.capacity;
    TRY(array_grow(&session->exported.ids, &capacity, n, sizeof *session->exported.ids, error));
    capacity = session->exported.capacity;
    TRY(array_grow(&session->exported.values, &capacity, n, sizeof *session->exported.values, error));
    session->exported.capacity = capacity;
    return STANCE_OK;
}

enum stance_status stance_session_vector(struct stance_session *session, const char *text, size_t len, struct stance_vector *vector,
                                         struct stance_error *error) {
    TRY(vectorise(session, text, len, error));
    TRY(reserve_exported(session, session->vector.n, error));
    for (size_t i = 0; i < session->vector.n; i++) {
        session->exported.ids[i] = session->vector.data[i].id;
        session->exported.values[i] = session->vector.data[i].value;
    }
    *vector = (struct stance_vector){.n = session->vector.n, .ids = session->exported.ids, .values = session->exported.values};
    return STANCE_OK;
}
