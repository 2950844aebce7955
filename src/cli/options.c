#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "memory.h"
#include "message.h"
#include "number.h"
#include "suggest.h"

enum {
    HELP_CODE = 0x100, /* getopt codes above every letter: --help, then the rows */
    ROW_CODE
};

const struct option_row *options_row(const struct command *command, size_t index, const struct option_group **group) {
    for (size_t i = 0; i < command->n_groups; i++) {
        if (index < command->groups[i].n_rows) {
            *group = &command->groups[i];
            return &command->groups[i].rows[index];
        }
        index -= command->groups[i].n_rows;
    }
    return NULL;
}

static size_t count_rows(const struct command *command) {
    size_t n = 0;
    for (size_t i = 0; i < command->n_groups; i++) {
        n += command->groups[i].n_rows;
    }
    return n;
}

/* --- Values ------------------------------------------------------------------------------------------------------------ */

static bool refuse(const struct option_row *row, const char *word, const char *wanted) {
    message_error("--%s takes %s, not \"%s\"", row->name, wanted, word);
    return false;
}

static bool set_size(const struct option_row *row, size_t *target, const char *word) {
    size_t value;
    if (!number_parse_size(word, &value)) {
        return refuse(row, word, "a whole number");
    }
    if ((double)value < row->min || (double)value > row->max) {
        message_error("--%s takes a number from %.0f to %.0f, not \"%s\"", row->name, row->min, row->max, word);
        return false;
    }
    *target = value;
    return true;
}

static bool set_double(const struct option_row *row, double *target, const char *word) {
    if (row->word != NULL && strcmp(word, row->word) == 0) {
        *target = row->value;
        return true;
    }
    double value;
    if (!number_parse_double(word, &value)) {
        return refuse(row, word, "a number");
    }
    if (value < row->min || value > row->max) {
        message_error("--%s takes a number from %g to %g, not \"%s\"", row->name, row->min, row->max, word);
        return false;
    }
    *target = value;
    return true;
}

static bool set_choice(const struct option_row *row, int *target, const char *word) {
    struct buffer wanted = {0};
    buffer_append_text(&wanted, "one of");
    for (int i = 0; row->choices[i] != NULL; i++) {
        if (strcmp(word, row->choices[i]) == 0) {
            *target = i;
            buffer_free(&wanted);
            return true;
        }
        buffer_format(&wanted, "%s %s", i == 0 ? "" : ",", row->choices[i]);
    }
    refuse(row, word, buffer_text(&wanted));
    buffer_free(&wanted);
    return false;
}

static bool set_range(const struct option_row *row, struct option_range *target, const char *word) {
    struct option_range range = {.given = true};
    if (!number_parse_range(word, &range.min, &range.max)) {
        return refuse(row, word, "MIN-MAX, such as 1-2, or 0 for none");
    }
    *target = range;
    return true;
}

static bool set_string(const struct option_row *row, const char **target, const char *word) {
    if (*word == '\0') {
        message_error("--%s takes %s, not an empty word", row->name, row->argument);
        return false;
    }
    *target = word;
    return true;
}

static void add_string(struct option_strings *target, const char *word) {
    target->values = memory_grow(target->values, &target->capacity, target->n + 1, sizeof *target->values);
    target->values[target->n++] = word;
}

static bool set(const struct option_row *row, void *target, const char *word) {
    switch (row->kind) {
    case OPTION_FLAG: *(int *)target = row->value; return true;
    case OPTION_SIZE: return set_size(row, target, word);
    case OPTION_DOUBLE: return set_double(row, target, word);
    case OPTION_STRING: return set_string(row, target, word);
    case OPTION_STRINGS: add_string(target, word); return true;
    case OPTION_CHOICE: return set_choice(row, target, word);
    case OPTION_RANGE: return set_range(row, target, word);
    case OPTION_MAYBE: *(const char **)target = word == NULL ? "" : word; return true;
    }
    return false;
}

/* --- getopt ------------------------------------------------------------------------------------------------------------- */

static int argument_rule(const struct option_row *row) {
    if (row->kind == OPTION_FLAG) {
        return no_argument;
    }
    return row->kind == OPTION_MAYBE ? optional_argument : required_argument;
}

/* The tables of getopt_long, built from the rows. */
struct getopt_tables {
    struct option *names;
    struct buffer letters;
};

