#include "units.h"

const char *const UNIT_NAMES[] = {
    [STANCE_UNIT_STATEMENT] = "statement", [STANCE_UNIT_PARAGRAPH] = "paragraph", [STANCE_UNIT_DOCUMENT] = "document", NULL};
