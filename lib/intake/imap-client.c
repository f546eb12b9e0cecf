/* The client's life, its errors, and the frame around each command. */
#include "intake/imap-client.h"

#include <stdarg.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "intake/imap-client-private.h"

static void
secret_free(gpointer secret)
{
    explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

ImapClient *
imap_client_new(int cancel_fd)
{
    ImapClient *client = g_new0(ImapClient, 1);

    client->cancel_fd = cancel_fd;
    client->secrets = g_ptr_array_new_with_free_func(secret_free);
    return client;
}

void
imap_client_free(ImapClient *client)
{
    if (client == NULL)
        return;
    if (client->session != NULL) {
        /* With a stream mailimap_free() would say LOGOUT, and wait for the answer. */
        client->session->imap_stream = NULL;
        mailimap_free(client->session);
    }
    if (client->opened != NULL)
        mailstream_close(client->opened);
    imap_stream_free(client->stream);
    g_ptr_array_unref(client->secrets);
    g_clear_error(&client->error);
    g_free(client->capability);
    g_free(client->server_text);
    g_free(client->challenge);
    g_free(client->offending);
    g_free(client);
}

gboolean
imap_client_is_alive(const ImapClient *client)
{
    return client->alive;
}

ImapFault
imap_client_fault(const ImapClient *client)
{
    return client->fault;
}

const char *
imap_fault_name(ImapFault fault)
{
    static const char *const names[] = {
        [IMAP_FAULT_NONE] = "none",         [IMAP_FAULT_ARGUMENT] = "argument", [IMAP_FAULT_NAME] = "name",
        [IMAP_FAULT_CONNECT] = "connect",   [IMAP_FAULT_TIMEOUT] = "timeout",   [IMAP_FAULT_TRUST] = "trust",
        [IMAP_FAULT_TLS] = "tls",           [IMAP_FAULT_LOGIN] = "login",       [IMAP_FAULT_TOKEN] = "token",
        [IMAP_FAULT_BYE] = "bye",           [IMAP_FAULT_QUOTA] = "quota",       [IMAP_FAULT_REFUSED] = "refused",
        [IMAP_FAULT_UNSUPPORTED] = "unsupported", [IMAP_FAULT_PROTOCOL] = "protocol", [IMAP_FAULT_LIMIT] = "limit",
        [IMAP_FAULT_STOPPED] = "stopped",   [IMAP_FAULT_CANCELLED] = "cancelled",
    };

    return names[fault];
}

const char *
imap_client_server_text(const ImapClient *client)
{
    return client->server_text;
}

const char *
imap_client_challenge(const ImapClient *client)
{
    return client->challenge;
}

const char *
imap_client_offending_line(const ImapClient *client)
{
    return client->offending;
}

const char *
imap_client_address(const ImapClient *client)
{
    return client->stream != NULL ? connection_address(client->stream->connection) : NULL;
}

const char *
imap_client_tls(const ImapClient *client)
{
    return client->stream != NULL ? connection_tls(client->stream->connection) : NULL;
}

guint
imap_client_capabilities(const ImapClient *client)
{
    return client->can;
}

const char *
imap_client_capability_line(const ImapClient *client)
{
    return client->capability;
}

guint32
imap_client_exists(const ImapClient *client)
{
    return client->stream != NULL ? client->stream->guard.exists : 0;
}

void
imap_client_add_secret(ImapClient *client, const char *secret)
{
    /* Shorter ones would tear holes into every text. */
    if (strlen(secret) >= 3)
        g_ptr_array_add(client->secrets, g_strdup(secret));
}

char *
imap_client_clean(const ImapClient *client, const char *text)
{
    g_autoptr(GString) clean = NULL;
    g_autofree char *sane = NULL;

    if (text == NULL)
        return NULL;
    clean = g_string_new(text);
    for (guint i = 0; i < client->secrets->len; i++)
        g_string_replace(clean, client->secrets->pdata[i], "[...]", 0);
    sane = text_sanitise(clean->str, clean->len);
    return g_steal_pointer(&sane);
}

/* What the server said last, for those who ask. */
static void
note_texts(ImapClient *client)
{
    const ImapGuard *guard;

    if (client->stream == NULL)
        return;
    guard = &client->stream->guard;
    g_free(client->server_text);
    g_free(client->offending);
    client->server_text = imap_client_clean(client, guard->status);
    client->offending = imap_client_clean(client, guard->offending);
}

static void G_GNUC_PRINTF(4, 0)
set_fault(ImapClient *client, ImapFault fault, GError **error, const char *format, va_list args)
{
    static const MailgwError codes[] = {
        [IMAP_FAULT_ARGUMENT] = MAILGW_ERROR_INVALID,   [IMAP_FAULT_NAME] = MAILGW_ERROR_TEMPORARY,
        [IMAP_FAULT_CONNECT] = MAILGW_ERROR_TEMPORARY,  [IMAP_FAULT_TIMEOUT] = MAILGW_ERROR_TEMPORARY,
        [IMAP_FAULT_TRUST] = MAILGW_ERROR_CONFIG,       [IMAP_FAULT_TLS] = MAILGW_ERROR_TEMPORARY,
        [IMAP_FAULT_LOGIN] = MAILGW_ERROR_CONFIG,       [IMAP_FAULT_TOKEN] = MAILGW_ERROR_CONFIG,
        [IMAP_FAULT_BYE] = MAILGW_ERROR_TEMPORARY,      [IMAP_FAULT_QUOTA] = MAILGW_ERROR_TEMPORARY,
        [IMAP_FAULT_REFUSED] = MAILGW_ERROR_TEMPORARY,  [IMAP_FAULT_UNSUPPORTED] = MAILGW_ERROR_CONFIG,
        [IMAP_FAULT_PROTOCOL] = MAILGW_ERROR_INVALID,   [IMAP_FAULT_LIMIT] = MAILGW_ERROR_LIMIT,
        [IMAP_FAULT_STOPPED] = MAILGW_ERROR_TEMPORARY,  [IMAP_FAULT_CANCELLED] = MAILGW_ERROR_TEMPORARY,
    };

    client->fault = fault;
    note_texts(client);
    if (error != NULL)
        *error = g_error_new_valist(MAILGW_ERROR, codes[fault], format, args);
}

gboolean
imap_client_refuse(ImapClient *client, ImapFault fault, GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set_fault(client, fault, error, format, args);
    va_end(args);
    return FALSE;
}

gboolean
imap_client_die(ImapClient *client, ImapFault fault, GError **error, const char *format, ...)
{
    va_list args;

    client->alive = FALSE;
    g_clear_error(&client->error);
    va_start(args, format);
    set_fault(client, fault, &client->error, format, args);
    va_end(args);
    if (error != NULL)
        *error = g_error_copy(client->error);
    return FALSE;
}

gboolean
imap_client_check_alive(ImapClient *client, GError **error)
{
    if (client->alive)
        return TRUE;
    if (client->error == NULL)
        return imap_client_refuse(client, IMAP_FAULT_CONNECT, error, "the connection is not open");
    if (error != NULL)
        *error = g_error_copy(client->error);
    return FALSE;
}

gboolean
imap_client_begin(ImapClient *client, ImapWant want, guint seconds, gint64 budget, GError **error)
{
    ImapStream *stream = client->stream;

    if (!imap_client_check_alive(client, error))
        return FALSE;
    stream->deadline = client->connect_deadline != 0 ? client->connect_deadline
                                                     : clock_monotonic() + (gint64) seconds * G_USEC_PER_SEC;
    stream->budget = budget;
    stream->guard.want = want;
    stream->guard.tag = (guint) client->session->imap_tag + 1;
    stream->guard.has_tagged = FALSE;
    stream->guard.behind = 0;
    stream->guard.has_continuation = FALSE;
    stream->guard.body_max = (gsize) client->message_bytes;
    return TRUE;
}

gboolean
imap_client_status_has(const ImapClient *client, const char *code)
{
    const char *status = client->stream->guard.status;
    gsize length = strlen(code);

    return status != NULL && status[0] == '[' && g_ascii_strncasecmp(status + 1, code, length) == 0 &&
           (status[length + 1] == ']' || status[length + 1] == ' ');
}

/* There are many ways to say "not now": RFC 5530, RFC 9051, and the words of those that know no codes. */
gboolean
imap_client_is_passing(const ImapClient *client)
{
    static const char *const codes[] = { "UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "THROTTLED" };
    static const char *const words[] = { "too many", "temporar", "try again", "unavailable", "not connected", "bandwidth", "rate limit",
                                         "overload", "throttl" };
    const char *status = client->stream->guard.status;
    g_autofree char *lower = g_ascii_strdown(status != NULL ? status : "", -1);

    for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
        if (imap_client_status_has(client, codes[i]))
            return TRUE;
    if (imap_client_status_has(client, "AUTHENTICATIONFAILED") || imap_client_status_has(client, "AUTHORIZATIONFAILED"))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(lower, words[i]) != NULL)
            return TRUE;
    return FALSE;
}

static gboolean
end_refused(ImapClient *client, GError **error, const char *doing)
{
    g_autofree char *text = imap_client_clean(client, client->stream->guard.status);
    ImapFault fault = imap_client_status_has(client, "OVERQUOTA") ? IMAP_FAULT_QUOTA : IMAP_FAULT_REFUSED;

    imap_client_refuse(client, fault, error, "could not %s: the server answers \"%s\"", doing, text != NULL ? text : "");
    if (error != NULL && (imap_client_status_has(client, "NONEXISTENT") || imap_client_status_has(client, "TRYCREATE")))
        (*error)->code = MAILGW_ERROR_NOT_FOUND;
    return FALSE;
}

gboolean
imap_client_end(ImapClient *client, int code, GError **error, const char *what, ...)
{
    const ImapStream *stream = client->stream;
    const ImapGuard *guard = &stream->guard;
    g_autofree char *doing = NULL;
    g_autofree char *text = NULL;
    gboolean carried_out;
    va_list args;

    va_start(args, what);
    doing = g_strdup_vprintf(what, args);
    va_end(args);
    if (stream->stopped)
        return imap_client_die(client, IMAP_FAULT_STOPPED, error, "could not %s: stopped", doing);
    carried_out = guard->has_tagged && guard->tagged == IMAP_FAULT_NONE && code <= MAILIMAP_NO_ERROR_NON_AUTHENTICATED && !stream->spoiled;
    if (stream->fault != IMAP_FAULT_NONE && !carried_out) {
        text = guard->bye ? imap_client_clean(client, guard->status) : NULL;
        return imap_client_die(client, stream->fault, error, "could not %s: %s%s%s", doing, stream->reason,
                               text != NULL ? ": " : "", text != NULL ? text : "");
    }
    if (guard->has_tagged && guard->tagged == IMAP_FAULT_REFUSED)
        return end_refused(client, error, doing);
    text = imap_client_clean(client, guard->status);
    if (guard->has_tagged && guard->tagged == IMAP_FAULT_PROTOCOL)
        /* Microsoft 365 says BAD "User is authenticated but not connected." when it means later. */
        return imap_client_die(client, imap_client_is_passing(client) ? IMAP_FAULT_BYE : IMAP_FAULT_PROTOCOL, error,
                               "could not %s: the server answers BAD \"%s\"", doing, text != NULL ? text : "");
    if (!guard->has_tagged || code > MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
        return imap_client_die(client, IMAP_FAULT_PROTOCOL, error, "could not %s: the server's answer cannot be read (code %d)", doing, code);
    note_texts(client);
    /* The command was carried out, and then the server went: the next command will say so. */
    if (stream->fault != IMAP_FAULT_NONE)
        imap_client_die(client, stream->fault, NULL, "the connection was lost: %s", stream->reason);
    return TRUE;
}

/* Until the server asks to go on, or has answered. */
static gboolean
pump_turn(ImapClient *client, gboolean *goes_on_out)
{
    ImapGuard *guard = &client->stream->guard;

    while (!guard->has_continuation && !guard->has_tagged)
        if (!imap_stream_pump(client->stream))
            return FALSE;
    *goes_on_out = guard->has_continuation && !guard->has_tagged;
    return TRUE;
}

gboolean
imap_client_say_command(ImapClient *client, const char *text, gboolean *goes_on_out)
{
    g_autofree char *line = g_strdup_printf("%d %s", ++client->session->imap_tag, text);
    gboolean said;

    client->stream->guard.mute = TRUE;
    client->stream->guard.wants_continuation = TRUE;
    said = imap_client_say(client, line, goes_on_out);
    explicit_bzero(line, strlen(line));
    return said;
}

gboolean
imap_client_say(ImapClient *client, const char *line, gboolean *goes_on_out)
{
    g_autofree char *ended = g_strconcat(line, "\r\n", NULL);
    gboolean sent;

    client->stream->guard.has_continuation = FALSE;
    sent = imap_stream_send(client->stream, ended, strlen(ended));
    explicit_bzero(ended, strlen(ended));
    return sent && pump_turn(client, goes_on_out);
}

gboolean
imap_client_finish(ImapClient *client)
{
    while (!client->stream->guard.has_tagged)
        if (!imap_stream_pump(client->stream))
            return FALSE;
    return TRUE;
}

void
imap_client_unmute(ImapClient *client)
{
    client->stream->guard.mute = FALSE;
    client->stream->guard.wants_continuation = FALSE;
}
