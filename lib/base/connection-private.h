/* connection-private.h - what the files of connection.h share */
#pragma once

#include <gnutls/gnutls.h>

#include "base/connection.h"

struct Connection {
    int              fd;
    int              cancel_fd;
    ConnectionFault  fault;
    char            *address;
    char            *tls_text;
    gnutls_session_t tls;         /* NULL in plain text */
    gnutls_certificate_credentials_t credentials;
};

/* FALSE, the fault and a TEMPORARY error: "could not WHAT: why". */
gboolean connection_fail(Connection *connection, ConnectionFault fault, GError **error, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* Until the socket can be read or written (POLLIN, POLLOUT). */
gboolean connection_poll(Connection *connection, short events, gint64 deadline, const char *what, GError **error);
/* Its TLS half of reading and writing: bytes, or -1. */
gssize connection_tls_read(Connection *connection, void *bytes_out, gsize size, gint64 deadline, GError **error);
gssize connection_tls_write(Connection *connection, const void *bytes, gsize length, gint64 deadline, GError **error);
