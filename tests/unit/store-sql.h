/*
 * store-sql.h - SQL of a test's own, straight through libpq; a failure ends the test
 */
#pragma once

#include "store/store-private.h"

static inline PGresult *
sql(Store *store, const char *text)
{
    PGresult *result = PQexec(store_connection(store), text);

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        g_error("%s: %s", text, PQresultErrorMessage(result));
    return result;
}

static inline void
run_sql(Store *store, const char *text)
{
    PQclear(sql(store, text));
}

/* The first value of the first row. */
static inline char *
ask_text(Store *store, const char *text)
{
    g_autoptr(PGresult) result = sql(store, text);

    return row_dup(result, 0, 0);
}

static inline gint64
ask_int(Store *store, const char *text)
{
    g_autoptr(PGresult) result = sql(store, text);

    return row_int64(result, 0, 0);
}
