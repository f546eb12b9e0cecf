/*
 * targets.h - the calendars and policies of a configuration, with the files they name
 *
 * Loaded once, as a whole or not at all, and constant from then on. The files of holidays and of time zones are read here and nowhere else: a worker runs with
 * what its gateway began with, whatever they say by then.
 */
#pragma once

#include "targets/calendar.h"
#include "targets/policy.h"

typedef struct Targets Targets;

/*
 * file: the configuration, as errors name it; directory: beside which files stand; calendars: CalendarConfig *; targets: TargetConfig *. CONFIG with all
 * that is wrong, one a line: "FILE:LINE: text".
 */
Targets *targets_load(const char *file, const char *directory, const GPtrArray *calendars, const GPtrArray *targets, GError **error);
void     targets_free(Targets *targets);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Targets, targets_free)

/* NULL: there is none. */
const Calendar *targets_calendar(const Targets *targets, const char *name);
const Policy   *targets_policy(const Targets *targets, const char *name);
/* The one that is there for a priority where nothing else names one. */
const Policy   *targets_policy_for(const Targets *targets, TicketPriority priority);
/* What all of them come to: other hours, holidays, rules of a zone or terms are another digest. 16 hexadecimal digits. */
const char     *targets_digest(const Targets *targets);
/* Names, borrowed: of all calendars, of all policies, of the calendars that are open. */
GPtrArray      *targets_calendar_names(const Targets *targets);
GPtrArray      *targets_policy_names(const Targets *targets);
GPtrArray      *targets_open(const Targets *targets, gint64 moment);

/*
 * What is no mistake and yet hardly meant, as char *: "FILE:LINE: text". rules_ask: there are rules, which may ask for calendars that no policy
 * uses.
 */
GPtrArray *targets_warnings(const Targets *targets, const char *file, const GPtrArray *calendars, const GPtrArray *configs, gboolean rules_ask,
                            gint64 now);
