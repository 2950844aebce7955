/* What the program remembers of the records of a corpus beyond what the library keeps. */
#ifndef STANCE_CLI_RECORD_NOTES_H
#define STANCE_CLI_RECORD_NOTES_H

#include "buffer.h"
#include "corpus_read.h"

struct record_note {
    const char *file;
    size_t line;
    bool has_value;
    size_t value, value_len; /* of the field, in `bytes` */
    size_t text, text_len;   /* in `bytes` */
};

/* Initialise what to remember only. */
struct record_notes {
    const char *field; /* NULL for none */
    bool with_text;
    struct record_note *data; /* in the order of the corpus */
    size_t n, capacity;
    size_t n_with_value;
    struct buffer bytes;
};

/* `user` is the struct record_notes. */
corpus_visitor record_notes_take;

void record_notes_free(struct record_notes *notes);

struct stance_string record_note_text(const struct record_notes *notes, size_t record);
struct stance_string record_note_value(const struct record_notes *notes, size_t record);

#endif
