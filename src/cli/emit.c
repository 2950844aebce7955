#include "emit.h"

#include <math.h>
#include <string.h>
#include <utf8proc.h>

static void separate(struct emitter *emitter) {
    if (emitter->comma) {
        buffer_append_char(emitter->out, ',');
    }
    emitter->comma = true;
}

void emit_open(struct emitter *emitter, char bracket) {
    separate(emitter);
    buffer_append_char(emitter->out, bracket);
    emitter->comma = false;
}

void emit_close(struct emitter *emitter, char bracket) {
    buffer_append_char(emitter->out, bracket);
    emitter->comma = true;
}

static void append_escaped(struct buffer *out, unsigned char byte) {
    switch (byte) {
    case '"': buffer_append_text(out, "\\\""); break;
    case '\\': buffer_append_text(out, "\\\\"); break;
    case '\n': buffer_append_text(out, "\\n"); break;
    case '\r': buffer_append_text(out, "\\r"); break;
    case '\t': buffer_append_text(out, "\\t"); break;
    default: buffer_format(out, "\\u%04x", byte); break;
    }
}

/* How many bytes at `text` stand for themselves in a JSON string, so far as they are ASCII. */
static size_t plain_run(struct stance_string text) {
    size_t i = 0;
    while (i < text.len) {
        const unsigned char byte = (unsigned char)text.data[i];
        if (byte < 0x20 || byte >= 0x7F || byte == '"' || byte == '\\') {
            break;
        }
        i++;
    }
    return i;
}

/* Appends the character at `text` that is no plain ASCII and returns its length. */
static size_t append_special(struct buffer *out, struct stance_string text) {
    const unsigned char byte = (unsigned char)text.data[0];
    if (byte < 0x80) {
        append_escaped(out, byte);
        return 1;
    }
    utf8proc_int32_t code;
    const utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)text.data, (utf8proc_ssize_t)text.len, &code);
    if (len <= 0) {
        buffer_append_text(out, "\xEF\xBF\xBD");
        return 1;
    }
    buffer_append(out, text.data, (size_t)len);
    return (size_t)len;
}

static void append_quoted(struct buffer *out, struct stance_string text) {
    buffer_append_char(out, '"');
    while (text.len > 0) {
        size_t len = plain_run(text);
        if (len > 0) {
            buffer_append(out, text.data, len);
        } else {
            len = append_special(out, text);
        }
        text.data += len;
        text.len -= len;
    }
    buffer_append_char(out, '"');
}

void emit_key_string(struct emitter *emitter, struct stance_string key) {
    emit_string(emitter, key);
    buffer_append_char(emitter->out, ':');
    emitter->comma = false;
}

void emit_key(struct emitter *emitter, const char *key) {
    emit_key_string(emitter, (struct stance_string){.data = key, .len = strlen(key)});
}

void emit_string(struct emitter *emitter, struct stance_string text) {
    separate(emitter);
    append_quoted(emitter->out, text);
}

void emit_text(struct emitter *emitter, const char *text) {
    emit_string(emitter, (struct stance_string){.data = text, .len = strlen(text)});
}

void emit_raw(struct emitter *emitter, const char *json) {
    separate(emitter);
    buffer_append_text(emitter->out, json);
}

void emit_size(struct emitter *emitter, size_t value) {
    separate(emitter);
    buffer_append_size(emitter->out, value);
}

void emit_bool(struct emitter *emitter, bool value) { emit_raw(emitter, value ? "true" : "false"); }

void emit_null(struct emitter *emitter) { emit_raw(emitter, "null"); }

void emit_real(struct emitter *emitter, double value, int decimals) {
    if (!isfinite(value)) {
        emit_null(emitter);
        return;
    }
    separate(emitter);
    buffer_append_real(emitter->out, value, decimals);
}

void emit_member_text(struct emitter *emitter, const char *key, const char *text) {
    emit_key(emitter, key);
    emit_text(emitter, text);
}

void emit_member_size(struct emitter *emitter, const char *key, size_t value) {
    emit_key(emitter, key);
    emit_size(emitter, value);
}

void emit_member_bool(struct emitter *emitter, const char *key, bool value) {
    emit_key(emitter, key);
    emit_bool(emitter, value);
}

void emit_member_real(struct emitter *emitter, const char *key, double value, int decimals) {
    emit_key(emitter, key);
    emit_real(emitter, value, decimals);
}
