#include "shared_rows.h"

#include "terminal.h"

const char *const UNIT_NAMES[] = {
    [STANCE_UNIT_STATEMENT] = "statement", [STANCE_UNIT_PARAGRAPH] = "paragraph", [STANCE_UNIT_DOCUMENT] = "document", NULL};

const char *const COLOUR_NAMES[] = {[COLOUR_AUTO] = "auto", [COLOUR_ALWAYS] = "always", [COLOUR_NEVER] = "never", NULL};
