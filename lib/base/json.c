/*
 * json.c - making and printing JSON values
 */
#include "base/json.h"
#include "base/clock.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

json_t *
json_text(const char *text)
{
    g_autofree char *clean = NULL;
    gsize length;
    json_t *value;

    if (text == NULL)
        return json_null();
    length = strlen(text);
    if (!g_utf8_validate_len(text, length, NULL)) {
        clean = text_sanitise(text, length);
        text = clean;
        length = strlen(clean);
    }
    value = json_stringn_nocheck(text, length);
    g_assert(value != NULL);
    return value;
}

json_t *
json_time(gint64 time)
{
    g_autofree char *text = NULL;

    if (time == 0)
        return json_null();
    text = clock_format_utc(time);
    return json_text(text);
}

/* Octets that begin a character which jansson leaves as it is and text_char_is_unsafe() names: DEL, C1, U+061C, U+2028... */
static gboolean
may_be_unsafe(char octet)
{
    return octet == '\x7f' || octet == '\xc2' || octet == '\xd8' || octet == '\xe2';
}

/*
 * jansson escapes quotes, backslashes and C0. The others that must not reach a terminal can only stand inside strings, and
 * all of them lie below U+10000, so that one \uNNNN each will do.
 */
char *
json_format(const json_t *value, gboolean indent)
{
    char *dump = json_dumps(value, JSON_ENCODE_ANY | (indent ? JSON_INDENT(2) : (gsize) JSON_COMPACT));
    const char *plain, *next;
    GString *text;

    g_assert(dump != NULL);
    text = g_string_sized_new(strlen(dump) + 16);
    for (plain = next = dump; *next != '\0'; next++) {
        gunichar c;

        if (!may_be_unsafe(*next) || !text_char_is_unsafe(c = g_utf8_get_char(next)))
            continue;
        g_string_append_len(text, plain, next - plain);
        g_string_append_printf(text, "\\u%04X", c);
        plain = g_utf8_next_char(next);
    }
    g_string_append(text, plain);
    free(dump);
    return g_string_free(text, FALSE);
}

void
json_print(const json_t *value, FILE *to)
{
    g_autofree char *text = json_format(value, TRUE);

    fputs(text, to);
    fputc('\n', to);
}
