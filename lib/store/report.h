/*
 * report.h - figures of a span of time, as sums of rows
 *
 * All that one report says comes from one snapshot: store_report_begin() begins a transaction that writes nothing, which a standby can run as well.
 */
#pragma once

#include "store/store.h"

typedef struct {
    const gint64      *moments;        /* seconds: where periods begin, and where the last one ends; for the backlog: where they end */
    gsize              n_moments;
    const char        *by;             /* queue, policy, priority, language, agent       */
    const char *const *queues;
    const char *const *policies;       /* of each queue; NULL elements: none             */
    gsize              n_queues;
    gint64             now;            /* seconds                                        */
} StoreReportQuestion;

gboolean store_report_begin(Store *store, GError **error);

/* Rows of report_mail, report_tickets, report_targets, report_reopened or report_backlog: an array of objects. */
json_t  *store_report_sums(Store *store, QueryId query, const StoreReportQuestion *question, GError **error);
/* Rows of report_waits: seconds are the ends of classes, in order. */
json_t  *store_report_waits(Store *store, gint64 from, gint64 to, const double *seconds, gsize n, GError **error);
json_t  *store_report_hours(Store *store, gint64 from, gint64 to, const char *zone, GError **error);
/* Rows of report_keys or report_articles, compared with the time since before; at_most 0: all. */
json_t  *store_report_recurring(Store *store, QueryId query, gint64 from, gint64 to, gint64 before, gint64 at_most, GError **error);
/* Each subject of the span and of the one before it, with its numbers as 0. newest: a ticket of the span, 0 if there is none in it. */
typedef void (*StoreSubject)(gpointer data, const char *subject, gint64 count, gint64 before, gint64 newest);
gboolean store_report_subjects(Store *store, gint64 from, gint64 to, gint64 before, StoreSubject each, gpointer data, GError **error);
