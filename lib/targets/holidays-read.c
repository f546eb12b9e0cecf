/*
 * holidays-read.c - events of iCalendar files, each with all of its occurrences (RFC 5545)
 *
 * libical reads the file and works out the rules; which moment a local time is, is told by our own zones, or by the VTIMEZONE of the file where it bears
 * a name of its own.
 */
#include <libical/ical.h>
#include <string.h>

#include "base/text.h"
#include "targets/civil.h"
#include "targets/holidays.h"

/* More than any list of holidays has: a rule that repeats every second is a mistake. */
#define MAX_OCCURRENCES 100000

typedef struct icalrecurrencetype RecurrenceRule;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(icalcomponent, icalcomponent_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(icalrecur_iterator, icalrecur_iterator_free)

typedef struct {
    Holidays      *holidays;
    icalcomponent *calendar;           /* the VCALENDAR that is read */
    const Zone    *local;
    HolidayZone    find_zone;
    gpointer       data;
    GHashTable    *changed;            /* "UID\nkey" of single occurrences that stand as events of their own */
    gint64         steps;
} Reading;

/* Where the clock of a time hangs: one of our zones, or what the file says itself; both NULL: UTC. */
typedef struct {
    const Zone   *zone;
    icaltimezone *own;
} Clock;

typedef struct {
    icaltimetype start;
    Clock        clock;
    gboolean     whole_days;
    gint64       days;                 /* how long: days on the wall (of whole days: at least 1) */
    gint64       seconds;              /* and seconds                                            */
    GHashTable  *excluded;             /* keys: of days and of moments                           */
    const char  *uid;
    const char  *name;
} Event;

static gboolean
wrong(GError **error, const char *format, const char *text)
{
    g_autofree char *cut = text_cut(text != NULL ? text : "", 100);
    g_autofree char *shown = text_escape(cut);
    GString *message = g_string_new(format);

    g_string_replace(message, "%s", shown, 1);
    g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, message->str);
    g_string_free(message, TRUE);
    return FALSE;
}

/* ---- times -------------------------------------------------------------------------------------------------- */

static gint64
day_of(icaltimetype time)
{
    return civil_day(time.year, time.month, time.day);
}

static gint64
local_of(icaltimetype time)
{
    return day_of(time) * SECONDS_PER_DAY + time.hour * 3600 + time.minute * 60 + MIN(time.second, 59);
}

static gint64
moment_of(icaltimetype time, Clock clock)
{
    int summer = 0;

    if (clock.zone != NULL)
        return zone_moment(clock.zone, local_of(time));
    if (clock.own != NULL)
        return local_of(time) - icaltimezone_get_utc_offset(clock.own, &time, &summer);
    return local_of(time);
}

/* The clock of a time is named beside it (TZID), or is UTC ("Z"), or is that of whoever reads. */
static gboolean
find_clock(const Reading *reading, icalproperty *property, icaltimetype time, Clock *clock_out, GError **error)
{
    icalparameter *parameter = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    const char *name = parameter != NULL ? icalparameter_get_tzid(parameter) : NULL;
    Clock clock = { NULL, NULL };

    if (name == NULL && !icaltime_is_utc(time))
        clock.zone = reading->local;
    if (name != NULL && !icaltime_is_utc(time) && !time.is_date) {
        clock.zone = reading->find_zone(reading->data, name);
        if (clock.zone == NULL)
            clock.own = icalcomponent_get_timezone(reading->calendar, name);
        if (clock.zone == NULL && clock.own == NULL)
            return wrong(error, "it names the time zone \"%s\", which is neither known nor described in it", name);
    }
    *clock_out = clock;
    return TRUE;
}

static char *
key_of_day(gint64 day)
{
    return g_strdup_printf("d%" G_GINT64_FORMAT, day);
}

static char *
key_of_moment(gint64 moment)
{
    return g_strdup_printf("t%" G_GINT64_FORMAT, moment);
}

static char *
key_of(icaltimetype time, Clock clock)
{
    return time.is_date ? key_of_day(day_of(time)) : key_of_moment(moment_of(time, clock));
}

/* ---- one event ---------------------------------------------------------------------------------------------- */

static gboolean
read_length(const Reading *reading, icalcomponent *component, Event *event, GError **error)
{
    icalproperty *end = icalcomponent_get_first_property(component, ICAL_DTEND_PROPERTY);
    icalproperty *length = icalcomponent_get_first_property(component, ICAL_DURATION_PROPERTY);

    event->days = event->seconds = 0;
    if (end != NULL) {
        icaltimetype time = icalproperty_get_dtend(end);
        Clock clock;

        if (!find_clock(reading, end, time, &clock, error))
            return FALSE;
        if (event->whole_days)
            event->days = day_of(time) - day_of(event->start);
        else
            event->seconds = moment_of(time, clock) - moment_of(event->start, event->clock);
    } else if (length != NULL) {
        struct icaldurationtype duration = icalproperty_get_duration(length);
        gint64 sign = duration.is_neg ? -1 : 1;

        event->days = sign * ((gint64) duration.weeks * 7 + duration.days);
        event->seconds = sign * ((gint64) duration.hours * 3600 + duration.minutes * 60 + duration.seconds);
    }
    /* RFC 5545, 3.6.1: a date without an end is that day; some programs write the same day as its end. */
    if (event->whole_days)
        event->days = MAX(event->days, 1);
    return TRUE;
}

