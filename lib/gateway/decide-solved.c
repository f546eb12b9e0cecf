/*
 * decide-solved.c - mail that comes by the link of a help article: "this solved it"
 *
 * The link is in the acknowledgement, beside each article it names (mail-link.h).
 *
 * The ticket is closed only by a mail that says no more than that. What else a person writes wants to be read by a person: then the mail is a follow-up like any other, the
 * ticket stays open, and that the article helped is known all the same. A "thank you" costs an agent a moment; a question in a closed ticket would be answered by nobody.
 */
#include "gateway/decide-private.h"

/* The article may be gone since; that it helped was true when it was said. */
static void
add_solved(Deciding *d, gint64 ticket)
{
    Effect *effect = decision_add(d->decision, EFFECT_EVENT, g_strdup(d->facts->solved_path != NULL ? d->facts->solved_path : "a help article that is gone"));

    effect->small.ticket = ticket;
    effect->small.text = g_strdup("solved");
}

static void
close_ticket(Deciding *d, const FactTicket *ticket)
{
    const char *path = d->facts->solved_path != NULL ? d->facts->solved_path : "that is gone";

    d->decision->outcome = OUTCOME_TICKET;
    d->decision->reason = g_strdup_printf("solved by the help article %s", path);
    d->decision->acknowledgement = g_strdup("none: the sender says that it is solved");
    decide_article(d, ticket->reference, g_strdup("it came by the link of a help article"));
    add_solved(d, ticket->reference);
    if (ticket->status != TICKET_CLOSED) {
        Effect *effect = decision_add(d->decision, EFFECT_STATUS, g_strdup_printf("the customer says that the help article %s solved it", path));

        effect->small.ticket = ticket->reference;
        effect->small.status = TICKET_CLOSED;
    }
    decide_ruling_apply(d, ticket->reference, FALSE);
}

gboolean
decide_solved(Deciding *d)
{
    const SolvedToken *token = &d->prepared->solved;
    const FactTicket *ticket = token->reference != 0 ? facts_ticket(d->facts, token->reference) : NULL;
    const char *why = token->reference != 0 ? decide_link_why_not(d, ticket, token->person) : NULL;
    gboolean more;

    if (token->reference == 0)
        return FALSE;
    if (why != NULL) {
        trace_add(d->decision->trace, "link of a help article", FALSE, "ticket %" G_GINT64_FORMAT ": %s", token->reference, why);
        return FALSE;
    }
    more = decide_says_more(d->message);
    trace_add(d->decision->trace, "link of a help article", TRUE, "ticket %" G_GINT64_FORMAT ", %s", ticket->reference,
              more ? "and the mail says more than that it is solved: a person has to read it" : "and the mail says nothing else");
    decide_link_take(d, ticket, token->person);
    if (more) {
        decide_join(d, ticket, "joined by the link of a help article");
        if (d->decision->needs->len == 0 && d->decision->ticket == ticket->reference)
            add_solved(d, ticket->reference);
    } else if (!decide_ends_by_rules(d, ticket)) {
        close_ticket(d, ticket);
    }
    return TRUE;
}
