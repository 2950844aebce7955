/* How the program ends; documented in every --help and in stance.1. */
#ifndef STANCE_CLI_EXIT_CODE_H
#define STANCE_CLI_EXIT_CODE_H

enum exit_code {
    EXIT_DONE = 0,
    EXIT_REJECTED = 1,    /* some records were rejected, or the corpus cannot be used; the rest was done */
    EXIT_USAGE = 2,       /* the command line is wrong */
    EXIT_SYSTEM = 3,      /* a file cannot be opened, read or written; no memory */
    EXIT_MODEL = 4,       /* the model is missing, damaged, or of another version */
    EXIT_INTERRUPTED = 5, /* internal: a signal asked to stop; main turns it into the end by that signal */
    EXIT_SKIPPED = 6      /* internal: a file among several cannot be opened, the rest was done; main makes it EXIT_SYSTEM */
};

#endif
