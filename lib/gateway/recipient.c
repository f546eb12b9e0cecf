#include "gateway/recipient.h"

#include <string.h>

#include "base/limits.h"
#include "gateway/settings.h"

static gboolean
take(const AcceptSettings *ours, const char *address, const char **queue_out, char **recipient_out)
{
    const QueueConfig *queue = address == NULL ? NULL : settings_queue_of(ours->queues, ours->subaddressing,
                                                                          ours->bounce_domain, address);

    if (queue == NULL)
        return FALSE;
    *queue_out = queue->name;
    *recipient_out = g_strdup(address);
    return TRUE;
}

/* The topmost of the three fields that holds an address of ours. */
static gboolean
take_trace_field(const AcceptSettings *ours, const Message *message, const char **queue_out, char **recipient_out)
{
    static const char *const names[] = { "Delivered-To", "X-Original-To", "Envelope-To", NULL };

    for (guint i = 0; i < message->headers->len; i++) {
        const MessageHeader *header = g_ptr_array_index(message->headers, i);
        g_autofree char *address = NULL;

        for (gsize n = 0; names[n] != NULL; n++)
            if (g_ascii_strcasecmp(header->name, names[n]) == 0)
                address = g_strstrip(g_strdelimit(g_strdup(header->value), "<>", ' '));
        if (address != NULL && take(ours, address, queue_out, recipient_out))
            return TRUE;
    }
    return FALSE;
}

void
recipient_find_parsed(const AcceptSettings *ours, const Message *message, const char *to, const char **queue_out,
                      char **recipient_out)
{
    const GPtrArray *lists[] = { message->to, message->cc, message->resent_to, message->resent_cc };

    *queue_out = NULL;
    *recipient_out = NULL;
    if (to != NULL) {
        take(ours, to, queue_out, recipient_out);
        return;
    }
    if (take_trace_field(ours, message, queue_out, recipient_out))
        return;
    for (gsize l = 0; l < G_N_ELEMENTS(lists); l++)
        for (guint i = 0; i < lists[l]->len; i++) {
            const MessageAddress *address = g_ptr_array_index(lists[l], i);

            if (take(ours, address->address, queue_out, recipient_out))
                return;
        }
}

/* Up to the first empty line. */
static gsize
header_length(const char *start, gsize length)
{
    const char *end = start + length, *newline = start;

    while (length > 0 && (newline = memchr(newline, '\n', (gsize) (end - newline))) != NULL) {
        const char *next = ++newline;

        if (next < end && *next == '\r')
            next++;
        if (next < end && *next == '\n')
            return (gsize) (newline - start);
    }
    return length;
}

/* Header fields are all that is asked here, so a body of 25 MiB is not parsed, nor a header that never ends. */
Message *
recipient_parse_header(GBytes *bytes)
{
    gsize length;
    const char *start = g_bytes_get_data(bytes, &length);

    return message_parse_header((const guint8 *) start, header_length(start, MIN(length, LIMIT_HEADER_BLOCK)));
}

static gint64
received_time(const Message *message)
{
    const char *received = message_header(message, "Received", 0);
    const char *semicolon = received != NULL ? strrchr(received, ';') : NULL;
    gint64 time;

    if (semicolon != NULL && message_parse_date(semicolon + 1, &time))
        return time;
    return message->has_date ? message->date : 0;
}

void
recipient_find(const AcceptSettings *ours, GBytes *bytes, const char *to, const char **queue_out, char **recipient_out,
               gint64 *received_out)
{
    g_autoptr(Message) message = NULL;

    *queue_out = NULL;
    *recipient_out = NULL;
    if (to != NULL && received_out == NULL) {
        take(ours, to, queue_out, recipient_out);
        return;
    }
    message = recipient_parse_header(bytes);
    recipient_find_parsed(ours, message, to, queue_out, recipient_out);
    if (received_out != NULL)
        *received_out = received_time(message);
}
