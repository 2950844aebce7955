/* Scoring the records of files into an output, on all processors. */
#ifndef STANCE_CLI_SCORING_H
#define STANCE_CLI_SCORING_H

#include <stdatomic.h>

#include "compression.h"
#include "coverage.h"
#include "output.h"
#include "pipeline.h"
#include "progress.h"
#include "record_cut.h"
#include "record_parse.h"
#include "record_write.h"
#include "resume.h"

/* What a thread scores with. */
struct scorer {
    struct stance_session *session;
    struct stance_splitter *splitter;
    struct record_parser parser;
};

/* The caller sets what is above the line. All pointers are borrowed. */
struct scoring {
    const struct stance_model *model;
    const struct record_options *records;
    struct operands paths;
    struct record_layout *layout;
    struct output *output;
    enum compression compression; /* of the output */
    struct resume *resume;        /* NULL where the output is not to be resumed */
    size_t n_threads;             /* 0: one per processor */
    bool quiet;
    /* --- */
    struct scorer *scorers;
    struct record_keys keys;
    atomic_bool stop;
    struct record_cutter cutter; /* the reader's; so are the next two */
    struct buffer cutter_log;    /* what the cutter said */
    enum exit_code failure;
    struct progress progress; /* the writer's; so are the next four */
    struct progress_counts counts;
    size_t n_invalid, n_empty;
    struct coverage coverage;
    uint64_t n_written; /* bytes */
};

/* EXIT_REJECTED where records were rejected, EXIT_SKIPPED where files could not be read to the end and others could, EXIT_USAGE
 * where a key that the user named is in none of them, which is said. */
enum exit_code scoring_run(struct scoring *scoring);

#endif
