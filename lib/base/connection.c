/* A connection's reading, writing and waiting. */
#include "base/connection.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/connection-private.h"
#include "base/io.h"

Connection *
connection_new(int cancel_fd)
{
    return connection_adopt(-1, cancel_fd);
}

Connection *
connection_adopt(int fd, int cancel_fd)
{
    Connection *connection = g_new0(Connection, 1);

    connection->fd = fd;
    connection->cancel_fd = cancel_fd;
    return connection;
}

void
connection_free(Connection *connection)
{
    if (connection == NULL)
        return;
    if (connection->tls != NULL)
        gnutls_deinit(connection->tls);
    if (connection->credentials != NULL)
        gnutls_certificate_free_credentials(connection->credentials);
    io_close(&connection->fd);
    g_free(connection->address);
    g_free(connection->tls_text);
    g_free(connection);
}

ConnectionFault
connection_fault(const Connection *connection)
{
    return connection->fault;
}

const char *
connection_address(const Connection *connection)
{
    return connection->address;
}

const char *
connection_tls(const Connection *connection)
{
    return connection->tls_text;
}

gboolean
connection_fail(Connection *connection, ConnectionFault fault, GError **error, const char *format, ...)
{
    va_list args;

    connection->fault = fault;
    if (error != NULL) {
        va_start(args, format);
        *error = g_error_new_valist(MAILGW_ERROR, fault == CONNECTION_TRUST ? MAILGW_ERROR_CONFIG : MAILGW_ERROR_TEMPORARY,
                                    format, args);
        va_end(args);
    }
    return FALSE;
}

/* Milliseconds for poll(), at least one while time is left, so that nothing spins on the last fraction. */
static int
milliseconds_until(gint64 deadline)
{
    gint64 left = deadline - clock_monotonic();

    if (left <= 0)
        return 0;
    return (int) MIN((left + 999) / 1000, G_MAXINT);
}

static gboolean
wait_for(Connection *connection, short events, gint64 deadline, gboolean *ready_out, const char *what, GError **error)
{
    for (;;) {
        struct pollfd fds[] = { { connection->fd, events, 0 }, { connection->cancel_fd, POLLIN, 0 } };
        /* A descriptor of -1 is passed over by poll(). */
        int n = poll(fds, 2, milliseconds_until(deadline));

        if (n < 0 && errno != EINTR)
            return connection_fail(connection, CONNECTION_CLOSED, error, "could not %s: %s", what, g_strerror(errno));
        if (n > 0 && fds[1].revents != 0)
            return connection_fail(connection, CONNECTION_CANCELLED, error, "could not %s: cancelled", what);
        if (n > 0 && fds[0].revents != 0) {
            *ready_out = TRUE;
            return TRUE;
        }
        if (n <= 0 && clock_monotonic() >= deadline) {
            *ready_out = FALSE;
            return TRUE;
        }
    }
}

gboolean
connection_poll(Connection *connection, short events, gint64 deadline, const char *what, GError **error)
{
    gboolean ready = FALSE;

    /* Asked first: a peer that always has something to say would never be late. */
    if (clock_monotonic() >= deadline)
        return connection_fail(connection, CONNECTION_TIMEOUT, error, "could not %s: timed out", what);
    if (!wait_for(connection, events, deadline, &ready, what, error))
        return FALSE;
    return ready || connection_fail(connection, CONNECTION_TIMEOUT, error, "could not %s: timed out", what);
}

gboolean
connection_wait(Connection *connection, gint64 deadline, gboolean *ready_out, GError **error)
{
    if (connection->tls != NULL && gnutls_record_check_pending(connection->tls) > 0) {
        *ready_out = TRUE;
        return TRUE;
    }
    return wait_for(connection, POLLIN, deadline, ready_out, "wait for the server", error);
}

gssize
connection_read(Connection *connection, void *bytes_out, gsize size, gint64 deadline, GError **error)
{
    static const char what[] = "read from the server";

    if (connection->tls != NULL)
        return connection_tls_read(connection, bytes_out, size, deadline, error);
    for (;;) {
        gssize got;

        if (!connection_poll(connection, POLLIN, deadline, what, error))
            return -1;
        got = recv(connection->fd, bytes_out, size, MSG_DONTWAIT);
        if (got > 0)
            return got;
        if (got == 0)
            connection_fail(connection, CONNECTION_CLOSED, error, "could not %s: it closed the connection", what);
        else if (errno == EAGAIN || errno == EINTR)
            continue;
        else
            connection_fail(connection, CONNECTION_CLOSED, error, "could not %s: %s", what, g_strerror(errno));
        return -1;
    }
}

gboolean
connection_write(Connection *connection, const void *bytes, gsize length, gint64 deadline, GError **error)
{
    static const char what[] = "write to the server";
    const char *next = bytes;

    while (length > 0) {
        gssize sent;

        if (connection->tls != NULL) {
            sent = connection_tls_write(connection, next, length, deadline, error);
            if (sent < 0)
                return FALSE;
        } else {
            if (!connection_poll(connection, POLLOUT, deadline, what, error))
                return FALSE;
            sent = send(connection->fd, next, length, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0 && (errno == EAGAIN || errno == EINTR))
                continue;
            if (sent < 0)
                return connection_fail(connection, CONNECTION_CLOSED, error, "could not %s: %s", what, g_strerror(errno));
        }
        next += sent;
        length -= (gsize) sent;
    }
    return TRUE;
}
