/*
 * store.c - opening a connection with everything prepared, running statements, transactions
 */
#include <config.h>

#include "store/store-private.h"

/* A role's statement touches a batch; one that takes a minute is lost. An audit or a purge of years of mail takes what it takes. */
static const ConnectTimeouts role_timeouts = { .statement = "60s", .lock = "10s" };
static const ConnectTimeouts owner_timeouts = { .statement = "0", .lock = "10s" };

/* One round trip for all. The statements are small, their answers smaller: neither side can fill the other's socket. */
static gboolean
prepare_all(PGconn *connection, GError **error)
{
    GError *first = NULL;

    if (PQenterPipelineMode(connection) != 1) {
        sql_error(error, connection, NULL, "prepare the statements");
        return FALSE;
    }
    for (int i = 0; i < N_QUERIES && first == NULL; i++)
        if (PQsendPrepare(connection, query_table[i].name, query_table[i].sql, 0, NULL) != 1)
            sql_error(&first, connection, NULL, "prepare the statements");
    if (first == NULL && PQpipelineSync(connection) != 1)
        sql_error(&first, connection, NULL, "prepare the statements");
    for (int i = 0; i < N_QUERIES && first == NULL; i++) {
        g_autoptr(PGresult) result = PQgetResult(connection);
        g_autofree char *what = g_strdup_printf("prepare the statement '%s'", query_table[i].name);

        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            sql_error(&first, connection, result, what);
        PQclear(PQgetResult(connection));   /* the NULL that ends it */
    }
    if (first == NULL) {
        PQclear(PQgetResult(connection));   /* the sync */
        if (PQexitPipelineMode(connection) == 1)
            return TRUE;
        sql_error(&first, connection, NULL, "prepare the statements");
    }
    if (g_error_matches(first, MAILGW_ERROR, MAILGW_ERROR_CONFIG))
        g_prefix_error(&first, "the database's schema is missing or does not fit this program "
                               "(\"mailgw db migrate\" brings it up to date): ");
    g_propagate_error(error, first);
    return FALSE;
}

gboolean
store_reopen(Store *store, GError **error)
{
    const StoreSettings settings = { .url = store->url, .socket_dir = store->socket_dir, .role = store->role, .name = store->name,
                                     .standby = store->standby };

    g_clear_pointer(&store->connection, PQfinish);
    store->connection = connect_open(&settings, store->role == STORE_OWNER ? &owner_timeouts : &role_timeouts, error);
    if (store->connection == NULL)
        return FALSE;
    if (prepare_all(store->connection, error) && channels_restore(store, error))
        return TRUE;
    g_clear_pointer(&store->connection, PQfinish);
    return FALSE;
}

Store *
store_open(const StoreSettings *settings, GError **error)
{
    g_autoptr(Store) store = g_new0(Store, 1);

    g_assert((settings->url == NULL) != (settings->socket_dir == NULL));
    store->url = g_strdup(settings->url);
    store->socket_dir = g_strdup(settings->socket_dir);
    store->role = settings->role;
    store->name = g_strdup(settings->name);
    store->standby = settings->standby;
    store->pipeline = g_array_new(FALSE, FALSE, sizeof(QueryId));
    channels_init(store);
    return store_reopen(store, error) ? g_steal_pointer(&store) : NULL;
}

void
store_free(Store *store)
{
    if (store == NULL)
        return;
    g_clear_pointer(&store->connection, PQfinish);
    g_array_unref(store->pipeline);
    g_clear_error(&store->pipeline_error);
    g_free(store->announced_role);
    g_free(store->url);
    g_free(store->socket_dir);
    g_free(store->name);
    g_free(store);
}

gboolean
store_is_connected(const Store *store)
{
    return store->connection != NULL && PQstatus(store->connection) == CONNECTION_OK;
}

PGconn *
store_connection(Store *store)
{
    return store->connection;
}

PGresult *
store_run(Store *store, QueryId query, const Params *params, GError **error)
{
    const Query *entry = &query_table[query];
    g_autoptr(PGresult) result = NULL;

    result = PQexecPrepared(store->connection, entry->name, params != NULL ? params->n : 0,
                            params != NULL ? params->values : NULL, params != NULL ? params->lengths : NULL,
                            params != NULL ? params->formats : NULL, entry->binary ? 1 : 0);
    return sql_succeeded(store->connection, query, result, error) ? g_steal_pointer(&result) : NULL;
}

gboolean
store_begin(Store *store, GError **error)
{
    g_autoptr(PGresult) result = store_run(store, QUERY_BEGIN, NULL, error);

    return result != NULL;
}

gboolean
store_commit(Store *store, GError **error)
{
    g_autoptr(PGresult) result = store_run(store, QUERY_COMMIT, NULL, error);

    return result != NULL;
}

void
store_rollback(Store *store)
{
    g_autoptr(PGresult) result = NULL;

    /* A lost connection has rolled back by itself. */
    if (!store_is_connected(store) || PQtransactionStatus(store->connection) == PQTRANS_IDLE)
        return;
    result = store_run(store, QUERY_ROLLBACK, NULL, NULL);
    if (PQtransactionStatus(store->connection) != PQTRANS_IDLE)
        g_clear_pointer(&store->connection, PQfinish);
}

gboolean
store_savepoint(Store *store, GError **error)
{
    g_autoptr(PGresult) result = store_run(store, QUERY_SAVEPOINT, NULL, error);

    return result != NULL;
}

gboolean
store_back_to_savepoint(Store *store, GError **error)
{
    g_autoptr(PGresult) result = store_run(store, QUERY_BACK_TO_SAVEPOINT, NULL, error);

    return result != NULL;
}
