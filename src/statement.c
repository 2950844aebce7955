#include "statement.h"

#include <stdlib.h>
#include <string.h>

#include "ahead.h"
#include "array.h"
#include "layout.h"
#include "status.h"
#include "stop.h"
#include "word.h"

enum { LIST_MAX = 1000 /* bytes behind a list's first item in which its second is looked for */ };

static void begin_statement(struct cutter *c, size_t pos) {
    c->start = skip_white(c->text, pos, c->end);
    c->content = c->start;
    c->has_content = false;
    c->depth = 0;
    c->pos = c->start;
    size_t opening = c->start;
    while (opening - c->start < 4 &&
           (cutter_at(c, opening).code == '#' || cutter_at(c, opening).code == '"' || cutter_at(c, opening).code == 0x201C)) {
        opening += cutter_at(c, opening).len;
    }
    const size_t ordinal = cutter_at(c, c->start).code == '#' ? skip_white(c->text, opening, c->end) : opening;
    const struct marker marker = marker_at(c->text, ordinal, c->end);
    if (marker.kind == MARKER_NONE) {
        return;
    }
    c->quoted = c->quoted != (cutter_at(c, c->start).glyph == GLYPH_QUOTE);
    c->content = marker.end;
    c->pos = marker.end;
    c->item = marker;
}

static enum stance_status append_span(struct span_array *spans, size_t start, size_t end, struct stance_error *error) {
    TRY(array_reserve(spans, spans->n + 1, error));
    spans->data[spans->n++] = (struct stance_span){.start = start, .end = end};
    return STANCE_OK;
}

static enum stance_status cut(struct cutter *c, size_t pos) {
    const size_t end = trim_white(c->text, c->start, pos);
    if (end > c->start) {
        TRY(append_span(c->spans, c->start, end, c->error));
    }
    begin_statement(c, pos);
    return STANCE_OK;
}

/* "[...]" and "(...)" are words, as it were. */
static size_t skip_omission(const struct cutter *c, size_t pos) {
    size_t end = pos + 1;
    while (end - pos < 8 &&
           (cutter_at(c, end).glyph == GLYPH_DOT || cutter_at(c, end).glyph == GLYPH_ELLIPSIS || cutter_at(c, end).code == ' ')) {
        end += cutter_at(c, end).len;
    }
    return end > pos + 1 && cutter_at(c, end).glyph == GLYPH_CLOSE ? end + 1 : pos;
}

static void meet_open(struct cutter *c, size_t pos, size_t len) {
    const size_t omission = len == 1 ? skip_omission(c, pos) : pos;
    c->pos = omission > pos ? omission : pos + len;
    if (omission > pos || len > 1) {
        return;
    }
    if (c->depth > 0) {
        c->depth++;
        return;
    }
    c->bracket = pos;
    c->depth = cutter_has_content(c, pos) && cutter_close_is_near(c, pos) ? 1 : 0;
}

/* "para. 2." and "Nov. 2." are no items. */
static bool is_abbreviation_before(const struct cutter *c, size_t start) {
    const struct word previous = word_abbreviated_before(c, (struct word){.start = start});
    switch (word_abbreviation(previous)) {
    case ABBREVIATION_NUMBER: return !word_is_initial(c, previous);
    case ABBREVIATION_START: return (word_roles_of(previous) & WORD_DATE) != 0;
    default: return false;
    }
}

/* "in 2.", "article 2.", "May 2." are no items; "item 2." is one but behind "agenda". */
static bool is_referred_to(const struct cutter *c, size_t start) {
    const struct word previous = word_before_word(c, (struct word){.start = start});
    if (is_abbreviation_before(c, start)) {
        return true;
    }
    if (word_is(previous, "item")) {
        return word_is(word_before_word(c, previous), "agenda");
    }
    return (word_roles_of(previous) & (WORD_REFERENCE | WORD_LINK | WORD_DATE)) != 0;
}

static bool item_opens(const struct cutter *c, size_t end) { return ahead_look(c, end).glyph.glyph == GLYPH_UPPER; }

