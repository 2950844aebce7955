#include "record.h"

static const char *const FORMATS[] = {
    [RECORD_JSONL] = "jsonl", [RECORD_CSV] = "csv", [RECORD_TSV] = "tsv", [RECORD_TEXT] = "text", NULL};

const char *const DELIMITER_NAMES[] = {[DELIMITER_COMMA] = "comma",
                                       [DELIMITER_SEMICOLON] = "semicolon",
                                       [DELIMITER_TAB] = "tab",
                                       [DELIMITER_PIPE] = "pipe",
                                       [N_DELIMITERS] = NULL};

#define AT(member) offsetof(struct record_options, member)
const struct option_row RECORD_OPTION_ROWS[] = {
    {.kind = OPTION_CHOICE,
     .name = "input-format",
     .argument = "FORMAT",
     .offset = AT(format),
     .choices = FORMATS,
     .help = "jsonl, csv, tsv, or text for a record a line; default: by the file's extension, else text"},
    {.kind = OPTION_STRING,
     .name = "text-column",
     .argument = "NAME",
     .offset = AT(text_column),
     .help = "column or JSON key of the text (default: text)"},
    {.kind = OPTION_STRING,
     .name = "id-column",
     .argument = "NAME",
     .offset = AT(id_column),
     .help = "column or JSON key of the record's id (default: id)"},
    {.kind = OPTION_CHOICE,
     .name = "delimiter",
     .argument = "NAME",
     .offset = AT(delimiter),
     .choices = DELIMITER_NAMES,
     .help = "what stands between fields: comma (default in CSV), semicolon, tab (default in TSV) or pipe"},
    {.kind = OPTION_FLAG,
     .name = "no-quotes",
     .value = 1,
     .offset = AT(no_quotes),
     .help = "take quotes in CSV and TSV for ordinary characters: no field is quoted, and every line is a record"},
    {.kind = OPTION_FLAG,
     .name = "strict",
     .value = 1,
     .offset = AT(strict),
     .help = "reject records that are not valid UTF-8, instead of scoring them with U+FFFD"},
};
#undef AT

#define AT(member) offsetof(struct label_options, member)
const struct option_row LABEL_OPTION_ROWS[] = {
    {.kind = OPTION_STRING,
     .name = "label-column",
     .argument = "NAME",
     .offset = AT(label_column),
     .help = "column or JSON key of the labels (default: labels, else label)"},
    {.kind = OPTION_STRING,
     .name = "label-separator",
     .argument = "TEXT",
     .offset = AT(label_separator),
     .help = "what stands between the labels of a CSV or TSV field (default: ;)"},
    {.kind = OPTION_STRINGS,
     .name = "no-label",
     .argument = "VALUE",
     .offset = AT(no_label),
     .help = "a label value that means none, such as _; may be given again"},
    {.kind = OPTION_STRING,
     .name = "group-column",
     .argument = "NAME",
     .offset = AT(group_column),
     .help = "column or JSON key of the group that stays on one side of a fold (default: group)"},
};
#undef AT
