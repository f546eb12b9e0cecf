/* imap-client-private.h - what the files of the IMAP client share */
#pragma once

#include <libetpan/mailimap.h>

#include "base/spool.h"
#include "intake/imap-client.h"
#include "intake/imap-stream-private.h"

/* The FETCH under way. */
typedef struct {
    guint32       first;         /* rows: the range */
    guint32       last;
    const char   *keyword;
    GArray       *rows;          /* ImapRow, not yet handed over */
    ImapRowsFunc  rows_func;
    ImapIdFunc    id_func;
    ImapBodyFunc  body_func;
    gpointer      data;
    GHashTable   *asked;         /* uids not yet answered */
    Spool        *body;          /* of the message being read, NULL before its first octet */
} ImapFetching;

struct ImapClient {
    int           cancel_fd;
    gboolean      alive;
    gboolean      connected;     /* connect was called */
    ImapFault     fault;
    GError       *error;         /* that of its death */
    ImapStream   *stream;
    mailstream   *opened;
    mailimap     *session;
    guint         can;
    gboolean      selected;
    gboolean      no_idle;       /* announced, but not done */
    guint         command_seconds;
    guint         transfer_seconds;
    gint64        connect_deadline;   /* 0 after the login */
    gint64        message_bytes;
    GPtrArray    *secrets;       /* what no text may hold */
    char         *capability;
    char         *server_text;
    char         *challenge;
    char         *offending;
    ImapFetching  fetching;
};

/* --- errors --- */

/* Sets fault and error; the client lives. FALSE. */
gboolean imap_client_refuse(ImapClient *client, ImapFault fault, GError **error, const char *format, ...) G_GNUC_PRINTF(4, 5);
/* The same, and the client is dead. */
gboolean imap_client_die(ImapClient *client, ImapFault fault, GError **error, const char *format, ...) G_GNUC_PRINTF(4, 5);
gboolean imap_client_check_alive(ImapClient *client, GError **error);
/* UTF-8, the secrets taken out; NULL for NULL. */
char    *imap_client_clean(const ImapClient *client, const char *text);
void     imap_client_add_secret(ImapClient *client, const char *secret);

/* --- commands --- */

/* Before a command: fences and what its answers may be. FALSE if the client is dead. */
gboolean imap_client_begin(ImapClient *client, ImapWant want, guint seconds, gint64 budget, GError **error);
/* After it: what became of it. `code` is libetpan's. what: "select \"INBOX\"", for the text. */
gboolean imap_client_end(ImapClient *client, int code, GError **error, const char *what, ...) G_GNUC_PRINTF(4, 5);

/*
 * A command of our own, without libetpan: sends "TAG text", and pumps until the server asks to go on (TRUE and *goes_on_out) or has answered.
 * Then imap_client_say() goes on, and imap_client_finish() waits for the end. FALSE: the stream has the fault.
 */
gboolean imap_client_say_command(ImapClient *client, const char *text, gboolean *goes_on_out);
gboolean imap_client_say(ImapClient *client, const char *line, gboolean *goes_on_out);
gboolean imap_client_finish(ImapClient *client);
/* Back to libetpan's commands. */
void     imap_client_unmute(ImapClient *client);

gboolean imap_client_status_has(const ImapClient *client, const char *code);
/* The last status says "not now" rather than "never". */
gboolean imap_client_is_passing(const ImapClient *client);
guint    imap_capabilities_parse(const char *line);

/* --- parts of connecting --- */

/* Over a socket that is connected already, without TLS: for tests. Takes the descriptor. */
gboolean imap_client_connect_fd(ImapClient *client, int fd, const ImapEndpoint *endpoint, GError **error);
gboolean imap_client_login(ImapClient *client, const ImapEndpoint *endpoint, GError **error);
gboolean imap_client_ask_capability(ImapClient *client, GError **error);

/* --- names --- */

/* Modified UTF-7 (RFC 3501, 5.1.3) of valid UTF-8. */
char *imap_utf7_encode(const char *utf8);
/* NULL: it is none. */
char *imap_utf7_decode(const char *utf7);
/* The name of a folder as it is sent; NULL and ARGUMENT if it cannot be. */
char *imap_client_folder_name(ImapClient *client, const char *folder, GError **error);
/* NULL and ARGUMENT: none, too many, or 0 among them. */
struct mailimap_set *imap_client_set(ImapClient *client, const guint32 *uids, gsize n_uids, GError **error);
