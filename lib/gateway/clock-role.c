#include "gateway/clock-role.h"

#include "base/clock.h"
#include "base/log.h"
#include "gateway/worker.h"

/* Enough to share a commit, few enough that no ticket is locked for long. */
#define BATCH   200
#define IDLE_MS 1000
#define LOCKED_MS 50
/* Tickets rest for hours and days. */
#define REST_US   (30 * G_USEC_PER_SEC)

typedef struct {
    const ClockRoleSettings *settings;
    Store                   *store;
    ClockWatch               watch;
    gint64                   rested_at;    /* monotonic; 0: not yet */
} ClockRole;

static gboolean
write_events(Store *store, const GPtrArray *notices, gint64 now, GError **error)
{
    g_autoptr(GPtrArray) changes = g_ptr_array_new_with_free_func((GDestroyNotify) clock_change_free);

    for (guint i = 0; i < notices->len; i++) {
        const ClockNotice *notice = notices->pdata[i];
        ClockChange *change = clock_change_new(notice->ticket);
        ClockEventRow *event = g_new0(ClockEventRow, 1);
        g_autofree char *due = clock_format_utc(notice->due);

        event->at = now;
        event->kind = g_strdup(notice->breach ? "target-breached" : "target-warned");
        event->detail = g_strdup_printf("%s: due %s", notice->target, due);
        g_ptr_array_add(change->events, event);
        g_ptr_array_add(changes, change);
    }
    return store_clock_write(store, changes, error);
}

static void
log_notices(const GPtrArray *notices)
{
    for (guint i = 0; i < notices->len; i++) {
        const ClockNotice *notice = notices->pdata[i];

        log_info(notice->breach ? "target-breached" : "target-warned", LOG_INT("ticket", notice->ticket),
                 LOG_TEXT("target", notice->target), LOG_TEXT("policy", notice->policy), LOG_TEXT("queue", notice->queue));
    }
}

static ClockSettings
clock_settings(const ClockRole *clock, gint64 now)
{
    return (ClockSettings) { clock->settings->decide.targets, clock->settings->decide.queues, clock->settings->now != NULL ? now : 0 };
}

static gboolean
open_in_transaction(ClockRole *clock, gint64 now, gboolean *any_out, GError **error)
{
    const ClockSettings clocks = clock_settings(clock, now);
    g_autoptr(GArray) references = NULL;
    g_autofree ClockCause *causes = NULL;

    if (!store_pending_due(clock->store, now, BATCH, &references, error))
        return FALSE;
    causes = g_new0(ClockCause, references->len);
    for (guint i = 0; i < references->len; i++)
        causes[i].ticket = g_array_index(references, gint64, i);
    *any_out = references->len > 0;
    return clocks_refresh(clock->store, &clocks, causes, references->len, NULL, error);
}

/* Tickets that waited for the customer as long as they were to; their clocks run again in the same transaction. */
static gboolean
open_pending(ClockRole *clock, gint64 now, gboolean *any_out, GError **error)
{
    if (!store_begin(clock->store, error))
        return FALSE;
    if (open_in_transaction(clock, now, any_out, error) && store_commit(clock->store, error))
        return TRUE;
    if (store_is_connected(clock->store))
        store_rollback(clock->store);
    return FALSE;
}

/* Without rules the agents are told; with them, of what the rules told nobody else. */
static gboolean
tell(ClockRole *clock, const GPtrArray *notices, gint64 now, GError **error)
{
    const DecideSettings *decide = &clock->settings->decide;
    const ClockSettings clocks = clock_settings(clock, now);
    g_autoptr(GPtrArray) untold = g_ptr_array_new();

    if (decide->rules == NULL)
        return clock_tell_agents(clock->store, decide, notices, now, error);
    return clock_run_rules(clock->store, decide, &clocks, notices, now, untold, error)
           && clock_tell_agents(clock->store, decide, untold, now, error);
}

/* One transaction: what is due is marked, told in the history, and told to the agents; or none of it. */
static gboolean
notice_due(ClockRole *clock, gint64 now, gboolean *any_out, GError **error)
{
    g_autoptr(GPtrArray) notices = NULL;

    *any_out = FALSE;
    if (!store_begin(clock->store, error))
        return FALSE;
    if (!store_clock_due(clock->store, now, BATCH, &notices, error) || !write_events(clock->store, notices, now, error)
        || !tell(clock, notices, now, error) || !store_commit(clock->store, error)) {
        if (store_is_connected(clock->store))
            store_rollback(clock->store);
        return FALSE;
    }
    log_notices(notices);
    *any_out = notices->len > 0;
    if (*any_out)
        store_notify(clock->store, "outbox");
    return TRUE;
}

static gboolean
any_rests(const GPtrArray *queues)
{
    for (guint i = 0; i < queues->len; i++) {
        const QueueConfig *queue = queues->pdata[i];

        if (queue->close_after.given || queue->remind_after.given || queue->close_pending_after.given || queue->survey.given)
            return TRUE;
    }
    return FALSE;
}