/* Where the next item of a list on one line begins, if the mark at `pos` is a part of its marker; else `pos`. */
static size_t find_next_item(const struct cutter *c, size_t pos) {
    if (c->item.kind < MARKER_NUMBER || c->item.value == 0) {
        return pos;
    }
    size_t start = pos;
    while (start > c->content && pos - start < 3 && glyph_is_word(cutter_before(c, start).glyph)) {
        start -= cutter_before(c, start).len;
    }
    start -= c->item.opened && cutter_before(c, start).code == '(' ? 1 : 0;
    const struct marker marker = marker_at(c->text, start, c->end);
    if (start == pos || !glyph_is_white(cutter_before(c, start).glyph) || marker.kind != c->item.kind ||
        marker.close != c->item.close || marker.opened != c->item.opened || marker.value != c->item.value + 1) {
        return pos;
    }
    return marker.close == MARKER_DOT && (!item_opens(c, marker.end) || is_referred_to(c, start)) ? pos : start;
}

/* "decided: 1. Chad left. 2. Mali came.": the dot at `pos` belongs to a first item behind a colon, and a second one is near. */
static bool is_first_item(const struct cutter *c, size_t pos) {
    if (pos - c->start < 4 || memcmp(c->text + pos - 3, ": 1.", 4) != 0 || !item_opens(c, pos + 1)) {
        return false;
    }
    const size_t end = c->end - pos > LIST_MAX ? pos + LIST_MAX : c->end;
    for (size_t i = pos; i + 4 < end; i++) {
        if (memcmp(c->text + i, " 2. ", 4) == 0) {
            return item_opens(c, i + 3) && !is_referred_to(c, i + 1);
        }
    }
    return false;
}

static size_t find_item(const struct cutter *c, size_t pos) { return is_first_item(c, pos) ? pos - 1 : find_next_item(c, pos); }

static bool byte_ends_address(char byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r') || byte == '"' || byte == '<' || byte == '>';
}

/* Behind the address that `pos` is in, without the punctuation at its end. */
static size_t skip_address(const struct cutter *c, size_t pos) {
    size_t end = pos;
    while (end < c->end && !byte_ends_address(c->text[end]) && character_at(c->text, end, c->end).glyph != GLYPH_SPACE) {
        end += cutter_at(c, end).len;
    }
    while (end > pos && strchr(".,;:!?)]'", c->text[end - 1]) != NULL && c->text[end - 1] != '\0') {
        end--;
    }
    return end;
}

static bool follows_www(const struct cutter *c, size_t pos) {
    return pos - c->start >= 3 && (c->text[pos - 1] | 0x20) == 'w' && word_is(word_before(c, pos), "www");
}

static enum stance_status meet_stop(struct cutter *c, size_t pos) {
    const size_t item = find_item(c, pos);
    if (item != pos) {
        return cut(c, item);
    }
    if (follows_www(c, pos)) {
        c->pos = skip_address(c, pos + 1);
        return STANCE_OK;
    }
    struct stop stop = stop_read(c, pos);
    if (stop_ends(c, &stop)) {
        return cut(c, stop.end);
    }
    c->pos = stop.end;
    return STANCE_OK;
}

static enum stance_status meet_close(struct cutter *c, size_t pos, size_t len) {
    const size_t item = find_item(c, pos);
    if (item != pos) {
        return cut(c, item);
    }
    c->pos = pos + len;
    if (len == 1) {
        cutter_close_bracket(c, pos);
    }
    return STANCE_OK;
}

/* A dot inside of a number or a name: nothing to decide. */
static bool is_inner_dot(const struct cutter *c, size_t pos) {
    if (c->text[pos] != '.' || pos + 1 >= c->end) {
        return false;
    }
    const char next = c->text[pos + 1];
    return next >= 'a' && next <= 'z' && !follows_www(c, pos);
}

