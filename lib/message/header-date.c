#include "message/header-date-private.h"

#include <string.h>

#include "base/text.h"

/* What was found so far; -1: not yet. */
typedef struct {
    int      day, month, year;
    int      hour, minute, second;
    int      offset_minutes;
    gboolean has_zone;
    gboolean unknown;
    gboolean afternoon, morning;
} Found;

typedef struct {
    const char *name;
    int         minutes;
} Zone;

/* RFC 5322, 4.3, and the names that mail has besides. Names that mean several zones (IST, BST of Bangladesh) are left out or are Europe's. */
static const Zone zones[] = {
    { "gmt", 0 }, { "ut", 0 }, { "utc", 0 }, { "z", 0 }, { "wet", 0 },
    { "est", -300 }, { "edt", -240 }, { "cst", -360 }, { "cdt", -300 }, { "mst", -420 }, { "mdt", -360 },
    { "pst", -480 }, { "pdt", -420 }, { "akst", -540 }, { "akdt", -480 }, { "hst", -600 }, { "ast", -240 },
    { "adt", -180 }, { "nst", -210 }, { "ndt", -150 }, { "brt", -180 },
    { "bst", 60 }, { "west", 60 }, { "cet", 60 }, { "met", 60 }, { "mez", 60 }, { "cest", 120 }, { "mest", 120 },
    { "mesz", 120 }, { "eet", 120 }, { "eest", 180 }, { "sast", 120 }, { "msk", 180 }, { "msd", 240 },
    { "jst", 540 }, { "kst", 540 }, { "hkt", 480 }, { "sgt", 480 }, { "aest", 600 }, { "aedt", 660 },
    { "acst", 570 }, { "awst", 480 }, { "nzst", 720 }, { "nzdt", 780 },
};

static int
read_number(const char **p, int *digits_out)
{
    int value = 0;
    int digits = 0;

    for (; g_ascii_isdigit(**p); (*p)++, digits++)
        value = digits < 8 ? value * 10 + (**p - '0') : value;
    if (digits_out != NULL)
        *digits_out = digits;
    return value;
}

static int
month_of(const char *word, gsize length)
{
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    static const struct {
        const char *name;
        int         month;
    } others[] = { { "mai", 5 }, { "okt", 10 }, { "dez", 12 }, { "mrz", 3 }, { "dic", 12 }, { "ago", 8 }, { "ene", 1 } };

    if (length < 3)
        return -1;
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        if (g_ascii_strncasecmp(word, others[i].name, 3) == 0)
            return others[i].month;
    }
    for (int i = 0; i < 12; i++) {
        if (g_ascii_strncasecmp(word, months + 3 * i, 3) == 0)
            return i + 1;
    }
    return -1;
}

static const char *
skip_blanks(const char *p)
{
    for (;;) {
        const char *behind;

        p += strspn(p, " \t\r\n");
        if (*p != '(')
            return p;
        behind = text_comment_end(p);
        p = behind != NULL ? behind : p + strlen(p);
    }
}

/* "hh:mm", "hh:mm:ss", "hh.mm.ss", with blanks anywhere; p stands behind the hour, on its separator. */
static const char *
read_time(const char *p, int hour, Found *found)
{
    char separator = *p;

    found->hour = hour;
    found->minute = 0;
    found->second = 0;
    p = skip_blanks(p + 1);
    found->minute = read_number(&p, NULL);
    if (*skip_blanks(p) == separator && g_ascii_isdigit(*skip_blanks(skip_blanks(p) + 1))) {
        p = skip_blanks(skip_blanks(p) + 1);
        found->second = read_number(&p, NULL);
    }
    if ((*p == '.' || *p == ',') && g_ascii_isdigit(p[1])) {
        p++;
        (void) read_number(&p, NULL);
    }
    return p;
}

/* "+hhmm", and what stands for it: "+hh:mm", "+hmm", "+hh", "+h". p stands on the sign. */
static const char *
read_offset(const char *p, Found *found)
{
    gboolean minus = *p == '-';
    int digits;
    int value;
    int minutes;

    p++;
    value = read_number(&p, &digits);
    if (digits == 0)
        return p;
    minutes = digits > 2 ? value / 100 * 60 + value % 100 : value * 60;
    if (digits <= 2 && *p == ':' && g_ascii_isdigit(p[1])) {
        p++;
        minutes += read_number(&p, NULL);
    }
    if (found->has_zone && found->offset_minutes != 0)
        return p;
    found->has_zone = TRUE;
    found->unknown = minus && minutes == 0;
    found->offset_minutes = minutes < 24 * 60 && (digits <= 2 || value % 100 < 60) ? (minus ? -minutes : minutes) : 0;
    return p;
}

