#include "statement.h"

#include <stdlib.h>
#include <string.h>

#include "abbreviation.h"
#include "array.h"
#include "layout.h"
#include "status.h"

enum {
    BRACKET_MAX = 250, /* bytes; a longer remark in brackets is cut like other text */
    REMARK_MAX = 80,   /* bytes; of a citation or stage direction in brackets */
    WORD_MAX = 32,     /* bytes of a word looked at; the tables hold shorter ones */
    TOKEN_MAX = 64,    /* bytes looked at for a domain name or e-mail address */
    DATELINE_MAX = 32, /* bytes before the date in a dateline */
    CLOCK_MAX = 32,    /* bytes before the "p.m." of a statement that opens with a time of day */
    EMOJI_MAX = 64,    /* bytes of the pictures behind a stop */
    LIST_MAX = 1000,   /* bytes behind a list's first item in which its second is looked for */
    OPENERS_MAX = 8    /* quotes, brackets and dashes passed over before a word */
};

/* The state of cutting one block. */
struct cutter {
    struct span_array *spans;
    struct stance_error *error;
    const char *text;
    size_t begin, end; /* of the block */
    size_t start;      /* of the statement */
    size_t pos;        /* what is before has been dealt with */
    size_t content;    /* no letter or digit between the start (and its list marker) and here */
    bool has_content;  /* a letter or digit is at `content` */
    bool quoted;       /* an odd number of straight quotes was met */
    bool lower_known, lower_only;
    unsigned depth;     /* of the brackets opened inside of the statement */
    size_t bracket;     /* the outermost of them */
    size_t next_close;  /* the first closing bracket behind the last bracket looked at, or the block's end */
    struct marker item; /* the last list item's */
};

/* A run of stops with the quotes and brackets that close behind it. */
struct stop {
    size_t start, end;
    size_t first_end; /* behind the first stop */
    unsigned n_dots;
    bool ellipsis, exclaim, full;
    bool spaced; /* there is white space inside of the run */
    bool closes_quote, closes_bracket;
    bool repeated; /* another stop stands behind the closing marks */
};

/* What follows a stop. */
struct ahead {
    size_t first_pos, pos; /* behind white space; behind what opens, too */
    struct character first, glyph;
    bool white, quote, bracket, dash, inverted;
};

struct word {
    size_t start, end;
    struct word_key key;
    bool known;   /* `key` is filled: the word is short enough for the tables */
    bool capital; /* its first letter is */
    bool digits;  /* digits and dots only */
    bool dotted;  /* single letters with dots between: "U.S.S.R" */
    bool has_dot;
    unsigned n_chars;
};

/* --- Words ------------------------------------------------------------------------------------------------------------ */

static struct character at(const struct cutter *c, size_t pos) { return character_at(c->text, pos, c->end); }

static struct character before(const struct cutter *c, size_t pos) { return character_before(c->text, c->start, pos); }

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

/* The word that ends at `end`, with the dots inside of it. A word longer than WORD_MAX is cut off there. */
static struct word word_before(const struct cutter *c, size_t end) {
    struct word word = {.start = end, .end = end};
    while (end - word.start < WORD_MAX) {
        const struct character last = before(c, word.start);
        const bool dot = last.glyph == GLYPH_DOT && word.start < end && glyph_is_word(before(c, word.start - 1).glyph);
        if (!dot && !glyph_is_word(last.glyph)) {
            break;
        }
        word.start -= last.len;
    }
    describe_word(&word, c->text);
    return word;
}

/* The word before `word`, behind at most two characters of white space. */
static struct word word_before_word(const struct cutter *c, struct word word) {
    size_t end = word.start;
    for (int i = 0; i < 2 && glyph_is_white(before(c, end).glyph); i++) {
        end -= before(c, end).len;
    }
    return word_before(c, end);
}

/* The letters at `pos`. */
static struct word word_at(const struct cutter *c, size_t pos) {
    struct word word = {.start = pos, .end = pos};
    for (struct character next = at(c, pos); glyph_is_letter(next.glyph) && word.end - pos < WORD_MAX; next = at(c, word.end)) {
        word.end += next.len;
    }
    describe_word(&word, c->text);
    return word;
}

static unsigned roles_of(struct word word) { return word.known ? word_roles(&word.key) : 0; }

