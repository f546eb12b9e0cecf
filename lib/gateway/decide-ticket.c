/*
 * decide-ticket.c - a new ticket, or a message that joins one
 */
#include "base/text.h"
#include "gateway/decide-private.h"
#include "message/message-json.h"

#define REOPEN_DAY_US ((gint64) 24 * 3600 * G_USEC_PER_SEC)

char *
reopen_bucket_key(gint64 ticket, char period)
{
    return g_strdup_printf("reopen:%" G_GINT64_FORMAT ":%c", ticket, period);
}

static gboolean
is_human(const Deciding *d)
{
    return d->message->class_ == CLASS_HUMAN;
}

static void
add_event(Deciding *d, gint64 ticket, const char *kind, char *reason)
{
    Effect *effect = decision_add(d->decision, EFFECT_EVENT, reason);

    effect->small.ticket = ticket;
    effect->small.text = g_strdup(kind);
}

static void
add_take(Deciding *d, const Bucket *bucket, const char *reason)
{
    Effect *effect = decision_add(d->decision, EFFECT_TAKE, g_strdup(reason));

    effect->small.text = g_strdup(bucket->key);
    effect->small.count = bucket->count;
    effect->small.seconds = bucket->seconds;
}

static char *
format_and_free(json_t *value)
{
    char *text = json_format(value, FALSE);

    json_decref(value);
    return text;
}

static gboolean
is_repeated(const MessagePart *part, gpointer data)
{
    return decide_is_inline_image(part) && facts_image_was_seen(data, part->sha256);
}

static char *
attachments_of(Deciding *d)
{
    return format_and_free(message_attachments_to_json(d->message, is_repeated, (gpointer) d->facts));
}

void
decide_article(Deciding *d, gint64 ticket, char *reason)
{
    const Message *message = d->message;
    const MessageAddress *from = message->from->len > 0 ? g_ptr_array_index(message->from, 0) : NULL;
    Effect *effect = decision_add(d->decision, EFFECT_ARTICLE, reason);
    EffectArticle *article = &effect->article;

    article->ticket = ticket;
    article->author = decide_facts_of_requester(d)->person;
    article->from_name = from != NULL ? g_strdup(from->name) : NULL;
    article->from_address = from != NULL ? g_strdup(from->address) : NULL;
    article->message_id = g_strdup(message->message_id);
    for (guint i = 0; i < d->prepared->thread->references->len; i++)
        g_ptr_array_add(article->references, g_strdup(g_ptr_array_index(d->prepared->thread->references, i)));
    article->subject = g_strdup(message->subject != NULL ? message->subject : "");
    article->text = g_strdup(message->text);
    article->date = message->has_date ? message->date : 0;
    article->other_address = d->match != NULL && d->match->other_address;
    article->class_name = g_strdup(message_class_name(message->class_));
    article->spans = format_and_free(message_spans_to_json(message->text, message->spans));
    article->attachments = attachments_of(d);
    d->decision->ticket = ticket;
    if (d->arrival->note != NULL) {
        effect = decision_add(d->decision, EFFECT_NOTE, g_strdup("what its source could not take"));
        effect->small.ticket = ticket;
        effect->small.text = g_strdup(d->arrival->note);
    }
    decide_person(d, ticket);
}

static void
add_link(Deciding *d, gint64 ticket, gint64 other, const char *why)
{
    Effect *effect = decision_add(d->decision, EFFECT_LINK, g_strdup(why));

    effect->small.ticket = ticket;
    effect->small.other = other;
}

/* "Perhaps related": the agents see it, the sender does not. */
static void
add_related(Deciding *d, gint64 ticket)
{
    for (guint i = 0; i < d->match->related->len; i++)
        add_link(d, ticket, g_array_index(d->match->related, gint64, i),
                 "perhaps related: named by a sender who does not take part");
}

/* ---- new ---------------------------------------------------------------------------------------------------- */

/* The bucket of ticket creation that is empty, or NULL. */
static const Bucket *
empty_creation_bucket(const Deciding *d)
{
    const GPtrArray *buckets = decide_facts_of_requester(d)->buckets;

    for (guint i = 0; i < buckets->len; i++) {
        const Bucket *bucket = g_ptr_array_index(buckets, i);

        if (g_str_has_prefix(bucket->key, "tickets:") && bucket->tokens < 1.0)
            return bucket;
    }
    return NULL;
}

