/* The model in memory, which is the model file, mapped: little-endian, laid out for use without a parse.
 *
 *     header      64-bit words and 32-bit counts, see struct model_header
 *     heads       one struct model_head a label
 *     labels      their names, each ended by a NUL
 *     slots       an open-addressing table from the low bits of a feature's hash to its id; half full at most
 *     rows        a feature each: hash, idf, and its weight in every head, side by side
 *     name ends   offsets into the names
 *     names       the features' text, read only to explain
 *     provenance  a JSON object, ended by a NUL
 *
 * Sections begin at multiples of 8. The checksum covers everything behind it. A file with a good checksum may still be forged:
 * every offset and count is checked when the model is opened, ids in slots and ends of names where they are used. */
#ifndef STANCE_SRC_MODEL_H
#define STANCE_SRC_MODEL_H

#include "stance.h"
#include "vocabulary.h"

#define MODEL_FORMAT_VERSION 1U
#define MODEL_LABELS_MAX 256U

enum model_section {
    MODEL_HEADS,
    MODEL_LABELS,
    MODEL_SLOTS,
    MODEL_ROWS,
    MODEL_NAME_ENDS,
    MODEL_NAMES,
    MODEL_PROVENANCE,
    MODEL_N_SECTIONS
};

struct model_section_place {
    uint64_t offset, len; /* bytes */
};

struct model_header {
    char magic[8];
    uint64_t checksum; /* of all bytes behind this field */
    uint64_t file_len;
    uint32_t version;
    uint32_t header_len;
    uint32_t n_labels;
    uint32_t n_features;
    uint64_t n_records;
    uint32_t exclusive;
    uint32_t word_min, word_max, char_min, char_max;
    uint32_t boundaries, negation, idf, normalise, tf;
    uint32_t min_df, max_features; /* as trained with; they do not matter for scoring */
    uint32_t slot_bits;            /* there are 1 << slot_bits slots */
    uint32_t row_len;              /* bytes of a row, a multiple of 8 */
    struct model_section_place sections[MODEL_N_SECTIONS];
};

struct model_head {
    double bias, platt_a, platt_b, threshold, c;
    uint64_t n_positive;
};

struct model_slot {
    uint32_t tag; /* the high half of the feature's hash */
    uint32_t id;  /* plus one; 0 for a free slot */
};

/* The start of a row; the weights, n_labels floats, follow. */
struct model_row {
    uint64_t hash;
    float idf;
    float weights[];
};

/* The file may be changed under the model by whoever can write to it: what bounds are drawn from is copied. */
struct stance_model {
    struct model_header header_copy;
    const struct model_header *header; /* the copy */
    struct model_head *heads;          /* a copy */
    const struct model_slot *slots;
    uint64_t slot_mask; /* the number of slots less one */
    const unsigned char *rows;
    const unsigned char *bytes; /* of the whole file */
    size_t len;
    bool is_mapped; /* else allocated */
    char *label_names;
    const char **labels;       /* into the names */
    size_t positive, negative; /* the heads of sentiment; n_labels where there is none */
    struct stance_feature_options options;
    double unknown_idf;
};

static inline const struct model_row *model_row(const struct stance_model *model, uint32_t id) {
    return (const struct model_row *)(const void *)(model->rows + (size_t)id * model->header->row_len);
}

/* Where to begin looking for a hash. */
static inline const struct model_slot *model_slot(const struct stance_model *model, uint64_t hash) {
    return &model->slots[hash & model->slot_mask];
}

/* The first feature on the way whose hash has the same high half, or VOCABULARY_NONE: the one with this hash, or another. Steps are
 * counted, as a forged table may have no free slot. */
static inline uint32_t model_find_tag(const struct stance_model *model, uint64_t hash) {
    const uint32_t tag = (uint32_t)(hash >> 32);
    uint64_t at = hash & model->slot_mask;
    for (uint64_t steps = 0; steps <= model->slot_mask && model->slots[at].id != 0; steps++, at = (at + 1) & model->slot_mask) {
        if (model->slots[at].tag == tag && model->slots[at].id <= model->header->n_features) {
            return model->slots[at].id - 1;
        }
    }
    return VOCABULARY_NONE;
}

/* The id of the feature with this hash, or VOCABULARY_NONE. */
uint32_t model_find(const struct stance_model *model, uint64_t hash);

/* Everything that a model file is made of. Feature `i` has weights[i * n_labels + label]. */
struct model_part_feature {
    uint64_t hash;
    float idf;
    struct stance_string name;
};

struct model_parts {
    const char *const *labels;
    const struct model_head *heads;
    size_t n_labels;
    const struct model_part_feature *features;
    const double *weights;
    size_t n_features;
    size_t n_records;
    bool exclusive;
    struct stance_feature_options options;
    const char *provenance;
};

/* Lays out a model file in memory and opens it. */
enum stance_status model_build(struct stance_model **model, const struct model_parts *parts, struct stance_error *error);

/* The checksum of a file's bytes behind the field that holds it. */
uint64_t model_checksum(const unsigned char *bytes, size_t len);

#endif
