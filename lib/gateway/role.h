/*
 * role.h - what every long-running role needs: when to stop, and a database connection that comes back
 */
#pragma once

#include "store/store.h"

typedef struct {
    const char   *name;            /* "worker", "courier", "lmtp"                              */
    int           number;          /* worker 1, 2, ...                                         */
    StoreSettings store;
    volatile int *stop;            /* becomes TRUE on SIGTERM                                  */
    int           wake_fd;         /* becomes readable then                                    */
    gboolean      until_idle;      /* end when no row is due or leased                         */
} Role;

/* Waits, but not past a stop. */
void role_sleep(const Role *role, int milliseconds);

/*
 * Connects and announces the role, trying again with back-off (0.1 s to 5 s) while the server is away. NULL when stopped, or with an error when
 * trying again cannot help (the schema does not fit).
 */
Store *role_open_store(const Role *role, GError **error);
/* After a TEMPORARY error: connected again (and announced, listening on channel if not NULL), or FALSE when stopped or hopeless. */
gboolean role_recover_store(const Role *role, Store *store, const char *channel, GError **error);
