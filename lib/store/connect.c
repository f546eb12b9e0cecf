/*
 * connect.c - one connection: parameters, session, and what SQLSTATEs mean
 */
#include <config.h>

#include "store/store-private.h"

#include <string.h>

#include "base/log.h"

static const char *const role_names[] = {
    [STORE_OWNER] = "mailgw_owner",   [STORE_INGEST] = "mailgw_ingest", [STORE_WORKER] = "mailgw_worker",
    [STORE_COURIER] = "mailgw_courier", [STORE_READER] = "mailgw_reader",
};

/*
 * SQLSTATEs by prefix; the first that fits counts. What is not here is TEMPORARY: a mail that keeps failing is set aside
 * whole, never dropped.
 */
static const struct {
    const char *prefix;
    MailgwError code;
} states[] = {
    { "23505", MAILGW_ERROR_EXISTS },
    { "22", MAILGW_ERROR_INVALID },   /* data exceptions: NUL and bad UTF-8 are 22021 */
    { "23", MAILGW_ERROR_INVALID },
    { "54", MAILGW_ERROR_INVALID },   /* too large for an index, a row, a statement */
    { "0A", MAILGW_ERROR_CONFIG },
    { "28", MAILGW_ERROR_CONFIG },
    { "3D", MAILGW_ERROR_CONFIG },
    { "3F", MAILGW_ERROR_CONFIG },    /* no such schema */
    { "42", MAILGW_ERROR_CONFIG },
};

static MailgwError
code_of_state(const char *state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++)
        if (g_str_has_prefix(state, states[i].prefix))
            return states[i].code;
    return MAILGW_ERROR_TEMPORARY;
}

/* libpq ends its texts with a newline and may write several lines; a log line is one. */
static char *
one_line(const char *text)
{
    char *line = g_strstrip(g_strdup(text));

    return g_strdelimit(line, "\r\n\t", ' ');
}

void
sql_error(GError **error, const PGconn *connection, const PGresult *result, const char *what)
{
    const char *state = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *primary = result != NULL ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    g_autofree char *text = one_line(primary != NULL ? primary : PQerrorMessage(connection));
    MailgwError code = MAILGW_ERROR_TEMPORARY;

    /* A connection that ended says little about the statement: after pg_terminate_backend() there is not even a SQLSTATE. */
    if (PQstatus(connection) == CONNECTION_OK && state != NULL)
        code = code_of_state(state);
    g_set_error(error, MAILGW_ERROR, (int) code, "%s %s: %s%s%s%s",
                code == MAILGW_ERROR_TEMPORARY ? "could not" : "cannot", what,
                *text != '\0' ? text : "the connection to the database is lost",
                state != NULL ? " (SQLSTATE " : "", state != NULL ? state : "", state != NULL ? ")" : "");
}

gboolean
sql_succeeded(const PGconn *connection, QueryId query, const PGresult *result, GError **error)
{
    ExecStatusType status = PQresultStatus(result);
    g_autofree char *what = NULL;

    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        if (query != QUERY_COMMIT || strcmp(PQcmdStatus((PGresult *) result), "COMMIT") == 0)
            return TRUE;
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY,
                    "could not commit: a statement of the transaction had failed, all of it was rolled back");
        return FALSE;
    }
    what = g_strdup_printf("run the statement '%s'", query_table[query].name);
    sql_error(error, connection, result, what);
    return FALSE;
}

static void
on_notice(G_GNUC_UNUSED void *data, const char *text)
{
    log_debug("postgresql", LOG_TEXT("notice", text));
}

static gboolean
check_url(const char *url, GError **error)
{
    char *problem = NULL;
    PQconninfoOption *options;

    if (!g_str_has_prefix(url, "postgresql://") && !g_str_has_prefix(url, "postgres://")) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "a database's url begins with postgresql://");
        return FALSE;
    }
    options = PQconninfoParse(url, &problem);
    if (options == NULL) {
        g_autofree char *text = one_line(problem != NULL ? problem : "out of memory");

        PQfreemem(problem);
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot read the database's url: %s", text);
        return FALSE;
    }
    PQconninfoFree(options);
    return TRUE;
}

/* What stands before dbname may be set otherwise by the URL, what stands behind it may not. */
static PGconn *
connect_url(const char *url, gboolean standby, const char *application)
{
    const char *keys[] = { "connect_timeout", "target_session_attrs", "keepalives", "keepalives_idle",
                           "keepalives_interval", "keepalives_count", "tcp_user_timeout", "dbname",
                           "client_encoding", "application_name", standby ? "target_session_attrs" : NULL, NULL };
    const char *values[] = { "5", "read-write", "1", "30", "10", "3", "60000", url, "UTF8", application, "prefer-standby", NULL };

    return PQconnectdbParams(keys, values, TRUE);
}

static PGconn *
connect_embedded(const char *socket_dir, StoreRole role, const char *application)
{
    const char *keys[] = { "host", "port", "dbname", "user", "connect_timeout", "client_encoding", "application_name",
                           NULL };
    const char *values[] = { socket_dir, "5432", "mailgw", role_names[role], "5", "UTF8", application, NULL };

    return PQconnectdbParams(keys, values, FALSE);
}

/* COMMIT has to mean "on disk": a 250 is given on its word. */
static gboolean
check_durability(const PGresult *session, GError **error)
{
    const char *fsync = row_text(session, 0, PQfnumber(session, "fsync"));
    const char *commit = row_text(session, 0, PQfnumber(session, "synchronous_commit"));

    if (g_strcmp0(fsync, "on") != 0 || g_strcmp0(commit, "off") == 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG,
                    "cannot use a database that may forget what it committed: fsync is %s, synchronous_commit is %s; "
                    "both must be on", fsync, commit);
        return FALSE;
    }
    if (g_strcmp0(commit, "local") == 0)
        log_warning("standby not waited for", LOG_TEXT("synchronous_commit", commit));
    return TRUE;
}

static gboolean
setup_session(PGconn *connection, const char *take_role, StoreRole role, const ConnectTimeouts *timeouts, GError **error)
{
    gboolean lives_by_keys = role == STORE_INGEST || role == STORE_WORKER || role == STORE_COURIER;
    const char *values[] = { take_role, timeouts->statement, timeouts->lock, lives_by_keys ? "off" : "on" };
    g_autoptr(PGresult) session = PQexecParams(connection, query_table[QUERY_SESSION_SETUP].sql, G_N_ELEMENTS(values),
                                               NULL, values, NULL, NULL, 0);

    return sql_succeeded(connection, QUERY_SESSION_SETUP, session, error) && check_durability(session, error);
}

PGconn *
connect_open(const StoreSettings *settings, const ConnectTimeouts *timeouts, GError **error)
{
    const char *url = settings->url;
    const StoreRole role = settings->role;
    g_autofree char *application = g_strdup_printf("mailgw %s", settings->name != NULL ? settings->name : "");
    const char *take_role = url != NULL && role != STORE_OWNER ? role_names[role] : NULL;
    PGconn *connection;

    if (url != NULL && !check_url(url, error))
        return NULL;
    g_strchomp(application);
    connection = url != NULL ? connect_url(url, settings->standby, application) : connect_embedded(settings->socket_dir, role, application);
    g_assert(connection != NULL);
    PQsetNoticeProcessor(connection, on_notice, NULL);
    if (PQstatus(connection) != CONNECTION_OK) {
        sql_error(error, connection, NULL, "connect to the database");
        PQfinish(connection);
        return NULL;
    }
    if (!setup_session(connection, take_role, role, timeouts, error)) {
        PQfinish(connection);
        return NULL;
    }
    return connection;
}