static void build_tables(const struct command *command, struct getopt_tables *tables) {
    const size_t n = count_rows(command);
    const struct option_group *group;
    tables->names = memory_new(n + 2, sizeof *tables->names);
    tables->letters = (struct buffer){0};
    buffer_append_text(&tables->letters, ":h");
    for (size_t i = 0; i < n; i++) {
        const struct option_row *row = options_row(command, i, &group);
        tables->names[i] = (struct option){.name = row->name, .has_arg = argument_rule(row), .val = ROW_CODE + (int)i};
        if (row->letter != 0) {
            buffer_append_char(&tables->letters, row->letter);
            buffer_append_text(&tables->letters, argument_rule(row) == required_argument ? ":" : "");
        }
    }
    tables->names[n] = (struct option){.name = "help", .has_arg = no_argument, .val = HELP_CODE};
}

static void free_tables(struct getopt_tables *tables) {
    free(tables->names);
    buffer_free(&tables->letters);
}

static const struct option_row *find_row(const struct command *command, int code, const struct option_group **group) {
    if (code >= ROW_CODE) {
        return options_row(command, (size_t)(code - ROW_CODE), group);
    }
    const struct option_row *row;
    for (size_t i = 0; (row = options_row(command, i, group)) != NULL; i++) {
        if (row->letter == code) {
            return row;
        }
    }
    return NULL;
}

/* --- Complaints ---------------------------------------------------------------------------------------------------------- */

static void complain_unknown(const struct command *command, const char *typed) {
    char *name = memory_copy(typed, strcspn(typed, "="));
    struct suggestion suggestion = {.word = name};
    const struct option_group *group;
    const struct option_row *row;
    size_t n_prefixed = 0;
    for (size_t i = 0; (row = options_row(command, i, &group)) != NULL; i++) {
        suggestion_offer(&suggestion, row->name);
        n_prefixed += strncmp(row->name, name, strlen(name)) == 0;
    }
    if (n_prefixed > 1) {
        message_error("--%s could be several options; `stance %s --help` lists them", name, command->name);
    } else if (suggestion.nearest != NULL) {
        message_error("unknown option --%s; did you mean --%s?", name, suggestion.nearest);
    } else {
        message_error("unknown option --%s; `stance %s --help` lists them", name, command->name);
    }
    free(name);
}

/* `code` is what getopt_long returned: ':' for a missing argument, '?' for an unknown option or an unwanted argument. */
static void complain(const struct command *command, int code, const char *typed) {
    const struct option_group *group;
    const struct option_row *row = optopt == 0 ? NULL : find_row(command, optopt, &group);
    if (code == ':' && row != NULL) {
        message_error("--%s needs %s", row->name, row->argument);
    } else if (row != NULL || optopt == HELP_CODE) {
        message_error("--%s takes no argument", row == NULL ? "help" : row->name);
    } else if (optopt != 0) {
        message_error("unknown option -%c; `stance %s --help` lists them", optopt, command->name);
    } else {
        complain_unknown(command, typed + 2);
    }
}

static enum options_result parse_all(const struct command *command, const struct getopt_tables *tables, int argc, char **argv,
                                     const char *letters, char *arguments) {
    opterr = 0;
    optind = 1;
    int code;
    while ((code = getopt_long(argc, argv, letters, tables->names, NULL)) != -1) {
        if (code == HELP_CODE || code == 'h') {
            return OPTIONS_HELP;
        }
        if (code == '?' || code == ':') {
            complain(command, code, argv[optind - 1]);
            return OPTIONS_WRONG;
        }
        const struct option_group *group;
        const struct option_row *row = find_row(command, code, &group);
        if (!set(row, arguments + group->offset + row->offset, optarg)) {
            return OPTIONS_WRONG;
        }
    }
    return OPTIONS_PARSED;
}

enum options_result options_parse(const struct command *command, int argc, char **argv, void *arguments,
                                  struct operands *operands) {
    struct getopt_tables tables;
    build_tables(command, &tables);
    const enum options_result result = parse_all(command, &tables, argc, argv, buffer_text(&tables.letters), arguments);
    free_tables(&tables);
    *operands = (struct operands){.values = (const char *const *)(argv + optind), .n = (size_t)(argc - optind)};
    return result;
}

void options_free(const struct command *command, void *arguments) {
    const struct option_group *group;
    const struct option_row *row;
    for (size_t i = 0; (row = options_row(command, i, &group)) != NULL; i++) {
        if (row->kind == OPTION_STRINGS) {
            struct option_strings *strings = (void *)((char *)arguments + group->offset + row->offset);
            free(strings->values);
            *strings = (struct option_strings){0};
        }
    }
}
