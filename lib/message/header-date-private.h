/*
 * header-date-private.h - a date as header fields hold it (RFC 5322, 3.3 and 4.3), and as programs write it instead
 *
 * Also understood: two- and three-digit years, a missing weekday, time or zone, zones by name, asctime(), ISO 8601, dashes between day and
 * month, dots in the time, AM and PM. What names no day, month and year of a calendar is no date.
 */
#pragma once

#include <glib.h>

typedef struct {
    gint64   seconds;          /* since 1970, UTC */
    int      offset_minutes;   /* the sender's; 0 where none is given */
    gboolean offset_unknown;   /* -0000, or a military zone, which RFC 5322, 4.3 says to take for it */
} HeaderDate;

gboolean header_date_parse(const char *text, HeaderDate *date_out);
