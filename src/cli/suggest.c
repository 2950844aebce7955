#include "suggest.h"

#include <stdint.h>
#include <string.h>

enum { WORD_LIMIT = 63 };

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

size_t suggestion_distance(const char *a, const char *b) {
    const size_t a_len = strlen(a);
    const size_t b_len = strlen(b);
    if (a_len > WORD_LIMIT || b_len > WORD_LIMIT) {
        return SIZE_MAX;
    }
    size_t cost[WORD_LIMIT + 1][WORD_LIMIT + 1];
    for (size_t i = 0; i <= a_len; i++) {
        for (size_t j = 0; j <= b_len; j++) {
            if (i == 0 || j == 0) {
                cost[i][j] = i + j;
                continue;
            }
            const size_t replace = cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            cost[i][j] = smaller(replace, smaller(cost[i - 1][j], cost[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                cost[i][j] = smaller(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
    }
    return cost[a_len][b_len];
}

void suggestion_offer(struct suggestion *suggestion, const char *candidate) {
    const size_t allowed = 1 + strlen(suggestion->word) / 3;
    const size_t distance = suggestion_distance(suggestion->word, candidate);
    if (distance <= allowed && (suggestion->nearest == NULL || distance < suggestion->distance)) {
        suggestion->nearest = candidate;
        suggestion->distance = distance;
    }
}
