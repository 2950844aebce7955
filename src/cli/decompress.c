#include "decompress.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "memory.h"

struct decompressor {
    enum compression compression;
    bool inside;
    bool between; /* behind a whole gzip member */
    z_stream gzip;
    ZSTD_DStream *zstd;
};

struct decompressor *decompressor_new(enum compression compression) {
    const int gzip_window = 15 + 16; /* the largest, with a gzip header */
    struct decompressor *decompressor = memory_new(1, sizeof *decompressor);
    decompressor->compression = compression;
    bool sound;
    if (compression == COMPRESSION_GZIP) {
        sound = inflateInit2(&decompressor->gzip, gzip_window) == Z_OK;
    } else {
        decompressor->zstd = ZSTD_createDStream();
        sound = decompressor->zstd != NULL;
    }
    if (!sound) {
        free(decompressor);
        return NULL;
    }
    return decompressor;
}

void decompressor_free(struct decompressor *decompressor) {
    if (decompressor == NULL) {
        return;
    }
    if (decompressor->compression == COMPRESSION_GZIP) {
        inflateEnd(&decompressor->gzip);
    } else {
        ZSTD_freeDStream(decompressor->zstd);
    }
    free(decompressor);
}

bool decompressor_is_inside(const struct decompressor *decompressor) { return decompressor->inside; }

static unsigned clip(size_t len) { return len > UINT_MAX ? UINT_MAX : (unsigned)len; }

/* Tapes and disk images pad a gzip file with zeros, which gzip ignores behind a member, too. */
static void skip_padding(struct stance_string *in) {
    while (in->len > 0 && in->data[0] == '\0') {
        in->data++;
        in->len--;
    }
}

static size_t decompress_gzip(struct decompressor *decompressor, struct stance_string *in, void *out, size_t room,
                              const char **problem) {
    z_stream *stream = &decompressor->gzip;
    if (decompressor->between) {
        skip_padding(in);
        if (in->len == 0) {
            return 0;
        }
    }
    stream->next_in = (unsigned char *)(size_t)in->data; /* zlib only reads it */
    stream->avail_in = clip(in->len);
    stream->next_out = out;
    stream->avail_out = clip(room);
    const int result = inflate(stream, Z_NO_FLUSH);
    const size_t taken = clip(in->len) - stream->avail_in;
    in->data += taken;
    in->len -= taken;
    decompressor->inside = result != Z_STREAM_END;
    decompressor->between = !decompressor->inside;
    if (result == Z_STREAM_END) {
        inflateReset(stream);
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
        *problem = stream->msg != NULL ? stream->msg : "invalid data";
    }
    return clip(room) - stream->avail_out;
}

static size_t decompress_zstd(struct decompressor *decompressor, struct stance_string *in, void *out, size_t room,
                              const char **problem) {
    ZSTD_inBuffer source = {.src = in->data, .size = in->len};
    ZSTD_outBuffer target = {.dst = out, .size = room};
    const size_t result = ZSTD_decompressStream(decompressor->zstd, &target, &source);
    in->data += source.pos;
    in->len -= source.pos;
    decompressor->inside = result != 0;
    if (ZSTD_isError(result)) {
        *problem = ZSTD_getErrorName(result);
    }
    return target.pos;
}

size_t decompress(struct decompressor *decompressor, struct stance_string *in, char *out, size_t room, const char **problem) {
    size_t len = 0;
    *problem = NULL;
    /* A member may be empty, and one that ends in the middle of the input is followed by the next. */
    while (len == 0 && *problem == NULL && (in->len > 0 || decompressor->inside)) {
        const size_t before = in->len;
        len = decompressor->compression == COMPRESSION_GZIP ? decompress_gzip(decompressor, in, out, room, problem)
                                                            : decompress_zstd(decompressor, in, out, room, problem);
        if (len == 0 && in->len == before) {
            break;
        }
    }
    return *problem == NULL ? len : 0;
}
