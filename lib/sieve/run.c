/*
 * run.c - a run: its steps and loops, what it may use up, what it does, and how it ends
 */
#include "sieve/run-private.h"

#include <stdarg.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "sieve/chains-private.h"
#include "sieve/conflicts-private.h"
#include "sieve/describe-private.h"
#include "sieve/flags-private.h"
#include "sieve/testsuite-private.h"

RunOutcome
run_fail(Run *run, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_free(run->error);
    run->error = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return RUN_ERROR;
}

void
run_budget_begin(Run *run)
{
    run->steps = 0;
    run->work = 0;
    run->look_at = LIMIT_SIEVE_UNWATCHED;
    run->began = clock_process_cpu();
    run->exhausted = FALSE;
}

gboolean
run_spend(Run *run, guint64 work)
{
    run->work += work;
    if (run->work < run->look_at || run->exhausted)
        return !run->exhausted;
    run->look_at = run->work + LIMIT_SIEVE_UNWATCHED;
    if (clock_process_cpu() - run->began <= LIMIT_SIEVE_CPU)
        return TRUE;
    run_fail(run, "the rules took longer than %d ms", LIMIT_SIEVE_CPU / 1000);
    run->exhausted = TRUE;
    return FALSE;
}

void
run_warn(Run *run, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    if (run->result->warnings->len >= LIMIT_SIEVE_PROBLEMS)
        return;
    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(run->result->warnings, g_strdup_printf("%s:%u: %s", run->script->file, run->line, text));
}

/* Of the step that runs; NULL: it stands in none. */
static const Rule *
rule_of(const Run *run)
{
    return run->rule > 0 ? run->script->rules->pdata[run->rule - 1] : NULL;
}

static const char *
rule_name(const Run *run)
{
    const Rule *rule = rule_of(run);

    return rule != NULL ? rule->name : NULL;
}

SieveAction *
run_action_new(const Run *run, const Call *call, SieveActionKind kind)
{
    SieveAction *action = g_new0(SieveAction, 1);

    action->kind = kind;
    action->file = g_strdup(call->place.file);
    action->line = call->place.line;
    action->rule = g_strdup(rule_name(run));
    return action;
}

SieveAction *
run_act(Run *run, const Call *call, SieveActionKind kind, const char *argument, const char *value)
{
    SieveAction *action;

    if (run->result->actions->len >= LIMIT_SIEVE_ACTIONS) {
        run_fail(run, "more than %d actions", LIMIT_SIEVE_ACTIONS);
        return NULL;
    }
    if (!conflicts_check(run, kind))
        return NULL;
    action = run_action_new(run, call, kind);
    action->argument = g_strdup(argument);
    action->value = g_strdup(value);
    g_ptr_array_add(run->result->actions, action);
    if (run->testsuite != NULL)
        testsuite_snapshot(run, action);
    return action;
}

const char *
run_setting(const Run *run, const char *name)
{
    return run->input->settings != NULL ? g_hash_table_lookup(run->input->settings, name) : NULL;
}

void
run_cancel_keep(Run *run)
{
    run->result->implicit_keep = FALSE;
}

void
run_note_value(Run *run, const char *value, gsize length)
{
    g_autofree char *copy = NULL, *cut = NULL;

    if (run->told == NULL)
        return;
    g_clear_pointer(&run->told->value, g_free);
    if (value == NULL)
        return;
    copy = g_strndup(value, MIN(length, LIMIT_SIEVE_TRACE_VALUE + 1));
    cut = text_cut(copy, LIMIT_SIEVE_TRACE_VALUE);
    run->told->value = length > LIMIT_SIEVE_TRACE_VALUE ? g_strconcat(cut, "...", NULL) : g_steal_pointer(&cut);
}

void
run_trace(Run *run, const Call *call)
{
    GPtrArray *lines = run->result->trace;

    run->told = NULL;
    if (!run->input->trace)
        return;
    if (lines->len >= LIMIT_SIEVE_TRACE) {
        if (!run->told_all)
            run_warn(run, "more than %d tests; those from here on are not shown", LIMIT_SIEVE_TRACE);
        run->told_all = TRUE;
        return;
    }
    run->told = g_new0(SieveTrace, 1);
    run->told->file = g_strdup(call->place.file);
    run->told->line = call->place.line;
    run->told->test = g_strdup(call->definition->name);
    run->told->asked = call_describe(call);
    run->told->compares = (call->definition->uses & USES_MATCH) != 0;
    g_ptr_array_add(lines, run->told);
}

static RunOutcome
run_test(Run *run, const Step *step, guint *next)
{
    gboolean holds = FALSE;
    RunOutcome outcome;

    run_trace(run, step->call);
    outcome = step->call->definition->test(run, step->call, &holds);
    if (run->told != NULL)
        run->told->held = holds;
    run->told = NULL;
    *next = holds ? step->if_true : step->if_false;
    return outcome;
}

static RunOutcome
run_command(Run *run, const Step *step, guint *next)
{
    RunOutcome outcome = step->call->definition->run(run, step->call);

    (*next)++;
    if (outcome == RUN_BREAK) {
        *next = step->if_true;
        return RUN_NEXT;
    }
    return outcome;
}

static RunOutcome
run_loop(Run *run, const Step *step, guint *next)
{
    gboolean holds = FALSE;
    RunOutcome outcome = step->call->definition->test(run, step->call, &holds);

    *next = holds ? *next + 1 : step->if_false;
    return outcome;
}

void
run_leave_loops(Run *run, guint left)
{
    if (left >= run->loops->len)
        return;
    run->part = g_array_index(run->loops, Loop, left).part_around;
    g_array_set_size(run->loops, left);
}

/* What a step costs beside the octets it looks at. */
#define STEP_WORK 256

