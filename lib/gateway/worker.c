/*
 * worker.c - the loop around the batches
 */
#include "gateway/worker.h"

#include "base/clock.h"
#include "base/log.h"
#include "gateway/batch-private.h"
#include "store/work.h"

/* Rows of one batch: enough to share round trips and a commit, few enough that nobody waits long behind a batch. */
#define BATCH_ROWS  64
/* What a batch cannot get (locks, memory, time) a smaller one may: after a failure it is so many times smaller, and grows again with success. */
#define BATCH_SHRINK 4
#define BATCH_GROW   2
#define BATCH_BYTES (8 * 1024 * 1024)
/* Nothing to do: listen, and look by ourselves once a second (a notification may be lost with a connection). */
#define IDLE_MS     1000
#define KEYS_LIFE_US (60 * G_USEC_PER_SEC)
/* Partitions of raw are made ahead: months before they are needed, so one look in many hours is plenty. */
#define PARTITIONS_LIFE_US (6 * 3600 * (gint64) G_USEC_PER_SEC)
#define PARTITIONS_AHEAD   "3"

TokenKeys *
load_token_keys(Store *store, gint64 token_life_seconds, GError **error)
{
    g_autoptr(GArray) rows = NULL;
    TokenKeys *keys;

    if (!store_token_keys(store, token_life_seconds, &rows, error))
        return NULL;
    keys = token_keys_new();
    for (guint i = 0; i < rows->len; i++) {
        const StoreTokenKey *row = &g_array_index(rows, StoreTokenKey, i);

        token_keys_add(keys, row->id, row->secret,
                       row->retired_at != 0 ? row->retired_at + token_life_seconds * G_USEC_PER_SEC : 0);
    }
    return keys;
}

static gboolean
refresh_keys(Worker *worker, GError **error)
{
    TokenKeys *keys;

    if (worker->keys != NULL && clock_monotonic() - worker->keys_loaded_at < KEYS_LIFE_US)
        return TRUE;
    keys = load_token_keys(worker->store, worker->settings->token_life_seconds, error);
    if (keys == NULL)
        return FALSE;
    token_keys_free(worker->keys);
    worker->keys = keys;
    worker->decide.keys = keys;
    worker->keys_loaded_at = clock_monotonic();
    return TRUE;
}

/* Mail that finds no partition of its month lies in the default one: what stands in the way here is told, and no mail waits for it. */
static gboolean
make_partitions(Worker *worker, GError **error)
{
    const char *months[] = { PARTITIONS_AHEAD };
    g_autoptr(GError) problem = NULL;

    if (worker->partitions_made_at != 0 && clock_monotonic() - worker->partitions_made_at < PARTITIONS_LIFE_US)
        return TRUE;
    if (!store_execute(worker->store, QUERY_SCHEMA_PARTITIONS, months, 1, NULL, &problem)) {
        if (!store_is_connected(worker->store)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return FALSE;
        }
        log_warning("partitions-not-made", LOG_TEXT("error", problem->message));
    }
    worker->partitions_made_at = clock_monotonic();
    return TRUE;
}

static gboolean
work_batch(Worker *worker, GPtrArray *rows, GError **error)
{
    gboolean done = batch_work(worker, rows, error);

    worker->batch_rows = done ? MIN(worker->batch_rows * BATCH_GROW, BATCH_ROWS) : MAX(worker->batch_rows / BATCH_SHRINK, 1);
    return done;
}

/* One look at the queue. *worked_out: rows were leased. */
static gboolean
work_once(Worker *worker, gboolean *worked_out, GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;

    *worked_out = FALSE;
    if (!refresh_keys(worker, error) || !make_partitions(worker, error)
        || !store_lease(worker->store, worker->batch_rows, BATCH_BYTES, worker->settings->lease_seconds, &rows, error))
        return FALSE;
    *worked_out = rows->len > 0;
    return rows->len == 0 || work_batch(worker, rows, error);
}

static gboolean
wait_for_work(Worker *worker, gboolean *idle_out, GError **error)
{
    const Role *role = &worker->settings->role;

    *idle_out = FALSE;
    if (role->until_idle && !store_inbound_is_idle(worker->store, idle_out, error))
        return FALSE;
    if (*idle_out)
        return TRUE;
    if (!store_wait(worker->store, role->until_idle ? 50 : IDLE_MS, role->wake_fd, error) && *error != NULL)
        return FALSE;
    return TRUE;
}

static gboolean
loop(Worker *worker, GError **error)
{
    const Role *role = &worker->settings->role;
    gboolean idle = FALSE;

    if (!store_listen(worker->store, "inbound", error))
        return FALSE;
    while (!*role->stop && !idle) {
        g_autoptr(GError) problem = NULL;
        gboolean worked;

        if (work_once(worker, &worked, &problem) && (worked || wait_for_work(worker, &idle, &problem))) {
            store_notify_due(worker->store);
            continue;
        }
        if (parser_is_broken(worker->parser)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return FALSE;
        }
        log_warning("work-failed", LOG_TEXT("error", problem->message));
        if (store_is_connected(worker->store))
            role_sleep(role, 200);
        if (!role_recover_store(role, worker->store, "inbound", error))
            return *error == NULL;
    }
    return TRUE;
}

gboolean
worker_run(const WorkerSettings *settings, Parser *parser, GError **error)
{
    Worker worker = { .settings = settings, .parser = parser, .decide = settings->decide, .batch_rows = BATCH_ROWS };
    GError *problem = NULL;
    gboolean done;

    worker.store = role_open_store(&settings->role, &problem);
    if (worker.store == NULL) {
        if (problem == NULL)
            return TRUE;
        g_propagate_error(error, problem);
        return FALSE;
    }
    worker.usual = usual_new();
    worker.references = g_array_new(FALSE, FALSE, sizeof(gint64));
    worker.outbox_numbers = g_array_new(FALSE, FALSE, sizeof(gint64));
    done = loop(&worker, &problem);
    if (problem != NULL)
        g_propagate_error(error, problem);
    usual_free(worker.usual);
    g_array_unref(worker.references);
    g_array_unref(worker.outbox_numbers);
    token_keys_free(worker.keys);
    store_free(worker.store);
    return done;
}
