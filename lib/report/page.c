#include "report/page-private.h"

#include "report/markup.h"
#include "report/words.h"
#include "targets/civil.h"

const double report_wait_ends[REPORT_WAITS] = { 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 345600, 604800, 1209600 };

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

char *
page_day(gint64 number, gboolean with_year)
{
    int year, month, day;

    civil_date(number, &year, &month, &day);
    if (with_year)
        return g_strdup_printf("%d %s %d", day, months[month - 1], year);
    return g_strdup_printf("%d %s", day, months[month - 1]);
}

char *
page_moment(const ReportSpan *span, gint64 moment)
{
    gint64 local = zone_local(span->zone, moment), minutes = local / 60 % 1440;
    g_autofree char *day = page_day(civil_day_of(local), TRUE);

    return g_strdup_printf("%s, %02d:%02d", day, (int) (minutes / 60), (int) (minutes % 60));
}

/* ---- the figures that stand at the top ---------------------------------------------------------------------- */

static void
tile(GString *out, const char *name, const char *value, const char *more)
{
    markup_raw(out, "<div class=\"tile\"><small>");
    markup_text(out, name);
    markup_raw(out, "</small><b>");
    markup_text(out, value);
    markup_raw(out, "</b><small>");
    markup_text(out, more);
    markup_raw(out, "</small></div>\n");
}

static void
tile_count(GString *out, const char *name, gint64 count, gint64 before)
{
    g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, count), *change = report_change(count, before);
    g_autofree char *more = g_strdup_printf("%s against the days before", change);

    tile(out, name, value, before > 0 ? more : "none in the days before");
}

static void
tile_times(GString *out, const char *name, const ReportTimes *times, const ReportTimes *before)
{
    g_autofree char *median = report_duration(times->median), *p90 = report_duration(times->p90), *was = report_duration(before->median);
    g_autofree char *more = g_strdup_printf("median; 9 of 10 within %s; before: %s", p90, before->count > 0 ? was : "none");

    tile(out, name, times->count > 0 ? median : "-", times->count > 0 ? more : "none yet");
}

static void
tile_kept(GString *out, const ReportFigures *figures, const ReportFigures *before)
{
    ReportKept kept = report_kept_sum(figures), was = report_kept_sum(before);
    g_autofree char *percent = report_percent(report_kept_percent(&kept)), *earlier = report_percent(report_kept_percent(&was));
    g_autofree char *more = g_strdup_printf("%" G_GINT64_FORMAT " met, %" G_GINT64_FORMAT " breached; before: %s", kept.met, kept.breached,
                                            report_kept_percent(&was) >= 0 ? earlier : "none");

    tile(out, "Targets met", percent, more);
}

static void
tile_backlog(GString *out, const Report *report)
{
    const ReportFigures *all = &report->whole.all;
    g_autofree char *count = g_strdup_printf("%" G_GINT64_FORMAT, MAX(all->backlog, 0));
    g_autofree char *oldest = page_day(civil_day_of(zone_local(report->span->zone, all->oldest)), TRUE);
    g_autofree char *more = g_strdup_printf("at the end; the oldest since %s", oldest);

    tile(out, "Open", all->backlog >= 0 ? count : "-", all->backlog > 0 ? more : "at the end");
}

static void
tiles(GString *out, const ReportPage *page)
{
    const ReportFigures *all = &page->reports[0]->whole.all, *before = &page->before->whole.all;

    markup_raw(out, "<div class=\"tiles\">\n");
    tile_count(out, "Mail in", all->mails, before->mails);
    tile_count(out, "Tickets", all->tickets, before->tickets);
    tile_times(out, "First response", &all->answered, &before->answered);
    tile_times(out, "Resolution", &all->resolved, &before->resolved);
    tile_kept(out, all, before);
    tile_backlog(out, page->reports[0]);
    tile_count(out, "Reopened", all->reopened, before->reopened);
    markup_raw(out, "</div>\n");
}

/* ---- the page ----------------------------------------------------------------------------------------------- */

static void
head(GString *out, const ReportPage *page)
{
    const Report *report = page->reports[0];
    g_autofree char *from = page_day(report->span->first, TRUE), *to = page_day(report->span->end - 1, TRUE);
    g_autofree char *made = page_moment(report->span, report->now);

    markup_raw(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    markup_text(out, page->name);
    markup_format(out, ": report, %s to %s</title>\n<style>\n", from, to);
    markup_raw(out, page_style);
    markup_raw(out, "</style></head><body>\n<h1><bdi>");
    markup_text(out, page->name);
    markup_format(out, "</bdi>: %s to %s</h1>\n<p class=\"quiet\">", from, to);
    markup_format(out, "%" G_GINT64_FORMAT " %s as ", report->span->end - report->span->first, report->span->end - report->span->first == 1 ? "day" : "days");
    markup_text(out, zone_name(report->span->zone));
    markup_format(out, " counts them; written %s by mailgw report.</p>\n", made);
}

static void
foot(GString *out)
{
    markup_raw(out,
        "<h2>What the figures are</h2>\n"
        "<p class=\"quiet\">A ticket, its answer and its resolution count in the period in which it was opened, whenever they came; mail where it "
        "arrived, a reopening where it happened, a target where its clock began. So the newest periods still change.</p>\n"
        "<p class=\"quiet\"><strong>Wall time:</strong> first response and resolution are told in days and hours as the customer lived through them, nights "
        "and weekends included. The first response is the first reply of a person that reached the customer; automatic mail is none.</p>\n"
        "<p class=\"quiet\"><strong>Working time:</strong> targets are met or breached by the calendar of their policy, without the time in which the ticket "
        "waited for the customer. What is owed and not yet overdue is neither.</p>\n"
        "</body></html>\n");
}

char *
report_page(const ReportPage *page)
{
    GString *out = g_string_new(NULL);

    head(out, page);
    tiles(out, page);
    page_charts(out, page);
    page_tables(out, page);
    page_recurring(out, page->recurring);
    page_periods(out, page->reports[0]);
    foot(out);
    return g_string_free(out, FALSE);
}
