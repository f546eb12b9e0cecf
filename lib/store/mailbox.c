/*
 * mailbox.c - folders of mailboxes, and mail that is stored together with how far its folder is read
 */
#include <config.h>

#include "store/mailbox.h"

#include "store/accept-private.h"
#include "store/columns-private.h"

void
mailbox_row_clear(MailboxRow *row)
{
    g_free(row->todo);
    g_free(row->marking);
    *row = (MailboxRow) { 0 };
}

gboolean
store_mailbox_lock(Store *store, const char *account, gboolean *held_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_text(&params, account);
    rows = store_run(store, QUERY_MAILBOX_LOCK, &params, error);
    if (rows == NULL)
        return FALSE;
    *held_out = row_bool(rows, 0, 0);
    return TRUE;
}

gboolean
store_mailbox_load(Store *store, const char *account, const char *folder, MailboxRow *row, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_text(&params, account);
    params_text(&params, folder);
    rows = store_run(store, QUERY_MAILBOX_LOAD, &params, error);
    if (rows == NULL)
        return FALSE;
    *row = (MailboxRow) { 0 };
    if (PQntuples(rows) == 0)
        return TRUE;
    *row = (MailboxRow) { .id = row_int64(rows, 0, 0), .uidvalidity = row_int64(rows, 0, 1), .generation = row_int64(rows, 0, 2),
                          .last_uid = row_int64(rows, 0, 3), .todo = row_dup(rows, 0, 4), .marking = row_dup(rows, 0, 5),
                          .renumbered = row_bool(rows, 0, 6), .since_at = row_time(rows, 0, 7), .since_uid = row_int64(rows, 0, 8),
                          .version = row_int64(rows, 0, 9) };
    return TRUE;
}

gboolean
store_mailbox_create(Store *store, const char *account, const char *folder, MailboxRow *row, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_text(&params, account);
    params_text(&params, folder);
    params_int(&params, row->uidvalidity);
    params_int(&params, row->last_uid);
    params_text(&params, row->todo);
    params_time(&params, row->since_at);
    params_int(&params, row->since_uid);
    rows = store_run(store, QUERY_MAILBOX_CREATE, &params, error);
    if (rows == NULL)
        return FALSE;
    if (PQntuples(rows) == 0) {
        g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "another process reads this mailbox");
        return FALSE;
    }
    row->id = row_int64(rows, 0, 0);
    row->version = row_int64(rows, 0, 1);
    row->generation = 1;
    return TRUE;
}

gboolean
store_mailbox_renumber(Store *store, MailboxRow *row, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_int(&params, row->id);
    params_int(&params, row->version);
    params_int(&params, row->uidvalidity);
    params_int(&params, row->last_uid);
    params_text(&params, row->todo);
    rows = store_run(store, QUERY_MAILBOX_RENUMBER, &params, error);
    if (rows == NULL)
        return FALSE;
    if (PQntuples(rows) == 0) {
        g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "another process reads this mailbox");
        return FALSE;
    }
    row->version = row_int64(rows, 0, 0);
    row->generation = row_int64(rows, 0, 1);
    row->renumbered = TRUE;
    row->since_uid = row->last_uid;
    return TRUE;
}

gboolean
store_mailbox_match(Store *store, const MailboxRow *row, const MailboxTaken *asked, gsize n, GArray **known_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(Columns) columns = columns_new("itii");
    g_autoptr(PGresult) rows = NULL;

    for (gsize i = 0; i < n; i++) {
        columns_int(columns, asked[i].uid);
        columns_text(columns, asked[i].message_id);
        columns_int(columns, asked[i].size);
        columns_int_or_null(columns, asked[i].arrived_at);
    }
    params_int(&params, row->id);
    params_int(&params, row->generation);
    columns_bind(columns, &params);
    rows = store_run(store, QUERY_MAILBOX_MATCH, &params, error);
    if (rows == NULL)
        return FALSE;
    *known_out = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (int i = 0; i < PQntuples(rows); i++) {
        gint64 uid = row_int64(rows, i, 0);

        g_array_append_val(*known_out, uid);
    }
    return TRUE;
}

