/*
 * test-store-outbox.c - mail that leaves: automatic mail at most once, a person's at least once, and every end of it is told
 */
#include <config.h>

#include "store-desk.h"

#define ID G_GINT64_FORMAT

/* A mail in the outbox, of a ticket of its own; its id. */
static gint64
outbox_mail(const char *kind)
{
    gint64 ticket = desk_ticket("anna@example.org", NULL);

    return desk_number("INSERT INTO mailgw.outbox (kind, automatic, ticket, envelope_sender, recipient, message_id, bytes, expires_at)"
                       " VALUES ('%s', '%s' <> 'reply', %" ID ", '', 'anna@example.org', '%" ID "@x', 'abc',"
                       " clock_timestamp() + interval '1 hour') RETURNING id", kind, kind, ticket, ticket);
}

static GPtrArray *
lease(int max_rows)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *rows = NULL;

    store_outbox_lease(desk.courier, OUTBOX_MAIL, NULL, max_rows, 600, &rows, &error);
    g_assert_no_error(error);
    return rows;
}

/* Leases and ends the one mail that is due. */
static void
finish(OutboxResult result, int code, const char *text, gint64 retry_seconds)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = lease(10);

    g_assert_cmpuint(rows->len, ==, 1);
    store_outbox_done(desk.courier, g_ptr_array_index(rows, 0), result, code, text, retry_seconds, NULL, &error);
    g_assert_no_error(error);
}

static void
expire_leases(void)
{
    desk_sql("UPDATE mailgw.outbox SET leased_until = clock_timestamp() - interval '1 s' WHERE lease IS NOT NULL");
}

static void
test_row(void)
{
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GPtrArray) none = NULL;
    const OutboxRow *row;
    gint64 id;

    desk_clear();
    id = outbox_mail("acknowledgement");
    rows = lease(10);
    g_assert_cmpuint(rows->len, ==, 1);
    row = g_ptr_array_index(rows, 0);
    g_assert_cmpint(row->id, ==, id);
    g_assert_cmpint(row->lease, >, 0);
    g_assert_cmpstr(row->kind, ==, "acknowledgement");
    g_assert_true(row->automatic);
    g_assert_cmpint(row->ticket, ==, desk_number("SELECT reference FROM mailgw.ticket"));
    g_assert_cmpstr(row->envelope_sender, ==, "");
    g_assert_cmpstr(row->recipient, ==, "anna@example.org");
    g_assert_cmpint(row->attempts, ==, 1);
    g_assert_cmpint(row->expires_at, >, clock_now());
    desk_assert_bytes(row->bytes, "abc");
    none = lease(10);
    g_assert_cmpuint(none->len, ==, 0);
}

static void
test_sent(void)
{
    g_autoptr(GError) error = NULL;
    gboolean idle = TRUE;

    desk_clear();
    outbox_mail("reply");
    g_assert_true(store_outbox_is_idle(desk.courier, OUTBOX_MAIL, &idle, &error));
    g_assert_false(idle);
    finish(OUTBOX_SENT, 250, "2.0.0 \xff ok", 0);   /* a server may say anything */
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.outbox WHERE state = 'sent' AND sent_at IS NOT NULL AND last_code = 250"
                                " AND last_text LIKE '2.0.0 %% ok' AND lease IS NULL"), ==, 1);
    g_assert_true(store_outbox_is_idle(desk.courier, OUTBOX_MAIL, &idle, &error));
    g_assert_true(idle);
}

static void
test_retry_later(void)
{
    g_autoptr(GPtrArray) none = NULL;
    g_autoptr(GPtrArray) again = NULL;
    g_autoptr(GError) error = NULL;
    gboolean idle = FALSE;

    desk_clear();
    outbox_mail("acknowledgement");
    finish(OUTBOX_RETRY, 451, "later", 60);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.outbox WHERE state = 'waiting' AND lease IS NULL"
                                " AND due_at BETWEEN now() + interval '50 s' AND now() + interval '61 s' AND last_code = 451"), ==, 1);
    none = lease(10);
    g_assert_cmpuint(none->len, ==, 0);
    g_assert_true(store_outbox_is_idle(desk.courier, OUTBOX_MAIL, &idle, &error));
    g_assert_true(idle);
    /* An attempt whose end is known is no reason not to try an automatic mail again. */
    desk_sql("UPDATE mailgw.outbox SET due_at = clock_timestamp()");
    again = lease(10);
    g_assert_cmpuint(again->len, ==, 1);
    g_assert_cmpint(((OutboxRow *) g_ptr_array_index(again, 0))->attempts, ==, 2);
}

