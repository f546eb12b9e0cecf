/*
 * decide-target.c - what the rules want because a response is nearly or really overdue
 *
 * The script runs on a message that says nothing: its compiler has made sure that it asks for none. What it wants is carried out on the ticket as on one
 * that is new; nothing of it is put off to a next message.
 */
#include <string.h>

#include "gateway/decide-private.h"

/* What the rules wanted and did not get stands in the history: there is no stored decision that could explain it. */
static void
tell_refused(Deciding *d)
{
    const GPtrArray *lines = d->decision->trace->lines;

    for (guint i = 0; i < lines->len; i++) {
        const TraceLine *line = lines->pdata[i];
        Effect *effect;

        if (line->held || line->test != NULL || g_str_equal(line->step, "rules"))
            continue;
        effect = decision_add(d->decision, EFFECT_EVENT, g_strdup_printf("%s %s", line->step, line->text));
        effect->small.ticket = d->notice->ticket;
        effect->small.text = g_strdup("rule-not-applied");
    }
}

/* Who notifies somebody tells him instead of the agents of the queue; keep tells them as well. */
static gboolean
is_told(const Deciding *d)
{
    const GPtrArray *actions = d->ruling->result->actions, *effects = d->decision->effects;
    gboolean told = FALSE;

    for (guint i = 0; i < actions->len; i++)
        if (((const SieveAction *) actions->pdata[i])->kind == SIEVE_KEEP)
            return FALSE;
    for (guint i = 0; i < effects->len; i++)
        told = told || ((const Effect *) effects->pdata[i])->kind == EFFECT_MAIL;
    return told;
}

Decision *
decide_target(const TargetNotice *notice, FactsRequest *request, const Facts *facts, const DecideSettings *settings, gint64 now,
              const DecideIds *ids, gboolean *told_out)
{
    g_autoptr(Message) message = message_new();
    const FactTicket *ticket = facts_ticket(facts, notice->ticket);
    const Arrival arrival = { .queue = notice->queue };
    const Prepared prepared = { .request = request };
    Deciding d = { .message = message, .arrival = &arrival, .prepared = &prepared, .facts = facts, .settings = settings,
                   .queue = queues_find_name(settings->queues, notice->queue), .now = now, .ids = ids, .notice = notice,
                   .decision = decision_new() };

    *told_out = FALSE;
    message->subject = g_strdup(notice->subject);
    decide_rules(&d, ticket);
    if (d.decision->needs->len == 0) {
        decide_ruling_apply(&d, notice->ticket, TRUE);
        tell_refused(&d);
        *told_out = is_told(&d);
    }
    ruling_free(d.ruling);
    return d.decision;
}
