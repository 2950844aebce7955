#include "help.h"

#include <string.h>

enum {
    HELP_WIDTH = 80,
    HELP_COLUMN = 27 /* where the descriptions stand */
};

static void pad(struct buffer *out, size_t n) {
    for (size_t i = 0; i < n; i++) {
        buffer_append_char(out, ' ');
    }
}

/* `text` in words, from column HELP_COLUMN to HELP_WIDTH. */
static void append_wrapped(struct buffer *out, const char *text) {
    size_t column = HELP_COLUMN;
    while (*text != '\0') {
        const size_t word = strcspn(text, " ");
        if (column > HELP_COLUMN && column + 1 + word > HELP_WIDTH) {
            buffer_append_char(out, '\n');
            pad(out, HELP_COLUMN);
            column = HELP_COLUMN;
        } else if (column > HELP_COLUMN) {
            buffer_append_char(out, ' ');
            column++;
        }
        buffer_append(out, text, word);
        column += word;
        text += word;
        text += strspn(text, " ");
    }
    buffer_append_char(out, '\n');
}

static void append_row(struct buffer *out, const struct option_row *row) {
    const size_t start = out->len;
    if (row->letter != 0) {
        buffer_format(out, "  -%c, --%s", row->letter, row->name);
    } else {
        buffer_format(out, "      --%s", row->name);
    }
    if (row->argument != NULL) {
        buffer_format(out, row->kind == OPTION_MAYBE ? "[=%s]" : " %s", row->argument);
    }
    if (out->len - start > HELP_COLUMN - 2) {
        buffer_append_char(out, '\n');
        pad(out, HELP_COLUMN);
    } else {
        pad(out, HELP_COLUMN - (out->len - start));
    }
    append_wrapped(out, row->help);
}

/* One "stance NAME ..." for every line of the synopsis. */
static void append_synopsis(struct buffer *out, const struct command *command) {
    const char *head = "Usage: ";
    for (const char *line = command->synopsis; *line != '\0';) {
        const size_t len = strcspn(line, "\n");
        buffer_format(out, "%sstance %s %.*s\n", head, command->name, (int)len, line);
        head = "       ";
        line += len;
        line += *line == '\n';
    }
}

void help_closing(struct buffer *out) {
    buffer_append_text(out, "\nExit codes:\n"
                            "  0  done\n"
                            "  1  some records were rejected, or the corpus cannot be used; the rest was done\n"
                            "  2  the command line is wrong\n"
                            "  3  a file cannot be opened, read or written, or memory ran out\n"
                            "  4  the model is missing, damaged, or of another version\n"
                            "  A signal (Ctrl-C) ends the program by that signal and leaves no half file.\n");
}

void help_command(const struct command *command, struct buffer *out) {
    append_synopsis(out, command);
    buffer_format(out, "\n%s\n", command->description);
    for (size_t i = 0; i < command->n_groups; i++) {
        buffer_format(out, "\n%s:\n", command->groups[i].title);
        for (size_t j = 0; j < command->groups[i].n_rows; j++) {
            append_row(out, &command->groups[i].rows[j]);
        }
    }
    buffer_append_text(out, command->n_groups == 0 ? "\nOptions:\n" : "");
    append_row(out, &(const struct option_row){.kind = OPTION_FLAG, .letter = 'h', .name = "help", .help = "show this help"});
    buffer_format(out, "\nExamples:\n%s", command->examples);
    help_closing(out);
}
