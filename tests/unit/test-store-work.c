/*
 * test-store-work.c - leases: who works which row, once at a time, and what a death or a loss costs
 */
#include <config.h>

#include "store-desk.h"

static void
expire_leases(void)
{
    desk_sql("UPDATE mailgw.inbound SET leased_until = clock_timestamp() - interval '1 second' WHERE lease IS NOT NULL");
}

static guint
lease_count(Store *store, int max_rows, gint64 max_bytes)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = NULL;

    g_assert_true(store_lease(store, max_rows, max_bytes, 30, &rows, &error));
    g_assert_no_error(error);
    return rows->len;
}

static void
test_row(void)
{
    g_autoptr(GPtrArray) rows = NULL;
    gint64 id;

    desk_clear();
    id = desk_mail("Subject: a\r\n\r\nbody\r\n");
    rows = desk_lease(desk.worker, 10);
    g_assert_cmpuint(rows->len, ==, 1);
    g_assert_cmpint(desk_row(rows, 0)->id, ==, id);
    g_assert_cmpint(desk_row(rows, 0)->lease, >, 0);
    g_assert_cmpint(desk_row(rows, 0)->attempts_alone, ==, 0);
    g_assert_cmpint(desk_row(rows, 0)->raw, ==, desk_number("SELECT raw FROM mailgw.inbound"));
    g_assert_cmpint(ABS(desk_row(rows, 0)->received_at - clock_now()), <, 60 * G_USEC_PER_SEC);
    g_assert_cmpstr(desk_row(rows, 0)->sender, ==, "anna@example.org");
    g_assert_cmpstr(desk_row(rows, 0)->recipient, ==, "support@example.com");
    g_assert_cmpstr(desk_row(rows, 0)->queue, ==, "support");
    g_assert_cmpstr(desk_row(rows, 0)->source, ==, "lmtp");
    g_assert_null(desk_row(rows, 0)->auth_user);
    desk_assert_bytes(desk_row(rows, 0)->bytes, "Subject: a\r\n\r\nbody\r\n");
    /* The attempt is counted when it begins, seen by everybody. */
    g_assert_cmpint(desk_number("SELECT attempts FROM mailgw.inbound"), ==, 1);
}

static void
test_limits(void)
{
    g_autofree char *large = g_strnfill(5000, 'x');

    desk_clear();
    for (int i = 0; i < 10; i++)
        desk_mail(large);
    g_assert_cmpuint(lease_count(desk.worker, 3, 1 << 30), ==, 3);
    g_assert_cmpuint(lease_count(desk.worker, 100, 10000), ==, 2);
    g_assert_cmpuint(lease_count(desk.worker, 100, 9999), ==, 1);
    g_assert_cmpuint(lease_count(desk.worker, 100, 1), ==, 1);   /* larger than the batch: still worked */
    g_assert_cmpuint(lease_count(desk.worker, 100, 1 << 30), ==, 3);
    g_assert_cmpuint(lease_count(desk.worker, 100, 1 << 30), ==, 0);
}

static void
test_oldest_first(void)
{
    g_autoptr(GPtrArray) rows = NULL;
    gint64 first;

    desk_clear();
    first = desk_mail("1");
    for (int i = 0; i < 20; i++)
        desk_mail("2");
    rows = desk_lease(desk.worker, 10);
    g_assert_cmpuint(rows->len, ==, 10);
    for (guint i = 0; i < rows->len; i++)
        g_assert_cmpint(desk_row(rows, i)->id, ==, first + i);
}

/* What one worker has locked and not yet committed is passed over by another, and what it has leased stays its own. */
static gpointer
lease_all(gpointer data)
{
    Store *store = data;
    GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify) inbound_row_free);

    for (int i = 0; i < 400; i++) {
        g_autoptr(GPtrArray) rows = desk_lease(store, 3);

        g_ptr_array_extend_and_steal(all, g_steal_pointer(&rows));
    }
    return all;
}

static void
test_two_workers(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
    GPtrArray *leased[2];
    GThread *threads[2];

    desk_clear();
    for (int i = 0; i < 600; i++)
        desk_mail("x");
    threads[0] = g_thread_new("worker 1", lease_all, desk.worker);
    threads[1] = g_thread_new("worker 2", lease_all, desk.other_worker);
    for (int t = 0; t < 2; t++) {
        leased[t] = g_thread_join(threads[t]);
        for (guint i = 0; i < leased[t]->len; i++)
            g_assert_true(g_hash_table_add(seen, (gpointer) &desk_row(leased[t], i)->id));
    }
    g_assert_cmpuint(g_hash_table_size(seen), ==, 600);
    g_ptr_array_unref(leased[0]);
    g_ptr_array_unref(leased[1]);
}

