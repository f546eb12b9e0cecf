/*
 * connection.h - a TCP connection, encrypted or not, of which no call waits longer than it was told
 *
 * Every call has a deadline on the monotonic clock (clock_monotonic()), and ends with CANCELLED soon after cancel_fd became readable. End of file is
 * an error, as is everything but the bytes that were asked for; after an error only connection_free() makes sense. A server is trusted by chain, name
 * and dates, or by its key alone (pins); TLS is 1.2 or newer, within the system's policy. No SIGPIPE.
 */
#pragma once

#include "base/error.h"

typedef enum {
    CONNECTION_OK,
    CONNECTION_NAME,          /* the name could not be resolved */
    CONNECTION_REFUSED,       /* no address could be reached, or only one that is not allowed */
    CONNECTION_CLOSED,        /* end of file, or the network broke */
    CONNECTION_TIMEOUT,
    CONNECTION_TRUST,         /* not the server that was meant, as far as its certificate shows */
    CONNECTION_TLS,           /* anything else that went wrong in TLS */
    CONNECTION_CANCELLED,
} ConnectionFault;

typedef struct Connection Connection;

/* cancel_fd is borrowed and never read from; -1 is none. */
Connection *connection_new(int cancel_fd);
/* The same over a socket that is connected already, which it owns from now on: for tests. */
Connection *connection_adopt(int fd, int cancel_fd);
void        connection_free(Connection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Connection, connection_free)

ConnectionFault connection_fault(const Connection *connection);
const char     *connection_address(const Connection *connection);   /* "192.0.2.1:993"; NULL before it is connected */
const char     *connection_tls(const Connection *connection);       /* "TLS1.3 AES-256-GCM"; NULL in plain text */

/* All addresses of host, one after the other, each with its part of the time. loopback_only: any other address is refused. */
gboolean connection_open(Connection *connection, const char *host, guint16 port, gboolean loopback_only,
                         gint64 deadline, GError **error);

typedef struct {
    const char        *host;      /* what the certificate must be for; sent as SNI unless it is an address */
    const char        *ca_file;   /* in place of the system's authorities; NULL: those */
    const char *const *pins;      /* in place of chain, name and dates: SHA-256 of the public key, hexadecimal; NULL: none */
} ConnectionTrust;

gboolean connection_start_tls(Connection *connection, const ConnectionTrust *trust, gint64 deadline, GError **error);

/* At least one byte, at most size; -1 on error. */
gssize   connection_read(Connection *connection, void *bytes_out, gsize size, gint64 deadline, GError **error);
gboolean connection_write(Connection *connection, const void *bytes, gsize length, gint64 deadline, GError **error);
/* Until there is something to read (ready_out TRUE) or the deadline has passed (FALSE), which is no error here. */
gboolean connection_wait(Connection *connection, gint64 deadline, gboolean *ready_out, GError **error);
