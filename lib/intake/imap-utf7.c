/* Modified UTF-7 (RFC 3501, 5.1.3): names of folders in base64 of UTF-16, with "&" and "-" around, and "," for "/". */
#include <string.h>

#include "intake/imap-client-private.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

static gboolean
is_direct(gunichar c)
{
    return c >= 0x20 && c <= 0x7e;
}

typedef struct {
    guint32 bits;
    guint   n_bits;
} Bits;

static void
put_unit(GString *to, Bits *bits, guint unit)
{
    bits->bits = (bits->bits << 16) | unit;
    bits->n_bits += 16;
    while (bits->n_bits >= 6) {
        bits->n_bits -= 6;
        g_string_append_c(to, digits[(bits->bits >> bits->n_bits) & 0x3f]);
    }
}

static void
put_char(GString *to, Bits *bits, gunichar c)
{
    if (c < 0x10000) {
        put_unit(to, bits, c);
        return;
    }
    put_unit(to, bits, 0xd800 + ((c - 0x10000) >> 10));
    put_unit(to, bits, 0xdc00 + ((c - 0x10000) & 0x3ff));
}

char *
imap_utf7_encode(const char *utf8)
{
    GString *to = g_string_new(NULL);
    const char *at = utf8;

    while (*at != '\0') {
        gunichar c = g_utf8_get_char(at);
        Bits bits = { 0, 0 };

        if (is_direct(c)) {
            g_string_append(to, c == '&' ? "&-" : (const char[]) { (char) c, '\0' });
            at = g_utf8_next_char(at);
            continue;
        }
        g_string_append_c(to, '&');
        for (; *at != '\0' && !is_direct(g_utf8_get_char(at)); at = g_utf8_next_char(at))
            put_char(to, &bits, g_utf8_get_char(at));
        if (bits.n_bits > 0)
            g_string_append_c(to, digits[(bits.bits << (6 - bits.n_bits)) & 0x3f]);
        g_string_append_c(to, '-');
    }
    return g_string_free(to, FALSE);
}

/* What stands between "&" and "-". FALSE: no base64, or no UTF-16. */
static gboolean
decode_run(GString *to, const char *run, gsize length)
{
    Bits bits = { 0, 0 };
    gunichar high = 0;

    for (gsize i = 0; i < length; i++) {
        const char *digit = memchr(digits, run[i], sizeof digits - 1);
        guint unit;

        if (digit == NULL)
            return FALSE;
        bits.bits = (bits.bits << 6) | (guint) (digit - digits);
        bits.n_bits += 6;
        if (bits.n_bits < 16)
            continue;
        bits.n_bits -= 16;
        unit = (bits.bits >> bits.n_bits) & 0xffff;
        if (high != 0) {
            if (unit < 0xdc00 || unit > 0xdfff)
                return FALSE;
            g_string_append_unichar(to, 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
            high = 0;
        } else if (unit >= 0xd800 && unit <= 0xdbff) {
            high = unit;
        } else if ((unit >= 0xdc00 && unit <= 0xdfff) || unit < 0x20) {
            return FALSE;
        } else {
            g_string_append_unichar(to, unit);
        }
    }
    return high == 0;
}

char *
imap_utf7_decode(const char *utf7)
{
    g_autoptr(GString) to = g_string_new(NULL);
    g_autofree char *again = NULL;

    for (const char *at = utf7; *at != '\0'; at++) {
        const char *end;

        if (!is_direct((guchar) *at))
            return NULL;
        if (*at != '&') {
            g_string_append_c(to, *at);
            continue;
        }
        end = strchr(at, '-');
        if (end == NULL || (end > at + 1 && !decode_run(to, at + 1, (gsize) (end - at) - 1)))
            return NULL;
        if (end == at + 1)
            g_string_append_c(to, '&');
        at = end;
    }
    /* One name, one spelling: what would be sent back otherwise than it came is another folder, or none. */
    again = imap_utf7_encode(to->str);
    return strcmp(again, utf7) == 0 ? g_strdup(to->str) : NULL;
}