static bool word_is(struct word word, const char *text) { return word.known && strcmp(word.key.bytes, text) == 0; }

static enum abbreviation classify(struct word word) {
    const enum abbreviation found = word.known ? abbreviation_find(&word.key, word.capital) : ABBREVIATION_NONE;
    return found == ABBREVIATION_NONE && word.dotted ? ABBREVIATION_START : found;
}

/* The word before `word` where that one ends with a dot: "para" before 2 in "para. 2". Empty where it does not. */
static struct word abbreviation_before_word(const struct cutter *c, struct word word) {
    const struct word none = word_before_word(c, word);
    const bool dot = none.n_chars == 0 && before(c, none.end).glyph == GLYPH_DOT;
    return dot ? word_before(c, none.end - 1) : (struct word){0};
}

/* --- Looking ahead ---------------------------------------------------------------------------------------------------- */

/* Passes over one thing that may stand before a statement's first word; returns `pos` where there is none. */
static size_t pass_opening(const struct cutter *c, struct ahead *ahead, size_t pos) {
    const struct character here = at(c, pos);
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
    case GLYPH_DOT: return at(c, next).glyph == GLYPH_DOT || pos > ahead->first_pos ? skip_white(c->text, next, c->end) : pos;
    case GLYPH_CLOSE: return ahead->bracket ? skip_white(c->text, next, c->end) : pos;
    default: return pos;
    }
}

static struct ahead look_ahead(const struct cutter *c, size_t pos) {
    struct ahead ahead = {.first_pos = skip_white(c->text, pos, c->end)};
    ahead.white = ahead.first_pos > pos;
    ahead.first = at(c, ahead.first_pos);
    ahead.pos = ahead.first_pos;
    for (int i = 0; i < OPENERS_MAX; i++) {
        const size_t next = pass_opening(c, &ahead, ahead.pos);
        if (next == ahead.pos) {
            break;
        }
        ahead.pos = next;
    }
    ahead.glyph = at(c, ahead.pos);
    return ahead;
}

/* The next word often opens a sentence: "The", "He". Words in capitals are more often names, "IT" and "US". */
static bool opens_sentence(const struct cutter *c, const struct ahead *ahead) {
    const struct word word = word_at(c, ahead->pos);
    if (ahead->inverted) {
        return true;
    }
    if ((roles_of(word) & WORD_OPENER) == 0 || !(word.capital || c->lower_only)) {
        return false;
    }
    const struct character next = at(c, word.end);
    if (next.glyph == GLYPH_DASH || (next.glyph == GLYPH_DOT && word.n_chars == 1)) {
        return false;
    }
    return word.n_chars == 1 || at(c, word.start + 1).glyph == GLYPH_LOWER;
}

static bool is_roman(const struct cutter *c, struct word word) {
    for (size_t i = word.start; i < word.end; i++) {
        if (strchr("IVXLC", c->text[i]) == NULL || c->text[i] == '\0') {
            return false;
        }
    }
    return word.n_chars > 0;
}

/* Whether the lone capital at `word` names a part, "vol. I of", "p. A 29", and does not open a statement: "arts. I am". */
static bool is_part_letter(const struct cutter *c, struct word word) {
    const struct character next = at(c, word.end);
    if (next.glyph != GLYPH_SPACE) {
        return true;
    }
    const struct word after = word_at(c, word.end + next.len);
    return after.n_chars == 0 || (after.capital && is_roman(c, word)) || (roles_of(after) & WORD_LINK) != 0;
}

/* "5", "A/54", "IV". A lone letter may be the pronoun or an article, which `with_letters` excludes. */
static bool number_follows(const struct cutter *c, const struct ahead *ahead, bool with_letters) {
    if (ahead->glyph.glyph == GLYPH_DIGIT || ahead->glyph.code == 0xA7) {
        return true;
    }
    const struct word word = word_at(c, ahead->pos);
    const struct character next = at(c, word.end);
    if (!word.capital || word.n_chars > 1) {
        return is_roman(c, word);
    }
    if (next.glyph == GLYPH_DIGIT || next.code == '/' || next.glyph == GLYPH_DASH) {
        return true;
    }
    return with_letters && ahead->glyph.code <= 'Z' && is_part_letter(c, word);
}

