#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "ascii.h"
#include "status.h"
#include "utf8.h"

/* Room for a base and its marks. The longest compatibility decomposition has 18 code points; the stream-safe format (UAX #15,
 * section 13) allows 30 marks, past which a cluster is cut. */
enum { CLUSTER_ROOM = 64, CLUSTER_FULL = 32, DECOMPOSITION_MAX = CLUSTER_ROOM - CLUSTER_FULL };

struct cluster {
    utf8proc_int32_t codes[CLUSTER_ROOM]; /* decomposed, later composed again */
    size_t n;
    size_t n_chars; /* characters of the original in it */
    size_t len;     /* bytes of the original in it */
    size_t n_invalid;
};

/* One form for the quotation marks, apostrophes, primes, hyphens and long dashes of typography. The en dash joins words as a hyphen
 * does
 * ('Russia–Ukraine'); the em dash parts them. */
static uint32_t unify(uint32_t code) {
    switch (code) {
    case 0x02BC: /* modifier letter apostrophe */
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x201B:
    case 0x2032: /* prime */
    case 0x2035:
    case 0x2039: /* single guillemets */
    case 0x203A: return '\'';
    case 0x00AB: /* guillemets */
    case 0x00BB:
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
    case 0x2033: /* double prime */
    case 0x2036: return '"';
    case 0x2010: /* hyphen */
    case 0x2011:
    case 0x2012: /* figure dash */
    case 0x2013: /* en dash */
    case 0x2212: /* minus */ return '-';
    case 0x2015: /* horizontal bar */ return 0x2014;
    default: return code;
    }
}

/* Decomposes a character to `codes`, which has room for DECOMPOSITION_MAX; returns how many. */
static size_t decompose(uint32_t code, utf8proc_int32_t *codes) {
    int boundclass = UTF8PROC_BOUNDCLASS_START;
    const utf8proc_ssize_t n =
        utf8proc_decompose_char((utf8proc_int32_t)unify(code), codes, DECOMPOSITION_MAX,
                                UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE, &boundclass);
    if (n < 0 || n > DECOMPOSITION_MAX) {
        return 0;
    }
    for (utf8proc_ssize_t i = 0; i < n; i++) { /* a triple prime is three primes, a dash for vertical text a dash */
        codes[i] = (utf8proc_int32_t)unify((uint32_t)codes[i]);
    }
    return (size_t)n;
}

/* Whether a code point may be reordered against, or composed with, what stands before it. */
static bool joins_previous(utf8proc_int32_t code) {
    if ((code >= 0x1161 && code <= 0x1175) || (code >= 0x11A8 && code <= 0x11C2)) { /* Hangul vowels and trailing consonants */
        return true;
    }
    const utf8proc_property_t *property = utf8proc_get_property(code);
    /* utf8proc keeps the second halves of compositions in the upper half of the index. */
    return property->combining_class != 0 || (property->comb_index >= 0x8000 && property->comb_index != UINT16_MAX);
}

/* Adds the character at `bytes` to the cluster, unless the cluster has begun and the character does not join it. */
static bool cluster_take(struct cluster *cluster, const char *bytes, size_t len) {
    const struct utf8_char c = utf8_decode(bytes, len);
    if (cluster->n_chars > 0 && c.code < 0x80) {
        return false;
    }
    utf8proc_int32_t *codes = cluster->codes + cluster->n;
    const size_t n = decompose(c.code, codes);
    if (cluster->n_chars > 0 && n > 0 && !joins_previous(codes[0])) {
        return false;
    }
    cluster->n += n;
    cluster->n_chars++;
    cluster->len += c.len;
    cluster->n_invalid += c.invalid;
    return true;
}

/* Canonical ordering (Unicode 3.11, D109): a stable sort of each run of marks by combining class. */
static void cluster_order(struct cluster *cluster) {
    for (size_t i = 1; i < cluster->n; i++) {
        const utf8proc_int32_t code = cluster->codes[i];
        const int class = utf8proc_get_property(code)->combining_class;
        size_t j = i;
        while (class != 0 && j > 0 && utf8proc_get_property(cluster->codes[j - 1])->combining_class > class) {
            cluster->codes[j] = cluster->codes[j - 1];
            j--;
        }
        cluster->codes[j] = code;
    }
}

static enum stance_status add_segment(struct text *text, size_t original, bool linear, struct stance_error *error) {
    TRY(array_reserve(&text->segments, text->segments.n + 1, error));
    text->segments.data[text->segments.n++] =
        (struct text_segment){.normal = text->normal.n, .original = original, .linear = linear};
    return STANCE_OK;
}

