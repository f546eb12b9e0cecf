/*
 * figures-read.h - a report out of the store
 */
#pragma once

#include "report/figures.h"
#include "store/report.h"

/* What the configuration says of names: the policy of each queue, and which groups are shown though nothing happened in them. */
typedef struct {
    const char *const *queues;
    const char *const *policies;   /* of each queue; NULL: none       */
    gsize              n_queues;
    const char *const *targets;    /* the policies there are          */
    gsize              n_targets;
} ReportNames;

/* Within store_report_begin(). now: seconds. NULL with error. */
Report *report_read(Store *store, const ReportSpan *span, ReportBy by, const ReportNames *names, gint64 now, GError **error);

/* Of the first responses of a span, how many took less than each of the classes: n counts, and one more for those that took longer. */
gboolean report_read_waits(Store *store, const ReportSpan *span, const double *seconds, gsize n, gint64 *counts_out, GError **error);
/* Mail by weekday (Monday is 0) and hour. */
gboolean report_read_hours(Store *store, const ReportSpan *span, gint64 counts_out[7][24], GError **error);