/* Behind the 's that may stand at `pos`. */
static size_t skip_possessive(const struct cutter *c, size_t pos) {
    const struct character mark = at(c, pos);
    const bool apostrophe = mark.glyph == GLYPH_APOSTROPHE || mark.code == 0x2019;
    return apostrophe && at(c, pos + mark.len).code == 's' ? pos + mark.len + 1 : pos;
}

/* 'Mr. Smith asked', "Chad's Foreign Minister asked": a few names and then a verb that reports. */
static bool reporting_follows(const struct cutter *c, const struct ahead *ahead) {
    size_t pos = ahead->pos;
    for (int i = 0; i < 5; i++) {
        const struct word word = word_at(c, pos);
        if (i > 0 && !word.capital) {
            return (roles_of(word) & WORD_REPORTING) != 0;
        }
        if (!word.capital || (roles_of(word) & WORD_OPENER) != 0) {
            return false;
        }
        pos = skip_possessive(c, word.end + (at(c, word.end).glyph == GLYPH_DOT));
        pos += at(c, pos).glyph == GLYPH_SPACE ? at(c, pos).len : 0;
    }
    return false;
}

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
    return glyph_is_white(space.glyph) && stop->n_dots > 0 && !stop->exclaim && !stop->full && at(c, dot).glyph == GLYPH_DOT &&
           !glyph_is_word(at(c, dot + 1).glyph);
}

