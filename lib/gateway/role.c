#include "gateway/role.h"

#include <poll.h>

#include "base/log.h"

#define BACK_OFF_FIRST_MS 100
#define BACK_OFF_LAST_MS  5000

void
role_sleep(const Role *role, int milliseconds)
{
    struct pollfd wake = { role->wake_fd, POLLIN, 0 };

    if (!*role->stop)
        poll(&wake, role->wake_fd >= 0 ? 1 : 0, milliseconds);
}

static gboolean
is_temporary(const GError *error)
{
    return g_error_matches(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
}

/* The first failure is said at once, then only what changed: an hour without a database is not a thousand lines. */
static void
say_waiting(const GError *problem, int back_off)
{
    if (back_off == BACK_OFF_FIRST_MS)
        log_warning("database-away", LOG_TEXT("error", problem->message));
}

Store *
role_open_store(const Role *role, GError **error)
{
    int back_off = BACK_OFF_FIRST_MS;

    while (!*role->stop) {
        g_autoptr(GError) problem = NULL;
        Store *store = store_open(&role->store, &problem);

        if (store != NULL && store_announce_role(store, role->name, role->number, &problem)) {
            if (back_off > BACK_OFF_FIRST_MS)
                log_info("database-back");
            return store;
        }
        store_free(store);
        if (!is_temporary(problem)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return NULL;
        }
        say_waiting(problem, back_off);
        role_sleep(role, back_off);
        back_off = MIN(back_off * 2, BACK_OFF_LAST_MS);
    }
    return NULL;
}

gboolean
role_recover_store(const Role *role, Store *store, const char *channel, GError **error)
{
    int back_off = BACK_OFF_FIRST_MS;

    if (store_is_connected(store))
        store_rollback(store);
    while (!*role->stop) {
        g_autoptr(GError) problem = NULL;

        if (store_is_connected(store))
            return TRUE;
        if (store_reopen(store, &problem) && store_announce_role(store, role->name, role->number, &problem)
            && (channel == NULL || store_listen(store, channel, &problem))) {
            log_info("database-back");
            return TRUE;
        }
        if (!is_temporary(problem)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return FALSE;
        }
        say_waiting(problem, back_off);
        role_sleep(role, back_off);
        back_off = MIN(back_off * 2, BACK_OFF_LAST_MS);
    }
    return FALSE;
}
