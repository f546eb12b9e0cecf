/*
 * notify.c - waking other processes and being woken; saying that a role is up
 *
 * A notification inside a transaction that writes serialises all commits (it takes a lock that is held until the end),
 * so it is a statement of its own, and not more often than every 10 ms.
 */
#include <config.h>

#include "store/store-private.h"

#include <errno.h>
#include <poll.h>

#include "base/clock.h"

#define NOTIFY_EVERY_MS 10

void
channels_init(Store *store)
{
    store->channels[0] = (StoreChannel) { .name = "inbound", .listen = QUERY_SESSION_LISTEN_INBOUND };
    store->channels[1] = (StoreChannel) { .name = "outbox", .listen = QUERY_SESSION_LISTEN_OUTBOX };
}

static StoreChannel *
find_channel(Store *store, const char *name)
{
    for (int i = 0; i < STORE_CHANNELS; i++)
        if (g_str_equal(store->channels[i].name, name))
            return &store->channels[i];
    g_assert_not_reached();
}

/* Only a wake-up: who misses it finds the rows when it polls, so a failure is not told. */
static void
send_notification(Store *store, StoreChannel *channel)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) result = NULL;

    params_text(&params, channel->name);
    result = store_run(store, QUERY_SESSION_NOTIFY, &params, NULL);
    channel->notify_waits = FALSE;
    channel->notified_at = clock_monotonic();
}

static int
channel_due_ms(const StoreChannel *channel)
{
    gint64 since = (clock_monotonic() - channel->notified_at) / 1000;

    return channel->notified_at == 0 || since >= NOTIFY_EVERY_MS ? 0 : (int) (NOTIFY_EVERY_MS - since);
}

void
store_notify(Store *store, const char *name)
{
    StoreChannel *channel = find_channel(store, name);

    channel->notify_waits = TRUE;
    store_notify_due(store);
}

int
store_notify_due(Store *store)
{
    int next = -1;

    for (int i = 0; i < STORE_CHANNELS; i++) {
        StoreChannel *channel = &store->channels[i];
        int due;

        if (!channel->notify_waits)
            continue;
        due = channel_due_ms(channel);
        if (due == 0)
            send_notification(store, channel);
        else if (next < 0 || due < next)
            next = due;
    }
    return next;
}

gboolean
store_listen(Store *store, const char *name, GError **error)
{
    StoreChannel *channel = find_channel(store, name);
    g_autoptr(PGresult) result = NULL;

    channel->is_listening = TRUE;
    result = store_run(store, channel->listen, NULL, error);
    return result != NULL;
}

/* Takes all notifications that libpq has; several are one. */
static gboolean
take_notifications(PGconn *connection)
{
    gboolean any = FALSE;
    PGnotify *notification;

    while ((notification = PQnotifies(connection)) != NULL) {
        PQfreemem(notification);
        any = TRUE;
    }
    return any;
}

gboolean
store_wait(Store *store, int timeout_ms, int wake_fd, GError **error)
{
    gint64 until = clock_monotonic() + (gint64) timeout_ms * 1000;

    for (;;) {
        struct pollfd fds[2] = { { .fd = PQsocket(store->connection), .events = POLLIN },
                                 { .fd = wake_fd, .events = POLLIN } };
        gint64 left = timeout_ms < 0 ? -1 : MAX((until - clock_monotonic() + 999) / 1000, 0);

        if (PQconsumeInput(store->connection) != 1 || fds[0].fd < 0) {
            sql_error(error, store->connection, NULL, "wait for the database");
            return FALSE;
        }
        if (take_notifications(store->connection))
            return TRUE;
        if (left == 0)
            return FALSE;
        if (poll(fds, G_N_ELEMENTS(fds), (int) left) < 0 && errno != EINTR)
            return error_from_errno(error, errno, "wait for the database");
        if (fds[1].revents != 0)
            return FALSE;
    }
}

gboolean
store_announce_role(Store *store, const char *role, int number, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) result = NULL;

    params_text(&params, role);
    params_int(&params, number);
    result = store_run(store, QUERY_SESSION_ANNOUNCE, &params, error);
    if (result == NULL)
        return FALSE;
    g_assert(row_bool(result, 0, 0));   /* shared: nobody can stand in the way; null for a role that SQL does not know */
    if (store->announced_role != role) {
        g_free(store->announced_role);
        store->announced_role = g_strdup(role);
    }
    store->announced_number = number;
    return TRUE;
}

gboolean
channels_restore(Store *store, GError **error)
{
    for (int i = 0; i < STORE_CHANNELS; i++)
        if (store->channels[i].is_listening && !store_listen(store, store->channels[i].name, error))
            return FALSE;
    return store->announced_role == NULL
           || store_announce_role(store, store->announced_role, store->announced_number, error);
}
