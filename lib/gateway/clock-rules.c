/*
 * clock-rules.c - the rules are run on what came due
 *
 * A ticket may have several responses that come due together, and what the rules do about one is known when they are asked about the next: the notices are
 * worked in waves, in each of which a ticket stands once. A wave costs a few round trips, however many notices there are.
 *
 * No rule may stop the clock for everybody. What cannot be written is taken back and tried notice by notice; the one that cannot be written alone leaves a line
 * in the history, and its agents are told as without rules.
 *
 * A rule that changes what is owed cannot run for ever. Working time that is used up is never given back, so under each terms a warning or a breach that was
 * noticed stays noticed, unless the new terms give more time: then the next one lies ahead, and not now.
 */
#include "gateway/clock-role.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "gateway/decide.h"
#include "store/work.h"

typedef struct {
    Store                *store;
    const DecideSettings *settings;
    const ClockSettings  *clocks;
    gint64                now;
    GPtrArray            *untold;
} RulesRun;

/* ---- one notice --------------------------------------------------------------------------------------------- */

static const PolicyTerms *
terms_of(const DecideSettings *settings, const ClockNotice *notice)
{
    const Policy *policy = settings->targets != NULL ? targets_policy(settings->targets, notice->policy) : NULL;
    TicketPriority priority = PRIORITY_NORMAL;

    ticket_priority_parse(notice->priority, &priority);
    return policy != NULL && policy->of_priority[priority].calendar != NULL ? &policy->of_priority[priority] : NULL;
}

static gint64
owed_seconds(const PolicyTerms *terms, const char *target)
{
    for (ClockKind kind = 0; kind < N_CLOCKS; kind++)
        if (g_str_equal(clock_kind_name(kind), target))
            return terms->seconds[kind];
    return 0;
}

/*
 * What is due has used all of its time; before, what is left is what the calendar has until then. A warning that is noticed late is a warning still: its breach
 * comes next, and rules that ask for it shall run once.
 */
static TargetNotice
target_notice(const RulesRun *run, const ClockNotice *notice)
{
    const PolicyTerms *terms = terms_of(run->settings, notice);
    gint64 due = notice->due / G_USEC_PER_SEC, now = run->now / G_USEC_PER_SEC, owed = terms != NULL ? owed_seconds(terms, notice->target) : 0;
    TargetNotice target = { .ticket = notice->ticket, .kind = notice->target, .policy = notice->policy, .queue = notice->queue,
                            .subject = notice->subject, .overdue = notice->breach, .due = notice->due,
                            .elapsed_percent = notice->breach ? 100 : 0 };

    if (owed == 0)
        return target;
    target.left = calendar_working(terms->calendar, now, due) - calendar_working(terms->calendar, due, now);
    target.elapsed_percent = MAX((owed - target.left) * 100 / owed, 0);
    return target;
}

static FactsRequest *
request_of(const ClockNotice *notice)
{
    FactsRequest *request = facts_request_new();

    request->sender = g_strdup(notice->requester);
    request->sender_name = g_strdup(notice->requester_name);
    request->queue = g_strdup(notice->queue);
    g_array_append_val(request->token_tickets, notice->ticket);
    return request;
}

/* NULL with an error. */
static Decision *
decide_one(RulesRun *run, const ClockNotice *notice, FactsRequest *request, Facts *facts, gboolean *told_out, GError **error)
{
    const TargetNotice target = target_notice(run, notice);
    DecideIds ids = { 0 };

    hash_random(ids.random, sizeof ids.random);
    for (;;) {
        g_autoptr(Decision) decision = decide_target(&target, request, facts, run->settings, run->now, &ids, told_out);

        if (decision->needs->len == 0)
            return g_steal_pointer(&decision);
        if (!store_answer(run->store, request, decision->needs, facts, error))
            return NULL;
    }
}

/* ---- a wave ------------------------------------------------------------------------------------------------- */

static gboolean
write_decisions(RulesRun *run, const GPtrArray *wave, const GPtrArray *decisions, GError **error)
{
    g_autofree Application *applications = g_new0(Application, wave->len);
    g_autofree ClockCause *causes = g_new0(ClockCause, wave->len);
    gsize n = 0;

    for (guint i = 0; i < wave->len; i++) {
        const Decision *decision = decisions->pdata[i];

        applications[i].decision = decision;
        applications[i].rules_digest = run->settings->rules->digest;
        for (guint k = 0; k < decision->effects->len; k++) {
            const Effect *effect = decision->effects->pdata[k];

            if (effect->kind == EFFECT_CHANGE || effect->kind == EFFECT_STATUS) {
                causes[n++].ticket = ((const ClockNotice *) wave->pdata[i])->ticket;
                break;
            }
        }
    }
    return store_effects_write(run->store, applications, wave->len, error) && clocks_refresh(run->store, run->clocks, causes, n, NULL, error);
}

