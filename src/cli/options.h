/* Options as table rows over getopt_long. */
#ifndef STANCE_CLI_OPTIONS_H
#define STANCE_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "exit_code.h"

enum option_kind {
    OPTION_FLAG,    /* int: receives the row's `value` */
    OPTION_SIZE,    /* size_t in [min, max] */
    OPTION_DOUBLE,  /* double in [min, max]; the row's `word`, where not NULL, stands for `value` */
    OPTION_STRING,  /* const char *: not empty */
    OPTION_STRINGS, /* struct option_strings: may be given again */
    OPTION_CHOICE,  /* int: the index in `choices` */
    OPTION_RANGE,   /* struct option_range */
    OPTION_MAYBE    /* const char *: the argument, or "" where the option has none (--name[=ARGUMENT]) */
};

/* What flags, sizes, choices and doubles (as NaN) hold that were not given and have no default. */
#define OPTION_UNSET (-1)
#define OPTION_SIZE_UNSET ((size_t)-1)

struct option_strings {
    const char **values; /* borrowed from argv; the array is freed by options_free */
    size_t n, capacity;
};

struct option_range {
    bool given;
    size_t min, max;
};

struct option_row {
    enum option_kind kind;
    char letter;          /* 0 for none */
    const char *name;     /* without "--" */
    const char *argument; /* as in the help; NULL for none */
    size_t offset;        /* of the target in the group's struct */
    const char *help;
    int value;
    double min, max;
    const char *word;
    const char *const *choices; /* closed by NULL */
};

/* Rows that several verbs share; `offset` is where their struct lies in the verb's arguments. */
struct option_group {
    const char *title;
    const struct option_row *rows;
    size_t n_rows;
    size_t offset;
};

#define OPTION_GROUP(title, rows, offset) \
    { (title), (rows), sizeof(rows) / sizeof *(rows), (offset) }

struct operands {
    const char *const *values;
    size_t n;
};

struct command {
    const char *name;
    const char *summary;     /* one line */
    const char *synopsis;    /* lines that follow "stance NAME" */
    const char *description; /* paragraphs, as printed */
    const char *examples;    /* lines, as printed */
    const struct option_group *groups;
    size_t n_groups;
    const void *defaults; /* the arguments before parsing */
    size_t arguments_size;
    enum exit_code (*run)(const void *arguments, const struct operands *operands);
};

enum options_result { OPTIONS_PARSED, OPTIONS_HELP, OPTIONS_WRONG };

/* Parses `argv[1]` and what follows into `arguments`, which holds the defaults. Says on stderr what is wrong. */
enum options_result options_parse(const struct command *command, int argc, char **argv, void *arguments, struct operands *operands);

/* Frees the arrays of repeatable options. */
void options_free(const struct command *command, void *arguments);

/* Visits every row of a command, in order; NULL behind the last. `*group` receives its group. */
const struct option_row *options_row(const struct command *command, size_t index, const struct option_group **group);

#endif
