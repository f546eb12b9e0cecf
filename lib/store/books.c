#include "store/books.h"

#include <string.h>

#include "store/store-private.h"

static const QueryId checks[] = {
    QUERY_AUDIT_OUTCOMES, QUERY_AUDIT_SUM, QUERY_AUDIT_WITHOUT_OUTCOME, QUERY_AUDIT_TICKET_OUTCOME,
    QUERY_AUDIT_ARTICLE_INBOUND, QUERY_AUDIT_QUARANTINED, QUERY_AUDIT_DUPLICATE, QUERY_AUDIT_DECISION,
    QUERY_AUDIT_ACKNOWLEDGEMENT, QUERY_AUDIT_ACKNOWLEDGEMENT_DECIDED, QUERY_AUDIT_REDIRECTED, QUERY_AUDIT_REDIRECT,
    QUERY_AUDIT_INBOUND_LEASE,
    QUERY_AUDIT_OUTBOX_LEASE, QUERY_AUDIT_OUTBOX_STATE, QUERY_AUDIT_RETURNED, QUERY_AUDIT_BOUNCING,
    QUERY_AUDIT_SPANS, QUERY_AUDIT_ATTACHMENTS, QUERY_AUDIT_IMAGE, QUERY_AUDIT_REPLY, QUERY_AUDIT_SENT_MESSAGE_ID,
    QUERY_AUDIT_ARTICLE_MESSAGE_ID, QUERY_AUDIT_TICKET_ARTICLE, QUERY_AUDIT_TICKET_REQUESTER, QUERY_AUDIT_MERGED,
    QUERY_AUDIT_CLOCK_OWED, QUERY_AUDIT_CLOCK_MET, QUERY_AUDIT_CLOCK_PAUSED, QUERY_AUDIT_CLOCK_TOLD,
    QUERY_AUDIT_CONTENT_KEY, QUERY_AUDIT_RAW, QUERY_AUDIT_MAILBOX, QUERY_AUDIT_TOKEN_KEY,
};

json_t *
store_books(Store *store, GError **error)
{
    g_autoptr(Json) all = json_array();

    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        g_autoptr(Json) rows = store_query_json(store, checks[i], NULL, 0, error);

        if (rows == NULL)
            return NULL;
        json_array_extend(all, rows);
    }
    return g_steal_pointer(&all);
}

void
content_key_row_free(ContentKeyRow *row)
{
    if (row == NULL)
        return;
    g_free(row->queue);
    g_bytes_unref(row->bytes);
    g_free(row);
}

gboolean
store_content_keys(Store *store, gint64 after, int limit, GPtrArray **rows_out, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify) content_key_row_free);
    g_auto(Params) params;

    params_init(&params);
    params_int(&params, after);
    params_int(&params, limit);
    result = store_run(store, QUERY_CONTENT_KEY_PAGE, &params, error);
    if (result == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(result); i++) {
        ContentKeyRow *row = g_new0(ContentKeyRow, 1);

        row->inbound = row_int64(result, i, 0);
        row->queue = row_dup(result, i, 1);
        memcpy(row->key, row_text(result, i, 2), sizeof row->key);
        row->bytes = row_bytes(result, i, 3);
        g_ptr_array_add(rows, row);
    }
    *rows_out = g_steal_pointer(&rows);
    return TRUE;
}
