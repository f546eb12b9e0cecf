/* Waiting: IDLE of our own making (RFC 2177), NOOP, and leaving. */
#include "intake/imap-client.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "intake/imap-client-private.h"

/* For "+ idling"; a server that sends nothing in this time will not. */
#define BEGIN_SECONDS 10
/* RFC 2177 allows 29 minutes, many routers ten. */
#define RENEW_SECONDS (9 * 60)
#define LOGOUT_SECONDS 5

static ImapEvent
take_event(ImapClient *client)
{
    ImapGuard *guard = &client->stream->guard;
    ImapEvent event = guard->mail ? IMAP_EVENT_MAIL : guard->change ? IMAP_EVENT_CHANGE : IMAP_EVENT_NONE;

    guard->mail = FALSE;
    guard->change = FALSE;
    return event;
}

gboolean
imap_client_noop(ImapClient *client, ImapEvent *event_out, GError **error)
{
    if (!imap_client_begin(client, IMAP_WANT_NO_FETCH, client->command_seconds, LIMIT_IMAP_ANSWER, error))
        return FALSE;
    if (!imap_client_end(client, mailimap_noop(client->session), error, "ask for news"))
        return FALSE;
    *event_out = take_event(client);
    return TRUE;
}

static gboolean
lost(ImapClient *client, GError **error)
{
    return imap_client_end(client, MAILIMAP_NO_ERROR, error, "wait for mail");
}

/* Reads what comes until the time is over or *done is TRUE. FALSE: the stream has the fault. */
static gboolean
read_until(ImapClient *client, gint64 until, const gboolean *done, const gboolean *or_done)
{
    gboolean ready = TRUE;

    while (!*done && !*or_done && ready) {
        if (!imap_stream_wait(client->stream, until, &ready))
            return FALSE;
        client->stream->deadline = clock_monotonic() + (gint64) client->command_seconds * G_USEC_PER_SEC;
        if (ready && !imap_stream_pump(client->stream))
            return FALSE;
    }
    return TRUE;
}

/* Ends IDLE, or what should have become one. */
static gboolean
end_idle(ImapClient *client, GError **error)
{
    static const char done[] = "DONE\r\n";

    client->stream->deadline = clock_monotonic() + (gint64) client->command_seconds * G_USEC_PER_SEC;
    if (!client->stream->guard.has_tagged && imap_stream_send(client->stream, done, sizeof done - 1))
        imap_client_finish(client);
    imap_client_unmute(client);
    if (client->stream->fault != IMAP_FAULT_NONE || !client->stream->guard.has_tagged)
        return lost(client, error);
    /* NO and BAD to IDLE hurt nobody: then NOOP has to do. */
    if (client->stream->guard.tagged != IMAP_FAULT_NONE)
        client->no_idle = TRUE;
    return TRUE;
}

static gboolean
idle(ImapClient *client, gint64 until, GError **error)
{
    ImapGuard *guard = &client->stream->guard;
    g_autofree char *command = NULL;
    gsize length;

    if (!imap_client_begin(client, IMAP_WANT_NO_FETCH, client->command_seconds, LIMIT_IMAP_ANSWER, error))
        return FALSE;
    command = g_strdup_printf("%d IDLE\r\n", ++client->session->imap_tag);
    length = strlen(command);
    guard->mute = TRUE;
    guard->wants_continuation = TRUE;
    if (!imap_stream_send(client->stream, command, length) ||
        !read_until(client, clock_monotonic() + BEGIN_SECONDS * G_USEC_PER_SEC, &guard->has_continuation, &guard->has_tagged))
        return lost(client, error);
    if (!guard->has_continuation)
        client->no_idle = TRUE;
    else if (!read_until(client, until, &guard->mail, &guard->change))
        return lost(client, error);
    return end_idle(client, error);
}

/* Between two NOOPs, a lost connection or the cancel descriptor end the sleep; so does what the server says unasked. */
static gboolean
sleep_until(ImapClient *client, gint64 until, GError **error)
{
    gboolean ready = FALSE;

    return imap_stream_wait(client->stream, until, &ready) || lost(client, error);
}

gboolean
imap_client_wait(ImapClient *client, guint seconds, ImapEvent *event_out, GError **error)
{
    gint64 end = clock_monotonic() + (gint64) seconds * G_USEC_PER_SEC;
    ImapEvent event = IMAP_EVENT_NONE;

    if (!imap_client_noop(client, &event, error))
        return FALSE;
    while (event == IMAP_EVENT_NONE && clock_monotonic() < end) {
        gint64 renew = clock_monotonic() + RENEW_SECONDS * G_USEC_PER_SEC;

        if ((client->can & IMAP_CAN_IDLE) != 0 && !client->no_idle ? !idle(client, MIN(end, renew), error)
                                                                  : !sleep_until(client, MIN(end, renew), error))
            return FALSE;
        event = take_event(client);
        /* The NOOP says what IDLE did not, and proves the connection. */
        if (event == IMAP_EVENT_NONE && !imap_client_noop(client, &event, error))
            return FALSE;
    }
    *event_out = event;
    return TRUE;
}

void
imap_client_logout(ImapClient *client)
{
    gboolean goes_on = FALSE;

    if (!client->alive)
        return;
    if (imap_client_begin(client, IMAP_WANT_NO_FETCH, LOGOUT_SECONDS, LIMIT_IMAP_ANSWER, NULL)) {
        client->stream->guard.logging_out = TRUE;
        imap_client_say_command(client, "LOGOUT", &goes_on);
    }
    imap_client_die(client, IMAP_FAULT_NONE, NULL, "the session was ended");
    client->fault = IMAP_FAULT_NONE;
}
