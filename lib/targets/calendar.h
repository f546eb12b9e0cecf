/*
 * calendar.h - working hours, and time that is counted in them only
 *
 * A calendar is open whenever the clock on the wall of its zone shows a time inside its hours. That is all there is to daylight saving: what the clock
 * never shows is no time, what it shows twice counts twice. A span of hours belongs to the day it begins on: a holiday of that day removes it
 * whole, also what is after midnight, and no other. Timed events remove, or open, their own time. What is opened extra is open on a holiday too.
 *
 * All of it is worked out when the calendar is made, for the years 1970 to 2099: stretches of open time in their order, each with the working time before
 * it. So every question is one search in a table, whatever the length of time it is about. A calendar is constant: threads and forked processes
 * share it. Beyond these years it is closed, but for one that is always open.
 *
 * Moments are seconds since 1970-01-01 UTC, durations seconds. Nothing here reads a clock.
 */
#pragma once

#include "base/error.h"
#include "config/values.h"
#include "targets/holidays.h"
#include "targets/zone.h"

typedef struct Calendar Calendar;

/*
 * The files that config names were read into holidays and extra: both are taken, and may be NULL where there are none. CONFIG: it never opens.
 */
Calendar *calendar_new(const CalendarConfig *config, Zone *zone, Holidays *holidays, Holidays *extra, GError **error);
void      calendar_free(Calendar *calendar);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Calendar, calendar_free)

const char     *calendar_name(const Calendar *calendar);
const Zone     *calendar_zone(const Calendar *calendar);
const Holidays *calendar_holidays(const Calendar *calendar);    /* NULL: none */
const Holidays *calendar_extra(const Calendar *calendar);       /* NULL: none */
gboolean        calendar_is_always(const Calendar *calendar);
/* The working day: what "1d" is. */
gint64          calendar_day(const Calendar *calendar);
gint64          calendar_seconds(const Calendar *calendar, const WorkingTime *time);

/* Working time from one moment to another; 0 if there is none, or to is not later. */
gint64   calendar_working(const Calendar *calendar, gint64 from, gint64 to);
/*
 * The first moment at which that much working time has passed since from: at the end of a span, if it is used up there. No time has passed at
 * from itself. FALSE if the calendar does not reach that far.
 */
gboolean calendar_after(const Calendar *calendar, gint64 from, gint64 seconds, gint64 *moment_out);

gboolean calendar_is_open(const Calendar *calendar, gint64 moment);
/* The stretch of open time that moment lies in, else the next one. FALSE if there is none. The end of one is the first moment that is closed. */
gboolean calendar_next(const Calendar *calendar, gint64 moment, gint64 *opens_out, gint64 *closes_out);