static gboolean
try_wave(RulesRun *run, const GPtrArray *wave, GPtrArray *untold, GError **error)
{
    g_autoptr(GPtrArray) requests = g_ptr_array_new_with_free_func((GDestroyNotify) facts_request_free);
    g_autoptr(GPtrArray) decisions = g_ptr_array_new_with_free_func((GDestroyNotify) decision_free);
    g_autoptr(GPtrArray) facts = NULL;

    for (guint i = 0; i < wave->len; i++)
        g_ptr_array_add(requests, request_of(wave->pdata[i]));
    if (!store_facts(run->store, (FactsRequest *const *) requests->pdata, requests->len, &facts, error))
        return FALSE;
    for (guint i = 0; i < wave->len; i++) {
        gboolean told;
        Decision *decision = decide_one(run, wave->pdata[i], requests->pdata[i], facts->pdata[i], &told, error);

        if (decision == NULL)
            return FALSE;
        g_ptr_array_add(decisions, decision);
        if (!told)
            g_ptr_array_add(untold, wave->pdata[i]);
    }
    return write_decisions(run, wave, decisions, error);
}

static gboolean
tell_failure(RulesRun *run, const ClockNotice *notice, const char *problem, GError **error)
{
    g_autoptr(GPtrArray) changes = g_ptr_array_new_with_free_func((GDestroyNotify) clock_change_free);
    ClockChange *change = clock_change_new(notice->ticket);
    ClockEventRow *event = g_new0(ClockEventRow, 1);

    log_error("rules-failed", LOG_INT("ticket", notice->ticket), LOG_TEXT("target", notice->target), LOG_TEXT("error", problem));
    event->at = run->now;
    event->kind = g_strdup("rules-failed");
    event->detail = g_strdup_printf("%s: what the rules want cannot be written: %s", notice->target, problem);
    g_ptr_array_add(change->events, event);
    g_ptr_array_add(changes, change);
    g_ptr_array_add(run->untold, (gpointer) notice);
    return store_clock_write(run->store, changes, error);
}

static gboolean
run_wave(RulesRun *run, const GPtrArray *wave, GError **error)
{
    g_autoptr(GPtrArray) untold = g_ptr_array_new();
    g_autoptr(GError) problem = NULL;

    if (!store_savepoint(run->store, error))
        return FALSE;
    if (try_wave(run, wave, untold, &problem)) {
        g_ptr_array_extend(run->untold, untold, NULL, NULL);
        return TRUE;
    }
    if (g_error_matches(problem, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY) || !store_is_connected(run->store)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    if (!store_back_to_savepoint(run->store, error))
        return FALSE;
    if (wave->len == 1)
        return tell_failure(run, wave->pdata[0], problem->message, error);
    for (guint i = 0; i < wave->len; i++) {
        g_autoptr(GPtrArray) one = g_ptr_array_new();

        g_ptr_array_add(one, wave->pdata[i]);
        if (!run_wave(run, one, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
clock_run_rules(Store *store, const DecideSettings *settings, const ClockSettings *clocks, const GPtrArray *notices, gint64 now, GPtrArray *untold,
                GError **error)
{
    RulesRun run = { store, settings, clocks, now, untold };
    g_autoptr(GPtrArray) waiting = g_ptr_array_copy((GPtrArray *) notices, NULL, NULL);

    g_ptr_array_set_free_func(waiting, NULL);
    while (waiting->len > 0) {
        g_autoptr(GHashTable) tickets = g_hash_table_new(g_int64_hash, g_int64_equal);
        g_autoptr(GPtrArray) wave = g_ptr_array_new(), later = g_ptr_array_new();

        for (guint i = 0; i < waiting->len; i++) {
            ClockNotice *notice = waiting->pdata[i];

            g_ptr_array_add(g_hash_table_add(tickets, &notice->ticket) ? wave : later, notice);
        }
        if (!run_wave(&run, wave, error))
            return FALSE;
        g_ptr_array_unref(waiting);
        waiting = g_steal_pointer(&later);
    }
    return TRUE;
}
