/*
 * csv.h - comma-separated values (RFC 4180) that a spreadsheet does not run
 *
 * A cell that begins with = + - @, a tab or a return is a formula to spreadsheets (CWE-1236). Text that does is given an apostrophe in front, which they show
 * as nothing; numbers are ours and stay what they are.
 */
#pragma once

#include "report/figures.h"
#include "report/recurring.h"

/* One cell of somebody's text; a comma before it, unless it begins a line. */
void csv_text(GString *csv, const char *text);
void csv_number(GString *csv, gint64 number);
void csv_end(GString *csv);

/* A line for each group and period, those of all groups with an empty name; without every a line for each group. Durations are seconds. */
char *report_to_csv(const Report *report);
char *recurring_to_csv(const Recurring *recurring);
