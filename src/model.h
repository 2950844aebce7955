/* The model in memory, which is the model file, mapped: little-endian, laid out for use without a parse.
 *
 *     header      64-bit words and 32-bit counts, see struct model_header
 *     heads       one struct model_head a label
 *     labels      their names, each ended by a NUL
 *     blocks      the index from a feature's hash to its id, see rank_index.h
 *     rows        a feature each, in the order of the index: hash, idf, and its weight in every head, side by side
 *     name ends   offsets into the names
 *     names       the features' text, read only to explain
 *     provenance  a JSON object, ended by a NUL
 *
 * Sections begin at multiples of 64, the length of a cache line. The checksum covers everything behind it. A file with a good
 * checksum may still be forged: every offset, count and block is checked when the model is opened, and so is that labels and
 * provenance can be shown; the features' names are checked where they are used. */
#ifndef STANCE_SRC_MODEL_H
#define STANCE_SRC_MODEL_H

#include "rank_index.h"
#include "stance.h"
#include "vocabulary.h"

#define MODEL_FORMAT_VERSION 2U
#define MODEL_LABELS_MAX 256U
#define MODEL_LABEL_LEN_MAX 255U

enum model_section {
    MODEL_HEADS,
    MODEL_LABELS,
    MODEL_BLOCKS,
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
    uint32_t n_blocks;             /* of the index, as rank_n_blocks has it */
    uint32_t row_len;              /* bytes of a row, a multiple of 8 */
    struct model_section_place sections[MODEL_N_SECTIONS];
};

struct model_head {
    double bias, platt_a, platt_b, threshold, c;
    uint64_t n_positive;
};

/* A row; n_labels weights, which begin right behind the idf. */
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
    struct rank_block *blocks;         /* a copy */
    uint32_t n_blocks;
    size_t row_len;
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
    return (const struct model_row *)(const void *)(model->rows + id * model->row_len);
}

/* Where the index tells of a hash. */
static inline const struct rank_block *model_block(const struct stance_model *model, uint64_t hash) {
    return &model->blocks[rank_block_of(hash, model->n_blocks)];
}

/* The id of the feature with this hash, or VOCABULARY_NONE. */
static inline uint32_t model_find(const struct stance_model *model, uint64_t hash) {
    const struct rank_block *block = model_block(model, hash);
    const uint64_t probe = rank_probe(block, hash);
    const uint32_t id = rank_may_hold(probe) ? rank_of(block->before, probe) : VOCABULARY_NONE;
    return id != VOCABULARY_NONE && model_row(model, id)->hash == hash ? id : VOCABULARY_NONE;
}

/* Everything that a model file is made of. Feature `i` has weights[i * n_labels + label]; the file has the features in another
 * order. */
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

/* Whether a label may have this name: 1 to MODEL_LABEL_LEN_MAX bytes of UTF-8 without control characters. */
bool model_is_label_name(struct stance_string name);

/* The checksum of a file's bytes behind the field that holds it. */
uint64_t model_checksum(const unsigned char *bytes, size_t len);

#endif
