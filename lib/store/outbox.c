/*
 * outbox.c - leasing mail that shall leave, and recording how it went
 */
#include <config.h>

#include "store/outbox.h"
#include "store/store-private.h"

#include "base/text.h"

#include <string.h>

void
outbox_row_free(OutboxRow *row)
{
    if (row == NULL)
        return;
    g_free(row->kind);
    g_free(row->envelope_sender);
    g_free(row->recipient);
    g_free(row->message_id);
    g_clear_pointer(&row->bytes, g_bytes_unref);
    g_free(row);
}

static OutboxRow *
read_row(const PGresult *rows, int i)
{
    OutboxRow *row = g_new0(OutboxRow, 1);

    row->id = row_int64(rows, i, 0);
    row->lease = row_int64(rows, i, 1);
    row->kind = row_dup(rows, i, 2);
    row->automatic = row_bool(rows, i, 3);
    row->ticket = row_int64(rows, i, 4);
    row->envelope_sender = row_dup(rows, i, 5);
    row->recipient = row_dup(rows, i, 6);
    row->message_id = row_dup(rows, i, 7);
    row->bytes = row_bytes(rows, i, 8);
    row->attempts = (int) row_int64(rows, i, 9);
    row->expires_at = row_int64(rows, i, 10);
    return row;
}

static int
by_id(gconstpointer a, gconstpointer b)
{
    const OutboxRow *left = *(const OutboxRow *const *) a;
    const OutboxRow *right = *(const OutboxRow *const *) b;

    return left->id < right->id ? -1 : left->id > right->id;
}

gboolean
store_outbox_lease(Store *store, OutboxWay way, const char *const *without, int max_rows, gint64 lease_seconds,
                   GPtrArray **rows_out, GError **error)
{
    g_autoptr(GPtrArray) leased = g_ptr_array_new_with_free_func((GDestroyNotify) outbox_row_free);
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_int(&params, max_rows);
    params_int(&params, lease_seconds);
    params_bool(&params, way == OUTBOX_WEBHOOKS);
    params_text_array(&params, without, without != NULL ? g_strv_length((char **) without) : 0);
    rows = store_run(store, QUERY_OUTBOX_LEASE, &params, error);
    if (rows == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(rows); i++) {
        OutboxRow *row = read_row(rows, i);

        g_ptr_array_add(leased, row);
        if (!row_bool(rows, i, 11))
            continue;
        /* No courier was there in all its life: too late is as good as undeliverable. */
        if (!store_outbox_done(store, row, OUTBOX_FAILED, 0, "its time was over before it could be sent", 0, NULL, error))
            return FALSE;
        g_ptr_array_set_size(leased, (int) leased->len - 1);
    }
    g_ptr_array_sort(leased, by_id);
    *rows_out = g_steal_pointer(&leased);
    return TRUE;
}

static gint64
changed_rows(const PGresult *result)
{
    return g_ascii_strtoll(PQcmdTuples((PGresult *) result), NULL, 10);
}

static gboolean
end_lease(Store *store, QueryId how, const OutboxRow *row, int code, const char *text, const char *last, gint64 *changed_out,
          GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) result = NULL;

    params_int(&params, row->id);
    params_int(&params, row->lease);
    params_int_or_null(&params, code);
    params_text(&params, text);
    if (last != NULL)
        params_text(&params, last);
    result = store_run(store, how, &params, error);
    if (result == NULL)
        return FALSE;
    *changed_out = changed_rows(result);
    return TRUE;
}

