/* Tables of words that sentence rules know: abbreviations, and words that open, report, or refer. */
#ifndef STANCE_SRC_ABBREVIATION_H
#define STANCE_SRC_ABBREVIATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether a statement can end with the stop of an abbreviation. */
enum abbreviation {
    ABBREVIATION_NONE,   /* an ordinary word */
    ABBREVIATION_NEVER,  /* something always follows: titles, "e.g." */
    ABBREVIATION_NUMBER, /* an abbreviation before a number only: "No. 5" */
    ABBREVIATION_START,  /* a statement ends where the next word looks like a start: "Inc.", "U.S." */
    ABBREVIATION_CLOCK   /* "p.m." */
};

#define WORD_SIZE 16

/* A word in ASCII lower case, padded with NUL; longer words are in no table. */
struct word_key {
    char bytes[WORD_SIZE];
};

/* Folds `len` bytes; false where they do not fit. */
bool word_key_fold(struct word_key *key, const char *bytes, size_t len);

/* `capital`: it was spelt with a capital letter, which parts "Art." and "Rev." from "art." and "rev.". */
enum abbreviation abbreviation_find(const struct word_key *key, bool capital);

enum word_role {
    WORD_OPENER = 1,        /* often the first word of a sentence, seldom part of a name */
    WORD_REPORTING = 2,     /* said, asked, ... */
    WORD_LINK = 4,          /* an article, preposition or conjunction: the phrase goes on behind it */
    WORD_REFERENCE = 8,     /* a number or letter belongs to it: article, paragraph, room, type, ... */
    WORD_DATE = 16,         /* a month or a day of the week */
    WORD_ZONE = 32,         /* a time zone, or another word that belongs to a time of day */
    WORD_CALL = 64,         /* names spelt with ! */
    WORD_PREPOSITION = 128, /* can open "At 5 p.m." */
    WORD_DOMAIN = 256,      /* ends domain names: com, org, ... */
    WORD_NAME = 512,        /* an opener that is a surname too */
    WORD_PRONOUN = 1024     /* a subject that is never a part of a name */
};

/* The roles of a word, or'ed; 0 for a word in no table. */
unsigned word_roles(const struct word_key *key);

#endif
