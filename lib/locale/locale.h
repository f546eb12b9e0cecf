/*
 * locale.h - dates, times and durations as the readers of a language expect them
 *
 * ICU knows the names of days, months and cities and the rules of plurals; what it does not know (a working hour, "our time") stands in a table of the languages
 * we write in. Any other language gets ICU's own dates, and no sentence of ours in them.
 *
 * Nothing here knows a time zone's rules: those are lib/targets', whose files are newer than any library. An offset comes with each moment.
 *
 * What is learned from ICU is kept for the life of the process, under a lock. Moments and durations are seconds.
 */
#pragma once

#include <glib.h>

typedef struct Locale Locale;

/* By its tag: "el", "el-GR", "zh-Hant". NULL, and what is no tag, is English. Never NULL, and not to be freed. */
const Locale *locale_get(const char *language);

/* What a customer says by one click: "This solved it, thank you." */
const char *locale_solved_phrase(const Locale *locale);
/* Or of how it went: 0 is the worst, LOCALE_RATINGS - 1 the best. */
#define LOCALE_RATINGS 3
const char *locale_rated_phrase(const Locale *locale, gsize rating);
/* Whether a text says just one of those, in any language that we write in. */
gboolean    locale_is_link_phrase(const char *text);

/* A moment, by whose clock it is told, and by whose besides. */
typedef struct {
    gint64      moment;
    gint64      offset;          /* of the reader's clock, east of UTC                   */
    const char *zone;            /* its zone: "Europe/Athens"; NULL: only the offset is known */
    const char *desk_zone;       /* of the desk, whose time stands beside it; NULL: does not */
    gint64      desk_offset;
    gboolean    with_year;
} LocaleMoment;

/* "Tuesday, 24 November, 14:30 (Athens time)"; "Tuesday, 24 November, 18:00, UTC+5:30 (our time, Athens: 14:30)". */
char *locale_moment(const Locale *locale, const LocaleMoment *moment);

/* "Tuesday, 24 November": of a moment by a clock, seconds with its offset added. */
char *locale_day(const Locale *locale, gint64 local, gboolean with_year);

typedef enum {
    DURATION_PLAIN,              /* as it stands alone: "3 рабочих часа"                                                   */
    DURATION_WITHIN,             /* as it stands behind what "within" is in our templates: "(в течение) 3 рабочих часов" */
} DurationForm;

/*
 * "4 working hours", "1 working day and 2 hours": in at most two units, rounded up to whole ones, at least a minute. day: how long a working day is; 0: time that is not counted
 * in working hours. NULL where the language has no words for it.
 */
char *locale_duration(const Locale *locale, gint64 seconds, gint64 day, DurationForm form);
