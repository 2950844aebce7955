/* Whether the keys of JSON that the user named are anywhere in the input: a mistyped one is in no record. */
#ifndef STANCE_CLI_RECORD_KEYS_H
#define STANCE_CLI_RECORD_KEYS_H

#include <stdatomic.h>

#include "exit_code.h"
#include "record.h"

/* Zero-initialised is nothing seen. Threads may share it. */
struct record_keys {
    atomic_bool any;       /* an object was seen, */
    atomic_bool id, group; /* and in one of them the key that was named */
};

/* `label_options` may be NULL, as below. */
void record_keys_note(struct record_keys *keys, const struct jsonl_object *object, const struct record_options *options,
                      const struct label_options *label_options);

/* EXIT_USAGE, and says so, where there were objects and none had the key that was named for the id or the group. */
enum exit_code record_keys_check(const struct record_keys *keys, const struct record_options *options,
                                 const struct label_options *label_options);

#endif
