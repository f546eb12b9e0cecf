/*
 * decide-report.c - bounces, read receipts, abuse reports: joined to what they are about, never a conversation
 *
 * A report acts only where it proves that it is about mail of ours: by the signed address it came to, or by a Message-ID of ours that carries
 * a valid token (A33: anybody can write a bounce). What proves nothing is counted as a report and left alone.
 *
 * A bounce changes what is known of the mail that did not arrive, and of the address, if that is what failed; it never changes
 * the state of the ticket, whose agents see it there.
 *
 * A complaint about mail that is not ours (but, say, a customer's of a hosting provider) is what an abuse desk is for: it becomes a ticket like
 * any other mail, by way of the rules, and like any report it is never answered.
 */
#include <string.h>

#include "base/address.h"
#include "base/limits.h"
#include "base/text.h"
#include "gateway/decide-private.h"

typedef enum { BOUNCE_OTHER, BOUNCE_DELAYED, BOUNCE_FAILED } BounceKind;

static const char *const bounce_words[] = {
    [BOUNCE_OTHER] = "report of delivery", [BOUNCE_DELAYED] = "delivery delayed", [BOUNCE_FAILED] = "delivery failed",
};

static gint64
ticket_of_tokens(const Deciding *d)
{
    Token token;

    if (d->prepared->request->original_id != NULL
        && token_parse(d->settings->keys, d->prepared->request->original_id, d->now, &token, NULL)
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

/* ---- what a bounce says ------------------------------------------------------------------------------------- */

static BounceKind
recipient_kind(const ReportRecipient *recipient)
{
    const char *action = recipient->action != NULL ? recipient->action : "";
    char class_ = recipient->status != NULL ? recipient->status[0] : '\0';

    if (g_ascii_strcasecmp(action, "failed") == 0)
        return BOUNCE_FAILED;
    if (g_ascii_strcasecmp(action, "delayed") == 0)
        return BOUNCE_DELAYED;
    if (action[0] != '\0')      /* delivered, relayed, expanded (RFC 3464, 2.3.3) */
        return BOUNCE_OTHER;
    return class_ == '2' ? BOUNCE_OTHER : class_ == '4' ? BOUNCE_DELAYED : BOUNCE_FAILED;
}

/* Every mail of ours has one recipient: what is said of that one counts, else what is worst. NULL: the report names nobody. */
static const ReportRecipient *
worst_recipient(const Deciding *d)
{
    const MessageReport *report = d->message->report;
    const ReportRecipient *worst = NULL;

    for (guint i = 0; report != NULL && i < report->recipients->len; i++) {
        const ReportRecipient *recipient = g_ptr_array_index(report->recipients, i);

        if (d->facts->mail.recipient != NULL && address_equal(recipient->address, d->facts->mail.recipient))
            return recipient;
        if (worst == NULL || recipient_kind(recipient) > recipient_kind(worst))
            worst = recipient;
    }
    return worst;
}

/* "550-5.1.1 <x@y>: unknown" after the status "5.1.1" says it twice. */
static char *
said_by(const ReportRecipient *recipient)
{
    const char *text = recipient->diagnostic != NULL ? recipient->diagnostic : "";
    g_autofree char *folded = NULL, *whole = NULL;

    if (g_ascii_isdigit(text[0]) && g_ascii_isdigit(text[1]) && g_ascii_isdigit(text[2]) && strchr(" -", text[3]) != NULL)
        text += text[3] != '\0' ? 4 : 3;
    if (recipient->status != NULL && g_str_has_prefix(text, recipient->status))
        text += strlen(recipient->status);
    folded = text_fold_space(text);
    whole = g_strdup_printf("%s%s%s", recipient->status != NULL ? recipient->status : "",
                            recipient->status != NULL && folded[0] != '\0' ? " " : "", folded);
    return text_cut(whole, LIMIT_REPORT_TEXT);
}

/*
 * Whether a status speaks of the address, so that other mail would fare no better: not of this mail (5.3.4 too large, 5.6 its content, 5.7 what a
 * filter thinks of it), and not of a mailbox that is full today (RFC 3463, 3).
 */
static gboolean
condemns_address(const char *status)
{
    static const char *const not_the_address[] = { "5.2.2", "5.2.3", "5.3.4", "5.6.", "5.7." };

    if (status == NULL || status[0] != '5')
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(not_the_address); i++)
        if (g_str_has_prefix(status, not_the_address[i]))
            return FALSE;
    return TRUE;
}

/* ---- what it changes ---------------------------------------------------------------------------------------- */

static void
add_returned(Deciding *d, BounceKind kind, const char *address, const ReportRecipient *recipient, const char *said)
{
    Effect *effect = decision_add(d->decision, EFFECT_RETURNED, g_strdup(bounce_words[kind]));

    effect->returned.outbox = d->facts->mail.id;
    effect->returned.bounced = kind == BOUNCE_FAILED;
    effect->returned.address = text_cut(address, LIMIT_REPORT_TEXT);
    effect->returned.status = recipient != NULL ? g_strdup(recipient->status) : NULL;
    effect->returned.text = g_strdup(said);
}

static void
add_bouncing(Deciding *d, const char *said)
{
    Effect *effect = decision_add(d->decision, EFFECT_PERSON, g_strdup(said));

    effect->person.person = d->facts->mail.person;
    effect->person.mail = PERSON_BOUNCES;
}

/* The line of history; returns what it says, for the reason of the outcome. */
static const char *
describe_bounce(Deciding *d, BounceKind kind, const char *address, const char *said)
{
    const FactMail *mail = &d->facts->mail;
    Effect *effect = decision_add(d->decision, EFFECT_EVENT,
                                  g_strdup_printf("%s: <%s>%s%s%s%s%s", bounce_words[kind], address, said[0] != '\0' ? ": " : "",
                                                  said, mail->id != 0 ? " (" : "", mail->id != 0 ? mail->kind : "",
                                                  mail->id != 0 ? ")" : ""));

    effect->small.ticket = d->decision->ticket;
    effect->small.other = mail->id;
    effect->small.text = g_strdup(message_class_name(d->message->class_));
    return effect->reason;
}

static void
decide_bounce(Deciding *d)
{
    const FactMail *mail = &d->facts->mail;
    const ReportRecipient *recipient = worst_recipient(d);
    BounceKind kind = recipient != NULL ? recipient_kind(recipient) : BOUNCE_FAILED;
    const char *address = recipient != NULL && recipient->address != NULL ? recipient->address : mail->recipient;
    g_autofree char *said = NULL;
    const char *told;

    if (recipient != NULL)
        said = said_by(recipient);
    else
        said = text_cut(d->message->subject != NULL ? d->message->subject : "", LIMIT_REPORT_TEXT);
    told = describe_bounce(d, kind, address != NULL ? address : "?", said);
    g_free(d->decision->reason);
    d->decision->reason = d->decision->ticket != 0
                              ? g_strdup_printf("bounce about ticket #%" G_GINT64_FORMAT ": %s", d->decision->ticket, told)
                              : g_strdup_printf("bounce of a mail of ours: %s", told);
    if (mail->id == 0 || kind == BOUNCE_OTHER)
        return;
    if (kind == BOUNCE_FAILED)
        decide_tell_of_bounce(d, address, said);
    add_returned(d, kind, address != NULL ? address : mail->recipient, recipient, said);
    /* Of a forwarded mail it may be the next address that failed; then nothing is known of the one we wrote to. */
    if (kind == BOUNCE_FAILED && mail->person != 0 && recipient != NULL && condemns_address(recipient->status)
        && address_equal(address, mail->recipient))
        add_bouncing(d, said);
}

static void
decide_other_report(Deciding *d)
{
    const MessageReport *report = d->message->report;
    const ReportRecipient *first = report != NULL && report->recipients->len > 0 ? g_ptr_array_index(report->recipients, 0) : NULL;
    const char *subject = d->message->subject != NULL ? d->message->subject : "";
    Effect *effect = decision_add(d->decision, EFFECT_EVENT,
                                  first == NULL ? text_cut(subject, LIMIT_REPORT_TEXT)
                                                : g_strdup_printf("%s: %s", first->address, first->action != NULL ? first->action : subject));

    effect->small.ticket = d->decision->ticket;
    effect->small.other = d->facts->mail.id;
    effect->small.text = g_strdup(message_class_name(d->message->class_));
}

static void
trace_what(Deciding *d, gint64 ticket)
{
    const FactMail *mail = &d->facts->mail;

    if (mail->id != 0)
        trace_add(d->decision->trace, "what the report is about", TRUE, "mail %" G_GINT64_FORMAT " of ours, proven by %s", mail->id,
                  mail->id == d->prepared->request->bounce_outbox ? "the address it came to" : "the Message-ID it returns");
    else
        trace_add(d->decision->trace, "what the report is about", ticket != 0, "%s",
                  ticket != 0 ? "a token names the ticket" : "nothing in it proves mail of ours");
}

gboolean
decide_report(Deciding *d)
{
    const char *class_name = message_class_name(d->message->class_);
    gint64 ticket = d->facts->mail.ticket != 0 ? d->facts->mail.ticket : ticket_of_tokens(d);

    trace_what(d, ticket);
    if (d->message->class_ == CLASS_ABUSE_REPORT && ticket == 0 && d->facts->mail.id == 0)
        return FALSE;
    d->decision->outcome = OUTCOME_REPORT;
    d->decision->acknowledgement = g_strdup_printf("none: class %s", class_name);
    if (ticket == 0 && d->facts->mail.id == 0) {
        d->decision->reason = g_strdup_printf("%s about no mail of ours", class_name);
        return TRUE;
    }
    d->decision->ticket = ticket;
    d->decision->reason = ticket != 0 ? g_strdup_printf("%s about ticket #%" G_GINT64_FORMAT, class_name, ticket)
                                      : g_strdup_printf("%s about mail %" G_GINT64_FORMAT " of ours", class_name, d->facts->mail.id);
    if (d->message->class_ == CLASS_BOUNCE)
        decide_bounce(d);
    else
        decide_other_report(d);
    return TRUE;
}
