/*
 * page-private.h - the parts of the page
 */
#pragma once

#include "report/page.h"

extern const char page_style[];

void page_charts(GString *out, const ReportPage *page);
void page_tables(GString *out, const ReportPage *page);
void page_recurring(GString *out, const Recurring *recurring);
/* The days of every period, folded away on a screen. */
void page_periods(GString *out, const Report *report);

/* "16 Nov"; with_year: "16 Nov 2026". */
char *page_day(gint64 day, gboolean with_year);
/* "9 Nov 2026, 14:05" in the zone of the span. */
char *page_moment(const ReportSpan *span, gint64 moment);
