/* From nothing to a session that is logged in: address, TLS, greeting, capabilities. */
#include "intake/imap-client.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "intake/imap-client-private.h"

#define PORT_TLS   993
#define PORT_PLAIN 143

static const struct {
    const char *word;
    guint       can;
} capability_words[] = {
    { "IDLE", IMAP_CAN_IDLE },
    { "MOVE", IMAP_CAN_MOVE },
    { "UIDPLUS", IMAP_CAN_UIDPLUS },
    { "LITERAL+", IMAP_CAN_LITERAL_PLUS },
    { "SASL-IR", IMAP_CAN_SASL_IR },
    { "NAMESPACE", IMAP_CAN_NAMESPACE },
    { "UNSELECT", IMAP_CAN_UNSELECT },
    { "STARTTLS", IMAP_CAN_STARTTLS },
    { "AUTH=PLAIN", IMAP_CAN_PLAIN },
    { "AUTH=XOAUTH2", IMAP_CAN_XOAUTH2 },
    { "AUTH=OAUTHBEARER", IMAP_CAN_OAUTHBEARER },
    { "IMAP4REV1", IMAP_CAN_REV1 },
    { "IMAP4REV2", IMAP_CAN_REV2 | IMAP_CAN_IDLE | IMAP_CAN_MOVE | IMAP_CAN_UIDPLUS | IMAP_CAN_NAMESPACE | IMAP_CAN_UNSELECT |
                       IMAP_CAN_SASL_IR },
};

guint
imap_capabilities_parse(const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    guint can = IMAP_CAN_LOGIN;

    for (char **word = words; *word != NULL; word++) {
        if (g_ascii_strcasecmp(*word, "LOGINDISABLED") == 0)
            can &= ~(guint) IMAP_CAN_LOGIN;
        for (gsize i = 0; i < G_N_ELEMENTS(capability_words); i++)
            if (g_ascii_strcasecmp(*word, capability_words[i].word) == 0)
                can |= capability_words[i].can;
    }
    return can;
}

static void
take_capability(ImapClient *client)
{
    const char *line = client->stream->guard.capability;

    g_free(client->capability);
    client->capability = imap_client_clean(client, line != NULL ? line : "");
    client->can = imap_capabilities_parse(client->capability);
}

/* By hand: libetpan follows a null pointer when OK comes without the list. */
gboolean
imap_client_ask_capability(ImapClient *client, GError **error)
{
    gboolean goes_on = FALSE;

    /* Often it came unasked, with the greeting or with the answer to the login. */
    if (client->stream->guard.capability == NULL) {
        if (!imap_client_begin(client, IMAP_WANT_NO_FETCH, client->command_seconds, LIMIT_IMAP_ANSWER, error))
            return FALSE;
        if (imap_client_say_command(client, "CAPABILITY", &goes_on) && goes_on)
            imap_stream_fail(client->stream, IMAP_FAULT_PROTOCOL, "the server asks for more than CAPABILITY has");
        imap_client_unmute(client);
        if (!imap_client_end(client, MAILIMAP_NO_ERROR, error, "ask for capabilities"))
            return FALSE;
    }
    take_capability(client);
    return TRUE;
}

/* What was said in the clear is forgotten: anybody could have said it. */
static gboolean
forget_capability(ImapClient *client)
{
    g_clear_pointer(&client->stream->guard.capability, g_free);
    client->can = 0;
    return TRUE;
}

static ConnectionTrust
trust_of(const ImapEndpoint *endpoint)
{
    return (ConnectionTrust) { .host = endpoint->host, .ca_file = endpoint->ca_file, .pins = endpoint->pins };
}

static gboolean
encrypt(ImapClient *client, const ImapEndpoint *endpoint, GError **error)
{
    ConnectionTrust trust = trust_of(endpoint);

    if (imap_stream_start_tls(client->stream, &trust))
        return TRUE;
    return imap_client_die(client, client->stream->fault, error, "%s", client->stream->reason);
}

static gboolean
start_tls(ImapClient *client, const ImapEndpoint *endpoint, GError **error)
{
    int code;

    if (client->stream->guard.preauth)
        return imap_client_die(client, IMAP_FAULT_TRUST, error,
                               "cannot trust \"%s\": it greets with PREAUTH, which leaves no way to encrypt", endpoint->host);
    if (!imap_client_ask_capability(client, error))
        return FALSE;
    if ((client->can & IMAP_CAN_STARTTLS) == 0)
        return imap_client_die(client, IMAP_FAULT_TRUST, error, "cannot trust \"%s\": it does not offer STARTTLS", endpoint->host);
    if (!imap_client_begin(client, IMAP_WANT_NO_FETCH, client->command_seconds, LIMIT_IMAP_ANSWER, error))
        return FALSE;
    code = mailimap_starttls(client->session);
    if (!imap_client_end(client, code, error, "start TLS")) {
        if (client->fault == IMAP_FAULT_REFUSED)
            imap_client_die(client, IMAP_FAULT_TRUST, NULL, "cannot trust \"%s\": it refuses STARTTLS", endpoint->host);
        return FALSE;
    }
    if (!imap_stream_is_drained(client->stream, client->opened))
        return imap_client_die(client, IMAP_FAULT_TRUST, error,
                               "cannot trust \"%s\": it answers before the connection is encrypted", endpoint->host);
    return forget_capability(client) && encrypt(client, endpoint, error);
}

