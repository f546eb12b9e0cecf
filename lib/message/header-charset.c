#include "message/header-reader-private.h"

#include <string.h>

#include "message/entity-private.h"
#include "message/multipart-private.h"

/* Text that stands first stands in a mixed in a related in an alternative, and hardly ever deeper. */
#define MAX_DEPTH 4

/* Sets of other alphabets than the Latin one: there, letters above 127 stand in rows. */
static gboolean
is_other_alphabet(const char *charset)
{
    static const char *const beginnings[] = {
        "koi8", "windows-1251", "cp1251", "windows-1253", "cp1253", "windows-1255", "windows-1256", "iso-8859-5",
        "iso-8859-6", "iso-8859-7", "iso-8859-8", "ibm866", "cp866", "x-mac-cyrillic", "x-mac-greek",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++) {
        if (g_ascii_strncasecmp(charset, beginnings[i], strlen(beginnings[i])) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
header_charset_fits(const char *charset, const char *raw)
{
    if (charset == NULL || !is_other_alphabet(charset))
        return charset != NULL;
    for (; *raw != '\0'; raw++) {
        if ((guchar) raw[0] >= 0x80 && (guchar) raw[1] >= 0x80)
            return TRUE;
    }
    return FALSE;
}

/* RFC 5322 has no 8-bit headers; programs that write them use the set of the text, and say it only there. */
char *
header_charset(const guint8 *bytes, gsize length)
{
    char *charset = NULL;

    for (guint depth = 0; depth < MAX_DEPTH && charset == NULL && bytes != NULL; depth++) {
        g_autoptr(GArray) pieces = g_array_new(FALSE, FALSE, sizeof(MultipartPiece));
        Entity entity;

        entity_read(&entity, bytes, length, "text/plain");
        bytes = NULL;
        charset = g_strdup(mime_value_parameter(entity.content_type, "charset"));
        if (charset == NULL && entity.boundary != NULL)
            multipart_split(entity.body, entity.end, entity.boundary, 1, pieces);
        if (pieces->len > 0) {
            bytes = g_array_index(pieces, MultipartPiece, 0).begin;
            length = (gsize) (g_array_index(pieces, MultipartPiece, 0).end - bytes);
        }
        entity_clear(&entity);
    }
    return charset;
}
