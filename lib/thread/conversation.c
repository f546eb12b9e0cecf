/*
 * Three mails of one sender, each answering the one before: if the third comes first and the first comes
 * second, each opens a ticket, as nothing known joins them. Then the second comes: it names the first, which is
 * in ticket A, and was named by the third, in ticket B. It is the missing link, and the two tickets are one.
 *
 * The mark of that case is an id that was referred to before a mail bearing it was seen: the gap into which
 * something that had not arrived yet belonged. So two tickets are joined only if the message is linked to at
 * least one of them by nothing but such an id. If both links are ids of mail that was filed in them, nothing
 * was missing when the second ticket was opened: the two are about two things, and the customer merely quotes
 * both in one mail. Those are never merged.
 *
 * A token counts as a link by seen mail: it stands in a mail that we sent. A tag decides only where no id leads
 * to a ticket in which the sender takes part, so there is nothing to merge then.
 *
 * Merging cannot be undone by itself, so everything else must be certain too: both tickets are open, in one
 * queue, the sender is the requester of both (a link by somebody else, or into somebody else's ticket, is how a
 * stranger would read it), and no agent has answered in the one that goes away. The lower reference stays: it
 * is the one the customer was told first, and two workers come to the same result.
 */
#include "thread/conversation-private.h"

gboolean
thread_keys_name(const ThreadKeys *keys, const char *message_id)
{
    for (guint i = 0; i < keys->references->len; i++) {
        if (g_str_equal(keys->references->pdata[i], message_id))
            return TRUE;
    }
    return FALSE;
}

/* Its own id links a message only where it was referred to: elsewhere it is another mail under the same id. */
static gboolean
is_link(const Matching *m, const FactReference *known)
{
    if (thread_keys_name(m->keys, known->message_id))
        return TRUE;
    return !known->seen && m->message_id != NULL && g_str_equal(known->message_id, m->message_id);
}

static gboolean
linked_by_seen_mail(const Matching *m, const FactTicket *ticket)
{
    for (guint i = 0; i < m->facts->references->len; i++) {
        const FactReference *known = m->facts->references->pdata[i];
        const FactTicket *linked = known->seen && is_link(m, known) ? facts_ticket(m->facts, known->ticket) : NULL;

        if (linked != NULL && linked->reference == ticket->reference)
            return TRUE;
    }
    return FALSE;
}

static gboolean
may_merge(const FactTicket *ticket)
{
    return ticket->sender_is_requester
        && (ticket->status == TICKET_NEW || ticket->status == TICKET_OPEN || ticket->status == TICKET_PENDING);
}

static gboolean
is_merged(const ThreadMatch *match, gint64 ticket)
{
    for (guint i = 0; i < match->merge->len; i++) {
        if (g_array_index(match->merge, gint64, i) == ticket)
            return TRUE;
    }
    return FALSE;
}

static const FactTicket *
join(const Matching *m, const FactTicket *target, const FactTicket *other)
{
    const FactTicket *kept = target->reference < other->reference ? target : other;
    const FactTicket *gone = kept == target ? other : target;

    if (gone->has_agent_reply) {
        trace_add(m->trace, "same conversation", FALSE, "ticket %" G_GINT64_FORMAT " belongs to ticket %"
                  G_GINT64_FORMAT ", but an agent has answered in it", gone->reference, kept->reference);
        return target;
    }
    trace_add(m->trace, "same conversation", TRUE, "ticket %" G_GINT64_FORMAT " is merged into ticket %"
              G_GINT64_FORMAT ": its mail arrived out of order", gone->reference, kept->reference);
    g_array_append_val(m->match->merge, gone->reference);
    return kept;
}

void
conversation_join(const Matching *m)
{
    const FactTicket *found = facts_ticket(m->facts, m->match->ticket);
    const FactTicket *target = found;
    gboolean found_by_seen_mail;

    if (!may_merge(found))
        return;
    found_by_seen_mail = m->match->how == THREAD_BY_TOKEN || linked_by_seen_mail(m, found);
    for (guint i = 0; i < m->facts->references->len; i++) {
        const FactReference *known = m->facts->references->pdata[i];
        const FactTicket *other = is_link(m, known) ? facts_ticket(m->facts, known->ticket) : NULL;

        if (other == NULL || other->reference == target->reference || is_merged(m->match, other->reference))
            continue;
        if (!may_merge(other) || g_strcmp0(other->queue, found->queue) != 0)
            continue;
        if (found_by_seen_mail && linked_by_seen_mail(m, other))
            continue;
        target = join(m, target, other);
    }
    m->match->ticket = target->reference;
}
