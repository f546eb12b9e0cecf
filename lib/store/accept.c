/*
 * accept.c - make mail durable, one statement per mail, one transaction for all; accept-copy.c has the bytes of long ones
 */
#include <config.h>

#include "store/accept-private.h"
#include "store/columns-private.h"

static void
add_origin(Params *params, const AcceptMail *mail)
{
    params_text(params, mail->source);
    params_text(params, mail->sender);
    params_text(params, mail->auth_user);
}

void
accept_add(Store *store, const AcceptMail *mail, const AcceptCopy *copy)
{
    g_auto(Params) params = { 0 };
    g_autoptr(Columns) recipients = columns_new("ttt");
    gsize length;
    const void *bytes = g_bytes_get_data(mail->bytes, &length);

    for (gsize i = 0; i < mail->n_recipients; i++) {
        columns_text(recipients, mail->recipients[i].recipient);
        columns_text(recipients, mail->recipients[i].queue);
        columns_text(recipients, mail->recipients[i].delivery_key);
    }
    if (copy->streamed) {
        params_int_or_null(&params, copy->raw);
        params_int(&params, copy->received);
        add_origin(&params, mail);
    } else {
        params_bytes(&params, bytes, length);
        add_origin(&params, mail);
        params_time(&params, mail->received_at);
    }
    params_bool(&params, mail->quiet);
    params_text(&params, mail->note);
    columns_bind(recipients, &params);
    store_pipeline_add(store, copy->streamed ? QUERY_ACCEPT_COPIED : QUERY_ACCEPT, &params);
}

/* Rows come in the order of the recipients, and only a recipient with a delivery key can be without one. */
void
accept_take_ids(AcceptMail *mail, const PGresult *rows)
{
    int row = 0;

    for (gsize i = 0; i < mail->n_recipients; i++) {
        AcceptRecipient *recipient = &mail->recipients[i];
        gboolean stored = row < PQntuples(rows) && g_strcmp0(recipient->delivery_key, row_text(rows, row, 1)) == 0;

        recipient->inbound_out = stored ? row_int64(rows, row++, 0) : 0;
    }
}

gboolean
store_accept(Store *store, AcceptMail *mails, gsize n_mails, GError **error)
{
    g_autofree AcceptCopy *copies = NULL;
    g_autoptr(GPtrArray) results = NULL;
    gsize first;

    if (!accept_begin(store, mails, n_mails, &copies, error))
        return FALSE;
    first = store_pipeline_count(store);
    for (gsize i = 0; i < n_mails; i++)
        accept_add(store, &mails[i], &copies[i]);
    store_pipeline_add(store, QUERY_COMMIT, NULL);
    results = store_pipeline_run(store, error);
    if (results == NULL) {
        store_rollback(store);
        return FALSE;
    }
    for (gsize i = 0; i < n_mails; i++)
        accept_take_ids(&mails[i], g_ptr_array_index(results, first + i));
    return TRUE;
}

gboolean
store_waiting_count(Store *store, gint64 at_most, gint64 *count_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_int(&params, at_most);
    rows = store_run(store, QUERY_ACCEPT_WAITING_COUNT, &params, error);
    if (rows == NULL)
        return FALSE;
    *count_out = row_int64(rows, 0, 0);
    return TRUE;
}

gboolean
store_backlog(Store *store, gint64 at_most, gint64 *waiting_out, gboolean *worked_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_int(&params, at_most);
    rows = store_run(store, QUERY_ACCEPT_BACKLOG, &params, error);
    if (rows == NULL)
        return FALSE;
    *waiting_out = row_int64(rows, 0, 0);
    *worked_out = row_bool(rows, 0, 1);
    return TRUE;
}