static void
test_life_over(void)
{
    g_autoptr(GPtrArray) none = NULL;

    desk_clear();
    outbox_mail("acknowledgement");
    finish(OUTBOX_RETRY, 451, "later", 7200);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.outbox WHERE state = 'failed' AND last_code = 451"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.event WHERE kind = 'mail-failed' AND detail LIKE '%%451 later'"), ==, 1);
    /* No courier in all its life. */
    outbox_mail("acknowledgement");
    desk_sql("UPDATE mailgw.outbox SET expires_at = clock_timestamp() - interval '1 s' WHERE state = 'waiting'");
    none = lease(10);
    g_assert_cmpuint(none->len, ==, 0);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.outbox WHERE state = 'failed'"), ==, 2);
}

static void
test_lost_automatic(void)
{
    g_autoptr(GPtrArray) rows = NULL;

    desk_clear();
    outbox_mail("acknowledgement");
    outbox_mail("reply");
    g_ptr_array_unref(lease(10));
    expire_leases();
    rows = lease(10);
    g_assert_cmpuint(rows->len, ==, 1);
    g_assert_cmpstr(((OutboxRow *) g_ptr_array_index(rows, 0))->kind, ==, "reply");
    g_assert_cmpint(((OutboxRow *) g_ptr_array_index(rows, 0))->attempts, ==, 2);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.outbox WHERE state = 'unknown' AND automatic AND done_at IS NOT NULL"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.event e JOIN mailgw.outbox o ON o.id = e.outbox"
                                " WHERE e.kind = 'mail-unknown' AND o.automatic AND e.ticket = o.ticket"), ==, 1);
}

static void
test_lost_lease(void)
{
    static const OutboxResult results[] = { OUTBOX_SENT, OUTBOX_RETRY, OUTBOX_FAILED, OUTBOX_UNKNOWN };
    g_autoptr(GPtrArray) first = NULL;
    g_autoptr(GPtrArray) second = NULL;

    desk_clear();
    outbox_mail("reply");
    first = lease(10);
    expire_leases();
    second = lease(10);
    for (gsize i = 0; i < G_N_ELEMENTS(results); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(store_outbox_done(desk.courier, g_ptr_array_index(first, 0), results[i], 250, "ok", 1, NULL, &error));
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    }
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.outbox WHERE state = 'waiting' AND lease = %" ID,
                                ((OutboxRow *) g_ptr_array_index(second, 0))->lease), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.event"), ==, 0);
}

static void
close_tickets(void)
{
    desk_sql("UPDATE mailgw.ticket SET status = 'closed', closed_at = now()");
}

static void
test_failed(void)
{
    desk_clear();
    outbox_mail("reply");
    close_tickets();
    finish(OUTBOX_FAILED, 550, "5.1.1 no such user", 0);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.outbox WHERE state = 'failed'"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.event WHERE kind = 'mail-failed' AND actor = 'courier'"
                                " AND detail = 'to anna@example.org: 550 5.1.1 no such user' AND ticket IS NOT NULL"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.ticket WHERE status = 'open' AND closed_at IS NULL"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.event WHERE kind = 'status'"), ==, 1);

    desk_clear();
    outbox_mail("acknowledgement");
    close_tickets();
    finish(OUTBOX_FAILED, 550, "5.1.1 no such user", 0);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.ticket WHERE status = 'closed'"), ==, 1);

    desk_clear();
    outbox_mail("reply");
    close_tickets();
    finish(OUTBOX_UNKNOWN, 0, NULL, 0);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.outbox WHERE state = 'unknown' AND last_code IS NULL"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.ticket WHERE status = 'closed'"), ==, 1);
}

