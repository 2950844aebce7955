#include "stop.h"

#include <string.h>

#include "ahead.h"
#include "word.h"

enum {
    REMARK_MAX = 80,   /* bytes; of a citation or stage direction in brackets */
    TOKEN_MAX = 64,    /* bytes looked at for a domain name or e-mail address */
    DATELINE_MAX = 32, /* bytes before the date in a dateline */
    CLOCK_MAX = 32,    /* bytes before the "p.m." of a statement that opens with a time of day */
    EMOJI_MAX = 64     /* bytes of the pictures behind a stop */
};

/* --- Stops ------------------------------------------------------------------------------------------------------------ */

static void add_stop(struct stop *stop, struct character c) {
    stop->n_dots += c.glyph == GLYPH_DOT;
    stop->ellipsis = stop->ellipsis || c.glyph == GLYPH_ELLIPSIS;
    stop->exclaim = stop->exclaim || c.glyph == GLYPH_EXCLAIM;
    stop->full = stop->full || c.glyph == GLYPH_FULL;
    stop->end += c.len;
}

/* Whether ". ." goes on at the white space `space`: a dot follows that is not the one of ".5". */
static bool dots_go_on(const struct cutter *c, const struct stop *stop, struct character space) {
    const size_t dot = stop->end + space.len;
    return glyph_is_white(space.glyph) && stop->n_dots > 0 && !stop->exclaim && !stop->full &&
           cutter_at(c, dot).glyph == GLYPH_DOT && !glyph_is_word(cutter_at(c, dot + 1).glyph);
}

static void read_stops(const struct cutter *c, struct stop *stop) {
    for (;;) {
        const struct character next = cutter_at(c, stop->end);
        if (glyph_is_stop(next.glyph)) {
            add_stop(stop, next);
            stop->first_end = stop->first_end == 0 ? stop->end : stop->first_end;
        } else if (dots_go_on(c, stop, next)) {
            stop->spaced = true;
            stop->end += next.len;
        } else {
            return;
        }
    }
}

/* Whether the quote at `pos` closes. French and tokenised text put white space before it. */
static bool quote_closes(const struct cutter *c, struct character quote, size_t pos, bool spaced) {
    const bool word_follows = glyph_is_word(cutter_at(c, pos + quote.len).glyph);
    switch (quote.glyph) {
    case GLYPH_QUOTE: return c->quoted ? !spaced || !word_follows : !spaced && !word_follows;
    case GLYPH_APOSTROPHE:
    case GLYPH_OPEN_QUOTE: return !spaced && !word_follows;
    case GLYPH_CLOSE_QUOTE: return quote.code == 0x2019 ? !spaced && !word_follows : !spaced || !word_follows;
    default: return false;
    }
}

/* "[12]" right behind a stop is the number of a note. */
static size_t note_end(const struct cutter *c, size_t pos) {
    size_t end = pos + 1;
    if (pos >= c->end || c->text[pos] != '[') {
        return pos;
    }
    while (end - pos < 5 && cutter_at(c, end).glyph == GLYPH_DIGIT) {
        end++;
    }
    return end - pos > 1 && end < c->end && c->text[end] == ']' ? end + 1 : pos;
}

/* " [2041st meeting, para. 3]" behind a stop belongs to what it cites. */
static size_t citation_end(const struct cutter *c, size_t pos) {
    const size_t start = skip_white(c->text, pos, pos + 2 < c->end ? pos + 2 : c->end);
    if (start >= c->end || c->text[start] != '[' || cutter_at(c, start + 1).glyph == GLYPH_DOT) {
        return pos;
    }
    bool digit = c->end - start > 4 && memcmp(c->text + start + 2, "bid", 3) == 0; /* "[Ibid.]" */
    const bool lone = note_end(c, start) > start;                                  /* "[1] The first": the marker of what follows */
    for (size_t i = start + 1; i < c->end && i - start < REMARK_MAX && !lone; i++) {
        digit = digit || (c->text[i] >= '0' && c->text[i] <= '9');
        if (c->text[i] == ']') {
            return digit ? i + 1 : pos;
        }
    }
    return pos;
}

