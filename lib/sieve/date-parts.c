#include "sieve/date-parts-private.h"

#include <string.h>

const char *const date_part_names[] = {
    "year", "month", "day", "date", "julian", "hour", "minute", "second", "time", "iso8601", "std11", "zone", "weekday", NULL,
};

/* Modified Julian Day 0 is 1858-11-17; GLib counts days from 0001-01-01 as 1. */
#define MODIFIED_JULIAN_DAY_ZERO 678576

static char *
format_zone(const char *between, int offset_minutes)
{
    int size = ABS(offset_minutes);

    return g_strdup_printf("%c%02d%s%02d", offset_minutes < 0 ? '-' : '+', size / 60, between, size % 60);
}

static char *
julian(GDateTime *moment)
{
    GDate day;

    g_date_clear(&day, 1);
    g_date_set_dmy(&day, (GDateDay) g_date_time_get_day_of_month(moment), (GDateMonth) g_date_time_get_month(moment),
                   (GDateYear) g_date_time_get_year(moment));
    return g_strdup_printf("%d", (int) g_date_get_julian(&day) - MODIFIED_JULIAN_DAY_ZERO);
}

/* RFC 5322, 3.3; the names of days and months are English, whatever the locale. */
static char *
std11(GDateTime *moment, int offset_minutes)
{
    static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    g_autofree char *zone = format_zone("", offset_minutes);

    return g_strdup_printf("%s, %02d %s %04d %02d:%02d:%02d %s", days[g_date_time_get_day_of_week(moment) - 1],
                           g_date_time_get_day_of_month(moment), months[g_date_time_get_month(moment) - 1],
                           g_date_time_get_year(moment), g_date_time_get_hour(moment), g_date_time_get_minute(moment),
                           g_date_time_get_second(moment), zone);
}

static char *
iso8601(GDateTime *moment, int offset_minutes)
{
    g_autofree char *zone = format_zone(":", offset_minutes);
    g_autofree char *local = g_date_time_format(moment, "%Y-%m-%dT%H:%M:%S");

    return g_strconcat(local, zone, NULL);
}

char *
date_part_format(const char *part, gint64 time, int offset_minutes)
{
    static const struct {
        const char *name, *format;
    } formats[] = {
        { "year", "%Y" },    { "month", "%m" },  { "day", "%d" },    { "date", "%Y-%m-%d" },
        { "hour", "%H" },    { "minute", "%M" }, { "second", "%S" }, { "time", "%H:%M:%S" },
    };
    g_autoptr(GTimeZone) zone = g_time_zone_new_offset(offset_minutes * 60);
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time / G_USEC_PER_SEC);
    g_autoptr(GDateTime) moment = utc != NULL ? g_date_time_to_timezone(utc, zone) : NULL;

    if (moment == NULL)
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        if (g_ascii_strcasecmp(formats[i].name, part) == 0)
            return g_date_time_format(moment, formats[i].format);
    }
    if (g_ascii_strcasecmp(part, "julian") == 0)
        return julian(moment);
    if (g_ascii_strcasecmp(part, "iso8601") == 0)
        return iso8601(moment, offset_minutes);
    if (g_ascii_strcasecmp(part, "std11") == 0)
        return std11(moment, offset_minutes);
    if (g_ascii_strcasecmp(part, "zone") == 0)
        return format_zone("", offset_minutes);
    if (g_ascii_strcasecmp(part, "weekday") == 0)
        return g_strdup_printf("%d", g_date_time_get_day_of_week(moment) % 7);
    return NULL;
}

gboolean
date_zone_parse(const char *zone, int *offset_minutes_out)
{
    int hours, minutes;

    if ((*zone != '+' && *zone != '-') || strlen(zone) != 5 || strspn(zone + 1, "0123456789") != 4)
        return FALSE;
    hours = (zone[1] - '0') * 10 + zone[2] - '0';
    minutes = (zone[3] - '0') * 10 + zone[4] - '0';
    if (hours > 23 || minutes > 59)
        return FALSE;
    *offset_minutes_out = (*zone == '-' ? -1 : 1) * (hours * 60 + minutes);
    return TRUE;
}

/* RFC 5322, 4.3; every other name of a zone counts as "-0000", as it does where the moment is computed. */
static gboolean
old_zone(const char *word, int *offset_minutes_out)
{
    static const struct {
        const char *name;
        int         hours;
    } zones[] = {
        { "EDT", -4 }, { "EST", -5 }, { "CDT", -5 }, { "CST", -6 }, { "MDT", -6 }, { "MST", -7 }, { "PDT", -7 }, { "PST", -8 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(zones); i++) {
        if (g_ascii_strncasecmp(word, zones[i].name, 3) == 0 && !g_ascii_isalpha(word[3])) {
            *offset_minutes_out = zones[i].hours * 60;
            return TRUE;
        }
    }
    return FALSE;
}

/* The first word that is a zone: a comment behind it may name another one. */
int
date_field_zone(const char *value)
{
    int offset = 0;

    for (const char *p = value; *p != '\0'; p++) {
        char zone[6] = { 0 };

        if (p == value || (p[-1] != ' ' && p[-1] != '\t'))
            continue;
        g_strlcpy(zone, p, sizeof zone);
        if (date_zone_parse(zone, &offset) || old_zone(p, &offset))
            break;
    }
    return offset;
}

int
date_local_zone(const char *zone_name, gint64 time)
{
    g_autoptr(GTimeZone) zone = zone_name != NULL ? g_time_zone_new_identifier(zone_name) : NULL;
    gint interval;

    if (zone == NULL)
        return 0;
    interval = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, time / G_USEC_PER_SEC);
    return interval >= 0 ? g_time_zone_get_offset(zone, interval) / 60 : 0;
}
