/*
 * clock.h - the only place in the library that reads a clock
 *
 * Time that a person sees is an argument (`now`, microseconds since the epoch, UTC) everywhere else.
 */
#pragma once

#include <glib.h>

gint64 clock_now(void);         /* wall clock: microseconds since 1970-01-01 UTC */
gint64 clock_monotonic(void);   /* for time-outs and durations: microseconds     */
gint64 clock_nanoseconds(void);   /* for durations that are short: monotonic     */
gint64 clock_process_cpu(void); /* CPU time of this process: microseconds        */

/* RFC 3339 text of a wall clock time: "2026-11-22T10:00:00Z". clock_format_local is the same moment at an offset. */
char *clock_format_utc(gint64 time);
char *clock_format_offset(gint64 time, int offset_minutes, gboolean offset_unknown);
/* Reads RFC 3339 ("2026-11-22T10:00:00Z", "+02:00", fractions allowed, "T" or a space). INVALID if it is not. */
gboolean clock_parse(const char *text, gint64 *time_out, GError **error);
