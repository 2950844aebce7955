#include "display.h"

#include <string.h>
#include <utf8proc.h>

/* A character of any text; an invalid byte is U+FFFD. */
static size_t take(struct stance_string text, size_t i, utf8proc_int32_t *code) {
    const utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)text.data + i, (utf8proc_ssize_t)(text.len - i), code);
    if (len <= 0) {
        *code = 0xFFFD;
        return 1;
    }
    return (size_t)len;
}

static bool is_space(utf8proc_int32_t code) {
    const utf8proc_category_t category = utf8proc_category(code);
    return (code >= '\t' && code <= '\r') || code == 0x85 || category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP;
}

/* Controls, and the marks that turn the direction of what follows. */
static bool is_unsafe(utf8proc_int32_t code) {
    return utf8proc_category(code) == UTF8PROC_CATEGORY_CC || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

void display_clean(struct buffer *out, struct stance_string text) {
    bool space = false;
    for (size_t i = 0; i < text.len;) {
        utf8proc_int32_t code;
        const size_t len = take(text, i, &code);
        if (is_space(code)) {
            space = true;
        } else {
            buffer_append_text(out, space ? " " : "");
            space = false;
            if (is_unsafe(code) || code == 0xFFFD) {
                buffer_append_text(out, "\xEF\xBF\xBD");
            } else {
                buffer_append(out, text.data + i, len);
            }
        }
        i += len;
    }
}

size_t display_width(struct stance_string text) {
    size_t width = 0;
    for (size_t i = 0; i < text.len;) {
        utf8proc_int32_t code;
        i += take(text, i, &code);
        width += (size_t)utf8proc_charwidth(code);
    }
    return width;
}

void display_pad(struct buffer *out, size_t n) {
    for (size_t i = 0; i < n; i++) {
        buffer_append_char(out, ' ');
    }
}

/* The longest start of `text` that fits into `room` columns, at least a character; `*width` receives its columns. */
static size_t fit(struct stance_string text, size_t room, size_t *width) {
    size_t end = 0;
    *width = 0;
    while (end < text.len) {
        utf8proc_int32_t code;
        const size_t len = take(text, end, &code);
        const size_t columns = (size_t)utf8proc_charwidth(code);
        if (*width + columns > room && end > 0) {
            break;
        }
        *width += columns;
        end += len;
    }
    return end;
}

struct wrap {
    struct buffer *out;
    size_t indent, room; /* columns before and of a line's text */
    size_t used;         /* columns of the line so far */
};

static void break_line(struct wrap *wrap) {
    buffer_append_char(wrap->out, '\n');
    display_pad(wrap->out, wrap->indent);
    wrap->used = 0;
}

static void add_word(struct wrap *wrap, struct stance_string word) {
    size_t width;
    const bool whole = fit(word, wrap->room, &width) == word.len;
    if (wrap->used > 0 && (!whole || wrap->used + 1 + width > wrap->room)) {
        break_line(wrap);
    } else if (wrap->used > 0) {
        buffer_append_char(wrap->out, ' ');
        wrap->used++;
    }
    while (word.len > 0) {
        const size_t len = fit(word, wrap->room - wrap->used, &width);
        buffer_append(wrap->out, word.data, len);
        wrap->used += width;
        word.data += len;
        word.len -= len;
        if (word.len > 0) {
            break_line(wrap);
        }
    }
}

void display_wrap(struct buffer *out, struct stance_string text, size_t indent, size_t width) {
    struct wrap wrap = {.out = out, .indent = indent, .room = width > indent + 20 ? width - indent : 20};
    while (text.len > 0) {
        const char *space = memchr(text.data, ' ', text.len);
        const size_t len = space == NULL ? text.len : (size_t)(space - text.data);
        add_word(&wrap, (struct stance_string){.data = text.data, .len = len});
        text.data += len + (space != NULL);
        text.len -= len + (space != NULL);
    }
    buffer_append_char(out, '\n');
}
