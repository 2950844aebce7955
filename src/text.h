/* Normalises text of any condition: NFKC with case folding (UAX #15, Unicode 3.13), without default-ignorable characters, with one
 * form each of quotation marks, apostrophes and hyphens; remembers where every byte came from. */
#ifndef STANCE_SRC_TEXT_H
#define STANCE_SRC_TEXT_H

#include "array.h"

/* From `normal` on, up to the next segment's, bytes come from `original` on: byte by byte where `linear`, else as one block. */
struct text_segment {
    size_t normal, original;
    bool linear;
};

/* So many zeros stand behind the normalised text, so that it can be read in steps. */
enum { TEXT_PADDING = 64 };

struct text {
    struct byte_array normal; /* the normalised text */
    struct text_segment_array {
        struct text_segment *data;
        size_t n, capacity;
    } segments; /* ascending; the last one stands at the ends of both texts */
    size_t n_invalid;
    struct folded_char *folded; /* what single characters became before, so that each is worked out once; NULL before the first */
};

/* Replaces what `text` holds; its memory is used again. */
enum stance_status text_normalise(struct text *text, const char *bytes, size_t len, struct stance_error *error);

/* The bytes of the original that the normalised bytes [start, end), start < end, came from. */
struct stance_span text_original(const struct text *text, size_t start, size_t end);

void text_free(struct text *text);

#endif
