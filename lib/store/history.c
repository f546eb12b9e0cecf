#include <config.h>

#include "store/history.h"

#include "store/columns-private.h"

/* ---- how much there is -------------------------------------------------------------------------------------- */

void
history_count_clear(HistoryCount *count)
{
    g_clear_pointer(&count->digests, g_hash_table_unref);
}

static void
bind_scope(Params *params, const HistoryScope *scope)
{
    params_int(params, scope->since);
    params_text(params, scope->queue);
}

static void
read_digests(const PGresult *rows, GHashTable *digests)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        const char *digest = row_text(rows, i, 0);
        gint64 mails = row_int64(rows, i, 1);

        g_hash_table_insert(digests, g_strdup(digest != NULL ? digest : ""), g_memdup2(&mails, sizeof mails));
    }
}

gboolean
store_history_count(Store *store, const HistoryScope *scope, HistoryCount *count_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(GPtrArray) results = NULL;
    const PGresult *rows;

    bind_scope(&params, scope);
    store_pipeline_begin(store);
    store_pipeline_add(store, QUERY_HISTORY_COUNT, &params);
    store_pipeline_add(store, QUERY_HISTORY_DIGESTS, &params);
    results = store_pipeline_run(store, error);
    if (results == NULL)
        return FALSE;
    rows = g_ptr_array_index(results, 0);
    *count_out = (HistoryCount) { row_int64(rows, 0, 0), row_int64(rows, 0, 1), row_int64(rows, 0, 2), row_int64(rows, 0, 3),
                                  row_int64(rows, 0, 4), row_int64(rows, 0, 5), row_int64(rows, 0, 6),
                                  g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free) };
    read_digests(g_ptr_array_index(results, 1), count_out->digests);
    return TRUE;
}

/* ---- the mails ---------------------------------------------------------------------------------------------- */

void
history_row_free(HistoryRow *row)
{
    if (row == NULL)
        return;
    inbound_row_free(row->row);
    g_free(row->facts);
    g_free(row->decided);
    g_free(row->rules_digest);
    g_free(row);
}

static HistoryRow *
read_row(const PGresult *rows, int i)
{
    HistoryRow *row = g_new0(HistoryRow, 1);

    row->row = g_new0(InboundRow, 1);
    row->row->id = row_int64(rows, i, 0);
    row->row->received_at = row_int64(rows, i, 1);
    row->row->source = row_dup(rows, i, 2);
    row->row->sender = row_dup(rows, i, 3);
    row->row->recipient = row_dup(rows, i, 4);
    row->row->auth_user = row_dup(rows, i, 5);
    row->row->queue = row_dup(rows, i, 6);
    row->row->quiet = row_bool(rows, i, 7);
    row->row->raw = row_int64(rows, i, 8);
    row->row->bytes = row_bytes(rows, i, 9);
    row->decided_at = row_int64(rows, i, 10);
    row->facts = row_dup(rows, i, 11);
    row->decided = row_dup(rows, i, 12);
    row->rules_digest = row_dup(rows, i, 13);
    row->ticket = row_int64(rows, i, 14);
    return row;
}

gboolean
store_history(Store *store, const HistoryScope *scope, const HistoryTurn *turn, GPtrArray **rows_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_int(&params, turn->after);
    params_int(&params, turn->last);
    bind_scope(&params, scope);
    params_int(&params, turn->readers);
    params_int(&params, turn->reader);
    params_int(&params, turn->max_rows);
    params_int(&params, turn->max_bytes);
    rows = store_run(store, QUERY_HISTORY_ROWS, &params, error);
    if (rows == NULL)
        return FALSE;
    *rows_out = g_ptr_array_new_with_free_func((GDestroyNotify) history_row_free);
    for (int i = 0; i < PQntuples(rows); i++)
        g_ptr_array_add(*rows_out, read_row(rows, i));
    return TRUE;
}