static gboolean
read_excluded(const Reading *reading, icalcomponent *component, Event *event, GError **error)
{
    for (icalproperty *property = icalcomponent_get_first_property(component, ICAL_EXDATE_PROPERTY); property != NULL;
         property = icalcomponent_get_next_property(component, ICAL_EXDATE_PROPERTY)) {
        icaltimetype time = icalproperty_get_exdate(property);
        Clock clock;

        if (!find_clock(reading, property, time, &clock, error))
            return FALSE;
        g_hash_table_add(event->excluded, key_of(time, clock));
    }
    return TRUE;
}

static gboolean
is_left_out(const Reading *reading, const Event *event, icaltimetype start)
{
    g_autofree char *day = key_of_day(day_of(start)), *exact = key_of(start, event->clock), *single = NULL;

    if (g_hash_table_contains(event->excluded, exact) || g_hash_table_contains(event->excluded, day))
        return TRUE;
    single = g_strconcat(event->uid, "\n", exact, NULL);
    return g_hash_table_contains(reading->changed, single);
}

/* RFC 5545, 3.3.6: days of a duration are days on the wall, hours are exact. */
static void
add_occurrence(Reading *reading, const Event *event, icaltimetype start)
{
    if (is_left_out(reading, event, start))
        return;
    if (event->whole_days) {
        for (gint64 i = 0; i < MIN(event->days, END_DAY); i++)
            holidays_add_day(reading->holidays, day_of(start) + i, event->name);
    } else {
        icaltimetype last = start;

        icaltime_adjust(&last, (int) CLAMP(event->days, -END_DAY, END_DAY), 0, 0, 0);
        holidays_add_time(reading->holidays, moment_of(start, event->clock), moment_of(last, event->clock) + event->seconds);
    }
}

/* ---- its recurrences ---------------------------------------------------------------------------------------- */

/* UNTIL is compared by ourselves: it is a moment in UTC, where the rule goes by the clock on the wall. */
static gboolean
is_past_until(icaltimetype until, const Event *event, icaltimetype start)
{
    if (until.is_date)
        return day_of(start) > day_of(until);
    if (event->whole_days)
        return day_of(start) > day_of(until);
    return icaltime_is_utc(until) ? moment_of(start, event->clock) > local_of(until) : local_of(start) > local_of(until);
}

static gboolean
add_rule(Reading *reading, const Event *event, RecurrenceRule rule, GError **error)
{
    icaltimetype until = rule.until;
    gboolean has_until = !icaltime_is_null_time(until);
    g_autoptr(icalrecur_iterator) iterator = NULL;
    icaltimetype start = event->start;

    rule.until = icaltime_null_time();
    start.zone = NULL;
    iterator = icalrecur_iterator_new(rule, start);
    if (iterator == NULL)
        return wrong(error, "it has a rule (RRULE) that cannot be worked out%s", "");
    for (icaltimetype next = icalrecur_iterator_next(iterator); !icaltime_is_null_time(next); next = icalrecur_iterator_next(iterator)) {
        if (next.year >= END_YEAR || (has_until && is_past_until(until, event, next)))
            break;
        if (reading->steps++ > MAX_OCCURRENCES)
            return wrong(error, "its events repeat too often%s", "");
        add_occurrence(reading, event, next);
    }
    return TRUE;
}

static gboolean
add_dates(Reading *reading, const Event *event, icalcomponent *component, GError **error)
{
    for (icalproperty *property = icalcomponent_get_first_property(component, ICAL_RDATE_PROPERTY); property != NULL;
         property = icalcomponent_get_next_property(component, ICAL_RDATE_PROPERTY)) {
        struct icaldatetimeperiodtype date = icalproperty_get_rdate(property);
        gboolean is_period = icaltime_is_null_time(date.time);
        icaltimetype start = is_period ? date.period.start : date.time;
        Event once = *event;

        if (reading->steps++ > MAX_OCCURRENCES)
            return wrong(error, "its events repeat too often%s", "");
        if (!find_clock(reading, property, start, &once.clock, error))
            return FALSE;
        once.whole_days = start.is_date;
        if (once.whole_days)
            once.days = MAX(once.days, 1);
        if (is_period) {
            struct icaldurationtype duration = date.period.duration;

            once.days = 0;
            once.seconds = icaltime_is_null_time(date.period.end)
                               ? icaldurationtype_as_int(duration)
                               : moment_of(date.period.end, once.clock) - moment_of(start, once.clock);
        }
        add_occurrence(reading, &once, start);
    }
    return TRUE;
}

static gboolean
add_rules(Reading *reading, const Event *event, icalcomponent *component, GError **error)
{
    for (icalproperty *property = icalcomponent_get_first_property(component, ICAL_RRULE_PROPERTY); property != NULL;
         property = icalcomponent_get_next_property(component, ICAL_RRULE_PROPERTY))
        if (!add_rule(reading, event, icalproperty_get_rrule(property), error))
            return FALSE;
    return TRUE;
}

