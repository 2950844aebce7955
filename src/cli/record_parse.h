/* Looking into a record that was cut. */
#ifndef STANCE_CLI_RECORD_PARSE_H
#define STANCE_CLI_RECORD_PARSE_H

#include "record_cut.h"
#include "record_file.h"
#include "record_keys.h"

/* The scratch memory of one thread. */
struct record_parser {
    const struct record_options *options;
    const struct label_options *label_options; /* NULL: labels and groups are not read */
    bool without_id;                           /* ids are not read, so that no odd one rejects its record */
    struct record_keys *keys;                  /* where the keys that are met are noted */
    struct delimited_row row;
    struct buffer problem, text, id, group;
    struct jsonl_object object;
    struct stance_string *labels;
    size_t n_labels, labels_capacity;
};

/* `label_options` may be NULL. All pointers are borrowed; parsers of several threads may have `keys` in common. */
void record_parser_init(struct record_parser *parser, const struct record_options *options,
                        const struct label_options *label_options, struct record_keys *keys);
void record_parser_free(struct record_parser *parser);

/* Fills in `record`, whose file, line and raw bytes are set. NULL, or what is wrong with it. What it points to is borrowed from the
 * parser and from the raw bytes until the next call. `*invalid` tells of a sound record whether it has bytes that are not UTF-8. */
const char *record_parse(struct record_parser *parser, const struct record_file *file, struct record *record, bool *invalid);

/* The same of a record as it was cut, which may be too long, or without an end. */
const char *record_parse_place(struct record_parser *parser, const struct record_file *file, const struct record_place *place,
                               struct record *record, bool *invalid);

/* The warnings that end the reading of `n` records: how many were mended, how many rejected, which makes EXIT_REJECTED. */
enum exit_code record_summarise(size_t n, size_t n_invalid, size_t n_rejected);

#endif
