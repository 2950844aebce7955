/* Writing JSON (RFC 8259) without white space. Text that is not UTF-8 is written with U+FFFD for each invalid byte. */
#ifndef STANCE_CLI_EMIT_H
#define STANCE_CLI_EMIT_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "stance.h"

struct emitter {
    struct buffer *out;
    bool comma; /* the next member or element follows another one */
};

/* '{' or '[', and its end. */
void emit_open(struct emitter *emitter, char bracket);
void emit_close(struct emitter *emitter, char bracket);

/* A member's name; its value follows. */
void emit_key(struct emitter *emitter, const char *key);
void emit_key_string(struct emitter *emitter, struct stance_string key);

void emit_string(struct emitter *emitter, struct stance_string text);
void emit_text(struct emitter *emitter, const char *text);
void emit_size(struct emitter *emitter, size_t value);
void emit_bool(struct emitter *emitter, bool value);
void emit_null(struct emitter *emitter);

/* With `decimals` digits behind the point; null where it is not finite. */
void emit_real(struct emitter *emitter, double value, int decimals);

/* A key and its value. */
void emit_member_text(struct emitter *emitter, const char *key, const char *text);
void emit_member_size(struct emitter *emitter, const char *key, size_t value);
void emit_member_bool(struct emitter *emitter, const char *key, bool value);
void emit_member_real(struct emitter *emitter, const char *key, double value, int decimals);

/* Something that is JSON already. */
void emit_raw(struct emitter *emitter, const char *json);

#endif