static void
test_expiry(void)
{
    g_autoptr(GPtrArray) alone = NULL;
    g_autoptr(GPtrArray) again = NULL;
    gint64 first;

    desk_clear();
    first = desk_mail("1");
    desk_mail("2");
    g_assert_cmpuint(lease_count(desk.worker, 10, 1 << 30), ==, 2);
    g_assert_cmpuint(lease_count(desk.other_worker, 10, 1 << 30), ==, 0);
    expire_leases();
    alone = desk_lease(desk.other_worker, 10);
    g_assert_cmpuint(alone->len, ==, 1);
    g_assert_cmpint(desk_row(alone, 0)->id, ==, first);
    g_assert_cmpint(desk_row(alone, 0)->attempts_alone, ==, 1);
    again = desk_lease(desk.other_worker, 10);
    g_assert_cmpuint(again->len, ==, 1);
    g_assert_cmpint(desk_row(again, 0)->id, ==, first + 1);
    g_assert_cmpint(desk_row(again, 0)->attempts_alone, ==, 1);
}

/* The third attempt alone is not the last lease: somebody has to write the quarantine. */
static void
test_attempts(void)
{
    desk_clear();
    desk_mail("1");
    for (int attempt = 0; attempt < 5; attempt++) {
        g_autoptr(GPtrArray) rows = desk_lease(desk.worker, 10);

        g_assert_cmpuint(rows->len, ==, 1);
        g_assert_cmpint(desk_row(rows, 0)->attempts_alone, ==, attempt);
        expire_leases();
    }
    g_assert_cmpint(desk_number("SELECT attempts FROM mailgw.inbound"), ==, 5);
}

static void
test_release(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GPtrArray) again = NULL;
    gint64 ids[2], leases[2];

    desk_clear();
    desk_mail("1");
    desk_mail("2");
    rows = desk_lease(desk.worker, 10);
    for (guint i = 0; i < 2; i++) {
        ids[i] = desk_row(rows, i)->id;
        leases[i] = desk_row(rows, i)->lease;
    }
    leases[1]++;   /* a lease that is not ours (any more) */
    g_assert_true(store_release(desk.worker, ids, leases, 2, &error));
    g_assert_no_error(error);
    g_assert_cmpint(desk_number("SELECT attempts FROM mailgw.inbound WHERE id = %" G_GINT64_FORMAT, ids[1]), ==, 1);
    again = desk_lease(desk.worker, 10);
    g_assert_cmpuint(again->len, ==, 1);
    g_assert_cmpint(desk_row(again, 0)->id, ==, ids[0]);
    g_assert_cmpint(desk_row(again, 0)->attempts_alone, ==, 0);
}

static void
test_give_up(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GPtrArray) alone = NULL;
    g_autoptr(GPtrArray) again = NULL;
    gint64 id;

    desk_clear();
    desk_mail("1");
    rows = desk_lease(desk.worker, 10);
    id = desk_row(rows, 0)->id;
    g_assert_true(store_give_up(desk.worker, &id, &desk_row(rows, 0)->lease, 1, &error));
    g_assert_no_error(error);
    alone = desk_lease(desk.worker, 10);
    g_assert_cmpint(desk_row(alone, 0)->attempts_alone, ==, 1);
    /* Released after a lease alone: that attempt does not count, the one before it does. */
    g_assert_true(store_release(desk.worker, &id, &desk_row(alone, 0)->lease, 1, &error));
    again = desk_lease(desk.worker, 10);
    g_assert_cmpint(desk_row(again, 0)->attempts_alone, ==, 1);
}

/* In any two leases of one worker both kinds are served, whichever there is more of. */
static void
test_fairness(void)
{
    desk_clear();
    for (int i = 0; i < 10; i++)
        desk_mail("failed");
    g_assert_cmpuint(lease_count(desk.worker, 10, 1 << 30), ==, 10);
    expire_leases();
    for (int i = 0; i < 10; i++)
        desk_mail("fresh");
    for (int i = 1; i <= 5; i++) {
        lease_count(desk.worker, 1, 1 << 30);
        lease_count(desk.worker, 1, 1 << 30);
        g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound WHERE attempts_alone = 1"), ==, i);
        g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound WHERE attempts = 1 AND id > 10"), ==, i);
    }
}

static void
test_idle(void)
{
    g_autoptr(GError) error = NULL;
    gboolean idle = FALSE;

    desk_clear();
    g_assert_true(store_inbound_is_idle(desk.worker, &idle, &error));
    g_assert_true(idle);
    desk_mail("1");
    g_assert_true(store_inbound_is_idle(desk.worker, &idle, &error));
    g_assert_false(idle);
    g_ptr_array_unref(desk_lease(desk.worker, 10));
    g_assert_true(store_inbound_is_idle(desk.worker, &idle, &error));
    g_assert_false(idle);
}

static void
test_references(void)
{
    g_autoptr(GError) error = NULL;
    gint64 first[3], second[2], outbox[2] = { 0 };

    g_assert_true(store_reserve_numbers(desk.worker, 3, first, 0, NULL, &error));
    g_assert_true(store_reserve_numbers(desk.other_worker, 2, second, 2, outbox, &error));
    g_assert_cmpint(outbox[0], >, 0);
    g_assert_cmpint(outbox[1], ==, outbox[0] + 1);
    g_assert_no_error(error);
    g_assert_cmpint(first[1], ==, first[0] + 1);
    g_assert_cmpint(second[0], ==, first[2] + 1);
    g_assert_cmpint(second[1], ==, first[2] + 2);
}

