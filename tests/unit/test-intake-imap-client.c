/* The client over a socket whose other end says what the test says, one piece when it is asked for more. */
#include <config.h>

#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "intake/imap-client-private.h"
#include "tap.h"

#define GREETING "* OK [CAPABILITY IMAP4rev1 SASL-IR IDLE UIDPLUS MOVE AUTH=PLAIN] x\r\n"
#define LOGIN    "1 OK [CAPABILITY IMAP4rev1 SASL-IR IDLE UIDPLUS MOVE AUTH=PLAIN] x\r\n"
#define SELECT   "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 9] x\r\n2 OK x\r\n"

static const ImapEndpoint endpoint = {
    .host = "localhost", .security = IMAP_SECURITY_PLAINTEXT_LOOPBACK, .user = "desk", .secret = "open sesame",
    .connect_seconds = 1, .command_seconds = 1, .transfer_seconds = 1, .stall_seconds = 1,
};

typedef struct {
    ImapClient *client;
    int         server;      /* packets: each is read when what came before does not suffice */
    int         cancel;
} Desk;

static Desk
desk_new(const char *const *pieces)
{
    Desk desk = { NULL, -1, eventfd(0, EFD_CLOEXEC) };
    int fds[2];
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), ==, 0);
    desk.server = fds[1];
    for (; *pieces != NULL; pieces++)
        g_assert_cmpint(send(desk.server, *pieces, strlen(*pieces), 0), ==, (gssize) strlen(*pieces));
    desk.client = imap_client_new(desk.cancel);
    if (!imap_client_connect_fd(desk.client, fds[0], &endpoint, &error))
        g_test_message("connect: %s", error->message);
    return desk;
}

static void
desk_clear(Desk *desk)
{
    imap_client_free(desk->client);
    close(desk->server);
    close(desk->cancel);
}

/* Everything the client has sent. */
static char *
desk_sent(const Desk *desk)
{
    GString *sent = g_string_new(NULL);
    char packet[4096];
    gssize n;

    while ((n = recv(desk->server, packet, sizeof packet, MSG_DONTWAIT)) > 0)
        g_string_append_len(sent, packet, n);
    return g_string_free(sent, FALSE);
}