/* Takes one closing mark into the stop; false where there is none. */
static bool read_closer(struct cutter *c, struct stop *stop) {
    const size_t pos = skip_white(c->text, stop->end, stop->end + 4 < c->end ? stop->end + 4 : c->end);
    const struct character next = cutter_at(c, pos);
    if (next.glyph == GLYPH_CLOSE && pos == stop->end) {
        stop->closes_bracket = true;
        cutter_close_bracket(c, pos);
    } else if (quote_closes(c, next, pos, pos > stop->end)) {
        stop->closes_quote = true;
        c->quoted = c->quoted != (next.glyph == GLYPH_QUOTE);
    } else if (glyph_is_stop(next.glyph) && pos == stop->end) {
        stop->repeated = true;
        add_stop(stop, next);
        return true;
    } else {
        const size_t lone = note_end(c, stop->end);
        const size_t note = lone > stop->end ? lone : citation_end(c, stop->end);
        const bool found = note > stop->end;
        stop->end = note;
        return found;
    }
    stop->end = pos + next.len;
    return true;
}

struct stop stop_read(struct cutter *c, size_t pos) {
    struct stop stop = {.start = pos, .end = pos};
    read_stops(c, &stop);
    while (read_closer(c, &stop)) {
    }
    return stop;
}

/* --- Rules ------------------------------------------------------------------------------------------------------------ */

/* "MOSCOW. Jan 3 (...)": a dateline with a stop. */
static bool is_dateline(const struct cutter *c, const struct stop *stop, const struct ahead *ahead) {
    if (c->start != c->begin || stop->start - c->start > DATELINE_MAX || (word_roles_of(word_at(c, ahead->pos)) & WORD_DATE) == 0) {
        return false;
    }
    for (size_t i = c->start; i < stop->start; i++) {
        if (c->text[i] >= 'a' && c->text[i] <= 'z') {
            return false;
        }
    }
    return true;
}

/* "Article 1. The parties", "Chapter IV. Scope": nothing but what numbers a part has been said yet. */
static bool is_part_title(const struct cutter *c, struct word word) {
    const struct word previous = word_before_word(c, word);
    return previous.start == c->content && (word_roles_of(previous) & WORD_REFERENCE) != 0 &&
           (word.digits || word_is_roman(c, word));
}

/* The stop of an ordinary word, before white space and anything but lower case. */
static bool plain_ends(const struct cutter *c, const struct stop *stop, const struct ahead *ahead, struct word word) {
    if (word.digits && word.has_dot && word.start == c->content) {
        return false; /* the number of a section: "2.4.1. Scope" */
    }
    if (word.digits && ahead->glyph.glyph == GLYPH_DIGIT && (word_roles_of(word_before_word(c, word)) & WORD_REFERENCE) != 0) {
        return false; /* "Article 2. 4" */
    }
    return !is_dateline(c, stop, ahead);
}

/* "you and I." is the pronoun, "by I. Ivanov" an initial. */
static bool is_pronoun(const struct cutter *c, struct word word, struct word previous) {
    const bool initial = (word_roles_of(previous) & WORD_LINK) != 0 && !word_is(previous, "and") && !word_is(previous, "or") &&
                         !word_is(previous, "than") && !word_is(previous, "as") && !word_is(previous, "is");
    return c->text[word.start] == 'I' && previous.n_chars > 0 && !previous.capital && !initial;
}

/* "Will Smith", "So Young", "He Jun": the word that seems to open a statement is a name. "So they" has none. */
static bool opener_is_name(const struct cutter *c, const struct ahead *ahead) {
    const struct word word = word_at(c, ahead->pos);
    const struct word next = word_at(c, skip_white(c->text, word.end, c->end));
    if (word_is(word, "he")) {
        return next.capital;
    }
    return (word_roles_of(word) & WORD_NAME) != 0 && (word_roles_of(next) & WORD_PRONOUN) == 0;
}

