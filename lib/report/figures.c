#include "report/figures.h"

#include <string.h>

static const char *const by_names[N_REPORT_BY] = {
    [REPORT_BY_QUEUE] = "queue",       [REPORT_BY_POLICY] = "policy", [REPORT_BY_PRIORITY] = "priority",
    [REPORT_BY_LANGUAGE] = "language", [REPORT_BY_AGENT] = "agent",
};

const char *
report_by_name(ReportBy by)
{
    return by_names[by];
}

gboolean
report_by_parse(const char *name, ReportBy *by_out)
{
    for (ReportBy by = 0; by < N_REPORT_BY; by++)
        if (strcmp(by_names[by], name) == 0) {
            *by_out = by;
            return TRUE;
        }
    return FALSE;
}

guint
report_begun(const Report *report)
{
    guint begun = 0;

    while (begun < report_span_periods(report->span) && report_span_moment(report->span, begun) < report->now)
        begun++;
    return begun;
}

static void
init_group(const Report *report, ReportGroup *group, const char *name)
{
    guint n = report_span_periods(report->span), begun = report_begun(report);

    group->name = g_strdup(name);
    group->periods = g_new0(ReportFigures, n);
    for (guint i = begun; i < n; i++)
        group->periods[i].backlog = -1;
    if (begun == 0)
        group->all.backlog = -1;
}

static void
clear_group(ReportGroup *group)
{
    g_free(group->name);
    g_free(group->periods);
}

static void
free_group(gpointer group)
{
    clear_group(group);
    g_free(group);
}

Report *
report_new(const ReportSpan *span, ReportBy by, gint64 now)
{
    Report *report = g_new0(Report, 1);

    report->span = span;
    report->by = by;
    report->now = now;
    report->groups = g_ptr_array_new_with_free_func(free_group);
    init_group(report, &report->whole, NULL);
    return report;
}

void
report_free(Report *report)
{
    if (report == NULL)
        return;
    clear_group(&report->whole);
    g_ptr_array_unref(report->groups);
    g_free(report);
}

ReportGroup *
report_group(Report *report, const char *name)
{
    ReportGroup *group;

    for (guint i = 0; i < report->groups->len; i++) {
        group = report->groups->pdata[i];
        if (g_strcmp0(group->name, name) == 0)
            return group;
    }
    group = g_new0(ReportGroup, 1);
    init_group(report, group, name);
    g_ptr_array_add(report->groups, group);
    return group;
}

static int
compare_groups(gconstpointer a, gconstpointer b)
{
    const ReportGroup *one = *(const ReportGroup *const *) a, *other = *(const ReportGroup *const *) b;

    if (one->name == NULL || other->name == NULL)
        return (one->name == NULL) - (other->name == NULL);
    return strcmp(one->name, other->name);
}

void
report_sort(Report *report, guint known)
{
    if (report->groups->len > known)
        qsort(report->groups->pdata + known, report->groups->len - known, sizeof(gpointer), compare_groups);
}

ReportKept
report_kept_sum(const ReportFigures *figures)
{
    ReportKept sum = { 0 };

    for (int i = 0; i < N_REPORT_TARGETS; i++) {
        sum.met += figures->kept[i].met;
        sum.breached += figures->kept[i].breached;
        sum.owed += figures->kept[i].owed;
    }
    return sum;
}

double
report_kept_percent(const ReportKept *kept)
{
    gint64 decided = kept->met + kept->breached;

    return decided > 0 ? 100.0 * (double) kept->met / (double) decided : -1;
}
