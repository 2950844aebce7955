#include "scoring.h"

#include <stdlib.h>
#include <unistd.h>

#include "interrupt.h"
#include "memory.h"
#include "message.h"

/* Bytes of input that make a batch; of one, which a huge record has, above which the scratch memory that it took is given back. */
enum { BATCH_BYTES = 1 << 18, HUGE_BYTES = 1 << 22 };

/* --- Reading: one thread ----------------------------------------------------------------------------------------------------- */

static bool fail(struct scoring *scoring, enum exit_code code) {
    scoring->failure = code;
    return false;
}

/* What the cutter has to say goes with the batch that it is about. */
static void take_log(struct scoring *scoring, struct batch *batch) {
    buffer_append(&batch->log, scoring->cutter_log.data, scoring->cutter_log.len);
    buffer_clear(&scoring->cutter_log);
}

/* Opens the next file where none is open. False where there is none, or on failure. */
static bool open_file(struct scoring *scoring, struct batch *batch) {
    struct record_cutter *cutter = &scoring->cutter;
    if (cutter->file == NULL) {
        const enum cut_result result = record_cutter_open(cutter);
        take_log(scoring, batch);
        if (result != CUT_DONE) {
            return fail(scoring, result == CUT_STOPPED ? cutter->failure : EXIT_DONE);
        }
        const enum exit_code code = record_layout_begin(scoring->layout, cutter->file, &batch->output, &batch->log);
        if (code != EXIT_DONE) {
            return fail(scoring, code);
        }
    }
    batch->file = record_file_hold(cutter->file);
    return true;
}

/* A batch ends at its size, and where the input makes wait, so that a pipe that trickles is scored as it comes; but where the
 * output shows the batches, which a resumed and a compressed one do, by the input alone. */
static bool is_full(const struct scoring *scoring, const struct batch *batch) {
    const bool may_wait = batch->n_places == 0 || scoring->resume != NULL || scoring->compression != COMPRESSION_NONE;
    return batch->bytes.len >= BATCH_BYTES || (!may_wait && !input_is_ready(&scoring->cutter.input));
}

static void cut_records(struct scoring *scoring, struct batch *batch) {
    enum cut_result result = CUT_DONE;
    while (result == CUT_DONE && !is_full(scoring, batch)) {
        struct record_place place;
        result = record_cut(&scoring->cutter, &batch->bytes, &place);
        if (result == CUT_DONE) {
            batch->places = memory_grow(batch->places, &batch->places_capacity, batch->n_places + 1, sizeof *batch->places);
            batch->places[batch->n_places++] = place;
        }
    }
    if (result == CUT_STOPPED) {
        fail(scoring, scoring->cutter.failure);
    }
}

/* A failure has a batch of its own, so that it is told behind what the records before it have to tell. */
static void fill(void *scoring_, struct batch *batch) {
    struct scoring *scoring = scoring_;
    if (scoring->failure == EXIT_DONE && open_file(scoring, batch)) {
        cut_records(scoring, batch);
    }
    if (scoring->failure != EXIT_DONE && batch->n_places == 0) {
        batch->code = scoring->failure;
        take_log(scoring, batch);
    }
    const bool exhausted = scoring->cutter.file == NULL && scoring->cutter.n_opened == scoring->paths.n;
    batch->last = scoring->failure == EXIT_DONE ? exhausted : batch->n_places == 0;
    batch->position = record_cutter_position(&scoring->cutter);
}

/* --- Scoring: many threads ------------------------------------------------------------------------------------------------- */

static void reject(struct batch *batch, const struct record *record, const char *problem) {
    message_log_at(&batch->log, record->file, record->line, "%s", problem);
    batch->n_rejected++;
}

/* A text that is too long for the library costs its record, anything else ends the run. */
static void refuse_text(struct batch *batch, const struct record *record, const struct stance_error *error) {
    if (error->status == STANCE_ERROR_LIMIT) {
        reject(batch, record, error->message);
    } else {
        batch->code = message_log_failure(&batch->log, error);
    }
}

static void score_text(const struct scoring *scoring, struct scorer *scorer, struct batch *batch, const struct record *record,
                       struct record_scores *scores) {
    struct stance_error error;
    if (stance_session_score(scorer->session, scores->text.data, scores->text.len, &scores->result, &error) == STANCE_OK) {
        coverage_count(&batch->coverage, &scores->result);
        record_write(scoring->layout, batch->file, record, scores, &batch->output);
    } else {
        refuse_text(batch, record, &error);
    }
}

static void score_statements(const struct scoring *scoring, struct scorer *scorer, struct batch *batch,
                             const struct record *record) {
    const struct stance_span *spans;
    size_t n;
    struct stance_error error;
    if (stance_splitter_split(scorer->splitter, record->text.data, record->text.len, STANCE_UNIT_STATEMENT, &spans, &n, &error) !=
        STANCE_OK) {
        refuse_text(batch, record, &error);
        return;
    }
    batch->n_empty += n == 0;
    for (size_t i = 0; i < n && batch->code == EXIT_DONE; i++) {
        struct record_scores scores = {.statement = i + 1, .span = spans[i]};
        scores.text = (struct stance_string){.data = record->text.data + spans[i].start, .len = spans[i].end - spans[i].start};
        score_text(scoring, scorer, batch, record, &scores);
    }
}