static gboolean
rest_in_transaction(ClockRole *clock, gint64 now, gboolean *more_out, GError **error)
{
    const ClockSettings clocks = clock_settings(clock, now);
    DecideSettings decide = clock->settings->decide;
    g_autoptr(TokenKeys) keys = load_token_keys(clock->store, clock->settings->token_life_seconds, error);

    decide.keys = keys;
    return keys != NULL && clock_rest(clock->store, &decide, &clocks, now, more_out, error);
}

/* Tickets at which nothing happened for long, now and then. */
static gboolean
rest(ClockRole *clock, gint64 now, gboolean *more_out, GError **error)
{
    *more_out = FALSE;
    if (!any_rests(clock->settings->decide.queues)
        || (clock->settings->now == NULL && clock->rested_at != 0 && clock_monotonic() - clock->rested_at < REST_US))
        return TRUE;
    if (!store_begin(clock->store, error))
        return FALSE;
    if (!rest_in_transaction(clock, now, more_out, error) || !store_commit(clock->store, error)) {
        if (store_is_connected(clock->store))
            store_rollback(clock->store);
        return FALSE;
    }
    clock->rested_at = *more_out ? 0 : clock_monotonic();
    store_notify(clock->store, "outbox");
    return TRUE;
}

/* Whoever changes a calendar or a policy changes nothing of what is owed already, and is told how to. */
static gboolean
tell_outdated(ClockRole *clock, GError **error)
{
    const Targets *targets = clock->settings->decide.targets;
    gint64 tickets = 0;

    if (targets == NULL || !store_clock_outdated(clock->store, targets_digest(targets), &tickets, error))
        return targets == NULL;
    if (tickets > 0)
        log_warning("targets-changed", LOG_INT("tickets", tickets), LOG_TEXT("counted", "by earlier calendars or policies"),
                    LOG_TEXT("run", "mailgw target recompute"));
    return TRUE;
}

static gboolean
may_go(ClockRole *clock, gint64 now)
{
    gint64 jump;
    ClockWatchState state;

    if (clock->settings->now != NULL)
        return TRUE;
    state = clock_watch(&clock->watch, now, clock_monotonic(), &jump);

    if (state == CLOCK_JUMPED)
        log_error("clock-jumped", LOG_INT("seconds", jump / G_USEC_PER_SEC), LOG_TEXT("until", "what is due waits for five minutes"));
    return state == CLOCK_RUNS;
}

/* One look. idle_out: nothing was due. wait_out: milliseconds until the next one. */
static gboolean
look(ClockRole *clock, gboolean *idle_out, int *wait_out, GError **error)
{
    gint64 next, now;
    gboolean any = FALSE, opened = FALSE, more = FALSE;

    if (!store_clock_next(clock->store, &next, &now, error))
        return FALSE;
    if (clock->settings->now != NULL)
        now = clock->settings->now(clock->settings->data);
    *idle_out = next == 0 || next > now;
    *wait_out = next > now ? (int) MIN(IDLE_MS, (next - now) / 1000 + 1) : IDLE_MS;
    if (!may_go(clock, now))
        return TRUE;
    if (!rest(clock, now, &more, error))
        return FALSE;
    if (more)
        *wait_out = 0;
    if (*idle_out) {
        *idle_out = !more;
        return TRUE;
    }
    if (!open_pending(clock, now, &opened, error) || !notice_due(clock, now, &any, error))
        return FALSE;
    /* What is due and could not be taken belongs to tickets that somebody else works on. */
    *wait_out = any || opened ? 0 : LOCKED_MS;
    return TRUE;
}

static gboolean
loop(ClockRole *clock, GError **error)
{
    const Role *role = &clock->settings->role;
    gboolean idle = FALSE;

    while (!*role->stop && !(idle && role->until_idle)) {
        g_autoptr(GError) problem = NULL;
        int wait = 0;

        if (look(clock, &idle, &wait, &problem)) {
            if (!(idle && role->until_idle))
                role_sleep(role, wait);
            store_notify_due(clock->store);
            continue;
        }
        idle = FALSE;
        log_warning("clock-failed", LOG_TEXT("error", problem->message));
        role_sleep(role, IDLE_MS);
        if (!role_recover_store(role, clock->store, NULL, error))
            return *error == NULL;
    }
    return TRUE;
}

gboolean
clock_role_run(const ClockRoleSettings *settings, GError **error)
{
    ClockRole clock = { .settings = settings };
    GError *problem = NULL;
    gboolean done;

    clock.store = role_open_store(&settings->role, &problem);
    if (clock.store == NULL) {
        if (problem == NULL)
            return TRUE;
        g_propagate_error(error, problem);
        return FALSE;
    }
    done = tell_outdated(&clock, &problem) && loop(&clock, &problem);
    if (problem != NULL)
        g_propagate_error(error, problem);
    store_free(clock.store);
    return done;
}
