#include "message/message-bytes-private.h"

#include <string.h>

guint8 *
message_bytes_with_lf(const guint8 *bytes, gsize length)
{
    FieldScanner scanner;
    guint8 *copy;

    field_scanner_init(&scanner, bytes, length);
    if (!scanner.bare_cr)
        return NULL;
    copy = g_memdup2(bytes, length);
    for (gsize i = 0; i < length; i++) {
        if (copy[i] == '\r')
            copy[i] = '\n';
    }
    return copy;
}

const guint8 *
message_bytes_skip_mbox_line(const guint8 *bytes, gsize length)
{
    const guint8 *lf;

    if (length < 5 || memcmp(bytes, "From ", 5) != 0)
        return bytes;
    lf = memchr(bytes, '\n', length);
    return lf != NULL ? lf + 1 : bytes;
}
