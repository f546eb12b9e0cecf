/*
 * calendar-spans.c - from hours, holidays and extra days to stretches of open time
 *
 * The clock on the wall runs evenly while the zone's offset stays the same. So each such period is worked out by itself, day by day, on the wall;
 * what lies outside of the period, the clock shows in another one or never.
 */
#include "targets/calendar-private.h"
#include "targets/civil.h"

/* ---- the day that is usual ---------------------------------------------------------------------------------- */

/* What two spans both cover counts once; they are in the order of their beginnings. */
static gint64
length_of_day(const GArray *hours, int day)
{
    gint64 length = 0, covered = 0;

    for (guint i = 0; i < hours->len; i++) {
        const HourSpan *span = &g_array_index(hours, HourSpan, i);

        if (span->day != day || span->to <= covered)
            continue;
        length += span->to - MAX(span->from, covered);
        covered = span->to;
    }
    return length;
}

int
calendar_usual_day(const GArray *hours, gint64 *length_out)
{
    gint64 lengths[7];
    int usual = -1, most = 0;

    for (int day = 0; day < 7; day++)
        lengths[day] = length_of_day(hours, day);
    for (int day = 0; day < 7; day++) {
        int as_long = 0;

        for (int other = 0; other < 7; other++)
            as_long += lengths[other] == lengths[day] ? 1 : 0;
        if (lengths[day] > 0 && (as_long > most || (as_long == most && lengths[day] > lengths[usual]))) {
            usual = day;
            most = as_long;
        }
    }
    if (usual >= 0)
        *length_out = lengths[usual];
    return usual;
}

/* ---- days on the wall --------------------------------------------------------------------------------------- */

typedef struct {
    const HourSpan *of_day[8];         /* of each day of the week, and of extra days that take other hours */
    guint           n[8];
} Week;

#define EXTRA_HOURS 7

typedef struct {
    Week            week;
    const Zone     *zone;
    const Holidays *holidays, *extra;  /* or NULL */
    int             usual;             /* day of the week */
} Opening;

static void
split_week(Week *week, const GArray *hours)
{
    for (int day = 0; day <= EXTRA_HOURS; day++)
        week->n[day] = 0;
    for (guint i = 0; hours != NULL && i < hours->len; i++) {
        const HourSpan *span = &g_array_index(hours, HourSpan, i);

        if (week->n[span->day]++ == 0)
            week->of_day[span->day] = span;
    }
}

/*
 * Which hours a day has: those of its weekday, none on a holiday; an extra day has its own, else its weekday's, else the usual ones. Extra days are worked
 * out apart from the others: no holiday closes them.
 */
static int
hours_of(const Opening *opening, gboolean extra_days, gint64 day)
{
    int weekday = civil_weekday(day);
    gboolean is_extra = opening->extra != NULL && holidays_day(opening->extra, day) != NULL;

    if (is_extra != extra_days)
        return -1;
    if (is_extra && opening->week.n[EXTRA_HOURS] > 0)
        return EXTRA_HOURS;
    if (is_extra)
        return opening->week.n[weekday] > 0 ? weekday : opening->usual;
    return opening->holidays != NULL && holidays_day(opening->holidays, day) != NULL ? -1 : weekday;
}

/* The days of one period of the zone; from and to as the clock on the wall shows them. */
static void
append_days(GArray *stretches, const Opening *opening, gboolean extra_days, gint64 from, gint64 to, gint64 offset)
{
    /* The day before may reach over midnight into this period. */
    for (gint64 day = civil_day_of(from) - 1; day * SECONDS_PER_DAY < to; day++) {
        int hours = hours_of(opening, extra_days, day);

        for (guint i = 0; hours >= 0 && i < opening->week.n[hours]; i++) {
            const HourSpan *span = &opening->week.of_day[hours][i];
            gint64 opens = MAX(day * SECONDS_PER_DAY + span->from, from);
            gint64 closes = MIN(day * SECONDS_PER_DAY + span->to, to);

            stretches_append(stretches, opens - offset, closes - offset);
        }
    }
}

static GArray *
stretches_of_days(const Opening *opening, gboolean extra_days)
{
    GArray *stretches = g_array_new(FALSE, FALSE, sizeof(Stretch));

    for (gsize i = 0; i < zone_periods(opening->zone); i++) {
        gint64 from, to, offset = zone_period(opening->zone, i, &from, &to);

        if (from < END_MOMENT && to > FIRST_MOMENT)
            append_days(stretches, opening, extra_days, MAX(from, FIRST_MOMENT) + offset, MIN(to, END_MOMENT) + offset, offset);
    }
    return stretches;
}

/* ---- events that have a time -------------------------------------------------------------------------------- */

static GArray *
without(const GArray *stretches, const GArray *times)
{
    GArray *left = g_array_new(FALSE, FALSE, sizeof(Stretch));
    guint next = 0;

    for (guint i = 0; i < stretches->len; i++) {
        Stretch stretch = g_array_index(stretches, Stretch, i);

        while (next < times->len && g_array_index(times, Stretch, next).to <= stretch.from)
            next++;
        for (guint j = next; j < times->len && g_array_index(times, Stretch, j).from < stretch.to; j++) {
            const Stretch *time = &g_array_index(times, Stretch, j);

            stretches_append(left, stretch.from, time->from);
            stretch.from = MAX(stretch.from, time->to);
        }
        stretches_append(left, stretch.from, stretch.to);
    }
    return left;
}

static GArray *
together(const GArray *one, const GArray *other)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Stretch));
    guint i = 0, j = 0;

    while (i < one->len || j < other->len) {
        const Stretch *a = i < one->len ? &g_array_index(one, Stretch, i) : NULL;
        const Stretch *b = j < other->len ? &g_array_index(other, Stretch, j) : NULL;
        gboolean a_is_next = b == NULL || (a != NULL && a->from <= b->from);

        stretches_append(all, a_is_next ? a->from : b->from, a_is_next ? a->to : b->to);
        i += a_is_next ? 1 : 0;
        j += a_is_next ? 0 : 1;
    }
    return all;
}

GArray *
calendar_stretches(const CalendarConfig *config, const Zone *zone, const Holidays *holidays, const Holidays *extra)
{
    Opening opening = { .zone = zone, .holidays = holidays, .extra = extra, .usual = -1 };
    g_autoptr(GArray) ordinary = NULL, left = NULL, extra_days = NULL, both = NULL;
    gint64 length;

    split_week(&opening.week, config->hours);
    if (config->hours != NULL)
        opening.usual = calendar_usual_day(config->hours, &length);
    if (config->extra_hours != NULL) {
        opening.week.of_day[EXTRA_HOURS] = &g_array_index(config->extra_hours, HourSpan, 0);
        opening.week.n[EXTRA_HOURS] = config->extra_hours->len;
    }
    ordinary = stretches_of_days(&opening, FALSE);
    left = holidays != NULL ? without(ordinary, holidays->times) : g_steal_pointer(&ordinary);
    if (extra == NULL)
        return g_steal_pointer(&left);
    extra_days = stretches_of_days(&opening, TRUE);
    both = together(left, extra_days);
    return together(both, extra->times);
}
