/* Ctrl-C and its kin: noted by a handler, seen by loops, obeyed once files are tidy. */
#ifndef STANCE_CLI_INTERRUPT_H
#define STANCE_CLI_INTERRUPT_H

/* From now on the first SIGINT, SIGTERM or SIGHUP is only noted, a later one ends the program at once; signals that the parent
 * ignores stay ignored. SIGPIPE ends the program quietly, also where the parent ignores it. */
void interrupt_install(void);

/* The signal that was noted, or 0. */
int interrupt_signal(void);

/* Ends the program as signal `number` does by default, so that a shell sees 128 + signal. */
_Noreturn void interrupt_end(int number);

#endif
