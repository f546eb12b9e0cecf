/*
 * tickets.c - what people do to tickets from the command line
 */
#include <config.h>

#include "store/tickets.h"

#include "base/limits.h"
#include "store/store-private.h"

void
ticket_for_reply_free(TicketForReply *ticket)
{
    if (ticket == NULL)
        return;
    g_free(ticket->queue);
    g_free(ticket->subject);
    g_free(ticket->requester_address);
    g_free(ticket->requester_name);
    g_free(ticket->last_message_id);
    g_ptr_array_unref(ticket->references);
    g_free(ticket);
}

static gboolean
no_such_ticket(GError **error, gint64 reference)
{
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "there is no ticket %" G_GINT64_FORMAT, reference);
    return FALSE;
}

static TicketStatus
status_of(const char *name)
{
    TicketStatus status = TICKET_NEW;
    gboolean known = ticket_status_parse(name, &status);

    g_assert(known);   /* the table allows no other */
    return status;
}

static TicketForReply *
ticket_from_row(const PGresult *rows)
{
    TicketForReply *ticket = g_new0(TicketForReply, 1);

    ticket->reference = row_int64(rows, 0, 0);
    ticket->queue = row_dup(rows, 0, 1);
    ticket->status = status_of(row_text(rows, 0, 2));
    ticket->subject = row_dup(rows, 0, 3);
    ticket->requester = row_int64(rows, 0, 4);
    ticket->requester_address = row_dup(rows, 0, 5);
    ticket->requester_name = row_dup(rows, 0, 6);
    ticket->last_message_id = row_dup(rows, 0, 7);
    ticket->references = g_ptr_array_new_with_free_func(g_free);
    return ticket;
}

static gboolean
read_references(Store *store, TicketForReply *ticket, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_int(&params, ticket->reference);
    params_int(&params, LIMIT_REFERENCES - 1);
    rows = store_run(store, QUERY_TICKET_MESSAGE_IDS, &params, error);
    if (rows == NULL)
        return FALSE;
    for (int row = 0; row < PQntuples(rows); row++)
        g_ptr_array_add(ticket->references, row_dup(rows, row, 0));
    return TRUE;
}

gboolean
store_ticket_for_reply(Store *store, gint64 reference, TicketForReply **ticket_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;
    TicketForReply *ticket;

    params_int(&params, reference);
    rows = store_run(store, QUERY_TICKET_FOR_REPLY, &params, error);
    if (rows == NULL)
        return FALSE;
    if (PQntuples(rows) == 0)
        return no_such_ticket(error, reference);
    ticket = ticket_from_row(rows);
    if (!read_references(store, ticket, error)) {
        ticket_for_reply_free(ticket);
        return FALSE;
    }
    *ticket_out = ticket;
    return TRUE;
}

static gboolean
make_agent(Store *store, const Params *name, GError **error)
{
    g_autoptr(PGresult) made = store_run(store, QUERY_AGENT_MAKE, name, error);

    if (made != NULL)
        return TRUE;
    if (error != NULL && g_error_matches(*error, MAILGW_ERROR, MAILGW_ERROR_INVALID)) {
        g_clear_error(error);
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID,
                    "an agent cannot be called '%s': a name is made of a-z, 0-9, '.', '_' and '-'", name->values[0]);
    }
    return FALSE;
}

gboolean
store_agent(Store *store, const char *name, gboolean create, gint64 *id_out, char **display_name_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_text(&params, name);
    if (create && !make_agent(store, &params, error))
        return FALSE;
    rows = store_run(store, QUERY_AGENT_FIND, &params, error);
    if (rows == NULL)
        return FALSE;
    if (PQntuples(rows) == 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "there is no active agent '%s'", name);
        return FALSE;
    }
    *id_out = row_int64(rows, 0, 0);
    *display_name_out = row_dup(rows, 0, 1);
    return TRUE;
}

gboolean
store_outbox_reserve(Store *store, gint64 *id_out, GError **error)
{
    g_autoptr(PGresult) rows = store_run(store, QUERY_OUTBOX_RESERVE, NULL, error);

    if (rows == NULL)
        return FALSE;
    *id_out = row_int64(rows, 0, 0);
    return TRUE;
}

gboolean
store_ticket_reply(Store *store, const TicketReply *reply, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_int(&params, reply->ticket);
    params_int(&params, reply->agent);
    params_text(&params, reply->text);
    params_int(&params, reply->outbox);
    params_text(&params, reply->envelope_sender);
    params_text(&params, reply->recipient);
    params_text(&params, reply->message_id);
    params_bytes(&params, g_bytes_get_data(reply->bytes, NULL), g_bytes_get_size(reply->bytes));
    params_int(&params, reply->life_seconds);
    rows = store_run(store, QUERY_TICKET_REPLY, &params, error);
    if (rows == NULL)
        return FALSE;
    return PQntuples(rows) > 0 || no_such_ticket(error, reply->ticket);
}