static void read_stops(const struct cutter *c, struct stop *stop) {
    for (;;) {
        const struct character next = at(c, stop->end);
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

static void find_close(struct cutter *c, size_t pos);
static void close_bracket(struct cutter *c, size_t pos);

/* Whether the quote at `pos` closes. French and tokenised text put white space before it. */
static bool quote_closes(const struct cutter *c, struct character quote, size_t pos, bool spaced) {
    const bool word_follows = glyph_is_word(at(c, pos + quote.len).glyph);
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
    while (end - pos < 5 && at(c, end).glyph == GLYPH_DIGIT) {
        end++;
    }
    return end - pos > 1 && end < c->end && c->text[end] == ']' ? end + 1 : pos;
}

/* " [2041st meeting, para. 3]" behind a stop belongs to what it cites. */
static size_t citation_end(const struct cutter *c, size_t pos) {
    const size_t start = skip_white(c->text, pos, pos + 2 < c->end ? pos + 2 : c->end);
    if (start >= c->end || c->text[start] != '[' || at(c, start + 1).glyph == GLYPH_DOT) {
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
    const struct character next = at(c, pos);
    if (next.glyph == GLYPH_CLOSE && pos == stop->end) {
        stop->closes_bracket = true;
        close_bracket(c, pos);
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

static struct stop read_stop(struct cutter *c, size_t pos) {
    struct stop stop = {.start = pos, .end = pos};
    read_stops(c, &stop);
    while (read_closer(c, &stop)) {
    }
    return stop;
}

/* --- Rules ------------------------------------------------------------------------------------------------------------ */

static bool has_content_before(struct cutter *c, size_t pos) {
    while (!c->has_content && c->content < pos) {
        const struct character next = at(c, c->content);
        c->has_content = glyph_is_word(next.glyph);
        c->content += c->has_content ? 0 : next.len;
    }
    return c->has_content && c->content < pos;
}

/* Text without any capital letter, where lower case opens sentences. */
static bool is_lower_only(struct cutter *c) {
    if (!c->lower_known) {
        size_t pos = c->begin;
        while (pos < c->end && at(c, pos).glyph != GLYPH_UPPER) {
            pos += at(c, pos).len;
        }
        c->lower_known = true;
        c->lower_only = pos == c->end;
    }
    return c->lower_only;
}

/* "MOSCOW. Jan 3 (...)": a dateline with a stop. */
static bool is_dateline(const struct cutter *c, const struct stop *stop, const struct ahead *ahead) {
    if (c->start != c->begin || stop->start - c->start > DATELINE_MAX || (roles_of(word_at(c, ahead->pos)) & WORD_DATE) == 0) {
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
    return previous.start == c->content && (roles_of(previous) & WORD_REFERENCE) != 0 && (word.digits || is_roman(c, word));
}

/* The stop of an ordinary word, before white space and anything but lower case. */
static bool plain_ends(const struct cutter *c, const struct stop *stop, const struct ahead *ahead, struct word word) {
    if (word.digits && word.has_dot && word.start == c->content) {
        return false; /* the number of a section: "2.4.1. Scope" */
    }
    if (word.digits && ahead->glyph.glyph == GLYPH_DIGIT && (roles_of(word_before_word(c, word)) & WORD_REFERENCE) != 0) {
        return false; /* "Article 2. 4" */
    }
    return !is_dateline(c, stop, ahead);
}

/* "you and I." is the pronoun, "by I. Ivanov" an initial. */
static bool is_pronoun(const struct cutter *c, struct word word, struct word previous) {
    const bool initial = (roles_of(previous) & WORD_LINK) != 0 && !word_is(previous, "and") && !word_is(previous, "or") &&
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
    return (roles_of(word) & WORD_NAME) != 0 && (roles_of(next) & WORD_PRONOUN) == 0;
}

/* "ch. B", "fig. A", but neither "Pt. J. Nehru" nor "ed. J. Smith". */
static bool letter_is_referred_to(const struct cutter *c, struct word letter) {
    if ((roles_of(word_before_word(c, letter)) & WORD_REFERENCE) != 0) {
        return true;
    }
    const struct word previous = abbreviation_before_word(c, letter);
    return classify(previous) == ABBREVIATION_NUMBER && previous.n_chars > 1 && !previous.capital && !word_is(previous, "ed");
}

/* A single capital letter: "George W. Bush", "plan B. Then". */
static bool initial_ends(const struct cutter *c, const struct ahead *ahead, struct word word) {
    if (ahead->glyph.glyph != GLYPH_UPPER) {
        return true;
    }
    if (letter_is_referred_to(c, word) || is_pronoun(c, word, word_before_word(c, word))) {
        return true;
    }
    return opens_sentence(c, ahead) && !opener_is_name(c, ahead);
}

/* "At 5 a.m. Mr. Smith went": nothing but the time of day has been said yet. */
static bool is_early(const struct cutter *c, struct word word) {
    const struct word first = word_at(c, c->content);
    return word.start - c->content < CLOCK_MAX && (roles_of(first) & WORD_PREPOSITION) != 0 &&
           skip_white(c->text, first.end, word.start) + 6 >= word.start;
}

static bool clock_ends(const struct cutter *c, const struct ahead *ahead, struct word word) {
    const struct word next = word_at(c, ahead->pos);
    if (word.capital && !word_before_word(c, word).digits) {
        return opens_sentence(c, ahead); /* "P.M. Modi" */
    }
    if (ahead->bracket || ahead->glyph.glyph == GLYPH_DIGIT || (roles_of(next) & (WORD_DATE | WORD_ZONE)) != 0) {
        return false;
    }
    if (is_early(c, word)) {
        return opens_sentence(c, ahead);
    }
    const struct word after = word_at(c, skip_white(c->text, next.end, next.end + 1 < c->end ? next.end + 1 : c->end));
    return !word_is(after, "time");
}

static bool is_initial(const struct cutter *c, struct word word) {
    const enum glyph glyph = before(c, word.start).glyph;
    return word.n_chars == 1 && word.capital && glyph != GLYPH_OTHER && glyph != GLYPH_CLOSE_QUOTE && glyph != GLYPH_APOSTROPHE;
}

/* "DOC" is an abbreviation in a text in capitals alone, else a name. */
static bool is_acronym(const struct cutter *c, const struct ahead *ahead, struct word word) {
    const struct word next = word_at(c, ahead->pos);
    return word.n_chars >= 3 && !word.has_dot && at(c, word.start + 1).glyph == GLYPH_UPPER &&
           (next.n_chars < 2 || at(c, next.start + at(c, next.start).len).glyph != GLYPH_UPPER);
}

/* "Hun Sen. In his message": what looks like a title ends a name, and another sentence opens. */
static bool is_surname(const struct cutter *c, const struct ahead *ahead, struct word word) {
    return word.capital && word_before_word(c, word).capital && opens_sentence(c, ahead) && !opener_is_name(c, ahead);
}

/* "Acme Inc. Mr. Smith", but "U.S. Mr. Smith" goes on. */
static bool title_follows(const struct cutter *c, const struct ahead *ahead, struct word word) {
    const struct word next = word_at(c, ahead->pos);
    return !word.has_dot && next.capital && (word_is(next, "mr") || word_is(next, "mrs") || word_is(next, "ms"));
}

static bool abbreviation_ends(const struct cutter *c, const struct stop *stop, const struct ahead *ahead, struct word word) {
    switch (classify(word)) {
    case ABBREVIATION_NEVER: return is_surname(c, ahead, word);
    case ABBREVIATION_NUMBER:
        if (number_follows(c, ahead, !word_is(word, "no"))) {
            return false;
        }
        return is_initial(c, word) ? initial_ends(c, ahead, word) : plain_ends(c, stop, ahead, word);
    case ABBREVIATION_CLOCK: return clock_ends(c, ahead, word);
    case ABBREVIATION_START:
        if (word.dotted && word.start == c->content) {
            return false; /* "U.S. Has No Plans" */
        }
        return opens_sentence(c, ahead) || title_follows(c, ahead, word);
    default: return initial_ends(c, ahead, word);
    }
}

/* The last bracket opened where the statement starts: "(It was signed by the U.S.) The". */
static bool is_bracketed(const struct cutter *c) { return c->bracket == c->start && at(c, c->start).glyph == GLYPH_OPEN; }

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
    if (is_acronym(c, ahead, word) || (classify(word) == ABBREVIATION_NONE && !is_initial(c, word))) {
        return plain_ends(c, stop, ahead, word);
    }
    if (ahead->dash) {
        return false;
    }
    if (stop->closes_bracket) {
        return is_bracketed(c) && word.start > c->content && opens_sentence(c, ahead);
    }
    if (stop->closes_quote && ahead->glyph.glyph == GLYPH_UPPER) {
        return !reporting_follows(c, ahead);
    }
    return abbreviation_ends(c, stop, ahead, word);
}

static bool exclaim_ends(const struct cutter *c, const struct stop *stop, const struct ahead *ahead) {
    const struct word word = word_before(c, stop->start);
    if (word.capital && (roles_of(word) & WORD_CALL) != 0) {
        return opens_sentence(c, ahead);
    }
    if (before(c, stop->start).glyph == GLYPH_OPEN && !stop->repeated) {
        return false; /* "(?)" */
    }
    return !stop->closes_quote || !reporting_follows(c, ahead);
}

static bool ellipsis_ends(const struct cutter *c, struct stop *stop, const struct ahead *ahead) {
    if (stop->spaced && stop->first_end < stop->end && glyph_is_white(at(c, stop->first_end).glyph) &&
        glyph_is_word(before(c, stop->start).glyph) && stop->n_dots > 3 && !stop->closes_quote) {
        stop->end = stop->first_end; /* "compounds. . . . The": the first is the stop, the ellipsis opens */
        return true;
    }
    if (stop->n_dots > 3 || (stop->ellipsis && stop->n_dots > 0)) {
        return true;
    }
    if (stop->closes_quote) {
        return !reporting_follows(c, ahead);
    }
    if (ahead->quote && glyph_is_word(before(c, stop->start).glyph)) {
        return true;
    }
    return opens_sentence(c, ahead) && !word_is(word_at(c, ahead->pos), "i");
}

/* Whether the bracket ahead belongs to the statement before: '"It is false." (Smith 55).' */
static bool is_citation(struct cutter *c, const struct ahead *ahead) {
    find_close(c, ahead->first_pos);
    const size_t close = c->next_close;
    if (close >= c->end || close - ahead->first_pos > BRACKET_MAX || glyph_is_stop(before(c, close).glyph)) {
        return false;
    }
    const enum glyph next = at(c, close + 1).glyph;
    return next == GLYPH_DOT || next == GLYPH_PAUSE;
}

/* A remark of its own in lower case, "(spoke in English) The". */
static bool is_remark(struct cutter *c, const struct ahead *ahead) {
    find_close(c, ahead->first_pos);
    const size_t close = c->next_close;
    if (ahead->first.glyph != GLYPH_OPEN || close >= c->end || close - ahead->first_pos > REMARK_MAX) {
        return false;
    }
    const struct ahead after = look_ahead(c, close + 1);
    return after.white && after.glyph.glyph == GLYPH_UPPER;
}

static bool is_operator(uint32_t code) { return code > 0 && code < 0x80 && strchr("&/+=%|<>", (int)code) != NULL; }

/* Asterisks at the end of a block, which close a text or point to a note. */
static bool is_trailing(const struct cutter *c, size_t pos) {
    while (at(c, pos).code == '*') {
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
        return (ahead->bracket && is_remark(c, ahead)) || (is_lower_only(c) && !stop->ellipsis && stop->n_dots < 2);
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
        const enum glyph next = byte == '.' ? at(c, i + 1).glyph : GLYPH_NONE;
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
    if (!next.capital || at(c, next.start + at(c, next.start).len).glyph != GLYPH_LOWER) {
        return false;
    }
    const struct word word = word_before(c, stop->start);
    const enum glyph last = before(c, stop->start).glyph;
    if (stop->closes_quote || stop->closes_bracket || stop->exclaim) {
        return (roles_of(word) & WORD_CALL) == 0;
    }
    if ((last != GLYPH_LOWER && last != GLYPH_DIGIT) || (word.n_chars < 2 && !word.digits) || word.has_dot ||
        word.start == c->content) {
        return false;
    }
    const enum glyph joint = before(c, word.start).glyph;
    return classify(word) == ABBREVIATION_NONE && joint != GLYPH_OTHER && (roles_of(next) & WORD_DOMAIN) == 0 &&
           !is_technical(c, ahead->pos);
}

/* Behind at most three digits. */
static size_t skip_digits(const struct cutter *c, size_t pos) {
    size_t end = pos;
    while (end - pos < 3 && at(c, end).glyph == GLYPH_DIGIT) {
        end += at(c, end).len;
    }
    return end;
}

/* Behind the mark of a note at `pos`: "12", "3,4", "(5)", or asterisks, which also close what is emphasized. */
static size_t skip_note(const struct cutter *c, size_t pos) {
    size_t end = pos;
    while (end - pos < 3 && at(c, end).code == '*') {
        end++;
    }
    if (end > pos) {
        return end;
    }
    const bool bracket = at(c, pos).code == '(';
    const size_t number = pos + bracket;
    end = skip_digits(c, number);
    for (int i = 0; i < 3 && end > number && at(c, end).code == ','; i++) {
        end = skip_digits(c, end + 1);
    }
    return bracket && end > number && at(c, end).code == ')' ? end + 1 : bracket ? pos : end;
}

/* Behind the pictures at `pos`, with the joiners and selectors between them. */
static size_t skip_emoji(const struct cutter *c, size_t pos) {
    size_t end = pos;
    for (struct character next = at(c, end); end - pos < EMOJI_MAX; next = at(c, end)) {
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
    const struct ahead ahead = look_ahead(c, end);
    if (end == stop->end || !ahead.white || ahead.glyph.glyph != GLYPH_UPPER) {
        return false;
    }
    const struct word word = word_before(c, stop->start);
    if (word.n_chars < 2 || word.has_dot || classify(word) != ABBREVIATION_NONE) {
        return false;
    }
    const bool date = (roles_of(word_at(c, ahead.pos)) & WORD_DATE) != 0; /* "on.3 January" */
    if (note && (date || before(c, stop->start).glyph != GLYPH_LOWER)) {
        return false;
    }
    stop->end = end;
    return true;
}

/* A quote or a topic opens right behind a stop: 'the end."The next', "the end.#Next". */
static bool opening_ends(const struct cutter *c, const struct stop *stop, enum glyph first_letter) {
    return first_letter == GLYPH_UPPER && glyph_is_word(before(c, stop->start).glyph) &&
           classify(word_before(c, stop->start)) == ABBREVIATION_NONE;
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
            return word_before(c, stop->start).n_chars > 1 && opening_ends(c, stop, at(c, ahead->pos + 1).glyph);
        }
        return mark_ends(c, stop);
    default: return false;
    }
}

/* A stop of a script where it is nothing else. Inside of brackets it ends what they hold only. */
static bool full_ends(const struct cutter *c, const struct stop *stop, const struct ahead *ahead) {
    if (stop->closes_bracket && at(c, c->start).glyph != GLYPH_OPEN) {
        return false;
    }
    const enum glyph next = ahead->first.glyph;
    return next != GLYPH_PAUSE && next != GLYPH_CLOSE && (ahead->white || next != GLYPH_DIGIT);
}

/* Whether a statement ends with the stop; may move the stop's end back. */
static bool stop_ends(struct cutter *c, struct stop *stop) {
    const struct ahead ahead = look_ahead(c, stop->end);
    if (!has_content_before(c, stop->start) || ahead.first.glyph == GLYPH_NONE) {
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

/* --- Walking over a block --------------------------------------------------------------------------------------------- */

static void begin_statement(struct cutter *c, size_t pos) {
    c->start = skip_white(c->text, pos, c->end);
    c->content = c->start;
    c->has_content = false;
    c->depth = 0;
    c->pos = c->start;
    size_t opening = c->start;
    while (opening - c->start < 4 && (at(c, opening).code == '#' || at(c, opening).code == '"' || at(c, opening).code == 0x201C)) {
        opening += at(c, opening).len;
    }
    const size_t ordinal = at(c, c->start).code == '#' ? skip_white(c->text, opening, c->end) : opening;
    const struct marker marker = marker_at(c->text, ordinal, c->end);
    if (marker.kind == MARKER_NONE) {
        return;
    }
    c->quoted = c->quoted != (at(c, c->start).glyph == GLYPH_QUOTE);
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

/* Moves `next_close` behind `pos`; it only ever moves on, so that hostile brackets cost linear time. */
static void find_close(struct cutter *c, size_t pos) {
    if (c->next_close > pos) {
        return;
    }
    c->next_close = pos + 1;
    while (c->next_close < c->end && c->text[c->next_close] != ')' && c->text[c->next_close] != ']') {
        c->next_close++;
    }
}

static bool close_is_near(struct cutter *c, size_t pos) {
    find_close(c, pos);
    return c->next_close < c->end && c->next_close - c->bracket <= BRACKET_MAX;
}

/* "[...]" and "(...)" are words, as it were. */
static size_t skip_omission(const struct cutter *c, size_t pos) {
    size_t end = pos + 1;
    while (end - pos < 8 && (at(c, end).glyph == GLYPH_DOT || at(c, end).glyph == GLYPH_ELLIPSIS || at(c, end).code == ' ')) {
        end += at(c, end).len;
    }
    return end > pos + 1 && at(c, end).glyph == GLYPH_CLOSE ? end + 1 : pos;
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
    c->depth = has_content_before(c, pos) && close_is_near(c, pos) ? 1 : 0;
}

static void close_bracket(struct cutter *c, size_t pos) {
    c->depth -= c->depth > 0;
    if (c->depth > 0 && !close_is_near(c, pos)) {
        c->depth = 0;
    }
}

/* "para. 2." and "Nov. 2." are no items. */
static bool is_abbreviation_before(const struct cutter *c, size_t start) {
    const struct word previous = abbreviation_before_word(c, (struct word){.start = start});
    switch (classify(previous)) {
    case ABBREVIATION_NUMBER: return !is_initial(c, previous);
    case ABBREVIATION_START: return (roles_of(previous) & WORD_DATE) != 0;
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
    return (roles_of(previous) & (WORD_REFERENCE | WORD_LINK | WORD_DATE)) != 0;
}

static bool item_opens(const struct cutter *c, size_t end) { return look_ahead(c, end).glyph.glyph == GLYPH_UPPER; }

/* Where the next item of a list on one line begins, if the mark at `pos` is a part of its marker; else `pos`. */
static size_t find_next_item(const struct cutter *c, size_t pos) {
    if (c->item.kind < MARKER_NUMBER || c->item.value == 0) {
        return pos;
    }
    size_t start = pos;
    while (start > c->content && pos - start < 3 && glyph_is_word(before(c, start).glyph)) {
        start -= before(c, start).len;
    }
    start -= c->item.opened && before(c, start).code == '(' ? 1 : 0;
    const struct marker marker = marker_at(c->text, start, c->end);
    if (start == pos || !glyph_is_white(before(c, start).glyph) || marker.kind != c->item.kind || marker.close != c->item.close ||
        marker.opened != c->item.opened || marker.value != c->item.value + 1) {
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
        end += at(c, end).len;
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
    struct stop stop = read_stop(c, pos);
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
        close_bracket(c, pos);
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
    const struct character here = at(c, pos);
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
    case GLYPH_BULLET: return glyph_is_white(before(c, pos).glyph) ? cut(c, pos) : STANCE_OK;
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
