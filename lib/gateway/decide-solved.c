/*
 * decide-solved.c - mail that comes by the link of a help article: "this solved it"
 *
 * The link is in the acknowledgement, beside each article it names, and bears a signed token of its own purpose; the mail is sent to it or has it in its subject. A body is never
 * asked for it: whoever answers the acknowledgement to say that nothing helped quotes every link of it.
 *
 * The ticket is closed only by a mail that says no more than that. What else a person writes wants to be read by a person: then the mail is a follow-up like any other, the
 * ticket stays open, and that the article helped is known all the same. A "thank you" costs an agent a moment; a question in a closed ticket would be answered by nobody.
 */
#include <string.h>

#include "gateway/decide-private.h"
#include "locale/locale.h"

/* Text of one's own: not the quote, not the signature, not the words that the link wrote. An attachment is worth a look as well. */
static gboolean
says_more(const Message *message)
{
    g_autoptr(GString) own = g_string_new(NULL);
    gboolean is_signature;

    if (message->not_parsed)
        return TRUE;
    for (guint i = 0; i < message->spans->len; i++) {
        const MessageSpan *span = &g_array_index(message->spans, MessageSpan, i);

        if (span->kind == SPAN_REPLY || span->kind == SPAN_FORWARD)
            g_string_append_len(own, message->text + span->start, (gssize) (span->end - span->start));
    }
    g_strchug(own->str);
    /* A mail that is nothing but its signature counts as text, lest a person's only words be cut off. Here they would be missed by nobody. */
    is_signature = g_str_has_prefix(own->str, "-- \n") || g_str_has_prefix(own->str, "--\n");
    if (*own->str != '\0' && !is_signature && !locale_is_solved_phrase(own->str))
        return TRUE;
    for (guint i = 0; i < message->parts->len; i++) {
        const MessagePart *part = g_ptr_array_index(message->parts, i);

        if (part->attachment && part->leaf && !part->is_inline)
            return TRUE;
    }
    return FALSE;
}

/* Why the link is none for this mail; NULL: it holds. */
static const char *
why_not(const Deciding *d, const FactTicket *ticket)
{
    const SolvedToken *token = &d->prepared->solved;

    if (ticket == NULL)
        return "its ticket does not exist any more";
    if (d->message->class_ != CLASS_HUMAN)
        return "no person wrote the mail";
    if (decide_sender_standing(d->message, d->arrival) == SENDER_FAILED)
        return "the sender failed authentication";
    if (d->facts->person == 0 || (d->facts->person != token->person && !ticket->sender_takes_part && !ticket->same_organisation))
        return "it was given to somebody else";
    return NULL;
}

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
    const char *why = token->reference != 0 ? why_not(d, ticket) : NULL;
    gboolean more;

    if (token->reference == 0)
        return FALSE;
    if (why != NULL) {
        trace_add(d->decision->trace, "link of a help article", FALSE, "ticket %" G_GINT64_FORMAT ": %s", token->reference, why);
        return FALSE;
    }
    more = says_more(d->message);
    trace_add(d->decision->trace, "link of a help article", TRUE, "ticket %" G_GINT64_FORMAT ", %s", ticket->reference,
              more ? "and the mail says more than that it is solved: a person has to read it" : "and the mail says nothing else");
    d->match->how = THREAD_BY_TOKEN;
    d->match->ticket = ticket->reference;
    d->match->other_address = FALSE;
    d->match->token_proves_sender = d->facts->person == token->person;
    g_array_set_size(d->match->related, 0);
    if (more) {
        decide_join(d, ticket, "joined by the link of a help article");
        if (d->decision->needs->len == 0 && d->decision->ticket == ticket->reference)
            add_solved(d, ticket->reference);
    } else if (!decide_ends_by_rules(d, ticket)) {
        close_ticket(d, ticket);
    }
    return TRUE;
}
