#include "config/hours.h"

#include <string.h>

#include "base/text.h"

/* A week of them, and one that hours_parse() would never end with. */
#define MAX_SPANS 1000

static const char *const day_names[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", NULL };
static const char *const long_names[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };

static gboolean
wrong(char **why_out, const char *format, const char *text)
{
    g_autofree char *cut = text_cut(text, 40);
    g_autofree char *shown = text_escape(cut);

    if (why_out != NULL && *why_out == NULL) {
        GString *why = g_string_new(format);

        g_string_replace(why, "%s", shown, 1);
        *why_out = g_string_free(why, FALSE);
    }
    return FALSE;
}

/* ---- days --------------------------------------------------------------------------------------------------- */

static gboolean
parse_day(const char *word, int *day_out, char **why_out)
{
    const char *nearest = text_nearest(word, day_names);

    for (int day = 0; day < 7; day++) {
        if (g_ascii_strcasecmp(word, day_names[day]) == 0 || g_ascii_strcasecmp(word, long_names[day]) == 0) {
            *day_out = day;
            return TRUE;
        }
    }
    if (nearest != NULL) {
        g_autofree char *format = g_strdup_printf("\"%%s\" is no day; did you mean \"%s\"?", nearest);

        return wrong(why_out, format, word);
    }
    return wrong(why_out, "\"%s\" is no day of the week (Mon, Tue, ... Sun)", word);
}

/* "Mon", "Mon-Fri", "Sat-Mon": which days of the week, as bits. */
static gboolean
parse_days(const char *word, guint *days, char **why_out)
{
    g_auto(GStrv) ends = g_strsplit(word, "-", 2);
    int first, last;

    if (*ends[0] == '\0' || (ends[1] != NULL && *ends[1] == '\0'))
        return wrong(why_out, "\"%s\" is neither days nor a span", word);
    if (!parse_day(ends[0], &first, why_out))
        return FALSE;
    last = first;
    if (ends[1] != NULL && !parse_day(ends[1], &last, why_out))
        return FALSE;
    for (int day = first;; day = (day + 1) % 7) {
        *days |= 1u << day;
        if (day == last)
            return TRUE;
    }
}

/* ---- spans -------------------------------------------------------------------------------------------------- */

/* "9:00", "09:00", "24:00"; text moves on behind it. */
static gboolean
parse_clock(const char **text, gint64 *seconds_out)
{
    const char *at = *text;
    gint64 hours = 0, minutes;
    int digits = 0;

    for (; g_ascii_isdigit(*at) && digits < 2; at++, digits++)
        hours = hours * 10 + (*at - '0');
    if (digits == 0 || at[0] != ':' || !g_ascii_isdigit(at[1]) || !g_ascii_isdigit(at[2]) || g_ascii_isdigit(at[3]))
        return FALSE;
    minutes = (at[1] - '0') * 10 + (at[2] - '0');
    if (hours > 24 || minutes > 59 || (hours == 24 && minutes > 0))
        return FALSE;
    *text = at + 3;
    *seconds_out = (hours * 60 + minutes) * 60;
    return TRUE;
}

static gboolean
parse_span(const char *word, HourSpan *span, char **why_out)
{
    const char *at = word;

    if (!parse_clock(&at, &span->from) || *at++ != '-' || !parse_clock(&at, &span->to) || *at != '\0')
        return wrong(why_out, "\"%s\" is no span such as 09:00-18:00", word);
    if (span->from == SECONDS_PER_DAY)
        return wrong(why_out, "\"%s\": no span begins at 24:00", word);
    if (span->from == span->to)
        return wrong(why_out, "\"%s\" has no length; the whole day is 00:00-24:00", word);
    if (span->to < span->from)
        span->to += SECONDS_PER_DAY;
    return TRUE;
}

static int
compare_spans(gconstpointer a, gconstpointer b)
{
    const HourSpan *x = a, *y = b;

    if (x->day != y->day)
        return x->day - y->day;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

/* ---- an item: days, then spans ------------------------------------------------------------------------------ */

static gboolean
add_spans(GArray *spans, guint days, HourSpan span, char **why_out)
{
    for (span.day = 0; span.day < 7; span.day++)
        if ((days & (1u << span.day)) != 0)
            g_array_append_val(spans, span);
    return spans->len <= MAX_SPANS || wrong(why_out, "there are too many spans%s", "");
}

static gboolean
parse_item(const char *item, guint days, gboolean with_days, GArray *spans, char **why_out)
{
    g_auto(GStrv) words = g_strsplit_set(item, " \t,", -1);
    gboolean any = FALSE;

    for (char **word = words; *word != NULL; word++) {
        HourSpan span = { 0, 0, 0 };

        if (**word == '\0')
            continue;
        if (!g_ascii_isdigit(**word)) {
            if (!with_days)
                return wrong(why_out, "\"%s\": here only spans stand, and no days", *word);
            if (any)
                return wrong(why_out, "a \";\" is missing before \"%s\"", *word);
            if (!parse_days(*word, &days, why_out))
                return FALSE;
            continue;
        }
        if (days == 0)
            return wrong(why_out, "days are missing before \"%s\"", *word);
        if (!parse_span(*word, &span, why_out) || !add_spans(spans, days, span, why_out))
            return FALSE;
        any = TRUE;
    }
    return any || wrong(why_out, "\"%s\" names no span such as 09:00-18:00", item);
}

static GArray *
sorted(GArray *spans)
{
    g_array_sort(spans, compare_spans);
    return spans;
}

GArray *
hours_parse(const char *text, char **why_out)
{
    g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(HourSpan));
    g_auto(GStrv) items = g_strsplit(text, ";", -1);

    for (char **item = items; *item != NULL; item++) {
        g_strstrip(*item);
        /* A ";" at the end closes the last item. */
        if (**item == '\0' && item[1] == NULL && item > items)
            break;
        if (!parse_item(*item, 0, TRUE, spans, why_out))
            return NULL;
    }
    return sorted(g_steal_pointer(&spans));
}

GArray *
hours_parse_day(const char *text, char **why_out)
{
    g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(HourSpan));

    return parse_item(text, 1, FALSE, spans, why_out) ? sorted(g_steal_pointer(&spans)) : NULL;
}

