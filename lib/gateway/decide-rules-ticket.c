/*
 * decide-rules-ticket.c - where the rules stand between a message and its ticket: they may end it, file it, or lead it to another one
 */
#include "gateway/decide-private.h"

static const struct {
    Outcome     outcome;
    const char *word;
    const char *silence;     /* of the acknowledgement, where no mail is sent */
} fates[] = {
    [FATE_KEEP] = { OUTCOME_TICKET, "", "" },
    [FATE_DISCARD] = { OUTCOME_DISCARDED, "discarded", "none: discarded by the rules" },
    [FATE_REJECT] = { OUTCOME_REFUSED, "rejected", "" },
    [FATE_REDIRECT] = { OUTCOME_REDIRECTED, "passed on", "none: passed on by the rules" },
};

static gboolean
ends_by_fate(Deciding *d)
{
    Fate fate = d->ruling->fate;
    g_autofree char *place = NULL;

    if (fate == FATE_KEEP)
        return FALSE;
    place = ruling_place(d->ruling->cause);
    decide_ruling_without_ticket(d);
    d->decision->outcome = fates[fate].outcome;
    d->decision->reason = fate == FATE_REDIRECT
                              ? g_strdup_printf("passed on to %s by %s", d->ruling->cause->argument, place)
                              : g_strdup_printf("%s by %s", fates[fate].word, place);
    if (fate == FATE_REJECT)
        decide_acknowledgement(d, "refusal", "refused", 0);
    else if (d->ruling->vacation != NULL)
        decide_acknowledgement(d, "acknowledgement", "acknowledge", 0);
    else
        d->decision->acknowledgement = g_strdup(fates[fate].silence);
    return TRUE;
}

/* The open ticket that bears the key which the rules give a new one; NULL: there is none. */
static const FactTicket *
find_correlated(const Deciding *d)
{
    const GPtrArray *actions = d->ruling->result->actions;

    for (guint i = 0; i < actions->len; i++) {
        const SieveAction *action = g_ptr_array_index(actions, i);
        g_autoptr(FactNeed) key = action->kind == SIEVE_CORRELATE ? decide_correlation(d, action) : NULL;
        gint64 reference = 0;

        if (key != NULL)
            return facts_find_answer(d->facts, key, &reference) ? facts_ticket(d->facts, reference) : NULL;
    }
    return NULL;
}

/* What the rules said is no longer asked for. */
static void
forget_ruling(Deciding *d)
{
    g_clear_pointer(&d->ruling, ruling_free);
    g_ptr_array_set_size(d->decision->hits, 0);
}

/* The rules were asked as of a new ticket. It is a follow-up, and they are asked again as of one. */
static void
join_correlated(Deciding *d, const FactTicket *ticket)
{
    trace_add(d->decision->trace, "correlation key", TRUE, "ticket #%" G_GINT64_FORMAT " bears it; the rules are asked again", ticket->reference);
    forget_ruling(d);
    d->match->how = THREAD_BY_CORRELATION;
    d->match->ticket = ticket->reference;
    decide_rules(d, ticket);
    if (d->decision->needs->len == 0 && !ends_by_fate(d))
        decide_follow_up(d, ticket, "joined by correlation key");
}

gboolean
decide_ends_by_key(Deciding *d)
{
    guint told = d->decision->trace->lines->len;
    const FactTicket *correlated;

    decide_rules(d, NULL);
    if (d->ruling == NULL || d->decision->needs->len > 0)
        return d->decision->needs->len > 0;
    correlated = find_correlated(d);
    if (correlated != NULL) {
        join_correlated(d, correlated);
        return TRUE;
    }
    forget_ruling(d);
    g_ptr_array_set_size(d->decision->trace->lines, (gint) told);
    trace_add(d->decision->trace, "correlation key", FALSE, "no open ticket bears one that the rules give it");
    return FALSE;
}

gboolean
decide_ends_by_rules(Deciding *d, const FactTicket *ticket)
{
    const FactTicket *correlated;

    decide_rules(d, ticket);
    if (d->ruling == NULL || d->decision->needs->len > 0)
        return d->decision->needs->len > 0;
    correlated = ticket == NULL ? find_correlated(d) : NULL;
    if (correlated != NULL) {
        join_correlated(d, correlated);
        return TRUE;
    }
    if (ends_by_fate(d))
        return TRUE;
    if (ticket == NULL)
        decide_set_requester(d);
    /* A ticket that is filed into another queue is that desk's from its first answer on. */
    if (ticket == NULL && decide_ruling_queue(d) != NULL)
        d->queue = queues_find_name(d->settings->queues, decide_ruling_queue(d));
    return FALSE;
}
