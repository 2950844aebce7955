#include "layout.h"

#include <string.h>
#include <utf8proc.h>

#include "abbreviation.h"
#include "utf8.h"

enum {
    WIDTH_MAX = 160,     /* wider lines, in characters, are not broken at a width */
    WIDTH_MIN = 55,      /* narrower ones are where full lines are all that tells */
    LIST_WIDTH_MAX = 40, /* wider lines in lower case are prose */
    TAG_MAX = 80         /* bytes of a speaker's tag */
};

/* --- Characters ------------------------------------------------------------------------------------------------------- */

/* Short names for the table. */
enum {
    LW = GLYPH_LOWER,
    UP = GLYPH_UPPER,
    DG = GLYPH_DIGIT,
    SP = GLYPH_SPACE,
    BR = GLYPH_BREAK,
    DT = GLYPH_DOT,
    EX = GLYPH_EXCLAIM,
    PA = GLYPH_PAUSE,
    DA = GLYPH_DASH,
    OP = GLYPH_OPEN,
    CL = GLYPH_CLOSE,
    QU = GLYPH_QUOTE,
    AP = GLYPH_APOSTROPHE,
    OT = GLYPH_OTHER
};

/* clang-format off */
const uint8_t LAYOUT_ASCII[128] = {
    OT, OT, OT, OT, OT, OT, OT, OT, OT, SP, BR, BR, BR, BR, OT, OT, /* controls */
    OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, OT, /* controls */
    SP, EX, QU, OT, OT, OT, OT, AP, OP, CL, OT, OT, PA, DA, DT, OT, /* 0x20 */
    DG, DG, DG, DG, DG, DG, DG, DG, DG, DG, PA, PA, OT, OT, OT, EX, /* 0x30 */
    OT, UP, UP, UP, UP, UP, UP, UP, UP, UP, UP, UP, UP, UP, UP, UP, /* 0x40 */
    UP, UP, UP, UP, UP, UP, UP, UP, UP, UP, UP, OP, OT, CL, OT, OT, /* 0x50 */
    AP, LW, LW, LW, LW, LW, LW, LW, LW, LW, LW, LW, LW, LW, LW, LW, /* 0x60 */
    LW, LW, LW, LW, LW, LW, LW, LW, LW, LW, LW, OP, OT, CL, OT, OT, /* 0x70 */
};
/* clang-format on */

static enum glyph ascii_glyph(unsigned char c) { return c < 0x80 ? (enum glyph)LAYOUT_ASCII[c] : GLYPH_OTHER; }

