/*
 * warnings.c - what stands in calendars and policies and is hardly meant
 */
#include <string.h>

#include "targets/civil.h"
#include "targets/targets.h"

typedef struct {
    GPtrArray     *list;
    const Targets *targets;
    const char    *file;
    gint64         now;
} Warnings;

static void warn(Warnings *warnings, guint line, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void
warn(Warnings *warnings, guint line, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(warnings->list, g_strdup_printf("%s:%u: warning: %s", warnings->file, line, text));
}

/* ---- calendars ---------------------------------------------------------------------------------------------- */

static void
check_holidays(Warnings *warnings, const CalendarConfig *config, const Holidays *holidays, const char *key, guint line)
{
    int year, month, day;

    if (holidays == NULL)
        return;
    if (holidays->last == 0) {
        warn(warnings, line, "[calendar %s]: there is no event in what %s names", config->name, key);
    } else if (holidays->last <= warnings->now) {
        civil_date(civil_day_of(holidays->last - 1), &year, &month, &day);
        warn(warnings, line, "[calendar %s]: all %s are past, the last one is %04d-%02d-%02d; is there a newer file?", config->name, key,
             year, month, day);
    }
}

/* The same day: what goes on past midnight may meet the next one on purpose. */
static void
check_overlaps(Warnings *warnings, const CalendarConfig *config)
{
    for (guint i = 1; config->hours != NULL && i < config->hours->len; i++) {
        const HourSpan *before = &g_array_index(config->hours, HourSpan, i - 1), *span = &g_array_index(config->hours, HourSpan, i);

        if (before->day != span->day || before->to <= span->from)
            continue;
        warn(warnings, config->line, "[calendar %s]: two spans of one day overlap; the time counts once", config->name);
        return;
    }
}

static gboolean
is_used(const GPtrArray *configs, const char *calendar)
{
    for (guint i = 0; i < configs->len; i++) {
        const TargetConfig *target = configs->pdata[i];

        if (g_strcmp0(target->all.calendar, calendar) == 0)
            return TRUE;
        for (gsize priority = 0; priority < TARGET_PRIORITIES; priority++)
            if (g_strcmp0(target->of_priority[priority].calendar, calendar) == 0)
                return TRUE;
    }
    return FALSE;
}

static void
check_calendar(Warnings *warnings, const CalendarConfig *config)
{
    const Calendar *calendar = targets_calendar(warnings->targets, config->name);
    gint64 opens, closes;

    check_holidays(warnings, config, calendar_holidays(calendar), "holidays", config->holidays_line);
    check_holidays(warnings, config, calendar_extra(calendar), "extra-days", config->extra_line);
    check_overlaps(warnings, config);
    if (!calendar_next(calendar, warnings->now, &opens, &closes))
        warn(warnings, config->line, "[calendar %s] does not open any more: its holidays cover all that is to come", config->name);
}

/* ---- policies ----------------------------------------------------------------------------------------------- */

static gboolean
says_more_than_times(const TargetTerms *terms)
{
    return terms->warn_percent > 0 || terms->calendar != NULL;
}

static void
check_terms(Warnings *warnings, const TargetConfig *config, const TargetTerms *said, const PolicyTerms *terms, const char *priority)
{
    gboolean any = FALSE, beyond = FALSE;
    gint64 moment;

    for (ClockKind kind = 0; kind < N_CLOCKS; kind++) {
        any = any || terms->seconds[kind] > 0;
        beyond = beyond || !calendar_after(terms->calendar, warnings->now, terms->seconds[kind], &moment);
    }
    if (says_more_than_times(said) && !any)
        warn(warnings, config->line, "[target %s]: nothing is owed to priority %s, so its calendar and its warnings are never used",
             config->name, priority);
    if (beyond)
        warn(warnings, config->line, "[target %s]: what is owed to priority %s is not due before 2100; its calendar hardly ever opens",
             config->name, priority);
    if (said->warn_percent == 100)
        warn(warnings, config->line, "[target %s]: warn-at = 100%% for priority %s warns when it is too late", config->name, priority);
}

/* The first one of a priority counts. */
static void
check_priority(Warnings *warnings, const TargetConfig *config)
{
    const Policy *first = config->for_priority != 0 ? targets_policy_for(warnings->targets, (TicketPriority) (config->for_priority - 1)) : NULL;

    if (first != NULL && !g_str_equal(first->name, config->name))
        warn(warnings, config->line, "[target %s]: for-priority = %s is never reached, [target %s] has it already", config->name,
             ticket_priority_name((TicketPriority) (config->for_priority - 1)), first->name);
}

static void
check_policy(Warnings *warnings, const TargetConfig *config)
{
    const Policy *policy = targets_policy(warnings->targets, config->name);

    if (config->all.warn_percent == 100)
        warn(warnings, config->line, "[target %s]: warn-at = 100%% warns when it is too late", config->name);
    check_priority(warnings, config);
    for (gsize i = 0; i < TARGET_PRIORITIES; i++)
        check_terms(warnings, config, &config->of_priority[i], &policy->of_priority[i], ticket_priority_name((TicketPriority) i));
}

GPtrArray *
targets_warnings(const Targets *targets, const char *file, const GPtrArray *calendars, const GPtrArray *configs, gboolean rules_ask,
                 gint64 now)
{
    Warnings warnings = { g_ptr_array_new_with_free_func(g_free), targets, file, now };

    for (guint i = 0; i < calendars->len; i++) {
        const CalendarConfig *config = calendars->pdata[i];

        check_calendar(&warnings, config);
        if (!rules_ask && !is_used(configs, config->name))
            warn(&warnings, config->line, "[calendar %s] is used by no policy and by no rule", config->name);
    }
    for (guint i = 0; i < configs->len; i++)
        check_policy(&warnings, configs->pdata[i]);
    return warnings.list;
}
