#include "compression.h"

#include <limits.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>
#include <zstd.h>

#include "memory.h"

enum { GZIP_LEVEL = 6, GZIP_WINDOW = 15 + 16, GZIP_MEMORY = 8, ZSTD_LEVEL = 3 };

static bool ends_in(const char *path, size_t len, const char *extension) {
    const size_t extension_len = strlen(extension);
    return len > extension_len && strcasecmp(path + len - extension_len, extension) == 0;
}

enum compression compression_of_name(const char *path, size_t *stem_len) {
    const size_t len = path == NULL ? 0 : strlen(path);
    enum compression compression = COMPRESSION_NONE;
    size_t extension_len = 0;
    if (ends_in(path, len, ".gz")) {
        compression = COMPRESSION_GZIP;
        extension_len = 3;
    } else if (ends_in(path, len, ".zst")) {
        compression = COMPRESSION_ZSTD;
        extension_len = 4;
    }
    if (stem_len != NULL) {
        *stem_len = len - extension_len;
    }
    return compression;
}

enum compression compression_of_bytes(const char *bytes, size_t len) {
    if (len >= 3 && memcmp(bytes, "\x1F\x8B\x08", 3) == 0) {
        return COMPRESSION_GZIP;
    }
    return len >= 4 && memcmp(bytes, "\x28\xB5\x2F\xFD", 4) == 0 ? COMPRESSION_ZSTD : COMPRESSION_NONE;
}

const char *compression_name(enum compression compression) { return compression == COMPRESSION_ZSTD ? "Zstandard" : "gzip"; }

static char *reserve(struct buffer *out, size_t more) {
    out->data = memory_grow(out->data, &out->capacity, out->len + more, 1);
    return out->data + out->len;
}

/* Of at most UINT_MAX bytes; zlib's header names neither time nor system, so that equal text makes equal bytes. */
static bool append_member(struct stance_string text, struct buffer *out) {
    z_stream stream = {0};
    if (deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) {
        return false;
    }
    const size_t room = deflateBound(&stream, text.len);
    stream.next_in = (unsigned char *)(size_t)text.data; /* zlib only reads it */
    stream.avail_in = (unsigned)text.len;
    stream.next_out = (unsigned char *)reserve(out, room);
    stream.avail_out = room > UINT_MAX ? UINT_MAX : (unsigned)room;
    const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    out->len += stream.total_out;
    deflateEnd(&stream);
    return done;
}

static bool append_gzip(struct stance_string text, struct buffer *out) {
    const size_t limit = (size_t)1 << 30;
    bool done = true;
    while (done && text.len > limit) {
        done = append_member((struct stance_string){.data = text.data, .len = limit}, out);
        text.data += limit;
        text.len -= limit;
    }
    return done && append_member(text, out);
}

static bool append_zstd(struct stance_string text, struct buffer *out) {
    ZSTD_CCtx *context = ZSTD_createCCtx();
    if (context == NULL) {
        return false;
    }
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, ZSTD_LEVEL);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    const size_t room = ZSTD_compressBound(text.len);
    const size_t len = ZSTD_compress2(context, reserve(out, room), room, text.data, text.len);
    ZSTD_freeCCtx(context);
    out->len += ZSTD_isError(len) ? 0 : len;
    return !ZSTD_isError(len);
}

bool compression_append(enum compression compression, struct stance_string text, struct buffer *out) {
    switch (compression) {
    case COMPRESSION_GZIP: return append_gzip(text, out);
    case COMPRESSION_ZSTD: return append_zstd(text, out);
    case COMPRESSION_NONE: buffer_append(out, text.data, text.len); break;
    }
    return true;
}
