#include <config.h>

#include "store/oauth.h"

#include "base/text.h"
#include "store/store-private.h"

#include <string.h>

gboolean
store_oauth_lock(Store *store, const char *account, gboolean *held_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_text(&params, account);
    rows = store_run(store, QUERY_OAUTH_LOCK, &params, error);
    if (rows == NULL)
        return FALSE;
    *held_out = row_bool(rows, 0, 0);
    return TRUE;
}

gboolean
store_oauth_load(Store *store, const char *account, char **refresh_token_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_text(&params, account);
    rows = store_run(store, QUERY_OAUTH_LOAD, &params, error);
    if (rows == NULL)
        return FALSE;
    *refresh_token_out = PQntuples(rows) > 0 ? row_dup(rows, 0, 0) : NULL;
    return TRUE;
}

static gboolean
put(Store *store, QueryId query, const char *account, const char *text, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) done = NULL;

    params_text(&params, account);
    params_text(&params, text);
    done = store_run(store, query, &params, error);
    return done != NULL;
}

gboolean
store_oauth_save(Store *store, const char *account, const char *refresh_token, GError **error)
{
    return put(store, QUERY_OAUTH_SAVE, account, refresh_token, error);
}

gboolean
store_oauth_alarm(Store *store, const char *account, const char *alarm, GError **error)
{
    g_autofree char *clean = text_sanitise(alarm, strlen(alarm));     /* a server's own words */

    return put(store, QUERY_OAUTH_ALARM, account, clean, error);
}