/* A flood of one sender or domain fills one ticket, not a thousand; the mail itself is kept like any other. */
static gboolean
fold_into_newest(Deciding *d)
{
    const Bucket *empty = empty_creation_bucket(d);
    gint64 newest = decide_facts_of_requester(d)->newest_open;

    if (empty == NULL || newest == 0) {
        trace_add(d->decision->trace, "limit of new tickets", FALSE, "%s",
                  empty == NULL ? "not reached" : "reached, but the sender has no open ticket to fold into");
        return FALSE;
    }
    trace_add(d->decision->trace, "limit of new tickets", TRUE, "bucket %s is empty: folded into #%" G_GINT64_FORMAT,
              empty->key, newest);
    d->decision->outcome = OUTCOME_TICKET;
    d->decision->reason = g_strdup_printf("folded into the sender's newest open ticket: bucket %s is empty", empty->key);
    decide_article(d, newest, g_strdup("folded: limit of new tickets"));
    decide_ruling_apply(d, newest, FALSE);
    add_event(d, newest, "folded", g_strdup_printf("bucket %s is empty", empty->key));
    add_related(d, newest);
    d->decision->acknowledgement = g_strdup_printf("none: folded, bucket %s is empty", empty->key);
    return TRUE;
}

static const char *
new_subject(const Deciding *d)
{
    const char *subject = d->prepared->thread->subject;

    return subject != NULL && subject[0] != '\0' ? subject : "(no subject)";
}

static void
make_ticket(Deciding *d, const char *reason, gint64 linked, const char *link_reason)
{
    const Facts *of_requester = decide_facts_of_requester(d);
    gint64 reference = d->ids->reference;
    Effect *effect;

    effect = decision_add(d->decision, EFFECT_TICKET, g_strdup(reason));
    effect->ticket.reference = reference;
    effect->ticket.queue = g_strdup(d->queue != NULL ? d->queue->name : d->arrival->queue);
    if (decide_ruling_queue(d) != NULL)
        effect->ticket.filed_by = ruling_place(d->ruling->filed);
    effect->ticket.subject = text_cut(new_subject(d), LIMIT_MESSAGE_ID);
    effect->ticket.requester = of_requester->person;
    effect->ticket.language = g_strdup(decide_language(d));
    effect->ticket.priority = PRIORITY_NORMAL;
    decide_article(d, reference, g_strdup("its first message"));
    add_event(d, reference, "created", g_strdup(reason));
    add_related(d, reference);
    if (linked != 0)
        add_link(d, reference, linked, link_reason);
    if (d->facts->elsewhere != 0 && d->facts->elsewhere != linked)
        add_link(d, reference, d->facts->elsewhere, "the same mail in another queue");
    if (d->message->not_parsed)
        add_event(d, reference, "not-parsed", g_strdup("the message is beyond the limits of parsing"));
    for (guint i = 0; i < of_requester->buckets->len; i++) {
        const Bucket *bucket = g_ptr_array_index(of_requester->buckets, i);

        if (g_str_has_prefix(bucket->key, "tickets:"))
            add_take(d, bucket, "a new ticket");
    }
    decide_link_same_matter(d, reference);
    d->decision->outcome = OUTCOME_TICKET;
    d->decision->reason = g_strdup(reason);
    decide_ruling_apply(d, reference, TRUE);
    decide_tell_agents(d, reference, NULL);
    decide_acknowledgement(d, "acknowledgement", linked != 0 ? "closed" : "acknowledge", linked);
}

static gboolean
is_elsewhere_enough(Deciding *d)
{
    if (d->facts->elsewhere == 0 || d->settings->several_queues != SEVERAL_QUEUES_FIRST)
        return FALSE;
    trace_add(d->decision->trace, "same content in another queue", TRUE, "filed in #%" G_GINT64_FORMAT,
              d->facts->elsewhere);
    d->decision->outcome = OUTCOME_DISCARDED;
    d->decision->reason = g_strdup_printf("several-queues = first: the same mail is ticket #%" G_GINT64_FORMAT,
                                          d->facts->elsewhere);
    d->decision->acknowledgement = g_strdup("none: filed in another queue");
    return TRUE;
}

void
decide_new_ticket(Deciding *d, const char *reason)
{
    if (!is_elsewhere_enough(d) && !decide_ends_by_rules(d, NULL) && !fold_into_newest(d))
        make_ticket(d, reason, 0, NULL);
}

/* ---- joining ------------------------------------------------------------------------------------------------ */

static gboolean
is_over(const FactTicket *ticket)
{
    return ticket->status == TICKET_RESOLVED || ticket->status == TICKET_CLOSED;
}

static gboolean
is_too_old_to_reopen(const Deciding *d, const FactTicket *ticket)
{
    return d->queue != NULL && ticket->changed_at != 0
           && d->now - ticket->changed_at > d->queue->reopen_days * REOPEN_DAY_US;
}

static void
change_status(Deciding *d, gint64 ticket, TicketStatus status, const char *reason)
{
    Effect *effect = decision_add(d->decision, EFFECT_STATUS, g_strdup(reason));

    effect->small.ticket = ticket;
    effect->small.status = status;
}

/*
 * Reopening has a budget: two machines that both pass for human would reopen a ticket for ever. Past the budget the message is filed,
 * the ticket stays as it is, and the first time this happens an event says so. Telling overdraws the bucket, and one that is overdrawn
 * was told of.
 */
