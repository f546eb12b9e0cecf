#include "report/csv.h"

#include <string.h>

#include "base/text.h"
#include "targets/civil.h"

static void
separate(GString *csv)
{
    if (csv->len > 0 && csv->str[csv->len - 1] != '\n')
        g_string_append_c(csv, ',');
}

/* A blank in front does not make a formula harmless: some programs strip it. */
static gboolean
is_formula(const char *text)
{
    while (*text == ' ')
        text++;
    return *text != '\0' && strchr("=+-@\t\r", *text) != NULL;
}

void
csv_text(GString *csv, const char *text)
{
    g_autofree char *safe = text_sanitise(text != NULL ? text : "", text != NULL ? strlen(text) : 0);

    separate(csv);
    g_string_append_c(csv, '"');
    if (is_formula(safe))
        g_string_append_c(csv, '\'');
    for (const char *p = safe; *p != '\0'; p++) {
        /* A cell is one line, and what programs read in it is not for them: control characters become blanks. */
        if (*p == '"')
            g_string_append(csv, "\"\"");
        else
            g_string_append_c(csv, g_ascii_iscntrl(*p) ? ' ' : *p);
    }
    g_string_append_c(csv, '"');
}

static void
csv_word(GString *csv, const char *word)
{
    separate(csv);
    g_string_append(csv, word);
}

void
csv_number(GString *csv, gint64 number)
{
    separate(csv);
    g_string_append_printf(csv, "%" G_GINT64_FORMAT, number);
}

void
csv_end(GString *csv)
{
    g_string_append(csv, "\r\n");
}

/* ---- figures ------------------------------------------------------------------------------------------------ */

static void
csv_times(GString *csv, const ReportTimes *times)
{
    csv_number(csv, times->count);
    if (times->count == 0) {
        csv_word(csv, "");
        csv_word(csv, "");
    } else {
        csv_number(csv, (gint64) (times->median + 0.5));
        csv_number(csv, (gint64) (times->p90 + 0.5));
    }
}

static void
csv_line(GString *csv, const char *name, const ReportFigures *figures, gint64 from, gint64 to)
{
    g_autofree char *first = civil_format(from), *end = civil_format(to);
    g_autoptr(GDateTime) oldest = figures->oldest > 0 ? g_date_time_new_from_unix_utc(figures->oldest) : NULL;
    g_autofree char *since = oldest != NULL ? g_date_time_format(oldest, "%Y-%m-%dT%H:%M:%SZ") : NULL;

    csv_word(csv, first);
    csv_word(csv, end);
    csv_text(csv, name);
    csv_number(csv, figures->mails);
    csv_number(csv, figures->tickets);
    csv_times(csv, &figures->answered);
    csv_times(csv, &figures->resolved);
    for (int i = 0; i < N_REPORT_TARGETS; i++) {
        csv_number(csv, figures->kept[i].met);
        csv_number(csv, figures->kept[i].breached);
        csv_number(csv, figures->kept[i].owed);
    }
    csv_number(csv, figures->reopened);
    if (figures->backlog >= 0)
        csv_number(csv, figures->backlog);
    else
        csv_word(csv, "");
    csv_word(csv, since != NULL ? since : "");
    csv_end(csv);
}

static void
csv_group(GString *csv, const Report *report, const ReportGroup *group, const char *name)
{
    if (report->span->every == EVERY_SPAN) {
        csv_line(csv, name, &group->all, report->span->first, report->span->end);
        return;
    }
    for (guint i = 0; i < report_span_periods(report->span); i++)
        csv_line(csv, name, &group->periods[i], report_span_day(report->span, i), report_span_day(report->span, i + 1));
}

char *
report_to_csv(const Report *report)
{
    GString *csv = g_string_new(NULL);

    g_string_append_printf(csv, "from,to,%s,mails,tickets,answered,answered_median_wall_seconds,answered_p90_wall_seconds,"
                           "resolved,resolved_median_wall_seconds,resolved_p90_wall_seconds,"
                           "first_response_met,first_response_breached,first_response_owed,"
                           "next_response_met,next_response_breached,next_response_owed,"
                           "resolution_met,resolution_breached,resolution_owed,reopened,backlog,oldest_open\r\n", report_by_name(report->by));
    csv_group(csv, report, &report->whole, "(all)");
    for (guint i = 0; i < report->groups->len; i++) {
        const ReportGroup *group = report->groups->pdata[i];

        csv_group(csv, report, group, group->name != NULL ? group->name : "");
    }
    return g_string_free(csv, FALSE);
}

/* ---- what recurs -------------------------------------------------------------------------------------------- */

static void
csv_list(GString *csv, const char *kind, const GPtrArray *list)
{
    for (guint i = 0; i < list->len; i++) {
        const RecurringItem *item = list->pdata[i];

        csv_word(csv, kind);
        csv_text(csv, item->name);
        csv_number(csv, item->count);
        csv_number(csv, item->before);
        csv_number(csv, item->count - item->before);
        csv_number(csv, item->ticket);
        csv_end(csv);
    }
}

char *
recurring_to_csv(const Recurring *recurring)
{
    GString *csv = g_string_new("kind,name,count,before,change,newest_ticket\r\n");

    csv_list(csv, "subject", recurring->subjects);
    csv_list(csv, "correlation-key", recurring->keys);
    csv_list(csv, "help-article", recurring->articles);
    return g_string_free(csv, FALSE);
}
