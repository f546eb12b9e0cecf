/*
 * test-store-mailbox.c - mail of a folder and how far it is read: together, once, and told again when its numbers change
 */
#include "store-desk.h"

#include "store/mailbox.h"

#define DAY_US (86400 * G_GINT64_CONSTANT(1000000))

static void
clear(void)
{
    desk_clear();
    desk_sql("TRUNCATE mailgw.mailbox, mailgw.mailbox_account, mailgw.mailbox_mail RESTART IDENTITY");
}

static MailboxRow
new_folder(gint64 last_uid, const char *todo)
{
    MailboxRow row = { .uidvalidity = 7, .last_uid = last_uid, .todo = g_strdup(todo), .marking = g_strdup("") };
    g_autoptr(GError) error = NULL;

    g_assert_true(store_mailbox_create(desk.ingest, "desk", "INBOX", &row, &error));
    g_assert_no_error(error);
    return row;
}

static void
set_text(char **member, const char *text)
{
    g_free(*member);
    *member = g_strdup(text);
}

/* Stores one mail of the folder, whose digest is its UID in every octet. */
static gboolean
commit(MailboxRow *row, gint64 uid, const char *key, const char *id, const char *todo, GError **error)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static("Subject: x\n\n", 12);
    AcceptRecipient recipient = { NULL, "support", key, 0 };
    AcceptMail mail = { .bytes = bytes, .source = "imap:desk", .received_at = DAY_US, .note = "cut", .recipients = &recipient, .n_recipients = 1 };
    guint8 digest[32];
    MailboxTaken taken = { uid, key, id, 100, DAY_US, digest };

    memset(digest, (int) uid, sizeof digest);
    set_text(&row->todo, todo);
    set_text(&row->marking, "1");
    return store_mailbox_commit(desk.ingest, &mail, 1, &taken, 1, row, error);
}

static void
test_progress_and_mail_together(void)
{
    MailboxRow row, again;
    g_autoptr(GError) error = NULL;
    g_autofree char *note = NULL;

    clear();
    row = new_folder(9, "1:9");
    g_assert_true(commit(&row, 9, "k9", "a@x", "1:8", &error));
    g_assert_no_error(error);
    g_assert_true(store_mailbox_load(desk.ingest, "desk", "INBOX", &again, &error));
    g_assert_cmpstr(again.todo, ==, "1:8");
    g_assert_cmpstr(again.marking, ==, "1");
    g_assert_cmpint(again.version, ==, row.version);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound i JOIN mailgw.mailbox_mail m ON m.inbound = i.id"), ==, 1);
    note = desk_text("SELECT note FROM mailgw.inbound");
    g_assert_cmpstr(note, ==, "cut");
    mailbox_row_clear(&again);
    mailbox_row_clear(&row);
}

static void
test_same_mail_twice(void)
{
    MailboxRow row;

    clear();
    row = new_folder(9, "1:9");
    g_assert_true(commit(&row, 9, "k9", "a@x", "1:8", NULL));
    g_assert_true(commit(&row, 9, "k9", "a@x", "1:8", NULL));
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.mailbox_mail"), ==, 1);
    mailbox_row_clear(&row);
}

