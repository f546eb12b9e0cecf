#include "message/transfer-encoding-private.h"

#include <gmime/gmime.h>
#include <string.h>

#include "message/message-private.h"

TransferEncoding
transfer_encoding_parse(const char *value)
{
    static const struct {
        const char      *name;
        TransferEncoding encoding;
    } names[] = {
        { "base64", ENCODING_BASE64 }, { "base-64", ENCODING_BASE64 }, { "x-base64", ENCODING_BASE64 },
        { "b", ENCODING_BASE64 },
        { "quoted-printable", ENCODING_QUOTED_PRINTABLE }, { "quotedprintable", ENCODING_QUOTED_PRINTABLE },
        { "quoted_printable", ENCODING_QUOTED_PRINTABLE }, { "quoted", ENCODING_QUOTED_PRINTABLE },
        { "q", ENCODING_QUOTED_PRINTABLE }, { "qp", ENCODING_QUOTED_PRINTABLE },
        { "uuencode", ENCODING_UUENCODE }, { "x-uuencode", ENCODING_UUENCODE }, { "x-uue", ENCODING_UUENCODE },
        { "uue", ENCODING_UUENCODE },
    };
    g_autofree char *word = value != NULL ? header_first_word(value) : NULL;

    for (gsize i = 0; word != NULL && i < G_N_ELEMENTS(names); i++) {
        if (strcmp(word, names[i].name) == 0)
            return names[i].encoding;
    }
    return ENCODING_NONE;
}

/* One character in sixteen that base64 does not have: this is text with a wrong label. */
static gboolean
is_base64(const guint8 *bytes, gsize length)
{
    gsize strange = 0, good = 0;

    for (gsize i = 0; i < length; i++) {
        if (g_ascii_isalnum((char) bytes[i]) || bytes[i] == '+' || bytes[i] == '/')
            good++;
        else if (bytes[i] != '=' && !g_ascii_isspace((char) bytes[i]))
            strange++;
    }
    return strange * 16 <= good;
}

/* "begin 644 name" must stand at the begin of a line; without it nothing is known to be encoded. */
static gboolean
is_uuencoded(const guint8 *bytes, gsize length)
{
    const guint8 *end = bytes + length;

    while (bytes != NULL && end - bytes > 6) {
        if (memcmp(bytes, "begin ", 6) == 0)
            return TRUE;
        bytes = memchr(bytes, '\n', (gsize) (end - bytes));
        bytes = bytes != NULL ? bytes + 1 : NULL;
    }
    return FALSE;
}

guint8 *
transfer_encoding_decode(TransferEncoding encoding, const guint8 *bytes, gsize length, gsize *length_out)
{
    static const GMimeContentEncoding codecs[] = {
        [ENCODING_BASE64] = GMIME_CONTENT_ENCODING_BASE64,
        [ENCODING_QUOTED_PRINTABLE] = GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE,
        [ENCODING_UUENCODE] = GMIME_CONTENT_ENCODING_UUENCODE,
    };
    GMimeEncoding decoder;
    guint8 *out;

    if (encoding == ENCODING_NONE || (encoding == ENCODING_BASE64 && !is_base64(bytes, length)) ||
        (encoding == ENCODING_UUENCODE && !is_uuencoded(bytes, length)))
        return NULL;
    g_mime_encoding_init_decode(&decoder, codecs[encoding]);
    out = g_malloc(g_mime_encoding_outlen(&decoder, length) + 64);
    *length_out = g_mime_encoding_flush(&decoder, (const char *) bytes, length, (char *) out);
    return out;
}