static gboolean
greet(ImapClient *client, GError **error)
{
    int code;

    client->stream->guard.wants_greeting = TRUE;
    client->stream->budget = LIMIT_IMAP_ANSWER;
    client->opened = imap_stream_open(client->stream);
    client->session = mailimap_new(0, NULL);
    g_assert(client->opened != NULL && client->session != NULL);
    code = mailimap_connect(client->session, client->opened);
    client->alive = TRUE;
    /* There was no command; the greeting stands for its answer. */
    client->stream->guard.has_tagged = client->stream->guard.status != NULL;
    client->stream->guard.tagged = IMAP_FAULT_NONE;
    return imap_client_end(client, code, error, "read the greeting");
}

static gboolean
introduce(ImapClient *client, const ImapEndpoint *endpoint, GError **error)
{
    if (endpoint->security == IMAP_SECURITY_TLS && !encrypt(client, endpoint, error))
        return FALSE;
    if (!greet(client, error))
        return FALSE;
    if (endpoint->security == IMAP_SECURITY_STARTTLS && !start_tls(client, endpoint, error))
        return FALSE;
    return imap_client_ask_capability(client, error);
}

static gboolean
check_argument(ImapClient *client, const char *what, const char *text, gsize longest, GError **error)
{
    if (text == NULL || *text == '\0')
        return imap_client_refuse(client, IMAP_FAULT_ARGUMENT, error, "cannot connect: no %s", what);
    if (text_has_control(text))
        return imap_client_refuse(client, IMAP_FAULT_ARGUMENT, error, "cannot connect: the %s has control characters", what);
    if (strlen(text) > longest)
        return imap_client_refuse(client, IMAP_FAULT_ARGUMENT, error, "cannot connect: the %s is longer than %zu octets", what, longest);
    return TRUE;
}

static guint
or_default(guint seconds, guint otherwise)
{
    return seconds != 0 ? seconds : otherwise;
}

/* Everything that is known before the first byte. */
static gboolean
prepare(ImapClient *client, int fd, const ImapEndpoint *endpoint, gboolean login, GError **error)
{
    g_assert(!client->connected);
    client->connected = TRUE;
    if (!check_argument(client, "host", endpoint->host, 255, error))
        return FALSE;
    if (login && (!check_argument(client, "user", endpoint->user, LIMIT_IMAP_ARGUMENT, error) ||
                  !check_argument(client, "secret", endpoint->secret, LIMIT_IMAP_SECRET, error)))
        return FALSE;
    if (login)
        imap_client_add_secret(client, endpoint->secret);
    client->command_seconds = or_default(endpoint->command_seconds, 60);
    client->transfer_seconds = or_default(endpoint->transfer_seconds, 300);
    client->message_bytes = endpoint->message_bytes > 0 ? endpoint->message_bytes : LIMIT_MESSAGE_HARD;
    client->connect_deadline = clock_monotonic() + (gint64) or_default(endpoint->connect_seconds, 30) * G_USEC_PER_SEC;
    client->stream = imap_stream_new(fd >= 0 ? connection_adopt(fd, client->cancel_fd) : connection_new(client->cancel_fd));
    client->stream->deadline = client->connect_deadline;
    client->stream->stall = (gint64) or_default(endpoint->stall_seconds, 60) * G_USEC_PER_SEC;
    return TRUE;
}

static gboolean
reach(ImapClient *client, const ImapEndpoint *endpoint, GError **error)
{
    guint16 port = endpoint->port;
    GError *why = NULL;

    if (port == 0)
        port = endpoint->security == IMAP_SECURITY_TLS ? PORT_TLS : PORT_PLAIN;
    if (connection_open(client->stream->connection, endpoint->host, port, endpoint->security == IMAP_SECURITY_PLAINTEXT_LOOPBACK,
                        client->connect_deadline, &why))
        return TRUE;
    imap_stream_adopt_fault(client->stream, why);
    return imap_client_die(client, client->stream->fault, error, "%s", client->stream->reason);
}

static gboolean
log_in(ImapClient *client, const ImapEndpoint *endpoint, GError **error)
{
    if (client->stream->guard.preauth)
        return TRUE;
    g_clear_pointer(&client->stream->guard.capability, g_free);
    return imap_client_login(client, endpoint, error) && imap_client_ask_capability(client, error);
}

/* A client that did not get where it was to get is of no use. */
static gboolean
finish(ImapClient *client, gboolean done)
{
    client->connect_deadline = 0;
    client->alive = client->alive && done;
    return done;
}

gboolean
imap_client_connect(ImapClient *client, const ImapEndpoint *endpoint, GError **error)
{
    return finish(client, prepare(client, -1, endpoint, TRUE, error) && reach(client, endpoint, error) &&
                              introduce(client, endpoint, error) && log_in(client, endpoint, error));
}

gboolean
imap_client_probe(ImapClient *client, const ImapEndpoint *endpoint, GError **error)
{
    return finish(client, prepare(client, -1, endpoint, FALSE, error) && reach(client, endpoint, error) &&
                              introduce(client, endpoint, error));
}

gboolean
imap_client_connect_fd(ImapClient *client, int fd, const ImapEndpoint *endpoint, GError **error)
{
    return finish(client, prepare(client, fd, endpoint, TRUE, error) && introduce(client, endpoint, error) &&
                              log_in(client, endpoint, error));
}
