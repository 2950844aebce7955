#include "ahead.h"

#include "word.h"

enum { OPENERS_MAX = 8 /* quotes, brackets and dashes passed over before a word */ };

/* Passes over one thing that may stand before a statement's first word; returns `pos` where there is none. */
static size_t pass_opening(const struct cutter *c, struct ahead *ahead, size_t pos) {
    const struct character here = cutter_at(c, pos);
    const size_t next = pos + here.len;
    switch (here.glyph) {
    case GLYPH_OPEN: ahead->bracket = true; return next;
    case GLYPH_OPEN_QUOTE:
    case GLYPH_CLOSE_QUOTE:
    case GLYPH_QUOTE:
    case GLYPH_APOSTROPHE: ahead->quote = true; return skip_white(c->text, next, c->end);
    case GLYPH_INVERTED: ahead->inverted = true; return next;
    case GLYPH_DASH: ahead->dash = true; return skip_white(c->text, next, c->end);
    case GLYPH_ELLIPSIS: return skip_white(c->text, next, c->end);
    case GLYPH_DOT:
        return cutter_at(c, next).glyph == GLYPH_DOT || pos > ahead->first_pos ? skip_white(c->text, next, c->end) : pos;
    case GLYPH_CLOSE: return ahead->bracket ? skip_white(c->text, next, c->end) : pos;
    default: return pos;
    }
}

struct ahead ahead_look(const struct cutter *c, size_t pos) {
    struct ahead ahead = {.first_pos = skip_white(c->text, pos, c->end)};
    ahead.white = ahead.first_pos > pos;
    ahead.first = cutter_at(c, ahead.first_pos);
    ahead.pos = ahead.first_pos;
    for (int i = 0; i < OPENERS_MAX; i++) {
        const size_t next = pass_opening(c, &ahead, ahead.pos);
        if (next == ahead.pos) {
            break;
        }
        ahead.pos = next;
    }
    ahead.glyph = cutter_at(c, ahead.pos);
    return ahead;
}

bool ahead_opens_sentence(const struct cutter *c, const struct ahead *ahead) {
    const struct word word = word_at(c, ahead->pos);
    if (ahead->inverted) {
        return true;
    }
    if ((word_roles_of(word) & WORD_OPENER) == 0 || !(word.capital || c->lower_only)) {
        return false;
    }
    const struct character next = cutter_at(c, word.end);
    if (next.glyph == GLYPH_DASH || (next.glyph == GLYPH_DOT && word.n_chars == 1)) {
        return false;
    }
    return word.n_chars == 1 || cutter_at(c, word.start + 1).glyph == GLYPH_LOWER;
}

/* Whether the lone capital at `word` names a part, "vol. I of", "p. A 29", and does not open a statement: "arts. I am". */
static bool is_part_letter(const struct cutter *c, struct word word) {
    const struct character next = cutter_at(c, word.end);
    if (next.glyph != GLYPH_SPACE) {
        return true;
    }
    const struct word after = word_at(c, word.end + next.len);
    return after.n_chars == 0 || (after.capital && word_is_roman(c, word)) || (word_roles_of(after) & WORD_LINK) != 0;
}

bool ahead_is_number(const struct cutter *c, const struct ahead *ahead, bool with_letters) {
    if (ahead->glyph.glyph == GLYPH_DIGIT || ahead->glyph.code == 0xA7) {
        return true;
    }
    const struct word word = word_at(c, ahead->pos);
    const struct character next = cutter_at(c, word.end);
    if (!word.capital || word.n_chars > 1) {
        return word_is_roman(c, word);
    }
    if (next.glyph == GLYPH_DIGIT || next.code == '/' || next.glyph == GLYPH_DASH) {
        return true;
    }
    return with_letters && ahead->glyph.code <= 'Z' && is_part_letter(c, word);
}

/* Behind the 's that may stand at `pos`. */
static size_t skip_possessive(const struct cutter *c, size_t pos) {
    const struct character mark = cutter_at(c, pos);
    const bool apostrophe = mark.glyph == GLYPH_APOSTROPHE || mark.code == 0x2019;
    return apostrophe && cutter_at(c, pos + mark.len).code == 's' ? pos + mark.len + 1 : pos;
}

bool ahead_reports(const struct cutter *c, const struct ahead *ahead) {
    size_t pos = ahead->pos;
    for (int i = 0; i < 5; i++) {
        const struct word word = word_at(c, pos);
        if (i > 0 && !word.capital) {
            return (word_roles_of(word) & WORD_REPORTING) != 0;
        }
        if (!word.capital || (word_roles_of(word) & WORD_OPENER) != 0) {
            return false;
        }
        pos = skip_possessive(c, word.end + (cutter_at(c, word.end).glyph == GLYPH_DOT));
        pos += cutter_at(c, pos).glyph == GLYPH_SPACE ? cutter_at(c, pos).len : 0;
    }
    return false;
}
