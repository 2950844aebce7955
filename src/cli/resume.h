/* Going on with an output that was interrupted. Beside the part that is written, a journal has a line for each batch that is whole
 * in it: how many bytes it has there, checksums of these and of the input it was made from, and its counts. A run that goes on
 * checks all of it, drops what is not whole, and reads the input again up to there. */
#ifndef STANCE_CLI_RESUME_H
#define STANCE_CLI_RESUME_H

#include <stdint.h>

#include "coverage.h"
#include "output.h"

struct resume {
    struct output *output;
    char *path; /* of the journal */
    FILE *journal;
    size_t n_done;    /* batches that were whole when the part was opened */
    uint64_t n_bytes; /* of the part, of these */
};

struct resume_entry {
    uint64_t n_bytes;               /* of output */
    uint32_t output_crc, input_crc; /* CRC-32 (ISO 3309) */
    size_t n_records, n_rejected, n_invalid, n_empty;
    struct coverage coverage;
};

/* Opens the journal of `output`, which output_open_part opened, and cuts both to the batches that are whole. `fingerprint` stands
 * for all else that the output depends on. Says what is wrong, among it that the part was begun with another fingerprint. */
enum exit_code resume_open(struct resume *resume, struct output *output, uint32_t fingerprint);

/* The entry of the next of the `n_done` batches; false, and says so, where it cannot be read. */
bool resume_next(struct resume *resume, struct resume_entry *entry);

/* Enters a batch that was written and flushed. False, and says so, where that fails. */
bool resume_add(struct resume *resume, const struct resume_entry *entry);

/* Closes the journal, and removes it where the output is complete. */
void resume_close(struct resume *resume, bool complete);

/* The CRC-32 of `previous` and then `bytes`; `previous` is 0 at first. */
uint32_t resume_crc(uint32_t previous, const void *bytes, size_t len);

#endif
