/*
 * decide-rated.c - mail that comes by a link of a survey: how it went
 *
 * A mail that says no more than that is stored and counted, and changes nothing else: the ticket stays closed, nobody is sent an answer, and nobody owes one. What else a person writes
 * is a follow-up like any other, because a person has to read it; the rating is counted all the same. It may be given again: the last one counts.
 */
#include "gateway/decide-private.h"

static void
add_rating(Deciding *d, gint64 ticket, const char *rating, gboolean more)
{
    Effect *effect = decision_add(d->decision, EFFECT_EVENT, g_strdup_printf("%s%s", rating, more ? ", and more is said" : ""));

    effect->small.ticket = ticket;
    effect->small.text = g_strdup("rated");
}

static void
file_rating(Deciding *d, const FactTicket *ticket, const char *rating)
{
    d->decision->outcome = OUTCOME_TICKET;
    d->decision->reason = g_strdup_printf("rated as %s by the link of a survey", rating);
    d->decision->acknowledgement = g_strdup("none: the sender says how it went");
    decide_article(d, ticket->reference, g_strdup("it came by the link of a survey"));
    add_rating(d, ticket->reference, rating, FALSE);
    decide_ruling_apply(d, ticket->reference, FALSE);
}

gboolean
decide_rated(Deciding *d)
{
    const RatedToken *token = &d->prepared->rated;
    const FactTicket *ticket = token->reference != 0 ? facts_ticket(d->facts, token->reference) : NULL;
    const char *rating = rating_name(token->rating), *why = token->reference != 0 ? decide_link_why_not(d, ticket, token->person) : NULL;
    gboolean more;

    if (token->reference == 0 || rating == NULL)
        return FALSE;
    if (why != NULL) {
        trace_add(d->decision->trace, "link of a survey", FALSE, "ticket %" G_GINT64_FORMAT ": %s", token->reference, why);
        return FALSE;
    }
    more = decide_says_more(d->message);
    trace_add(d->decision->trace, "link of a survey", TRUE, "ticket %" G_GINT64_FORMAT ", %s, %s", ticket->reference, rating,
              more ? "and the mail says more than that: a person has to read it" : "and the mail says nothing else");
    decide_link_take(d, ticket, token->person);
    if (more) {
        decide_join(d, ticket, "joined by the link of a survey");
        if (d->decision->needs->len == 0 && d->decision->outcome == OUTCOME_TICKET)
            add_rating(d, ticket->reference, rating, TRUE);
    } else if (!decide_ends_by_rules(d, ticket)) {
        file_rating(d, ticket, rating);
    }
    return TRUE;
}
