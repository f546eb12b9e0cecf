/*
 * decide-link.c - mail that comes by a link of ours (mail-link.h): from whom it is believed, and whether it says more than the link
 */
#include <string.h>

#include "gateway/decide-private.h"
#include "locale/locale.h"

/* Text of one's own: not the quote, not the signature, not the words that the link wrote. An attachment is worth a look as well. */
gboolean
decide_says_more(const Message *message)
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
    if (*own->str != '\0' && !is_signature && !locale_is_link_phrase(own->str))
        return TRUE;
    for (guint i = 0; i < message->parts->len; i++) {
        const MessagePart *part = g_ptr_array_index(message->parts, i);

        if (part->attachment && part->leaf && !part->is_inline)
            return TRUE;
    }
    return FALSE;
}

const char *
decide_link_why_not(const Deciding *d, const FactTicket *ticket, gint64 person)
{
    if (ticket == NULL)
        return "its ticket does not exist any more";
    if (d->message->class_ != CLASS_HUMAN)
        return "no person wrote the mail";
    if (decide_sender_standing(d->message, d->arrival) == SENDER_FAILED)
        return "the sender failed authentication";
    if (d->facts->person == 0 || (d->facts->person != person && !ticket->sender_takes_part && !ticket->same_organisation))
        return "it was given to somebody else";
    return NULL;
}

void
decide_link_take(Deciding *d, const FactTicket *ticket, gint64 person)
{
    d->match->how = THREAD_BY_TOKEN;
    d->match->ticket = ticket->reference;
    d->match->other_address = FALSE;
    d->match->token_proves_sender = d->facts->person == person;
    g_array_set_size(d->match->related, 0);
}
