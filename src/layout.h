/* Reads running text as characters, lines, and blocks: the stretches inside which a line break is nothing but white space. */
#ifndef STANCE_SRC_LAYOUT_H
#define STANCE_SRC_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stance.h"

/* What a character is to layout and sentence rules; UAX #29 (Unicode text segmentation) is the model. */
enum glyph {
    GLYPH_NONE,  /* the end of the text */
    GLYPH_OTHER, /* symbols, controls, invalid bytes */
    GLYPH_SPACE,
    GLYPH_BREAK, /* a line break */
    GLYPH_LOWER,
    GLYPH_UPPER,
    GLYPH_LETTER, /* without case; also combining marks */
    GLYPH_DIGIT,
    GLYPH_DOT,
    GLYPH_ELLIPSIS,
    GLYPH_EXCLAIM, /* ! and ? */
    GLYPH_FULL,    /* the stops of scripts where a stop is nothing else */
    GLYPH_PAUSE,   /* comma, semicolon, colon */
    GLYPH_DASH,
    GLYPH_BULLET,
    GLYPH_OPEN,
    GLYPH_CLOSE,
    GLYPH_OPEN_QUOTE,
    GLYPH_CLOSE_QUOTE,
    GLYPH_QUOTE, /* straight, so that it opens and closes */
    GLYPH_APOSTROPHE,
    GLYPH_INVERTED /* the Spanish opening marks */
};

struct character {
    uint32_t code;
    enum glyph glyph;
    uint8_t len; /* bytes; 0 at the end of the text */
};

extern const uint8_t LAYOUT_ASCII[128]; /* the glyphs of ASCII */

/* The same as the next two, for what is not ASCII; `pos` is inside of the text. */
struct character character_at_wide(const char *text, size_t pos, size_t end);
struct character character_before_wide(const char *text, size_t start, size_t pos);

/* The character at `pos`; GLYPH_NONE at `end`. */
static inline struct character character_at(const char *text, size_t pos, size_t end) {
    if (pos >= end) {
        return (struct character){0};
    }
    const unsigned char byte = (unsigned char)text[pos];
    if (byte >= 0x80) {
        return character_at_wide(text, pos, end);
    }
    return (struct character){.code = byte, .glyph = (enum glyph)LAYOUT_ASCII[byte], .len = 1};
}

/* The character that ends at `pos`; GLYPH_NONE at `start`. */
static inline struct character character_before(const char *text, size_t start, size_t pos) {
    if (pos <= start) {
        return (struct character){0};
    }
    return (unsigned char)text[pos - 1] < 0x80 ? character_at(text, pos - 1, pos) : character_before_wide(text, start, pos);
}

static inline bool glyph_is_white(enum glyph glyph) { return glyph == GLYPH_SPACE || glyph == GLYPH_BREAK; }
static inline bool glyph_is_letter(enum glyph glyph) { return glyph >= GLYPH_LOWER && glyph <= GLYPH_LETTER; }
static inline bool glyph_is_word(enum glyph glyph) { return glyph >= GLYPH_LOWER && glyph <= GLYPH_DIGIT; }
static inline bool glyph_is_stop(enum glyph glyph) { return glyph >= GLYPH_DOT && glyph <= GLYPH_FULL; }

/* The first position at or after `pos`, below `end`, that is not white space; and the last such end, above `start`. */
size_t skip_white(const char *text, size_t pos, size_t end);
size_t trim_white(const char *text, size_t start, size_t end);

/* The marker of a list item: "1.", "2)", "3.)", "(iv)", "a.", a bullet, or a bullet and one of these. */
enum marker_kind { MARKER_NONE, MARKER_BULLET, MARKER_DASH, MARKER_NUMBER, MARKER_LOWER, MARKER_UPPER };
enum marker_close { MARKER_OPEN_END, MARKER_DOT, MARKER_BRACKET, MARKER_DOT_BRACKET };

struct marker {
    enum marker_kind kind;
    enum marker_close close;
    bool bullet, opened; /* a bullet stands before it; it opens with a bracket */
    unsigned value;      /* of a number; of a letter, 1 for a; 0 for Roman numerals of two letters and more */
    size_t end;          /* behind the marker */
};

/* Reads the marker at `pos`; its kind is MARKER_NONE where there is none. A marker is followed by white space. */
struct marker marker_at(const char *text, size_t pos, size_t end);

/* Walks over the blocks of a text. */
struct layout {
    const char *text;
    size_t len;
    size_t pos;           /* where the next block is looked for */
    size_t paragraph_end; /* of the paragraph that `pos` is in */
    size_t width;         /* of its widest line, in characters */
    bool paragraph_wrapped, paragraph_listed;
    bool wrapped; /* the lines of the text are broken at a width */
    bool blanks;  /* blank lines stand between paragraphs */
};

/* Looks at all lines once; a byte order mark at the start is passed over. */
void layout_start(struct layout *layout, const char *text, size_t len);

/* Delivers the next block or paragraph, trimmed and not empty; false at the end of the text. Use one of them only. */
bool layout_next_block(struct layout *layout, struct stance_span *block);
bool layout_next_paragraph(struct layout *layout, struct stance_span *paragraph);

#endif
