/*
 * decide-report.c - bounces, read receipts, abuse reports: joined to what they are about, never a conversation
 *
 * A report acts only where it proves that it is about mail of ours: by the signed address it came to, or by a Message-ID of ours that carries
 * a valid token (A33: anybody can write a bounce). What proves nothing is counted as a report and left alone.
 */
#include <string.h>

#include "base/address.h"
#include "gateway/decide-private.h"

static gint64
ticket_of_original(const Deciding *d)
{
    const MessageReport *report = d->message->report;
    Token token;

    if (report != NULL && report->original_message_id != NULL
        && token_parse(d->settings->keys, report->original_message_id, d->now, &token, NULL)
        && facts_ticket(d->facts, token.reference) != NULL)
        return facts_ticket(d->facts, token.reference)->reference;
    for (guint i = 0; i < d->prepared->thread->tokens->len; i++) {
        const ThreadToken *found = &g_array_index(d->prepared->thread->tokens, ThreadToken, i);
        const FactTicket *ticket = facts_ticket(d->facts, found->token.reference);

        if (ticket != NULL)
            return ticket->reference;
    }
    return 0;
}

static char *
describe(const Message *message)
{
    const MessageReport *report = message->report;
    const ReportRecipient *first;

    if (report == NULL || report->recipients->len == 0)
        return g_strdup(message->subject != NULL ? message->subject : "");
    first = g_ptr_array_index(report->recipients, 0);
    return g_strdup_printf("%s %s %s %s", first->address != NULL ? first->address : "?",
                           first->action != NULL ? first->action : "", first->status != NULL ? first->status : "",
                           first->diagnostic != NULL ? first->diagnostic : "");
}

void
decide_report(Deciding *d)
{
    gint64 ticket = ticket_of_original(d);
    Effect *effect;

    d->decision->outcome = OUTCOME_REPORT;
    d->decision->acknowledgement = g_strdup_printf("none: class %s", message_class_name(d->message->class_));
    if (ticket == 0) {
        trace_add(d->decision->trace, "what the report is about", FALSE, "nothing in it proves mail of ours");
        d->decision->reason = g_strdup_printf("%s about no mail of ours", message_class_name(d->message->class_));
        return;
    }
    trace_add(d->decision->trace, "what the report is about", TRUE, "ticket #%" G_GINT64_FORMAT, ticket);
    d->decision->ticket = ticket;
    d->decision->reason = g_strdup_printf("%s about ticket #%" G_GINT64_FORMAT,
                                          message_class_name(d->message->class_), ticket);
    effect = decision_add(d->decision, EFFECT_EVENT, describe(d->message));
    effect->small.ticket = ticket;
    effect->small.text = g_strdup(message_class_name(d->message->class_));
}
