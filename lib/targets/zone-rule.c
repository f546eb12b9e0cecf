/*
 * zone-rule.c - the rule behind the last transition: two changes a year, for ever
 */
#include <string.h>

#include "targets/civil.h"
#include "targets/zone-private.h"

typedef enum { DAY_OF_MONTH_WEEK, DAY_WITHOUT_LEAP, DAY_WITH_LEAP } DayKind;

typedef struct {
    DayKind kind;
    int     month, week, day;
    gint64  time;              /* seconds after midnight, by the clock before the change; may be negative */
} Change;

typedef struct {
    gint64   standard, summer;
    gboolean has_summer;
    Change   begins, ends;
} Rule;

/* ---- reading ------------------------------------------------------------------------------------------------ */

static gboolean
read_number(const char **text, int max, int *number_out)
{
    const char *at = *text;
    int number = 0;

    for (; g_ascii_isdigit(*at) && number <= max; at++)
        number = number * 10 + (*at - '0');
    if (at == *text || number > max)
        return FALSE;
    *text = at;
    *number_out = number;
    return TRUE;
}

/* ":30", if it is there. */
static gboolean
read_sixtieth(const char **text, int *number_out)
{
    if (**text != ':')
        return TRUE;
    (*text)++;
    return read_number(text, 59, number_out);
}

/* [+-]hh[:mm[:ss]]; RFC 9636, 3.3.2: times of changes may have up to 167 hours and a sign. */
static gboolean
read_time(const char **text, int max_hours, gint64 *seconds_out)
{
    gint64 sign = **text == '-' ? -1 : 1;
    int hours, minutes = 0, seconds = 0;

    if (**text == '-' || **text == '+')
        (*text)++;
    if (!read_number(text, max_hours, &hours) || !read_sixtieth(text, &minutes) || !read_sixtieth(text, &seconds))
        return FALSE;
    *seconds_out = sign * ((gint64) hours * 3600 + minutes * 60 + seconds);
    return TRUE;
}

/* "EET", "<+0330>" */
static gboolean
skip_name(const char **text)
{
    const char *start = *text;

    if (*start == '<') {
        const char *close = strchr(start, '>');

        if (close == NULL)
            return FALSE;
        *text = close + 1;
        return TRUE;
    }
    while (g_ascii_isalpha(**text))
        (*text)++;
    return *text > start;
}

static gboolean
read_day(const char **text, Change *change)
{
    if (**text == 'M') {
        (*text)++;
        change->kind = DAY_OF_MONTH_WEEK;
        if (!read_number(text, 12, &change->month) || *(*text)++ != '.' || !read_number(text, 5, &change->week)
            || *(*text)++ != '.' || !read_number(text, 6, &change->day))
            return FALSE;
        return change->month > 0 && change->week > 0;
    }
    change->kind = **text == 'J' ? DAY_WITHOUT_LEAP : DAY_WITH_LEAP;
    if (**text == 'J')
        (*text)++;
    return read_number(text, 365, &change->day) && (change->kind == DAY_WITH_LEAP || change->day > 0);
}

static gboolean
read_change(const char **text, Change *change)
{
    if (*(*text)++ != ',' || !read_day(text, change))
        return FALSE;
    change->time = 2 * 3600;
    if (**text != '/')
        return TRUE;
    (*text)++;
    return read_time(text, 167, &change->time);
}

static gboolean
read_rule(const char *text, Rule *rule)
{
    gint64 west;

    if (!skip_name(&text) || !read_time(&text, 24, &west))
        return FALSE;
    rule->standard = -west;
    rule->summer = rule->standard + 3600;
    rule->has_summer = *text != '\0';
    if (!rule->has_summer)
        return TRUE;
    if (!skip_name(&text))
        return FALSE;
    if (*text != ',') {
        if (!read_time(&text, 24, &west))
            return FALSE;
        rule->summer = -west;
    }
    return read_change(&text, &rule->begins) && read_change(&text, &rule->ends) && *text == '\0';
}

/* ---- years -------------------------------------------------------------------------------------------------- */

static gboolean
is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The day of the change, as the clock before it shows it. */
static gint64
day_of_change(const Change *change, int year)
{
    gint64 first, day;

    if (change->kind == DAY_WITH_LEAP)
        return civil_day(year, 1, 1) + change->day;
    if (change->kind == DAY_WITHOUT_LEAP)
        return civil_day(year, 1, 1) + change->day - 1 + (is_leap(year) && change->day > 59 ? 1 : 0);
    first = civil_day(year, change->month, 1);
    /* Sunday is 0 in the rule and 6 here. The fifth one is the last, which may be the fourth. */
    day = first + ((change->day + 6) % 7 - civil_weekday(first) + 7) % 7 + (change->week - 1) * 7;
    while (day >= (change->month == 12 ? civil_day(year + 1, 1, 1) : civil_day(year, change->month + 1, 1)))
        day -= 7;
    return day;
}

static gint64
moment_of_change(const Change *change, int year, gint64 offset_before)
{
    return day_of_change(change, year) * SECONDS_PER_DAY + change->time - offset_before;
}

gboolean
zone_append_rule(Zone *zone, const char *text, gint64 last)
{
    Rule rule = { 0 };
    int first_year = FIRST_YEAR, month, day;

    if (!read_rule(text, &rule) || ABS(rule.standard) > ZONE_OFFSET_MAX || ABS(rule.summer) > ZONE_OFFSET_MAX)
        return FALSE;
    if (!rule.has_summer)
        return TRUE;
    if (last > FIRST_MOMENT && last < END_MOMENT)
        civil_date(civil_day_of(last), &first_year, &month, &day);
    for (int year = first_year; year <= END_YEAR; year++) {
        gint64 begins = moment_of_change(&rule.begins, year, rule.standard);
        gint64 ends = moment_of_change(&rule.ends, year, rule.summer);

        /* In the south, summer goes on over the new year. */
        for (int second = 0; second < 2; second++) {
            gboolean is_begin = (begins < ends) == (second == 0);
            gint64 at = is_begin ? begins : ends;

            if (at > last)
                zone_append(zone, at, is_begin ? rule.summer : rule.standard);
        }
    }
    return TRUE;
}
