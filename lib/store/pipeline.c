/*
 * pipeline.c - many statements in one round trip
 *
 * Sending never blocks without reading: a server that waits for us to take its results, while we wait for it to take our
 * statements, would be a deadlock. What it sends meanwhile is kept by libpq until store_pipeline_run() reads it.
 */
#include <config.h>

#include "store/store-private.h"

#include <errno.h>
#include <poll.h>

void
store_pipeline_begin(Store *store)
{
    g_array_set_size(store->pipeline, 0);
    g_clear_error(&store->pipeline_error);
    if (PQenterPipelineMode(store->connection) != 1 || PQsetnonblocking(store->connection, 1) != 0)
        sql_error(&store->pipeline_error, store->connection, NULL, "begin a pipeline");
}

gsize
store_pipeline_count(const Store *store)
{
    return store->pipeline->len;
}

/* Until everything was handed to the kernel. */
static gboolean
flush(PGconn *connection)
{
    for (;;) {
        struct pollfd socket = { .fd = PQsocket(connection), .events = POLLIN | POLLOUT };
        int left = PQflush(connection);

        if (left <= 0)
            return left == 0;
        if (poll(&socket, 1, -1) < 0 && errno != EINTR)
            return FALSE;
        if ((socket.revents & ~POLLOUT) != 0 && PQconsumeInput(connection) != 1)
            return FALSE;
    }
}

void
store_pipeline_add(Store *store, QueryId query, const Params *params)
{
    const Query *entry = &query_table[query];
    int sent;

    if (store->pipeline_error != NULL)
        return;
    sent = PQsendQueryPrepared(store->connection, entry->name, params != NULL ? params->n : 0,
                               params != NULL ? params->values : NULL, params != NULL ? params->lengths : NULL,
                               params != NULL ? params->formats : NULL, entry->binary ? 1 : 0);
    if (sent == 1)
        g_array_append_val(store->pipeline, query);
    if (sent != 1 || !flush(store->connection))
        sql_error(&store->pipeline_error, store->connection, NULL, "send a pipeline's statements");
}

/* The result of the next statement, without the NULL that ends it. */
static PGresult *
next_result(PGconn *connection)
{
    PGresult *result = PQgetResult(connection);
    PGresult *more;

    if (result == NULL)
        return NULL;
    while ((more = PQgetResult(connection)) != NULL)
        PQclear(more);
    return result;
}

/* Reads all results, also after an error: the next statement must not get what belongs to these. */
static GPtrArray *
collect(Store *store, GError **error)
{
    g_autoptr(GPtrArray) results = g_ptr_array_new_with_free_func((GDestroyNotify) PQclear);
    GError *first = NULL;

    for (guint i = 0; i < store->pipeline->len; i++) {
        PGresult *result = next_result(store->connection);

        if (result == NULL) {
            if (first == NULL)
                sql_error(&first, store->connection, NULL, "read a pipeline's results");
            break;
        }
        g_ptr_array_add(results, result);
        if (first == NULL)
            sql_succeeded(store->connection, g_array_index(store->pipeline, QueryId, i), result, &first);
    }
    PQclear(PQgetResult(store->connection));   /* the sync; NULL after a lost connection */
    if (first != NULL) {
        g_propagate_error(error, first);
        return NULL;
    }
    return g_steal_pointer(&results);
}

/*
 * A server that shuts down answers COMMIT and then drops the connection before it answers the sync.  What it said it committed is durable: to call that
 * a failure would make an MTA send the mail again.
 */
static gboolean
ends_with_commit(const Store *store)
{
    return store->pipeline->len > 0
           && g_array_index(store->pipeline, QueryId, store->pipeline->len - 1) == QUERY_COMMIT;
}

/*
 * A server that ends in the middle of an answer leaves libpq with a connection that it calls good and that stays in the pipeline for
 * ever: nothing could be asked over it, and nobody would open another.
 */
static gboolean
leave_pipeline(Store *store)
{
    if (PQexitPipelineMode(store->connection) == 1 && PQsetnonblocking(store->connection, 0) == 0)
        return TRUE;
    g_clear_pointer(&store->connection, PQfinish);
    return FALSE;
}

GPtrArray *
store_pipeline_run(Store *store, GError **error)
{
    g_autoptr(GPtrArray) results = NULL;
    g_autoptr(GError) failure = NULL;

    if (PQpipelineSync(store->connection) != 1 || !flush(store->connection)) {
        sql_error(&failure, store->connection, NULL, "send a pipeline's statements");
    } else {
        results = collect(store, &failure);
    }
    if (!leave_pipeline(store) && failure == NULL && !ends_with_commit(store))
        sql_error(&failure, store->connection, NULL, "end a pipeline");
    g_array_set_size(store->pipeline, 0);
    if (store->pipeline_error != NULL) {
        g_propagate_error(error, g_steal_pointer(&store->pipeline_error));
        return NULL;
    }
    if (failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&failure));
        return NULL;
    }
    return g_steal_pointer(&results);
}