static void
assert_refused(gboolean (*function)(Store *store, gint64 id, GError **error), Store *store, gint64 id, MailgwError code)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(function(store, id, &error));
    g_assert_error(error, MAILGW_ERROR, (int) code);
}

static gboolean
drop(Store *store, gint64 id, GError **error)
{
    return store_outbox_drop(store, id, "operator", error);
}

static void
test_operator(void)
{
    g_autoptr(Store) owner = fixture_open(&desk.fixture, STORE_OWNER);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = NULL;
    gint64 id;

    desk_clear();
    assert_refused(store_outbox_retry, owner, 4711, MAILGW_ERROR_NOT_FOUND);
    assert_refused(drop, owner, 4711, MAILGW_ERROR_NOT_FOUND);
    id = outbox_mail("acknowledgement");
    g_ptr_array_unref(lease(10));
    assert_refused(store_outbox_retry, owner, id, MAILGW_ERROR_INVALID);
    assert_refused(drop, owner, id, MAILGW_ERROR_INVALID);
    expire_leases();
    g_ptr_array_unref(lease(10));   /* unknown now */
    desk_sql("UPDATE mailgw.outbox SET expires_at = clock_timestamp() - interval '1 min', created_at = clock_timestamp() - interval '61 min'");
    g_assert_true(store_outbox_retry(owner, id, &error));
    g_assert_no_error(error);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.outbox WHERE state = 'waiting' AND expires_at > now() + interval '59 min'"), ==, 1);
    g_assert_true(store_outbox_bytes(owner, id, &bytes, &error));
    g_assert_cmpuint(g_bytes_get_size(bytes), ==, 3);
    finish(OUTBOX_SENT, 250, "ok", 0);
    assert_refused(store_outbox_retry, owner, id, MAILGW_ERROR_INVALID);
    assert_refused(drop, owner, id, MAILGW_ERROR_INVALID);

    id = outbox_mail("reply");
    g_assert_true(drop(owner, id, &error));
    g_assert_no_error(error);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.event WHERE kind = 'mail-dropped' AND actor = 'operator'"), ==, 1);
    assert_refused(store_outbox_retry, owner, id, MAILGW_ERROR_INVALID);
    desk_sql("UPDATE mailgw.outbox SET bytes = NULL, state = 'failed' WHERE id = %" ID, id);
    assert_refused(store_outbox_retry, owner, id, MAILGW_ERROR_INVALID);
    g_clear_pointer(&bytes, g_bytes_unref);
    g_assert_false(store_outbox_bytes(owner, id, &bytes, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND);
}

static GPtrArray *
lease_notifications(const char *const *without)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *rows = NULL;

    store_outbox_lease(desk.courier, OUTBOX_WEBHOOKS, without, 10, 600, &rows, &error);
    g_assert_no_error(error);
    return rows;
}

/* A webhook that does not answer must not keep a mail waiting, nor one webhook another. */
static void
test_ways_are_apart(void)
{
    const char *const resting[] = { "elsewhere", "anna@example.org", NULL };
    g_autoptr(GPtrArray) mails = NULL, others = NULL, notifications = NULL;
    g_autoptr(GError) error = NULL;
    gboolean idle = FALSE;
    gint64 notification;

    desk_clear();
    notification = outbox_mail("webhook");
    g_assert_true(store_outbox_is_idle(desk.courier, OUTBOX_MAIL, &idle, &error) && idle);
    g_assert_true(store_outbox_is_idle(desk.courier, OUTBOX_WEBHOOKS, &idle, &error) && !idle);
    mails = lease(10);
    g_assert_cmpuint(mails->len, ==, 0);
    others = lease_notifications(resting);
    g_assert_cmpuint(others->len, ==, 0);
    notifications = lease_notifications(NULL);
    g_assert_cmpuint(notifications->len, ==, 1);
    g_assert_cmpint(((OutboxRow *) notifications->pdata[0])->id, ==, notification);
}

