/*
 * clock-letter.c - automatic mail to the customer of a ticket at which nothing happens: that we wait for him (clock-reminder.c), how it went (clock-survey.c)
 *
 * It is automatic mail, and every brake of automatic mail holds (RFC 3834): it goes to a person who wrote to us and was answered by one of ours, from an address
 * that takes answers; it repeats nothing that a stranger wrote, since nobody has proved to be the requester; its path is that of acknowledgements,
 * and it takes from their token buckets. What is not sent leaves its reason in the history.
 */
#include "gateway/clock-letter.h"

#include "base/address.h"
#include "base/hash.h"
#include "gateway/decide-private.h"
#include "message/compose.h"
#include "message/silence.h"
#include "store/work.h"

static char *
why_not(const ClockLetters *work, const RestingTicket *ticket)
{
    if (ticket->address == NULL || !address_is_valid(ticket->address))
        return g_strdup("there is nobody to write to");
    if (settings_is_own_address(work->settings, ticket->address))
        return g_strdup("the requester's address is one of ours");
    if (ticket->reply == NULL)
        return g_strdup_printf("no answer of a person reached the customer, so there is nothing %s", work->letter->without_answer);
    if (!ticket->human)
        return g_strdup("what came last was automatic");
    if (ticket->quiet)
        return g_strdup("what came last was brought in quietly");
    if (ticket->bouncing)
        return g_strdup("mail to the customer comes back");
    return address_silence(ticket->address);
}

static TemplateValue *
values_of(const ClockLetters *work, const RestingTicket *ticket, const char *token, const char *language)
{
    const char *name = work->queue->display_name != NULL ? work->queue->display_name : work->queue->name;
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, ticket->reference);
    const char *house = queue_installation_name(work->queue, work->settings->name);
    g_autofree char *tag = g_strdup_printf("[%s #%s]", queue_tag(work->queue, work->settings->name), number);
    g_autofree char *both = g_strdup_printf("%s, %s", house, name);
    TemplateValue *values = template_object();

    template_set_text(values, "installation.name", house);
    template_set_text(values, "queue.name", name);
    template_set_text(values, "queue.address", work->queue->address);
    template_set_text(values, "desk.name", g_str_equal(house, name) ? name : both);
    template_set_text(values, "ticket.reference", number);
    template_set_text(values, "ticket.tag", tag);
    template_set_text(values, "ticket.token", token);
    work->letter->set_values(work, ticket, language, values);
    return values;
}

static void
set_sender(const ClockLetters *work, EffectMail *mail)
{
    const char *configured = work->settings->acknowledge->envelope_sender;

    mail->envelope_sender = g_strdup(g_str_equal(configured, ENVELOPE_SENDER_BOUNCES) ? "" : configured);
}

static GBytes *
compose(const ClockLetters *work, const RestingTicket *ticket, const char *token, const char *message_id, GError **error)
{
    const char *name = queue_from_name(work->queue, work->settings->name);
    const char *language = template_set_language(work->settings->templates, work->letter->template, ticket->language, work->queue->language);
    g_autoptr(TemplateValue) values = values_of(work, ticket, token, language);
    g_autoptr(GPtrArray) references = g_ptr_array_new();
    g_autofree char *reply_to = settings_subaddress(work->settings, work->queue, token), *subject = NULL;
    TemplateMail filled = { 0 };
    GBytes *bytes;
    MailDraft draft = { .from_name = name, .from_address = work->queue->address, .to_address = ticket->address, .reply_to = reply_to,
                        .message_id = message_id, .in_reply_to = ticket->reply, .references = references, .date = work->now,
                        .automatic = MAIL_AUTO_GENERATED, .loop_id = work->settings->host };

    if (!template_set_render(work->settings->templates, work->letter->template, ticket->language, work->queue->language, values, &filled, error))
        return NULL;
    if (ticket->message != NULL)
        g_ptr_array_add(references, ticket->message);
    g_ptr_array_add(references, ticket->reply);
    subject = thread_tag_subject(filled.subject, queue_tag(work->queue, work->settings->name), ticket->reference);
    draft.subject = subject;
    draft.text = filled.text;
    draft.html = filled.html;
    bytes = compose_mail(&draft, error);
    template_mail_clear(&filled);
    return bytes;
}

static void
add_mail(const ClockLetters *work, const RestingTicket *ticket, Decision *decision, GBytes *bytes, char *message_id)
{
    Effect *effect = decision_add(decision, EFFECT_MAIL, g_strdup(work->letter->reason));

    effect->mail.kind = g_strdup(work->letter->kind);
    effect->mail.ticket = ticket->reference;
    effect->mail.recipient = g_strdup(ticket->address);
    effect->mail.message_id = message_id;
    effect->mail.bytes = bytes;
    effect->mail.expires = work->now + work->settings->automatic_life_seconds * G_USEC_PER_SEC;
    set_sender(work, &effect->mail);
    acknowledge_buckets(effect->mail.buckets, ticket->address, ticket->reference, work->settings->acknowledge);
}

/* What the history says: that it is sent, or why it is not. */
static void
add_event(const RestingTicket *ticket, Decision *decision, const char *kind, char *detail)
{
    Effect *effect = decision_add(decision, EFFECT_EVENT, detail);

    effect->small.ticket = ticket->reference;
    effect->small.text = g_strdup(kind);
}

static Decision *
decide_letter(const ClockLetters *work, const RestingTicket *ticket)
{
    const Token made_out = { ticket->reference, ticket->requester, TOKEN_AUTOMATIC };
    Decision *decision = decision_new();
    g_autofree char *token = NULL, *random = NULL, *message_id = NULL, *why = why_not(work, ticket);
    g_autoptr(GError) error = NULL;
    guint8 octets[10];
    GBytes *bytes;

    if (why != NULL) {
        add_event(ticket, decision, work->letter->withheld, g_steal_pointer(&why));
        return decision;
    }
    hash_random(octets, sizeof octets);
    random = base32_encode(octets, sizeof octets);
    token = token_format(work->settings->keys, &made_out);
    message_id = g_strdup_printf("%s.%s@%s", token, random, work->settings->host);
    bytes = compose(work, ticket, token, message_id, &error);
    if (bytes == NULL) {
        add_event(ticket, decision, work->letter->withheld, g_strdup(error->message));
        return decision;
    }
    add_event(ticket, decision, work->letter->sent, g_strdup_printf("to %s, if its limits allow", ticket->address));
    add_mail(work, ticket, decision, bytes, g_steal_pointer(&message_id));
    return decision;
}

gboolean
clock_letters_send(Store *store, const ClockLetters *letters, const GPtrArray *tickets, GError **error)
{
    g_autoptr(GPtrArray) decisions = g_ptr_array_new_with_free_func((GDestroyNotify) decision_free);
    g_autofree Application *applications = g_new0(Application, tickets->len);

    for (guint i = 0; i < tickets->len; i++) {
        g_ptr_array_add(decisions, decide_letter(letters, tickets->pdata[i]));
        applications[i].decision = decisions->pdata[i];
    }
    return tickets->len == 0 || store_effects_write(store, applications, tickets->len, error);
}
