/*
 * result.c - what a run hands out: actions, needs, lines of the trace
 */
#include "sieve/run-private.h"

static const char *const action_names[N_SIEVE_ACTIONS] = {
    [SIEVE_KEEP] = "keep",           [SIEVE_FILEINTO] = "fileinto",       [SIEVE_DISCARD] = "discard",
    [SIEVE_REDIRECT] = "redirect",   [SIEVE_REJECT] = "reject",           [SIEVE_FLAGS] = "flags",
    [SIEVE_NOTIFY] = "notify",       [SIEVE_VACATION] = "vacation",       [SIEVE_PRIORITY] = "priority",
    [SIEVE_ASSIGN] = "assign",       [SIEVE_TARGET] = "target",           [SIEVE_FIELD] = "field",
    [SIEVE_REQUESTER] = "requester", [SIEVE_MOVE] = "move",               [SIEVE_CLOSE] = "close",
    [SIEVE_CORRELATE] = "correlate", [SIEVE_NOTE] = "note",               [SIEVE_ACKNOWLEDGE] = "acknowledge",
};

const char *
sieve_action_name(SieveActionKind kind)
{
    g_assert(kind < N_SIEVE_ACTIONS);
    return action_names[kind];
}

void
sieve_action_free(gpointer data)
{
    SieveAction *action = data;

    g_free(action->file);
    g_free(action->rule);
    g_free(action->argument);
    g_free(action->value);
    g_clear_pointer(&action->words, g_ptr_array_unref);
    g_clear_pointer(&action->options, g_hash_table_unref);
    g_clear_pointer(&action->edits, g_ptr_array_unref);
    g_free(action);
}

void
sieve_need_free(gpointer data)
{
    g_free(((SieveNeed *) data)->key);
    g_free(data);
}

static void
trace_free_line(gpointer data)
{
    SieveTrace *trace = data;

    g_free(trace->file);
    g_free(trace->test);
    g_free(trace->asked);
    g_free(trace->value);
    g_free(trace);
}

SieveResult *
sieve_result_new(void)
{
    SieveResult *result = g_new0(SieveResult, 1);

    result->actions = g_ptr_array_new_with_free_func(sieve_action_free);
    result->warnings = g_ptr_array_new_with_free_func(g_free);
    result->needs = g_ptr_array_new_with_free_func(sieve_need_free);
    result->duplicates = g_ptr_array_new_with_free_func(sieve_need_free);
    result->rules = g_ptr_array_new_with_free_func(g_free);
    result->trace = g_ptr_array_new_with_free_func(trace_free_line);
    result->times = sieve_rule_times_new();
    result->implicit_keep = TRUE;
    return result;
}

void
sieve_result_free(SieveResult *result)
{
    if (result == NULL)
        return;
    g_ptr_array_unref(result->actions);
    g_ptr_array_unref(result->warnings);
    g_ptr_array_unref(result->needs);
    g_ptr_array_unref(result->duplicates);
    g_ptr_array_unref(result->rules);
    g_ptr_array_unref(result->trace);
    g_ptr_array_unref(result->times);
    g_free(result->error);
    g_free(result->failed_file);
    g_free(result->failed_rule);
    g_free(result);
}
