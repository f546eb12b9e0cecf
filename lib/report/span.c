#include "report/span.h"

#include "base/text.h"
#include "targets/civil.h"

#define DEFAULT_SINCE "30d"

const char *
report_every_name(ReportEvery every)
{
    return every == EVERY_DAY ? "day" : every == EVERY_WEEK ? "week" : NULL;
}

void
report_span_divide(ReportSpan *span, ReportEvery every)
{
    span->every = every;
    g_array_set_size(span->begins, 0);
    for (gint64 day = span->first; day < span->end; day++)
        if (day == span->first || every == EVERY_DAY || (every == EVERY_WEEK && civil_weekday(day) == 0))
            g_array_append_val(span->begins, day);
}

static ReportSpan *
span_of_days(const Zone *zone, gint64 first, gint64 end, ReportEvery every)
{
    ReportSpan *span = g_new0(ReportSpan, 1);

    span->zone = zone;
    span->first = first;
    span->end = end;
    span->begins = g_array_new(FALSE, FALSE, sizeof(gint64));
    report_span_divide(span, every);
    return span;
}

/* An age is rounded up to whole days. */
static gboolean
read_since(const char *text, gint64 end, gint64 *first_out)
{
    gint64 seconds;

    if (civil_parse(text, first_out))
        return TRUE;
    if (!text_parse_duration(text, &seconds, NULL) || seconds <= 0 || seconds > (gint64) REPORT_MAX_DAYS * SECONDS_PER_DAY)
        return FALSE;
    *first_out = end - (seconds + SECONDS_PER_DAY - 1) / SECONDS_PER_DAY;
    return TRUE;
}

ReportSpan *
report_span_new(const Zone *zone, const char *since, const char *until, ReportEvery every, gint64 now, GError **error)
{
    gint64 end = civil_day_of(zone_local(zone, now)) + 1, first;

    if (until != NULL && !civil_parse(until, &end)) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "--until is a day, 2026-12-01, the first one that does not count, not \"%s\"", until);
        return NULL;
    }
    if (!read_since(since != NULL ? since : DEFAULT_SINCE, end, &first)) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "--since is a day, 2026-11-01, or an age, 30d or 12w, not \"%s\"", since);
        return NULL;
    }
    if (first >= end || end - first > REPORT_MAX_DAYS || first < FIRST_DAY || end >= END_DAY) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "--until is behind --since, ten years at most; the day it names does not count");
        return NULL;
    }
    return span_of_days(zone, first, end, every);
}

ReportSpan *
report_span_whole(const ReportSpan *span)
{
    return span_of_days(span->zone, span->first, span->end, EVERY_SPAN);
}

ReportSpan *
report_span_before(const ReportSpan *span)
{
    return span_of_days(span->zone, span->first - (span->end - span->first), span->first, EVERY_SPAN);
}

void
report_span_free(ReportSpan *span)
{
    if (span == NULL)
        return;
    g_array_unref(span->begins);
    g_free(span);
}

guint
report_span_periods(const ReportSpan *span)
{
    return span->begins->len;
}

gint64
report_span_day(const ReportSpan *span, guint period)
{
    return period < span->begins->len ? g_array_index(span->begins, gint64, period) : span->end;
}

gint64
report_span_moment(const ReportSpan *span, guint period)
{
    return zone_moment(span->zone, report_span_day(span, period) * SECONDS_PER_DAY);
}
