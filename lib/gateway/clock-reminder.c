/*
 * clock-reminder.c - the mail that tells a customer that we wait for him
 *
 * It is automatic mail, and every brake of automatic mail holds (RFC 3834): it goes to a person who wrote to us and was answered by one of ours, from an address
 * that takes answers; it is plain and repeats nothing that a stranger wrote, since nobody has proved to be the requester; its path is that of acknowledgements,
 * and it takes from their token buckets. What is not sent leaves its reason in the history.
 */
#include "gateway/clock-role.h"

#include "base/address.h"
#include "base/hash.h"
#include "gateway/decide-private.h"
#include "locale/locale.h"
#include "message/compose.h"
#include "message/silence.h"
#include "store/work.h"
#include "targets/civil.h"

typedef struct {
    const DecideSettings *settings;
    const QueueConfig    *queue;
    const Calendar       *calendar;
    gint64                now;
} Reminding;

static char *
why_not(const Reminding *work, const Reminder *reminder)
{
    if (reminder->address == NULL || !address_is_valid(reminder->address))
        return g_strdup("there is nobody to remind");
    if (settings_is_own_address(work->settings, reminder->address))
        return g_strdup("the requester's address is one of ours");
    if (reminder->reply == NULL)
        return g_strdup("no answer of a person reached the customer, so there is nothing to wait for");
    if (!reminder->human)
        return g_strdup("what came last was automatic");
    if (reminder->bouncing)
        return g_strdup("mail to the customer comes back");
    return address_silence(reminder->address);
}

/* The date, by the desk's clock, until which an answer keeps the ticket open. */
static void
set_closes(const Reminding *work, const char *language, TemplateValue *values)
{
    const WorkingTime *time = &work->queue->close_pending_after;
    LocaleMoment told = { .moment = 0 };
    g_autofree char *text = NULL;
    gint64 now = work->now / G_USEC_PER_SEC;

    if (!time->given || work->calendar == NULL || !calendar_after(work->calendar, now, calendar_seconds(work->calendar, time), &told.moment))
        return;
    told.zone = zone_name(calendar_zone(work->calendar));
    told.offset = zone_offset(calendar_zone(work->calendar), told.moment);
    text = locale_moment(locale_get(language), &told);
    template_set_text(values, "waiting.closes", text);
}

static TemplateValue *
values_of(const Reminding *work, const Reminder *reminder, const char *token, const char *language)
{
    const char *name = work->queue->display_name != NULL ? work->queue->display_name : work->queue->name;
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, reminder->ticket);
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
    set_closes(work, language, values);
    return values;
}

static void
set_sender(const Reminding *work, EffectMail *mail)
{
    const char *configured = work->settings->acknowledge->envelope_sender;

    mail->envelope_sender = g_strdup(g_str_equal(configured, ENVELOPE_SENDER_BOUNCES) ? "" : configured);
}

static GBytes *
compose(const Reminding *work, const Reminder *reminder, const char *token, const char *message_id, GError **error)
{
    const char *name = queue_from_name(work->queue, work->settings->name);
    const char *language = template_set_language(work->settings->templates, "waiting", reminder->language, work->queue->language);
    g_autoptr(TemplateValue) values = values_of(work, reminder, token, language);
    g_autoptr(GPtrArray) references = g_ptr_array_new();
    g_autofree char *reply_to = settings_subaddress(work->settings, work->queue, token), *subject = NULL;
    TemplateMail filled = { 0 };
    GBytes *bytes;
    MailDraft draft = { .from_name = name, .from_address = work->queue->address, .to_address = reminder->address, .reply_to = reply_to,
                        .message_id = message_id, .in_reply_to = reminder->reply, .references = references, .date = work->now,
                        .automatic = MAIL_AUTO_GENERATED, .loop_id = work->settings->host };

    if (!template_set_render(work->settings->templates, "waiting", reminder->language, work->queue->language, values, &filled, error))
        return NULL;
    if (reminder->message != NULL)
        g_ptr_array_add(references, reminder->message);
    g_ptr_array_add(references, reminder->reply);
    subject = thread_tag_subject(filled.subject, queue_tag(work->queue, work->settings->name), reminder->ticket);
    draft.subject = subject;
    draft.text = filled.text;
    bytes = compose_mail(&draft, error);
    template_mail_clear(&filled);
    return bytes;
}

static void
add_mail(const Reminding *work, const Reminder *reminder, Decision *decision, GBytes *bytes, char *message_id)
{
    Effect *effect = decision_add(decision, EFFECT_MAIL, g_strdup("the ticket waits for the customer"));

    effect->mail.kind = g_strdup("reminder");
    effect->mail.ticket = reminder->ticket;
    effect->mail.recipient = g_strdup(reminder->address);
    effect->mail.message_id = message_id;
    effect->mail.bytes = bytes;
    effect->mail.expires = work->now + work->settings->automatic_life_seconds * G_USEC_PER_SEC;
    set_sender(work, &effect->mail);
    acknowledge_buckets(effect->mail.buckets, reminder->address, reminder->ticket, work->settings->acknowledge);
}

/* What the history says: that he is reminded, or why he is not. */
static void
add_event(const Reminder *reminder, Decision *decision, const char *kind, char *detail)
{
    Effect *effect = decision_add(decision, EFFECT_EVENT, detail);

    effect->small.ticket = reminder->ticket;
    effect->small.text = g_strdup(kind);
}

static Decision *
decide_reminder(const Reminding *work, const Reminder *reminder)
{
    const Token made_out = { reminder->ticket, reminder->requester, TOKEN_AUTOMATIC };
    Decision *decision = decision_new();
    g_autofree char *token = NULL, *random = NULL, *message_id = NULL, *why = why_not(work, reminder);
    g_autoptr(GError) error = NULL;
    guint8 octets[10];
    GBytes *bytes;

    if (why != NULL) {
        add_event(reminder, decision, "reminder-withheld", g_steal_pointer(&why));
        return decision;
    }
    hash_random(octets, sizeof octets);
    random = base32_encode(octets, sizeof octets);
    token = token_format(work->settings->keys, &made_out);
    message_id = g_strdup_printf("%s.%s@%s", token, random, work->settings->host);
    bytes = compose(work, reminder, token, message_id, &error);
    if (bytes == NULL) {
        add_event(reminder, decision, "reminder-withheld", g_strdup(error->message));
        return decision;
    }
    add_event(reminder, decision, "reminded", g_strdup_printf("to %s, if its limits allow", reminder->address));
    add_mail(work, reminder, decision, bytes, g_steal_pointer(&message_id));
    return decision;
}

gboolean
clock_send_reminders(Store *store, const DecideSettings *settings, const QueueConfig *queue, const Calendar *calendar, const GPtrArray *reminders,
                     gint64 now, GError **error)
{
    const Reminding work = { settings, queue, calendar, now };
    g_autoptr(GPtrArray) decisions = g_ptr_array_new_with_free_func((GDestroyNotify) decision_free);
    g_autofree Application *applications = g_new0(Application, reminders->len);

    for (guint i = 0; i < reminders->len; i++) {
        g_ptr_array_add(decisions, decide_reminder(&work, reminders->pdata[i]));
        applications[i].decision = decisions->pdata[i];
    }
    return reminders->len == 0 || store_effects_write(store, applications, reminders->len, error);
}