static gboolean
reopen(Deciding *d, const FactTicket *ticket)
{
    static const char periods[] = { 'h', 'd' };

    for (gsize i = 0; i < G_N_ELEMENTS(periods); i++) {
        g_autofree char *key = reopen_bucket_key(ticket->reference, periods[i]);
        const Bucket *bucket = facts_bucket(d->facts, key);

        if (bucket == NULL || bucket->tokens >= 1.0)
            continue;
        trace_add(d->decision->trace, "reopen", FALSE, "bucket %s is empty", key);
        if (bucket->tokens >= 0.0) {
            add_event(d, ticket->reference, "reopen-budget",
                      g_strdup_printf("not reopened: bucket %s is empty; further answers are filed silently", key));
            add_take(d, bucket, "the agents were told");
        }
        return FALSE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(periods); i++) {
        g_autofree char *key = reopen_bucket_key(ticket->reference, periods[i]);
        const Bucket *bucket = facts_bucket(d->facts, key);

        if (bucket != NULL)
            add_take(d, bucket, "reopened");
    }
    trace_add(d->decision->trace, "reopen", TRUE, "was %s", ticket_status_name(ticket->status));
    change_status(d, ticket->reference, TICKET_OPEN, "the customer answered");
    return TRUE;
}

/* A rule's words or template, else what the queue answers this kind of mail with. */
static void
answer_follow_up(Deciding *d, gboolean reopened)
{
    const char *usual = reopened ? "reopened" : "follow-up";
    gboolean wanted = d->queue != NULL && (reopened ? d->queue->acknowledge_reopened : d->queue->acknowledge_follow_up);

    if (d->ruling != NULL && d->ruling->answer != NULL && d->ruling->vacation == NULL)
        decide_acknowledgement(d, "acknowledgement", NULL, 0);
    else if (wanted || (d->ruling != NULL && d->ruling->vacation != NULL))
        decide_acknowledgement(d, "acknowledgement", usual, 0);
    else
        d->decision->acknowledgement = g_strdup("none: follow-up");
}

void
decide_follow_up(Deciding *d, const FactTicket *ticket, const char *reason)
{
    gboolean reopened = FALSE;

    decide_article(d, ticket->reference, g_strdup(reason));
    add_event(d, ticket->reference, "answered", g_strdup(reason));
    if (d->match->token_proves_sender && !ticket->sender_takes_part && d->facts->person != 0) {
        Effect *effect = decision_add(d->decision, EFFECT_PARTICIPANT,
                                      g_strdup("the token was made out to this person"));

        effect->small.ticket = ticket->reference;
        effect->small.other = d->facts->person;
    }
    for (guint i = 0; i < d->match->merge->len; i++) {
        Effect *effect = decision_add(d->decision, EFFECT_MERGE,
                                      g_strdup("one conversation of this sender whose mails arrived out of order"));

        effect->small.ticket = ticket->reference;
        effect->small.other = g_array_index(d->match->merge, gint64, i);
    }
    add_related(d, ticket->reference);
    if (is_human(d) && is_over(ticket))
        reopened = reopen(d, ticket);
    else if (is_human(d) && ticket->status == TICKET_PENDING)
        change_status(d, ticket->reference, TICKET_OPEN, "the customer answered");
    decide_ruling_apply(d, ticket->reference, FALSE);
    d->decision->outcome = OUTCOME_TICKET;
    d->decision->reason = g_strdup(reason);
    decide_tell_agents(d, ticket->reference, ticket);
    answer_follow_up(d, reopened);
}

static void
refuse_closed(Deciding *d, const FactTicket *ticket)
{
    trace_add(d->decision->trace, "closed ticket", TRUE, "the queue refuses answers to closed tickets");
    d->decision->outcome = OUTCOME_REFUSED;
    d->decision->reason = g_strdup_printf("ticket #%" G_GINT64_FORMAT " is closed", ticket->reference);
    decide_acknowledgement(d, "refusal", "refused", 0);
}

void
decide_join(Deciding *d, const FactTicket *ticket, const char *reason)
{
    ClosedPolicy policy = d->queue != NULL ? d->queue->closed : CLOSED_REOPEN;

    if (!is_human(d) || !is_over(ticket)) {
        if (!decide_ends_by_rules(d, ticket))
            decide_follow_up(d, ticket, reason);
        return;
    }
    if (policy == CLOSED_REJECT) {
        refuse_closed(d, ticket);
        return;
    }
    if (policy == CLOSED_NEW || is_too_old_to_reopen(d, ticket)) {
        g_autofree char *why = g_strdup_printf("answers ticket #%" G_GINT64_FORMAT ", which is closed%s",
                                               ticket->reference,
                                               policy == CLOSED_NEW ? "" : " for longer than reopen-days");

        trace_add(d->decision->trace, "closed ticket", TRUE, "a linked new ticket");
        if (!decide_ends_by_rules(d, NULL) && !fold_into_newest(d))
            make_ticket(d, why, ticket->reference, "answers it; it is closed");
        return;
    }
    if (!decide_ends_by_rules(d, ticket))
        decide_follow_up(d, ticket, reason);
}