/* ---- the file ----------------------------------------------------------------------------------------------- */

static gboolean
start_event(const Reading *reading, icalcomponent *component, Event *event, GError **error)
{
    icalproperty *start = icalcomponent_get_first_property(component, ICAL_DTSTART_PROPERTY);

    event->uid = icalcomponent_get_uid(component);
    event->uid = event->uid != NULL ? event->uid : "";
    event->name = icalcomponent_get_summary(component);
    if (start == NULL)
        return wrong(error, "the event \"%s\" has no beginning (DTSTART)", event->name);
    event->start = icalproperty_get_dtstart(start);
    event->whole_days = event->start.is_date;
    if (!icaltime_is_valid_time(event->start) || icaltime_is_null_time(event->start))
        return wrong(error, "the event \"%s\" has no valid beginning (DTSTART)", event->name);
    return find_clock(reading, start, event->start, &event->clock, error);
}

static gboolean
is_cancelled(icalcomponent *component)
{
    return icalcomponent_get_status(component) == ICAL_STATUS_CANCELLED;
}

static gboolean
read_event(Reading *reading, icalcomponent *component, GError **error)
{
    gboolean single = icalcomponent_get_first_property(component, ICAL_RECURRENCEID_PROPERTY) != NULL;
    g_autoptr(GHashTable) excluded = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Event event = { .excluded = excluded };

    if (is_cancelled(component))
        return TRUE;
    if (!start_event(reading, component, &event, error) || !read_length(reading, component, &event, error)
        || !read_excluded(reading, component, &event, error))
        return FALSE;
    /* An occurrence that was changed stands for itself, whatever else is said of the others. */
    if (single) {
        event.uid = "";
        add_occurrence(reading, &event, event.start);
        return TRUE;
    }
    add_occurrence(reading, &event, event.start);
    return add_rules(reading, &event, component, error) && add_dates(reading, &event, component, error);
}

static gboolean
note_changed(Reading *reading, icalcomponent *component, GError **error)
{
    icalproperty *property = icalcomponent_get_first_property(component, ICAL_RECURRENCEID_PROPERTY);
    const char *uid = icalcomponent_get_uid(component);
    g_autofree char *key = NULL;
    icaltimetype time;
    Clock clock;

    if (property == NULL)
        return TRUE;
    time = icalproperty_get_recurrenceid(property);
    if (!find_clock(reading, property, time, &clock, error))
        return FALSE;
    key = key_of(time, clock);
    g_hash_table_add(reading->changed, g_strconcat(uid != NULL ? uid : "", "\n", key, NULL));
    return TRUE;
}

/* What libical could not read it puts beside the rest, as a property of its own. */
static gboolean
check_errors(icalcomponent *component, GError **error)
{
    icalproperty *property = icalcomponent_get_first_property(component, ICAL_XLICERROR_PROPERTY);

    return property == NULL || wrong(error, "it cannot be read: %s", icalproperty_get_xlicerror(property));
}

static gboolean
read_calendar(Reading *reading, GError **error)
{
    if (!check_errors(reading->calendar, error))
        return FALSE;
    for (icalcomponent *event = icalcomponent_get_first_component(reading->calendar, ICAL_VEVENT_COMPONENT); event != NULL;
         event = icalcomponent_get_next_component(reading->calendar, ICAL_VEVENT_COMPONENT))
        if (!check_errors(event, error) || !note_changed(reading, event, error))
            return FALSE;
    for (icalcomponent *event = icalcomponent_get_first_component(reading->calendar, ICAL_VEVENT_COMPONENT); event != NULL;
         event = icalcomponent_get_next_component(reading->calendar, ICAL_VEVENT_COMPONENT)) {
        if (!read_event(reading, event, error))
            return FALSE;
        reading->holidays->events++;
    }
    return TRUE;
}

gboolean
holidays_read(Holidays *holidays, const char *text, const Zone *local, HolidayZone find_zone, gpointer data, GError **error)
{
    g_autoptr(icalcomponent) root = NULL;
    g_autoptr(GHashTable) changed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Reading reading = { .holidays = holidays, .local = local, .find_zone = find_zone, .data = data, .changed = changed };
    gboolean good = TRUE;

    icalerror_set_errors_are_fatal(0);
    root = icalparser_parse_string(text);
    if (root != NULL && icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT) {
        reading.calendar = root;
        good = read_calendar(&reading, error);
    } else if (root != NULL && icalcomponent_isa(root) == ICAL_XROOT_COMPONENT) {
        for (icalcomponent *part = icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT); good && part != NULL;
             part = icalcomponent_get_next_component(root, ICAL_VCALENDAR_COMPONENT)) {
            reading.calendar = part;
            good = read_calendar(&reading, error);
        }
    }
    if (!good)
        return FALSE;
    if (reading.calendar == NULL)
        return wrong(error, "it is no iCalendar file: there is no BEGIN:VCALENDAR%s", "");
    holidays_sort(holidays);
    return TRUE;
}
