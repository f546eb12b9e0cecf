/*
 * clocks-rest.c - tickets at which nothing has happened for long
 */
#include <config.h>

#include "store/clocks.h"
#include "store/clocks-private.h"

static void
resting_ticket_free(RestingTicket *ticket)
{
    g_free(ticket->subject);
    g_free(ticket->address);
    g_free(ticket->language);
    g_free(ticket->reply);
    g_free(ticket->message);
    g_free(ticket);
}

static gboolean
close_some(Store *store, QueryId query, Params *params, GArray **references_out, GError **error)
{
    g_autoptr(PGresult) rows = store_run(store, query, params, error);

    if (rows == NULL)
        return FALSE;
    *references_out = references_of_rows(rows);
    return TRUE;
}

gboolean
store_rest_close_resolved(Store *store, const char *queue, gint64 since, int max, const char *why, GArray **references_out, GError **error)
{
    g_auto(Params) params = { 0 };

    params_text(&params, queue);
    params_int(&params, since);
    params_int(&params, max);
    params_text(&params, why);
    return close_some(store, QUERY_REST_CLOSE_RESOLVED, &params, references_out, error);
}

gboolean
store_rest_close_pending(Store *store, const char *queue, gint64 since, gboolean reminded_only, int max, const char *why, GArray **references_out,
                         GError **error)
{
    g_auto(Params) params = { 0 };

    params_text(&params, queue);
    params_int(&params, since);
    params_text(&params, reminded_only ? "true" : "false");
    params_int(&params, max);
    params_text(&params, why);
    return close_some(store, QUERY_REST_CLOSE_PENDING, &params, references_out, error);
}

static RestingTicket *
ticket_from_row(const PGresult *rows, int i)
{
    RestingTicket *ticket = g_new0(RestingTicket, 1);

    ticket->reference = row_int64(rows, i, 0);
    ticket->subject = row_dup(rows, i, 1);
    ticket->requester = row_int64(rows, i, 2);
    ticket->address = row_dup(rows, i, 3);
    ticket->language = row_dup(rows, i, 4);
    ticket->bouncing = row_bool(rows, i, 5);
    ticket->human = row_bool(rows, i, 6);
    ticket->quiet = row_bool(rows, i, 7);
    ticket->reply = row_dup(rows, i, 8);
    ticket->message = row_dup(rows, i, 9);
    return ticket;
}

/* The statement marks them; who they are for is asked when they are marked, and nobody else works on them. */
static gboolean
mark(Store *store, QueryId query, Params *params, GPtrArray **tickets_out, GError **error)
{
    g_autoptr(GPtrArray) tickets = g_ptr_array_new_with_free_func((GDestroyNotify) resting_ticket_free);
    g_autoptr(PGresult) marked = store_run(store, query, params, error), rows = NULL;
    g_autoptr(GArray) references = NULL;
    g_auto(Params) those = { 0 };

    if (marked == NULL)
        return FALSE;
    references = references_of_rows(marked);
    if (references->len > 0) {
        params_int_array(&those, (const gint64 *) (gpointer) references->data, references->len);
        rows = store_run(store, QUERY_REST_CUSTOMERS, &those, error);
        if (rows == NULL)
            return FALSE;
        for (int i = 0; i < PQntuples(rows); i++)
            g_ptr_array_add(tickets, ticket_from_row(rows, i));
    }
    *tickets_out = g_steal_pointer(&tickets);
    return TRUE;
}

gboolean
store_rest_remind(Store *store, const char *queue, gint64 since, int max, gint64 now, GPtrArray **tickets_out, GError **error)
{
    g_auto(Params) params = { 0 };

    params_text(&params, queue);
    params_int(&params, since);
    params_int(&params, max);
    params_int(&params, now);
    return mark(store, QUERY_REST_REMIND, &params, tickets_out, error);
}

gboolean
store_rest_survey(Store *store, const char *queue, gint64 after, gint64 since, int max, gint64 now, GPtrArray **tickets_out, GError **error)
{
    g_auto(Params) params = { 0 };

    params_text(&params, queue);
    params_int(&params, after);
    params_int(&params, since);
    params_int(&params, max);
    params_int(&params, now);
    return mark(store, QUERY_REST_SURVEY, &params, tickets_out, error);
}
