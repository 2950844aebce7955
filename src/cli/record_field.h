/* Any field of a record by its name. */
#ifndef STANCE_CLI_RECORD_FIELD_H
#define STANCE_CLI_RECORD_FIELD_H

#include "buffer.h"
#include "record.h"

/* Appends the value of the column or JSON key `name` to `value`: text as it is, anything else as JSON. False where the record has
 * no such field, or it is null. JSON is looked into only where labels are read. */
bool record_field(const struct record *record, const char *name, struct buffer *value);

#endif
