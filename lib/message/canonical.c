#include <string.h>

#include "base/limits.h"
#include "message/compose.h"

gboolean
mail_is_canonical(const guint8 *bytes, gsize length)
{
    gsize begin = 0;

    for (gsize i = 0; i < length; i++) {
        if (bytes[i] == '\0' || bytes[i] == '\n')
            return FALSE;
        if (bytes[i] != '\r')
            continue;
        if (i + 1 >= length || bytes[i + 1] != '\n' || i - begin > LIMIT_LINE_OUT)
            return FALSE;
        i++;
        begin = i + 1;
    }
    return length > 0 && begin == length;
}

/* How much of a line may stand before a break: at most LIMIT_LINE_OUT, not inside a UTF-8 character. */
static gsize
break_before(const guint8 *line, gsize length)
{
    gsize cut = LIMIT_LINE_OUT - 1;

    if (length <= LIMIT_LINE_OUT)
        return length;
    while (cut > LIMIT_LINE_OUT - 4 && (line[cut] & 0xc0) == 0x80)
        cut--;
    return cut;
}

/* In the header a broken line goes on as a folded one, or its rest would be a field of its own. */
static void
append_line(GByteArray *to, const guint8 *line, gsize length, gboolean in_header)
{
    for (;;) {
        gsize cut = break_before(line, length);

        g_byte_array_append(to, line, (guint) cut);
        g_byte_array_append(to, (const guint8 *) "\r\n", 2);
        line += cut;
        length -= cut;
        if (length == 0)
            return;
        if (in_header)
            g_byte_array_append(to, (const guint8 *) " ", 1);
    }
}

GBytes *
mail_canonicalise(const guint8 *bytes, gsize length)
{
    GByteArray *result = g_byte_array_sized_new((guint) (length + length / 32 + 2));
    GByteArray *line = g_byte_array_sized_new(LIMIT_LINE_OUT);
    gboolean in_header = TRUE;

    for (gsize i = 0; i < length; i++) {
        gsize run = i;

        while (run < length && bytes[run] != '\r' && bytes[run] != '\n' && bytes[run] != '\0')
            run++;
        g_byte_array_append(line, bytes + i, (guint) (run - i));
        i = run;
        if (i < length && bytes[i] == '\0')
            continue;
        if (i >= length && line->len == 0)
            break;
        if (i + 1 < length && bytes[i] == '\r' && bytes[i + 1] == '\n')
            i++;
        if (line->len == 0)
            in_header = FALSE;
        append_line(result, line->data, line->len, in_header);
        g_byte_array_set_size(line, 0);
    }
    if (line->len > 0)
        append_line(result, line->data, line->len, in_header);
    g_byte_array_unref(line);
    return g_byte_array_free_to_bytes(result);
}
