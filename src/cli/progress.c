#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "interrupt.h"
#include "terminal.h"

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

void progress_start(struct progress *progress, bool quiet) {
    *progress = (struct progress){.shown = !quiet && terminal_can_redraw(STDERR_FILENO)};
    progress->started = progress->shown ? now() : 0;
    progress->last_draw = progress->started;
}

/* Ten times a second is enough; short jobs draw nothing. */
static bool is_due(struct progress *progress) {
    const double interval = 0.1;
    if (!progress->shown) {
        return false;
    }
    const double time = now();
    if (time - progress->last_draw < interval) {
        return false;
    }
    progress->last_draw = time;
    progress->drawn = true;
    return true;
}

/* `share` of the job is done. */
static double seconds_left(const struct progress *progress, double share) {
    return share > 0 ? (progress->last_draw - progress->started) * (1 - share) / share : 0;
}

static void print_time(double seconds) {
    const long whole = (long)seconds;
    fprintf(stderr, ", %ld:%02ld left", whole / 60, whole % 60);
}

void progress_records(struct progress *progress, size_t n_records, uint64_t bytes, uint64_t total_bytes) {
    if (!is_due(progress)) {
        return;
    }
    const double seconds = progress->last_draw - progress->started;
    fprintf(stderr, "\r\033[K%zu records, %.0f a second", n_records, (double)n_records / seconds);
    if (total_bytes > 0) {
        print_time(seconds_left(progress, (double)bytes / (double)total_bytes));
    }
}

void progress_batch(struct progress *progress, const struct progress_counts *counts) {
    if (!is_due(progress)) {
        return;
    }
    const double seconds = progress->last_draw - progress->started;
    fprintf(stderr, "\r\033[K%zu records, %.1f MB/s, %zu rejected", counts->n_records, (double)counts->n_bytes / 1e6 / seconds,
            counts->n_rejected);
    if (counts->total > 0) {
        print_time(seconds_left(progress, (double)counts->position / (double)counts->total));
    }
}

/* A stage tells nothing of how long the next one takes. */
static void follow_stage(struct progress *progress, const char *stage) {
    if (progress->shown && strncmp(progress->stage, stage, sizeof progress->stage - 1) != 0) {
        strncpy(progress->stage, stage, sizeof progress->stage - 1);
        progress->started = now();
    }
}

int progress_callback(void *user, const char *stage, size_t done, size_t total) {
    struct progress *progress = user;
    follow_stage(progress, stage);
    if (is_due(progress) && total > 0) {
        const double share = (double)done / (double)total;
        fprintf(stderr, "\r\033[K%s: %zu of %zu (%.0f%%)", stage, done, total, share * 100);
        print_time(seconds_left(progress, share));
    }
    return interrupt_signal();
}

void progress_end(struct progress *progress) {
    if (progress->drawn) {
        fputs("\r\033[K", stderr);
        progress->drawn = false;
    }
}
