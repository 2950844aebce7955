#include "record_field.h"

#include <stdint.h>
#include <stdlib.h>

static bool json_field(const json_t *member, struct buffer *value) {
    if (member == NULL || json_is_null(member)) {
        return false;
    }
    if (json_is_string(member)) {
        buffer_append(value, json_string_value(member), json_string_length(member));
        return true;
    }
    char *text = json_dumps(member, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6));
    buffer_append_text(value, text == NULL ? "" : text);
    free(text);
    return true;
}

bool record_field(const struct record *record, const char *name, struct buffer *value) {
    if (record->object != NULL) {
        return json_field(json_object_get(record->object->tree, name), value);
    }
    const size_t column = record->header == NULL ? SIZE_MAX : delimited_find(record->header, name);
    if (column == SIZE_MAX) {
        return false;
    }
    buffer_append(value, record->fields[column].data, record->fields[column].len);
    return true;
}