/* "ch. B", "fig. A", but neither "Pt. J. Nehru" nor "ed. J. Smith". */
static bool letter_is_referred_to(const struct cutter *c, struct word letter) {
    if ((word_roles_of(word_before_word(c, letter)) & WORD_REFERENCE) != 0) {
        return true;
    }
    const struct word previous = word_abbreviated_before(c, letter);
    return word_abbreviation(previous) == ABBREVIATION_NUMBER && previous.n_chars > 1 && !previous.capital &&
           !word_is(previous, "ed");
}

/* A single capital letter: "George W. Bush", "plan B. Then". */
static bool initial_ends(const struct cutter *c, const struct ahead *ahead, struct word word) {
    if (ahead->glyph.glyph != GLYPH_UPPER) {
        return true;
    }
    if (letter_is_referred_to(c, word) || is_pronoun(c, word, word_before_word(c, word))) {
        return true;
    }
    return ahead_opens_sentence(c, ahead) && !opener_is_name(c, ahead);
}

/* "At 5 a.m. Mr. Smith went": nothing but the time of day has been said yet. */
static bool is_early(const struct cutter *c, struct word word) {
    const struct word first = word_at(c, c->content);
    return word.start - c->content < CLOCK_MAX && (word_roles_of(first) & WORD_PREPOSITION) != 0 &&
           skip_white(c->text, first.end, word.start) + 6 >= word.start;
}

static bool clock_ends(const struct cutter *c, const struct ahead *ahead, struct word word) {
    const struct word next = word_at(c, ahead->pos);
    if (word.capital && !word_before_word(c, word).digits) {
        return ahead_opens_sentence(c, ahead); /* "P.M. Modi" */
    }
    if (ahead->bracket || ahead->glyph.glyph == GLYPH_DIGIT || (word_roles_of(next) & (WORD_DATE | WORD_ZONE)) != 0) {
        return false;
    }
    if (is_early(c, word)) {
        return ahead_opens_sentence(c, ahead);
    }
    const struct word after = word_at(c, skip_white(c->text, next.end, next.end + 1 < c->end ? next.end + 1 : c->end));
    return !word_is(after, "time");
}

/* "DOC" is an abbreviation in a text in capitals alone, else a name. */
static bool is_acronym(const struct cutter *c, const struct ahead *ahead, struct word word) {
    const struct word next = word_at(c, ahead->pos);
    return word.n_chars >= 3 && !word.has_dot && cutter_at(c, word.start + 1).glyph == GLYPH_UPPER &&
           (next.n_chars < 2 || cutter_at(c, next.start + cutter_at(c, next.start).len).glyph != GLYPH_UPPER);
}

/* "Hun Sen. In his message": what looks like a title ends a name, and another sentence opens. */
static bool is_surname(const struct cutter *c, const struct ahead *ahead, struct word word) {
    return word.capital && word_before_word(c, word).capital && ahead_opens_sentence(c, ahead) && !opener_is_name(c, ahead);
}

/* "Acme Inc. Mr. Smith", but "U.S. Mr. Smith" goes on. */
static bool title_follows(const struct cutter *c, const struct ahead *ahead, struct word word) {
    const struct word next = word_at(c, ahead->pos);
    return !word.has_dot && next.capital && (word_is(next, "mr") || word_is(next, "mrs") || word_is(next, "ms"));
}

static bool abbreviation_ends(const struct cutter *c, const struct stop *stop, const struct ahead *ahead, struct word word) {
    switch (word_abbreviation(word)) {
    case ABBREVIATION_NEVER: return is_surname(c, ahead, word);
    case ABBREVIATION_NUMBER:
        if (ahead_is_number(c, ahead, !word_is(word, "no"))) {
            return false;
        }
        return word_is_initial(c, word) ? initial_ends(c, ahead, word) : plain_ends(c, stop, ahead, word);
    case ABBREVIATION_CLOCK: return clock_ends(c, ahead, word);
    case ABBREVIATION_START:
        if (word.dotted && word.start == c->content) {
            return false; /* "U.S. Has No Plans" */
        }
        return ahead_opens_sentence(c, ahead) || title_follows(c, ahead, word);
    default: return initial_ends(c, ahead, word);
    }
}

