/*
 * send.c - lease outbox rows, deliver each, record how it went
 *
 * No transaction is open while a courier talks to a server. What a dead courier leaves is found by its lease: an agent's mail is sent again under
 * the same Message-ID and a notification under the same id, an automatic mail is not (store/outbox.h).
 */
#include "gateway/send.h"

#include "base/clock.h"
#include "base/log.h"
#include "gateway/send-webhooks-private.h"
#include "store/outbox.h"

/* One row a lease: what a killed courier leaves behind is the one mail that it may have sent, and no other waits for its lease. */
#define LEASE_ROWS 1
#define IDLE_MS    1000
/* A lock that a worker holds, a deadlock: how often a result is tried to be recorded before it is left to the lease. */
#define RECORD_TRIES    5
#define RECORD_PAUSE_MS 200
/* A server that takes mail is asked to wait by greylisting, of minutes; one that takes notifications is started again, in seconds. */
#define BACK_OFF_FIRST_SECONDS         60
#define BACK_OFF_FIRST_WEBHOOK_SECONDS 5
#define BACK_OFF_LAST_SECONDS          3600
#define RETRY_AFTER_MOST_SECONDS       (4 * 3600)

gint64
send_back_off(gint64 first, int attempts, double spread)
{
    gint64 seconds = first;

    for (int i = 1; i < attempts && seconds < BACK_OFF_LAST_SECONDS; i++)
        seconds *= 2;
    seconds = MIN(seconds, BACK_OFF_LAST_SECONDS);
    return (gint64) ((double) seconds * (1.0 + (spread - 0.5) * 2.0 / 3.0));
}

gint64
send_pause(gint64 back_off, gint64 retry_after_seconds)
{
    return MAX(back_off, MIN(retry_after_seconds, RETRY_AFTER_MOST_SECONDS));
}

/* What one process sends, and with what. */
typedef struct {
    const SendSettings *settings;
    Store              *store;
    Courier            *courier;        /* or NULL */
    SendWebhooks       *webhooks;       /* or NULL */
} Sending;

/* How it went, as the store is told. */
typedef struct {
    OutboxResult result;
    int          code;
    const char  *text;
    gint64       pause;
} OutboxRecord;

