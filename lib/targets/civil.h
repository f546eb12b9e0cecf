/*
 * civil.h - days and dates of the Gregorian calendar; a day is a number, 0 is 1970-01-01
 */
#pragma once

#include <glib.h>

#include "config/hours.h"

/* Calendars are worked out for these years: what is beyond is out of reach, not wrong. */
#define FIRST_YEAR   1970
#define END_YEAR     2100
#define FIRST_DAY    0
#define END_DAY      47482
#define FIRST_MOMENT ((gint64) FIRST_DAY * SECONDS_PER_DAY)
#define END_MOMENT   ((gint64) END_DAY * SECONDS_PER_DAY)

gint64 civil_day(int year, int month, int day);
void   civil_date(gint64 day, int *year_out, int *month_out, int *day_out);
int    civil_weekday(gint64 day);      /* 0: Monday */
/* The day that a moment on some clock on the wall lies in: seconds divided, and rounded down before 1970 too. */
gint64 civil_day_of(gint64 seconds);

/* "2026-12-24", and the day it is. FALSE: it is no date, or lies outside of these years. */
char    *civil_format(gint64 day);
gboolean civil_parse(const char *text, gint64 *day_out);
