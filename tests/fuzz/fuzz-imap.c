/*
 * A whole session with a server that says what the input says: the guard, and libetpan behind it, over a socket.
 *
 * The input is what the server sends, in pieces between bytes 0x1e, each of which is read when the one before does not suffice. Tags are
 * known (1, 2, ...), so that the input can hold the answer to every command. What gets through the guard must not break the parser, and what the client hands over keeps its header's promises.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "check.h"
#include "intake/imap-client-private.h"

#define PIECE 0x1e

int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length);

static const guint32 asked[] = { 1, 2, 3 };

static gboolean
check_rows(G_GNUC_UNUSED gpointer data, const ImapRow *rows, gsize n_rows)
{
    g_assert(n_rows > 0 && n_rows <= LIMIT_IMAP_ROWS);
    for (gsize i = 0; i < n_rows; i++)
        g_assert(rows[i].uid >= 1 && rows[i].internal_date >= 0 && rows[i].flags < 64);
    return TRUE;
}

static gboolean
check_id(gpointer data, guint32 uid, const char *message_id)
{
    guint *seen = data;

    g_assert(uid >= 1 && uid <= 3 && (*seen & (1u << uid)) == 0);
    *seen |= 1u << uid;
    g_assert(message_id == NULL || *message_id != '\0');
    return TRUE;
}

static gboolean
check_body(gpointer data, guint32 uid, GBytes *message)
{
    g_assert(g_bytes_get_size(message) > 0);
    return check_id(data, uid, NULL);
}

static void
check_folders(ImapClient *client)
{
    GPtrArray *folders = NULL;

    if (!imap_client_list(client, &folders, NULL))
        return;
    for (guint i = 0; i < folders->len; i++) {
        const ImapListed *listed = folders->pdata[i];

        check_text(listed->name);
    }
    g_ptr_array_unref(folders);
}

static void
run_session(ImapClient *client)
{
    guint ids = 0;
    guint bodies = 0;
    ImapFolder folder;
    ImapEvent event;
    GBytes *part = NULL;

    check_folders(client);
    if (!imap_client_select(client, "INBOX", FALSE, &folder, NULL))
        return;
    imap_folder_clear(&folder);
    imap_client_plan(client, 1, 0, "$Ticketed", check_rows, NULL, NULL);
    imap_client_message_ids(client, asked, G_N_ELEMENTS(asked), check_id, &ids, NULL);
    imap_client_bodies(client, asked, G_N_ELEMENTS(asked), check_body, &bodies, NULL);
    if (imap_client_partial(client, 1, 100, &part, NULL) && part != NULL)
        g_bytes_unref(part);
    imap_client_add_flag(client, asked, G_N_ELEMENTS(asked), "$Ticketed", NULL);
    imap_client_move(client, asked, G_N_ELEMENTS(asked), "Done", NULL);
    imap_client_noop(client, &event, NULL);
}

/* Packets keep the pieces apart; all are sent before anything is read. */
static void
send_pieces(int fd, const guint8 *bytes, gsize length)
{
    const guint8 *end = bytes + length;

    while (bytes < end) {
        const guint8 *mark = memchr(bytes, PIECE, (gsize) (end - bytes));
        gsize piece = mark != NULL ? (gsize) (mark - bytes) : (gsize) (end - bytes);

        /* An empty packet would be the end of the file. */
        if (piece > 0 && send(fd, bytes, piece, MSG_DONTWAIT | MSG_NOSIGNAL) != (gssize) piece)
            break;
        bytes += piece + (mark != NULL);
    }
    shutdown(fd, SHUT_WR);
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length)
{
    static const ImapEndpoint endpoint = {
        .host = "localhost", .security = IMAP_SECURITY_PLAINTEXT_LOOPBACK, .user = "desk", .secret = "secret",
        .connect_seconds = 5, .command_seconds = 5, .transfer_seconds = 5, .stall_seconds = 5, .message_bytes = 4096,
    };
    int fds[2];
    g_autoptr(ImapClient) client = imap_client_new(-1);
    g_autoptr(GError) error = NULL;

    /* What the client sends stays in the socket; it is less than fits there. */
    g_assert(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) == 0);
    send_pieces(fds[1], bytes, length);
    if (imap_client_connect_fd(client, fds[0], &endpoint, &error)) {
        run_session(client);
    } else {
        g_assert(error != NULL && !imap_client_is_alive(client) && imap_client_fault(client) != IMAP_FAULT_NONE);
        check_text(error->message);
    }
    check_text_or_null(imap_client_server_text(client));
    check_text_or_null(imap_client_offending_line(client));
    check_text_or_null(imap_client_challenge(client));
    close(fds[1]);
    return 0;
}
