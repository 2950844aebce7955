#include "record_notes.h"

#include <stdlib.h>

#include "memory.h"
#include "record_field.h"

void record_notes_take(void *user, const struct record *record) {
    struct record_notes *notes = user;
    struct record_note note = {.file = record->file, .line = record->line, .value = notes->bytes.len};
    if (notes->field != NULL) {
        note.has_value = record_field(record, notes->field, &notes->bytes);
        note.value_len = notes->bytes.len - note.value;
        notes->n_with_value += note.has_value;
    }
    if (notes->with_text) {
        note.text = notes->bytes.len;
        note.text_len = record->text.len;
        buffer_append(&notes->bytes, record->text.data, record->text.len);
    }
    notes->data = memory_grow(notes->data, &notes->capacity, notes->n + 1, sizeof *notes->data);
    notes->data[notes->n++] = note;
}

void record_notes_free(struct record_notes *notes) {
    free(notes->data);
    buffer_free(&notes->bytes);
}

/* An empty buffer has no bytes to point into. */
static struct stance_string part(const struct record_notes *notes, size_t start, size_t len) {
    return (struct stance_string){.data = len == 0 ? "" : notes->bytes.data + start, .len = len};
}

struct stance_string record_note_text(const struct record_notes *notes, size_t record) {
    return part(notes, notes->data[record].text, notes->data[record].text_len);
}

struct stance_string record_note_value(const struct record_notes *notes, size_t record) {
    return part(notes, notes->data[record].value, notes->data[record].value_len);
}
