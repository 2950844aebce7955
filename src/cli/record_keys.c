#include "record_keys.h"

#include "message.h"

/* Only what is not known yet is looked up, so that all but the first records cost nothing. */
static void note(atomic_bool *seen, const struct jsonl_object *object, const char *key) {
    if (key != NULL && !atomic_load_explicit(seen, memory_order_relaxed) && jsonl_find(object, key) != NULL) {
        atomic_store(seen, true);
    }
}

void record_keys_note(struct record_keys *keys, const struct jsonl_object *object, const struct record_options *options,
                      const struct label_options *label_options) {
    if (!atomic_load_explicit(&keys->any, memory_order_relaxed)) {
        atomic_store(&keys->any, true);
    }
    note(&keys->id, object, options->id_column);
    if (label_options != NULL) {
        note(&keys->group, object, label_options->group_column);
    }
}

static bool check(const atomic_bool *seen, const char *key, const char *option) {
    const bool found = key == NULL || atomic_load(seen);
    if (!found) {
        message_error("no record has the key \"%s\"; name one that they have with --%s", key, option);
    }
    return found;
}

enum exit_code record_keys_check(const struct record_keys *keys, const struct record_options *options,
                                 const struct label_options *label_options) {
    if (!atomic_load(&keys->any)) {
        return EXIT_DONE;
    }
    const bool found = check(&keys->id, options->id_column, "id-column") &&
                       (label_options == NULL || check(&keys->group, label_options->group_column, "group-column"));
    return found ? EXIT_DONE : EXIT_USAGE;
}
