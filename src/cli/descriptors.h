/* The three standard descriptors. */
#ifndef STANCE_CLI_DESCRIPTORS_H
#define STANCE_CLI_DESCRIPTORS_H

/* Occupies those of stdin, stdout and stderr that are closed, so that no file gets their number and with it what is meant for them;
 * reading and writing them goes on to fail. To be called before anything is opened. */
void descriptors_occupy(void);

#endif
