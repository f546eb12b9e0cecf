/*
 * imap-stream-private.h - the stream under libetpan: a connection, its guard, and the fences of the command under way
 *
 * libetpan reads and writes by mailstream_low_driver; the client's own commands (AUTHENTICATE, IDLE, LOGOUT) use send and pump. Either way each byte
 * passes the guard, within one deadline, one byte budget and the limit for a server that stalls.
 */
#pragma once

#include <libetpan/mailstream.h>

#include "base/connection.h"
#include "intake/imap-guard-private.h"

typedef struct {
    Connection *connection;
    ImapGuard   guard;
    gsize       taken;       /* of guard.out */
    gint64      deadline;    /* monotonic */
    gint64      stall;       /* microseconds */
    gint64      budget;      /* octets that may still come */
    gboolean    stopped;     /* a callback said so */
    gboolean    spoiled;     /* the answer was readable, and wrong: not even a tagged OK makes it good */
    ImapFault   fault;       /* the first; nothing moves afterwards */
    char       *reason;
} ImapStream;

/* Takes the connection. */
ImapStream *imap_stream_new(Connection *connection);
void        imap_stream_free(ImapStream *stream);
/* What libetpan reads and writes; it frees neither the stream nor the connection. NULL: out of memory. */
mailstream *imap_stream_open(ImapStream *stream);

void     imap_stream_fail(ImapStream *stream, ImapFault fault, const char *text);
/* Reads once, at least one byte, and feeds the guard. */
gboolean imap_stream_pump(ImapStream *stream);
gboolean imap_stream_send(ImapStream *stream, const char *bytes, gsize length);
/* Pumps until there is something to read or the time has come; the deadline of the command does not count here. */
gboolean imap_stream_wait(ImapStream *stream, gint64 until, gboolean *ready_out);
gboolean imap_stream_start_tls(ImapStream *stream, const ConnectionTrust *trust);
/* Nothing has come in that was not read: what STARTTLS demands. */
gboolean imap_stream_is_drained(const ImapStream *stream, const mailstream *opened);
/* What the connection says of itself; the error is taken. */
void     imap_stream_adopt_fault(ImapStream *stream, GError *error);