static gboolean
is_webhook(const OutboxRow *row)
{
    return g_str_equal(row->kind, "webhook");
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

/* It will not be tried again, and only a person can change that. */
static void
log_dead_letter(const OutboxRow *row, const Delivery *delivery, OutboxResult became)
{
    if (became == OUTBOX_FAILED && is_webhook(row))
        log_error("webhook-failed",
                  LOG_INT("outbox", row->id), LOG_TEXT("webhook", row->recipient), LOG_INT("ticket", row->ticket),
                  LOG_INT("attempts", row->attempts), LOG_TEXT("answer", delivery->text));
}

/* How a person's reply went is known to the clocks of its ticket from the same moment on. */
static gboolean
record_reply(const ClockSettings *clocks, Store *store, const OutboxRow *row, const OutboxRecord *record, OutboxResult *became, GError **error)
{
    g_autoptr(GPtrArray) locked = NULL;
    ClockCause cause = { 0, 0 };
    gint64 now;

    /* The ticket's lock is taken before the mail's, as workers do. */
    if (store_begin(store, error) && store_clock_tickets(store, &row->ticket, 1, &locked, &now, error)
        && store_outbox_done(store, row, record->result, record->code, record->text, record->pause, became, error)
        && store_clock_of_mail(store, row->id, &cause.ticket, error)
        && clocks_refresh(store, clocks, &cause, 1, NULL, error) && store_commit(store, error))
        return TRUE;
    if (store_is_connected(store))
        store_rollback(store);
    return FALSE;
}

/*
 * The mail is out: that must not be forgotten because the database went away meanwhile, or because a worker was in our way. The lease is still ours when it is
 * back; else no try changes anything.
 */
static gboolean
record(const SendSettings *settings, Store *store, const OutboxRow *row, const Delivery *delivery, GError **error)
{
    const Role *role = &settings->role;
    gboolean is_reply = g_str_equal(row->kind, "reply") && row->ticket != 0 && clocks_are_used(&settings->clocks);
    gint64 first = is_webhook(row) ? BACK_OFF_FIRST_WEBHOOK_SECONDS : BACK_OFF_FIRST_SECONDS;
    gint64 pause = send_pause(send_back_off(first, row->attempts, g_random_double()), delivery->retry_after_seconds);
    const OutboxRecord how = { result_of(row, delivery), delivery->code, delivery->text, pause };

    for (int tries = 1;;) {
        g_autoptr(GError) problem = NULL;
        OutboxResult became;

        if (is_reply ? record_reply(&settings->clocks, store, row, &how, &became, &problem)
                     : store_outbox_done(store, row, how.result, how.code, how.text, how.pause, &became, &problem)) {
            log_dead_letter(row, delivery, became);
            return TRUE;
        }
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
send_one(const Sending *sending, const OutboxRow *row, GError **error)
{
    Shipment shipment = { row->envelope_sender, row->recipient, row->message_id, row->bytes };
    Delivery delivery = { 0 };
    gint64 started = clock_monotonic();
    gboolean done;

    if (is_webhook(row))
        send_webhooks_deliver(sending->webhooks, row, &delivery);
    else
        courier_deliver(sending->courier, &shipment, &delivery);
    log_delivery(row, &delivery, started);
    done = record(sending->settings, sending->store, row, &delivery, error);
    delivery_clear(&delivery);
    return done;
}

static gboolean
lease(const Sending *sending, OutboxWay way, GPtrArray **rows_out, GError **error)
{
    const char *const *without = way == OUTBOX_WEBHOOKS ? send_webhooks_resting(sending->webhooks, clock_monotonic()) : NULL;

    return store_outbox_lease(sending->store, way, without, LEASE_ROWS, sending->settings->lease_seconds, rows_out, error);
}

/* One of each that this process sends. */
static gboolean
send_some(const Sending *sending, gboolean *sent_out, GError **error)
{
    *sent_out = FALSE;
    for (OutboxWay way = OUTBOX_MAIL; way <= OUTBOX_WEBHOOKS; way++) {
        g_autoptr(GPtrArray) rows = NULL;

        if (way == OUTBOX_MAIL ? sending->courier == NULL : sending->webhooks == NULL)
            continue;
        if (!lease(sending, way, &rows, error))
            return FALSE;
        for (guint i = 0; i < rows->len; i++)
            if (!send_one(sending, g_ptr_array_index(rows, i), error))
                return FALSE;
        *sent_out = *sent_out || rows->len > 0;
    }
    return TRUE;
}

static gboolean
look_if_idle(const Sending *sending, gboolean *idle_out, GError **error)
{
    gboolean mail = TRUE, webhooks = TRUE;

    if (sending->courier != NULL && !store_outbox_is_idle(sending->store, OUTBOX_MAIL, &mail, error))
        return FALSE;
    if (sending->webhooks != NULL && !store_outbox_is_idle(sending->store, OUTBOX_WEBHOOKS, &webhooks, error))
        return FALSE;
    *idle_out = mail && webhooks;
    return TRUE;
}

static gboolean
send_once(const Sending *sending, gboolean *idle_out, GError **error)
{
    const Role *role = &sending->settings->role;
    gboolean sent;

    if (!send_some(sending, &sent, error))
        return FALSE;
    if (sent)
        return TRUE;
    if (role->until_idle && !look_if_idle(sending, idle_out, error))
        return FALSE;
    if (!*idle_out && !store_wait(sending->store, role->until_idle ? 50 : IDLE_MS, role->wake_fd, error) && *error != NULL)
        return FALSE;
    return TRUE;
}

static gboolean
loop(const Sending *sending, GError **error)
{
    const Role *role = &sending->settings->role;
    gboolean idle = FALSE;

    if (!store_listen(sending->store, "outbox", error))
        return FALSE;
    while (!*role->stop && !idle) {
        g_autoptr(GError) problem = NULL;

        if (send_once(sending, &idle, &problem))
            continue;
        log_warning("send-failed", LOG_TEXT("error", problem->message));
        if (store_is_connected(sending->store))
            role_sleep(role, 200);
        if (!role_recover_store(role, sending->store, "outbox", error))
            return *error == NULL;
    }
    return TRUE;
}

gboolean
send_run(const SendSettings *settings, GError **error)
{
    g_autoptr(Courier) courier = NULL;
    g_autoptr(SendWebhooks) webhooks = NULL;
    g_autoptr(Store) store = NULL;
    GError *problem = NULL;
    gboolean done;

    if (settings->courier.transport != NULL && (courier = courier_new(&settings->courier, error)) == NULL)
        return FALSE;
    if (settings->webhooks != NULL && (webhooks = send_webhooks_new(settings->webhooks, error)) == NULL)
        return FALSE;
    store = role_open_store(&settings->role, &problem);
    if (store != NULL) {
        const Sending sending = { settings, store, courier, webhooks };

        done = loop(&sending, &problem);
    } else {
        done = problem == NULL;
    }
    if (problem != NULL)
        g_propagate_error(error, problem);
    return done;
}
