#include "sieve/rule-times-private.h"

#include "base/clock.h"

struct RuleTimes {
    GHashTable *by_rule;       /* const Rule * -> SieveRuleTime *, of list */
    GPtrArray  *list;
    const Rule *current;
    gint64      since;
};

static void
time_free(gpointer data)
{
    SieveRuleTime *time = data;

    g_free(time->file);
    g_free(time->rule);
    g_free(time);
}

GPtrArray *
sieve_rule_times_new(void)
{
    return g_ptr_array_new_with_free_func(time_free);
}

RuleTimes *
rule_times_new(void)
{
    RuleTimes *times = g_new0(RuleTimes, 1);

    times->by_rule = g_hash_table_new(NULL, NULL);
    times->list = sieve_rule_times_new();
    times->since = clock_nanoseconds();
    return times;
}

static SieveRuleTime *
time_of(RuleTimes *times, const Rule *rule)
{
    SieveRuleTime *time = g_hash_table_lookup(times->by_rule, rule);

    if (time != NULL)
        return time;
    time = g_new0(SieveRuleTime, 1);
    time->file = g_strdup(rule->place.file);
    time->rule = g_strdup(rule->name);
    g_ptr_array_add(times->list, time);
    g_hash_table_insert(times->by_rule, (gpointer) rule, time);
    return time;
}

void
rule_times_enter(RuleTimes *times, const Rule *rule)
{
    gint64 now;

    if (times->current == rule)
        return;
    now = clock_nanoseconds();
    if (times->current != NULL)
        time_of(times, times->current)->nanoseconds += now - times->since;
    times->current = rule;
    times->since = now;
}

void
rule_times_end(RuleTimes *times, GPtrArray *list)
{
    rule_times_enter(times, NULL);
    g_ptr_array_extend_and_steal(list, times->list);
    g_hash_table_unref(times->by_rule);
    g_free(times);
}
