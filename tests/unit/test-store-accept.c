/*
 * test-store-accept.c - mail is stored whole, once per delivery, all of a transaction or nothing
 */
#include <config.h>

#include <string.h>

#include "store-desk.h"

static gboolean
accept_mails(AcceptMail *mails, gsize n, GError **error)
{
    return store_accept(desk.ingest, mails, n, error);
}

static void
test_recipients(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new_static("Subject: a\r\n\r\n\0\xff", 16);
    AcceptRecipient recipients[] = { { "support@example.com", "support", NULL, 0 },
                                     { NULL, "billing", NULL, 0 },
                                     { "support@example.com", "support", NULL, 0 } };
    AcceptMail mail = { .bytes = bytes, .source = "lmtp", .sender = "", .auth_user = "anna", .received_at = 1700000000123456,
                        .quiet = TRUE, .recipients = recipients, .n_recipients = 3 };

    desk_clear();
    g_assert_true(accept_mails(&mail, 1, &error));
    g_assert_no_error(error);
    g_assert_cmpint(recipients[0].inbound_out, >, 0);
    g_assert_cmpint(recipients[1].inbound_out, ==, recipients[0].inbound_out + 1);
    g_assert_cmpint(recipients[2].inbound_out, ==, recipients[0].inbound_out + 2);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.raw WHERE bytes = '\\x5375626a6563743a20610d0a0d0a00ff'"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound WHERE sender = '' AND auth_user = 'anna' AND quiet"
                                " AND received_at = '2023-11-14 22:13:20.123456Z' AND source = 'lmtp'"), ==, 3);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound WHERE recipient IS NULL AND queue = 'billing'"), ==, 1);
}

static void
test_delivery_key(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
    AcceptRecipient known[] = { { NULL, "support", "imap/1", 0 } };
    AcceptRecipient mixed[] = { { NULL, "support", "imap/1", 7 }, { NULL, "support", "imap/2", 7 }, { "a@b.example", "support", NULL, 7 },
                                { NULL, "support", "imap/2", 7 }, { NULL, "support", "imap/3", 7 } };
    AcceptMail mails[] = { { .bytes = bytes, .source = "imap:x", .recipients = known, .n_recipients = 1 },
                           { .bytes = bytes, .source = "imap:x", .recipients = mixed, .n_recipients = 5 } };

    desk_clear();
    g_assert_true(accept_mails(mails, 2, &error));
    g_assert_no_error(error);
    g_assert_cmpint(known[0].inbound_out, >, 0);
    g_assert_cmpint(mixed[0].inbound_out, ==, 0);
    g_assert_cmpint(mixed[3].inbound_out, ==, 0);
    g_assert_cmpint(desk_number("SELECT id FROM mailgw.inbound WHERE delivery_key = 'imap/2'"), ==, mixed[1].inbound_out);
    g_assert_cmpint(desk_number("SELECT id FROM mailgw.inbound WHERE recipient = 'a@b.example'"), ==, mixed[2].inbound_out);
    g_assert_cmpint(desk_number("SELECT id FROM mailgw.inbound WHERE delivery_key = 'imap/3'"), ==, mixed[4].inbound_out);
    /* Known as a whole: not even the bytes are stored again. */
    g_assert_true(accept_mails(mails, 1, &error));
    g_assert_cmpint(known[0].inbound_out, ==, 0);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.raw"), ==, 2);
}

