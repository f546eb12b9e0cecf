/*
 * clock-reminder.c - the mail that tells a customer that we wait for him
 */
#include "gateway/clock-letter.h"

#include "locale/locale.h"
#include "targets/civil.h"

/* The date, by the desk's clock, until which an answer keeps the ticket open. */
static void
set_closes(const ClockLetters *work, G_GNUC_UNUSED const RestingTicket *ticket, const char *language, TemplateValue *values)
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

const ClockLetter clock_reminder = {
    .template = "waiting", .kind = "reminder", .reason = "the ticket waits for the customer",
    .sent = "reminded", .withheld = "reminder-withheld", .without_answer = "to wait for", .set_values = set_closes,
};
