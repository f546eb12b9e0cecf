#include "report/figures-read.h"

#include <stddef.h>
#include <string.h>

#include "ticket/ticket.h"

/* ---- from rows to figures ----------------------------------------------------------------------------------- */

/* The columns of the statements in schema/queries/report.sql, and where each of them belongs. */
#define KEPT(target, what) offsetof(ReportFigures, kept) + target * sizeof(ReportKept) + offsetof(ReportKept, what)

static const struct {
    const char *key;
    gsize       offset;
} counts[] = {
    { "mails", offsetof(ReportFigures, mails) },
    { "tickets", offsetof(ReportFigures, tickets) },
    { "answered", offsetof(ReportFigures, answered.count) },
    { "resolved", offsetof(ReportFigures, resolved.count) },
    { "reopened", offsetof(ReportFigures, reopened) },
    { "backlog", offsetof(ReportFigures, backlog) },
    { "oldest", offsetof(ReportFigures, oldest) },
    { "first_met", KEPT(REPORT_FIRST_RESPONSE, met) },
    { "first_breached", KEPT(REPORT_FIRST_RESPONSE, breached) },
    { "first_owed", KEPT(REPORT_FIRST_RESPONSE, owed) },
    { "next_met", KEPT(REPORT_NEXT_RESPONSE, met) },
    { "next_breached", KEPT(REPORT_NEXT_RESPONSE, breached) },
    { "next_owed", KEPT(REPORT_NEXT_RESPONSE, owed) },
    { "resolution_met", KEPT(REPORT_RESOLUTION, met) },
    { "resolution_breached", KEPT(REPORT_RESOLUTION, breached) },
    { "resolution_owed", KEPT(REPORT_RESOLUTION, owed) },
}, times[] = {
    { "answered_median", offsetof(ReportFigures, answered.median) },
    { "answered_p90", offsetof(ReportFigures, answered.p90) },
    { "resolved_median", offsetof(ReportFigures, resolved.median) },
    { "resolved_p90", offsetof(ReportFigures, resolved.p90) },
};

static void
set_figures(ReportFigures *figures, const json_t *row)
{
    for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
        const json_t *value = json_object_get(row, counts[i].key);

        if (json_is_integer(value))
            *(gint64 *) (void *) ((char *) figures + counts[i].offset) = json_integer_value(value);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
        const json_t *value = json_object_get(row, times[i].key);

        if (json_is_number(value))
            *(double *) (void *) ((char *) figures + times[i].offset) = json_number_value(value);
    }
}

static void
add_row(Report *report, const json_t *row)
{
    ReportGroup *group = json_is_true(json_object_get(row, "whole")) ? &report->whole
                                                                     : report_group(report, json_string_value(json_object_get(row, "name")));
    const json_t *period = json_object_get(row, "period");
    gint64 number = json_integer_value(period);

    if (json_is_null(period))
        set_figures(&group->all, row);
    else if (number >= 0 && number < report_span_periods(report->span))
        set_figures(&group->periods[number], row);
}

/* ---- what is asked ------------------------------------------------------------------------------------------ */

static gboolean
read_sums(Store *store, Report *report, QueryId query, const StoreReportQuestion *question, GError **error)
{
    g_autoptr(Json) rows = store_report_sums(store, query, question, error);
    const json_t *row;
    gsize i;

    if (rows == NULL)
        return FALSE;
    json_array_foreach(rows, i, row)
        add_row(report, row);
    return TRUE;
}

/* Of a period that still lasts, the backlog is that of now. */
static gboolean
read_backlog(Store *store, Report *report, const StoreReportQuestion *question, GError **error)
{
    g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(gint64));
    StoreReportQuestion at_ends = *question;
    guint begun = report_begun(report);

    if (begun == 0)
        return TRUE;
    for (guint i = 0; i < begun; i++) {
        gint64 end = MIN(report_span_moment(report->span, i + 1), report->now);

        g_array_append_val(ends, end);
    }
    at_ends.moments = (const gint64 *) (const void *) ends->data;
    at_ends.n_moments = ends->len;
    if (!read_sums(store, report, QUERY_REPORT_BACKLOG, &at_ends, error))
        return FALSE;
    report->whole.all.backlog = report->whole.periods[begun - 1].backlog;
    report->whole.all.oldest = report->whole.periods[begun - 1].oldest;
    for (guint i = 0; i < report->groups->len; i++) {
        ReportGroup *group = report->groups->pdata[i];

        group->all.backlog = group->periods[begun - 1].backlog;
        group->all.oldest = group->periods[begun - 1].oldest;
    }
    return TRUE;
}

