/*
 * replay-report.h - what a replay tells: mails that would fare alike are one group, and a table sums up
 */
#pragma once

#include "base/json.h"

typedef struct ReplayReport ReplayReport;

/* all: every mail of every group, else the first few. */
ReplayReport *replay_report_new(gboolean all);
void          replay_report_free(ReplayReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReplayReport, replay_report_free)

/* One mail as replay_run() tells of it. */
void replay_report_add(ReplayReport *report, const json_t *mail);
/* The groups, the most frequent first; and the errors of the rules. */
void replay_report_print(const ReplayReport *report);
/* [{"queue", "change", "by", "mails"}], the most frequent first; and [{"error", "mails"}]. */
json_t *replay_report_actions(const ReplayReport *report);
json_t *replay_report_errors(const ReplayReport *report);
