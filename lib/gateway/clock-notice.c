/*
 * clock-notice.c - mail to the agents of a queue: what is nearly overdue, and what is
 *
 * What comes due together is one mail for each queue, not one for each ticket, in the queue's language. It leaves inside the hours of the calendar by which its first
 * ticket is counted, unless the policy says otherwise: nobody is woken who is not on duty.
 */
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/text.h"
#include "gateway/clock-role.h"
#include "locale/locale.h"
#include "message/compose.h"
#include "thread/thread.h"

#define NOTICES_TOLD  50
#define SUBJECT_CHARS 80

static const Policy *
policy_of(const DecideSettings *settings, const ClockNotice *notice)
{
    return settings->targets != NULL ? targets_policy(settings->targets, notice->policy) : NULL;
}

static const Calendar *
calendar_of(const DecideSettings *settings, const ClockNotice *notice)
{
    const Policy *policy = policy_of(settings, notice);
    TicketPriority priority = PRIORITY_NORMAL;

    ticket_priority_parse(notice->priority, &priority);
    return policy != NULL ? policy->of_priority[priority].calendar : NULL;
}

static gint64
next_open(const DecideSettings *settings, const ClockNotice *notice, gint64 now)
{
    const Policy *policy = policy_of(settings, notice);
    const Calendar *calendar = calendar_of(settings, notice);
    gint64 opens, closes;

    if (calendar == NULL || policy->notices == NOTICES_ALWAYS || !calendar_next(calendar, now / G_USEC_PER_SEC, &opens, &closes))
        return now;
    return MAX(now, opens * G_USEC_PER_SEC);
}

/* By the clock of the calendar that counts it. */
static char *
due_text(const DecideSettings *settings, const ClockNotice *notice, const char *language)
{
    const Calendar *calendar = calendar_of(settings, notice);
    LocaleMoment told = { .moment = notice->due / G_USEC_PER_SEC };

    if (calendar == NULL)
        return clock_format_utc(notice->due);
    told.zone = zone_name(calendar_zone(calendar));
    told.offset = zone_offset(calendar_zone(calendar), told.moment);
    return locale_moment(locale_get(language), &told);
}

static void
add_ticket(TemplateValue *list, const DecideSettings *settings, const ClockNotice *notice, const char *language)
{
    g_autofree char *clean = text_sanitise(notice->subject, strlen(notice->subject)), *line = text_fold_space(clean);
    g_autofree char *subject = text_cut(line, SUBJECT_CHARS), *due = due_text(settings, notice, language);
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, notice->ticket);
    TemplateValue *ticket = template_object();

    template_set_text(ticket, "reference", number);
    template_set_text(ticket, "subject", subject);
    template_set_text(ticket, "due", due);
    template_set_text(ticket, "priority", notice->priority);
    template_set_text(ticket, notice->target, "yes");
    template_list_add(list, ticket);
}

static TemplateValue *
values_of(const DecideSettings *settings, const QueueConfig *queue, const GPtrArray *notices, const char *language)
{
    const char *name = queue->display_name != NULL ? queue->display_name : queue->name;
    g_autofree char *count = g_strdup_printf("%u", notices->len), *more = g_strdup_printf("%u", notices->len - MIN(notices->len, NOTICES_TOLD));
    const char *house = queue_installation_name(queue, settings->name);
    g_autofree char *both = g_strdup_printf("%s, %s", house, name);
    TemplateValue *values = template_object(), *list = template_list();

    for (guint i = 0; i < notices->len && i < NOTICES_TOLD; i++)
        add_ticket(list, settings, notices->pdata[i], language);
    template_set_text(values, "installation.name", house);
    template_set_text(values, "queue.name", name);
    template_set_text(values, "queue.address", queue->address);
    template_set_text(values, "desk.name", g_str_equal(house, name) ? name : both);
    template_set_text(values, "notice.overdue", ((const ClockNotice *) notices->pdata[0])->breach ? "yes" : NULL);
    template_set_text(values, "notice.count", count);
    template_set_text(values, "notice.more", notices->len > NOTICES_TOLD ? more : NULL);
    template_set(values, "notice.tickets", list);
    return values;
}

