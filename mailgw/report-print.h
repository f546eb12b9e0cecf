/*
 * report-print.h - a report as tables on a terminal
 */
#pragma once

#include "cli.h"
#include "report/figures.h"
#include "report/recurring.h"

/* by_group: lines of the groups; else with periods, of all together. */
void report_print(const Cli *cli, const Report *report, gboolean by_group);
void recurring_print(const Cli *cli, const Recurring *recurring);