/* 2000-05-17, 2000/05/17; p stands behind the year. */
static const char *
read_iso_date(const char *p, int year, Found *found)
{
    found->year = year;
    p++;
    found->month = read_number(&p, NULL);
    if (*p == '-' || *p == '/') {
        p++;
        found->day = read_number(&p, NULL);
    }
    if (*p == 'T' || *p == 't')
        p++;
    return p;
}

/* RFC 5322, 4.3: 00 to 49 are of this century, 50 to 999 are counted from 1900. */
static int
full_year(int year, int digits)
{
    if (digits >= 4)
        return year;
    return year < 50 ? year + 2000 : year + 1900;
}

/* "19:20:24 0200": the plus was forgotten. */
static gboolean
is_bare_offset(int value, int digits, const Found *found)
{
    return digits == 4 && found->day >= 0 && found->month >= 0 && found->year >= 0 && found->hour >= 0 && !found->has_zone &&
           value <= 1400 && value % 100 < 60;
}

static const char *
read_digits(const char *p, Found *found)
{
    int digits;
    int value = read_number(&p, &digits);
    const char *behind = skip_blanks(p);

    if (found->hour < 0 && digits <= 2 &&
        (*behind == ':' || (*p == '.' && found->year >= 0 && g_ascii_isdigit(p[1]))))
        return read_time(behind, value, found);
    if (found->year < 0 && digits == 4 && (*p == '-' || *p == '/') && g_ascii_isdigit(p[1]))
        return read_iso_date(p, value, found);
    /* 5/17/2000: month first, unless that cannot be */
    if (found->day < 0 && found->month < 0 && *p == '/' && g_ascii_isdigit(p[1])) {
        int second;

        p++;
        second = read_number(&p, NULL);
        found->month = value > 12 ? second : value;
        found->day = value > 12 ? value : second;
        return p + (*p == '/');
    }
    if (is_bare_offset(value, digits, found)) {
        found->has_zone = TRUE;
        found->offset_minutes = value / 100 * 60 + value % 100;
    } else if (found->day < 0 && digits <= 2) {
        found->day = value;
    } else if (found->year < 0) {
        found->year = full_year(value, digits);
    }
    return p;
}

static void
take_zone(const char *word, gsize length, Found *found)
{
    if (found->hour < 0 || found->has_zone)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(zones); i++) {
        if (strlen(zones[i].name) == length && g_ascii_strncasecmp(zones[i].name, word, length) == 0) {
            /* "GMT+0200" says more: zero may still be overruled */
            found->has_zone = TRUE;
            found->offset_minutes = zones[i].minutes;
            return;
        }
    }
    if (length == 1)
        found->has_zone = found->unknown = TRUE;
}

static const char *
read_word(const char *p, Found *found)
{
    gsize length = 0;

    while (g_ascii_isalpha(p[length]))
        length++;
    if (length == 2 && g_ascii_strncasecmp(p, "pm", 2) == 0)
        found->afternoon = TRUE;
    else if (length == 2 && g_ascii_strncasecmp(p, "am", 2) == 0)
        found->morning = TRUE;
    else if (found->month < 0 && month_of(p, length) > 0)
        found->month = month_of(p, length);
    else
        take_zone(p, length, found);
    return p + length;
}

static gboolean
to_seconds(const Found *found, gint64 *seconds_out)
{
    int hour = found->hour < 0 ? 0 : found->hour;
    g_autoptr(GDateTime) date = NULL;

    if (found->afternoon && hour < 12)
        hour += 12;
    else if (found->morning && hour == 12)
        hour = 0;
    if (found->year < 1900 || found->year > 9999 || hour > 23 || found->minute > 59 || found->second > 60)
        return FALSE;
    /* A leap second has no number of its own. */
    date = g_date_time_new_utc(found->year, found->month, found->day, hour, found->minute, MIN(found->second, 59));
    if (date == NULL)
        return FALSE;
    *seconds_out = g_date_time_to_unix(date) - (gint64) found->offset_minutes * 60;
    return TRUE;
}

gboolean
header_date_parse(const char *text, HeaderDate *date_out)
{
    Found found = { .day = -1, .month = -1, .year = -1, .hour = -1 };
    gint64 seconds;

    for (const char *p = skip_blanks(text); *p != '\0'; p = skip_blanks(p)) {
        if (g_ascii_isdigit(*p))
            p = read_digits(p, &found);
        else if ((*p == '+' || *p == '-') && found.hour >= 0 && g_ascii_isdigit(p[1]))
            p = read_offset(p, &found);
        else if (g_ascii_isalpha(*p))
            p = read_word(p, &found);
        else
            p++;
    }
    if (found.day < 1 || found.month < 1 || !to_seconds(&found, &seconds))
        return FALSE;
    date_out->seconds = seconds;
    date_out->offset_minutes = found.offset_minutes;
    date_out->offset_unknown = found.unknown && found.offset_minutes == 0;
    return TRUE;
}
