/*
 * clock.c - reading clocks; RFC 3339 text of times
 */
#include "base/clock.h"
#include "base/error.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* 0001-01-01 and 9999-12-31: RFC 3339 has four digits for the year. */
#define FIRST_SECOND G_GINT64_CONSTANT(-62135596800)
#define LAST_SECOND  G_GINT64_CONSTANT(253402300799)

static gint64
clock_read(clockid_t clock)
{
    struct timespec now;
    int failed = clock_gettime(clock, &now);

    g_assert(failed == 0);
    return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

gint64
clock_now(void)
{
    return clock_read(CLOCK_REALTIME);
}

gint64
clock_monotonic(void)
{
    return clock_read(CLOCK_MONOTONIC);
}

gint64
clock_nanoseconds(void)
{
    struct timespec now;
    int failed = clock_gettime(CLOCK_MONOTONIC, &now);

    g_assert(failed == 0);
    return (gint64) now.tv_sec * 1000000000 + now.tv_nsec;
}

gint64
clock_process_cpu(void)
{
    return clock_read(CLOCK_PROCESS_CPUTIME_ID);
}

/* "2026-11-22T10:00:00" of a moment moved by offset_minutes; what lies outside the years 1 to 9999 is moved to the edge. */
static char *
format_seconds(gint64 time, int offset_minutes)
{
    gint64 seconds = time / G_USEC_PER_SEC - (time % G_USEC_PER_SEC < 0 ? 1 : 0);
    g_autoptr(GDateTime) moment = NULL;

    seconds = CLAMP(seconds + (gint64) offset_minutes * 60, FIRST_SECOND, LAST_SECOND);
    moment = g_date_time_new_from_unix_utc(seconds);
    g_assert(moment != NULL);
    return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02d", g_date_time_get_year(moment),
                           g_date_time_get_month(moment), g_date_time_get_day_of_month(moment),
                           g_date_time_get_hour(moment), g_date_time_get_minute(moment),
                           g_date_time_get_second(moment));
}

char *
clock_format_utc(gint64 time)
{
    g_autofree char *text = format_seconds(time, 0);

    return g_strconcat(text, "Z", NULL);
}

char *
clock_format_offset(gint64 time, int offset_minutes, gboolean offset_unknown)
{
    g_autofree char *text = NULL;
    int minutes = offset_unknown ? 0 : CLAMP(offset_minutes, -1439, 1439);

    text = format_seconds(time, minutes);
    /* RFC 3339, 4.3: "-00:00" says that the time is known in UTC and the offset is not. */
    return g_strdup_printf("%s%c%02d:%02d", text, offset_unknown || minutes < 0 ? '-' : '+', abs(minutes) / 60,
                           abs(minutes) % 60);
}

/* Exactly `digits` digits; moves on behind them. */
static gboolean
read_digits(const char **text, int digits, int *value_out)
{
    int value = 0;

    for (int i = 0; i < digits; i++) {
        if (!g_ascii_isdigit((*text)[i]))
            return FALSE;
        value = value * 10 + ((*text)[i] - '0');
    }
    *text += digits;
    *value_out = value;
    return TRUE;
}

static gboolean
read_char(const char **text, const char *allowed)
{
    if (**text == '\0' || strchr(allowed, **text) == NULL)
        return FALSE;
    (*text)++;
    return TRUE;
}

/* "." and at least one digit; what is finer than a microsecond is dropped. Without "." it is 0. */
static gboolean
read_fraction(const char **text, gint64 *microseconds_out)
{
    gint64 value = 0;
    gint64 unit = G_USEC_PER_SEC / 10;

    if (read_char(text, ".")) {
        if (!g_ascii_isdigit(**text))
            return FALSE;
        for (; g_ascii_isdigit(**text); (*text)++, unit /= 10)
            value += (**text - '0') * unit;
    }
    *microseconds_out = value;
    return TRUE;
}

static gboolean
read_offset(const char **text, int *seconds_out)
{
    int sign = **text == '-' ? -1 : 1;
    int hours, minutes;

    if (read_char(text, "Zz")) {
        *seconds_out = 0;
        return TRUE;
    }
    if (!read_char(text, "+-") || !read_digits(text, 2, &hours) || !read_char(text, ":")
        || !read_digits(text, 2, &minutes) || hours > 23 || minutes > 59)
        return FALSE;
    *seconds_out = sign * (hours * 3600 + minutes * 60);
    return TRUE;
}

static gboolean
read_moment(const char *text, gint64 *time_out)
{
    g_autoptr(GDateTime) minute_start = NULL;
    int year, month, day, hour, minute, second, offset;
    gint64 fraction;

    if (!read_digits(&text, 4, &year) || !read_char(&text, "-") || !read_digits(&text, 2, &month)
        || !read_char(&text, "-") || !read_digits(&text, 2, &day) || !read_char(&text, "Tt ")
        || !read_digits(&text, 2, &hour) || !read_char(&text, ":") || !read_digits(&text, 2, &minute)
        || !read_char(&text, ":") || !read_digits(&text, 2, &second) || !read_fraction(&text, &fraction)
        || !read_offset(&text, &offset) || *text != '\0')
        return FALSE;
    /* Second 60 is a leap second; it is counted as the second after 59. */
    minute_start = g_date_time_new_utc(year, month, day, hour, minute, 0);
    if (minute_start == NULL || second > 60)
        return FALSE;
    *time_out = (g_date_time_to_unix(minute_start) + second - offset) * G_USEC_PER_SEC + fraction;
    return TRUE;
}

gboolean
clock_parse(const char *text, gint64 *time_out, GError **error)
{
    if (read_moment(text, time_out))
        return TRUE;
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID,
                "cannot read \"%.40s\" as a time: expected one such as 2026-11-22T10:00:00Z", text);
    return FALSE;
}
