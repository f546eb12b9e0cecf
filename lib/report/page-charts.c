/*
 * page-charts.c - the charts of the page
 */
#include "report/chart.h"

#include <string.h>

#include "report/markup.h"
#include "report/page-private.h"

#define DATES 6                    /* labels below a chart of periods */

typedef struct {
    guint      n;
    GPtrArray *labels;
    double    *first, *second;     /* two series of a value for each period */
} Columns;

static void
columns_clear(Columns *columns)
{
    g_ptr_array_unref(columns->labels);
    g_free(columns->first);
    g_free(columns->second);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Columns, columns_clear)

typedef void (*TakeValues)(const ReportFigures *figures, double *first_out, double *second_out);

static void
take_volume(const ReportFigures *figures, double *first_out, double *second_out)
{
    *first_out = (double) figures->mails;
    *second_out = (double) figures->tickets;
}

static void
take_kept(const ReportFigures *figures, double *first_out, double *second_out)
{
    ReportKept kept = report_kept_sum(figures);

    *first_out = report_kept_percent(&kept);
    *second_out = *first_out >= 0 ? 100 - *first_out : -1;
}

static void
take_answered(const ReportFigures *figures, double *first_out, double *second_out)
{
    *first_out = figures->answered.count > 0 ? figures->answered.p90 : -1;
    *second_out = figures->answered.count > 0 ? figures->answered.median : -1;
}

static void
take_backlog(const ReportFigures *figures, double *first_out, double *second_out)
{
    *first_out = (double) figures->backlog;
    *second_out = -1;
}

static Columns
columns_of(const Report *report, TakeValues take)
{
    Columns columns = { .n = report_span_periods(report->span), .labels = g_ptr_array_new_with_free_func(g_free) };

    columns.first = g_new0(double, columns.n);
    columns.second = g_new0(double, columns.n);
    for (guint i = 0; i < columns.n; i++) {
        g_ptr_array_add(columns.labels, page_day(report_span_day(report->span, i), FALSE));
        take(&report->whole.periods[i], &columns.first[i], &columns.second[i]);
    }
    return columns;
}

static void
caption(GString *out, const char *title, const char *more, const ChartSeries *series, guint n_series)
{
    markup_raw(out, "<figure><figcaption><strong>");
    markup_text(out, title);
    markup_raw(out, "</strong>");
    markup_text(out, more);
    if (n_series > 1)
        markup_raw(out, "<span class=\"key\">");
    for (guint i = 0; n_series > 1 && i < n_series; i++) {
        markup_format(out, "<i class=\"%s\"></i>", series[i].class_);
        markup_text(out, series[i].name);
    }
    markup_raw(out, n_series > 1 ? "</span></figcaption>\n" : "</figcaption>\n");
}

typedef struct {
    const char *title, *more;
    ChartScale  scale;
    gboolean    stacked;
    TakeValues  take;
    guint       n_series;
    const char *names[2], *classes[2];
} PeriodChart;

static const PeriodChart period_charts[] = {
    { "Volume", "Mail that came in, and tickets that were opened.", CHART_COUNT, FALSE, take_volume, 2, { "mail", "tickets" }, { "soft", "strong" } },
    { "Targets", "Share of response targets met, in working time.", CHART_PERCENT, TRUE, take_kept, 2, { "met", "breached" }, { "good", "bad" } },
    { "First response", "How long customers waited, in wall time.", CHART_SECONDS, FALSE, take_answered, 2, { "9 of 10 within", "median" },
      { "soft", "strong" } },
    { "Backlog", "Tickets open at the end of each period.", CHART_COUNT, FALSE, take_backlog, 1, { "open", NULL }, { "strong", NULL } },
};

static void
draw_periods(GString *out, const Report *report, const PeriodChart *kind)
{
    g_auto(Columns) columns = columns_of(report, kind->take);
    const ChartSeries series[] = { { kind->names[0], kind->classes[0], columns.first }, { kind->names[1], kind->classes[1], columns.second } };
    g_autofree char *label = g_strdup_printf("%s: %s", kind->title, kind->more);
    const ChartColumns chart = { .label = label, .scale = kind->scale, .stacked = kind->stacked, .n = columns.n,
                                 .labels = (const char *const *) columns.labels->pdata, .room = DATES, .series = series, .n_series = kind->n_series };

    caption(out, kind->title, kind->more, series, kind->n_series);
    chart_columns(out, &chart);
    markup_raw(out, "</figure>\n");
}

static void
draw_waits(GString *out, const gint64 *waits)
{
    static const char *const labels[REPORT_WAITS + 1] = { "15m", "30m", "1h", "2h", "4h", "8h", "1d", "2d", "4d", "1w", "2w", "later" };
    static const char *const more = "How many first responses took at most so long, and longer than the class before; wall time.";
    double values[REPORT_WAITS + 1];
    const ChartSeries series = { "first responses", "strong", values };
    const ChartColumns chart = { .label = more, .scale = CHART_COUNT, .n = REPORT_WAITS + 1, .labels = labels, .room = REPORT_WAITS + 1,
                                 .series = &series, .n_series = 1 };

    for (guint i = 0; i <= REPORT_WAITS; i++)
        values[i] = (double) waits[i];
    caption(out, "Response times", more, &series, 1);
    chart_columns(out, &chart);
    markup_raw(out, "</figure>\n");
}

void
page_charts(GString *out, const ReportPage *page)
{
    const ReportSpan *span = page->reports[0]->span;
    gint64 hours[7][24];

    markup_format(out, "<h2>By %s</h2>\n<div class=\"charts\">\n", span->every == EVERY_WEEK ? "week" : "day");
    for (gsize i = 0; i < G_N_ELEMENTS(period_charts); i++)
        draw_periods(out, page->reports[0], &period_charts[i]);
    draw_waits(out, page->waits);
    caption(out, "Hours", "When mail comes in, by the clock on the desk's wall.", NULL, 0);
    memcpy(hours, page->hours, sizeof hours);
    chart_heat(out, "Mail by hour and weekday", hours);
    markup_raw(out, "</figure>\n</div>\n");
}