gboolean
store_mailbox_match_bytes(Store *store, const MailboxRow *row, gint64 uid, const guint8 *sha256, gboolean *known_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) result = NULL;

    params_int(&params, row->id);
    params_int(&params, row->generation);
    params_int(&params, uid);
    params_bytes(&params, sha256, 32);
    result = store_run(store, QUERY_MAILBOX_MATCH_BYTES, &params, error);
    if (result == NULL)
        return FALSE;
    *known_out = g_strcmp0(PQcmdTuples(result), "1") == 0;
    return TRUE;
}

static void
add_taken(Store *store, const MailboxRow *row, const MailboxTaken *taken, gsize n)
{
    g_auto(Params) params = { 0 };
    g_autoptr(Columns) columns = columns_new("ittiib");

    for (gsize i = 0; i < n; i++) {
        columns_int(columns, taken[i].uid);
        columns_text(columns, taken[i].delivery_key);
        columns_text(columns, taken[i].message_id);
        columns_int(columns, taken[i].size);
        columns_int_or_null(columns, taken[i].arrived_at);
        columns_bytes(columns, taken[i].sha256, 32);
    }
    params_int(&params, row->id);
    params_int(&params, row->generation);
    columns_bind(columns, &params);
    store_pipeline_add(store, QUERY_MAILBOX_RECORD, &params);
}

static void
add_advance(Store *store, const MailboxRow *row)
{
    g_auto(Params) params = { 0 };

    params_int(&params, row->id);
    params_int(&params, row->version);
    params_int(&params, row->last_uid);
    params_text(&params, row->todo);
    params_text(&params, row->marking);
    params_bool(&params, row->renumbered);
    store_pipeline_add(store, QUERY_MAILBOX_ADVANCE, &params);
}

gboolean
store_mailbox_commit(Store *store, AcceptMail *mails, gsize n_mails, const MailboxTaken *taken, gsize n_taken, MailboxRow *row,
                     GError **error)
{
    g_autofree AcceptCopy *copies = NULL;
    g_autoptr(GPtrArray) results = NULL;
    gsize first;

    if (!accept_begin(store, mails, n_mails, &copies, error))
        return FALSE;
    first = store_pipeline_count(store);
    accept_add(store, mails, copies, n_mails);
    if (n_taken > 0)
        add_taken(store, row, taken, n_taken);
    add_advance(store, row);
    store_pipeline_add(store, QUERY_COMMIT, NULL);
    results = store_pipeline_run(store, error);
    if (results == NULL) {
        store_rollback(store);
        return FALSE;
    }
    accept_take_ids(mails, copies, n_mails, results, first);
    row->version = row_int64(g_ptr_array_index(results, results->len - 2), 0, 0);
    return TRUE;
}

gboolean
store_mailbox_forget(Store *store, const MailboxRow *row, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) result = NULL;

    params_int(&params, row->id);
    params_int(&params, row->generation);
    result = store_run(store, QUERY_MAILBOX_FORGET, &params, error);
    return result != NULL;
}

gboolean
store_mailbox_report(Store *store, const char *account, const char *folder, gboolean success, const char *alarm, const char *hint,
                     GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) result = NULL;

    params_text(&params, account);
    params_text(&params, folder);
    params_bool(&params, success);
    params_text(&params, alarm);
    params_text(&params, hint);
    result = store_run(store, QUERY_MAILBOX_REPORT, &params, error);
    return result != NULL;
}

gboolean
store_mailbox_account_report(Store *store, const char *account, gboolean success, const char *alarm, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) result = NULL;

    params_text(&params, account);
    params_bool(&params, success);
    params_text(&params, alarm);
    result = store_run(store, QUERY_MAILBOX_ACCOUNT_REPORT, &params, error);
    return result != NULL;
}
