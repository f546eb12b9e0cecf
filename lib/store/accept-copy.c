/*
 * accept-copy.c - the bytes of long mails, streamed into raw
 */
#include <config.h>

#include "base/buffer.h"
#include "base/spool.h"
#include "store/accept-private.h"
#include "store/columns-private.h"

/* COPY costs a few round trips, which a mail of this length outweighs. */
#define LONG_MAIL   SPOOL_MEMORY

/* What stands around the one row of a binary COPY: signature, flags, no extension; three fields with their lengths; no further row. */
static const guint8 signature[] = { 'P', 'G', 'C', 'O', 'P', 'Y', '\n', 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0 };
static const guint8 trailer[] = { 0xff, 0xff };

static gboolean
put(PGconn *connection, const void *bytes, gsize length)
{
    return PQputCopyData(connection, bytes, (int) length) == 1;
}

static gboolean
put_mail(PGconn *connection, GBytes *mail)
{
    gsize length;
    const char *bytes = g_bytes_get_data(mail, &length);

    for (gsize at = 0; at < length; at += SPOOL_STEP) {
        if (!put(connection, bytes + at, MIN(length - at, SPOOL_STEP)))
            return FALSE;
        spool_release(mail, at);
    }
    return TRUE;
}

static gboolean
put_row(PGconn *connection, const AcceptCopy *copy, GBytes *mail)
{
    g_autoptr(GByteArray) head = g_byte_array_new();

    g_byte_array_append(head, signature, sizeof signature);
    buffer_put_u8(head, 0);
    buffer_put_u8(head, 3);
    buffer_put_u32(head, 8);
    buffer_put_i64(head, copy->raw);
    buffer_put_u32(head, 8);
    buffer_put_i64(head, copy->received);
    buffer_put_u32(head, (guint32) g_bytes_get_size(mail));
    return put(connection, head->data, head->len) && put_mail(connection, mail) && put(connection, trailer, sizeof trailer);
}

/* The server's word on a COPY whose data was sent, or could not be. */
static gboolean
end_copy(PGconn *connection, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PGresult *more;

    if (PQputCopyEnd(connection, NULL) == 1)
        result = PQgetResult(connection);
    while (PQstatus(connection) == CONNECTION_OK && (more = PQgetResult(connection)) != NULL)
        PQclear(more);
    return sql_succeeded(connection, QUERY_ACCEPT_COPY, result, error);
}

static gboolean
stream(Store *store, const AcceptCopy *copy, GBytes *mail, GError **error)
{
    PGconn *connection = store_connection(store);
    g_autoptr(PGresult) begun = PQexecPrepared(connection, query_table[QUERY_ACCEPT_COPY].name, 0, NULL, NULL, NULL, 0);
    gboolean sent;

    if (PQresultStatus(begun) != PGRES_COPY_IN)
        return sql_succeeded(connection, QUERY_ACCEPT_COPY, begun, error);
    sent = put_row(connection, copy, mail);
    if (!end_copy(connection, error))
        return FALSE;
    if (!sent)
        sql_error(error, connection, NULL, "send a mail");
    return sent;
}

static gboolean
draw(Store *store, const AcceptMail *mail, AcceptCopy *copy, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(Columns) keys = columns_new("t");
    g_autoptr(PGresult) rows = NULL;

    for (gsize i = 0; i < mail->n_recipients; i++)
        columns_text(keys, mail->recipients[i].delivery_key);
    params_time(&params, mail->received_at);
    columns_bind(keys, &params);
    rows = store_run(store, QUERY_ACCEPT_DRAW, &params, error);
    if (rows == NULL)
        return FALSE;
    *copy = (AcceptCopy) { .streamed = TRUE };
    if (PQntuples(rows) > 0) {
        copy->raw = row_int64(rows, 0, 0);
        copy->received = row_int64(rows, 0, 1);
    }
    return TRUE;
}

static gboolean
has_long(const AcceptMail *mails, gsize n_mails)
{
    for (gsize i = 0; i < n_mails; i++)
        if (g_bytes_get_size(mails[i].bytes) >= LONG_MAIL)
            return TRUE;
    return FALSE;
}

static gboolean
stream_long(Store *store, const AcceptMail *mails, gsize n_mails, AcceptCopy *copies, GError **error)
{
    if (!store_begin(store, error))
        return FALSE;
    for (gsize i = 0; i < n_mails; i++) {
        if (g_bytes_get_size(mails[i].bytes) < LONG_MAIL)
            continue;
        if (!draw(store, &mails[i], &copies[i], error)
            || (copies[i].raw != 0 && !stream(store, &copies[i], mails[i].bytes, error))) {
            store_rollback(store);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
accept_begin(Store *store, const AcceptMail *mails, gsize n_mails, AcceptCopy **copies_out, GError **error)
{
    g_autofree AcceptCopy *copies = g_new0(AcceptCopy, n_mails);
    gboolean begun = has_long(mails, n_mails);

    if (begun && !stream_long(store, mails, n_mails, copies, error))
        return FALSE;
    store_pipeline_begin(store);
    if (!begun)
        store_pipeline_add(store, QUERY_BEGIN, NULL);
    *copies_out = g_steal_pointer(&copies);
    return TRUE;
}
