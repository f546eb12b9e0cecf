/*
 * send.c - lease outbox rows, deliver each, record how it went
 *
 * No transaction is open while a courier talks to a server. What a dead courier leaves is found by its lease: an agent's mail is sent again under
 * the same Message-ID, an automatic one is not (store/outbox.h).
 */
#include "gateway/send.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/outbox.h"

/* One row a lease: what a killed courier leaves behind is the one mail that it may have sent, and no other waits for its lease. */
#define LEASE_ROWS 1
#define IDLE_MS    1000
/* A lock that a worker holds, a deadlock: how often a result is tried to be recorded before it is left to the lease. */
#define RECORD_TRIES    5
#define RECORD_PAUSE_MS 200
#define BACK_OFF_FIRST_SECONDS 60
#define BACK_OFF_LAST_SECONDS  3600

gint64
send_back_off(int attempts, double spread)
{
    gint64 seconds = BACK_OFF_FIRST_SECONDS;

    for (int i = 1; i < attempts && seconds < BACK_OFF_LAST_SECONDS; i++)
        seconds *= 2;
    seconds = MIN(seconds, BACK_OFF_LAST_SECONDS);
    return (gint64) ((double) seconds * (1.0 + (spread - 0.5) * 2.0 / 3.0));
}

static OutboxResult
result_of(const OutboxRow *row, const Delivery *delivery)
{
    switch (delivery->result) {
    case DELIVERY_SENT:
        return OUTBOX_SENT;
    case DELIVERY_REJECTED:
        return OUTBOX_FAILED;
    case DELIVERY_UNKNOWN:
        return row->automatic ? OUTBOX_UNKNOWN : OUTBOX_RETRY;
    case DELIVERY_DEFERRED:
    default:
        return OUTBOX_RETRY;
    }
}

static void
log_delivery(const OutboxRow *row, const Delivery *delivery, gint64 started)
{
    static const char *const words[] = { "sent", "deferred", "rejected", "unknown" };
    LogLevel level = delivery->alarm ? LOG_LEVEL_ERROR
                     : delivery->result == DELIVERY_SENT ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING;

    log_event(level, words[delivery->result],
              LOG_FIELDS(LOG_INT("outbox", row->id), LOG_TEXT("mail", row->message_id), LOG_TEXT("kind", row->kind),
                         LOG_TEXT("to", row->recipient), LOG_INT("ticket", row->ticket),
                         LOG_INT("attempt", row->attempts), LOG_TEXT("answer", delivery->text),
                         LOG_INT("took_ms", (clock_monotonic() - started) / 1000)));
}

/*
 * The mail is out: that must not be forgotten because the database went away meanwhile, or because a worker was in our way. The lease is still ours when it is
 * back; else no try changes anything.
 */
static gboolean
record(const Role *role, Store *store, const OutboxRow *row, const Delivery *delivery, GError **error)
{
    gint64 back_off = send_back_off(row->attempts, g_random_double());

    for (int tries = 1;;) {
        g_autoptr(GError) problem = NULL;

        if (store_outbox_done(store, row, result_of(row, delivery), delivery->code, delivery->text, back_off, &problem))
            return TRUE;
        if (store_is_connected(store)) {
            if (tries++ >= RECORD_TRIES || !g_error_matches(problem, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY)) {
                g_propagate_error(error, g_steal_pointer(&problem));
                return FALSE;
            }
            role_sleep(role, RECORD_PAUSE_MS);
        } else if (!role_recover_store(role, store, "outbox", error)) {
            if (*error == NULL)
                g_propagate_error(error, g_steal_pointer(&problem));
            return FALSE;
        }
    }
}

static gboolean
send_one(const Role *role, Store *store, Courier *courier, const OutboxRow *row, GError **error)
{
    Shipment shipment = { row->envelope_sender, row->recipient, row->message_id, row->bytes };
    Delivery delivery = { 0 };
    gint64 started = clock_monotonic();
    gboolean done;

    courier_deliver(courier, &shipment, &delivery);
    log_delivery(row, &delivery, started);
    done = record(role, store, row, &delivery, error);
    delivery_clear(&delivery);
    return done;
}

static gboolean
send_once(const SendSettings *settings, Store *store, Courier *courier, gboolean *idle_out, GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;
    const Role *role = &settings->role;

    if (!store_outbox_lease(store, LEASE_ROWS, settings->lease_seconds, &rows, error))
        return FALSE;
    for (guint i = 0; i < rows->len; i++)
        if (!send_one(role, store, courier, g_ptr_array_index(rows, i), error))
            return FALSE;
    if (rows->len > 0)
        return TRUE;
    if (role->until_idle && !store_outbox_is_idle(store, idle_out, error))
        return FALSE;
    if (!*idle_out && !store_wait(store, role->until_idle ? 50 : IDLE_MS, role->wake_fd, error) && *error != NULL)
        return FALSE;
    return TRUE;
}

static gboolean
loop(const SendSettings *settings, Store *store, Courier *courier, GError **error)
{
    const Role *role = &settings->role;
    gboolean idle = FALSE;

    if (!store_listen(store, "outbox", error))
        return FALSE;
    while (!*role->stop && !idle) {
        g_autoptr(GError) problem = NULL;

        if (send_once(settings, store, courier, &idle, &problem))
            continue;
        log_warning("send-failed", LOG_TEXT("error", problem->message));
        if (store_is_connected(store))
            role_sleep(role, 200);
        if (!role_recover_store(role, store, "outbox", error))
            return *error == NULL;
    }
    return TRUE;
}

gboolean
send_run(const SendSettings *settings, GError **error)
{
    g_autoptr(Courier) courier = courier_new(&settings->courier, error);
    g_autoptr(Store) store = NULL;
    GError *problem = NULL;
    gboolean done;

    if (courier == NULL)
        return FALSE;
    store = role_open_store(&settings->role, &problem);
    done = store != NULL ? loop(settings, store, courier, &problem) : problem == NULL;
    if (problem != NULL)
        g_propagate_error(error, problem);
    return done;
}
