/*
 * clock-rest.c - tickets at which nothing has happened for long: resolved ones close, who keeps us waiting is reminded once, and then the ticket closes
 *
 * How long is working time of the calendar by which the queue's tickets are counted. No due time is stored: what is looked for is who has rested since before the
 * moment that lies so much working time back, so that options and calendars hold for every ticket as they are now. Who is asked how it went is found the same way.
 */
#include "gateway/clock-letter.h"

#include "config/hours.h"

#define BATCH 100

/* Nothing rests longer. */
#define YEARS_BACK 20

/* Whose time came longer ago is not asked any more: whoever turns the survey on does not write to the customers of years. */
#define SURVEY_LATE_US (G_GINT64_CONSTANT(7) * 86400 * G_USEC_PER_SEC)

typedef struct {
    Store                *store;
    const DecideSettings *settings;
    const ClockSettings  *clocks;
    gint64                now;
    gboolean              more;        /* a batch was full */
} Rest;

/* NULL: all time counts. */
static const Calendar *
calendar_of(const Rest *rest, const QueueConfig *queue)
{
    const Policy *policy = clocks_policy(rest->clocks, NULL, queue->name, NULL, PRIORITY_NORMAL);

    return policy != NULL ? policy->of_priority[PRIORITY_NORMAL].calendar : NULL;
}

gint64
clock_rest_moment(const Calendar *calendar, const WorkingTime *time, gint64 now)
{
    gint64 second = now / G_USEC_PER_SEC, from = second - (gint64) YEARS_BACK * 366 * 86400, to = second, seconds;

    if (calendar == NULL)
        return now - (time->days * 86400 + time->seconds) * G_USEC_PER_SEC;
    seconds = calendar_seconds(calendar, time);
    /* from is far enough back, to is not. */
    while (to - from > 1) {
        gint64 middle = from + (to - from) / 2;

        if (calendar_working(calendar, middle, second) >= seconds)
            from = middle;
        else
            to = middle;
    }
    return from * G_USEC_PER_SEC;
}

static gboolean
refresh(Rest *rest, const GArray *references, GError **error)
{
    g_autofree ClockCause *causes = g_new0(ClockCause, references->len);

    for (guint i = 0; i < references->len; i++)
        causes[i].ticket = g_array_index(references, gint64, i);
    rest->more = rest->more || references->len >= BATCH;
    return clocks_refresh(rest->store, rest->clocks, causes, references->len, NULL, error);
}

static gboolean
close_resolved(Rest *rest, const QueueConfig *queue, GError **error)
{
    g_autofree char *length = working_time_format(&queue->close_after), *why = g_strdup_printf("nothing came for %s (close-after)", length);
    g_autoptr(GArray) references = NULL;

    return store_rest_close_resolved(rest->store, queue->name, clock_rest_moment(calendar_of(rest, queue), &queue->close_after, rest->now), BATCH, why,
                                     &references, error)
           && refresh(rest, references, error);
}

static gboolean
close_pending(Rest *rest, const QueueConfig *queue, GError **error)
{
    g_autofree char *length = working_time_format(&queue->close_pending_after);
    g_autofree char *why = g_strdup_printf("the customer did not answer for %s%s (close-pending-after)", length,
                                           queue->remind_after.given ? " after the reminder" : "");
    g_autoptr(GArray) references = NULL;

    return store_rest_close_pending(rest->store, queue->name, clock_rest_moment(calendar_of(rest, queue), &queue->close_pending_after, rest->now),
                                    queue->remind_after.given, BATCH, why, &references, error)
           && refresh(rest, references, error);
}

static gboolean
remind(Rest *rest, const QueueConfig *queue, GError **error)
{
    const ClockLetters letters = { rest->settings, queue, calendar_of(rest, queue), rest->now, &clock_reminder };
    g_autoptr(GPtrArray) tickets = NULL;

    if (!store_rest_remind(rest->store, queue->name, clock_rest_moment(letters.calendar, &queue->remind_after, rest->now), BATCH, rest->now, &tickets, error))
        return FALSE;
    rest->more = rest->more || tickets->len >= BATCH;
    return clock_letters_send(rest->store, &letters, tickets, error);
}

static gboolean
ask_how_it_went(Rest *rest, const QueueConfig *queue, GError **error)
{
    const ClockLetters letters = { rest->settings, queue, calendar_of(rest, queue), rest->now, &clock_survey };
    gint64 after = clock_rest_moment(letters.calendar, &queue->survey, rest->now - SURVEY_LATE_US);
    gint64 since = clock_rest_moment(letters.calendar, &queue->survey, rest->now);
    g_autoptr(GPtrArray) tickets = NULL;

    if (!store_rest_survey(rest->store, queue->name, after, since, BATCH, rest->now, &tickets, error))
        return FALSE;
    rest->more = rest->more || tickets->len >= BATCH;
    return clock_letters_send(rest->store, &letters, tickets, error);
}

/* Who is reminded now is not closed in the same look: the order is that of a ticket's life, backwards. */
static gboolean
look_at_queue(Rest *rest, const QueueConfig *queue, GError **error)
{
    return (!queue->close_after.given || close_resolved(rest, queue, error))
           && (!queue->close_pending_after.given || close_pending(rest, queue, error))
           && (!queue->remind_after.given || remind(rest, queue, error))
           && (!queue->survey.given || ask_how_it_went(rest, queue, error));
}

gboolean
clock_rest(Store *store, const DecideSettings *settings, const ClockSettings *clocks, gint64 now, gboolean *more_out, GError **error)
{
    Rest rest = { store, settings, clocks, now, FALSE };

    for (guint i = 0; i < settings->queues->len; i++)
        if (!look_at_queue(&rest, settings->queues->pdata[i], error))
            return FALSE;
    *more_out = rest.more;
    return TRUE;
}
