#include "corpus_read.h"

#include "alike.h"
#include "interrupt.h"
#include "message.h"
#include "progress.h"
#include "record_read.h"
#include "table.h"

/* Whatever the library refuses but for want of memory is wrong with the record. */
static enum exit_code add(struct corpus_input *input, struct record_reader *reader, const struct record *record, bool auxiliary) {
    const struct stance_record labelled = {.id = record->id,
                                           .text = record->text,
                                           .group = record->group,
                                           .labels = record->labels,
                                           .n_labels = record->n_labels,
                                           .auxiliary = auxiliary};
    struct stance_error error;
    const enum stance_status status = stance_corpus_add(input->corpus, &labelled, &error);
    if (status == STANCE_ERROR_MEMORY || status == STANCE_ERROR_INTERNAL) {
        return message_failure(&error);
    }
    if (status != STANCE_OK) {
        record_reject(reader, record, error.message);
        return EXIT_REJECTED;
    }
    input->n_auxiliary += auxiliary;
    return EXIT_DONE;
}

static enum exit_code read_all(struct corpus_input *input, struct record_reader *reader, bool auxiliary, struct progress *progress,
                               corpus_visitor *visit, void *user) {
    const uint64_t total = input_total_size(&reader->cutter.paths);
    struct record record;
    enum record_result result;
    while ((result = record_read(reader, &record)) == RECORDS_READ) {
        const enum exit_code code = interrupt_signal() != 0 ? EXIT_INTERRUPTED : add(input, reader, &record, auxiliary);
        if (code != EXIT_DONE && code != EXIT_REJECTED) {
            return code;
        }
        if (code == EXIT_DONE && visit != NULL) {
            visit(user, &record);
        }
        progress_records(progress, reader->n_records, record_reader_position(reader), total);
    }
    return result == RECORDS_END ? record_reader_finish(reader) : reader->failure;
}

static enum exit_code read_files(struct corpus_input *input, const struct corpus_source *source, const struct operands *paths,
                                 bool auxiliary, corpus_visitor *visit, void *user) {
    struct record_reader reader;
    struct progress progress;
    record_reader_init(&reader, &source->records, &source->labels, *paths);
    progress_start(&progress, source->quiet);
    const enum exit_code code = read_all(input, &reader, auxiliary, &progress, visit, user);
    progress_end(&progress);
    input->n_files += paths->n;
    input->n_records += reader.n_records;
    input->n_rejected += reader.n_rejected;
    record_reader_free(&reader);
    return code;
}

enum exit_code corpus_read(struct corpus_input *input, const struct corpus_source *source, const struct operands *paths,
                           corpus_visitor *visit, void *user) {
    struct stance_error error;
    *input = (struct corpus_input){0};
    if (stance_corpus_new(&input->corpus, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    enum exit_code code = read_files(input, source, paths, false, visit, user);
    if ((code == EXIT_DONE || code == EXIT_REJECTED) && source->auxiliary.n > 0) {
        const enum exit_code more = read_files(input, source, &source->auxiliary, true, visit, user);
        code = more == EXIT_DONE ? code : more;
    }
    if (code != EXIT_DONE && code != EXIT_REJECTED) {
        corpus_input_free(input);
    } else {
        alike_warn_of_labels(input->corpus);
    }
    return code;
}

void corpus_input_free(struct corpus_input *input) {
    stance_corpus_free(input->corpus);
    input->corpus = NULL;
}

static const char *plural(size_t n) { return n == 1 ? "" : "s"; }

static void report_labels(struct stance_corpus *corpus, const struct stance_corpus_summary *summary, struct buffer *out) {
    struct table table = {.n_columns = 3};
    for (size_t i = 0; i < summary->n_labels; i++) {
        size_t n_positive;
        const char *label = stance_corpus_label(corpus, i, &n_positive);
        table_add(&table, "%s", label);
        table_add(&table, "%zu", n_positive);
        table_add(&table, "%.1f%%", 100.0 * (double)n_positive / (double)summary->n_records);
    }
    table_print(&table, out);
}

enum exit_code corpus_report(const struct corpus_input *input, struct buffer *out) {
    struct stance_corpus_summary summary;
    struct stance_error error;
    if (stance_corpus_summarise(input->corpus, &summary, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    buffer_format(out, "Read %zu record%s from %zu file%s", summary.n_records, plural(summary.n_records), input->n_files,
                  plural(input->n_files));
    if (input->n_rejected > 0) {
        buffer_format(out, " and rejected %zu", input->n_rejected);
    }
    if (input->n_auxiliary > 0) {
        buffer_format(out, ", %zu of them auxiliary", input->n_auxiliary);
    }
    buffer_format(out, ": %zu group%s, %zu duplicate%s, %zu contradiction%s, %s.\n", summary.n_groups, plural(summary.n_groups),
                  summary.n_duplicates, plural(summary.n_duplicates), summary.n_contradictions, plural(summary.n_contradictions),
                  summary.exclusive ? "exactly one label each" : "any number of labels each");
    report_labels(input->corpus, &summary, out);
    if (!summary.exclusive) {
        buffer_format(out, "  %zu record%s without a label\n", summary.n_unlabelled, plural(summary.n_unlabelled));
    }
    return EXIT_DONE;
}

enum exit_code corpus_emit(const struct corpus_input *input, struct emitter *emitter) {
    struct stance_corpus_summary summary;
    struct stance_error error;
    if (stance_corpus_summarise(input->corpus, &summary, &error) != STANCE_OK) {
        return message_failure(&error);
    }
    emit_key(emitter, "corpus");
    emit_open(emitter, '{');
    emit_member_size(emitter, "files", input->n_files);
    emit_member_size(emitter, "records", summary.n_records);
    emit_member_size(emitter, "rejected", input->n_rejected);
    emit_member_size(emitter, "auxiliary", input->n_auxiliary);
    emit_member_size(emitter, "groups", summary.n_groups);
    emit_member_size(emitter, "unlabelled", summary.n_unlabelled);
    emit_member_size(emitter, "duplicates", summary.n_duplicates);
    emit_member_size(emitter, "contradictions", summary.n_contradictions);
    emit_member_bool(emitter, "exclusive", summary.exclusive);
    emit_key(emitter, "labels");
    emit_open(emitter, '{');
    for (size_t i = 0; i < summary.n_labels; i++) {
        size_t n_positive;
        const char *label = stance_corpus_label(input->corpus, i, &n_positive);
        emit_member_size(emitter, label, n_positive);
    }
    emit_close(emitter, '}');
    emit_close(emitter, '}');
    return EXIT_DONE;
}
