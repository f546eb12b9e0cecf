/*
 * hours.h - hours of a week, and working time, as people write them
 *
 *     Mon-Fri 09:00-13:00 14:00-18:00; Sat 10:00-14:00
 *
 * A span that ends at or before its beginning goes on past midnight and belongs to the day it begins on.
 */
#pragma once

#include <glib.h>

#define SECONDS_PER_DAY 86400

/* Seconds on the clock on the wall since midnight of the day; to is at most SECONDS_PER_DAY after from. */
typedef struct {
    int    day;            /* 0: Monday */
    gint64 from, to;
} HourSpan;

/* "3d", "1d 4h": days are those of a calendar, whose length is not known here. */
typedef struct {
    gboolean given;
    gint64   days;
    gint64   seconds;      /* besides */
} WorkingTime;

#define WORKING_TIME_DAYS 3660     /* ten years: far beyond any promise, and within reach of every calendar */

/*
 * HourSpan in the order of day and beginning. NULL if text is nothing of the kind; why_out (may be NULL) tells what is wrong with it.
 * hours_parse_day: spans without days, "09:00-13:00 14:00-18:00".
 */
GArray *hours_parse(const char *text, char **why_out);
GArray *hours_parse_day(const char *text, char **why_out);
char   *hours_format(const GArray *spans);
char   *hours_format_day(const GArray *spans);

gboolean working_time_parse(const char *text, WorkingTime *time_out, char **why_out);
char    *working_time_format(const WorkingTime *time);     /* NULL if it is not given */