/* The last bracket opened where the statement starts: "(It was signed by the U.S.) The". */
static bool is_bracketed(const struct cutter *c) { return c->bracket == c->start && cutter_at(c, c->start).glyph == GLYPH_OPEN; }

static bool dot_ends(const struct cutter *c, const struct stop *stop, const struct ahead *ahead) {
    struct word word = word_before(c, stop->start);
    if (word.n_chars == 0) {
        word = word_before_word(c, word); /* "Mr ." in tokenised text */
    }
    if (stop->repeated) {
        return true;
    }
    if (is_part_title(c, word)) {
        return false;
    }
    if (is_acronym(c, ahead, word) || (word_abbreviation(word) == ABBREVIATION_NONE && !word_is_initial(c, word))) {
        return plain_ends(c, stop, ahead, word);
    }
    if (ahead->dash) {
        return false;
    }
    if (stop->closes_bracket) {
        return is_bracketed(c) && word.start > c->content && ahead_opens_sentence(c, ahead);
    }
    if (stop->closes_quote && ahead->glyph.glyph == GLYPH_UPPER) {
        return !ahead_reports(c, ahead);
    }
    return abbreviation_ends(c, stop, ahead, word);
}

static bool exclaim_ends(const struct cutter *c, const struct stop *stop, const struct ahead *ahead) {
    const struct word word = word_before(c, stop->start);
    if (word.capital && (word_roles_of(word) & WORD_CALL) != 0) {
        return ahead_opens_sentence(c, ahead);
    }
    if (cutter_before(c, stop->start).glyph == GLYPH_OPEN && !stop->repeated) {
        return false; /* "(?)" */
    }
    return !stop->closes_quote || !ahead_reports(c, ahead);
}

static bool ellipsis_ends(const struct cutter *c, struct stop *stop, const struct ahead *ahead) {
    if (stop->spaced && stop->first_end < stop->end && glyph_is_white(cutter_at(c, stop->first_end).glyph) &&
        glyph_is_word(cutter_before(c, stop->start).glyph) && stop->n_dots > 3 && !stop->closes_quote) {
        stop->end = stop->first_end; /* "compounds. . . . The": the first is the stop, the ellipsis opens */
        return true;
    }
    if (stop->n_dots > 3 || (stop->ellipsis && stop->n_dots > 0)) {
        return true;
    }
    if (stop->closes_quote) {
        return !ahead_reports(c, ahead);
    }
    if (ahead->quote && glyph_is_word(cutter_before(c, stop->start).glyph)) {
        return true;
    }
    return ahead_opens_sentence(c, ahead) && !word_is(word_at(c, ahead->pos), "i");
}

/* Whether the bracket ahead belongs to the statement before: '"It is false." (Smith 55).' */
static bool is_citation(struct cutter *c, const struct ahead *ahead) {
    cutter_find_close(c, ahead->first_pos);
    const size_t close = c->next_close;
    if (close >= c->end || close - ahead->first_pos > BRACKET_MAX || glyph_is_stop(cutter_before(c, close).glyph)) {
        return false;
    }
    const enum glyph next = cutter_at(c, close + 1).glyph;
    return next == GLYPH_DOT || next == GLYPH_PAUSE;
}

/* A remark of its own in lower case, "(spoke in English) The". */
static bool is_remark(struct cutter *c, const struct ahead *ahead) {
    cutter_find_close(c, ahead->first_pos);
    const size_t close = c->next_close;
    if (ahead->first.glyph != GLYPH_OPEN || close >= c->end || close - ahead->first_pos > REMARK_MAX) {
        return false;
    }
    const struct ahead after = ahead_look(c, close + 1);
    return after.white && after.glyph.glyph == GLYPH_UPPER;
}

static bool is_operator(uint32_t code) { return code > 0 && code < 0x80 && strchr("&/+=%|<>", (int)code) != NULL; }

/* Asterisks at the end of a block, which close a text or point to a note. */
static bool is_trailing(const struct cutter *c, size_t pos) {
    while (cutter_at(c, pos).code == '*') {
        pos++;
    }
    return skip_white(c->text, pos, c->end) >= c->end;
}

