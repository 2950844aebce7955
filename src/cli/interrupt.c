#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

/* timeout(1) sends its signal twice, to the process and to its group; a second within so many milliseconds is the same one. */
enum { SAME_SIGNAL = 100 };

/* The variables that a handler can reach; threads read the first. */
static atomic_int noted;
static atomic_llong noted_at;

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void note(int number) {
    if (noted == 0) {
        noted_at = now();
        noted = number;
    } else if (now() - noted_at > SAME_SIGNAL) {
        signal(number, SIG_DFL);
        raise(number);
    }
}

/* Without SA_RESTART, so that a read that waits for a terminal or a pipe ends. */
static void catch_signal(int signal) {
    struct sigaction action;
    if (sigaction(signal, NULL, &action) != 0 || action.sa_handler == SIG_IGN) {
        return;
    }
    action = (struct sigaction){.sa_handler = note};
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
