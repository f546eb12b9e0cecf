#include "message/part-content.h"

#include "base/error.h"
#include "message/header-reader-private.h"
#include "message/message-bytes-private.h"
#include "message/preflight.h"
#include "message/structure-private.h"

static gboolean
fits(const guint8 *bytes, gsize length, const char *path, GError **error)
{
    Preflight preflight;
    gboolean fit;

    preflight_scan(bytes, length, &preflight);
    fit = preflight.fit;
    if (!fit)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_LIMIT, "cannot read part %s: the message is not parsed: %s", path,
                    preflight.reason);
    preflight_clear(&preflight);
    return fit;
}

/* The walk of message_parse(), which keeps the one part; the part's own description is taken out of the message. */
static gboolean
walk_to(Message *message, const guint8 *bytes, gsize length, PartWanted *wanted, GError **error)
{
    g_autoptr(ReadableText) readable = readable_new(NULL);
    g_autofree char *reason = NULL;
    FieldScanner scanner;

    field_scanner_init(&scanner, bytes, length);
    header_read(message, &scanner);
    reason = structure_read(message, bytes, length, readable, wanted);
    if (reason != NULL)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_LIMIT, "cannot read part %s: the message is not parsed: %s",
                    wanted->path, reason);
    else if (wanted->content == NULL)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "cannot find part %s in this message", wanted->path);
    return reason == NULL && wanted->content != NULL;
}

GBytes *
message_part_content(const guint8 *bytes, gsize length, const char *path, MessagePart **part_out, GError **error)
{
    g_autoptr(Message) message = message_new();
    g_autofree guint8 *copy = NULL;
    g_autoptr(GBytes) content = NULL;
    PartWanted wanted = { .path = path };
    const guint8 *begin;
    gboolean found;
    guint index;

    message_init();
    copy = message_bytes_with_lf(bytes, length);
    if (copy != NULL)
        bytes = copy;
    if (!fits(bytes, length, path, error))
        return NULL;
    begin = message_bytes_skip_mbox_line(bytes, length);
    found = walk_to(message, begin, length - (gsize) (begin - bytes), &wanted, error);
    content = wanted.content;
    if (!found)
        return NULL;
    if (part_out != NULL && g_ptr_array_find(message->parts, wanted.part, &index))
        *part_out = g_ptr_array_steal_index(message->parts, index);
    return g_steal_pointer(&content);
}