RunOutcome
run_steps(Run *run, guint from, guint to)
{
    const GArray *steps = run->script->steps;
    guint next = from;

    while (next < to) {
        const Step *step = &g_array_index(steps, Step, next);
        RunOutcome outcome = RUN_NEXT;

        if (++run->steps > LIMIT_SIEVE_STEPS)
            return run_fail(run, "more than %d steps", LIMIT_SIEVE_STEPS);
        if (!run_spend(run, STEP_WORK))
            return RUN_ERROR;
        run->rule = step->rule;
        run->at = next;
        if (step->call != NULL)
            run->line = step->call->place.line;
        if (step->chain != NULL && !run->input->trace) {
            guint instead;

            if (run->times != NULL)
                rule_times_enter(run->times, NULL);
            instead = chain_next(run, step);
            if (instead != next) {
                next = instead;
                continue;
            }
        }
        if (run->times != NULL)
            rule_times_enter(run->times, rule_of(run));
        if (step->kind == STEP_RUN)
            outcome = run_command(run, step, &next);
        else if (step->kind == STEP_TEST)
            outcome = run_test(run, step, &next);
        else if (step->kind == STEP_LOOP)
            outcome = run_loop(run, step, &next);
        else
            next = step->if_true;
        if (outcome != RUN_NEXT)
            return run->exhausted ? RUN_ERROR : outcome;
    }
    return run->exhausted ? RUN_ERROR : RUN_NEXT;
}

RunOutcome
run_script(Run *run, const SieveScript *script)
{
    Frame frame = { script, run_strings_new(), run->frame != NULL ? run->frame->depth + 1 : 0 };
    Frame *around = run->frame;
    const SieveScript *script_around = run->script;
    guint rule_around = run->rule;
    guint loops_around = run->loops->len;
    RunOutcome outcome;

    run->frame = &frame;
    run->script = script;
    outcome = run_steps(run, 0, script->steps->len);
    if (outcome == RUN_ERROR && run->failed_in == NULL) {
        run->failed_in = script;
        run->failed_rule = rule_name(run);
    }
    run->frame = around;
    run->script = around != NULL ? script_around : script;
    run->rule = rule_around;
    run_leave_loops(run, loops_around);
    g_ptr_array_unref(frame.locals);
    return outcome == RUN_LEAVE ? RUN_NEXT : outcome;
}

static void
note_rules(SieveResult *result)
{
    for (guint i = 0; i < result->actions->len; i++) {
        const SieveAction *action = result->actions->pdata[i];

        if (action->rule != NULL && !g_ptr_array_find_with_equal_func(result->rules, action->rule, g_str_equal, NULL))
            g_ptr_array_add(result->rules, g_strdup(action->rule));
    }
}

void
run_init(Run *run, const SieveInput *input)
{
    memset(run, 0, sizeof *run);
    run->input = input;
    run->result = sieve_result_new();
    run->mail = mail_view_new(input->message);
    mail_view_set_size(run->mail, (gint64) input->raw_length);
    run->globals = run_strings_new();
    run->matches = run_strings_new();
    run->flags = g_ptr_array_new_with_free_func(g_free);
    run->flag_places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, sieve_action_free);
    run->included = g_hash_table_new(NULL, NULL);
    run->loops = g_array_new(FALSE, FALSE, sizeof(Loop));
    run->times = input->measure ? rule_times_new() : NULL;
    run_budget_begin(run);
}

SieveResult *
run_end(Run *run, RunOutcome outcome)
{
    MailView *mail;
    SieveResult *result = run_end_with_mail(run, outcome, &mail);

    mail_view_free(mail);
    return result;
}

SieveResult *
run_end_with_mail(Run *run, RunOutcome outcome, MailView **mail_out)
{
    SieveResult *result = run->result;

    if (outcome == RUN_ERROR) {
        g_ptr_array_set_size(result->actions, 0);
        result->implicit_keep = TRUE;
        /* Where something has yet to be answered nobody knows whether it comes to that. */
        if (result->needs->len == 0 || run->exhausted)
            result->error = g_strdup_printf("%s:%u: %s", (run->failed_in != NULL ? run->failed_in : run->script)->file, run->line, run->error);
        if (result->error != NULL) {
            g_ptr_array_set_size(result->needs, 0);
            result->failed_file = g_strdup((run->failed_in != NULL ? run->failed_in : run->script)->file);
            result->failed_rule = g_strdup(run->failed_rule);
        }
    }
    note_rules(result);
    if (run->times != NULL)
        rule_times_end(run->times, result->times);
    *mail_out = run->mail;
    g_ptr_array_unref(run->globals);
    g_ptr_array_unref(run->matches);
    g_ptr_array_unref(run->flags);
    g_hash_table_unref(run->flag_places);
    g_array_unref(run->loops);
    g_hash_table_unref(run->included);
    g_clear_pointer(&run->chain_hits, g_hash_table_unref);
    g_free(run->error);
    return result;
}

gboolean
sieve_script_wants_details(const SieveScript *script)
{
    static const char *const extensions[] = { "body", "mime", "foreverypart", "extracttext" };

    for (gsize i = 0; i < G_N_ELEMENTS(extensions); i++) {
        if (g_hash_table_contains(script->required, extensions[i]))
            return TRUE;
    }
    for (guint i = 0; i < script->included->len; i++) {
        if (sieve_script_wants_details(script->included->pdata[i]))
            return TRUE;
    }
    return FALSE;
}

SieveResult *
sieve_run(const SieveScript *script, const SieveInput *input)
{
    RunOutcome outcome;
    Run run;

    run_init(&run, input);
    outcome = run_script(&run, script);
    flags_conclude(&run);
    return run_end(&run, outcome);
}
