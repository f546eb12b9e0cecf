/*
 * text.c - cleaning, escaping, cutting and comparing text; every function here is linear in the length of what it is given
 */
#include "base/text.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* text_nearest() compares option names and commands; what is longer is none of them. */
#define NEAREST_BYTES 63
#define NEAREST_EDITS 2

/* How many of the bytes may follow a lead byte, and between which two the first of them has to be (Unicode 15, table 3-7). */
static guint
continuations(guint8 lead, guint8 *least_out, guint8 *most_out)
{
    *least_out = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    *most_out = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
}

/*
 * The bytes that one U+FFFD stands for: the longest begin of a character, else one byte ("maximal subpart": Unicode 15, 3.9; the decoder of the
 * WHATWG's Encoding Standard does the same). bad is where g_utf8_validate_len() stopped, so no whole character stands there.
 */
static gsize
maximal_subpart(const char *bad, const char *end)
{
    guint8 least, most;
    guint more = continuations((guint8) *bad, &least, &most);
    const char *p = bad + 1;

    for (; more > 0 && p < end && (guint8) *p >= least && (guint8) *p <= most; more--, p++) {
        least = 0x80;
        most = 0xbf;
    }
    return (gsize) (p - bad);
}

char *
text_sanitise(const char *bytes, gsize length)
{
    const char *end = length > 0 ? bytes + length : bytes;
    GString *text = g_string_sized_new(length);

    while (bytes < end) {
        const char *bad;
        gboolean rest_is_valid = g_utf8_validate_len(bytes, (gsize) (end - bytes), &bad);

        g_string_append_len(text, bytes, bad - bytes);
        if (rest_is_valid)
            break;
        if (*bad != '\0')
            g_string_append(text, REPLACEMENT);
        bytes = bad + maximal_subpart(bad, end);
    }
    return g_string_free(text, FALSE);
}

gboolean
text_char_is_unsafe(gunichar c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f || c == 0x2028
           || c == 0x2029 || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static char *
escape(const char *text, const char *kept, gboolean double_backslash)
{
    GString *escaped = g_string_sized_new(strlen(text));

    while (*text != '\0') {
        gunichar c = g_utf8_get_char_validated(text, -1);
        gboolean is_character = c != (gunichar) -1 && c != (gunichar) -2;
        const char *next = is_character ? g_utf8_next_char(text) : text + 1;

        if (*text == '\\' && double_backslash) {
            g_string_append(escaped, "\\\\");
        } else if (is_character && (!text_char_is_unsafe(c) || strchr(kept, *text) != NULL)) {
            g_string_append_len(escaped, text, next - text);
        } else {
            for (; text < next; text++)
                g_string_append_printf(escaped, "\\x%02x", (guint8) *text);
        }
        text = next;
    }
    return g_string_free(escaped, FALSE);
}

char *
text_escape(const char *text)
{
    return escape(text, "", TRUE);
}

char *
text_escape_body(const char *text)
{
    return escape(text, "\n\t", FALSE);
}

char *
text_cut(const char *text, gsize max_bytes)
{
    gsize length = strnlen(text, max_bytes + 1);
    gsize cut = max_bytes;

    if (length <= max_bytes)
        return g_strndup(text, length);
    /* A character has at most three continuation bytes; a longer row of them is no UTF-8 and has no place to spare. */
    while (cut > 0 && max_bytes - cut < 3 && ((guint8) text[cut] & 0xc0) == 0x80)
        cut--;
    return g_strndup(text, ((guint8) text[cut] & 0xc0) == 0x80 ? max_bytes : cut);
}

char *
text_lower(const char *text)
{
    return g_str_is_ascii(text) ? g_ascii_strdown(text, -1) : g_utf8_strdown(text, -1);
}

const char *
text_comment_end(const char *p)
{
    guint depth = 0;

    for (; *p != '\0'; p++) {
        if (*p == '\\' && p[1] != '\0')
            p++;
        else if (*p == '(')
            depth++;
        else if (*p == ')' && --depth == 0)
            return p + 1;
    }
    return NULL;
}

char *
text_fold_space(const char *text)
{
    GString *folded = g_string_sized_new(strlen(text));
    gboolean gap = FALSE;

    while (*text != '\0') {
        gunichar c = g_utf8_get_char_validated(text, -1);
        gboolean is_character = c != (gunichar) -1 && c != (gunichar) -2;
        const char *next = is_character ? g_utf8_next_char(text) : text + 1;

        if (is_character && (g_unichar_isspace(c) || c == '\v')) {
            gap = TRUE;
        } else {
            if (gap && folded->len > 0)
                g_string_append_c(folded, ' ');
            gap = FALSE;
            g_string_append_len(folded, text, next - text);
        }
        text = next;
    }
    return g_string_free(folded, FALSE);
}

/* Insertions, deletions, changes and exchanges of neighbours that make b of a, without regard to ASCII case. */
static guint
edit_distance(const char *a, const char *b)
{
    guint rows[3][NEAREST_BYTES + 1];
    guint *before = rows[0], *last = rows[1], *row = rows[2];
    gsize length = strlen(b);

    for (gsize j = 0; j <= length; j++)
        last[j] = (guint) j;
    for (gsize i = 1; a[i - 1] != '\0'; i++) {
        guint *oldest = before;

        row[0] = (guint) i;
        for (gsize j = 1; j <= length; j++) {
            char x = g_ascii_tolower(a[i - 1]), y = g_ascii_tolower(b[j - 1]);

            row[j] = MIN(MIN(last[j], row[j - 1]) + 1, last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) && g_ascii_tolower(a[i - 2]) == y)
                row[j] = MIN(row[j], before[j - 2] + 1);
        }
        before = last;
        last = row;
        row = oldest;
    }
    return last[length];
}

const char *
text_nearest(const char *word, const char *const *candidates)
{
    gsize length = strnlen(word, NEAREST_BYTES + 1);
    guint least = NEAREST_EDITS + 1;
    const char *nearest = NULL;

    if (length > NEAREST_BYTES)
        return NULL;
    for (; *candidates != NULL; candidates++) {
        guint distance;

        if (strnlen(*candidates, NEAREST_BYTES + 1) > NEAREST_BYTES)
            continue;
        distance = edit_distance(word, *candidates);
        if (distance < least && distance * 2 < length) {
            least = distance;
            nearest = *candidates;
        }
    }
    return nearest;
}

gboolean
text_has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((guint8) *text < 0x20 || *text == 0x7f)
            return TRUE;
    return FALSE;
}
