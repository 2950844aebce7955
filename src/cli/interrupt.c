#include "interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>

/* The one variable that a handler can reach. */
static volatile sig_atomic_t noted;

static void note(int signal) { noted = signal; }

/* Without SA_RESTART, so that a read that waits for a terminal or a pipe ends. */
static void catch_signal(int signal) {
    struct sigaction action;
    if (sigaction(signal, NULL, &action) != 0 || action.sa_handler == SIG_IGN) {
        return;
    }
    action = (struct sigaction){.sa_handler = note, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, NULL);
}

void interrupt_install(void) {
    catch_signal(SIGINT);
    catch_signal(SIGTERM);
    catch_signal(SIGHUP);
    signal(SIGPIPE, SIG_DFL);
}

int interrupt_signal(void) { return noted; }

_Noreturn void interrupt_end(int number) {
    signal(number, SIG_DFL);
    raise(number);
    _Exit(128 + number);
}