static void
select_inbox(const Desk *desk)
{
    ImapFolder folder = { 0 };
    g_autoptr(GError) error = NULL;

    imap_client_select(desk->client, "INBOX", FALSE, &folder, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(folder.uidvalidity, ==, 7);
    g_assert_cmpuint(folder.uidnext, ==, 9);
    g_assert_true(folder.new_keywords && folder.can_see && folder.can_delete);
    imap_folder_clear(&folder);
}

static gboolean
append_rows(gpointer data, const ImapRow *rows, gsize n_rows)
{
    g_array_append_vals(data, rows, (guint) n_rows);
    return TRUE;
}

static void
test_rows_in_pieces(void)
{
    g_autoptr(GString) answer = g_string_new(NULL);
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(ImapRow));
    g_autoptr(GError) error = NULL;
    const char *pieces[] = { GREETING, LOGIN, SELECT, NULL, NULL };
    Desk desk;

    for (guint i = 1; i <= 150; i++)
        g_string_append_printf(answer, "* %u FETCH (UID %u RFC822.SIZE %u FLAGS (\\Seen))\r\n", i, i * 2, i);
    g_string_append(answer, "3 OK x\r\n");
    pieces[3] = answer->str;
    desk = desk_new(pieces);
    select_inbox(&desk);
    imap_client_plan(desk.client, 3, 200, NULL, append_rows, rows, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(rows->len, ==, 99);
    g_assert_cmpuint(g_array_index(rows, ImapRow, 0).uid, ==, 4);
    g_assert_cmpuint(g_array_index(rows, ImapRow, 98).uid, ==, 200);
    g_assert_cmpuint(g_array_index(rows, ImapRow, 98).flags, ==, IMAP_FLAG_SEEN);
    desk_clear(&desk);
}

static void
test_dead_after_a_fault(void)
{
    const char *const pieces[] = { GREETING, LOGIN, SELECT, "nonsense\r\n", "4 OK x\r\n", NULL };
    Desk desk = desk_new(pieces);
    ImapEvent event = IMAP_EVENT_MAIL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) again = NULL;

    select_inbox(&desk);
    g_assert_false(imap_client_noop(desk.client, &event, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
    g_assert_cmpint(imap_client_fault(desk.client), ==, IMAP_FAULT_PROTOCOL);
    g_assert_cmpstr(imap_client_offending_line(desk.client), ==, "nonsense");
    g_assert_false(imap_client_is_alive(desk.client));
    /* The answer that lies ready is never read. */
    g_assert_false(imap_client_noop(desk.client, &event, &again));
    g_assert_cmpstr(again->message, ==, error->message);
    g_assert_cmpint(event, ==, IMAP_EVENT_MAIL);
    desk_clear(&desk);
}

static void
test_alive_after_a_refusal(void)
{
    const char *const pieces[] = { GREETING, LOGIN, "2 NO [OVERQUOTA] full\r\n", "3 OK x\r\n", NULL };
    Desk desk = desk_new(pieces);
    ImapFolder folder;
    ImapEvent event;
    g_autoptr(GError) error = NULL;

    g_assert_false(imap_client_select(desk.client, "INBOX", FALSE, &folder, &error));
    g_assert_cmpint(imap_client_fault(desk.client), ==, IMAP_FAULT_QUOTA);
    g_assert_cmpstr(imap_client_server_text(desk.client), ==, "[OVERQUOTA] full");
    g_assert_true(imap_client_noop(desk.client, &event, NULL));
    desk_clear(&desk);
}

static void
test_secret_in_no_text(void)
{
    /* base64 of NUL desk NUL open sesame */
    const char *const pieces[] = { GREETING, "1 NO no \"open sesame\" and AGRlc2sAb3BlbiBzZXNhbWU= here\r\n", NULL };
    Desk desk = desk_new(pieces);

    g_assert_cmpint(imap_client_fault(desk.client), ==, IMAP_FAULT_LOGIN);
    g_assert_cmpstr(imap_client_server_text(desk.client), ==, "no \"[...]\" and [...] here");
    desk_clear(&desk);
}

static void
test_cancel(void)
{
    const char *const pieces[] = { GREETING, LOGIN, SELECT, NULL };
    Desk desk = desk_new(pieces);
    const guint64 one = 1;
    ImapEvent event;
    gint64 began = clock_monotonic();

    select_inbox(&desk);
    g_assert_cmpint(write(desk.cancel, &one, sizeof one), ==, sizeof one);
    g_assert_false(imap_client_wait(desk.client, 1000, &event, NULL));
    g_assert_cmpint(imap_client_fault(desk.client), ==, IMAP_FAULT_CANCELLED);
    g_assert_false(imap_client_is_alive(desk.client));
    g_assert_cmpint(clock_monotonic() - began, <, G_USEC_PER_SEC / 2);
    desk_clear(&desk);
}

static void
test_timeout(void)
{
    const char *const pieces[] = { GREETING, LOGIN, SELECT, NULL };
    Desk desk = desk_new(pieces);
    ImapEvent event;
    gint64 began = clock_monotonic();

    select_inbox(&desk);
    g_assert_false(imap_client_noop(desk.client, &event, NULL));
    g_assert_cmpint(imap_client_fault(desk.client), ==, IMAP_FAULT_TIMEOUT);
    g_assert_cmpint(clock_monotonic() - began, <, 2 * G_USEC_PER_SEC);
    desk_clear(&desk);
}

static void
test_idle(void)
{
    const char *const pieces[] = { GREETING, LOGIN, SELECT, "3 OK x\r\n", "* 3 EXISTS\r\n", "+ idling\r\n", "* OK still here\r\n", "* 4 EXISTS\r\n",
                                   "* 5 EXISTS\r\n4 OK x\r\n", NULL };
    Desk desk = desk_new(pieces);
    ImapEvent event = IMAP_EVENT_NONE;
    g_autoptr(GError) error = NULL;
    g_autofree char *sent = NULL;

    select_inbox(&desk);
    imap_client_wait(desk.client, 1000, &event, &error);
    g_assert_no_error(error);
    g_assert_cmpint(event, ==, IMAP_EVENT_MAIL);
    g_assert_cmpuint(imap_client_exists(desk.client), ==, 5);
    sent = desk_sent(&desk);
    g_assert_nonnull(strstr(sent, "3 NOOP\r\n4 IDLE\r\nDONE\r\n"));
    desk_clear(&desk);
}

static void
test_bye_behind_an_answer(void)
{
    const char *const pieces[] = { GREETING, LOGIN, SELECT, "3 OK x\r\n* BYE shutting down\r\n", NULL };
    Desk desk = desk_new(pieces);
    ImapEvent event;

    select_inbox(&desk);
    /* What was done is done. */
    g_assert_true(imap_client_noop(desk.client, &event, NULL));
    g_assert_false(imap_client_is_alive(desk.client));
    g_assert_cmpint(imap_client_fault(desk.client), ==, IMAP_FAULT_BYE);
    desk_clear(&desk);
}

static void
test_folder_on_the_wire(void)
{
    const char *const pieces[] = { GREETING, LOGIN, "2 OK x\r\n", NULL };
    Desk desk = desk_new(pieces);
    g_autofree char *sent = NULL;

    g_assert_true(imap_client_create_folder(desk.client, "Erledigt & \"gut\"/Ü", NULL));
    g_assert_false(imap_client_create_folder(desk.client, "a\r\nb", NULL));
    g_assert_cmpint(imap_client_fault(desk.client), ==, IMAP_FAULT_ARGUMENT);
    g_assert_true(imap_client_is_alive(desk.client));
    sent = desk_sent(&desk);
    g_assert_nonnull(strstr(sent, "2 CREATE \"Erledigt &- \\\"gut\\\"/&ANw-\"\r\n"));
    desk_clear(&desk);
}

static void
test_names(void)
{
    for (int fault = IMAP_FAULT_NONE; fault <= IMAP_FAULT_CANCELLED; fault++)
        g_assert_nonnull(imap_fault_name((ImapFault) fault));
    g_assert_cmpuint(imap_capabilities_parse("imap4rev1 Idle LOGINDISABLED X"), ==, IMAP_CAN_REV1 | IMAP_CAN_IDLE);
    g_assert_cmpuint(imap_capabilities_parse("IMAP4rev2") & IMAP_CAN_MOVE, !=, 0);
}

static const struct {
    const char *utf8;
    const char *utf7;     /* NULL: is none, and stays as it is */
} names[] = {
    { "INBOX", "INBOX" },
    { "A&B", "A&-B" },
    { "~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-" },     /* RFC 3501, 5.1.3 */
    { "Entwürfe", "Entw&APw-rfe" },
    { "📎", "&2D3czg-" },
    { "Ελληνικά &", "&A5UDuwO7A7cDvQO5A7oDrA- &-" },
};

static void
test_utf7(void)
{
    static const char *const wrong[] = { "&", "a&b", "&AOQ", "&*-", "&2D0-", "&3M4-", "&AGE-", "\xc3\xa4", "&AAA-", "&AAo-", "&AOR-" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *encoded = imap_utf7_encode(names[i].utf8);
        g_autofree char *decoded = imap_utf7_decode(names[i].utf7);

        g_assert_cmpstr(encoded, ==, names[i].utf7);
        g_assert_cmpstr(decoded, ==, names[i].utf8);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_null(imap_utf7_decode(wrong[i]));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/intake/imap-client/rows-in-pieces-and-in-range", test_rows_in_pieces);
    g_test_add_func("/intake/imap-client/dead-after-a-fault", test_dead_after_a_fault);
    g_test_add_func("/intake/imap-client/alive-after-a-refusal", test_alive_after_a_refusal);
    g_test_add_func("/intake/imap-client/secret-in-no-text", test_secret_in_no_text);
    g_test_add_func("/intake/imap-client/cancel", test_cancel);
    g_test_add_func("/intake/imap-client/timeout", test_timeout);
    g_test_add_func("/intake/imap-client/idle", test_idle);
    g_test_add_func("/intake/imap-client/bye-behind-an-answer", test_bye_behind_an_answer);
    g_test_add_func("/intake/imap-client/folder-on-the-wire", test_folder_on_the_wire);
    g_test_add_func("/intake/imap-client/names-and-capabilities", test_names);
    g_test_add_func("/intake/imap-client/modified-utf-7", test_utf7);
    return g_test_run();
}
