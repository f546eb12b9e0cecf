/*
 * words.h - durations and shares as people read them
 */
#pragma once

#include <glib.h>

/* "45s", "12m", "3h 20m", "2d 4h": the two largest units, rounded to the smaller one. */
char *report_duration(double seconds);
/* "97.3%"; of less than 0, "-". Never "100%" where one is missing, nor "0%" where one is there. */
char *report_percent(double percent);
/* "+12", "-3", "0"; and against what was before "+12 (+40%)", "+12 (new)". */
char *report_change(gint64 count, gint64 before);
