/*
 * moment.c - a date and time, with the clock it is told by
 */
#include "locale/locale-private.h"

char *
locale_fill(const char *pattern, const char *const *values)
{
    GString *text = g_string_new(NULL);

    for (const char *p = pattern; *p != '\0'; p++) {
        if (p[0] == '{' && g_ascii_isdigit(p[1]) && p[2] == '}') {
            g_string_append(text, values[p[1] - '0']);
            p += 2;
        } else {
            g_string_append_c(text, *p);
        }
    }
    return g_string_free(text, FALSE);
}

/* "UTC+2", "UTC+5:30"; to the minute, as Date has it. */
static char *
offset_text(gint64 offset)
{
    int minutes = (int) (ABS(offset) / 60);

    if (minutes == 0)
        return g_strdup("UTC");
    if (minutes % 60 == 0)
        return g_strdup_printf("UTC%c%d", offset < 0 ? '-' : '+', minutes / 60);
    return g_strdup_printf("UTC%c%d:%02d", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static gint64
day_of(gint64 local)
{
    return local / 86400 - (local % 86400 < 0 ? 1 : 0);
}

static char *
join(const Locale *locale, const char *pattern, const char *first, const char *second)
{
    const char *values[] = { first, second, "" };

    return locale_fill(locale->words != NULL ? pattern : "{0}, {1}", values);
}

/* Where ICU fails, as ISO 8601 has it. */
static char *
day_and_time(const Locale *locale, gint64 local, gboolean with_year)
{
    g_autofree char *day = icu_date(with_year ? locale->day_and_year : locale->day, local);
    g_autofree char *time = icu_date(locale->time, local);

    if (day == NULL || time == NULL) {
        g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(local);

        return date != NULL ? g_date_time_format(date, "%Y-%m-%d %H:%M") : g_strdup("");
    }
    return join(locale, locale->words != NULL ? locale->words->joined : NULL, day, time);
}

static char *
with_zone(const Locale *locale, const LocaleMoment *moment, const char *text)
{
    g_autofree char *city = moment->zone != NULL ? icu_city(locale, moment->zone) : NULL;
    g_autofree char *offset = city == NULL ? offset_text(moment->offset) : NULL;
    const char *values[] = { text, city, "" };

    if (city == NULL)
        return g_strdup_printf("%s, %s", text, offset);
    return locale_fill(locale->words != NULL ? locale->words->in_zone : "{0} ({1})", values);
}

static char *
with_desk(const Locale *locale, const LocaleMoment *moment, const char *text)
{
    gint64 local = moment->moment + moment->desk_offset;
    gboolean same_day = day_of(local) == day_of(moment->moment + moment->offset);
    g_autofree char *city = icu_city(locale, moment->desk_zone);
    g_autofree char *offset = city == NULL ? offset_text(moment->desk_offset) : NULL;
    g_autofree char *there = same_day ? icu_date(locale->time, local) : NULL;
    const char *values[] = { text, city != NULL ? city : offset, NULL };

    if (there == NULL)
        there = day_and_time(locale, local, FALSE);
    values[2] = there;
    return locale_fill(locale->words != NULL ? locale->words->besides : "{0} ({1}: {2})", values);
}

char *
locale_moment(const Locale *locale, const LocaleMoment *moment)
{
    g_autofree char *when = day_and_time(locale, moment->moment + moment->offset, moment->with_year);
    g_autofree char *whole = with_zone(locale, moment, when);

    return moment->desk_zone != NULL ? with_desk(locale, moment, whole) : g_steal_pointer(&whole);
}

char *
locale_day(const Locale *locale, gint64 local, gboolean with_year)
{
    char *day = icu_date(with_year ? locale->day_and_year : locale->day, local);
    g_autoptr(GDateTime) date = day == NULL ? g_date_time_new_from_unix_utc(local) : NULL;

    if (day != NULL || date == NULL)
        return day;
    return g_date_time_format(date, "%Y-%m-%d");
}
