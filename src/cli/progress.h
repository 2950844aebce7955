/* A line on stderr that tells how far a long job is: only on a terminal. */
#ifndef STANCE_CLI_PROGRESS_H
#define STANCE_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialised shows nothing. */
struct progress {
    bool shown;
    bool drawn;       /* a line stands on the terminal */
    char stage[32];   /* of a callback */
    double started;   /* seconds of a steady clock: the job, or its stage */
    double last_draw; /* the same */
};

/* Shows nothing where `quiet`, or where stderr is no terminal. */
void progress_start(struct progress *progress, bool quiet);

/* Records done so far, and bytes of `total_bytes`, which is 0 where the total is not known. */
void progress_records(struct progress *progress, size_t n_records, uint64_t bytes, uint64_t total_bytes);

/* How far a batch job is. */
struct progress_counts {
    size_t n_records, n_rejected;
    uint64_t n_bytes;  /* of records */
    uint64_t position; /* bytes of files, which may be compressed, */
    uint64_t total;    /* of so many; 0 where that is not known */
};

void progress_batch(struct progress *progress, const struct progress_counts *counts);

/* A stance_progress_callback, `user` being the struct progress; cancels where a signal came. */
int progress_callback(void *user, const char *stage, size_t done, size_t total);

/* Wipes the line. */
void progress_end(struct progress *progress);

#endif