static void
test_second_writer_is_refused(void)
{
    MailboxRow row, stale;
    g_autoptr(GError) error = NULL;

    clear();
    row = new_folder(9, "1:9");
    g_assert_true(store_mailbox_load(desk.ingest, "desk", "INBOX", &stale, NULL));
    g_assert_true(commit(&row, 9, "k9", "a@x", "1:8", NULL));
    g_assert_false(commit(&stale, 8, "k8", "b@x", "1:7", &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound"), ==, 1);
    mailbox_row_clear(&row);
    mailbox_row_clear(&stale);
}

/* How many of n mails, all with the same Message-ID, size and date, are known under new numbers from first on. */
static guint
known(const MailboxRow *row, gint64 first, gsize n, const char *id)
{
    g_autofree MailboxTaken *asked = g_new0(MailboxTaken, n);
    g_autoptr(GArray) found = NULL;
    g_autoptr(GError) error = NULL;

    for (gsize i = 0; i < n; i++)
        asked[i] = (MailboxTaken) { .uid = first + (gint64) i, .message_id = id, .size = 100, .arrived_at = DAY_US };
    store_mailbox_match(desk.ingest, row, asked, n, &found, &error);
    g_assert_no_error(error);
    return found->len;
}

static MailboxRow
renumbered(void)
{
    MailboxRow row = new_folder(9, "1:9");
    g_autoptr(GError) error = NULL;

    g_assert_true(commit(&row, 8, "k8", "a@x", "1:7,9", NULL));
    g_assert_true(commit(&row, 9, "k9", "a@x", "1:7", NULL));
    row.uidvalidity = 8;
    row.last_uid = 20;
    set_text(&row.todo, "1:20");
    store_mailbox_renumber(desk.ingest, &row, &error);
    g_assert_no_error(error);
    g_assert_cmpint(row.generation, ==, 2);
    g_assert_true(row.renumbered);
    return row;
}

static void
test_each_earlier_mail_stands_for_one(void)
{
    MailboxRow row;

    clear();
    row = renumbered();
    g_assert_cmpuint(known(&row, 1, 3, "other@x"), ==, 0);
    g_assert_cmpuint(known(&row, 1, 1, "a@x"), ==, 1);
    g_assert_cmpuint(known(&row, 1, 3, "a@x"), ==, 2);      /* number 1 again, and one more */
    g_assert_cmpuint(known(&row, 1, 3, "a@x"), ==, 2);      /* asked a second time, after a crash */
    g_assert_cmpuint(known(&row, 10, 1, "a@x"), ==, 0);
    mailbox_row_clear(&row);
}

static void
test_known_by_its_bytes(void)
{
    MailboxRow row;
    guint8 digest[32];
    gboolean is_known;

    clear();
    row = renumbered();
    memset(digest, 9, sizeof digest);
    g_assert_true(store_mailbox_match_bytes(desk.ingest, &row, 1, digest, &is_known, NULL));
    g_assert_true(is_known);
    g_assert_true(store_mailbox_match_bytes(desk.ingest, &row, 2, digest, &is_known, NULL));
    g_assert_false(is_known);
    g_assert_true(store_mailbox_forget(desk.ingest, &row, NULL));
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.mailbox_mail"), ==, 1);
    mailbox_row_clear(&row);
}

static void
test_one_session_reads_an_account(void)
{
    gboolean held;

    clear();
    g_assert_true(store_mailbox_lock(desk.ingest, "desk", &held, NULL));
    g_assert_true(held);
    g_assert_true(store_mailbox_lock(desk.worker, "desk", &held, NULL));
    g_assert_false(held);
    g_assert_true(store_mailbox_lock(desk.worker, "other", &held, NULL));
    g_assert_true(held);
}

static void
test_reports(void)
{
    g_autoptr(GError) error = NULL;
    MailboxRow row;

    clear();
    row = new_folder(0, "");
    g_assert_true(store_mailbox_account_report(desk.ingest, "desk", FALSE, "login refused", &error));
    g_assert_no_error(error);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.mailbox_account WHERE alarm_at IS NOT NULL AND last_success_at IS NULL"), ==, 1);
    g_assert_true(store_mailbox_account_report(desk.ingest, "desk", TRUE, NULL, NULL));
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.mailbox_account WHERE alarm IS NULL AND last_success_at IS NOT NULL"), ==, 1);
    g_assert_true(store_mailbox_report(desk.ingest, "desk", "INBOX", TRUE, "odd", "no mark possible", &error));
    g_assert_no_error(error);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.mailbox WHERE alarm = 'odd' AND hint = 'no mark possible'"), ==, 1);
    mailbox_row_clear(&row);
}

int
main(int argc, char **argv)
{
    int status;

    tap_init(&argc, &argv);
    desk_open();
    g_test_add_func("/store/mailbox/progress-and-mail-together", test_progress_and_mail_together);
    g_test_add_func("/store/mailbox/same-mail-twice", test_same_mail_twice);
    g_test_add_func("/store/mailbox/second-writer-is-refused", test_second_writer_is_refused);
    g_test_add_func("/store/mailbox/each-earlier-mail-stands-for-one", test_each_earlier_mail_stands_for_one);
    g_test_add_func("/store/mailbox/known-by-its-bytes", test_known_by_its_bytes);
    g_test_add_func("/store/mailbox/one-session-reads-an-account", test_one_session_reads_an_account);
    g_test_add_func("/store/mailbox/reports", test_reports);
    status = g_test_run();
    desk_close();
    return status;
}
