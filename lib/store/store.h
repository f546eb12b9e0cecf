/*
 * store.h - a connection to PostgreSQL, and how every statement is run
 *
 * All SQL stands in schema/: migrations in schema/NNNN-what.sql, statements in schema/queries/<area>.sql, each with a name. The build makes one
 * table of them (queries-table.h: QUERY_<NAME>), and store_open() prepares all of it: a statement that does not fit the schema stops the start,
 * not a mail. Parameters are bound; bytea goes and comes in binary.
 *
 * Errors: SQLSTATE classes 08, 40, 53, 57 and a lost connection are TEMPORARY; 42 is CONFIG (program and schema differ); 22 and 23 are INVALID; 23505
 * is EXISTS. A Store whose connection is lost stays usable: store_reopen() connects again (the caller backs off).
 *
 * A Store belongs to one process and is not shared after fork().
 */
#pragma once

#include "base/error.h"
#include "base/json.h"
#include "store/queries-table.h"

typedef enum { STORE_OWNER, STORE_INGEST, STORE_WORKER, STORE_COURIER, STORE_READER } StoreRole;

typedef struct {
    const char *url;          /* libpq URI, or NULL                                             */
    const char *socket_dir;   /* of the embedded server, or NULL                                */
    StoreRole   role;         /* embedded: login role; url: SET ROLE where that role exists     */
    const char *name;         /* application_name, "worker 1": seen in pg_stat_activity         */
    gboolean    standby;      /* url: a server that follows another one, if there is one */
} StoreSettings;

typedef struct Store Store;

/* Connects (at most 5 s) and prepares every statement. TEMPORARY if the server is away, CONFIG if the schema does not fit or is missing. */
Store   *store_open(const StoreSettings *settings, GError **error);
gboolean store_reopen(Store *store, GError **error);
gboolean store_is_connected(const Store *store);
void     store_free(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_free)

/* Runs one named statement whose rows are wanted as JSON: an array of objects, one per row, keys are the column names, values by type (integers,
   booleans, json as it is, timestamps as RFC 3339 UTC, everything else text). Parameters are text, NULL allowed. */
json_t *store_query_json(Store *store, QueryId query, const char *const *params, int n_params, GError **error);
/* Runs one that changes; changed_out (may be NULL) gets the number of rows. */
gboolean store_execute(Store *store, QueryId query, const char *const *params, int n_params, gint64 *changed_out,
                       GError **error);

gboolean store_begin(Store *store, GError **error);
gboolean store_commit(Store *store, GError **error);      /* TEMPORARY when the result is unknown */
void     store_rollback(Store *store);                   /* afterwards no transaction is open, or the connection is lost */
/* Inside a transaction, one at a time: what is written from here on can be taken back, and the transaction goes on, also after an error. */
gboolean store_savepoint(Store *store, GError **error);
gboolean store_back_to_savepoint(Store *store, GError **error);

/* NOTIFY on a channel ("inbound", "outbox"): a statement of its own, never inside a transaction that writes; not more often than every 10 ms: a
   call that comes earlier is remembered and sent by store_notify_due(). Returns ms until it is due, -1: nothing waits. */
void store_notify(Store *store, const char *channel);
int  store_notify_due(Store *store);
gboolean store_listen(Store *store, const char *channel, GError **error);
/* Waits until a notification came, timeout_ms are over, or wake_fd (-1: none) is readable. TRUE if a notification came. FALSE without error on
   time-out; a lost connection is an error. */
gboolean store_wait(Store *store, int timeout_ms, int wake_fd, GError **error);

/* A session advisory lock that says "this role is up" (seen by `mailgw status`); number: worker 1, 2, ... Kept until the connection ends. */
gboolean store_announce_role(Store *store, const char *role, int number, GError **error);