/* ---- printing ----------------------------------------------------------------------------------------------- */

static void
append_span(GString *text, const HourSpan *span)
{
    gint64 to = span->to > SECONDS_PER_DAY ? span->to - SECONDS_PER_DAY : span->to;

    g_string_append_printf(text, "%02d:%02d-%02d:%02d", (int) (span->from / 3600), (int) (span->from / 60 % 60),
                           (int) (to / 3600), (int) (to / 60 % 60));
}

static char *
format_of_day(const GArray *spans, int day)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < spans->len; i++) {
        const HourSpan *span = &g_array_index(spans, HourSpan, i);

        if (span->day != day)
            continue;
        if (text->len > 0)
            g_string_append_c(text, ' ');
        append_span(text, span);
    }
    return g_string_free(text, FALSE);
}

char *
hours_format_day(const GArray *spans)
{
    return format_of_day(spans, 0);
}

/* Days in a row with the same spans are one item. */
char *
hours_format(const GArray *spans)
{
    GString *text = g_string_new(NULL);

    for (int day = 0; day < 7;) {
        g_autofree char *of_day = format_of_day(spans, day);
        int last = day;

        for (; last < 6; last++) {
            g_autofree char *next = format_of_day(spans, last + 1);

            if (strcmp(next, of_day) != 0)
                break;
        }
        if (*of_day != '\0')
            g_string_append_printf(text, "%s%s%s%s %s", text->len > 0 ? "; " : "", day_names[day], last > day ? "-" : "",
                                   last > day ? day_names[last] : "", of_day);
        day = last + 1;
    }
    return g_string_free(text, FALSE);
}

/* ---- working time ------------------------------------------------------------------------------------------- */

static gint64
unit_seconds(char unit)
{
    switch (unit) {
    case 'h':
        return 3600;
    case 'm':
        return 60;
    default:
        return 1;
    }
}

/* "4h", "30m"; digits without a unit are seconds, as everywhere in the file. */
static gboolean
parse_part(const char **text, WorkingTime *time, char **why_out)
{
    const char *start = *text, *at = start;
    gint64 number = 0;

    for (; g_ascii_isdigit(*at) && number <= WORKING_TIME_DAYS * SECONDS_PER_DAY; at++)
        number = number * 10 + (*at - '0');
    if (at == start)
        return wrong(why_out, "\"%s\" is no number with s, m, h or d behind it", start);
    if (*at == 'w')
        return wrong(why_out, "\"%s\": a week has no length of its own here; say it in days, such as 5d", start);
    if (*at == 'd')
        time->days += number;
    else if (*at == '\0' || *at == ' ' || strchr("hms", *at) != NULL)
        time->seconds += MIN(number, WORKING_TIME_DAYS * SECONDS_PER_DAY) * unit_seconds(*at);
    else
        return wrong(why_out, "\"%s\" has no unit of s, m, h or d", start);
    *text = at + (*at != '\0' && *at != ' ');
    if (time->days <= WORKING_TIME_DAYS && time->seconds <= WORKING_TIME_DAYS * SECONDS_PER_DAY)
        return TRUE;
    return wrong(why_out, "\"%s\" is longer than ten years", start);
}

gboolean
working_time_parse(const char *text, WorkingTime *time_out, char **why_out)
{
    WorkingTime time = { .given = TRUE };
    const char *at = text;

    do {
        while (*at == ' ' || *at == '\t')
            at++;
        if (!parse_part(&at, &time, why_out))
            return FALSE;
    } while (*at != '\0');
    if (time.days == 0 && time.seconds == 0)
        return wrong(why_out, "\"%s\" leaves no time at all", text);
    *time_out = time;
    return TRUE;
}

char *
working_time_format(const WorkingTime *time)
{
    static const struct { const char *unit; gint64 seconds; } units[] = { { "h", 3600 }, { "m", 60 }, { "s", 1 } };
    gint64 left = time->seconds;
    GString *text;

    if (!time->given)
        return NULL;
    text = g_string_new(NULL);
    if (time->days > 0)
        g_string_append_printf(text, "%" G_GINT64_FORMAT "d", time->days);
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (left < units[i].seconds)
            continue;
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT "%s", text->len > 0 ? " " : "", left / units[i].seconds, units[i].unit);
        left %= units[i].seconds;
    }
    return g_string_free(text, FALSE);
}