static void
test_token_keys(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) keys = NULL;

    desk_sql("DELETE FROM mailgw.token_key;"
             "INSERT INTO mailgw.token_key (id, secret, retired_at) VALUES"
             " (3, decode(repeat('03', 32), 'hex'), NULL),"
             " (2, decode(repeat('02', 32), 'hex'), clock_timestamp() - interval '100 s'),"
             " (1, decode(repeat('01', 32), 'hex'), clock_timestamp() - interval '1000 s')");
    g_assert_true(store_token_keys(desk.worker, 500, &keys, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(keys->len, ==, 2);
    g_assert_cmpuint(g_array_index(keys, StoreTokenKey, 0).id, ==, 3);
    g_assert_cmpint(g_array_index(keys, StoreTokenKey, 0).retired_at, ==, 0);
    g_assert_cmpint(g_array_index(keys, StoreTokenKey, 0).secret[31], ==, 3);
    g_assert_cmpuint(g_array_index(keys, StoreTokenKey, 1).id, ==, 2);
    g_assert_cmpint(g_array_index(keys, StoreTokenKey, 1).retired_at, >, 0);
}

static void
assert_retry_error(gint64 id, MailgwError code)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) owner = fixture_open(&desk.fixture, STORE_OWNER);

    g_assert_false(store_inbound_retry(owner, id, &error));
    g_assert_error(error, MAILGW_ERROR, (int) code);
}

static void
test_retry(void)
{
    g_autoptr(Store) owner = fixture_open(&desk.fixture, STORE_OWNER);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GBytes) bytes = NULL;
    Decision *decision;
    gint64 id, reference;

    desk_clear();
    assert_retry_error(999, MAILGW_ERROR_NOT_FOUND);
    id = desk_mail("1");
    rows = desk_lease(desk.worker, 1);
    assert_retry_error(id, MAILGW_ERROR_INVALID);   /* a worker has it */
    expire_leases();
    g_assert_true(store_inbound_retry(owner, id, &error));
    g_assert_no_error(error);
    g_assert_cmpint(desk_number("SELECT attempts FROM mailgw.inbound"), ==, 0);

    decision = desk_decision("none: quarantined");
    decision->outcome = OUTCOME_QUARANTINED;
    decision->keep_content_key = TRUE;
    reference = desk_reference();
    desk_add_ticket(decision, reference, 0, NULL)->placeholder = TRUE;
    desk_work(decision);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.article WHERE kind = 'quarantined'"), ==, 1);
    g_assert_true(store_inbound_retry(owner, id, &error));
    g_assert_no_error(error);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.article"), ==, 0);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.ticket WHERE status = 'closed'"), ==, 1);

    /* Worked afresh, to the end: nothing of the quarantine is in the way. */
    decision = desk_decision("none: a test");
    decision->keep_content_key = TRUE;
    desk_add_ticket(decision, desk_reference(), desk_person("anna@example.org"), "a@x");
    desk_work(decision);
    assert_retry_error(id, MAILGW_ERROR_INVALID);

    desk_sql("UPDATE mailgw.inbound SET raw = NULL, raw_received_at = NULL");
    g_assert_false(store_inbound_bytes(desk.worker, id, &bytes, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_false(store_inbound_bytes(desk.worker, id + 1, &bytes, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND);
}

int
main(int argc, char **argv)
{
    int result;

    tap_init(&argc, &argv);
    desk_open();
    g_test_add_func("/store/lease/a-row-is-whole-and-its-attempt-counted", test_row);
    g_test_add_func("/store/lease/rows-and-octets-are-limited", test_limits);
    g_test_add_func("/store/lease/oldest-first", test_oldest_first);
    g_test_add_func("/store/lease/two-workers-never-get-the-same-row", test_two_workers);
    g_test_add_func("/store/lease/what-a-dead-worker-had-is-leased-alone", test_expiry);
    g_test_add_func("/store/lease/only-attempts-alone-count", test_attempts);
    g_test_add_func("/store/lease/released-rows-are-fresh-again", test_release);
    g_test_add_func("/store/lease/given-up-rows-come-back-alone", test_give_up);
    g_test_add_func("/store/lease/fresh-and-failed-take-turns", test_fairness);
    g_test_add_func("/store/lease/idle-when-nothing-waits-or-is-leased", test_idle);
    g_test_add_func("/store/work/references-are-reserved-once", test_references);
    g_test_add_func("/store/work/retired-keys-prove-for-their-life", test_token_keys);
    g_test_add_func("/store/work/quarantine-can-be-taken-back", test_retry);
    result = g_test_run();
    desk_close();
    return result;
}
