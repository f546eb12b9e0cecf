/*
 * accept.c - make mail durable, many mails a statement, one transaction for all; accept-copy.c has the bytes of long ones
 */
#include <config.h>

#include "store/accept-private.h"
#include "store/columns-private.h"

/* What one statement takes with it: libpq and we have a copy each while it is sent. */
#define STATEMENT_BYTES (512 * 1024)

/* How many of the mails, from the first on, go with one statement. */
static gsize
statement_size(const AcceptMail *mails, const AcceptCopy *copies, gsize n)
{
    gsize bytes = 0, count = 0;

    while (count < n && !copies[count].streamed) {
        bytes += g_bytes_get_size(mails[count].bytes);
        if (count > 0 && bytes > STATEMENT_BYTES)
            break;
        count++;
    }
    return MAX(count, 1);
}

static void
bind_mails(Params *params, Columns *bytes, Columns *columns, const AcceptMail *mails, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        const AcceptMail *mail = &mails[i];
        gsize length;
        const void *start = g_bytes_get_data(mail->bytes, &length);

        columns_bytes(bytes, start, length);
        columns_text(columns, mail->source);
        columns_text(columns, mail->sender);
        columns_text(columns, mail->auth_user);
        columns_time(columns, mail->received_at);
        columns_bool(columns, mail->quiet);
        columns_text(columns, mail->note);
    }
    columns_bind(bytes, params);
    columns_bind(columns, params);
}

static void
add_together(Store *store, const AcceptMail *mails, gsize n)
{
    g_auto(Params) params = { 0 };
    g_autoptr(Columns) bytes = columns_new("b");
    g_autoptr(Columns) columns = columns_new("tttzft");
    g_autoptr(Columns) recipients = columns_new("ittt");

    bind_mails(&params, bytes, columns, mails, n);
    for (gsize i = 0; i < n; i++)
        for (gsize k = 0; k < mails[i].n_recipients; k++) {
            columns_int(recipients, (gint64) i + 1);
            columns_text(recipients, mails[i].recipients[k].recipient);
            columns_text(recipients, mails[i].recipients[k].queue);
            columns_text(recipients, mails[i].recipients[k].delivery_key);
        }
    columns_bind(recipients, &params);
    store_pipeline_add(store, QUERY_ACCEPT, &params);
}

static void
add_streamed(Store *store, const AcceptMail *mail, const AcceptCopy *copy)
{
    g_auto(Params) params = { 0 };
    g_autoptr(Columns) recipients = columns_new("ttt");

    params_int_or_null(&params, copy->raw);
    params_int(&params, copy->received);
    params_text(&params, mail->source);
    params_text(&params, mail->sender);
    params_text(&params, mail->auth_user);
    params_bool(&params, mail->quiet);
    params_text(&params, mail->note);
    for (gsize i = 0; i < mail->n_recipients; i++) {
        columns_text(recipients, mail->recipients[i].recipient);
        columns_text(recipients, mail->recipients[i].queue);
        columns_text(recipients, mail->recipients[i].delivery_key);
    }
    columns_bind(recipients, &params);
    store_pipeline_add(store, QUERY_ACCEPT_COPIED, &params);
}

void
accept_add(Store *store, const AcceptMail *mails, const AcceptCopy *copies, gsize n_mails)
{
    for (gsize from = 0, n; from < n_mails; from += n) {
        n = statement_size(mails + from, copies + from, n_mails - from);
        if (copies[from].streamed)
            add_streamed(store, &mails[from], &copies[from]);
        else
            add_together(store, mails + from, n);
    }
}

/* Rows come in the order of the recipients, and only a recipient with a delivery key can be without one. */
static void
take_rows(AcceptMail *mails, gsize n, const PGresult *rows)
{
    int row = 0;

    for (gsize i = 0; i < n; i++)
        for (gsize k = 0; k < mails[i].n_recipients; k++) {
            AcceptRecipient *recipient = &mails[i].recipients[k];
            gboolean stored = row < PQntuples(rows) && g_strcmp0(recipient->delivery_key, row_text(rows, row, 1)) == 0;

            recipient->inbound_out = stored ? row_int64(rows, row++, 0) : 0;
        }
}

void
accept_take_ids(AcceptMail *mails, const AcceptCopy *copies, gsize n_mails, const GPtrArray *results, gsize first)
{
    for (gsize from = 0, n; from < n_mails; from += n) {
        n = statement_size(mails + from, copies + from, n_mails - from);
        take_rows(mails + from, n, g_ptr_array_index(results, first++));
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
    accept_add(store, mails, copies, n_mails);
    store_pipeline_add(store, QUERY_COMMIT, NULL);
    results = store_pipeline_run(store, error);
    if (results == NULL) {
        store_rollback(store);
        return FALSE;
    }
    accept_take_ids(mails, copies, n_mails, results, first);
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
