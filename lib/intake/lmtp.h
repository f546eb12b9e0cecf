/*
 * lmtp.h - an LMTP server (RFC 2033) over listening sockets, for many connections in one process
 *
 * PIPELINING, 8BITMIME, SMTPUTF8, SIZE, ENHANCEDSTATUSCODES, CHUNKING; one answer per recipient after the final dot or BDAT LAST. Only CR LF . CR LF
 * ends DATA. Bare CR and LF inside a message are kept as bytes, or answered 554 5.6.0 where the listener says so (default: kept on a Unix
 * socket, refused on TCP); in command lines they are always 500. Limits of base/limits.h; time-outs of RFC 5321, 4.5.3.2. A
 * mail over the size is read to its end and answered 552 5.3.4. No answer 250 before Sink.accept said so.
 *
 * XSENDER is ours: "MAIL FROM:<> XSENDER=UNKNOWN" says that the client knows no envelope sender, which is not the null path.
 * After 100 mails a session is told 421, so that the MTA's next connection may meet another process.
 *
 * VRFY 252, HELP, NOOP, RSET, QUIT as RFC 5321; HELO and EHLO are refused with 500 (RFC 2033, 4.1).
 */
#pragma once

#include "intake/sink.h"

typedef struct {
    int         fd;                  /* listening socket, owned by the server from now on */
    const char *name;                /* "main": stands in SinkMail.source as "lmtp:main" */
    gboolean    reject_bare_newline;
    gboolean    trust_auth;          /* MAIL FROM AUTH= and XSENDER=UNKNOWN are believed (Unix socket) */
    gboolean  (*may_connect)(gpointer data, int fd);   /* NULL: everybody */
    gpointer    may_connect_data;
} LmtpListener;

typedef struct {
    const char *host;                /* in the greeting */
    gint64      message_size;        /* bytes; advertised by SIZE */
    guint       connections;         /* at once; more are told 421 4.3.2 */
    gint64      command_timeout_seconds;   /* 300 */
    gint64      memory;              /* bytes of unfinished mail held at once; above it new DATA/BDAT is answered 452 4.3.1 */
} LmtpSettings;

/*
 * Serves until *stop becomes TRUE (set by a signal handler; wake_fd, if not -1, becomes readable then), then stops reading new commands, finishes
 * transactions that are complete within 10 s, answers 421 to the rest, and returns. until_idle: returns when no connection has been open for 200 ms.
 */
gboolean lmtp_serve(const LmtpListener *listeners, gsize n_listeners, const LmtpSettings *settings, const Sink *sink,
                    volatile int *stop, int wake_fd, gboolean until_idle, GError **error);

/* A listening Unix socket; a stale file of a dead server is replaced, a live one is EXISTS. The path may have at most 107 octets. */
int lmtp_listen_unix(const char *path, int mode, GError **error);
/* HOST:PORT, one address. */
int lmtp_listen_tcp(const char *host_port, GError **error);