/* Begins a linear segment at `original`, unless the one at work already leads there. */
static inline enum stance_status continue_linear(struct text *text, size_t original, struct stance_error *error) {
    if (text->segments.n > 0) {
        const struct text_segment *last = &text->segments.data[text->segments.n - 1];
        if (last->linear && last->original + (text->normal.n - last->normal) == original) {
            return STANCE_OK;
        }
    }
    return add_segment(text, original, true, error);
}

/* Copies the ASCII run at the start of `bytes` with capitals made small, and returns its length; what stands behind it in the last
 * steps of `out`, which has room for `len` bytes, is anything. */
static size_t lower_ascii(char *out, const char *bytes, size_t len) {
    size_t i = 0;
    while (i + ASCII_STEP <= len && ascii_lower(out + i, bytes + i)) {
        i += ASCII_STEP;
    }
    if (i < len && i + ASCII_STEP > len && len > ASCII_STEP && ascii_lower(out + len - ASCII_STEP, bytes + len - ASCII_STEP)) {
        return len; /* the last step overlaps the one before */
    }
    for (; i < len && (unsigned char)bytes[i] < 0x80; i++) {
        const unsigned char c = (unsigned char)bytes[i];
        out[i] = (char)(c | ((unsigned)(c - 'A') < 26U ? 0x20U : 0U));
    }
    return i;
}

static enum stance_status append_ascii(struct text *text, const char *bytes, size_t start, size_t len, struct stance_error *error) {
    TRY(continue_linear(text, start, error));
    TRY(array_reserve(&text->normal, text->normal.n + len + 1, error));
    (void)lower_ascii(text->normal.data + text->normal.n, bytes + start, len);
    text->normal.n += len;
    return STANCE_OK;
}

