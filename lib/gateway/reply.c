#include "gateway/reply.h"

#include "base/hash.h"
#include "message/compose.h"
#include "store/tickets.h"
#include "thread/thread.h"

/*
 * Where a bounce of this mail shall go: VERP where there is a domain for it, else an address of the queue that names the outbox row, else the
 * queue itself.
 */
static char *
envelope_sender(const DecideSettings *settings, const QueueConfig *queue, gint64 outbox)
{
    char *address = settings_bounce_address(settings, queue, outbox);

    return address != NULL ? address : g_strdup(queue->address);
}

static char *
body(const char *text, const char *agent, const QueueConfig *queue, const char *token)
{
    g_autofree char *trimmed = g_strchomp(g_strdup(text));

    return g_strdup_printf("%s\n\n-- \n%s, %s\nRef: %s\n", trimmed, agent,
                           queue->display_name != NULL ? queue->display_name : queue->name, token);
}

static GBytes *
compose(const DecideSettings *settings, const QueueConfig *queue, const TicketForReply *ticket, const char *agent,
        const char *text, gint64 now, char **message_id_out, GError **error)
{
    Token made_out = { ticket->reference, ticket->requester, TOKEN_CUSTOMER };
    g_autofree char *token = token_format(settings->keys, &made_out);
    g_autofree char *reply_to = settings_subaddress(settings, queue, token);
    g_autofree char *tagged = thread_tag_subject(ticket->subject, queue_tag(queue, settings->name), ticket->reference);
    g_autofree char *subject = g_strdup_printf("Re: %s", tagged);
    g_autofree char *from_name = g_strdup_printf("%s (%s)", agent, queue_from_name(queue, settings->name));
    g_autofree char *words = body(text, agent, queue, token);
    g_autofree char *random = NULL;
    guint8 bytes[10];
    MailDraft draft = { 0 };

    hash_random(bytes, sizeof bytes);
    random = base32_encode(bytes, sizeof bytes);
    *message_id_out = g_strdup_printf("%s.%s@%s", token, random, settings->host);
    draft.from_name = from_name;
    draft.from_address = queue->address;
    draft.to_name = ticket->requester_name;
    draft.to_address = ticket->requester_address;
    draft.reply_to = reply_to;
    draft.subject = subject;
    draft.message_id = *message_id_out;
    draft.in_reply_to = ticket->last_message_id;
    draft.references = ticket->references;
    draft.date = now;
    draft.automatic = MAIL_HUMAN;
    draft.text = words;
    return compose_mail(&draft, error);
}

static gboolean
may_reply(const TicketForReply *ticket, const QueueConfig *queue, const char *text, GError **error)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(text));

    if (trimmed[0] == '\0')
        g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "cannot send an empty reply");
    else if (queue == NULL)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG,
                    "cannot reply to ticket #%" G_GINT64_FORMAT ": its queue \"%s\" is not configured",
                    ticket->reference, ticket->queue);
    else if (ticket->requester_address == NULL)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID,
                    "cannot reply to ticket #%" G_GINT64_FORMAT ": it has no requester", ticket->reference);
    else
        return TRUE;
    return FALSE;
}

gint64
reply_to_ticket(Store *store, const DecideSettings *settings, gint64 reference, const char *agent, const char *text,
                gint64 now, gint64 life_seconds, GError **error)
{
    TicketForReply *ticket = NULL;
    g_autofree char *display_name = NULL, *message_id = NULL, *sender = NULL;
    g_autoptr(GBytes) bytes = NULL;
    const QueueConfig *queue;
    TicketReply reply = { 0 };
    gboolean done = FALSE;

    if (!store_agent(store, agent, FALSE, &reply.agent, &display_name, error)
        || !store_ticket_for_reply(store, reference, &ticket, error))
        return 0;
    queue = queues_find_name(settings->queues, ticket->queue);
    if (may_reply(ticket, queue, text, error) && store_outbox_reserve(store, &reply.outbox, error)) {
        bytes = compose(settings, queue, ticket, display_name, text, now, &message_id, error);
        sender = envelope_sender(settings, queue, reply.outbox);
        reply.ticket = ticket->reference;
        reply.text = text;
        reply.envelope_sender = sender;
        reply.recipient = ticket->requester_address;
        reply.message_id = message_id;
        reply.bytes = bytes;
        reply.life_seconds = life_seconds;
        done = bytes != NULL && store_ticket_reply(store, &reply, error);
    }
    ticket_for_reply_free(ticket);
    if (done)
        store_notify(store, "outbox");
    return done ? reply.outbox : 0;
}
