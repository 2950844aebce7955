/* Cuts normalised text into typed tokens. */
#ifndef STANCE_SRC_TOKEN_H
#define STANCE_SRC_TOKEN_H

#include <string.h>

#include "stance.h"

enum token_type {
    TOKEN_WORD,   /* letters and marks, with inner apostrophes, hyphens, digits, and the stops of initialisms ('u.s') */
    TOKEN_NUMBER, /* digits with inner separators, and a suffix ('1,000.5', '7th') */
    TOKEN_URL,
    TOKEN_EMAIL,
    TOKEN_HANDLE,    /* '@' and a name */
    TOKEN_HASHTAG,   /* '#' and a name; its text is the name */
    TOKEN_EMOJI,     /* a pictograph with its modifiers, or a flag */
    TOKEN_IDEOGRAPH, /* one character, with its marks, of a script that is written without spaces */
    TOKEN_PUNCTUATION
};

struct token {
    const char *text; /* borrowed from the normalised text, or static where a contraction is written out: 'n't' is "not" */
    size_t len;
    size_t start, end; /* its place in the normalised text */
    uint64_t hash;     /* of `text`, or of the type where that stands for the text */
    uint64_t tail;     /* goes with the hash: the two tell all texts of up to 16 bytes apart, see hash_short */
    enum token_type type;
    uint32_t n_telling; /* bytes of the text that tell it: `len`, or 0 where the type stands for it */
};

struct token_array {
    struct token *data;
    size_t n, capacity;
};

/* Whether tokens of this type stand for their kind: which number or address it is tells nothing of a stance. */
static inline bool token_is_of_kind(enum token_type type) { return type >= TOKEN_NUMBER && type <= TOKEN_EMAIL; }

/* Where a text is scanned in several steps: text and length are given, the rest is 0 at the beginning. */
struct token_place {
    const char *text; /* valid UTF-8 with TEXT_PADDING zeros behind it, as text_normalise makes it */
    size_t len;
    size_t at;        /* what lies before is scanned; `len` at the end, or more */
    bool has_at;      /* there is an '@' at all, */
    bool has_at_sure; /* if this was looked up */
};

/* Appends the tokens from `place` on, up to some `n_max` or the end of the text, and moves it behind them. */
enum stance_status token_scan_some(struct token_array *tokens, struct token_place *place, size_t n_max, struct stance_error *error);

/* Appends the tokens of a whole text. */
enum stance_status token_scan(struct token_array *tokens, const char *text, size_t len, struct stance_error *error);

/* Whether the token ends the clause that it stands in. */
static inline bool token_ends_clause(const struct token *token) {
    return token->type == TOKEN_PUNCTUATION && token->len == 1 && strchr(".,;:!?()", token->text[0]) != NULL;
}

#endif