static void
test_all_or_nothing(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
    AcceptRecipient good = { "a@example.com", "support", NULL, 0 };
    AcceptRecipient bad = { "\xff@example.com", "support", NULL, 0 };
    AcceptMail mails[] = { { .bytes = bytes, .source = "lmtp", .recipients = &good, .n_recipients = 1 },
                           { .bytes = bytes, .source = "lmtp", .recipients = &bad, .n_recipients = 1 } };

    desk_clear();
    g_assert_false(accept_mails(mails, 2, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
    g_clear_error(&error);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound"), ==, 0);
    /* The connection is fit for the next mail. */
    g_assert_true(accept_mails(mails, 1, &error));
    g_assert_no_error(error);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound"), ==, 1);
}

static void
test_many(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new_take(g_strnfill(30000, 'x'), 30000);
    AcceptRecipient recipients[500];
    AcceptMail mails[500];
    gint64 waiting;

    desk_clear();
    for (gsize i = 0; i < 500; i++) {
        recipients[i] = (AcceptRecipient) { "a@example.com", "support", NULL, 0 };
        mails[i] = (AcceptMail) { .bytes = bytes, .source = "import", .recipients = &recipients[i], .n_recipients = 1 };
    }
    g_assert_true(accept_mails(mails, 500, &error));
    g_assert_no_error(error);
    g_assert_true(store_waiting_count(desk.ingest, 100, &waiting, &error));
    g_assert_cmpint(waiting, ==, 100);
    g_assert_true(store_waiting_count(desk.ingest, 10000, &waiting, &error));
    g_assert_cmpint(waiting, ==, 500);
}

/* One statement takes many of them, and several statements all: each mail keeps its bytes, its recipients and its time. */
static void
test_many_statements(void)
{
    static const struct { gint64 at; const char *stands; } times[] = {
        { 1700000000123456, "2023-11-14 22:13:20.123456Z" },
        { -1, "1969-12-31 23:59:59.999999Z" },
        { G_GINT64_CONSTANT(-62135596800) * G_USEC_PER_SEC, "0001-01-01 00:00:00Z" },
        { G_GINT64_CONSTANT(253402300800) * G_USEC_PER_SEC - 1, "9999-12-31 23:59:59.999999Z" },
    };
    enum { N = 100 };
    g_autoptr(GError) error = NULL;
    g_autofree char *filling = g_strnfill(20000, 'x');
    AcceptRecipient recipients[N][2];
    AcceptMail mails[N];

    desk_clear();
    for (gsize i = 0; i < N; i++) {
        g_autofree char *start = g_strdup_printf("mail %zu;", i);
        gsize length = i % 3 == 0 ? 0 : 20000;
        g_autofree char *text = g_strconcat(start, filling + 20000 - length, NULL);

        recipients[i][0] = (AcceptRecipient) { "a@example.com", "support", g_strdup_printf("imap/%zu", i), 0 };
        recipients[i][1] = (AcceptRecipient) { "b@example.com", "billing", NULL, 0 };
        mails[i] = (AcceptMail) { .bytes = g_bytes_new(text, strlen(text)), .source = "imap:x", .received_at = times[i % G_N_ELEMENTS(times)].at,
                                  .note = i == 7 ? "a note" : NULL, .recipients = recipients[i], .n_recipients = i % 2 + 1 };
    }
    g_assert_true(accept_mails(mails, N, &error));
    g_assert_no_error(error);
    for (gsize i = 0; i < N; i++)
        for (gsize k = 0; k < mails[i].n_recipients; k++)
            g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound i JOIN mailgw.raw r ON r.id = i.raw"
                                        " WHERE i.id = %" G_GINT64_FORMAT " AND i.recipient = '%s' AND i.received_at = '%s'"
                                        " AND i.delivery_key IS NOT DISTINCT FROM %s%s%s AND convert_from(r.bytes, 'UTF8') LIKE 'mail %zu;%%'"
                                        " AND octet_length(r.bytes) > %d",
                                        recipients[i][k].inbound_out, k == 0 ? "a@example.com" : "b@example.com",
                                        times[i % G_N_ELEMENTS(times)].stands, k == 0 ? "'" : "", k == 0 ? recipients[i][k].delivery_key : "NULL",
                                        k == 0 ? "'" : "", i, i % 3 == 0 ? 0 : 20000), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.raw"), ==, N);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound WHERE note = 'a note'"), ==, 2);
    /* Of those that have a delivery of their own left, that one is stored, with the bytes. */
    g_assert_true(accept_mails(mails, N, &error));
    g_assert_cmpint(recipients[8][0].inbound_out, ==, 0);
    g_assert_cmpint(recipients[9][0].inbound_out, ==, 0);
    g_assert_cmpint(recipients[9][1].inbound_out, >, 0);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.raw"), ==, N + N / 2);
    for (gsize i = 0; i < N; i++) {
        g_bytes_unref(mails[i].bytes);
        g_free((char *) recipients[i][0].delivery_key);
    }
}

/* A time of no year that people count is none: the mail came now. */
static void
test_times(void)
{
    static const gint64 times[] = { 0, G_GINT64_CONSTANT(-62135596800) * G_USEC_PER_SEC - 1, G_GINT64_CONSTANT(253402300800) * G_USEC_PER_SEC,
                                    G_MAXINT64, G_MININT64 };
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
    AcceptRecipient recipient = { "a@example.com", "support", NULL, 0 };

    desk_clear();
    for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
        AcceptMail mail = { .bytes = bytes, .source = "import", .received_at = times[i], .recipients = &recipient, .n_recipients = 1 };

        g_assert_true(accept_mails(&mail, 1, &error));
        g_assert_no_error(error);
    }
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound WHERE received_at > clock_timestamp() - interval '1 hour'"), ==,
                    G_N_ELEMENTS(times));
}

static void
test_largest(void)
{
    g_autoptr(GError) error = NULL;
    gsize size = 64 * 1024 * 1024;
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GBytes) read = NULL;
    char *content = g_malloc(size);
    gint64 id;

    desk_clear();
    for (gsize i = 0; i < size; i++)
        content[i] = (char) (i * 31 >> 3);
    bytes = g_bytes_new_take(content, size);
    id = desk_mail_bytes(bytes);
    g_assert_true(store_inbound_bytes(desk.worker, id, &read, &error));
    g_assert_no_error(error);
    g_assert_true(g_bytes_equal(bytes, read));
}

