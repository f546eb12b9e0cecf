/*
 * holidays.h - days and times of iCalendar files (RFC 5545): what a calendar is closed on, or open besides
 *
 * Events are read with their recurrences (RRULE, RDATE, EXDATE, single ones that were changed or cancelled) for the years 1970 to 2099. Whether an event is shown
 * as busy or free (TRANSP) does not matter: lists of holidays differ in that. All the understanding of iCalendar is libical's; its types stay
 * here.
 */
#pragma once

#include "base/error.h"
#include "targets/stretch.h"
#include "targets/zone.h"

typedef struct {
    GHashTable *days;          /* number of a day, 0 is 1970-01-01 (GINT_TO_POINTER(day + 1)) -> char *: what it is called */
    GArray     *times;         /* Stretch; from holidays_sort() on in order and apart */
    guint       events;        /* that were read                                          */
    gint64      last;          /* no day or time is later: end of the last one; 0: none   */
} Holidays;

/* A zone by the name in an event. NULL: there is none of that name. */
typedef Zone *(*HolidayZone)(gpointer data, const char *name);

Holidays *holidays_new(void);
void      holidays_free(Holidays *holidays);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Holidays, holidays_free)

/* Adds the events of one file. local: the zone of times that name none. INVALID: what is wrong with it, without its name. */
gboolean    holidays_read(Holidays *holidays, const char *text, const Zone *local, HolidayZone find_zone, gpointer data, GError **error);
void        holidays_add_day(Holidays *holidays, gint64 day, const char *name);
void        holidays_add_time(Holidays *holidays, gint64 from, gint64 to);
void        holidays_sort(Holidays *holidays);

/* What the day is called, "" if it has no name; NULL: it is none. */
const char *holidays_day(const Holidays *holidays, gint64 day);
