/*
 * work-inbound.c - single inbound rows: their original, and working one again
 */
#include <config.h>

#include "store/store-private.h"
#include "store/work.h"

static gboolean
may_retry(const PGresult *rows, gint64 id, gboolean *is_quarantined_out, GError **error)
{
    const char *outcome;

    if (PQntuples(rows) == 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "there is no inbound mail %" G_GINT64_FORMAT, id);
        return FALSE;
    }
    outcome = row_text(rows, 0, 0);
    if (outcome != NULL && g_strcmp0(outcome, outcome_name(OUTCOME_QUARANTINED)) != 0)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID,
                    "cannot work inbound mail %" G_GINT64_FORMAT " again: its outcome is '%s'", id, outcome);
    else if (!row_bool(rows, 0, 1))
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID,
                    "cannot work inbound mail %" G_GINT64_FORMAT " again: retention removed its original", id);
    else if (row_bool(rows, 0, 2))
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID,
                    "cannot work inbound mail %" G_GINT64_FORMAT " again: a worker has it now", id);
    else {
        *is_quarantined_out = outcome != NULL;
        return TRUE;
    }
    return FALSE;
}

static gboolean
retry(Store *store, gint64 id, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) row = NULL;
    g_autoptr(GPtrArray) results = NULL;
    gboolean is_quarantined;

    params_int(&params, id);
    row = store_run(store, QUERY_INBOUND_FOR_RETRY, &params, error);
    if (row == NULL || !may_retry(row, id, &is_quarantined, error))
        return FALSE;
    store_pipeline_begin(store);
    if (is_quarantined)
        store_pipeline_add(store, QUERY_INBOUND_RETRY_UNQUARANTINE, &params);
    store_pipeline_add(store, QUERY_INBOUND_RETRY, &params);
    store_pipeline_add(store, QUERY_COMMIT, NULL);
    results = store_pipeline_run(store, error);
    return results != NULL;
}

gboolean
store_inbound_retry(Store *store, gint64 id, GError **error)
{
    if (!store_begin(store, error))
        return FALSE;
    if (retry(store, id, error))
        return TRUE;
    store_rollback(store);
    return FALSE;
}

gboolean
store_inbound_bytes(Store *store, gint64 id, GBytes **bytes_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;
    GBytes *bytes;

    params_int(&params, id);
    rows = store_run(store, QUERY_INBOUND_BYTES, &params, error);
    if (rows == NULL)
        return FALSE;
    if (PQntuples(rows) == 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "there is no inbound mail %" G_GINT64_FORMAT, id);
        return FALSE;
    }
    bytes = row_bytes(rows, 0, 0);
    if (bytes == NULL) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND,
                    "the original of inbound mail %" G_GINT64_FORMAT " was removed by retention", id);
        return FALSE;
    }
    *bytes_out = bytes;
    return TRUE;
}

gboolean
store_inbound_is_idle(Store *store, gboolean *idle_out, GError **error)
{
    g_autoptr(PGresult) rows = store_run(store, QUERY_INBOUND_IS_IDLE, NULL, error);

    if (rows == NULL)
        return FALSE;
    *idle_out = row_bool(rows, 0, 0);
    return TRUE;
}
