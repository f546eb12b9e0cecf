/*
 * figures.h - what is counted, for a span, its periods and its groups
 *
 * Which period a figure belongs to: mail where it arrived; a ticket, and how long it took to answer and to resolve it, where it was opened, whenever that
 * was; a target where its clock began; a reopening where it happened; the backlog is that at the end of the period. So the figures of a period
 * grow better or worse until its tickets are done.
 *
 * Times are those of the clock on the wall, as the customer lived through them. Targets are met or breached in working time, as
 * lib/targets counts it. The median and the 90th percentile lie between two values where they have to (linear, as SQL's percentile_cont).
 */
#pragma once

#include "report/span.h"

typedef enum { REPORT_BY_QUEUE, REPORT_BY_POLICY, REPORT_BY_PRIORITY, REPORT_BY_LANGUAGE, REPORT_BY_AGENT, N_REPORT_BY } ReportBy;

const char *report_by_name(ReportBy by);
/* FALSE: there is none of that name. */
gboolean    report_by_parse(const char *name, ReportBy *by_out);

typedef struct {
    gint64 count;
    double median, p90;            /* seconds; of a count of 0: 0 */
} ReportTimes;

typedef struct {
    gint64 met, breached, owed;    /* owed: neither yet */
} ReportKept;

enum { REPORT_FIRST_RESPONSE, REPORT_NEXT_RESPONSE, REPORT_RESOLUTION, N_REPORT_TARGETS };

typedef struct {
    gint64      mails, tickets;
    ReportTimes answered, resolved;
    ReportKept  kept[N_REPORT_TARGETS];
    gint64      reopened;
    gint64      backlog;           /* of what lies ahead: -1            */
    gint64      oldest;            /* when the oldest of it was opened; 0: it is empty */
} ReportFigures;

typedef struct {
    char          *name;           /* NULL: those that have none        */
    ReportFigures  all;
    ReportFigures *periods;        /* as many as the span has           */
} ReportGroup;

typedef struct {
    const ReportSpan *span;        /* borrowed */
    ReportBy          by;
    gint64            now;         /* seconds  */
    ReportGroup       whole;       /* all groups together; no name */
    GPtrArray        *groups;      /* ReportGroup *, in the order they are to be shown in */
} Report;

Report *report_new(const ReportSpan *span, ReportBy by, gint64 now);
void    report_free(Report *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Report, report_free)

/* The group of that name, made if there is none: groups that are asked for stand in the report though nothing happened in them. */
ReportGroup *report_group(Report *report, const char *name);
/* Those that nobody named beforehand by their names, the nameless one last. known: how many were named. */
void         report_sort(Report *report, guint known);
/* The periods that have begun, and so have a backlog. */
guint        report_begun(const Report *report);

ReportKept report_kept_sum(const ReportFigures *figures);
/* Met of those that are decided, in percent; -1: none is. */
double     report_kept_percent(const ReportKept *kept);