static void score_record(const struct scoring *scoring, struct scorer *scorer, struct batch *batch,
                         const struct record_place *place) {
    struct record record = {.file = batch->file->name, .line = place->line};
    bool invalid = false;
    record.raw = (struct stance_string){.data = batch->bytes.data + place->start, .len = place->len};
    batch->n_records++;
    const char *problem = record_parse_place(&scorer->parser, batch->file, place, &record, &invalid);
    if (problem == NULL) {
        batch->n_invalid += invalid;
        problem = record_layout_collision(scoring->layout, &record);
    }
    if (problem != NULL) {
        reject(batch, &record, problem);
    } else if (scoring->layout->split) {
        score_statements(scoring, scorer, batch, &record);
    } else {
        struct record_scores scores = {.text = record.text};
        score_text(scoring, scorer, batch, &record, &scores);
    }
}

/* Made by the thread that uses it, when it has something to do. */
static bool prepare(struct scoring *scoring, struct scorer *scorer, struct batch *batch) {
    struct stance_error error;
    if (scorer->session != NULL) {
        return true;
    }
    record_parser_init(&scorer->parser, scoring->records, NULL, &scoring->keys);
    scorer->parser.without_id = !scoring->layout->split;
    if (stance_session_new(&scorer->session, scoring->model, &error) != STANCE_OK ||
        (scoring->layout->split && stance_splitter_new(&scorer->splitter, &error) != STANCE_OK)) {
        batch->code = message_log_failure(&batch->log, &error);
        return false;
    }
    return true;
}

static void free_scorer(struct scorer *scorer) {
    stance_session_free(scorer->session);
    stance_splitter_free(scorer->splitter);
    record_parser_free(&scorer->parser);
    *scorer = (struct scorer){0};
}

static void compress(const struct scoring *scoring, struct batch *batch) {
    if (scoring->compression == COMPRESSION_NONE || batch->output.len == 0) {
        return;
    }
    if (!compression_append(scoring->compression, buffer_string(&batch->output), &batch->packed) && batch->code == EXIT_DONE) {
        message_log_error(&batch->log, "out of memory; give it smaller files or more memory");
        batch->code = EXIT_SYSTEM;
    }
}

/* Records that an earlier run has scored are looked at again only for the key that the user named. */
static void note_keys(struct scoring *scoring, struct scorer *scorer, struct batch *batch) {
    if (scoring->records->id_column == NULL || batch->n_places == 0 || !prepare(scoring, scorer, batch)) {
        return;
    }
    for (size_t i = 0; i < batch->n_places && !atomic_load(&scoring->stop) && !atomic_load(&scoring->keys.id); i++) {
        const struct record_place *place = &batch->places[i];
        struct record record = {.raw = {.data = batch->bytes.data + place->start, .len = place->len}};
        bool invalid;
        (void)record_parse(&scorer->parser, batch->file, &record, &invalid);
    }
}

static void work(void *scoring_, size_t worker, struct batch *batch) {
    struct scoring *scoring = scoring_;
    struct scorer *scorer = &scoring->scorers[worker];
    if (scoring->resume != NULL) {
        batch->input_crc = resume_crc(0, batch->bytes.data, batch->bytes.len);
        if (batch->number < scoring->resume->n_done) {
            note_keys(scoring, scorer, batch);
            return; /* it stands in the output already */
        }
    }
    if (batch->n_places > 0 && !prepare(scoring, scorer, batch)) {
        return;
    }
    const enum exit_code failure = batch->code;
    batch->code = EXIT_DONE;
    for (size_t i = 0; i < batch->n_places && batch->code == EXIT_DONE && !atomic_load(&scoring->stop); i++) {
        score_record(scoring, scorer, batch, &batch->places[i]);
    }
    batch->code = batch->code == EXIT_DONE ? failure : batch->code;
    compress(scoring, batch);
    if (batch->bytes.len > HUGE_BYTES) {
        free_scorer(scorer);
    }
}

/* --- Writing: the calling thread --------------------------------------------------------------------------------------------- */

static const struct buffer *written_form(const struct scoring *scoring, const struct batch *batch) {
    return scoring->compression == COMPRESSION_NONE ? &batch->output : &batch->packed;
}

static enum exit_code skip(struct scoring *scoring, struct batch *batch) {
    struct resume_entry entry;
    if (!resume_next(scoring->resume, &entry)) {
        return EXIT_SYSTEM;
    }
    if (entry.input_crc != batch->input_crc || (batch->last && batch->number + 1 < scoring->resume->n_done)) {
        message_error("the input is not the one that %s was begun with; give it that one, or remove the file to start anew",
                      scoring->output->temporary);
        return EXIT_USAGE;
    }
    batch->n_records = entry.n_records;
    batch->n_rejected = entry.n_rejected;
    batch->n_invalid = entry.n_invalid;
    batch->n_empty = entry.n_empty;
    batch->coverage = entry.coverage;
    scoring->n_written += entry.n_bytes;
    return EXIT_DONE;
}