/* Whether what follows can begin a statement at all. */
static bool can_begin(struct cutter *c, const struct stop *stop, const struct ahead *ahead) {
    switch (ahead->first.glyph) {
    case GLYPH_PAUSE:
    case GLYPH_CLOSE:
    case GLYPH_DOT:
    case GLYPH_EXCLAIM:
    case GLYPH_FULL:
        if (ahead->first.glyph != GLYPH_DOT || ahead->pos == ahead->first_pos) {
            return false;
        }
        break;
    case GLYPH_OPEN:
        if (is_citation(c, ahead)) {
            return false;
        }
        break;
    case GLYPH_BULLET: return true;
    default: break;
    }
    if (ahead->glyph.glyph == GLYPH_LOWER) {
        return (ahead->bracket && is_remark(c, ahead)) || (cutter_is_lower_only(c) && !stop->ellipsis && stop->n_dots < 2);
    }
    return ahead->glyph.glyph != GLYPH_OTHER || (!is_operator(ahead->glyph.code) && !is_trailing(c, ahead->pos));
}

/* --- Stops without white space behind them ---------------------------------------------------------------------------- */

/* The rest of the token at `pos` looks like a part of a domain name, address or path. */
static bool is_technical(const struct cutter *c, size_t pos) {
    for (size_t i = pos; i < c->end && i - pos < TOKEN_MAX; i++) {
        const char byte = c->text[i];
        if (byte == '@' || byte == '_' || byte == '/' || byte == '\\' || byte == '=') {
            return true;
        }
        const enum glyph next = byte == '.' ? cutter_at(c, i + 1).glyph : GLYPH_NONE;
        if (next == GLYPH_LOWER || next == GLYPH_DIGIT) {
            return true;
        }
        if (byte == ' ' || byte == '\n') {
            return false;
        }
    }
    return false;
}

/* "the end.The next": a word of two and more letters on each side. */
static bool joined_ends(const struct cutter *c, const struct stop *stop, const struct ahead *ahead) {
    const struct word next = word_at(c, ahead->pos);
    if (!next.capital || cutter_at(c, next.start + cutter_at(c, next.start).len).glyph != GLYPH_LOWER) {
        return false;
    }
    const struct word word = word_before(c, stop->start);
    const enum glyph last = cutter_before(c, stop->start).glyph;
    if (stop->closes_quote || stop->closes_bracket || stop->exclaim) {
        return (word_roles_of(word) & WORD_CALL) == 0;
    }
    if ((last != GLYPH_LOWER && last != GLYPH_DIGIT) || (word.n_chars < 2 && !word.digits) || word.has_dot ||
        word.start == c->content) {
        return false;
    }
    const enum glyph joint = cutter_before(c, word.start).glyph;
    return word_abbreviation(word) == ABBREVIATION_NONE && joint != GLYPH_OTHER && (word_roles_of(next) & WORD_DOMAIN) == 0 &&
           !is_technical(c, ahead->pos);
}

/* Behind at most three digits. */
static size_t skip_digits(const struct cutter *c, size_t pos) {
    size_t end = pos;
    while (end - pos < 3 && cutter_at(c, end).glyph == GLYPH_DIGIT) {
        end += cutter_at(c, end).len;
    }
    return end;
}

/* Behind the mark of a note at `pos`: "12", "3,4", "(5)", or asterisks, which also close what is emphasized. */
static size_t skip_note(const struct cutter *c, size_t pos) {
    size_t end = pos;
    while (end - pos < 3 && cutter_at(c, end).code == '*') {
        end++;
    }
    if (end > pos) {
        return end;
    }
    const bool bracket = cutter_at(c, pos).code == '(';
    const size_t number = pos + bracket;
    end = skip_digits(c, number);
    for (int i = 0; i < 3 && end > number && cutter_at(c, end).code == ','; i++) {
        end = skip_digits(c, end + 1);
    }
    return bracket && end > number && cutter_at(c, end).code == ')' ? end + 1 : bracket ? pos : end;
}

