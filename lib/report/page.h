/*
 * page.h - a report as one page of HTML
 *
 * It stands alone: no script, and no style, font or picture from elsewhere; a Content-Security-Policy in it forbids what it does not have. It reads well on a
 * phone, in print, light and dark. All text is escaped by markup.h.
 */
#pragma once

#include "report/figures.h"
#include "report/recurring.h"

#define REPORT_WAITS 11

/* What the classes of first responses end at, in seconds; the last class has no end. */
extern const double report_wait_ends[REPORT_WAITS];

typedef struct {
    const char      *name;                     /* of the installation */
    const Report    *reports[N_REPORT_BY];     /* of one span; only the first has periods */
    const Report    *before;                   /* of as many days before; only its totals count */
    const Recurring *recurring;
    gint64           waits[REPORT_WAITS + 1];
    gint64           hours[7][24];
} ReportPage;

char *report_page(const ReportPage *page);
