/*
 * decide-rules-notify.c - somebody is told of a message (enotify, RFC 5435), a function for each method
 *
 * By mail (RFC 5436): from the queue and, as automatic mail, with an envelope sender that nothing answers. What is automatic itself is told of to nobody (RFC 5436, 2.7.1), and
 * nobody's order sends more than the limits say: the addresses are the admin's, but a script may put them together from what a stranger wrote.
 */
#include <string.h>

#include "base/address.h"
#include "base/clock.h"
#include "base/text.h"
#include "gateway/decide-private.h"
#include "message/compose.h"
#include "message/silence.h"

static const char *
option(const SieveAction *action, const char *name)
{
    return action->options != NULL ? g_hash_table_lookup(action->options, name) : NULL;
}

/* ---- by mail ------------------------------------------------------------------------------------------------ */

static const char *
why_not_this_message(const Deciding *d)
{
    if (d->queue == NULL)
        return "the queue is not in the configuration";
    if (d->arrival->quiet)
        return "imported quietly";
    if (message_is_auto_submitted(d->message))
        return "the message is automatic itself";
    if (message_has_loop_sign(d->message, d->settings->host))
        return "it was passed on by us before";
    return NULL;
}

static guint
count_notifications(const Decision *decision)
{
    guint n = 0;

    for (guint i = 0; i < decision->effects->len; i++) {
        const Effect *effect = g_ptr_array_index(decision->effects, i);

        n += effect->kind == EFFECT_MAIL && g_str_equal(effect->mail.kind, "notification");
    }
    return n;
}

/* Strangers' text on its way into a line or a body of ours. */
static char *
clean_line(const char *text, gsize most)
{
    g_autofree char *clean = text_sanitise(text, strlen(text));
    g_autofree char *line = text_fold_space(clean);

    return text_cut(line, most);
}

/* RFC 5436, 2.3: ":message", else the URI's subject, else the message's. */
static char *
subject_of(const Deciding *d, const SieveAction *action)
{
    const char *subject = option(action, "message");
    g_autofree char *own = NULL;

    if (subject == NULL)
        subject = option(action, "subject");
    if (subject == NULL && d->notice != NULL)
        own = g_strdup_printf("[%s #%" G_GINT64_FORMAT "] %s: %s", queue_tag(d->queue, d->settings->name), d->notice->ticket,
                              d->notice->overdue ? "overdue" : "overdue soon", d->notice->kind);
    if (subject == NULL)
        subject = own != NULL ? own : d->message->subject;
    return clean_line(subject != NULL && *subject != '\0' ? subject : "A message has arrived", 200);
}

static char *
text_of_target(const Deciding *d, const TargetNotice *notice)
{
    g_autofree char *due = clock_format_utc(notice->due), *subject = clean_line(notice->subject, 200);

    return g_strdup_printf("A %s %s.\n\nTicket:  #%" G_GINT64_FORMAT "\nQueue:   %s\nSubject: %s\nDue:     %s\n", notice->kind,
                           notice->overdue ? "is overdue" : "will be overdue soon", notice->ticket, d->queue->name, subject, due);
}

static char *
text_of(const Deciding *d, const SieveAction *action, gint64 ticket)
{
    const MessageAddress *from = d->message->from->len > 0 ? g_ptr_array_index(d->message->from, 0) : NULL;
    g_autofree char *subject = NULL;
    const char *body = option(action, "body");
    GString *text;

    if (body != NULL) {
        g_autofree char *clean = text_sanitise(body, strlen(body));

        return text_cut(clean, LIMIT_NOTE);
    }
    if (d->notice != NULL)
        return text_of_target(d, d->notice);
    subject = clean_line(d->message->subject != NULL ? d->message->subject : "(no subject)", 200);
    text = g_string_new(NULL);
    g_string_append_printf(text, "A message to %s.\n\nFrom:    %s\nSubject: %s\n", d->queue->address, from != NULL ? from->address : "nobody",
                           subject);
    if (ticket != 0)
        g_string_append_printf(text, "Ticket:  #%" G_GINT64_FORMAT "\n", ticket);
    return g_string_free(text, FALSE);
}

/* From the address that the script names, if it is ours: nobody else's name is put on mail of ours. */
static const char *
from_of(const Deciding *d, const SieveAction *action)
{
    const char *from = option(action, "from-address");

    return from != NULL && queues_find_address(d->settings->queues, TRUE, from, NULL) != NULL ? from : d->queue->address;
}

static void
add_buckets(GPtrArray *buckets, const Rate *limit)
{
    g_ptr_array_add(buckets, bucket_new(g_strdup("notify:total:h"), limit->count, limit->seconds));
}

/* NULL, or why there is none. */
static const char *
mail_to(Deciding *d, const SieveAction *action, gint64 ticket, const char *recipient)
{
    g_autofree char *subject = subject_of(d, action), *text = text_of(d, action, ticket), *id = decide_message_id(d, NULL);
    const char *importance = option(action, "importance");
    const MailDraft draft = { .from_name = queue_from_name(d->queue, d->settings->name),
                              .from_address = from_of(d, action), .to_address = recipient, .subject = subject,
                              .message_id = id, .date = d->now, .automatic = MAIL_AUTO_NOTIFIED, .loop_id = d->settings->host,
                              .importance = importance != NULL ? *importance - '0' : 0, .text = text };
    GBytes *bytes;
    Effect *effect;

    if (settings_is_own_address(d->settings, recipient))
        return "it is an address of ours";
    /* Two that tell each other of all their mail would otherwise tell each other of that as well, once a relay has taken away the signs. */
    if (decide_is_sender(d, recipient))
        return "the message comes from there";
    if (count_notifications(d->decision) >= LIMIT_NOTIFICATIONS)
        return "one message causes no more notifications";
    bytes = compose_mail(&draft, NULL);
    if (bytes == NULL)
        return "the mail cannot be written";
    effect = decision_add(d->decision, EFFECT_MAIL, ruling_place(action));
    effect->mail.kind = g_strdup("notification");
    effect->mail.ticket = ticket;
    effect->mail.recipient = g_strdup(recipient);
    effect->mail.message_id = g_steal_pointer(&id);
    effect->mail.bytes = bytes;
    effect->mail.expires = d->now + d->settings->automatic_life_seconds * G_USEC_PER_SEC;
    decide_automatic_sender(d, &effect->mail);
    add_buckets(effect->mail.buckets, &d->settings->rules_config->notifications_hour);
    return NULL;
}

/* One mail for each address: what is said of one is known of that one. Done if one of them is told. */
static const char *
notify_by_mail(Deciding *d, const SieveAction *action, gint64 ticket)
{
    const char *why = why_not_this_message(d), *first_why = NULL;
    gboolean any = FALSE;

    if (why != NULL)
        return why;
    for (guint i = 0; i < action->words->len; i++) {
        why = mail_to(d, action, ticket, g_ptr_array_index(action->words, i));
        any = any || why == NULL;
        if (first_why == NULL)
            first_why = why;
    }
    return any ? NULL : first_why;
}

/* ---- all methods -------------------------------------------------------------------------------------------- */

const char *
decide_notify(Deciding *d, const SieveAction *action, gint64 ticket)
{
    return action->value != NULL ? decide_notify_webhook(d, action, ticket) : notify_by_mail(d, action, ticket);
}