/* Behind the pictures at `pos`, with the joiners and selectors between them. */
static size_t skip_emoji(const struct cutter *c, size_t pos) {
    size_t end = pos;
    for (struct character next = cutter_at(c, end); end - pos < EMOJI_MAX; next = cutter_at(c, end)) {
        const bool picture = next.glyph == GLYPH_OTHER && next.code >= 0x2190;
        if (!picture && (end == pos || (next.code != 0x200D && next.code != 0xFE0F))) {
            break;
        }
        end += next.len;
    }
    return end;
}

/* "the war.12 The next": what stands right behind a stop belongs to what is before. */
static bool mark_ends(const struct cutter *c, struct stop *stop) {
    const size_t emoji = skip_emoji(c, stop->end);
    const bool note = emoji == stop->end;
    const size_t end = note ? skip_note(c, stop->end) : emoji;
    const struct ahead ahead = ahead_look(c, end);
    if (end == stop->end || !ahead.white || ahead.glyph.glyph != GLYPH_UPPER) {
        return false;
    }
    const struct word word = word_before(c, stop->start);
    if (word.n_chars < 2 || word.has_dot || word_abbreviation(word) != ABBREVIATION_NONE) {
        return false;
    }
    const bool date = (word_roles_of(word_at(c, ahead.pos)) & WORD_DATE) != 0; /* "on.3 January" */
    if (note && (date || cutter_before(c, stop->start).glyph != GLYPH_LOWER)) {
        return false;
    }
    stop->end = end;
    return true;
}

/* A quote or a topic opens right behind a stop: 'the end."The next', "the end.#Next". */
static bool opening_ends(const struct cutter *c, const struct stop *stop, enum glyph first_letter) {
    return first_letter == GLYPH_UPPER && glyph_is_word(cutter_before(c, stop->start).glyph) &&
           word_abbreviation(word_before(c, stop->start)) == ABBREVIATION_NONE;
}

static bool unspaced_ends(const struct cutter *c, struct stop *stop, const struct ahead *ahead) {
    switch (ahead->first.glyph) {
    case GLYPH_DIGIT:
    case GLYPH_OPEN: return mark_ends(c, stop);
    case GLYPH_UPPER: return joined_ends(c, stop, ahead);
    case GLYPH_OPEN_QUOTE:
    case GLYPH_INVERTED:
    case GLYPH_QUOTE: return opening_ends(c, stop, ahead->glyph.glyph);
    case GLYPH_OTHER:
        if (ahead->first.code == '#') {
            return word_before(c, stop->start).n_chars > 1 && opening_ends(c, stop, cutter_at(c, ahead->pos + 1).glyph);
        }
        return mark_ends(c, stop);
    default: return false;
    }
}

/* A stop of a script where it is nothing else. Inside of brackets it ends what they hold only. */
static bool full_ends(const struct cutter *c, const struct stop *stop, const struct ahead *ahead) {
    if (stop->closes_bracket && cutter_at(c, c->start).glyph != GLYPH_OPEN) {
        return false;
    }
    const enum glyph next = ahead->first.glyph;
    return next != GLYPH_PAUSE && next != GLYPH_CLOSE && (ahead->white || next != GLYPH_DIGIT);
}

bool stop_ends(struct cutter *c, struct stop *stop) {
    const struct ahead ahead = ahead_look(c, stop->end);
    if (!cutter_has_content(c, stop->start) || ahead.first.glyph == GLYPH_NONE) {
        return false; /* what ends the block is cut by the block's end */
    }
    if (stop->full) {
        return full_ends(c, stop, &ahead);
    }
    if (!ahead.white) {
        return c->depth == 0 && unspaced_ends(c, stop, &ahead);
    }
    if (c->depth > 0 || !can_begin(c, stop, &ahead)) {
        return false;
    }
    if (ahead.first.glyph == GLYPH_BULLET) {
        return true;
    }
    if (stop->exclaim) {
        return exclaim_ends(c, stop, &ahead);
    }
    return stop->ellipsis || (stop->n_dots > 2 && !stop->repeated) ? ellipsis_ends(c, stop, &ahead) : dot_ends(c, stop, &ahead);
}