/* What it says, with the tag of the ticket where it is about one. */
static gboolean
fill(const DecideSettings *settings, const QueueConfig *queue, const GPtrArray *notices, TemplateMail *mail_out, GError **error)
{
    const char *language = template_set_language(settings->templates, "agent-target", queue->language, NULL);
    g_autoptr(TemplateValue) values = values_of(settings, queue, notices, language);
    const ClockNotice *first = notices->pdata[0];

    if (!template_set_render(settings->templates, "agent-target", queue->language, NULL, values, mail_out, error))
        return FALSE;
    if (notices->len == 1) {
        char *tagged = thread_tag_subject(mail_out->subject, queue_tag(queue, settings->name), first->ticket);

        g_free(mail_out->subject);
        mail_out->subject = tagged;
    }
    return TRUE;
}

static gboolean
tell_one(Store *store, const DecideSettings *settings, const QueueConfig *queue, const GPtrArray *notices, const char *agent,
         const TemplateMail *filled, gint64 now, GError **error)
{
    const char *configured = settings->acknowledge->envelope_sender;
    g_autofree char *random = NULL, *id = NULL;
    g_autoptr(GBytes) bytes = NULL;
    ClockMail mail = { .envelope_sender = g_str_equal(configured, ENVELOPE_SENDER_BOUNCES) ? "" : configured, .recipient = agent };
    MailDraft draft = { 0 };
    guint8 octets[10];

    hash_random(octets, sizeof octets);
    random = base32_encode(octets, sizeof octets);
    id = g_strdup_printf("%s@%s", random, settings->host);
    draft.from_name = queue_from_name(queue, settings->name);
    draft.from_address = queue->address;
    draft.to_address = agent;
    draft.subject = filled->subject;
    draft.message_id = mail.message_id = id;
    draft.date = now;
    draft.automatic = MAIL_AUTO_NOTIFIED;
    draft.loop_id = settings->host;
    draft.text = filled->text;
    draft.html = filled->html;
    bytes = compose_mail(&draft, error);
    if (bytes == NULL)
        return FALSE;
    mail.bytes = bytes;
    mail.not_before = next_open(settings, notices->pdata[0], now);
    mail.expires = mail.not_before + settings->automatic_life_seconds * G_USEC_PER_SEC;
    mail.bucket = "notify:target:h";
    mail.count = settings->rules_config->notifications_hour.count;
    mail.seconds = settings->rules_config->notifications_hour.seconds;
    return mail.count == 0 || store_clock_mail(store, &mail, error);
}

/* The notices of one queue and one kind. A warning that comes after its time is over is a breach in a moment, and told as that. */
static GPtrArray *
of_queue(const DecideSettings *settings, const GPtrArray *notices, const QueueConfig *queue, gboolean breach, gint64 now)
{
    GPtrArray *found = g_ptr_array_new();

    for (guint i = 0; i < notices->len; i++) {
        ClockNotice *notice = notices->pdata[i];

        const Policy *policy = policy_of(settings, notice);

        if (notice->breach == breach && g_str_equal(notice->queue, queue->name) && (breach || notice->due > now)
            && (policy == NULL || policy->notices != NOTICES_NEVER))
            g_ptr_array_add(found, notice);
    }
    return found;
}

/* To each of its agents, in the queue's language. */
static gboolean
tell_queue(Store *store, const DecideSettings *settings, const QueueConfig *queue, const GPtrArray *notices, gint64 now, GError **error)
{
    TemplateMail filled = { 0 };
    gboolean done = TRUE;

    if (notices->len == 0)
        return TRUE;
    if (!fill(settings, queue, notices, &filled, error))
        return FALSE;
    for (char **agent = queue->agents; done && *agent != NULL; agent++)
        done = tell_one(store, settings, queue, notices, *agent, &filled, now, error);
    template_mail_clear(&filled);
    return done;
}

gboolean
clock_tell_agents(Store *store, const DecideSettings *settings, const GPtrArray *notices, gint64 now, GError **error)
{
    for (guint i = 0; i < settings->queues->len; i++) {
        const QueueConfig *queue = settings->queues->pdata[i];

        for (int breach = 0; breach < 2 && queue->agents != NULL && queue->address != NULL; breach++) {
            g_autoptr(GPtrArray) found = of_queue(settings, notices, queue, breach, now);

            if (!tell_queue(store, settings, queue, found, now, error))
                return FALSE;
        }
    }
    return TRUE;
}
