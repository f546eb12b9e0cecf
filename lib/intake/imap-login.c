/* Logging in: SASL by hand (RFC 4616, RFC 7628, XOAUTH2), because the answers to a token that was refused are worth reading. */
#include "intake/imap-client.h"

#include <string.h>

#include "base/limits.h"
#include "intake/imap-client-private.h"

typedef struct {
    ImapMechanism mechanism;
    const char   *name;           /* of SASL */
    guint         can;
    gboolean      token;
    const char   *after_error;    /* what answers the challenge that holds the error */
} Mechanism;

static const Mechanism mechanisms[] = {
    { IMAP_MECHANISM_PLAIN, "PLAIN", IMAP_CAN_PLAIN, FALSE, NULL },
    { IMAP_MECHANISM_OAUTHBEARER, "OAUTHBEARER", IMAP_CAN_OAUTHBEARER, TRUE, "AQ==" },   /* RFC 7628, 3.2.3: %x01 */
    { IMAP_MECHANISM_XOAUTH2, "XOAUTH2", IMAP_CAN_XOAUTH2, TRUE, "" },
};

/* RFC 5801, 4: what "=" and "," become in a user's name. */
static char *
gs2_name(const char *user)
{
    GString *name = g_string_new(user);

    g_string_replace(name, "=", "=3D", 0);
    g_string_replace(name, ",", "=2C", 0);
    return g_string_free(name, FALSE);
}

static GString *
first_message(const Mechanism *mechanism, const ImapEndpoint *endpoint)
{
    GString *message = g_string_new(NULL);
    g_autofree char *name = gs2_name(endpoint->user);
    guint port = endpoint->port != 0 ? endpoint->port : endpoint->security == IMAP_SECURITY_TLS ? 993 : 143;

    switch (mechanism->mechanism) {
    case IMAP_MECHANISM_OAUTHBEARER:
        g_string_printf(message, "n,a=%s,\001host=%s\001port=%u\001auth=Bearer %s\001\001", name, endpoint->host, port,
                        endpoint->secret);
        break;
    case IMAP_MECHANISM_XOAUTH2:
        g_string_printf(message, "user=%s\001auth=Bearer %s\001\001", endpoint->user, endpoint->secret);
        break;
    default:
        g_string_append_c(message, '\0');
        g_string_append(message, endpoint->user);
        g_string_append_c(message, '\0');
        g_string_append(message, endpoint->secret);
        break;
    }
    return message;
}

/* The JSON that says why a token was refused. */
static void
keep_challenge(ImapClient *client)
{
    const char *coded = client->stream->guard.continuation;
    gsize length = 0;
    g_autofree guchar *bytes = coded != NULL ? g_base64_decode(coded, &length) : NULL;
    g_autofree char *text = NULL;

    if (bytes == NULL || length == 0 || bytes[0] != '{')
        return;
    text = g_strndup((const char *) bytes, length);
    g_free(client->challenge);
    client->challenge = imap_client_clean(client, text);
}

static gboolean
end_login(ImapClient *client, gboolean token, GError **error)
{
    const ImapGuard *guard = &client->stream->guard;
    g_autofree char *text = NULL;
    ImapFault fault = IMAP_FAULT_LOGIN;

    imap_client_unmute(client);
    if (client->stream->fault != IMAP_FAULT_NONE || !guard->has_tagged || guard->tagged == IMAP_FAULT_NONE) {
        if (!imap_client_end(client, MAILIMAP_NO_ERROR, error, "log in"))
            return FALSE;
        client->session->imap_state = MAILIMAP_STATE_AUTHENTICATED;
        return client->alive || imap_client_check_alive(client, error);
    }
    text = imap_client_clean(client, guard->status);
    if (imap_client_is_passing(client))
        fault = IMAP_FAULT_BYE;
    else if (token && (client->challenge != NULL || imap_client_status_has(client, "EXPIRED")))
        fault = IMAP_FAULT_TOKEN;
    return imap_client_die(client, fault, error, "%s log in: the server answers \"%s\"", fault == IMAP_FAULT_BYE ? "could not" : "cannot",
                           text != NULL ? text : "");
}