static enum stance_status meet(struct cutter *c) {
    const size_t pos = c->pos;
    const struct character here = cutter_at(c, pos);
    c->pos = pos + here.len;
    switch (here.glyph) {
    case GLYPH_DOT:
        if (is_inner_dot(c, pos)) {
            return STANCE_OK;
        }
        return meet_stop(c, pos);
    case GLYPH_ELLIPSIS:
    case GLYPH_EXCLAIM:
    case GLYPH_FULL: return meet_stop(c, pos);
    case GLYPH_QUOTE: c->quoted = !c->quoted; return STANCE_OK;
    case GLYPH_OPEN: meet_open(c, pos, here.len); return STANCE_OK;
    case GLYPH_CLOSE: return meet_close(c, pos, here.len);
    case GLYPH_PAUSE:
        if (c->end - pos > 2 && memcmp(c->text + pos, "://", 3) == 0) {
            c->pos = skip_address(c, pos + 3);
        }
        return STANCE_OK;
    case GLYPH_BULLET: return glyph_is_white(cutter_before(c, pos).glyph) ? cut(c, pos) : STANCE_OK;
    default: return STANCE_OK;
    }
}

/* Bytes that may begin something to decide on; all others are passed over. */
static const uint8_t ATTEND[256] = {
    ['.'] = 1,  ['!'] = 1,  ['?'] = 1,  ['"'] = 1,  [':'] = 1,  ['('] = 1,  [')'] = 1,  ['['] = 1,
    [']'] = 1,  ['{'] = 1,  ['}'] = 1,  [0xCD] = 1, [0xD6] = 1, [0xD8] = 1, [0xDB] = 1, [0xDC] = 1,
    [0xDF] = 1, [0xE0] = 1, [0xE1] = 1, [0xE2] = 1, [0xE3] = 1, [0xEF] = 1,
};

static enum stance_status cut_block(struct cutter *c) {
    begin_statement(c, c->begin);
    while (c->pos < c->end) {
        if (ATTEND[(unsigned char)c->text[c->pos]]) {
            TRY(meet(c));
        } else {
            c->pos++;
        }
    }
    return cut(c, c->end);
}

static enum stance_status split_statements(struct span_array *spans, struct layout *layout, struct stance_error *error) {
    struct stance_span block;
    while (layout_next_block(layout, &block)) {
        struct cutter cutter = {
            .spans = spans, .error = error, .text = layout->text, .begin = block.start, .end = block.end, .start = block.start};
        TRY(cut_block(&cutter));
    }
    return STANCE_OK;
}

static enum stance_status split_paragraphs(struct span_array *spans, struct layout *layout, struct stance_error *error) {
    struct stance_span paragraph;
    while (layout_next_paragraph(layout, &paragraph)) {
        TRY(append_span(spans, paragraph.start, paragraph.end, error));
    }
    return STANCE_OK;
}

static enum stance_status split_document(struct span_array *spans, const struct layout *layout, struct stance_error *error) {
    const size_t start = skip_white(layout->text, layout->pos, layout->len);
    return start < layout->len ? append_span(spans, start, trim_white(layout->text, start, layout->len), error) : STANCE_OK;
}

enum stance_status statement_split(struct span_array *spans, const char *text, size_t len, enum stance_unit unit,
                                   struct stance_error *error) {
    struct layout layout;
    layout_start(&layout, text, len);
    switch (unit) {
    case STANCE_UNIT_STATEMENT: return split_statements(spans, &layout, error);
    case STANCE_UNIT_PARAGRAPH: return split_paragraphs(spans, &layout, error);
    case STANCE_UNIT_DOCUMENT: return split_document(spans, &layout, error);
    }
    return status_set(error, STANCE_ERROR_ARGUMENT, "unit %d is none of statement, paragraph and document", (int)unit);
}

struct stance_splitter {
    struct span_array spans;
};

enum stance_status stance_splitter_new(struct stance_splitter **splitter, struct stance_error *error) {
    struct stance_splitter *new = array_new(1, sizeof *new, error);
    if (new == NULL) {
        return STANCE_ERROR_MEMORY;
    }
    *splitter = new;
    return STANCE_OK;
}

void stance_splitter_free(struct stance_splitter *splitter) {
    if (splitter != NULL) {
        free(splitter->spans.data);
        free(splitter);
    }
}

enum stance_status stance_splitter_split(struct stance_splitter *splitter, const char *text, size_t len, enum stance_unit unit,
                                         const struct stance_span **spans, size_t *n, struct stance_error *error) {
    splitter->spans.n = 0;
    TRY(statement_split(&splitter->spans, text, len, unit, error));
    *spans = splitter->spans.data;
    *n = splitter->spans.n;
    return STANCE_OK;
}
