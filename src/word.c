#include "word.h"

#include <string.h>

enum { WORD_MAX = 32 /* bytes of a word looked at; the tables hold shorter ones */ };

static void describe_word(struct word *word, const char *text) {
    bool single = true;
    unsigned run = 0;
    word->digits = true;
    for (size_t i = word->start; i < word->end;) {
        const struct character c = character_at(text, i, word->end);
        word->capital = word->capital || (i == word->start && c.glyph == GLYPH_UPPER);
        word->digits = word->digits && (c.glyph == GLYPH_DIGIT || c.glyph == GLYPH_DOT);
        word->has_dot = word->has_dot || c.glyph == GLYPH_DOT;
        run = c.glyph == GLYPH_DOT ? 0 : run + 1;
        single = single && run <= 1 && c.glyph != GLYPH_DIGIT;
        word->n_chars++;
        i += c.len;
    }
    word->digits = word->digits && word->n_chars > 0;
    word->dotted = word->has_dot && single && !word->digits;
    word->known = word_key_fold(&word->key, text + word->start, word->end - word->start);
}

struct word word_before(const struct cutter *c, size_t end) {
    struct word word = {.start = end, .end = end};
    while (end - word.start < WORD_MAX) {
        const struct character last = cutter_before(c, word.start);
        const bool dot = last.glyph == GLYPH_DOT && word.start < end && glyph_is_word(cutter_before(c, word.start - 1).glyph);
        if (!dot && !glyph_is_word(last.glyph)) {
            break;
        }
        word.start -= last.len;
    }
    describe_word(&word, c->text);
    return word;
}

struct word word_before_word(const struct cutter *c, struct word word) {
    size_t end = word.start;
    for (int i = 0; i < 2 && glyph_is_white(cutter_before(c, end).glyph); i++) {
        end -= cutter_before(c, end).len;
    }
    return word_before(c, end);
}

struct word word_at(const struct cutter *c, size_t pos) {
    struct word word = {.start = pos, .end = pos};
    for (struct character next = cutter_at(c, pos); glyph_is_letter(next.glyph) && word.end - pos < WORD_MAX;
         next = cutter_at(c, word.end)) {
        word.end += next.len;
    }
    describe_word(&word, c->text);
    return word;
}

unsigned word_roles_of(struct word word) { return word.known ? word_roles(&word.key) : 0; }

bool word_is(struct word word, const char *text) { return word.known && strcmp(word.key.bytes, text) == 0; }

enum abbreviation word_abbreviation(struct word word) {
    const enum abbreviation found = word.known ? abbreviation_find(&word.key, word.capital) : ABBREVIATION_NONE;
    return found == ABBREVIATION_NONE && word.dotted ? ABBREVIATION_START : found;
}

struct word word_abbreviated_before(const struct cutter *c, struct word word) {
    const struct word none = word_before_word(c, word);
    const bool dot = none.n_chars == 0 && cutter_before(c, none.end).glyph == GLYPH_DOT;
    return dot ? word_before(c, none.end - 1) : (struct word){0};
}

bool word_is_roman(const struct cutter *c, struct word word) {
    for (size_t i = word.start; i < word.end; i++) {
        if (strchr("IVXLC", c->text[i]) == NULL || c->text[i] == '\0') {
            return false;
        }
    }
    return word.n_chars > 0;
}

bool word_is_initial(const struct cutter *c, struct word word) {
    const enum glyph glyph = cutter_before(c, word.start).glyph;
    return word.n_chars == 1 && word.capital && glyph != GLYPH_OTHER && glyph != GLYPH_CLOSE_QUOTE && glyph != GLYPH_APOSTROPHE;
}
