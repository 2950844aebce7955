#include "alike.h"

#include <string.h>

#include "message.h"
#include "space.h"

enum { LABELS_MAX = 256 /* of a corpus, as stance_corpus_add says */ };

/* The next character of `text`, a run of white space as one, in lower case; -1 at its end. */
static int take(struct stance_string text, size_t *pos) {
    if (*pos == text.len) {
        return -1;
    }
    const char c = text.data[(*pos)++];
    if (!space_is(c)) {
        return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
    }
    while (*pos < text.len && space_is(text.data[*pos])) {
        (*pos)++;
    }
    return ' ';
}

bool alike(struct stance_string a, struct stance_string b) {
    size_t i = 0;
    size_t j = 0;
    for (;;) {
        const int c = take(a, &i);
        if (c != take(b, &j)) {
            return false;
        }
        if (c < 0) {
            return true;
        }
    }
}

void alike_warn_of_labels(const struct stance_corpus *corpus) {
    struct stance_string labels[LABELS_MAX];
    size_t n = 0;
    for (const char *label; n < LABELS_MAX && (label = stance_corpus_label(corpus, n, NULL)) != NULL; n++) {
        labels[n] = (struct stance_string){.data = label, .len = strlen(label)};
        size_t other = 0;
        while (other < n && !alike(labels[other], labels[n])) {
            other++;
        }
        if (other < n) {
            message_warning(
                "the labels \"%s\" and \"%s\" differ in case or white space only, and count as two; spell one as the other",
                labels[other].data, label);
        }
    }
}
