/*
 * schema.c - running migrations
 */
#include <config.h>

#include "store/schema.h"

#include "base/hash.h"
#include "store/migrations-table.h"
#include "store/store-private.h"

#define PARTITION_MONTHS 3
#define TOKEN_SECRET_BYTES 32

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGconn, PQfinish)

/* A migration may take as long as it needs, and waits for another host's. */
static const ConnectTimeouts timeouts = { .statement = "0", .lock = "10min" };

static PGconn *
connect_owner(const SchemaTarget *target, GError **error)
{
    const StoreSettings settings = { .url = target->url, .socket_dir = target->socket_dir, .role = STORE_OWNER, .name = "migration" };

    return connect_open(&settings, &timeouts, error);
}

/* Nothing is prepared here: most of the table does not fit a database without schema. */
static PGresult *
run(PGconn *connection, QueryId query, const Params *params, GError **error)
{
    g_autoptr(PGresult) result = NULL;

    result = PQexecParams(connection, query_table[query].sql, params != NULL ? params->n : 0, NULL,
                          params != NULL ? params->values : NULL, params != NULL ? params->lengths : NULL,
                          params != NULL ? params->formats : NULL, 0);
    return sql_succeeded(connection, query, result, error) ? g_steal_pointer(&result) : NULL;
}

static gboolean
execute(PGconn *connection, QueryId query, const Params *params, GError **error)
{
    g_autoptr(PGresult) result = run(connection, query, params, error);

    return result != NULL;
}

static gboolean
newest_number(PGconn *connection, int *number_out, GError **error)
{
    g_autoptr(PGresult) exists = run(connection, QUERY_SCHEMA_EXISTS, NULL, error);
    g_autoptr(PGresult) newest = NULL;

    if (exists == NULL)
        return FALSE;
    if (!row_bool(exists, 0, 0)) {
        *number_out = 0;
        return TRUE;
    }
    newest = run(connection, QUERY_SCHEMA_NEWEST, NULL, error);
    if (newest == NULL)
        return FALSE;
    *number_out = (int) row_int64(newest, 0, 0);
    return TRUE;
}

/* BEGIN and the lock; what was applied is asked afterwards, because another host may just have done it. */
static gboolean
begin_locked(PGconn *connection, GError **error)
{
    return execute(connection, QUERY_BEGIN, NULL, error) && execute(connection, QUERY_SCHEMA_LOCK, NULL, error);
}

static gboolean
apply(PGconn *connection, const Migration *migration, GError **error)
{
    g_autoptr(PGresult) result = PQexec(connection, migration->sql);
    ExecStatusType status = PQresultStatus(result);
    g_autofree char *what = g_strdup_printf("apply the migration %s", migration->name);
    g_auto(Params) params = { 0 };

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        sql_error(error, connection, result, what);
        return FALSE;
    }
    params_int(&params, migration->number);
    params_text(&params, migration->name);
    return execute(connection, QUERY_SCHEMA_RECORD, &params, error);
}

/* The next migration, if there is one, in its transaction. An error leaves the transaction to the end of the connection. */
static gboolean
apply_next(PGconn *connection, gboolean *applied_out, GError **error)
{
    int newest;

    if (!begin_locked(connection, error) || !newest_number(connection, &newest, error))
        return FALSE;
    if (newest > n_migrations) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG,
                    "cannot use a database of a newer mailgw: its schema has number %d, this program knows %d", newest,
                    n_migrations);
        return FALSE;
    }
    if (newest < n_migrations && !apply(connection, &migration_table[newest], error))
        return FALSE;
    *applied_out = newest < n_migrations;
    return execute(connection, QUERY_COMMIT, NULL, error);
}

/* What is not a matter of the schema's version: it is looked after at every migration run. */
static gboolean
complete(PGconn *connection, GError **error)
{
    g_auto(Params) months = { 0 };
    g_auto(Params) key = { 0 };
    guint8 secret[TOKEN_SECRET_BYTES];
    gboolean done;

    hash_random(secret, sizeof secret);
    params_int(&months, PARTITION_MONTHS);
    params_bytes(&key, secret, sizeof secret);
    done = begin_locked(connection, error) && execute(connection, QUERY_SCHEMA_ROLES, NULL, error)
           && execute(connection, QUERY_SCHEMA_PARTITIONS, &months, error)
           && execute(connection, QUERY_SCHEMA_FIRST_TOKEN_KEY, &key, error)
           && execute(connection, QUERY_COMMIT, NULL, error);
    explicit_bzero(secret, sizeof secret);
    return done;
}

gboolean
schema_migrate(const SchemaTarget *target, int *applied_out, GError **error)
{
    g_autoptr(PGconn) connection = connect_owner(target, error);
    gboolean more = TRUE;
    int applied = 0;

    if (connection == NULL)
        return FALSE;
    while (more) {
        if (!apply_next(connection, &more, error))
            return FALSE;
        applied += more ? 1 : 0;
    }
    if (!complete(connection, error))
        return FALSE;
    if (applied_out != NULL)
        *applied_out = applied;
    return TRUE;
}

gboolean
schema_version(const SchemaTarget *target, int *database_out, int *program_out, GError **error)
{
    g_autoptr(PGconn) connection = connect_owner(target, error);
    int newest;

    if (connection == NULL || !newest_number(connection, &newest, error))
        return FALSE;
    *database_out = newest;
    *program_out = n_migrations;
    return TRUE;
}