static guint
name_groups(Report *report, const ReportNames *names)
{
    if (report->by == REPORT_BY_QUEUE)
        for (gsize i = 0; i < names->n_queues; i++)
            report_group(report, names->queues[i]);
    if (report->by == REPORT_BY_POLICY)
        for (gsize i = 0; i < names->n_targets; i++)
            report_group(report, names->targets[i]);
    if (report->by == REPORT_BY_PRIORITY)
        for (TicketPriority priority = PRIORITY_LOW; priority <= PRIORITY_URGENT; priority++)
            report_group(report, ticket_priority_name(priority));
    return report->groups->len;
}

Report *
report_read(Store *store, const ReportSpan *span, ReportBy by, const ReportNames *names, gint64 now, GError **error)
{
    static const QueryId queries[] = { QUERY_REPORT_MAIL, QUERY_REPORT_TICKETS, QUERY_REPORT_TARGETS, QUERY_REPORT_REOPENED };
    g_autoptr(Report) report = report_new(span, by, now);
    g_autoptr(GArray) moments = g_array_new(FALSE, FALSE, sizeof(gint64));
    StoreReportQuestion question = { .by = report_by_name(by), .queues = names->queues, .policies = names->policies, .n_queues = names->n_queues,
                                     .now = now };
    guint known = name_groups(report, names);

    for (guint i = 0; i <= report_span_periods(span); i++) {
        gint64 moment = report_span_moment(span, i);

        g_array_append_val(moments, moment);
    }
    question.moments = (const gint64 *) (const void *) moments->data;
    question.n_moments = moments->len;
    for (gsize i = 0; i < G_N_ELEMENTS(queries); i++)
        if (!read_sums(store, report, queries[i], &question, error))
            return NULL;
    if (!read_backlog(store, report, &question, error))
        return NULL;
    report_sort(report, known);
    return g_steal_pointer(&report);
}

/* ---- distributions ------------------------------------------------------------------------------------------ */

gboolean
report_read_waits(Store *store, const ReportSpan *span, const double *seconds, gsize n, gint64 *counts_out, GError **error)
{
    g_autoptr(Json) rows = store_report_waits(store, report_span_moment(span, 0), report_span_moment(span, report_span_periods(span)), seconds, n, error);
    const json_t *row;
    gsize i;

    if (rows == NULL)
        return FALSE;
    memset(counts_out, 0, (n + 1) * sizeof *counts_out);
    json_array_foreach(rows, i, row) {
        gint64 class_ = json_integer_value(json_object_get(row, "class"));

        if (class_ >= 0 && class_ <= (gint64) n)
            counts_out[class_] = json_integer_value(json_object_get(row, "answered"));
    }
    return TRUE;
}

gboolean
report_read_hours(Store *store, const ReportSpan *span, gint64 counts_out[7][24], GError **error)
{
    g_autoptr(Json) rows = store_report_hours(store, report_span_moment(span, 0), report_span_moment(span, report_span_periods(span)),
                                              zone_name(span->zone), error);
    const json_t *row;
    gsize i;

    if (rows == NULL)
        return FALSE;
    memset(counts_out, 0, sizeof(gint64[7][24]));
    json_array_foreach(rows, i, row) {
        gint64 weekday = json_integer_value(json_object_get(row, "weekday")), hour = json_integer_value(json_object_get(row, "hour"));

        if (weekday >= 0 && weekday < 7 && hour >= 0 && hour < 24)
            counts_out[weekday][hour] = json_integer_value(json_object_get(row, "mails"));
    }
    return TRUE;
}
