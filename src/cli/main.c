/* The program `stance VERB`: the table of verbs, and what is common to all of them. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "descriptors.h"
#include "help.h"
#include "interrupt.h"
#include "memory.h"
#include "message.h"
#include "output.h"
#include "stance.h"
#include "suggest.h"

static const struct command *const COMMANDS[] = {&COMMAND_CLASSIFY, &COMMAND_EXPLAIN,  &COMMAND_SCORE,   &COMMAND_SPLIT,
                                                 &COMMAND_TRAIN,    &COMMAND_EVALUATE, &COMMAND_INSPECT, &COMMAND_VECTORIZE};
static const size_t N_COMMANDS = sizeof COMMANDS / sizeof *COMMANDS;

/* Prints and frees `text`. */
static enum exit_code print(struct buffer *text) {
    struct output output;
    enum exit_code code = output_open(&output, NULL, NULL);
    output_write(&output, text);
    buffer_free(text);
    return output_close(&output, code);
}

static enum exit_code print_help(void) {
    struct buffer text = {0};
    buffer_append_text(&text, "Usage: stance VERB [OPTIONS] [FILE...]\n\n"
                              "Cuts diplomatic text into statements and scores each for accusation, denial,\n"
                              "conciliation and sentiment.\n\nVerbs:\n");
    for (size_t i = 0; i < N_COMMANDS; i++) {
        buffer_format(&text, "  %-10s %s\n", COMMANDS[i]->name, COMMANDS[i]->summary);
    }
    buffer_append_text(&text, "  help       show this help, or with a VERB that verb's\n\nOptions:\n"
                              "  -h, --help     show this help; `stance VERB --help` shows the options of a verb\n"
                              "  -V, --version  show the version\n\nEnvironment:\n"
                              "  STANCE_MODEL   the model, where --model does not name one\n"
                              "  NO_COLOR       where it is set and not empty, no colour\n\nExamples:\n"
                              "  stance classify article.txt\n"
                              "  stance score corpus.jsonl > scored.jsonl\n"
                              "  stance train -o my.stance corpus.jsonl\n");
    help_closing(&text);
    return print(&text);
}

static enum exit_code print_version(void) {
    struct buffer text = {0};
    buffer_format(&text, "stance %s\n", stance_version());
    return print(&text);
}

static enum exit_code print_command_help(const struct command *command) {
    struct buffer text = {0};
    help_command(command, &text);
    return print(&text);
}

/* NULL, and says so with the nearest verb, where there is no such verb. */
static const struct command *find_command(const char *name) {
    struct suggestion suggestion = {.word = name};
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(COMMANDS[i]->name, name) == 0) {
            return COMMANDS[i];
        }
        suggestion_offer(&suggestion, COMMANDS[i]->name);
    }
    suggestion_offer(&suggestion, "help");
    if (suggestion.nearest != NULL) {
        message_error("no verb \"%s\"; did you mean %s?", name, suggestion.nearest);
    } else {
        message_error("no verb \"%s\"; `stance help` lists them", name);
    }
    return NULL;
}

/* `argv[0]` is the verb. */
static enum exit_code run_command(const struct command *command, int argc, char **argv) {
    struct operands operands;
    void *arguments = memory_new(1, command->arguments_size);
    enum exit_code code = EXIT_USAGE;
    memcpy(arguments, command->defaults, command->arguments_size);
    switch (options_parse(command, argc, argv, arguments, &operands)) {
    case OPTIONS_PARSED: code = command->run(arguments, &operands); break;
    case OPTIONS_HELP: code = print_command_help(command); break;
    case OPTIONS_WRONG: break;
    }
    options_free(command, arguments);
    free(arguments);
    return code;
}

static bool is_option(const char *word, const char *letter, const char *name) {
    return strcmp(word, letter) == 0 || strcmp(word, name) == 0;
}

static bool is_help(const char *word) { return strcmp(word, "help") == 0 || is_option(word, "-h", "--help"); }

/* `argv[0]` is "help". */
static enum exit_code run_help(int argc, char **argv) {
    if (argc < 2 || is_help(argv[1])) {
        return print_help();
    }
    if (argc > 2) {
        message_error("help takes one verb, not \"%s\" as well", argv[2]);
        return EXIT_USAGE;
    }
    const struct command *command = find_command(argv[1]);
    return command == NULL ? EXIT_USAGE : print_command_help(command);
}

static enum exit_code run(int argc, char **argv) {
    if (argc < 2) {
        message_error("which verb? `stance help` lists them");
        return EXIT_USAGE;
    }
    const char *word = argv[1];
    if (is_help(word)) {
        return run_help(argc - 1, argv + 1);
    }
    if (is_option(word, "-V", "--version")) {
        return print_version();
    }
    if (word[0] == '-') {
        message_error("the verb comes first: stance VERB %s ...; `stance help` lists the verbs", word);
        return EXIT_USAGE;
    }
    const struct command *command = find_command(word);
    return command == NULL ? EXIT_USAGE : run_command(command, argc - 1, argv + 1);
}

int main(int argc, char **argv) {
    descriptors_occupy();
    interrupt_install();
    const enum exit_code code = run(argc, argv);
    if (interrupt_signal() != 0) {
        interrupt_end(interrupt_signal());
    }
    return (int)(code == EXIT_SKIPPED ? EXIT_SYSTEM : code);
}
