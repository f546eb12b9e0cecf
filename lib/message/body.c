#include "message/body-private.h"

#include "message/protection-private.h"
#include "message/readable-private.h"
#include "message/spans-private.h"
#include "message/structure-private.h"

char *
body_read(Message *message, const guint8 *bytes, gsize length, const MessageOptions *options)
{
    g_autoptr(ReadableText) readable = readable_new(options->default_charset);
    g_autoptr(GArray) hints = g_array_new(FALSE, FALSE, sizeof(MessageSpan));
    char *reason = structure_read(message, bytes, length, readable, NULL);

    if (reason != NULL)
        return reason;
    readable_make_text(readable, message, hints);
    protection_settle_text(message);
    spans_find(message->text, hints, message->spans);
    return NULL;
}
