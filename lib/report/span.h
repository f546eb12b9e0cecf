/*
 * span.h - the days that a report is about, and the periods they are counted by
 *
 * A span is whole days of the desk's time zone, from the first one to the one behind the last. Days are as long as the clock on the wall makes them: 23 or
 * 25 hours where it is changed. Weeks begin on Monday; the first and the last one of a span may be cut.
 */
#pragma once

#include "targets/zone.h"

typedef enum { EVERY_SPAN, EVERY_DAY, EVERY_WEEK } ReportEvery;

typedef struct {
    const Zone *zone;
    ReportEvery every;
    gint64      first, end;    /* days, as civil.h numbers them; end is not in it */
    GArray     *begins;        /* gint64: the first day of each period            */
} ReportSpan;

#define REPORT_MAX_DAYS 3660

/*
 * since: a date, or an age such as "30d" before the end; NULL is "30d". until: a date, the first day that is not in it; NULL is tomorrow. INVALID with what
 * would be right.
 */
ReportSpan *report_span_new(const Zone *zone, const char *since, const char *until, ReportEvery every, gint64 now, GError **error);
/* Other periods of the same days. */
void        report_span_divide(ReportSpan *span, ReportEvery every);
/* The same days as one period. */
ReportSpan *report_span_whole(const ReportSpan *span);
/* As many days, before it, as one period. */
ReportSpan *report_span_before(const ReportSpan *span);
void        report_span_free(ReportSpan *span);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportSpan, report_span_free)

guint       report_span_periods(const ReportSpan *span);
/* The first day of a period; of the one behind the last, the end. */
gint64      report_span_day(const ReportSpan *span, guint period);
/* Where it begins, in seconds. */
gint64      report_span_moment(const ReportSpan *span, guint period);
const char *report_every_name(ReportEvery every);          /* "day"; NULL for the span */
