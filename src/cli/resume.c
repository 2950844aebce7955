#include "resume.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "message.h"

enum { LINE_SIZE = 200, CHUNK_SIZE = 1 << 16 };

#define HEADER "stance resume 3 %08" PRIx32 "\n"
#define ENTRY "%" PRIu64 " %08" PRIx32 " %08" PRIx32 " %zu %zu %zu %zu %zu %zu\n"

uint32_t resume_crc(uint32_t previous, const void *bytes, size_t len) { return (uint32_t)crc32_z(previous, bytes, len); }

static bool fail(const struct resume *resume, const char *what) {
    message_error("%s cannot be %s: %s", resume->path, what, strerror(errno));
    return false;
}

/* A line that is whole, which only an interrupted write does not leave. */
static bool read_line(struct resume *resume, char line[LINE_SIZE]) {
    return fgets(line, LINE_SIZE, resume->journal) != NULL && strchr(line, '\n') != NULL;
}

/* The numbers of an entry, in the order of ENTRY; false where there are not as many. */
static bool parse_entry(const char *line, struct resume_entry *entry) {
    static const int BASES[] = {10, 16, 16, 10, 10, 10, 10, 10, 10};
    unsigned long long numbers[9];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char *end;
        numbers[i] = strtoull(line, &end, BASES[i]);
        if (end == line) {
            return false;
        }
        line = end;
    }
    *entry = (struct resume_entry){.n_bytes = numbers[0],
                                   .output_crc = (uint32_t)numbers[1],
                                   .input_crc = (uint32_t)numbers[2],
                                   .n_records = (size_t)numbers[3],
                                   .n_rejected = (size_t)numbers[4],
                                   .n_invalid = (size_t)numbers[5],
                                   .n_empty = (size_t)numbers[6],
                                   .coverage = {.n = (size_t)numbers[7], .n_unknown = (size_t)numbers[8]}};
    return *line == '\n';
}

static bool read_entry(struct resume *resume, struct resume_entry *entry) {
    char line[LINE_SIZE];
    return read_line(resume, line) && parse_entry(line, entry);
}

/* Whether the next `n_bytes` of the part have the checksum. */
static bool is_in_part(const struct resume *resume, const struct resume_entry *entry) {
    char chunk[CHUNK_SIZE];
    uint32_t crc = 0;
    for (uint64_t left = entry->n_bytes; left > 0;) {
        const size_t wanted = left < sizeof chunk ? (size_t)left : sizeof chunk;
        if (fread(chunk, 1, wanted, resume->output->stream) != wanted) {
            return false;
        }
        crc = resume_crc(crc, chunk, wanted);
        left -= wanted;
    }
    return crc == entry->output_crc;
}

/* Cuts `stream` to `len` bytes and goes to their end. */
static bool cut(FILE *stream, off_t len) {
    return fflush(stream) == 0 && ftruncate(fileno(stream), len) == 0 && fseeko(stream, len, SEEK_SET) == 0;
}

/* Counts the batches that are whole and drops the rest. */
static bool check_batches(struct resume *resume) {
    struct resume_entry entry;
    off_t end = ftello(resume->journal);
    while (read_entry(resume, &entry) && is_in_part(resume, &entry)) {
        resume->n_done++;
        resume->n_bytes += entry.n_bytes;
        end = ftello(resume->journal);
    }
    if (fseeko(resume->output->stream, 0, SEEK_SET) != 0 || !cut(resume->output->stream, (off_t)resume->n_bytes) ||
        fseeko(resume->journal, 0, SEEK_SET) != 0 || !cut(resume->journal, end)) {
        return fail(resume, "written");
    }
    return true;
}

static bool is_empty(FILE *stream) { return fseeko(stream, 0, SEEK_END) == 0 && ftello(stream) == 0; }

static bool begin(struct resume *resume, uint32_t fingerprint) {
    return (fprintf(resume->journal, HEADER, fingerprint) > 0 && fflush(resume->journal) == 0) || fail(resume, "written");
}

/* Reads the header of a journal that is there, and checks the rest. */
static enum exit_code go_on(struct resume *resume, uint32_t fingerprint) {
    char line[LINE_SIZE];
    char wanted[LINE_SIZE];
    rewind(resume->journal);
    rewind(resume->output->stream);
    snprintf(wanted, sizeof wanted, HEADER, fingerprint);
    if (!read_line(resume, line) || strcmp(line, wanted) != 0) {
        message_error("%s was begun with another model, other options or another version; go on with those, or remove it to start "
                      "anew",
                      resume->output->temporary);
        return EXIT_USAGE;
    }
    if (!check_batches(resume)) {
        return EXIT_SYSTEM;
    }
    rewind(resume->journal);
    return read_line(resume, line) ? EXIT_DONE : EXIT_SYSTEM;
}

static enum exit_code open_journal(struct resume *resume, uint32_t fingerprint) {
    const int descriptor = open(resume->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    resume->journal = descriptor < 0 ? NULL : fdopen(descriptor, "r+b");
    if (resume->journal == NULL) {
        fail(resume, "opened");
        return EXIT_SYSTEM;
    }
    if (is_empty(resume->output->stream)) {
        return cut(resume->journal, 0) && begin(resume, fingerprint) ? EXIT_DONE : EXIT_SYSTEM;
    }
    if (is_empty(resume->journal)) {
        message_error("%s is there without its journal; remove it to start anew", resume->output->temporary);
        return EXIT_USAGE;
    }
    return go_on(resume, fingerprint);
}

enum exit_code resume_open(struct resume *resume, struct output *output, uint32_t fingerprint) {
    struct buffer path = {0};
    buffer_format(&path, "%s.journal", output->temporary);
    buffer_text(&path);
    *resume = (struct resume){.output = output, .path = path.data};
    return open_journal(resume, fingerprint);
}

bool resume_next(struct resume *resume, struct resume_entry *entry) { return read_entry(resume, entry) || fail(resume, "read"); }

bool resume_add(struct resume *resume, const struct resume_entry *entry) {
    /* Between reading and writing a stream wants to be positioned. */
    const bool written =
        fseeko(resume->journal, 0, SEEK_END) == 0 &&
        fprintf(resume->journal, ENTRY, entry->n_bytes, entry->output_crc, entry->input_crc, entry->n_records, entry->n_rejected,
                entry->n_invalid, entry->n_empty, entry->coverage.n, entry->coverage.n_unknown) > 0 &&
        fflush(resume->journal) == 0;
    return written || fail(resume, "written");
}

void resume_close(struct resume *resume, bool complete) {
    if (resume->journal != NULL) {
        fclose(resume->journal);
        if (complete) {
            unlink(resume->path);
        }
    }
    free(resume->path);
    *resume = (struct resume){0};
}
