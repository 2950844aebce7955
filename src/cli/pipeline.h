/* A reader thread, worker threads and the calling thread as writer, with a bounded number of batches between them: batches are
 * worked on in any order and written in that in which they were read. */
#ifndef STANCE_CLI_PIPELINE_H
#define STANCE_CLI_PIPELINE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"
#include "coverage.h"
#include "exit_code.h"
#include "record_cut.h"

/* Some whole records of one file on their way. A batch is used again once it is written, with its memory. */
struct batch {
    size_t number; /* from 0, in input order */
    struct record_file *file;
    struct buffer bytes;         /* as read */
    struct record_place *places; /* of the records in `bytes` */
    size_t n_places, places_capacity;
    struct buffer output, packed; /* what is to be written, and that compressed */
    struct buffer log;            /* what is to be said */
    size_t n_records, n_rejected, n_invalid;
    size_t n_empty; /* records that were split into no statement */
    struct coverage coverage;
    uint32_t input_crc;
    uint64_t position;   /* bytes of files that were read up to here */
    enum exit_code code; /* EXIT_DONE, or why everything ends with this batch */
    bool last;           /* nothing is read behind it */
};

struct pipeline_stages {
    void *user;
    /* Reader thread: fills an empty batch. Sets `last` where nothing follows. */
    void (*fill)(void *user, struct batch *batch);
    /* Worker threads: `worker` is in [0, n_workers) and belongs to one thread. */
    void (*work)(void *user, size_t worker, struct batch *batch);
    /* Calling thread, in the order of the input; anything but EXIT_DONE ends the run. */
    enum exit_code (*write)(void *user, struct batch *batch);
    /* Calling thread, some ten times a second while it waits. */
    enum exit_code (*wait)(void *user);
};

/* Runs the stages to the end of the input or the first failure, which is returned. `stop` is set by the pipeline when it ends
 * early, so that `fill` and `work` can cut themselves short. `n_workers` is 1 or more; threads are started as there is work for
 * them. Signals are left to the calling thread. */
enum exit_code pipeline_run(const struct pipeline_stages *stages, size_t n_workers, atomic_bool *stop);

#endif
