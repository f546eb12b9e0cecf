#include "message/header-writer-private.h"

#include <string.h>

#define LINE_WIDTH       78
#define ENCODED_WIDTH    75                            /* RFC 2047, 2: one encoded word */
#define ENCODED_FRAME    12                            /* =?utf-8?B? and ?= */

static void
begin_field(GString *to, const char *name, gsize *column)
{
    g_string_append_printf(to, "%s:", name);
    *column = strlen(name) + 1;
}

static void
fold(GString *to, gsize *column)
{
    g_string_append(to, "\r\n");
    *column = 0;
}

/* One word behind a blank, on the next line if this one is full. */
static void
append_word(GString *to, const char *word, gsize length, gsize *column)
{
    if (*column + 1 + length > LINE_WIDTH && *column > 1)
        fold(to, column);
    g_string_append_c(to, ' ');
    g_string_append_len(to, word, (gssize) length);
    *column += 1 + length;
}

void
header_write_plain(GString *to, const char *name, const char *value)
{
    gsize column;

    begin_field(to, name, &column);
    while (*value != '\0') {
        gsize length = strcspn(value, " \t\r\n");

        if (length > 0)
            append_word(to, value, length, &column);
        value += length;
        value += strspn(value, " \t\r\n");
    }
    g_string_append(to, "\r\n");
}

/* Bytes of text that fit into an encoded word of that many characters, cut between UTF-8 characters. */
static gsize
encodable_bytes(const char *text, gsize width)
{
    gsize most = width > ENCODED_FRAME ? (width - ENCODED_FRAME) / 4 * 3 : 0;
    gsize bytes = 0;

    while (text[bytes] != '\0') {
        gsize next = bytes + (gsize) (g_utf8_next_char(text + bytes) - (text + bytes));

        if (next > most)
            break;
        bytes = next;
    }
    return bytes;
}

static void
append_encoded(GString *to, const char *text, gsize *column)
{
    while (*text != '\0') {
        gsize room = *column + 1 < LINE_WIDTH - 2 ? LINE_WIDTH - 2 - *column - 1 : 0;
        gsize bytes = encodable_bytes(text, MIN(room, ENCODED_WIDTH));
        g_autofree char *base64 = NULL;
        g_autofree char *word = NULL;

        if (bytes == 0) {
            fold(to, column);
            bytes = encodable_bytes(text, ENCODED_WIDTH);
        }
        base64 = g_base64_encode((const guchar *) text, bytes);
        word = g_strdup_printf("=?utf-8?B?%s?=", base64);
        g_string_append_c(to, ' ');
        g_string_append(to, word);
        *column += 1 + strlen(word);
        text += bytes;
    }
}

/* ASCII that a reader gets back byte by byte after folding: single blanks between words that are short, nothing like "=?". */
static gboolean
is_plain(const char *text)
{
    gsize word = 0;

    if (strstr(text, "=?") != NULL || *text == ' ')
        return FALSE;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < ' ' || *p > '~')
            return FALSE;
        word = *p == ' ' ? 0 : word + 1;
        if (word > LINE_WIDTH - 12 || (*p == ' ' && (p[1] == ' ' || p[1] == '\0')))
            return FALSE;
    }
    return TRUE;
}

void
header_write_text(GString *to, const char *name, const char *value)
{
    gsize column;

    if (is_plain(value)) {
        header_write_plain(to, name, value);
        return;
    }
    begin_field(to, name, &column);
    append_encoded(to, value, &column);
    g_string_append(to, "\r\n");
}

/* RFC 5322, 3.2.4: always quoted, so that no special in a name can become syntax. */
static void
append_quoted(GString *to, const char *name, gsize *column)
{
    GString *quoted = g_string_new("\"");

    for (const char *p = name; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_c(quoted, '\\');
        g_string_append_c(quoted, *p);
    }
    g_string_append_c(quoted, '"');
    append_word(to, quoted->str, quoted->len, column);
    g_string_free(quoted, TRUE);
}

void
header_write_address(GString *to, const char *name, const char *display_name, const char *address)
{
    g_autofree char *angle = g_strdup_printf("<%s>", address);
    gsize column;

    begin_field(to, name, &column);
    if (display_name != NULL && *display_name != '\0') {
        if (is_plain(display_name) && strlen(display_name) <= 60)
            append_quoted(to, display_name, &column);
        else
            append_encoded(to, display_name, &column);
    }
    append_word(to, angle, strlen(angle), &column);
    g_string_append(to, "\r\n");
}

void
header_write_ids(GString *to, const char *name, const GPtrArray *ids)
{
    gsize column;

    begin_field(to, name, &column);
    for (guint i = 0; i < ids->len; i++) {
        g_autofree char *angle = g_strdup_printf("<%s>", (const char *) ids->pdata[i]);

        append_word(to, angle, strlen(angle), &column);
    }
    g_string_append(to, "\r\n");
}

char *
header_date_format(gint64 date)
{
    static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(date / G_USEC_PER_SEC);

    if (utc == NULL)
        return NULL;
    return g_strdup_printf("%s, %02d %s %04d %02d:%02d:%02d +0000", days[g_date_time_get_day_of_week(utc) - 1],
                           g_date_time_get_day_of_month(utc), months[g_date_time_get_month(utc) - 1], g_date_time_get_year(utc),
                           g_date_time_get_hour(utc), g_date_time_get_minute(utc), g_date_time_get_second(utc));
}
