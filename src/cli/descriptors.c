#include "descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* open() takes the lowest number that is free, which is the one looked at. The wrong direction makes reads and writes fail with
 * EBADF, as they do on a closed descriptor. */
void descriptors_occupy(void) {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) {
            (void)open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
}
