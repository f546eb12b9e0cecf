/*
 * date-parts-private.h - the parts of a date as rules name them (RFC 5260, 4.1)
 */
#pragma once

#include <glib.h>

/* NULL-terminated: "year", "month", ... */
extern const char *const date_part_names[];

/* The part of that moment at that offset; NULL if there is no such part. The result is the caller's. */
char *date_part_format(const char *part, gint64 time, int offset_minutes);
/* "+0200", "-0330": minutes east of UTC; FALSE if it is no zone. */
gboolean date_zone_parse(const char *zone, int *offset_minutes_out);
/* The zone a date field ends with, as minutes; 0 where it names none by number. */
int date_field_zone(const char *value);
/* The offset of that moment in the zone with that IANA name; NULL: UTC. */
int date_local_zone(const char *timezone, gint64 time);
