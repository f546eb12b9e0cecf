/*
 * page-tables.c - the tables of the page; each cell says the name of its column, for where there is no room for columns
 */
#include "report/markup.h"
#include "report/page-private.h"
#include "report/words.h"
#include "targets/civil.h"

static const char *const headings[] = { "Mail", "Tickets", "Answered", "First response, median", "9 of 10 within", "Resolved", "Resolution, median",
                                        "9 of 10 within", "Targets met", "Breached", "Met", "Reopened", "Open", "Oldest" };
/* Who reads a card sees one at a time. */
static const char *const names[] = { "Mail", "Tickets", "Answered", "First response", "90% of first", "Resolved", "Resolution", "90% of res.", "Targets met",
                                     "Breached", "Met", "Reopened", "Open", "Oldest" };
G_STATIC_ASSERT(G_N_ELEMENTS(headings) == G_N_ELEMENTS(names));

static void
cell(GString *out, guint column, const char *text)
{
    markup_format(out, "<td data-name=\"%s\">", names[column]);
    markup_text(out, text);
    markup_raw(out, "</td>");
}

static void
cell_count(GString *out, guint column, gint64 count)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, count);

    cell(out, column, count >= 0 ? text : "-");
}

static void
cells_times(GString *out, guint column, const ReportTimes *times)
{
    g_autofree char *median = report_duration(times->median), *p90 = report_duration(times->p90);

    cell_count(out, column, times->count);
    cell(out, column + 1, times->count > 0 ? median : "-");
    cell(out, column + 2, times->count > 0 ? p90 : "-");
}

static void
row(GString *out, const Report *report, const char *name, const ReportFigures *figures, gboolean is_sum)
{
    ReportKept kept = report_kept_sum(figures);
    g_autofree char *percent = report_percent(report_kept_percent(&kept));
    g_autofree char *oldest = page_day(civil_day_of(zone_local(report->span->zone, figures->oldest)), TRUE);

    markup_raw(out, is_sum ? "<tr class=\"sum\"><th scope=\"row\"><bdi>" : "<tr><th scope=\"row\"><bdi>");
    markup_text(out, name);
    markup_raw(out, "</bdi></th>");
    cell_count(out, 0, figures->mails);
    cell_count(out, 1, figures->tickets);
    cells_times(out, 2, &figures->answered);
    cells_times(out, 5, &figures->resolved);
    cell_count(out, 8, kept.met);
    cell_count(out, 9, kept.breached);
    cell(out, 10, percent);
    cell_count(out, 11, figures->reopened);
    cell_count(out, 12, figures->backlog);
    cell(out, 13, figures->oldest > 0 ? oldest : "-");
    markup_raw(out, "</tr>\n");
}

static void
open_table(GString *out, const char *first)
{
    markup_format(out, "<table><thead><tr><th scope=\"col\">%s</th>", first);
    for (gsize i = 0; i < G_N_ELEMENTS(headings); i++)
        markup_format(out, "<th scope=\"col\">%s</th>", headings[i]);
    markup_raw(out, "</tr></thead><tbody>\n");
}

void
page_tables(GString *out, const ReportPage *page)
{
    static const char *const titles[N_REPORT_BY] = { "Queue", "Policy", "Priority", "Language", "Agent" };

    for (ReportBy by = 0; by < N_REPORT_BY; by++) {
        const Report *report = page->reports[by];

        markup_format(out, "<h2>By %s</h2>\n", report_by_name(by));
        open_table(out, titles[by]);
        for (guint i = 0; i < report->groups->len; i++) {
            const ReportGroup *group = report->groups->pdata[i];

            row(out, report, group->name != NULL ? group->name : "(none)", &group->all, FALSE);
        }
        row(out, report, "All", &report->whole.all, TRUE);
        markup_raw(out, "</tbody></table>\n");
    }
    markup_raw(out, "<p class=\"quiet\">Times are wall time; targets count working time. The agent is who has a ticket, else who replied last.</p>\n");
}

void
page_periods(GString *out, const Report *report)
{
    const char *every = report->span->every == EVERY_WEEK ? "week" : "day";

    markup_format(out, "<details><summary>Every %s in figures</summary>\n", every);
    open_table(out, report->span->every == EVERY_WEEK ? "Week from" : "Day");
    for (guint i = 0; i < report_span_periods(report->span); i++) {
        g_autofree char *day = page_day(report_span_day(report->span, i), TRUE);

        row(out, report, day, &report->whole.periods[i], FALSE);
    }
    markup_raw(out, "</tbody></table></details>\n");
}

/* ---- what recurs -------------------------------------------------------------------------------------------- */

static void
recurring_table(GString *out, const char *title, const char *what, const GPtrArray *items)
{
    markup_format(out, "<h3>%s</h3>\n", title);
    if (items->len == 0) {
        markup_raw(out, "<p class=\"quiet\">None.</p>\n");
        return;
    }
    markup_format(out, "<table><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">Times</th><th scope=\"col\">Before</th>"
                       "<th scope=\"col\">Change</th><th scope=\"col\">Newest ticket</th></tr></thead><tbody>\n", what);
    for (guint i = 0; i < items->len; i++) {
        const RecurringItem *item = items->pdata[i];
        g_autofree char *change = report_change(item->count, item->before);

        markup_raw(out, "<tr><th scope=\"row\"><bdi>");
        markup_text(out, item->title != NULL ? item->title : item->name);
        markup_format(out, "</bdi></th><td data-name=\"Times\">%" G_GINT64_FORMAT "</td><td data-name=\"Before\">%" G_GINT64_FORMAT
                           "</td><td data-name=\"Change\">%s</td>", item->count, item->before, change);
        if (item->ticket > 0)
            markup_format(out, "<td data-name=\"Newest\">#%" G_GINT64_FORMAT "</td></tr>\n", item->ticket);
        else
            markup_raw(out, "<td data-name=\"Newest\">-</td></tr>\n");
    }
    markup_raw(out, "</tbody></table>\n");
}

void
page_recurring(GString *out, const Recurring *recurring)
{
    gint64 days = recurring->span->end - recurring->span->first;

    markup_format(out, "<h2>What comes up again and again</h2>\n<p class=\"quiet\">Compared with the %" G_GINT64_FORMAT " %s before. In a subject, # stands "
                       "for anything numbered or addressed.</p>\n", days, days == 1 ? "day" : "days");
    recurring_table(out, "Subjects", "Subject", recurring->subjects);
    recurring_table(out, "Correlation keys", "Key", recurring->keys);
    recurring_table(out, "Help articles that acknowledgements named", "Article", recurring->articles);
}
