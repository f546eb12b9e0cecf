/*
 * clock-notice.c - mail to the agents of a queue: what is nearly overdue, and what is
 *
 * What comes due together is one mail for each queue, not one for each ticket. It leaves inside the hours of the calendar by which its first ticket is counted: nobody
 * is woken who is not on duty.
 */
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/text.h"
#include "gateway/clock-role.h"
#include "message/compose.h"

#define NOTICES_TOLD  50
#define SUBJECT_CHARS 80

static gint64
next_open(const DecideSettings *settings, const ClockNotice *notice, gint64 now)
{
    const Policy *policy = targets_policy(settings->targets, notice->policy);
    TicketPriority priority = PRIORITY_NORMAL;
    gint64 opens, closes;

    ticket_priority_parse(notice->priority, &priority);
    if (policy == NULL || policy->of_priority[priority].calendar == NULL
        || !calendar_next(policy->of_priority[priority].calendar, now / G_USEC_PER_SEC, &opens, &closes))
        return now;
    return MAX(now, opens * G_USEC_PER_SEC);
}

static char *
text_of(const GPtrArray *notices)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < notices->len && i < NOTICES_TOLD; i++) {
        const ClockNotice *notice = notices->pdata[i];
        g_autofree char *clean = text_sanitise(notice->subject, strlen(notice->subject)), *line = text_fold_space(clean);
        g_autofree char *subject = text_cut(line, SUBJECT_CHARS), *due = clock_format_utc(notice->due);

        g_string_append_printf(text, "#%" G_GINT64_FORMAT "  %s %s, due %s, priority %s\n    %s\n", notice->ticket, notice->target,
                               notice->breach ? "is overdue" : "will be overdue soon", due, notice->priority, subject);
    }
    if (notices->len > NOTICES_TOLD)
        g_string_append_printf(text, "and %u more\n", notices->len - NOTICES_TOLD);
    return g_string_free(text, FALSE);
}

static char *
subject_of(const DecideSettings *settings, const GPtrArray *notices)
{
    const ClockNotice *first = notices->pdata[0];
    const char *what = first->breach ? "overdue" : "overdue soon";

    if (notices->len == 1)
        return g_strdup_printf("[%s #%" G_GINT64_FORMAT "] %s: %s", settings->name, first->ticket, what, first->target);
    return g_strdup_printf("[%s] %s: %u responses in %s", settings->name, what, notices->len, first->queue);
}

static gboolean
tell_one(Store *store, const DecideSettings *settings, const QueueConfig *queue, const GPtrArray *notices, const char *agent, gint64 now,
         GError **error)
{
    const char *configured = settings->acknowledge->envelope_sender;
    g_autofree char *subject = subject_of(settings, notices), *text = text_of(notices), *random = NULL, *id = NULL;
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
    draft.subject = subject;
    draft.message_id = mail.message_id = id;
    draft.date = now;
    draft.automatic = MAIL_AUTO_NOTIFIED;
    draft.loop_id = settings->host;
    draft.text = text;
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
of_queue(const GPtrArray *notices, const QueueConfig *queue, gboolean breach, gint64 now)
{
    GPtrArray *found = g_ptr_array_new();

    for (guint i = 0; i < notices->len; i++) {
        ClockNotice *notice = notices->pdata[i];

        if (notice->breach == breach && g_str_equal(notice->queue, queue->name) && (breach || notice->due > now))
            g_ptr_array_add(found, notice);
    }
    return found;
}

gboolean
clock_tell_agents(Store *store, const DecideSettings *settings, const GPtrArray *notices, gint64 now, GError **error)
{
    for (guint i = 0; i < settings->queues->len; i++) {
        const QueueConfig *queue = settings->queues->pdata[i];

        for (int breach = 0; breach < 2 && queue->agents != NULL && queue->address != NULL; breach++) {
            g_autoptr(GPtrArray) found = of_queue(notices, queue, breach, now);

            for (char **agent = queue->agents; found->len > 0 && *agent != NULL; agent++)
                if (!tell_one(store, settings, queue, found, *agent, now, error))
                    return FALSE;
        }
    }
    return TRUE;
}
