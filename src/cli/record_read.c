#include "record_read.h"

#include "message.h"

void record_reader_init(struct record_reader *reader, const struct record_options *options,
                        const struct label_options *label_options, struct operands paths) {
    *reader = (struct record_reader){0};
    record_cutter_init(&reader->cutter, options, label_options, paths, NULL);
    record_parser_init(&reader->parser, options, label_options, &reader->keys);
}

void record_reader_free(struct record_reader *reader) {
    record_cutter_free(&reader->cutter);
    record_parser_free(&reader->parser);
    buffer_free(&reader->raw);
    *reader = (struct record_reader){0};
}

uint64_t record_reader_position(const struct record_reader *reader) { return record_cutter_position(&reader->cutter); }

void record_reject(struct record_reader *reader, const struct record *record, const char *problem) {
    message_at(record->file, record->line, "%s", problem);
    reader->n_rejected++;
}

/* The next place of any file. */
static enum cut_result cut(struct record_reader *reader, struct record_place *place) {
    enum cut_result result = CUT_END;
    while (result == CUT_END) {
        if (reader->cutter.file == NULL) {
            result = record_cutter_open(&reader->cutter);
            if (result != CUT_DONE) {
                return result;
            }
        }
        buffer_clear(&reader->raw);
        result = record_cut(&reader->cutter, &reader->raw, place);
    }
    return result;
}

enum record_result record_read(struct record_reader *reader, struct record *record) {
    struct record_place place;
    enum cut_result result;
    while ((result = cut(reader, &place)) == CUT_DONE) {
        const struct record_file *file = reader->cutter.file;
        bool invalid = false;
        *record = (struct record){.file = file->name, .line = place.line};
        record->raw = (struct stance_string){.data = reader->raw.data, .len = place.len};
        const char *problem = record_parse_place(&reader->parser, file, &place, record, &invalid);
        reader->n_records++;
        if (problem == NULL) {
            reader->n_invalid += invalid;
            return RECORDS_READ;
        }
        record_reject(reader, record, problem);
    }
    reader->failure = reader->cutter.failure;
    return result == CUT_END ? RECORDS_END : RECORDS_STOPPED;
}

enum exit_code record_reader_finish(const struct record_reader *reader) {
    const enum exit_code code = record_summarise(reader->n_records, reader->n_invalid, reader->n_rejected);
    const enum exit_code found = record_keys_check(&reader->keys, reader->parser.options, reader->parser.label_options);
    return found == EXIT_DONE ? code : found;
}
