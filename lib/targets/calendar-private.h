/*
 * calendar-private.h - a calendar as it is kept
 */
#pragma once

#include "targets/calendar.h"

struct Calendar {
    char     *name;
    Zone     *zone;
    Holidays *holidays, *extra;
    gboolean  always;
    gint64    day;
    gsize     n;               /* stretches of open time, in order and apart */
    gint64   *opens;           /* [n]                                        */
    gint64   *worked;          /* [n + 1]: working time before each, and all */
};

/* calendar-spans.c: what is open by the hours, holidays and extra days, as Stretch in order and apart. */
GArray *calendar_stretches(const CalendarConfig *config, const Zone *zone, const Holidays *holidays, const Holidays *extra);
/* The first day of the week that is as long as most days that have hours (the longer of two as frequent); -1: none has. */
int     calendar_usual_day(const GArray *hours, gint64 *length_out);
