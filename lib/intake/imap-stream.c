/* See imap-stream-private.h; the driver of libetpan is at the end. */
#include "intake/imap-stream-private.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define READ_SIZE 16384
/* libetpan's own buffer. */
#define BUFFER_SIZE 65536

ImapStream *
imap_stream_new(Connection *connection)
{
    ImapStream *stream = g_new0(ImapStream, 1);

    stream->connection = connection;
    imap_guard_init(&stream->guard);
    return stream;
}

void
imap_stream_free(ImapStream *stream)
{
    if (stream == NULL)
        return;
    connection_free(stream->connection);
    imap_guard_clear(&stream->guard);
    g_free(stream->reason);
    g_free(stream);
}

void
imap_stream_fail(ImapStream *stream, ImapFault fault, const char *text)
{
    if (stream->fault != IMAP_FAULT_NONE)
        return;
    stream->fault = fault;
    stream->reason = g_strdup(text);
}

void
imap_stream_adopt_fault(ImapStream *stream, GError *error)
{
    static const ImapFault faults[] = {
        [CONNECTION_OK] = IMAP_FAULT_CONNECT,       [CONNECTION_NAME] = IMAP_FAULT_NAME,
        [CONNECTION_REFUSED] = IMAP_FAULT_CONNECT,  [CONNECTION_CLOSED] = IMAP_FAULT_CONNECT,
        [CONNECTION_TIMEOUT] = IMAP_FAULT_TIMEOUT,  [CONNECTION_TRUST] = IMAP_FAULT_TRUST,
        [CONNECTION_TLS] = IMAP_FAULT_TLS,          [CONNECTION_CANCELLED] = IMAP_FAULT_CANCELLED,
    };

    imap_stream_fail(stream, faults[connection_fault(stream->connection)], error != NULL ? error->message : "connection lost");
    g_clear_error(&error);
}

static void
adopt_guard_fault(ImapStream *stream)
{
    g_autofree char *text = g_strdup_printf("the server's answer cannot be read: %s", stream->guard.reason);

    imap_stream_fail(stream, stream->guard.fault, stream->guard.fault == IMAP_FAULT_BYE ? "the server ended the session" : text);
}

/* Until when the next step may take. */
static gint64
step_deadline(const ImapStream *stream)
{
    return MIN(stream->deadline, clock_monotonic() + stream->stall);
}

gboolean
imap_stream_pump(ImapStream *stream)
{
    char bytes[READ_SIZE];
    gssize got;
    GError *error = NULL;

    if (stream->fault != IMAP_FAULT_NONE || stream->stopped)
        return FALSE;
    got = connection_read(stream->connection, bytes, sizeof bytes, step_deadline(stream), &error);
    if (got < 0) {
        imap_stream_adopt_fault(stream, error);
        return FALSE;
    }
    stream->budget -= got;
    if (stream->budget < 0) {
        imap_stream_fail(stream, IMAP_FAULT_LIMIT, "the server's answer is longer than any should be");
        return FALSE;
    }
    /* What was whole before the fault can still be read by the parser; the fault stays. */
    if (!imap_guard_feed(&stream->guard, bytes, (gsize) got))
        adopt_guard_fault(stream);
    return stream->guard.out->len > stream->taken || stream->fault == IMAP_FAULT_NONE;
}

gboolean
imap_stream_send(ImapStream *stream, const char *bytes, gsize length)
{
    GError *error = NULL;

    if (stream->fault != IMAP_FAULT_NONE || stream->stopped)
        return FALSE;
    if (connection_write(stream->connection, bytes, length, step_deadline(stream), &error))
        return TRUE;
    imap_stream_adopt_fault(stream, error);
    return FALSE;
}

gboolean
imap_stream_wait(ImapStream *stream, gint64 until, gboolean *ready_out)
{
    GError *error = NULL;

    if (stream->fault != IMAP_FAULT_NONE)
        return FALSE;
    if (connection_wait(stream->connection, until, ready_out, &error))
        return TRUE;
    imap_stream_adopt_fault(stream, error);
    return FALSE;
}

gboolean
imap_stream_start_tls(ImapStream *stream, const ConnectionTrust *trust)
{
    GError *error = NULL;

    if (connection_start_tls(stream->connection, trust, stream->deadline, &error))
        return TRUE;
    imap_stream_adopt_fault(stream, error);
    return FALSE;
}

gboolean
imap_stream_is_drained(const ImapStream *stream, const mailstream *opened)
{
    return opened->read_buffer_len == 0 && stream->taken == stream->guard.out->len && imap_guard_is_empty(&stream->guard);
}

static ssize_t
low_read(mailstream_low *low, void *bytes_out, size_t size)
{
    ImapStream *stream = low->data;
    GString *out = stream->guard.out;
    gsize n;

    while (out->len == stream->taken)
        if (!imap_stream_pump(stream))
            return -1;
    /* libetpan takes 0 for "try again", so the end of file is an error of pump(). */
    n = MIN(size, out->len - stream->taken);
    memcpy(bytes_out, out->str + stream->taken, n);
    stream->taken += n;
    if (stream->taken == out->len) {
        g_string_truncate(out, 0);
        stream->taken = 0;
    }
    return (ssize_t) n;
}

static ssize_t
low_write(mailstream_low *low, const void *bytes, size_t size)
{
    return imap_stream_send(low->data, bytes, size) ? (ssize_t) size : -1;
}

static int
low_close(G_GNUC_UNUSED mailstream_low *low)
{
    return 0;
}

static int
low_get_fd(G_GNUC_UNUSED mailstream_low *low)
{
    /* Nobody waits but imap_stream_wait(). */
    return -1;
}

/* mailstream_low_free() leaves its own structure to the driver. */
static void
low_free(mailstream_low *low)
{
    free(low);
}

static void
low_cancel(G_GNUC_UNUSED mailstream_low *low)
{
}

static struct mailstream_cancel *
low_get_cancel(G_GNUC_UNUSED mailstream_low *low)
{
    return NULL;
}

static carray *
low_get_certificate_chain(G_GNUC_UNUSED mailstream_low *low)
{
    return NULL;
}

static int
low_no_idle(G_GNUC_UNUSED mailstream_low *low)
{
    return -1;
}

mailstream *
imap_stream_open(ImapStream *stream)
{
    static mailstream_low_driver driver = {
        .mailstream_read = low_read,
        .mailstream_write = low_write,
        .mailstream_close = low_close,
        .mailstream_get_fd = low_get_fd,
        .mailstream_free = low_free,
        .mailstream_cancel = low_cancel,
        .mailstream_get_cancel = low_get_cancel,
        .mailstream_get_certificate_chain = low_get_certificate_chain,
        .mailstream_setup_idle = low_no_idle,
        .mailstream_unsetup_idle = low_no_idle,
        .mailstream_interrupt_idle = low_no_idle,
    };
    mailstream_low *low = mailstream_low_new(stream, &driver);

    return low != NULL ? mailstream_new(low, BUFFER_SIZE) : NULL;
}
