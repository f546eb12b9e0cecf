/*
 * calendar.c - questions to a calendar, each a search in its table
 */
#include "targets/calendar.h"

#include <string.h>

#include "targets/calendar-private.h"
#include "targets/civil.h"

/* ---- making one --------------------------------------------------------------------------------------------- */

static void
fill_table(Calendar *calendar, const GArray *stretches)
{
    calendar->n = stretches->len;
    calendar->opens = g_new(gint64, calendar->n);
    calendar->worked = g_new(gint64, calendar->n + 1);
    calendar->worked[0] = 0;
    for (gsize i = 0; i < calendar->n; i++) {
        const Stretch *stretch = &g_array_index(stretches, Stretch, i);

        calendar->opens[i] = stretch->from;
        calendar->worked[i + 1] = calendar->worked[i] + stretch->to - stretch->from;
    }
}

Calendar *
calendar_new(const CalendarConfig *config, Zone *zone, Holidays *holidays, Holidays *extra, GError **error)
{
    g_autoptr(Calendar) calendar = g_new0(Calendar, 1);
    g_autoptr(GArray) stretches = NULL;

    calendar->name = g_strdup(config->name);
    calendar->zone = zone_ref(zone);
    calendar->holidays = holidays;
    calendar->extra = extra;
    calendar->always = config->always;
    calendar->day = SECONDS_PER_DAY;
    if (config->hours != NULL)
        calendar_usual_day(config->hours, &calendar->day);
    if (config->day_seconds > 0)
        calendar->day = config->day_seconds;
    if (calendar->always)
        return g_steal_pointer(&calendar);
    stretches = calendar_stretches(config, zone, holidays, extra);
    fill_table(calendar, stretches);
    if (calendar->n > 0)
        return g_steal_pointer(&calendar);
    g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "it never opens: its holidays cover all of its hours");
    return NULL;
}

void
calendar_free(Calendar *calendar)
{
    if (calendar == NULL)
        return;
    zone_unref(calendar->zone);
    holidays_free(calendar->holidays);
    holidays_free(calendar->extra);
    g_free(calendar->name);
    g_free(calendar->opens);
    g_free(calendar->worked);
    g_free(calendar);
}

/* ---- what it is --------------------------------------------------------------------------------------------- */

const char *
calendar_name(const Calendar *calendar)
{
    return calendar->name;
}

const Zone *
calendar_zone(const Calendar *calendar)
{
    return calendar->zone;
}

const Holidays *
calendar_holidays(const Calendar *calendar)
{
    return calendar->holidays;
}

const Holidays *
calendar_extra(const Calendar *calendar)
{
    return calendar->extra;
}

gboolean
calendar_is_always(const Calendar *calendar)
{
    return calendar->always;
}

gint64
calendar_day(const Calendar *calendar)
{
    return calendar->day;
}

gint64
calendar_seconds(const Calendar *calendar, const WorkingTime *time)
{
    return time->days * calendar->day + time->seconds;
}

/* ---- time --------------------------------------------------------------------------------------------------- */

/* How many of table[0..n] are at most key; they are in order. The halves are chosen without a branch that could be guessed wrong. */
static gsize
count_until(const gint64 *table, gsize n, gint64 key)
{
    const gint64 *base = table;

    while (n > 1) {
        gsize half = n / 2;

        base += base[half - 1] <= key ? half : 0;
        n -= half;
    }
    return (gsize) (base - table) + (n == 1 && *base <= key ? 1 : 0);
}

static gint64
length_of(const Calendar *calendar, gsize i)
{
    return calendar->worked[i + 1] - calendar->worked[i];
}

/* Working time from the beginning of the table to moment. */
static gint64
worked_until(const Calendar *calendar, gint64 moment)
{
    gsize begun = count_until(calendar->opens, calendar->n, moment);

    if (begun == 0)
        return 0;
    return calendar->worked[begun - 1] + MIN(moment - calendar->opens[begun - 1], length_of(calendar, begun - 1));
}

gint64
calendar_working(const Calendar *calendar, gint64 from, gint64 to)
{
    if (to <= from)
        return 0;
    return calendar->always ? to - from : worked_until(calendar, to) - worked_until(calendar, from);
}

gboolean
calendar_after(const Calendar *calendar, gint64 from, gint64 seconds, gint64 *moment_out)
{
    gint64 worked;
    gsize i;

    if (seconds <= 0 || calendar->always) {
        *moment_out = from + MAX(seconds, 0);
        return TRUE;
    }
    worked = worked_until(calendar, from) + seconds;
    if (worked > calendar->worked[calendar->n])
        return FALSE;
    /* The last stretch before which less has been worked: its end is the moment, if all of it is needed. */
    i = count_until(calendar->worked, calendar->n, worked - 1) - 1;
    *moment_out = calendar->opens[i] + worked - calendar->worked[i];
    return TRUE;
}

gboolean
calendar_next(const Calendar *calendar, gint64 moment, gint64 *opens_out, gint64 *closes_out)
{
    gsize i;

    if (calendar->always) {
        *opens_out = G_MININT64;
        *closes_out = G_MAXINT64;
        return TRUE;
    }
    i = count_until(calendar->opens, calendar->n, moment);
    if (i > 0 && moment < calendar->opens[i - 1] + length_of(calendar, i - 1))
        i--;
    if (i == calendar->n)
        return FALSE;
    *opens_out = calendar->opens[i];
    *closes_out = calendar->opens[i] + length_of(calendar, i);
    return TRUE;
}

gboolean
calendar_is_open(const Calendar *calendar, gint64 moment)
{
    gint64 opens, closes;

    return calendar_next(calendar, moment, &opens, &closes) && opens <= moment;
}