/* Under the lock of the row. changes_out: FALSE if the ticket is in that state already. */
static gboolean
check_change(const PGresult *rows, gint64 reference, TicketStatus to, gboolean *changes_out, GError **error)
{
    TicketStatus from;

    if (PQntuples(rows) == 0)
        return no_such_ticket(error, reference);
    if (row_text(rows, 0, 1) != NULL) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID,
                    "ticket %" G_GINT64_FORMAT " was merged into %s: change that one", reference, row_text(rows, 0, 1));
        return FALSE;
    }
    from = status_of(row_text(rows, 0, 0));
    if (!ticket_may_change(from, to)) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "ticket %" G_GINT64_FORMAT " is %s and cannot become %s",
                    reference, ticket_status_name(from), ticket_status_name(to));
        return FALSE;
    }
    *changes_out = from != to;
    return TRUE;
}

gboolean
store_ticket_change_status(Store *store, gint64 reference, TicketStatus to, const char *who, const char *why, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) locked = NULL;
    g_autoptr(PGresult) changed = NULL;
    gboolean changes = FALSE;

    params_int(&params, reference);
    locked = store_run(store, QUERY_TICKET_LOCK, &params, error);
    if (locked == NULL || !check_change(locked, reference, to, &changes, error))
        return FALSE;
    if (!changes)
        return TRUE;
    params_text(&params, ticket_status_name(to));
    params_text(&params, who);
    params_text(&params, why);
    changed = store_run(store, QUERY_TICKET_SET_STATUS, &params, error);
    return changed != NULL;
}

gboolean
store_ticket_status(Store *store, gint64 reference, TicketStatus to, const char *who, const char *why, GError **error)
{
    if (!store_begin(store, error))
        return FALSE;
    if (store_ticket_change_status(store, reference, to, who, why, error))
        return store_commit(store, error);
    store_rollback(store);
    return FALSE;
}

/* ---- other changes ------------------------------------------------------------------------------------------ */

static gboolean
lock_whole(Store *store, gint64 reference, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) locked = NULL;

    params_int(&params, reference);
    locked = store_run(store, QUERY_TICKET_LOCK, &params, error);
    if (locked == NULL)
        return FALSE;
    if (PQntuples(locked) == 0)
        return no_such_ticket(error, reference);
    if (row_text(locked, 0, 1) == NULL)
        return TRUE;
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "ticket %" G_GINT64_FORMAT " was merged into %s: change that one", reference,
                row_text(locked, 0, 1));
    return FALSE;
}

gboolean
store_ticket_change(Store *store, gint64 reference, const TicketChange *change, GError **error)
{
    static const QueryId queries[] = {
        [TICKET_CHANGE_PRIORITY] = QUERY_TICKET_SET_PRIORITY, [TICKET_CHANGE_ASSIGNEE] = QUERY_TICKET_SET_ASSIGNEE,
        [TICKET_CHANGE_QUEUE] = QUERY_TICKET_SET_QUEUE, [TICKET_CHANGE_TAG] = QUERY_TICKET_ADD_TAG, [TICKET_CHANGE_UNTAG] = QUERY_TICKET_REMOVE_TAG,
        [TICKET_CHANGE_NOTE] = QUERY_TICKET_ADD_NOTE,
    };
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) done = NULL;

    if (!lock_whole(store, reference, error))
        return FALSE;
    params_int(&params, reference);
    params_text(&params, change->value);
    params_text(&params, change->who);
    if (change->kind == TICKET_CHANGE_NOTE)
        params_int(&params, change->agent);
    done = store_run(store, queries[change->kind], &params, error);
    return done != NULL;
}

gboolean
store_ticket_merge(Store *store, gint64 target, gint64 other, const char *who, GError **error)
{
    g_autofree char *why = g_strdup_printf("by %s", who);
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) done = NULL;

    if (target == other) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "ticket %" G_GINT64_FORMAT " cannot become part of itself", target);
        return FALSE;
    }
    if (!lock_whole(store, MIN(target, other), error) || !lock_whole(store, MAX(target, other), error))
        return FALSE;
    params_int(&params, target);
    params_int(&params, other);
    params_text(&params, NULL);
    params_text(&params, why);
    done = store_run(store, QUERY_APPLY_MERGE, &params, error);
    return done != NULL;
}
