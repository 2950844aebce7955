#define _DEFAULT_SOURCE   /* MAP_POPULATE; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#define _XOPEN_SOURCE 700 /* realpath; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#include "model.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "hash.h"
#include "hint.h"
#include "status.h"
#include "utf8.h"
#include "vector.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "model files are used in place: this needs a little-endian machine"
#endif

_Static_assert(sizeof(float) == 4 && sizeof(double) == 8, "model files hold IEEE 754 numbers");
_Static_assert(offsetof(struct model_header, file_len) == 16, "the checksum stands behind the magic");

static const char magic[8] = {'s', 't', 'a', 'n', 'c', 'e', 0x1A, '\n'};

enum { CHECKSUM_END = offsetof(struct model_header, file_len), ALIGNMENT = 64 };

static uint64_t load_word(const unsigned char *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline uint64_t checksum_lane(uint64_t lane, const unsigned char *bytes) {
    const uint64_t mixed = (lane ^ load_word(bytes)) * UINT64_C(0x9E3779B185EBCA87);
    return mixed ^ mixed >> 29;
}

/* Four lanes, each in a register, so that it runs at the speed of memory. */
uint64_t model_checksum(const unsigned char *bytes, size_t len) {
    uint64_t a = 1, b = 2, c = 3, d = 4;
    size_t i = CHECKSUM_END;
    for (; i + 32 <= len; i += 32) {
        a = checksum_lane(a, bytes + i);
        b = checksum_lane(b, bytes + i + 8);
        c = checksum_lane(c, bytes + i + 16);
        d = checksum_lane(d, bytes + i + 24);
    }
    uint64_t hash = hash_append(hash_append(hash_append(hash_append((uint64_t)len, a), b), c), d);
    for (; i < len; i++) {
        hash = hash_append(hash, bytes[i]);
    }
    return hash;
}

/* --- Checking ---------------------------------------------------------------------------------------------------------- */

static enum stance_status damaged(struct stance_error *error, const char *what) {
    return status_set(error, STANCE_ERROR_MODEL, "the model is damaged or forged: %s; train it again or copy it again", what);
}

static enum stance_status check_identity(const unsigned char *bytes, size_t len, struct stance_error *error) {
    if (len < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0) {
        return status_set(error, STANCE_ERROR_MODEL, "this is no stance model: it does not begin like one");
    }
    struct model_header header;
    if (len < sizeof header) {
        return damaged(error, "it ends inside its header");
    }
    memcpy(&header, bytes, sizeof header);
    if (header.version != MODEL_FORMAT_VERSION) {
        return status_set(error, STANCE_ERROR_MODEL, "the model has format %u, this version reads format %u; train it again",
                          header.version, MODEL_FORMAT_VERSION);
    }
    if (header.file_len != len) {
        return status_set(error, STANCE_ERROR_MODEL, "the model should have %llu bytes and has %zu: it was cut or added to",
                          (unsigned long long)header.file_len, len);
    }
    if (header.header_len != sizeof header) {
        return damaged(error, "its header has another length");
    }
    return header.checksum == model_checksum(bytes, len) ? STANCE_OK : damaged(error, "its checksum is wrong");
}

static uint32_t row_len_of(size_t n_labels) {
    return (uint32_t)((offsetof(struct model_row, weights) + sizeof(float) * n_labels + 7) / 8 * 8);
}

/* Counts are bounded before they are multiplied, so that no product below can overflow 64 bits. */
static bool counts_are_sound(const struct model_header *h) {
    return h->n_labels >= 1 && h->n_labels <= MODEL_LABELS_MAX && h->n_features < UINT32_MAX &&
           h->n_blocks == rank_n_blocks(h->n_features) && h->row_len == row_len_of(h->n_labels) &&
           h->n_records < UINT64_C(1) << 48 && h->exclusive <= 1 && h->boundaries <= 1 && h->negation <= 1 && h->idf <= 1 &&
           h->normalise <= 1 && h->tf <= STANCE_TF_LOG;
}

static bool sections_are_sound(const struct model_header *h) {
    const uint64_t exact[MODEL_N_SECTIONS] = {
        [MODEL_HEADS] = h->n_labels * sizeof(struct model_head),
        [MODEL_BLOCKS] = (uint64_t)h->n_blocks * sizeof(struct rank_block),
        [MODEL_ROWS] = (uint64_t)h->n_features * h->row_len,
        [MODEL_NAME_ENDS] = (uint64_t)h->n_features * sizeof(uint32_t),
    };
    for (size_t i = 0; i < MODEL_N_SECTIONS; i++) {
        const struct model_section_place *place = &h->sections[i];
        const bool is_text = i == MODEL_LABELS || i == MODEL_NAMES || i == MODEL_PROVENANCE;
        if (place->offset % 8 != 0 || place->offset < sizeof *h || place->offset > h->file_len ||
            place->len > h->file_len - place->offset || (!is_text && place->len != exact[i])) {
            return false;
        }
    }
    return true;
}

static const unsigned char *section(const struct stance_model *model, enum model_section which) {
    return model->bytes + model->header->sections[which].offset;
}

static void *copy_bytes(const void *bytes, size_t len, struct stance_error *error) {
    void *copy = array_new(len, 1, error);
    if (copy != NULL && len > 0) {
        memcpy(copy, bytes, len);
    }
    return copy;
}

static bool heads_are_sound(const struct stance_model *model) {
    for (size_t i = 0; i < model->header->n_labels; i++) {
        const struct model_head *head = &model->heads[i];
        if (!isfinite(head->bias) || !isfinite(head->platt_a) || !isfinite(head->platt_b) || !isfinite(head->c) ||
            !(head->threshold >= 0.0 && head->threshold <= 1.0)) {
            return false;
        }
        const bool is_slope = head->platt_a < 0.0 && head->platt_a > -1e6 && head->platt_a == model->heads[0].platt_a;
        if (model->header->exclusive != 0 && !is_slope) {
            return false;
        }
    }
    return true;
}

/* Weights and idf finite: the exponent bits of none are all ones, where adding one to them carries into the sign. Two at a time,
 * the padding of the row among them. Always inlined, so that a length that is known becomes no loop. */
static ALWAYS_INLINE bool are_sound(const unsigned char *rows, size_t len, size_t row_len) {
    const uint64_t exponents = UINT64_C(0x7F8000007F800000), ones = UINT64_C(0x0080000000800000),
                   signs = UINT64_C(0x8000000080000000);
    uint64_t bad = 0;
    for (const unsigned char *row = rows, *end = rows + len; row < end; row += row_len) {
        UNROLL for (size_t i = offsetof(struct model_row, idf); i < row_len; i += sizeof(uint64_t)) {
            bad |= (load_word(row + i) & exponents) + ones;
        }
    }
    return (bad & signs) == 0;
}

/* Most models have up to seven labels, and so one of these lengths. */
static bool rows_are_sound(const struct stance_model *model) {
    const size_t row_len = model->header->row_len, len = model->header->n_features * row_len;
    switch (row_len) {
    case 16: return are_sound(model->rows, len, 16);
    case 24: return are_sound(model->rows, len, 24);
    case 32: return are_sound(model->rows, len, 32);
    case 40: return are_sound(model->rows, len, 40);
    default: return are_sound(model->rows, len, row_len);
    }
}

bool model_is_label_name(struct stance_string name) {
    return name.len >= 1 && name.len <= MODEL_LABEL_LEN_MAX && utf8_is_line(name.data, name.len);
}

/* Copies the label names, points at them, and finds the heads of sentiment. */
static enum stance_status read_labels(struct stance_model *model, struct stance_error *error) {
    const size_t n = model->header->n_labels, len = (size_t)model->header->sections[MODEL_LABELS].len;
    model->label_names = copy_bytes(section(model, MODEL_LABELS), len, error);
    model->labels = array_new(n, sizeof *model->labels, error);
    if (model->label_names == NULL || model->labels == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    const char *at = model->label_names, *const end = at + len;
    model->positive = model->negative = n;
    for (size_t i = 0; i < n; i++) {
        const char *stop = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;
        if (stop == NULL || !model_is_label_name((struct stance_string){.data = at, .len = (size_t)(stop - at)}) ||
            (i > 0 && strcmp(model->labels[i - 1], at) >= 0)) {
            return damaged(error, "a label has no proper name, or stands out of order");
        }
        model->labels[i] = at;
        model->positive = strcmp(at, "positive") == 0 ? i : model->positive;
        model->negative = strcmp(at, "negative") == 0 ? i : model->negative;
        at = stop + 1;
    }
    return STANCE_OK;
}

static void read_options(struct stance_model *model) {
    const struct model_header *h = model->header;
    model->options = (struct stance_feature_options){
        .word_min = h->word_min,
        .word_max = h->word_max,
        .char_min = h->char_min,
        .char_max = h->char_max,
        .boundaries = h->boundaries != 0,
        .negation = h->negation != 0,
        .idf = h->idf != 0,
        .normalise = h->normalise != 0,
        .tf = (enum stance_tf)h->tf,
        .min_df = h->min_df,
        .max_features = h->max_features,
    };
    model->unknown_idf = vector_idf((size_t)h->n_records, 0);
}

static enum stance_status check_provenance(const struct stance_model *model, struct stance_error *error) {
    const size_t len = (size_t)model->header->sections[MODEL_PROVENANCE].len;
    const char *provenance = (const char *)section(model, MODEL_PROVENANCE);
    if (len == 0 || provenance[len - 1] != '\0') {
        return damaged(error, "its provenance has no end");
    }
    return utf8_is_line(provenance, len - 1) ? STANCE_OK : damaged(error, "its provenance is not a line of UTF-8");
}

static enum stance_status check_content(struct stance_model *model, struct stance_error *error) {
    if (!counts_are_sound(model->header) || !sections_are_sound(model->header)) {
        return damaged(error, "a count or an offset in its header is out of range");
    }
    model->heads = copy_bytes(section(model, MODEL_HEADS), model->header->n_labels * sizeof *model->heads, error);
    model->blocks = copy_bytes(section(model, MODEL_BLOCKS), model->header->n_blocks * sizeof *model->blocks, error);
    if (model->heads == NULL || model->blocks == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    model->n_blocks = model->header->n_blocks;
    model->rows = section(model, MODEL_ROWS);
    model->row_len = model->header->row_len;
    read_options(model);
    if (feature_check_options(&model->options, NULL) != STANCE_OK) {
        return damaged(error, "its feature options are out of range");
    }
    if (!rank_index_is_sound(model->blocks, model->header->n_features)) {
        return damaged(error, "its index of features leads astray");
    }
    if (!heads_are_sound(model) || !rows_are_sound(model)) {
        return damaged(error, "a number in it is not finite, or a threshold is no probability");
    }
    TRY(check_provenance(model, error));
    return read_labels(model, error);
}

/* Takes over `bytes`, also where it fails. */
static enum stance_status open_bytes(struct stance_model **out, unsigned char *bytes, size_t len, bool is_mapped,
                                     struct stance_error *error) {
    struct stance_model owner = {.bytes = bytes, .len = len, .is_mapped = is_mapped};
    struct stance_model *model = array_new(1, sizeof *model, error);
    enum stance_status status = model == NULL ? STANCE_ERROR_MEMORY : check_identity(bytes, len, error);
    if (model != NULL) {
        *model = owner;
        if (status == STANCE_OK) {
            memcpy(&model->header_copy, bytes, sizeof model->header_copy);
            model->header = &model->header_copy;
            status = check_content(model, error);
        }
    }
    if (status == STANCE_OK) {
        *out = model;
        return STANCE_OK;
    }
    if (model != NULL) {
        stance_model_free(model);
    } else if (is_mapped) {
        (void)munmap(bytes, len);
    } else {
        free(bytes);
    }
    return status;
}

/* --- Opening ----------------------------------------------------------------------------------------------------------- */

/* The checksum reads every page at once: where the system can bring them in together, that spares a fault for each few. */
#ifdef MAP_POPULATE
enum { MAP_WHOLE = MAP_PRIVATE | MAP_POPULATE };
#else
enum { MAP_WHOLE = MAP_PRIVATE };
#endif

static enum stance_status map_file(unsigned char **bytes, size_t *len, const char *path, struct stance_error *error) {
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return status_system(error, path, "the model cannot be opened", errno);
    }
    struct stat info;
    enum stance_status status = STANCE_OK;
    void *mapped = MAP_FAILED;
    if (fstat(file, &info) != 0) {
        status = status_system(error, path, "the model cannot be read", errno);
    } else if (!S_ISREG(info.st_mode) || info.st_size <= 0) {
        status = status_set(error, STANCE_ERROR_MODEL,
                            STATUS_PATH_FORMAT ": this is no stance model: it is empty or no regular file", STATUS_PATH(path));
    } else {
        mapped = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_WHOLE, file, 0);
        status = mapped == MAP_FAILED ? status_system(error, path, "the model cannot be mapped", errno) : STANCE_OK;
        *len = (size_t)info.st_size;
    }
    (void)close(file);
    *bytes = mapped;
    return status;
}

enum stance_status stance_model_open(struct stance_model **model, const char *path, struct stance_error *error) {
    unsigned char *bytes = NULL;
    size_t len = 0;
    TRY(map_file(&bytes, &len, path, error));
    const enum stance_status status = open_bytes(model, bytes, len, true, error);
    if (status == STANCE_ERROR_MODEL && error != NULL) { /* say which */
        const struct stance_error inner = *error;
        return status_set(error, status, STATUS_PATH_FORMAT ": %s", STATUS_PATH(path), inner.message);
    }
    return status;
}

enum stance_status stance_model_from_bytes(struct stance_model **model, const void *bytes, size_t len, struct stance_error *error) {
    unsigned char *copy = copy_bytes(bytes, len, error);
    return copy != NULL ? open_bytes(model, copy, len, false, error) : STANCE_ERROR_MEMORY;
}

void stance_model_free(struct stance_model *model) {
    if (model == NULL) {
        return;
    }
    if (model->is_mapped) {
        (void)munmap((void *)(uintptr_t)model->bytes, model->len);
    } else {
        free((void *)(uintptr_t)model->bytes);
    }
    free(model->heads);
    free(model->blocks);
    free(model->label_names);
    free(model->labels);
    free(model);
}

/* --- Building ---------------------------------------------------------------------------------------------------------- */

struct layout {
    struct model_header header;
    uint64_t len;
};

static void place(struct layout *layout, enum model_section which, uint64_t len) {
    layout->header.sections[which] = (struct model_section_place){.offset = layout->len, .len = len};
    layout->len = (layout->len + len + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void fill_header(struct model_header *header, const struct model_parts *parts) {
    const struct stance_feature_options *o = &parts->options;
    *header = (struct model_header){
        .version = MODEL_FORMAT_VERSION,
        .header_len = sizeof *header,
        .n_labels = (uint32_t)parts->n_labels,
        .n_features = (uint32_t)parts->n_features,
        .n_records = parts->n_records,
        .exclusive = parts->exclusive,
        .word_min = o->word_min,
        .word_max = o->word_max,
        .char_min = o->char_min,
        .char_max = o->char_max,
        .boundaries = o->boundaries,
        .negation = o->negation,
        .idf = o->idf,
        .normalise = o->normalise,
        .tf = (uint32_t)o->tf,
        .min_df = o->min_df,
        .max_features = o->max_features,
        .n_blocks = rank_n_blocks((uint32_t)parts->n_features),
        .row_len = row_len_of(parts->n_labels),
    };
    memcpy(header->magic, magic, sizeof magic);
}

static enum stance_status lay_out(struct layout *layout, const struct model_parts *parts, struct stance_error *error) {
    fill_header(&layout->header, parts);
    layout->len = (sizeof layout->header + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    size_t labels_len = 0;
    uint64_t names_len = 0;
    for (size_t i = 0; i < parts->n_labels; i++) {
        labels_len += strlen(parts->labels[i]) + 1;
    }
    for (size_t i = 0; i < parts->n_features; i++) {
        names_len += parts->features[i].name.len;
    }
    if (names_len > UINT32_MAX) {
        return status_set(error, STANCE_ERROR_LIMIT, "the names of the features take over 4 GiB: lower the vocabulary's size");
    }
    const struct model_header *h = &layout->header;
    place(layout, MODEL_HEADS, parts->n_labels * sizeof(struct model_head));
    place(layout, MODEL_LABELS, labels_len);
    place(layout, MODEL_BLOCKS, h->n_blocks * sizeof(struct rank_block));
    place(layout, MODEL_ROWS, (uint64_t)h->n_features * h->row_len);
    place(layout, MODEL_NAME_ENDS, (uint64_t)h->n_features * sizeof(uint32_t));
    place(layout, MODEL_NAMES, names_len);
    place(layout, MODEL_PROVENANCE, strlen(parts->provenance) + 1);
    layout->header.file_len = layout->len;
    return STANCE_OK;
}

/* `order` receives the index of each feature by its id. */
static enum stance_status write_blocks(struct rank_block *blocks, uint32_t *order, const struct model_parts *parts,
                                       struct stance_error *error) {
    uint64_t *hashes = array_new(parts->n_features, sizeof *hashes, error);
    if (hashes == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (size_t i = 0; i < parts->n_features; i++) {
        hashes[i] = parts->features[i].hash;
    }
    const enum stance_status status = rank_index_build(blocks, order, hashes, (uint32_t)parts->n_features, error);
    free(hashes);
    return status;
}

static void write_rows(unsigned char *rows, uint32_t row_len, const uint32_t *order, const struct model_parts *parts) {
    for (size_t id = 0; id < parts->n_features; id++) {
        struct model_row *row = (struct model_row *)(void *)(rows + id * row_len);
        row->hash = parts->features[order[id]].hash;
        row->idf = parts->features[order[id]].idf;
        for (size_t label = 0; label < parts->n_labels; label++) {
            row->weights[label] = (float)parts->weights[order[id] * parts->n_labels + label];
        }
    }
}

static void write_names(uint32_t *ends, char *names, const uint32_t *order, const struct model_parts *parts) {
    uint32_t end = 0;
    for (size_t id = 0; id < parts->n_features; id++) {
        const struct stance_string name = parts->features[order[id]].name;
        memcpy(names + end, name.data, name.len);
        end += (uint32_t)name.len;
        ends[id] = end;
    }
}

static void write_labels(char *out, const struct model_parts *parts) {
    for (size_t i = 0; i < parts->n_labels; i++) {
        const size_t len = strlen(parts->labels[i]) + 1;
        memcpy(out, parts->labels[i], len);
        out += len;
    }
}

/* Fills the zeroed bytes behind the header. */
static enum stance_status write_sections(unsigned char *bytes, const struct model_header *h, const struct model_parts *parts,
                                         struct stance_error *error) {
    uint32_t *order = array_new(parts->n_features, sizeof *order, error);
    if (order == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    const enum stance_status status =
        write_blocks((struct rank_block *)(void *)(bytes + h->sections[MODEL_BLOCKS].offset), order, parts, error);
    if (status == STANCE_OK) {
        memcpy(bytes + h->sections[MODEL_HEADS].offset, parts->heads, parts->n_labels * sizeof *parts->heads);
        write_labels((char *)bytes + h->sections[MODEL_LABELS].offset, parts);
        write_rows(bytes + h->sections[MODEL_ROWS].offset, h->row_len, order, parts);
        write_names((uint32_t *)(void *)(bytes + h->sections[MODEL_NAME_ENDS].offset),
                    (char *)bytes + h->sections[MODEL_NAMES].offset, order, parts);
        memcpy(bytes + h->sections[MODEL_PROVENANCE].offset, parts->provenance, strlen(parts->provenance) + 1);
    }
    free(order);
    return status;
}

enum stance_status model_build(struct stance_model **model, const struct model_parts *parts, struct stance_error *error) {
    struct layout layout;
    TRY(lay_out(&layout, parts, error));
    unsigned char *bytes = array_new((size_t)layout.len, 1, error);
    if (bytes == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    memcpy(bytes, &layout.header, sizeof layout.header);
    const enum stance_status status = write_sections(bytes, &layout.header, parts, error);
    if (status != STANCE_OK) {
        free(bytes);
        return status;
    }
    const uint64_t checksum = model_checksum(bytes, (size_t)layout.len);
    memcpy(bytes + offsetof(struct model_header, checksum), &checksum, sizeof checksum);
    return open_bytes(model, bytes, (size_t)layout.len, false, error);
}

/* --- Saving ------------------------------------------------------------------------------------------------------------ */

static bool write_all(int file, const unsigned char *bytes, size_t len) {
    while (len > 0) {
        const ssize_t n = write(file, bytes, len);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        const size_t written = n > 0 ? (size_t)n : 0;
        bytes += written;
        len -= written;
    }
    return true;
}

/* Makes the rename itself durable; a file system that cannot do so is no reason to fail. */
static void sync_directory(const char *path) {
    const char *slash = strrchr(path, '/');
    char *directory = slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
    const int file = directory != NULL ? open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (file >= 0) {
        (void)fsync(file);
        (void)close(file);
    }
    free(directory);
}

/* A file that is replaced keeps its permissions. */
static bool keep_mode(int file, const char *path) {
    struct stat old;
    return stat(path, &old) != 0 || fchmod(file, old.st_mode & 0777) == 0;
}

/* Writes the model to `file`, which is closed, and puts it in the place of `path`. */
static enum stance_status save_through(const struct stance_model *model, int file, const char *temporary, const char *path,
                                       struct stance_error *error) {
    enum stance_status status = STANCE_OK;
    if (!keep_mode(file, path) || !write_all(file, model->bytes, model->len) || fsync(file) != 0) {
        status = status_system(error, path, "the model cannot be written", errno);
    }
    if (close(file) != 0 && status == STANCE_OK) {
        status = status_system(error, path, "the model cannot be written", errno);
    }
    if (status == STANCE_OK && rename(temporary, path) != 0) {
        status = status_system(error, path, "the model cannot be put in its place", errno);
    }
    if (status == STANCE_OK) {
        sync_directory(path);
    } else {
        (void)unlink(temporary);
    }
    return status;
}

/* Creates a file beside `path` that was not there: another thread may be saving to the same path, and a process that had this one's
 * number may have left a file behind. */
static enum stance_status open_beside(int *file, struct byte_array *temporary, const char *path, struct stance_error *error) {
    enum { ATTEMPTS = 1000 };
    *file = -1;
    for (int attempt = 0; attempt < ATTEMPTS && *file < 0; attempt++) {
        temporary->n = 0;
        TRY(byte_array_format(temporary, error, "%s.tmp%ld-%d", path, (long)getpid(), attempt));
        *file = open(temporary->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (*file < 0 && errno != EEXIST) {
            break;
        }
    }
    return *file >= 0 ? STANCE_OK : status_system(error, path, "no temporary file can be made beside it", errno);
}

enum stance_status stance_model_save(const struct stance_model *model, const char *path, struct stance_error *error) {
    char *followed = realpath(path, NULL); /* a link stays, and what it leads to is replaced */
    const char *target = followed != NULL ? followed : path;
    struct byte_array temporary = {.n = 0};
    int file;
    enum stance_status status = open_beside(&file, &temporary, target, error);
    if (status == STANCE_OK) {
        status = save_through(model, file, temporary.data, target, error);
    }
    free(temporary.data);
    free(followed);
    return status;
}

/* --- Reading ----------------------------------------------------------------------------------------------------------- */

size_t stance_model_n_labels(const struct stance_model *model) { return model->header->n_labels; }

const char *stance_model_label(const struct stance_model *model, size_t label) {
    return label < model->header->n_labels ? model->labels[label] : NULL;
}

void stance_model_info(const struct stance_model *model, struct stance_model_info *info) {
    const struct model_header *h = model->header;
    *info = (struct stance_model_info){
        .n_labels = h->n_labels,
        .n_features = h->n_features,
        .n_records = (size_t)h->n_records,
        .n_bytes = model->len,
        .exclusive = h->exclusive != 0,
        .has_sentiment = model->positive < h->n_labels && model->negative < h->n_labels,
        .features = model->options,
        .provenance = (const char *)section(model, MODEL_PROVENANCE),
    };
}

enum stance_status stance_model_head(const struct stance_model *model, size_t label, struct stance_head_info *info,
                                     struct stance_error *error) {
    if (label >= model->header->n_labels) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "label %zu of a model with %u", label, model->header->n_labels);
    }
    const struct model_head *head = &model->heads[label];
    *info = (struct stance_head_info){.bias = head->bias,
                                      .platt_a = head->platt_a,
                                      .platt_b = head->platt_b,
                                      .threshold = head->threshold,
                                      .c = head->c,
                                      .n_positive = (size_t)head->n_positive};
    return STANCE_OK;
}

static uint32_t name_end(const struct stance_model *model, size_t id) {
    uint32_t end;
    memcpy(&end, section(model, MODEL_NAME_ENDS) + id * sizeof end, sizeof end);
    return end;
}

enum stance_status stance_model_feature(const struct stance_model *model, size_t id, struct stance_feature *feature,
                                        struct stance_error *error) {
    if (id >= model->header->n_features) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "feature %zu of a model with %u", id, model->header->n_features);
    }
    const uint32_t start = id > 0 ? name_end(model, id - 1) : 0, end = name_end(model, id);
    if (start > end || end > model->header->sections[MODEL_NAMES].len) {
        return damaged(error, "the name of a feature lies outside of the names");
    }
    const struct stance_string name = {.data = (const char *)section(model, MODEL_NAMES) + start, .len = end - start};
    if (!utf8_is_line(name.data, name.len)) {
        return damaged(error, "the name of a feature is not a line of UTF-8");
    }
    const struct model_row *row = model_row(model, (uint32_t)id);
    *feature = (struct stance_feature){
        .name = name,
        .idf = (double)row->idf,
        .weights = row->weights,
    };
    return STANCE_OK;
}

struct ranked {
    double strength;
    uint32_t id;
};

static int compare_ranked(const void *a, const void *b) {
    const struct ranked *x = a, *y = b;
    if (x->strength != y->strength) {
        return x->strength > y->strength ? -1 : 1;
    }
    return (x->id > y->id) - (x->id < y->id);
}

/* The strongest features so far, in no order beyond the last sifting, which let none stay that was below `floor`. */
struct sieve {
    struct ranked *ranked; /* room for twice as many as are wanted */
    size_t n, n_wanted;
    double floor;
};

static void sift(struct sieve *sieve) {
    if (sieve->n > 1) {
        qsort(sieve->ranked, sieve->n, sizeof *sieve->ranked, compare_ranked);
    }
    if (sieve->n >= sieve->n_wanted && sieve->n_wanted > 0) {
        sieve->n = sieve->n_wanted;
        sieve->floor = sieve->ranked[sieve->n - 1].strength;
    }
}

/* An equal comes later, and so stays behind. */
static void take(struct sieve *sieve, struct ranked ranked) {
    if (ranked.strength > sieve->floor) {
        if (sieve->n == 2 * sieve->n_wanted) {
            sift(sieve);
        }
        sieve->ranked[sieve->n++] = ranked;
    }
}

enum stance_status stance_model_top_features(const struct stance_model *model, size_t label, bool positive, uint32_t *ids,
                                             size_t *n, struct stance_error *error) {
    if (label >= model->header->n_labels) {
        return status_set(error, STANCE_ERROR_ARGUMENT, "label %zu of a model with %u", label, model->header->n_labels);
    }
    const size_t n_features = model->header->n_features;
    struct sieve sieve = {.n_wanted = *n < n_features ? *n : n_features, .floor = 0.0};
    if (sieve.n_wanted == 0) {
        *n = 0;
        return STANCE_OK;
    }
    sieve.ranked = array_new(2 * sieve.n_wanted, sizeof *sieve.ranked, error);
    if (sieve.ranked == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    for (uint32_t id = 0; id < n_features; id++) {
        const struct model_row *row = model_row(model, id);
        take(&sieve,
             (struct ranked){.strength = (double)row->weights[label] * (double)row->idf * (positive ? 1.0 : -1.0), .id = id});
    }
    sift(&sieve);
    *n = sieve.n;
    for (size_t i = 0; i < *n; i++) {
        ids[i] = sieve.ranked[i].id;
    }
    free(sieve.ranked);
    return STANCE_OK;
}
