/*
 * clocks-rest.c - tickets at which nothing has happened for long
 */
#include <config.h>

#include "store/clocks.h"
#include "store/clocks-private.h"

static void
reminder_free(Reminder *reminder)
{
    g_free(reminder->subject);
    g_free(reminder->address);
    g_free(reminder->language);
    g_free(reminder->reply);
    g_free(reminder->message);
    g_free(reminder);
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

static Reminder *
reminder_from_row(const PGresult *rows, int i)
{
    Reminder *reminder = g_new0(Reminder, 1);

    reminder->ticket = row_int64(rows, i, 0);
    reminder->subject = row_dup(rows, i, 1);
    reminder->requester = row_int64(rows, i, 2);
    reminder->address = row_dup(rows, i, 3);
    reminder->language = row_dup(rows, i, 4);
    reminder->bouncing = row_bool(rows, i, 5);
    reminder->human = row_bool(rows, i, 6);
    reminder->reply = row_dup(rows, i, 7);
    reminder->message = row_dup(rows, i, 8);
    return reminder;
}

gboolean
store_rest_remind(Store *store, const char *queue, gint64 since, int max, gint64 now, GPtrArray **reminders_out, GError **error)
{
    g_autoptr(GPtrArray) reminders = g_ptr_array_new_with_free_func((GDestroyNotify) reminder_free);
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_text(&params, queue);
    params_int(&params, since);
    params_int(&params, max);
    params_int(&params, now);
    rows = store_run(store, QUERY_REST_REMIND, &params, error);
    if (rows == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(rows); i++)
        g_ptr_array_add(reminders, reminder_from_row(rows, i));
    *reminders_out = g_steal_pointer(&reminders);
    return TRUE;
}