/* Composes the cluster and writes it to `encoded`, which has room for all of it; returns how many bytes. */
static size_t cluster_encode(struct cluster *cluster, char *encoded) {
    if (cluster->n > 1) {
        const utf8proc_ssize_t n =
            utf8proc_normalize_utf32(cluster->codes, (utf8proc_ssize_t)cluster->n, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
        cluster->n = n > 0 ? (size_t)n : 0;
    }
    size_t len = 0;
    for (size_t k = 0; k < cluster->n; k++) {
        len += utf8_encode((uint32_t)cluster->codes[k], encoded + len);
    }
    return len;
}

static enum stance_status append_cluster(struct text *text, const char *bytes, size_t len, size_t *at, struct stance_error *error) {
    struct cluster cluster = {.n = 0};
    size_t i = *at;
    while (i < len && cluster.n < CLUSTER_FULL && cluster.n_chars < CLUSTER_ROOM && cluster_take(&cluster, bytes + i, len - i)) {
        i = *at + cluster.len;
    }
    if (cluster.n_chars > 1) {
        cluster_order(&cluster);
    }
    char encoded[4 * CLUSTER_ROOM];
    const size_t encoded_len = cluster_encode(&cluster, encoded);
    const bool linear = cluster.n_chars == 1 && cluster.n == 1 && encoded_len == cluster.len;
    TRY(linear ? continue_linear(text, *at, error) : add_segment(text, *at, false, error));
    TRY(byte_array_append(&text->normal, encoded, encoded_len, error));
    text->n_invalid += cluster.n_invalid;
    *at = i;
    return STANCE_OK;
}

/* --- Characters that nothing joins --- */

/* There are 1 << FOLDED_BITS places for what characters become; a new one takes the place of an old one. */
enum { FOLDED_BITS = 12, FOLDED_BYTES = 9 };

struct folded_char {
    uint32_t code; /* 0 where there is none: ASCII never is */
    char bytes[FOLDED_BYTES];
    uint8_t len;
    bool joins; /* it may join what stands before it */
    uint8_t n;  /* code points; UINT8_MAX where they have no room here */
};

static struct folded_char fold_char(uint32_t code) {
    struct folded_char folded = {.code = code, .n = UINT8_MAX};
    struct cluster cluster = {.n = 0};
    char encoded[4 * CLUSTER_ROOM];
    cluster.n = decompose(code, cluster.codes);
    folded.joins = cluster.n == 0 || joins_previous(cluster.codes[0]);
    const size_t len = cluster_encode(&cluster, encoded);
    if (len <= FOLDED_BYTES) {
        memcpy(folded.bytes, encoded, len);
        folded.len = (uint8_t)len;
        folded.n = (uint8_t)cluster.n;
    }
    return folded;
}

static inline struct folded_char find_folded(struct text *text, uint32_t code) {
    struct folded_char *folded = &text->folded[code & ((1U << FOLDED_BITS) - 1)];
    if (folded->code != code) {
        *folded = fold_char(code);
    }
    return *folded;
}

static inline enum stance_status append_folded(struct text *text, const struct folded_char *folded, const struct utf8_char *c,
                                               size_t at, struct stance_error *error) {
    const bool linear = folded->n == 1 && folded->len == c->len;
    TRY(linear ? continue_linear(text, at, error) : add_segment(text, at, false, error));
    if (text->normal.capacity - text->normal.n <= FOLDED_BYTES) {
        TRY(array_reserve(&text->normal, text->normal.n + FOLDED_BYTES + 1, error));
    }
    memcpy(text->normal.data + text->normal.n, folded->bytes, FOLDED_BYTES);
    text->normal.n += folded->len;
    text->n_invalid += c->invalid;
    return STANCE_OK;
}

static bool is_ascii(char c) { return (unsigned char)c < 0x80; }

/* Appends the characters from `*at` on that are not ASCII; after one that others may join, the caller goes on. */
static enum stance_status append_multibyte(struct text *text, const char *bytes, size_t len, size_t *at,
                                           struct stance_error *error) {
    struct utf8_char c = utf8_decode(bytes + *at, len - *at), next;
    struct folded_char folded = find_folded(text, c.code), next_folded;
    for (bool has_next = true; has_next; c = next, folded = next_folded) {
        const size_t end = *at + c.len;
        has_next = end < len && !is_ascii(bytes[end]);
        next = has_next ? utf8_decode(bytes + end, len - end) : c;
        next_folded = has_next ? find_folded(text, next.code) : folded;
        if (folded.n == UINT8_MAX || (has_next && next_folded.joins)) {
            return append_cluster(text, bytes, len, at, error);
        }
        TRY(append_folded(text, &folded, &c, *at, error));
        *at = end;
    }
    return STANCE_OK;
}

/* Whether the character at `bytes`, which is not ASCII, may join an ASCII base before it. */
static bool joins_base(struct text *text, const char *bytes, size_t len) {
    return find_folded(text, utf8_decode(bytes, len).code).joins;
}

static enum stance_status append_mixed(struct text *text, const char *bytes, size_t len, size_t start, struct stance_error *error) {
    if (text->folded == NULL) {
        text->folded = array_new((size_t)1 << FOLDED_BITS, sizeof *text->folded, error);
        if (text->folded == NULL) {
            return STANCE_ERROR_MEMORY;
        }
    }
    for (size_t i = start; i < len;) {
        size_t run = utf8_ascii_run(bytes + i, len - i);
        const bool is_base = run > 0 && i + run < len && joins_base(text, bytes + i + run, len - i - run);
        run -= is_base;
        if (run > 0) {
            TRY(append_ascii(text, bytes, i, run, error));
            i += run;
        }
        if (i < len) {
            TRY(is_base ? append_cluster(text, bytes, len, &i, error) : append_multibyte(text, bytes, len, &i, error));
        }
    }
    return STANCE_OK;
}

enum stance_status text_normalise(struct text *text, const char *bytes, size_t len, struct stance_error *error) {
    text->normal.n = 0;
    text->segments.n = 0;
    text->n_invalid = 0;
    TRY(array_reserve(&text->normal, len + TEXT_PADDING, error));
    const size_t start = len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* byte order mark */
    const size_t run = lower_ascii(text->normal.data, bytes + start, len - start);
    if (run < len - start) {
        TRY(append_mixed(text, bytes, len, start, error));
    } else if (run > 0) {
        TRY(add_segment(text, start, true, error));
        text->normal.n = run;
    }
    TRY(array_reserve(&text->normal, text->normal.n + TEXT_PADDING, error));
    memset(text->normal.data + text->normal.n, 0, TEXT_PADDING);
    return add_segment(text, len, false, error);
}

/* The last segment that begins at or before `normal`; segments that gave no bytes share their start with the next and lose to it.
 */
static const struct text_segment *find_segment(const struct text *text, size_t normal) {
    size_t low = 0, high = text->segments.n - 1;
    while (low + 1 < high) {
        const size_t middle = low + (high - low) / 2;
        if (text->segments.data[middle].normal <= normal) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &text->segments.data[low];
}

struct stance_span text_original(const struct text *text, size_t start, size_t end) {
    const struct text_segment *first = find_segment(text, start);
    const struct text_segment *last = find_segment(text, end - 1);
    return (struct stance_span){
        .start = first->linear ? first->original + (start - first->normal) : first->original,
        .end = last->linear ? last->original + (end - last->normal) : last[1].original,
    };
}

void text_free(struct text *text) {
    free(text->normal.data);
    free(text->segments.data);
    free(text->folded);
    *text = (struct text){.n_invalid = 0};
}