/* A compressed file has at least one member, so that it is one. */
static bool add_empty_member(const struct scoring *scoring, struct batch *batch) {
    return !batch->last || scoring->compression == COMPRESSION_NONE || scoring->n_written + batch->packed.len > 0 ||
           compression_append(scoring->compression, buffer_string(&batch->output), &batch->packed);
}

static enum exit_code put_out(struct scoring *scoring, struct batch *batch) {
    const struct buffer *bytes = written_form(scoring, batch);
    if (batch->code != EXIT_DONE && scoring->resume != NULL) {
        return EXIT_DONE; /* the part holds whole batches only */
    }
    if (!add_empty_member(scoring, batch)) {
        message_error("out of memory; give it smaller files or more memory");
        return EXIT_SYSTEM;
    }
    scoring->n_written += bytes->len;
    output_write(scoring->output, bytes);
    output_flush(scoring->output);
    if (scoring->output->failed) {
        return EXIT_SYSTEM;
    }
    if (scoring->resume != NULL) {
        const struct resume_entry entry = {.n_bytes = bytes->len,
                                           .output_crc = resume_crc(0, bytes->data, bytes->len),
                                           .input_crc = batch->input_crc,
                                           .n_records = batch->n_records,
                                           .n_rejected = batch->n_rejected,
                                           .n_invalid = batch->n_invalid,
                                           .n_empty = batch->n_empty,
                                           .coverage = batch->coverage};
        return resume_add(scoring->resume, &entry) ? EXIT_DONE : EXIT_SYSTEM;
    }
    return EXIT_DONE;
}

static enum exit_code write_batch(void *scoring_, struct batch *batch) {
    struct scoring *scoring = scoring_;
    const bool done = scoring->resume != NULL && batch->number < scoring->resume->n_done;
    message_show(&batch->log);
    const enum exit_code code = done ? skip(scoring, batch) : put_out(scoring, batch);
    scoring->counts.n_records += batch->n_records;
    scoring->counts.n_rejected += batch->n_rejected;
    scoring->counts.n_bytes += batch->bytes.len;
    scoring->counts.position = batch->position;
    scoring->n_invalid += batch->n_invalid;
    scoring->n_empty += batch->n_empty;
    coverage_add(&scoring->coverage, &batch->coverage);
    return code == EXIT_DONE ? batch->code : code;
}

static enum exit_code wait_for_batch(void *scoring_) {
    struct scoring *scoring = scoring_;
    progress_batch(&scoring->progress, &scoring->counts);
    return interrupt_signal() != 0 ? EXIT_INTERRUPTED : EXIT_DONE;
}

/* --- All of it ------------------------------------------------------------------------------------------------------------------
 */

static size_t count_threads(size_t wanted) {
    const long online = wanted > 0 ? (long)wanted : sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : (size_t)online;
}

static void free_scorers(struct scorer *scorers, size_t n) {
    for (size_t i = 0; i < n; i++) {
        free_scorer(&scorers[i]);
    }
    free(scorers);
}

static enum exit_code summarise(const struct scoring *scoring) {
    if (scoring->n_empty > 0) {
        message_warning("%zu of %zu records had no statement in their text, and so nothing in the output", scoring->n_empty,
                        scoring->counts.n_records);
    }
    coverage_tell(&scoring->coverage, scoring->layout->split ? "statements" : "records");
    const enum exit_code code = record_summarise(scoring->counts.n_records, scoring->n_invalid, scoring->counts.n_rejected);
    const enum exit_code found = record_keys_check(&scoring->keys, scoring->records, NULL);
    if (found != EXIT_DONE) {
        return found;
    }
    if (scoring->cutter.n_skipped > 0) {
        message_warning("%zu of %zu files could not be opened or read to the end; what was not read is not in the output",
                        scoring->cutter.n_skipped, scoring->paths.n);
    }
    return scoring->cutter.n_skipped > 0 ? EXIT_SKIPPED : code;
}

enum exit_code scoring_run(struct scoring *scoring) {
    const struct pipeline_stages stages = {
        .user = scoring, .fill = fill, .work = work, .write = write_batch, .wait = wait_for_batch};
    const size_t n_threads = count_threads(scoring->n_threads);
    atomic_init(&scoring->stop, false);
    scoring->scorers = memory_new(n_threads, sizeof *scoring->scorers);
    scoring->counts.total = input_total_size(&scoring->paths);
    record_cutter_init(&scoring->cutter, scoring->records, NULL, scoring->paths, &scoring->stop);
    scoring->cutter.log = &scoring->cutter_log;
    scoring->cutter.skip = scoring->resume == NULL;
    progress_start(&scoring->progress, scoring->quiet);
    const enum exit_code code = pipeline_run(&stages, n_threads, &scoring->stop);
    progress_end(&scoring->progress);
    record_cutter_free(&scoring->cutter);
    buffer_free(&scoring->cutter_log);
    free_scorers(scoring->scorers, n_threads);
    return code != EXIT_DONE ? code : summarise(scoring);
}
