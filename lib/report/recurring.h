/*
 * recurring.h - what comes up again and again, and whether that grows
 *
 * Forms of subjects, correlation keys of rules, and help articles that acknowledgements named: each counted in the span and in as many days before it. A
 * subject or a key recurs if it came twice in the span.
 */
#pragma once

#include "base/json.h"
#include "report/span.h"
#include "store/report.h"

typedef struct {
    char  *name, *title;           /* title: of an article, else NULL */
    gint64 count, before;
    gint64 ticket;                 /* the newest of the span: an example */
} RecurringItem;

typedef struct {
    const ReportSpan *span;        /* borrowed */
    gint64     before;             /* the day that the span before begins on */
    GPtrArray *subjects, *keys, *articles;     /* RecurringItem *, the most frequent first */
} Recurring;

/* Within store_report_begin(). at_most of each kind; 0: all. */
Recurring *recurring_read(Store *store, const ReportSpan *span, gint64 at_most, GError **error);
void       recurring_free(Recurring *recurring);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Recurring, recurring_free)

json_t    *recurring_to_json(const Recurring *recurring);
