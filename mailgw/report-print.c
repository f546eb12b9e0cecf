#include "report-print.h"

#include <stdio.h>

#include "report/words.h"
#include "targets/civil.h"

static void
take(json_t *row, const char *key, char *text)
{
    json_object_set_new(row, key, json_text(text));
    g_free(text);
}

static void
take_times(json_t *row, const char *count, const char *median, const char *p90, const ReportTimes *times)
{
    json_object_set_new(row, count, json_integer(times->count));
    take(row, median, times->count > 0 ? report_duration(times->median) : g_strdup("-"));
    take(row, p90, times->count > 0 ? report_duration(times->p90) : g_strdup("-"));
}

static json_t *
row_new(const Report *report, const char *name, gint64 from, const ReportFigures *figures)
{
    json_t *row = json_object();
    ReportKept kept = report_kept_sum(figures);

    take(row, "from", civil_format(from));
    json_object_set_new(row, "name", json_text(name));
    json_object_set_new(row, "mails", json_integer(figures->mails));
    json_object_set_new(row, "tickets", json_integer(figures->tickets));
    take_times(row, "answered", "answered_median", "answered_p90", &figures->answered);
    take_times(row, "resolved", "resolved_median", "resolved_p90", &figures->resolved);
    json_object_set_new(row, "met", json_integer(kept.met));
    json_object_set_new(row, "breached", json_integer(kept.breached));
    take(row, "percent", report_percent(report_kept_percent(&kept)));
    json_object_set_new(row, "reopened", json_integer(figures->reopened));
    json_object_set_new(row, "backlog", figures->backlog >= 0 ? json_integer(figures->backlog) : json_null());
    take(row, "oldest", figures->oldest > 0 ? civil_format(civil_day_of(zone_local(report->span->zone, figures->oldest))) : g_strdup("-"));
    return row;
}

static void
add_group(json_t *rows, const Report *report, const ReportGroup *group, const char *name)
{
    if (report->span->every == EVERY_SPAN) {
        json_array_append_new(rows, row_new(report, name, report->span->first, &group->all));
        return;
    }
    for (guint i = 0; i < report_span_periods(report->span); i++)
        json_array_append_new(rows, row_new(report, name, report_span_day(report->span, i), &group->periods[i]));
}

static void
print_heading(const ReportSpan *span)
{
    g_autofree char *from = civil_format(span->first), *last = civil_format(span->end - 1);

    printf("%s to %s, %s\n\n", from, last, zone_name(span->zone));
}

void
report_print(const Cli *cli, const Report *report, gboolean by_group)
{
    static const char *const headings[N_REPORT_BY] = { "QUEUE", "POLICY", "PRIORITY", "LANGUAGE", "AGENT" };
    const gboolean periods = report->span->every != EVERY_SPAN;
    g_autoptr(Json) rows = json_array();
    Column columns[] = {
        { "from", report->span->every == EVERY_WEEK ? "WEEK FROM" : "DAY", 0 }, { "name", headings[report->by], 30 },
        { "mails", "MAIL", 0 }, { "tickets", "TICKETS", 0 }, { "answered", "ANSWERED", 0 }, { "answered_median", "MEDIAN", 0 }, { "answered_p90", "90%", 0 },
        { "resolved", "RESOLVED", 0 }, { "resolved_median", "MEDIAN", 0 }, { "resolved_p90", "90%", 0 }, { "met", "MET", 0 },
        { "breached", "BREACHED", 0 }, { "percent", "MET%", 0 }, { "reopened", "REOPENED", 0 }, { "backlog", "OPEN", 0 },
        { "oldest", "OLDEST", 0 }, { NULL, NULL, 0 },
    };

    for (guint i = 0; by_group && i < report->groups->len; i++) {
        const ReportGroup *group = report->groups->pdata[i];

        add_group(rows, report, group, group->name != NULL ? group->name : "(none)");
    }
    if (!by_group || !periods)
        add_group(rows, report, &report->whole, "(all)");
    /* Without groups, or without periods, the column would say the same on every line. */
    if (!by_group && periods)
        columns[1] = columns[0];
    print_heading(report->span);
    print_rows(cli, rows, periods && by_group ? columns : columns + 1);
    puts("\nMEDIAN and 90% are wall time, of the first response and of the resolution of tickets opened then. MET and\n"
         "BREACHED count all response targets begun then, in working time. OPEN is the backlog at the end.");
}

/* ---- what recurs -------------------------------------------------------------------------------------------- */

static void
print_items(const Cli *cli, const char *heading, const GPtrArray *items)
{
    const Column columns[] = { { "name", heading, 60 }, { "count", "TIMES", 0 }, { "before", "BEFORE", 0 }, { "change", "CHANGE", 0 },
                               { "ticket", "NEWEST", 0 }, { NULL, NULL, 0 } };
    g_autoptr(Json) rows = json_array();

    for (guint i = 0; i < items->len; i++) {
        const RecurringItem *item = items->pdata[i];
        json_t *row = json_object();

        json_object_set_new(row, "name", json_text(item->name));
        json_object_set_new(row, "count", json_integer(item->count));
        json_object_set_new(row, "before", json_integer(item->before));
        take(row, "change", report_change(item->count, item->before));
        json_object_set_new(row, "ticket", json_integer(item->ticket));
        json_array_append_new(rows, row);
    }
    if (items->len == 0)
        printf("%s\n", heading);
    print_rows(cli, rows, columns);
}

void
recurring_print(const Cli *cli, const Recurring *recurring)
{
    g_autofree char *before = civil_format(recurring->before);

    print_heading(recurring->span);
    print_items(cli, "SUBJECT", recurring->subjects);
    puts("");
    print_items(cli, "CORRELATION KEY", recurring->keys);
    puts("");
    print_items(cli, "HELP ARTICLE", recurring->articles);
    printf("\nBEFORE is the time from %s on, as long. # stands for what is numbered or addressed.\n", before);
}
