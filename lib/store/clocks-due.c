/*
 * clocks-due.c - warnings and breaches, each taken once
 */
#include <config.h>

#include "store/clocks.h"
#include "store/clocks-private.h"

static void
notice_free(ClockNotice *notice)
{
    g_free(notice->target);
    g_free(notice->policy);
    g_free(notice->queue);
    g_free(notice->priority);
    g_free(notice->subject);
    g_free(notice->requester);
    g_free(notice->requester_name);
    g_free(notice);
}

static gboolean
take_turn(Store *store, gboolean *mine_out, GError **error)
{
    g_autoptr(PGresult) rows = store_run(store, QUERY_CLOCK_TURN, NULL, error);

    if (rows == NULL)
        return FALSE;
    *mine_out = row_bool(rows, 0, 0);
    return TRUE;
}

gboolean
store_clock_due(Store *store, gint64 now, int max, GPtrArray **notices_out, GError **error)
{
    g_autoptr(GPtrArray) notices = g_ptr_array_new_with_free_func((GDestroyNotify) notice_free);
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;
    gboolean mine = FALSE;

    params_int(&params, now);
    params_int(&params, max);
    if (!take_turn(store, &mine, error))
        return FALSE;
    if (mine)
        rows = store_run(store, QUERY_CLOCK_DUE, &params, error);
    if (mine && rows == NULL)
        return FALSE;
    for (int i = 0; rows != NULL && i < PQntuples(rows); i++) {
        ClockNotice *notice = g_new0(ClockNotice, 1);

        notice->ticket = row_int64(rows, i, 0);
        notice->target = row_dup(rows, i, 1);
        notice->policy = row_dup(rows, i, 2);
        notice->breach = row_bool(rows, i, 3);
        notice->due = row_int64(rows, i, 4);
        notice->queue = row_dup(rows, i, 5);
        notice->priority = row_dup(rows, i, 6);
        notice->subject = row_dup(rows, i, 7);
        notice->requester = row_dup(rows, i, 8);
        notice->requester_name = row_dup(rows, i, 9);
        g_ptr_array_add(notices, notice);
    }
    *notices_out = g_steal_pointer(&notices);
    return TRUE;
}

gboolean
store_clock_next(Store *store, gint64 *next_out, gint64 *now_out, GError **error)
{
    g_autoptr(PGresult) rows = store_run(store, QUERY_CLOCK_NEXT, NULL, error);

    if (rows == NULL)
        return FALSE;
    *next_out = row_int64(rows, 0, 0);
    *now_out = row_int64(rows, 0, 1);
    return TRUE;
}

gboolean
store_clock_mail(Store *store, const ClockMail *mail, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) done = NULL;

    params_text(&params, mail->envelope_sender);
    params_text(&params, mail->recipient);
    params_text(&params, mail->message_id);
    params_bytes(&params, g_bytes_get_data(mail->bytes, NULL), g_bytes_get_size(mail->bytes));
    params_int(&params, mail->not_before);
    params_int(&params, mail->expires);
    params_text(&params, mail->bucket);
    params_int(&params, mail->count);
    params_int(&params, mail->seconds);
    done = store_run(store, QUERY_CLOCK_MAIL, &params, error);
    return done != NULL;
}

GArray *
references_of_rows(const PGresult *rows)
{
    GArray *references = g_array_new(FALSE, FALSE, sizeof(gint64));

    for (int i = 0; i < PQntuples(rows); i++) {
        gint64 reference = row_int64(rows, i, 0);

        g_array_append_val(references, reference);
    }
    return references;
}

gboolean
store_clock_open(Store *store, gint64 after, int max, GArray **references_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_int(&params, after);
    params_int(&params, max);
    rows = store_run(store, QUERY_TARGET_OPEN, &params, error);
    if (rows == NULL)
        return FALSE;
    *references_out = references_of_rows(rows);
    return TRUE;
}

gboolean
store_pending_due(Store *store, gint64 now, int max, GArray **references_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_int(&params, now);
    params_int(&params, max);
    rows = store_run(store, QUERY_PENDING_DUE, &params, error);
    if (rows == NULL)
        return FALSE;
    *references_out = references_of_rows(rows);
    return TRUE;
}

gboolean
store_pending_set(Store *store, gint64 reference, gint64 until, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) done = NULL;

    params_int(&params, reference);
    params_time(&params, until);
    done = store_run(store, QUERY_PENDING_SET, &params, error);
    return done != NULL;
}

gboolean
store_clock_waits(Store *store, const char *queue, GArray **waits_out, GError **error)
{
    g_autoptr(GArray) waits = g_array_new(FALSE, FALSE, sizeof(ClockWait));
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_text(&params, queue);
    rows = store_run(store, QUERY_CLOCK_WAITS, &params, error);
    if (rows == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(rows); i++) {
        ClockWait wait = { row_int64(rows, i, 0), row_int64(rows, i, 1), row_bool(rows, i, 2) };

        g_array_append_val(waits, wait);
    }
    *waits_out = g_steal_pointer(&waits);
    return TRUE;
}

gboolean
store_clock_outdated(Store *store, const char *digest, gint64 *tickets_out, GError **error)
{
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_text(&params, digest);
    rows = store_run(store, QUERY_TARGET_OUTDATED, &params, error);
    if (rows == NULL)
        return FALSE;
    *tickets_out = row_int64(rows, 0, 0);
    return TRUE;
}