gboolean
store_outbox_done(Store *store, const OutboxRow *row, OutboxResult result, int code, const char *text,
                  gint64 retry_seconds, OutboxResult *became_out, GError **error)
{
    g_autofree char *seconds = g_strdup_printf("%" G_GINT64_FORMAT, retry_seconds);
    g_autofree char *said = text != NULL ? text_sanitise(text, strlen(text)) : NULL;   /* a server's own words */
    gint64 changed = 0;

    if (result == OUTBOX_SENT && !end_lease(store, QUERY_OUTBOX_SENT, row, code, said, NULL, &changed, error))
        return FALSE;
    if (result == OUTBOX_RETRY) {
        if (!end_lease(store, QUERY_OUTBOX_LATER, row, code, said, seconds, &changed, error))
            return FALSE;
        /* No row: its life would be over by then, or the lease was lost, which the next statement finds out. */
        if (changed == 0)
            result = OUTBOX_FAILED;
    }
    if ((result == OUTBOX_FAILED || result == OUTBOX_UNKNOWN)
        && !end_lease(store, QUERY_OUTBOX_OVER, row, code, said, result == OUTBOX_FAILED ? "failed" : "unknown", &changed,
                      error))
        return FALSE;
    if (changed == 1) {
        if (became_out != NULL)
            *became_out = result;
        return TRUE;
    }
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY,
                "could not record how mail %" G_GINT64_FORMAT " went: the lease was lost", row->id);
    return FALSE;
}

static gboolean
read_state(Store *store, gint64 id, const char *what, PGresult **state_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) row = NULL;

    params_int(&params, id);
    row = store_run(store, QUERY_OUTBOX_STATE, &params, error);
    if (row == NULL)
        return FALSE;
    if (PQntuples(row) == 0)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "there is no mail %" G_GINT64_FORMAT " in the outbox", id);
    else if (g_str_equal(row_text(row, 0, 0), "sent") || g_str_equal(row_text(row, 0, 0), "dropped"))
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "cannot %s mail %" G_GINT64_FORMAT ": it was %s already", what,
                    id, row_text(row, 0, 0));
    else if (row_bool(row, 0, 2))
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID,
                    "cannot %s mail %" G_GINT64_FORMAT ": a courier is sending it now", what, id);
    else {
        *state_out = g_steal_pointer(&row);
        return TRUE;
    }
    return FALSE;
}

static gboolean
retry(Store *store, gint64 id, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) state = NULL;
    g_autoptr(PGresult) done = NULL;

    if (!read_state(store, id, "send", &state, error))
        return FALSE;
    if (!row_bool(state, 0, 1)) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID,
                    "cannot send mail %" G_GINT64_FORMAT ": retention removed its bytes", id);
        return FALSE;
    }
    params_int(&params, id);
    done = store_run(store, QUERY_OUTBOX_RETRY, &params, error);
    return done != NULL && store_commit(store, error);
}

gboolean
store_outbox_retry(Store *store, gint64 id, GError **error)
{
    if (!store_begin(store, error))
        return FALSE;
    if (retry(store, id, error))
        return TRUE;
    store_rollback(store);
    return FALSE;
}

static gboolean
drop(Store *store, gint64 id, const char *who, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) state = NULL;
    g_autoptr(PGresult) done = NULL;

    if (!read_state(store, id, "drop", &state, error))
        return FALSE;
    params_int(&params, id);
    params_text(&params, who);
    done = store_run(store, QUERY_OUTBOX_DROP, &params, error);
    return done != NULL && store_commit(store, error);
}

gboolean
store_outbox_drop(Store *store, gint64 id, const char *who, GError **error)
{
    if (!store_begin(store, error))
        return FALSE;
    if (drop(store, id, who, error))
        return TRUE;
    store_rollback(store);
    return FALSE;
}

gboolean
store_outbox_bytes(Store *store, gint64 id, GBytes **bytes_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;
    GBytes *bytes;

    params_int(&params, id);
    rows = store_run(store, QUERY_OUTBOX_BYTES, &params, error);
    if (rows == NULL)
        return FALSE;
    bytes = PQntuples(rows) > 0 ? row_bytes(rows, 0, 0) : NULL;
    if (bytes == NULL) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND,
                    PQntuples(rows) == 0 ? "there is no mail %" G_GINT64_FORMAT " in the outbox"
                                         : "the bytes of mail %" G_GINT64_FORMAT " were removed by retention", id);
        return FALSE;
    }
    *bytes_out = bytes;
    return TRUE;
}

gboolean
store_outbox_is_idle(Store *store, OutboxWay way, gboolean *idle_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_bool(&params, way == OUTBOX_WEBHOOKS);
    rows = store_run(store, QUERY_OUTBOX_IS_IDLE, &params, error);
    if (rows == NULL)
        return FALSE;
    *idle_out = row_bool(rows, 0, 0);
    return TRUE;
}