/* Long mails take another way into the same transaction. */
static void
test_long_and_short(void)
{
    g_autoptr(GError) error = NULL;
    gsize size = 3 * 1024 * 1024 + 17;
    g_autoptr(GBytes) first = g_bytes_new_take(g_strnfill(size, 'f'), size);
    g_autoptr(GBytes) short_one = g_bytes_new_static("short", 5);
    g_autoptr(GBytes) second = g_bytes_new_take(g_strnfill(size, 's'), size);
    g_autoptr(GBytes) read = NULL;
    AcceptRecipient recipients[] = { { "a@b.example", "support", NULL, 0 }, { NULL, "support", "imap/1", 0 }, { NULL, "billing", "imap/2", 0 } };
    AcceptMail mails[] = { { .bytes = first, .source = "lmtp", .sender = "", .auth_user = "anna", .received_at = 1700000000123456, .quiet = TRUE,
                             .recipients = recipients, .n_recipients = 2 },
                           { .bytes = short_one, .source = "lmtp", .recipients = recipients, .n_recipients = 1 },
                           { .bytes = second, .source = "imap:x", .note = "a note", .recipients = &recipients[2], .n_recipients = 1 } };

    desk_clear();
    g_assert_true(accept_mails(mails, 3, &error));
    g_assert_no_error(error);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound"), ==, 4);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound WHERE sender = '' AND auth_user = 'anna' AND quiet AND source = 'lmtp'"
                                " AND received_at = '2023-11-14 22:13:20.123456Z' AND raw_received_at = received_at"), ==, 2);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound WHERE note = 'a note' AND queue = 'billing'"
                                " AND received_at > clock_timestamp() - interval '1 hour'"), ==, 1);
    g_assert_true(store_inbound_bytes(desk.worker, recipients[2].inbound_out, &read, &error));
    g_assert_true(g_bytes_equal(second, read));
    /* Known deliveries leave no row and no bytes; a new one of the same mail does. */
    g_assert_true(accept_mails(&mails[2], 1, &error));
    g_assert_cmpint(recipients[2].inbound_out, ==, 0);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.raw"), ==, 3);
    recipients[0].delivery_key = "imap/3";
    g_assert_true(accept_mails(mails, 1, &error));
    g_assert_cmpint(recipients[0].inbound_out, >, 0);
    g_assert_cmpint(recipients[1].inbound_out, ==, 0);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.raw"), ==, 4);
}

static void
test_long_fails_with_the_others(void)
{
    g_autoptr(GError) error = NULL;
    gsize size = 2 * 1024 * 1024;
    g_autoptr(GBytes) bytes = g_bytes_new_take(g_strnfill(size, 'f'), size);
    AcceptRecipient good = { NULL, "support", "imap/1", 0 };
    AcceptRecipient bad = { "\xff@example.com", "support", NULL, 0 };
    AcceptMail mails[] = { { .bytes = bytes, .source = "lmtp", .recipients = &good, .n_recipients = 1 },
                           { .bytes = bytes, .source = "lmtp", .recipients = &bad, .n_recipients = 1 } };

    desk_clear();
    g_assert_false(accept_mails(mails, 2, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
    g_clear_error(&error);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.raw"), ==, 0);
    g_assert_true(accept_mails(mails, 1, &error));
    g_assert_no_error(error);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound"), ==, 1);
    /* A server that is gone while it is sent to is noticed. */
    desk_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'mailgw_ingest'");
    good.delivery_key = "imap/2";
    g_assert_false(accept_mails(mails, 1, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_clear_error(&error);
    g_assert_true(store_reopen(desk.ingest, &error));
    g_assert_true(accept_mails(mails, 1, &error));
}

static void
test_server_away(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
    AcceptRecipient recipient = { "a@example.com", "support", NULL, 0 };
    AcceptMail mail = { .bytes = bytes, .source = "lmtp", .recipients = &recipient, .n_recipients = 1 };

    desk_clear();
    desk_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'mailgw_ingest'");
    g_assert_false(accept_mails(&mail, 1, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_clear_error(&error);
    g_assert_true(store_reopen(desk.ingest, &error));
    g_assert_true(accept_mails(&mail, 1, &error));
    g_assert_no_error(error);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound"), ==, 1);
}

int
main(int argc, char **argv)
{
    int result;

    tap_init(&argc, &argv);
    desk_open();
    g_test_add_func("/store/accept/one-row-per-recipient", test_recipients);
    g_test_add_func("/store/accept/a-known-delivery-is-not-stored-again", test_delivery_key);
    g_test_add_func("/store/accept/all-mails-or-none", test_all_or_nothing);
    g_test_add_func("/store/accept/many-in-one-transaction", test_many);
    g_test_add_func("/store/accept/each-mail-of-many-keeps-what-is-its-own", test_many_statements);
    g_test_add_func("/store/accept/a-time-of-no-year-is-now", test_times);
    g_test_add_func("/store/accept/64-mib-come-back-unchanged", test_largest);
    g_test_add_func("/store/accept/long-mails-go-with-short-ones", test_long_and_short);
    g_test_add_func("/store/accept/a-long-mail-fails-with-the-others", test_long_fails_with_the_others);
    g_test_add_func("/store/accept/a-lost-connection-is-temporary", test_server_away);
    result = g_test_run();
    desk_close();
    return result;
}