static enum glyph category_glyph(uint32_t code) {
    switch (utf8proc_category((utf8proc_int32_t)code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT: return GLYPH_UPPER;
    case UTF8PROC_CATEGORY_LL: return GLYPH_LOWER;
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME: return GLYPH_LETTER;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL: return GLYPH_DIGIT;
    case UTF8PROC_CATEGORY_ZS: return GLYPH_SPACE;
    case UTF8PROC_CATEGORY_PD: return GLYPH_DASH;
    case UTF8PROC_CATEGORY_PS: return GLYPH_OPEN;
    case UTF8PROC_CATEGORY_PE: return GLYPH_CLOSE;
    case UTF8PROC_CATEGORY_PI: return GLYPH_OPEN_QUOTE;
    case UTF8PROC_CATEGORY_PF: return GLYPH_CLOSE_QUOTE;
    default: return GLYPH_OTHER;
    }
}

struct code_glyph {
    uint16_t code, glyph;
};

/* Ascending. Characters whose category tells too little; the stops are those of the Unicode property Sentence_Terminal that living
 * scripts use. The degree sign counts as a letter since it stands for the ordinal one in "N°."; raised digits number notes. */
static const struct code_glyph CODE_GLYPHS[] = {
    {0x0085, GLYPH_BREAK},       {0x00A1, GLYPH_INVERTED},   {0x00B0, GLYPH_LETTER},      {0x00B2, GLYPH_CLOSE},
    {0x00B3, GLYPH_CLOSE},       {0x00B9, GLYPH_CLOSE},      {0x00BF, GLYPH_INVERTED},    {0x037E, GLYPH_EXCLAIM},
    {0x0589, GLYPH_FULL},        {0x060C, GLYPH_PAUSE},      {0x061B, GLYPH_PAUSE},       {0x061E, GLYPH_FULL},
    {0x061F, GLYPH_FULL},        {0x06D4, GLYPH_FULL},       {0x0700, GLYPH_FULL},        {0x0701, GLYPH_FULL},
    {0x0702, GLYPH_FULL},        {0x07F9, GLYPH_FULL},       {0x0964, GLYPH_FULL},        {0x0965, GLYPH_FULL},
    {0x104A, GLYPH_FULL},        {0x104B, GLYPH_FULL},       {0x1362, GLYPH_FULL},        {0x1367, GLYPH_FULL},
    {0x1368, GLYPH_FULL},        {0x17D4, GLYPH_FULL},       {0x17D5, GLYPH_FULL},        {0x1803, GLYPH_FULL},
    {0x1809, GLYPH_FULL},        {0x201A, GLYPH_OPEN_QUOTE}, {0x201E, GLYPH_OPEN_QUOTE},  {0x2022, GLYPH_BULLET},
    {0x2023, GLYPH_BULLET},      {0x2026, GLYPH_ELLIPSIS},   {0x2028, GLYPH_BREAK},       {0x2029, GLYPH_BREAK},
    {0x203C, GLYPH_EXCLAIM},     {0x203D, GLYPH_EXCLAIM},    {0x2043, GLYPH_BULLET},      {0x2047, GLYPH_EXCLAIM},
    {0x2048, GLYPH_EXCLAIM},     {0x2049, GLYPH_EXCLAIM},    {0x204C, GLYPH_BULLET},      {0x204D, GLYPH_BULLET},
    {0x2070, GLYPH_CLOSE},       {0x2074, GLYPH_CLOSE},      {0x2075, GLYPH_CLOSE},       {0x2076, GLYPH_CLOSE},
    {0x2077, GLYPH_CLOSE},       {0x2078, GLYPH_CLOSE},      {0x2079, GLYPH_CLOSE},       {0x2219, GLYPH_BULLET},
    {0x25A0, GLYPH_BULLET},      {0x25AA, GLYPH_BULLET},     {0x25B8, GLYPH_BULLET},      {0x25BA, GLYPH_BULLET},
    {0x25CF, GLYPH_BULLET},      {0x25E6, GLYPH_BULLET},     {0x29BF, GLYPH_BULLET},      {0x3001, GLYPH_PAUSE},
    {0x3002, GLYPH_FULL},        {0x300C, GLYPH_OPEN_QUOTE}, {0x300D, GLYPH_CLOSE_QUOTE}, {0x300E, GLYPH_OPEN_QUOTE},
    {0x300F, GLYPH_CLOSE_QUOTE}, {0xFE52, GLYPH_FULL},       {0xFE56, GLYPH_FULL},        {0xFE57, GLYPH_FULL},
    {0xFF01, GLYPH_FULL},        {0xFF0C, GLYPH_PAUSE},      {0xFF0E, GLYPH_FULL},        {0xFF1A, GLYPH_PAUSE},
    {0xFF1B, GLYPH_PAUSE},       {0xFF1F, GLYPH_FULL},       {0xFF61, GLYPH_FULL},
};

static enum glyph wide_glyph(uint32_t code) {
    size_t low = 0;
    for (size_t high = sizeof CODE_GLYPHS / sizeof CODE_GLYPHS[0]; low < high;) {
        const size_t middle = low + (high - low) / 2;
        if (CODE_GLYPHS[middle].code == code) {
            return (enum glyph)CODE_GLYPHS[middle].glyph;
        }
        if (CODE_GLYPHS[middle].code < code) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return category_glyph(code);
}

struct character character_at_wide(const char *text, size_t pos, size_t end) {
    const struct utf8_char c = utf8_decode_multibyte(text + pos, end - pos);
    return (struct character){.code = c.code, .glyph = c.invalid ? GLYPH_OTHER : wide_glyph(c.code), .len = c.len};
}

struct character character_before_wide(const char *text, size_t start, size_t pos) {
    for (size_t len = 2; len <= 4 && len <= pos - start && ((unsigned char)text[pos - len + 1] & 0xC0U) == 0x80U; len++) {
        const struct character c = character_at(text, pos - len, pos);
        if (c.len == len) {
            return c;
        }
    }
    return character_at(text, pos - 1, pos);
}

size_t skip_white(const char *text, size_t pos, size_t end) {
    for (struct character c = character_at(text, pos, end); glyph_is_white(c.glyph); c = character_at(text, pos, end)) {
        pos += c.len;
    }
    return pos;
}

size_t trim_white(const char *text, size_t start, size_t end) {
    for (struct character c = character_before(text, start, end); glyph_is_white(c.glyph); c = character_before(text, start, end)) {
        end -= c.len;
    }
    return end;
}

/* --- List markers ----------------------------------------------------------------------------------------------------- */

static size_t skip_spaces(const char *text, size_t pos, size_t end) {
    for (struct character c = character_at(text, pos, end); c.glyph == GLYPH_SPACE; c = character_at(text, pos, end)) {
        pos += c.len;
    }
    return pos;
}

static bool byte_is_roman(char byte) { return byte != '\0' && strchr("ivxlcIVXLC", byte) != NULL; }

/* Reads the number or letters of a marker and returns their end, or `pos` where there are none. */
static size_t read_ordinal(struct marker *marker, const char *text, size_t pos, size_t end) {
    size_t i = pos;
    while (i < end && i - pos < 3 && ascii_glyph((unsigned char)text[i]) == GLYPH_DIGIT) {
        marker->value = marker->value * 10 + (unsigned)(text[i++] - '0');
    }
    if (i > pos) {
        marker->kind = MARKER_NUMBER;
        return i;
    }
    const enum glyph first = pos < end ? ascii_glyph((unsigned char)text[pos]) : GLYPH_NONE;
    if (first != GLYPH_LOWER && first != GLYPH_UPPER) {
        return pos;
    }
    while (i < end && i - pos < 5 && byte_is_roman(text[i]) && ascii_glyph((unsigned char)text[i]) == first) {
        i++;
    }
    if (i - pos < 2) {
        i = pos + 1;
        marker->value = (unsigned)(text[pos] - (first == GLYPH_LOWER ? 'a' : 'A')) + 1;
    }
    marker->kind = first == GLYPH_LOWER ? MARKER_LOWER : MARKER_UPPER;
    return i;
}

/* Reads what closes a marker: ".", ")", or ".)". */
static size_t read_close(struct marker *marker, const char *text, size_t pos, size_t end) {
    if (pos < end && text[pos] == '.') {
        marker->close = MARKER_DOT;
        pos++;
    }
    if (pos < end && text[pos] == ')') {
        marker->close = marker->close == MARKER_DOT ? MARKER_DOT_BRACKET : MARKER_BRACKET;
        pos++;
    }
    return pos;
}

static struct marker read_item(const char *text, size_t pos, size_t end) {
    struct marker marker = {0};
    marker.opened = pos < end && text[pos] == '(';
    const size_t ordinal = pos + marker.opened;
    const size_t close = read_ordinal(&marker, text, ordinal, end);
    const size_t stop = close > ordinal ? read_close(&marker, text, close, end) : close;
    const struct character next = character_at(text, stop, end);
    const bool closed = marker.opened ? marker.close == MARKER_BRACKET : marker.close != MARKER_OPEN_END;
    if (!closed || (next.glyph != GLYPH_NONE && !glyph_is_white(next.glyph))) {
        return (struct marker){0};
    }
    marker.end = stop;
    return marker;
}

struct marker marker_at(const char *text, size_t pos, size_t end) {
    const struct character c = character_at(text, pos, end);
    const struct character next = character_at(text, pos + c.len, end);
    const bool dash = (c.glyph == GLYPH_DASH || c.code == '*') && glyph_is_white(next.glyph);
    if (c.glyph != GLYPH_BULLET && !dash) {
        return read_item(text, pos, end);
    }
    struct marker item = {0};
    if (c.glyph == GLYPH_BULLET) {
        item = read_item(text, skip_spaces(text, pos + c.len, end), end);
        item.bullet = true;
    }
    if (item.kind == MARKER_NONE) {
        item.kind = dash ? MARKER_DASH : MARKER_BULLET;
        item.end = pos + c.len;
    }
    return item;
}

/* --- Lines ------------------------------------------------------------------------------------------------------------ */

struct line {
    size_t start, end; /* trimmed; equal for a blank line */
    size_t next;       /* behind the line break */
};

#define ONES UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

/* Whether one of eight bytes may begin a line break: it is below 0x0E, or the first byte of U+0085 or U+2028. */
static bool word_may_break(const char *text) {
    uint64_t word;
    memcpy(&word, text, sizeof word);
    const uint64_t nel = word ^ (ONES * 0xC2U);
    const uint64_t separator = word ^ (ONES * 0xE2U);
    const uint64_t control = (word - ONES * 0x0EU) & ~word;
    return ((control | ((nel - ONES) & ~nel) | ((separator - ONES) & ~separator)) & HIGHS) != 0;
}

static size_t find_break(const char *text, size_t pos, size_t len) {
    while (pos < len) {
        if (len - pos >= sizeof(uint64_t) && !word_may_break(text + pos)) {
            pos += sizeof(uint64_t);
            continue;
        }
        const size_t stop = len - pos > sizeof(uint64_t) ? pos + sizeof(uint64_t) : len;
        for (; pos < stop; pos++) {
            const unsigned char byte = (unsigned char)text[pos];
            if ((byte < 0x0E || byte == 0xC2 || byte == 0xE2) && character_at(text, pos, len).glyph == GLYPH_BREAK) {
                return pos;
            }
        }
    }
    return len;
}

static struct line read_line(const char *text, size_t pos, size_t len) {
    const size_t stop = find_break(text, pos, len);
    const bool crlf = len - stop >= 2 && text[stop] == '\r' && text[stop + 1] == '\n';
    const size_t start = skip_white(text, pos, stop);
    return (struct line){
        .start = start,
        .end = trim_white(text, start, stop),
        .next = stop + (crlf ? 2 : character_at(text, stop, len).len),
    };
}

static bool line_is_blank(struct line line) { return line.start == line.end; }

/* In characters: every byte but the continuation bytes of UTF-8. */
static size_t measure_width(const char *text, size_t start, size_t end) {
    size_t n = 0;
    for (size_t i = start; i < end; i++) {
        n += ((unsigned char)text[i] & 0xC0U) != 0x80U;
    }
    return n;
}

static size_t first_word_width(const char *text, struct line line) {
    size_t end = line.start;
    while (end < line.end && end - line.start < WIDTH_MAX && text[end] != ' ') {
        end++;
    }
    return measure_width(text, line.start, end);
}

/* Whether the dots that end at `end` are what an opening bracket holds: "[...]". */
static bool is_omission(const char *text, size_t start, size_t end) {
    struct character c = character_before(text, start, end);
    for (int i = 0; i < 4 && (c.glyph == GLYPH_DOT || c.glyph == GLYPH_ELLIPSIS); i++) {
        end -= c.len;
        c = character_before(text, start, end);
    }
    return c.glyph == GLYPH_OPEN;
}

/* Whether the line ends with a stop, behind which quotes and brackets may close. */
static bool ends_with_stop(const char *text, struct line line) {
    size_t end = line.end;
    for (int i = 0; i < 4; i++) {
        const struct character c = character_before(text, line.start, end);
        if (c.glyph < GLYPH_OPEN || c.glyph > GLYPH_APOSTROPHE) {
            return glyph_is_stop(c.glyph) && !is_omission(text, line.start, end);
        }
        end -= c.len;
    }
    return false;
}

/* The first character that tells how a line starts, behind quotes and brackets that open. */
static enum glyph first_glyph(const char *text, struct line line) {
    size_t pos = line.start;
    struct character c = character_at(text, pos, line.end);
    for (int i = 0; i < 4 && c.glyph >= GLYPH_OPEN && c.glyph != GLYPH_CLOSE; i++) {
        pos += c.len;
        c = character_at(text, pos, line.end);
    }
    return c.glyph;
}

static bool goes_on_lower(const char *text, struct line line) {
    const enum glyph glyph = first_glyph(text, line);
    return (glyph == GLYPH_LOWER || glyph == GLYPH_PAUSE || glyph == GLYPH_CLOSE) &&
           marker_at(text, line.start, line.end).kind == MARKER_NONE;
}

/* --- Speakers --------------------------------------------------------------------------------------------------------- */

static size_t word_end(const char *text, size_t pos, size_t end) {
    while (pos < end && text[pos] != ' ' && text[pos] != ':') {
        pos++;
    }
    return pos;
}

/* A name, a bracket, or a word between names: "of". */
static bool word_fits_tag(const char *text, size_t start, size_t end) {
    const enum glyph first = character_at(text, start, end).glyph;
    struct word_key key;
    return first == GLYPH_UPPER || first == GLYPH_OPEN ||
           (word_key_fold(&key, text + start, end - start) && (word_roles(&key) & WORD_LINK) != 0);
}

static bool word_is_capitals(const char *text, size_t start, size_t end) {
    bool capitals = end > start;
    for (size_t i = start; i < end; i++) {
        capitals = capitals && ascii_glyph((unsigned char)text[i]) == GLYPH_UPPER;
    }
    return capitals;
}

static bool word_is_title(const char *text, size_t start, size_t end) {
    struct word_key key;
    return end > start && text[end - 1] == '.' && word_key_fold(&key, text + start, end - start - 1) &&
           abbreviation_find(&key, true) == ABBREVIATION_NEVER;
}

/* "Q:", "MODERATOR:", "Mr. Smith (Chad):": words that fit up to a colon, the first of them in capitals or a title. Other
 * capitalised words before a colon can be a part of a sentence that was broken at a width. */
static bool starts_with_speaker(const char *text, struct line line) {
    const size_t end = line.end - line.start > TAG_MAX ? line.start + TAG_MAX : line.end;
    const size_t first_end = word_end(text, line.start, end);
    bool bracket = false;
    if (!word_is_capitals(text, line.start, first_end) && !word_is_title(text, line.start, first_end)) {
        return false;
    }
    for (size_t pos = line.start; pos < end;) {
        const size_t stop = word_end(text, pos, end);
        bracket = bracket || text[pos] == '(';
        if (stop > pos && !bracket && !word_fits_tag(text, pos, stop)) {
            return false;
        }
        bracket = bracket && (stop == pos || text[stop - 1] != ')');
        if (stop < end && text[stop] == ':') {
            const enum glyph next = character_at(text, stop + 1, line.end).glyph;
            return next == GLYPH_NONE || glyph_is_white(next);
        }
        pos = stop + 1;
    }
    return false;
}

/* --- Blocks ----------------------------------------------------------------------------------------------------------- */

/* What the breaks between the lines of a paragraph or text tell. */
struct breaks {
    size_t n;
    size_t n_inside; /* no stop before, lower case behind: inside of a sentence */
    size_t n_lower;  /* lines that start in lower case and end without a stop */
};

static void count_break(struct breaks *breaks, const char *text, struct line before, struct line line) {
    breaks->n++;
    breaks->n_inside += goes_on_lower(text, line) && !ends_with_stop(text, before);
}

static bool breaks_wrap(struct breaks breaks) { return breaks.n_inside > 0 && breaks.n_inside >= breaks.n - breaks.n * 3 / 4; }

/* Whether the first word of `line` would not have fitted behind `before`, give or take an eighth of the width. */
static bool line_is_full(const struct layout *layout, struct line before, struct line line) {
    const size_t width = measure_width(layout->text, before.start, before.end) + 1 + first_word_width(layout->text, line);
    return width + layout->width / 8 >= layout->width;
}

/* Whether the lines of the paragraph at `pos` are full but for the last, which alone ends with a stop, and none begins an item:
 * such lines, if neither few nor narrow, were broken at a width even where each begins with a capital letter. */
static bool lines_are_full(const struct layout *layout, size_t pos) {
    struct line before = read_line(layout->text, pos, layout->len);
    for (pos = before.next; pos < layout->paragraph_end;) {
        const struct line line = read_line(layout->text, pos, layout->len);
        if (!line_is_full(layout, before, line) || ends_with_stop(layout->text, before) ||
            marker_at(layout->text, line.start, line.end).kind != MARKER_NONE) {
            return false;
        }
        before = line;
        pos = line.next;
    }
    return layout->width >= WIDTH_MIN && ends_with_stop(layout->text, before);
}

static void measure_paragraph(struct layout *layout, size_t start) {
    size_t pos = start;
    struct breaks breaks = {0};
    struct line before = {0};
    size_t n_lines = 0;
    layout->width = 0;
    for (; pos < layout->len; n_lines++) {
        const struct line line = read_line(layout->text, pos, layout->len);
        if (line_is_blank(line)) {
            break;
        }
        const size_t width = measure_width(layout->text, line.start, line.end);
        layout->width = width > layout->width ? width : layout->width;
        breaks.n_lower += goes_on_lower(layout->text, line) && !ends_with_stop(layout->text, line);
        if (n_lines > 0) {
            count_break(&breaks, layout->text, before, line);
        }
        before = line;
        pos = line.next;
    }
    layout->paragraph_end = pos;
    layout->paragraph_wrapped =
        layout->width <= WIDTH_MAX && (layout->wrapped || breaks_wrap(breaks) || (n_lines >= 3 && lines_are_full(layout, start)));
    layout->paragraph_listed = breaks.n_lower == n_lines && layout->width <= LIST_WIDTH_MAX;
}

void layout_start(struct layout *layout, const char *text, size_t len) {
    *layout = (struct layout){.text = text, .len = len};
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        layout->pos = 3;
    }
    struct breaks breaks = {0};
    struct line before = {0};
    bool started = false;
    bool gap = false;
    for (size_t pos = layout->pos; pos < len;) {
        const struct line line = read_line(text, pos, len);
        if (!line_is_blank(line) && !line_is_blank(before)) {
            count_break(&breaks, text, before, line);
        }
        layout->blanks = layout->blanks || (gap && !line_is_blank(line));
        started = started || !line_is_blank(line);
        gap = started && line_is_blank(line);
        before = line;
        pos = line.next;
    }
    layout->wrapped = breaks_wrap(breaks);
}

/* The line ends in "of", "the", "Mr.", "&": something has to follow. */
static bool ends_open(const char *text, struct line line) {
    if (line.end > line.start && text[line.end - 1] == '&') {
        return true;
    }
    const bool dot = line.end > line.start && text[line.end - 1] == '.';
    const size_t end = line.end - dot;
    size_t start = end;
    while (start > line.start && end - start < WORD_SIZE && glyph_is_letter(ascii_glyph((unsigned char)text[start - 1]))) {
        start--;
    }
    struct word_key key;
    if (!word_key_fold(&key, text + start, end - start)) {
        return false;
    }
    const bool capital = ascii_glyph((unsigned char)text[start]) == GLYPH_UPPER;
    return dot ? abbreviation_find(&key, capital) == ABBREVIATION_NEVER : !capital && (word_roles(&key) & WORD_LINK) != 0;
}

/* "p. 55": a letter with a dot before a number. */
static bool is_page(const char *text, struct marker marker, struct line line) {
    const size_t next = skip_spaces(text, marker.end, line.end);
    return marker.kind > MARKER_NUMBER && marker.close == MARKER_DOT && character_at(text, next, line.end).glyph == GLYPH_DIGIT;
}

static bool starts_item(const struct layout *layout, struct line before, struct line line, bool full) {
    const struct marker marker = marker_at(layout->text, line.start, line.end);
    if (marker.kind == MARKER_NONE) {
        return starts_with_speaker(layout->text, line);
    }
    if (is_page(layout->text, marker, line) && ends_open(layout->text, before)) {
        return false;
    }
    if (!full || !layout->paragraph_wrapped || marker.bullet) {
        return true;
    }
    /* a sentence that was broken at a width can go on with "2. ", "(II) ", a dash, or an initial */
    if (marker.kind == MARKER_UPPER) {
        return false;
    }
    return ends_with_stop(layout->text, before) || marker.opened || (marker.close != MARKER_DOT && marker.kind != MARKER_DASH);
}

/* Whether the break between two lines is nothing but white space. */
static bool break_is_soft(const struct layout *layout, struct line before, struct line line) {
    const char *text = layout->text;
    const bool full = line_is_full(layout, before, line);
    if (layout->paragraph_listed || starts_item(layout, before, line, full)) {
        return false;
    }
    if (layout->paragraph_wrapped && full) {
        return true;
    }
    if (goes_on_lower(text, line) && !ends_with_stop(text, before)) {
        return true;
    }
    return ends_open(text, before);
}

static bool skip_blank_lines(struct layout *layout) {
    layout->pos = skip_white(layout->text, layout->pos, layout->len);
    return layout->pos < layout->len;
}

bool layout_next_block(struct layout *layout, struct stance_span *block) {
    if (!skip_blank_lines(layout)) {
        return false;
    }
    if (layout->pos >= layout->paragraph_end) {
        measure_paragraph(layout, layout->pos);
    }
    struct line before = read_line(layout->text, layout->pos, layout->len);
    *block = (struct stance_span){.start = before.start, .end = before.end};
    layout->pos = before.next;
    while (layout->pos < layout->paragraph_end) {
        const struct line line = read_line(layout->text, layout->pos, layout->len);
        if (!break_is_soft(layout, before, line)) {
            break;
        }
        block->end = line.end;
        layout->pos = line.next;
        before = line;
    }
    return true;
}

bool layout_next_paragraph(struct layout *layout, struct stance_span *paragraph) {
    if (!layout->blanks && !layout->wrapped) {
        return layout_next_block(layout, paragraph);
    }
    if (!skip_blank_lines(layout)) {
        return false;
    }
    measure_paragraph(layout, layout->pos);
    *paragraph = (struct stance_span){
        .start = layout->pos,
        .end = trim_white(layout->text, layout->pos, layout->paragraph_end),
    };
    layout->pos = layout->paragraph_end;
    return true;
}
