#include "cutter.h"

bool cutter_has_content(struct cutter *c, size_t pos) {
    while (!c->has_content && c->content < pos) {
        const struct character next = cutter_at(c, c->content);
        c->has_content = glyph_is_word(next.glyph);
        c->content += c->has_content ? 0 : next.len;
    }
    return c->has_content && c->content < pos;
}

bool cutter_is_lower_only(struct cutter *c) {
    if (!c->lower_known) {
        size_t pos = c->begin;
        while (pos < c->end && cutter_at(c, pos).glyph != GLYPH_UPPER) {
            pos += cutter_at(c, pos).len;
        }
        c->lower_known = true;
        c->lower_only = pos == c->end;
    }
    return c->lower_only;
}

void cutter_find_close(struct cutter *c, size_t pos) {
    if (c->next_close > pos) {
        return;
    }
    c->next_close = pos + 1;
    while (c->next_close < c->end && c->text[c->next_close] != ')' && c->text[c->next_close] != ']') {
        c->next_close++;
    }
}

bool cutter_close_is_near(struct cutter *c, size_t pos) {
    cutter_find_close(c, pos);
    return c->next_close < c->end && c->next_close - c->bracket <= BRACKET_MAX;
}

void cutter_close_bracket(struct cutter *c, size_t pos) {
    c->depth -= c->depth > 0;
    if (c->depth > 0 && !cutter_close_is_near(c, pos)) {
        c->depth = 0;
    }
}