static void
wipe(GString *text)
{
    explicit_bzero(text->str, text->len);
    g_string_free(text, TRUE);
}

static gboolean
authenticate(ImapClient *client, const Mechanism *mechanism, const ImapEndpoint *endpoint, GError **error)
{
    GString *message = first_message(mechanism, endpoint);
    g_autofree char *coded = g_base64_encode((const guchar *) message->str, message->len);
    g_autofree char *command = g_strdup_printf("AUTHENTICATE %s%s%s", mechanism->name, client->can & IMAP_CAN_SASL_IR ? " " : "",
                                               client->can & IMAP_CAN_SASL_IR ? coded : "");
    gboolean goes_on = FALSE;

    imap_client_add_secret(client, coded);
    wipe(message);
    if (imap_client_say_command(client, command, &goes_on) && goes_on && (client->can & IMAP_CAN_SASL_IR) == 0)
        imap_client_say(client, coded, &goes_on);
    if (goes_on && client->stream->fault == IMAP_FAULT_NONE) {
        /* A mechanism of one message is asked for more only to be told why not. "*" gives up (RFC 9051, 6.2.2). */
        keep_challenge(client);
        if (imap_client_say(client, mechanism->after_error != NULL ? mechanism->after_error : "*", &goes_on) && goes_on)
            imap_stream_fail(client->stream, IMAP_FAULT_PROTOCOL, "the server asks for more than the mechanism has");
    }
    explicit_bzero(command, strlen(command));
    explicit_bzero(coded, strlen(coded));
    return end_login(client, mechanism->token, error);
}

static gboolean
by_command(ImapClient *client, const ImapEndpoint *endpoint, GError **error)
{
    GString *command = g_string_new("LOGIN");
    const char *const words[] = { endpoint->user, endpoint->secret };
    gboolean goes_on = FALSE;

    if ((client->can & IMAP_CAN_LOGIN) == 0) {
        wipe(command);
        return imap_client_die(client, IMAP_FAULT_LOGIN, error, "cannot log in: the server does not allow LOGIN");
    }
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        g_string_append(command, " \"");
        for (const char *c = words[i]; *c != '\0'; c++) {
            if (*c == '"' || *c == '\\')
                g_string_append_c(command, '\\');
            g_string_append_c(command, *c);
        }
        g_string_append_c(command, '"');
    }
    if (imap_client_say_command(client, command->str, &goes_on) && goes_on)
        imap_stream_fail(client->stream, IMAP_FAULT_PROTOCOL, "the server asks for more than LOGIN has");
    wipe(command);
    return end_login(client, FALSE, error);
}

/* The mechanism of the endpoint, or for "any" the first that the server offers; NULL: none. */
static const Mechanism *
choose(const ImapClient *client, ImapMechanism wanted)
{
    for (gsize i = 0; i < G_N_ELEMENTS(mechanisms); i++) {
        const Mechanism *mechanism = &mechanisms[i];
        gboolean meant = mechanism->mechanism == wanted || (wanted == IMAP_MECHANISM_PASSWORD && !mechanism->token) ||
                         (wanted == IMAP_MECHANISM_TOKEN && mechanism->token);

        if (meant && (client->can & mechanism->can) != 0)
            return mechanism;
    }
    return NULL;
}

gboolean
imap_client_login(ImapClient *client, const ImapEndpoint *endpoint, GError **error)
{
    const Mechanism *mechanism = choose(client, endpoint->mechanism);

    if (!imap_client_begin(client, IMAP_WANT_NO_FETCH, client->command_seconds, LIMIT_IMAP_ANSWER, error))
        return FALSE;
    if (mechanism != NULL)
        return authenticate(client, mechanism, endpoint, error);
    if (endpoint->mechanism == IMAP_MECHANISM_LOGIN || endpoint->mechanism == IMAP_MECHANISM_PASSWORD)
        return by_command(client, endpoint, error);
    return imap_client_die(client, IMAP_FAULT_LOGIN, error, "cannot log in: the server offers no mechanism that was asked for (it has \"%s\")",
                           client->capability != NULL ? client->capability : "");
}
