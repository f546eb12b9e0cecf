/*
 * lmtp-connection-private.h - one client's socket and its session
 */
#pragma once

#include "intake/lmtp-session-private.h"

typedef struct {
    int          fd;
    LmtpSession *session;
    gint64       deadline;        /* monotonic, microseconds */
    guint64      progress;        /* the session's when the deadline was set */
    guint32      events;          /* what epoll watches for */
    gboolean     ended;           /* the peer sends nothing more */
    gboolean     lingering;       /* all is said: waits for the peer to close, so that it can read our last answer */
    gboolean     dead;
} LmtpConnection;

LmtpConnection *lmtp_connection_new(int fd, LmtpSession *session);
void            lmtp_connection_free(LmtpConnection *connection);

/* Reads what is there, through the buffer. */
void lmtp_connection_read(LmtpConnection *connection, guint8 *buffer, gsize size);
/* Writes what fits; begins to linger, or is dead, when the conversation is over. */
void lmtp_connection_flush(LmtpConnection *connection, gint64 now);
/* The deadline moves only when the peer does something useful: one byte a minute is not. */
void lmtp_connection_check_time(LmtpConnection *connection, gint64 now, gint64 timeout);
/* What epoll has to watch for. */
guint32 lmtp_connection_wants(const LmtpConnection *connection);
