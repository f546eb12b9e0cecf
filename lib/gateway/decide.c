/*
 * decide.c - the order of questions that every message is asked
 *
 *   1. the same content again, in the same queue?         duplicate
 *   2. more than LIMIT_RECEIVED hops?                      quarantined, never answered
 *   3. a report?                                           report, but a complaint about mail that is not ours goes on
 *   4. does it belong to a ticket?                         thread_match(); decide-solved.c: does it close it, decide-rated.c: does it rate it?
 *   5. may that ticket take it as it is?                   reopen, or a linked new one, or a refusal
 *   6. what do the rules want?                             decide-rules.c
 *   7. an acknowledgement?                                 acknowledge.c
 */
#include "gateway/decide.h"

#include <string.h>

#include "gateway/decide-private.h"

static gboolean
is_duplicate(Deciding *d)
{
    const Facts *facts = d->facts;
    gint64 earlier = facts->duplicate_of;

    if (earlier == 0 || earlier == d->arrival->inbound) {
        trace_add(d->decision->trace, "same content in this queue", FALSE, "not seen before");
        return FALSE;
    }
    trace_add(d->decision->trace, "same content in this queue", TRUE, "inbound %" G_GINT64_FORMAT, earlier);
    d->decision->outcome = OUTCOME_DUPLICATE;
    d->decision->duplicate_of = earlier;
    d->decision->reason = g_strdup_printf("same content as inbound %" G_GINT64_FORMAT, earlier);
    d->decision->acknowledgement = g_strdup("none: duplicate");
    return TRUE;
}

static gboolean
is_looping(Deciding *d)
{
    g_autofree char *why = NULL;
    Decision *quarantine;

    if (d->message->received_count <= LIMIT_RECEIVED) {
        trace_add(d->decision->trace, "hops", FALSE, "%u Received fields", d->message->received_count);
        return FALSE;
    }
    why = g_strdup_printf("%u Received fields, at most %d", d->message->received_count, LIMIT_RECEIVED);
    quarantine = decide_quarantine(d->message, d->arrival, why, d->ids);
    trace_free(quarantine->trace);
    quarantine->trace = g_steal_pointer(&d->decision->trace);
    trace_add(quarantine->trace, "hops", TRUE, "%s", why);
    quarantine->keep_content_key = TRUE;
    decision_free(d->decision);
    d->decision = quarantine;
    return TRUE;
}

gboolean
decide_is_report(const Message *message)
{
    return message->class_ == CLASS_BOUNCE || message->class_ == CLASS_DISPOSITION
           || message->class_ == CLASS_ABUSE_REPORT;
}

/*
 * What is sent to an address for bounces and is no report: a vacation program answers there (RFC 3834, 4), and some people's mail programs do. The address
 * proves which mail is answered.
 */
static gboolean
join_by_bounce_address(Deciding *d)
{
    const FactTicket *ticket = d->prepared->request->bounce_outbox != 0 ? facts_ticket(d->facts, d->facts->mail.ticket) : NULL;

    if (d->prepared->to_bounces)
        trace_add(d->decision->trace, "address for bounces", ticket != NULL, "%s",
                  ticket != NULL ? "it proves which mail of ours is answered" : "it proves no mail about a ticket");
    if (ticket == NULL)
        return FALSE;
    d->match->how = THREAD_BY_TOKEN;
    d->match->ticket = ticket->reference;
    d->match->other_address = !ticket->sender_takes_part;
    decide_join(d, ticket, "joined by the address for bounces");
    return TRUE;
}

static const char *
how_text(const ThreadMatch *match)
{
    switch (match->how) {
    case THREAD_BY_TOKEN:
        return match->other_address ? "joined by token, from another address" : "joined by token";
    case THREAD_BY_REFERENCE:
        return "joined by Message-ID";
    case THREAD_BY_CORRELATION:
        return "joined by correlation key";
    case THREAD_BY_TAG:
        return "joined by subject tag";
    case THREAD_NEW:
    default:
        return "new ticket";
    }
}

static void
decide_human_or_automatic(Deciding *d)
{
    const FactTicket *ticket;
    gboolean done;

    d->match = thread_match(d->prepared->thread, d->message->message_id, d->facts, d->decision->trace);
    ticket = d->match->ticket != 0 ? facts_ticket(d->facts, d->match->ticket) : NULL;
    done = decide_solved(d) || decide_rated(d) || (d->match->how == THREAD_BY_TAG && decide_ends_by_key(d));
    if (!done && ticket != NULL)
        decide_join(d, ticket, how_text(d->match));
    else if (!done && !join_by_bounce_address(d))
        decide_new_ticket(d, how_text(d->match));
    thread_match_free(d->match);
    d->match = NULL;
}

Decision *
decide(const Message *message, const Arrival *arrival, const Prepared *prepared, const Facts *facts,
       const DecideSettings *settings, gint64 now, const DecideIds *ids)
{
    Deciding d = { message, arrival, prepared, facts, settings, queues_find_name(settings->queues, arrival->queue), now, ids,
                   NULL, NULL, NULL, NULL, NULL, decision_new(), 0, 0 };

    trace_add(d.decision->trace, "class", TRUE, "%s (%s)", message_class_name(message->class_),
              message->class_reason != NULL ? message->class_reason : "nothing speaks for a machine");
    if (is_duplicate(&d) || is_looping(&d))
        return d.decision;
    d.decision->keep_content_key = TRUE;
    if (!decide_is_report(message) || !decide_report(&d))
        decide_human_or_automatic(&d);
    if (d.ruling != NULL && d.decision->needs->len == 0)
        decide_remember(&d);
    ruling_free(d.ruling);
    g_assert(d.decision->needs->len > 0 || (d.decision->reason != NULL && d.decision->acknowledgement != NULL));
    return d.decision;
}