/* Its id tells the receiver what it had already. */
static void
test_notification_at_least_once(void)
{
    g_autoptr(GPtrArray) first = NULL, second = NULL;

    desk_clear();
    outbox_mail("webhook");
    first = lease_notifications(NULL);
    g_assert_cmpuint(first->len, ==, 1);
    expire_leases();
    second = lease_notifications(NULL);
    g_assert_cmpuint(second->len, ==, 1);
    g_assert_cmpint(((OutboxRow *) second->pdata[0])->attempts, ==, 2);
    g_assert_cmpstr(((OutboxRow *) second->pdata[0])->message_id, ==, ((OutboxRow *) first->pdata[0])->message_id);
}

/* Where a retry would come too late, the caller is told that there will be none. */
static void
test_became(void)
{
    g_autoptr(GPtrArray) soon = NULL, late = NULL;
    g_autoptr(GError) error = NULL;
    OutboxResult became = OUTBOX_SENT;

    desk_clear();
    outbox_mail("webhook");
    soon = lease_notifications(NULL);
    g_assert_true(store_outbox_done(desk.courier, soon->pdata[0], OUTBOX_RETRY, 500, "no", 0, &became, &error));
    g_assert_cmpint(became, ==, OUTBOX_RETRY);
    late = lease_notifications(NULL);
    g_assert_true(store_outbox_done(desk.courier, late->pdata[0], OUTBOX_RETRY, 500, "no", 7200, &became, &error));
    g_assert_cmpint(became, ==, OUTBOX_FAILED);
}

static gpointer
send_all(gpointer data)
{
    Store *store = data;
    gint64 sent = 0;

    for (int i = 0; i < 60; i++) {
        g_autoptr(GPtrArray) rows = NULL;
        g_autoptr(GError) error = NULL;

        store_outbox_lease(store, OUTBOX_MAIL, NULL, 3, 600, &rows, &error);
        g_assert_no_error(error);
        for (guint r = 0; r < rows->len; r++, sent++) {
            store_outbox_done(store, g_ptr_array_index(rows, r), OUTBOX_SENT, 250, "ok", 0, NULL, &error);
            g_assert_no_error(error);
        }
    }
    return GINT_TO_POINTER(sent);
}

static void
test_two_couriers(void)
{
    g_autoptr(Store) other = fixture_open(&desk.fixture, STORE_COURIER);
    GThread *threads[2];
    int sent;

    desk_clear();
    for (int i = 0; i < 60; i++)
        outbox_mail("acknowledgement");
    threads[0] = g_thread_new("courier 1", send_all, desk.courier);
    threads[1] = g_thread_new("courier 2", send_all, other);
    sent = GPOINTER_TO_INT(g_thread_join(threads[0])) + GPOINTER_TO_INT(g_thread_join(threads[1]));
    g_assert_cmpint(sent, ==, 60);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.outbox WHERE state = 'sent' AND attempts = 1"), ==, 60);
}

int
main(int argc, char **argv)
{
    int result;

    tap_init(&argc, &argv);
    desk_open();
    g_test_add_func("/store/outbox/a-row-is-whole-and-leased-once", test_row);
    g_test_add_func("/store/outbox/sent", test_sent);
    g_test_add_func("/store/outbox/retried-when-due", test_retry_later);
    g_test_add_func("/store/outbox/no-attempt-after-its-life", test_life_over);
    g_test_add_func("/store/outbox/automatic-mail-at-most-once", test_lost_automatic);
    g_test_add_func("/store/outbox/a-lost-lease-records-nothing", test_lost_lease);
    g_test_add_func("/store/outbox/a-failed-reply-reopens-its-ticket", test_failed);
    g_test_add_func("/store/outbox/what-an-operator-may-do", test_operator);
    g_test_add_func("/store/outbox/mail-and-webhooks-apart", test_ways_are_apart);
    g_test_add_func("/store/outbox/notification-at-least-once", test_notification_at_least_once);
    g_test_add_func("/store/outbox/said-to-have-failed", test_became);
    g_test_add_func("/store/outbox/two-couriers-never-get-the-same-mail", test_two_couriers);
    result = g_test_run();
    desk_close();
    return result;
}
