/*
 * work-lease.c - who works which inbound row, and for how long
 *
 * Fresh rows and rows with an earlier attempt take turns, so that neither a flood of new mail nor a pile of failures starves
 * the other; a turn that finds nothing is passed on.
 */
#include <config.h>

#include "store/columns-private.h"
#include "store/work.h"

#include <string.h>

void
inbound_row_free(InboundRow *row)
{
    if (row == NULL)
        return;
    g_free(row->source);
    g_free(row->sender);
    g_free(row->recipient);
    g_free(row->auth_user);
    g_free(row->queue);
    g_clear_pointer(&row->bytes, g_bytes_unref);
    g_free(row->note);
    g_free(row);
}

static InboundRow *
read_row(const PGresult *rows, int i)
{
    InboundRow *row = g_new0(InboundRow, 1);

    row->id = row_int64(rows, i, 0);
    row->lease = row_int64(rows, i, 1);
    row->received_at = row_int64(rows, i, 2);
    row->source = row_dup(rows, i, 3);
    row->sender = row_dup(rows, i, 4);
    row->recipient = row_dup(rows, i, 5);
    row->auth_user = row_dup(rows, i, 6);
    row->queue = row_dup(rows, i, 7);
    row->quiet = row_bool(rows, i, 8);
    row->attempts_alone = (int) row_int64(rows, i, 9);
    row->raw = row_int64(rows, i, 10);
    row->bytes = row_bytes(rows, i, 11);
    row->note = row_dup(rows, i, 12);
    row->taken_back = row_bool(rows, i, 13);
    return row;
}

/* UPDATE returns rows in no order; the oldest comes first here, because a conversation is worked in the order it arrived. */
static int
by_id(gconstpointer a, gconstpointer b)
{
    const InboundRow *left = *(const InboundRow *const *) a;
    const InboundRow *right = *(const InboundRow *const *) b;

    return left->id < right->id ? -1 : left->id > right->id;
}

static PGresult *
lease_fresh(Store *store, int max_rows, gint64 max_bytes, gint64 lease_seconds, GError **error)
{
    g_auto(Params) params = { 0 };

    params_int(&params, max_rows);
    params_int(&params, max_bytes);
    params_int(&params, lease_seconds);
    return store_run(store, QUERY_LEASE_FRESH, &params, error);
}

static PGresult *
lease_alone(Store *store, gint64 lease_seconds, GError **error)
{
    g_auto(Params) params = { 0 };

    params_int(&params, lease_seconds);
    return store_run(store, QUERY_LEASE_ALONE, &params, error);
}

gboolean
store_lease(Store *store, int max_rows, gint64 max_bytes, gint64 lease_seconds, GPtrArray **rows_out, GError **error)
{
    g_autoptr(GPtrArray) leased = g_ptr_array_new_with_free_func((GDestroyNotify) inbound_row_free);

    store->alone_first = !store->alone_first;
    for (int turn = 0; turn < 2 && leased->len == 0; turn++) {
        gboolean alone = store->alone_first == (turn == 0);
        g_autoptr(PGresult) rows = alone ? lease_alone(store, lease_seconds, error)
                                         : lease_fresh(store, max_rows, max_bytes, lease_seconds, error);

        if (rows == NULL)
            return FALSE;
        for (int i = 0; i < PQntuples(rows); i++)
            g_ptr_array_add(leased, read_row(rows, i));
    }
    g_ptr_array_sort(leased, by_id);
    *rows_out = g_steal_pointer(&leased);
    return TRUE;
}

static gboolean
give_back(Store *store, QueryId how, const gint64 *ids, const gint64 *leases, gsize n, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) done = NULL;

    params_int_array(&params, ids, n);
    params_int_array(&params, leases, n);
    done = store_run(store, how, &params, error);
    return done != NULL;
}

gboolean
store_release(Store *store, const gint64 *ids, const gint64 *leases, gsize n, GError **error)
{
    return give_back(store, QUERY_LEASE_RELEASE, ids, leases, n, error);
}

gboolean
store_give_up(Store *store, const gint64 *ids, const gint64 *leases, gsize n, GError **error)
{
    return give_back(store, QUERY_LEASE_GIVE_UP, ids, leases, n, error);
}

gboolean
store_reserve_numbers(Store *store, gsize n_references, gint64 *references_out, gsize n_outbox, gint64 *outbox_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_int(&params, (gint64) n_references);
    params_int(&params, (gint64) n_outbox);
    rows = store_run(store, QUERY_RESERVE_NUMBERS, &params, error);
    if (rows == NULL)
        return FALSE;
    for (gsize i = 0; i < n_references; i++)
        references_out[i] = row_int64(rows, (int) i, 0);
    for (gsize i = 0; i < n_outbox; i++)
        outbox_out[i] = row_int64(rows, (int) (n_references + i), 0);
    return TRUE;
}

gboolean
store_token_keys(Store *store, gint64 token_life_seconds, GArray **keys_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;
    GArray *keys;

    params_int(&params, token_life_seconds);
    rows = store_run(store, QUERY_TOKEN_KEYS, &params, error);
    if (rows == NULL)
        return FALSE;
    keys = g_array_new(FALSE, TRUE, sizeof(StoreTokenKey));
    for (int i = 0; i < PQntuples(rows); i++) {
        g_autoptr(GBytes) secret = row_bytes(rows, i, 1);
        StoreTokenKey key = { .id = (guint) row_int64(rows, i, 0), .retired_at = row_time(rows, i, 2) };

        g_assert(g_bytes_get_size(secret) == sizeof key.secret);   /* a CHECK of the table */
        memcpy(key.secret, g_bytes_get_data(secret, NULL), sizeof key.secret);
        g_array_append_val(keys, key);
    }
    *keys_out = keys;
    return TRUE;
}
