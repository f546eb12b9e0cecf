/* From a name to a connected socket, with an end to each step. */
#include <config.h>

#include "base/connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/connection-private.h"
#include "base/io.h"

/* Between two looks at the cancel descriptor while the resolver works in its thread. */
#define RESOLVE_STEP_MS 50
/* Each address gets this much of the time, however many there are. */
#define SHORTEST_TRY (3 * G_USEC_PER_SEC)

/* What the resolver's thread writes to: it may outlive the call that gave up on it, so it is on the heap, and then stays there. */
typedef struct {
    struct gaicb    request;
    struct addrinfo hints;
    char            host[256];
    char            port[8];
} Resolution;

static gboolean
wait_resolved(Connection *connection, Resolution *resolution, gint64 deadline, GError **error)
{
    const struct gaicb *list[] = { &resolution->request };
    const struct timespec step = { 0, RESOLVE_STEP_MS * 1000000L };

    while (gai_error(&resolution->request) == EAI_INPROGRESS) {
        struct pollfd cancel = { connection->cancel_fd, POLLIN, 0 };

        if (poll(&cancel, 1, 0) > 0)
            return connection_fail(connection, CONNECTION_CANCELLED, error, "could not resolve \"%s\": cancelled", resolution->host);
        if (clock_monotonic() >= deadline)
            return connection_fail(connection, CONNECTION_TIMEOUT, error, "could not resolve \"%s\": timed out", resolution->host);
        gai_suspend(list, 1, &step);
    }
    return TRUE;
}

/* An address as text needs no resolver, and no thread. */
static struct addrinfo *
resolve_numeric(const char *host, guint16 port)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
    char service[8];
    struct addrinfo *found = NULL;

    g_snprintf(service, sizeof service, "%u", port);
    return getaddrinfo(host, service, &hints, &found) == 0 ? found : NULL;
}

/* getaddrinfo() waits as long as resolv.conf says, and cannot be interrupted. */
static struct addrinfo *
resolve_name(Connection *connection, const char *host, guint16 port, gint64 deadline, GError **error)
{
    Resolution *resolution = g_new0(Resolution, 1);
    struct gaicb *list[] = { &resolution->request };
    struct addrinfo *found = NULL;
    int code;

    g_strlcpy(resolution->host, host, sizeof resolution->host);
    g_snprintf(resolution->port, sizeof resolution->port, "%u", port);
    resolution->hints.ai_socktype = SOCK_STREAM;
    resolution->hints.ai_flags = AI_NUMERICSERV;
    resolution->request.ar_name = resolution->host;
    resolution->request.ar_service = resolution->port;
    resolution->request.ar_request = &resolution->hints;
    code = strlen(host) >= sizeof resolution->host ? EAI_NONAME : getaddrinfo_a(GAI_NOWAIT, list, 1, NULL);
    if (code == 0) {
        if (!wait_resolved(connection, resolution, deadline, error)) {
            if (gai_cancel(&resolution->request) != EAI_NOTCANCELED)
                g_free(resolution);
            return NULL;
        }
        code = gai_error(&resolution->request);
        found = resolution->request.ar_result;
    }
    if (code != 0)
        connection_fail(connection, CONNECTION_NAME, error, "could not resolve \"%s\": %s", host, gai_strerror(code));
    g_free(resolution);
    return code == 0 ? found : NULL;
}

static gboolean
is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return (ntohl(((const struct sockaddr_in *) address)->sin_addr.s_addr) >> 24) == 127;
    return address->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *) address)->sin6_addr);
}

static char *
address_text(const struct addrinfo *address)
{
    char host[INET6_ADDRSTRLEN] = "?";
    char port[8] = "?";

    getnameinfo(address->ai_addr, address->ai_addrlen, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    return address->ai_family == AF_INET6 ? g_strdup_printf("[%s]:%s", host, port) : g_strdup_printf("%s:%s", host, port);
}

static gboolean
finish_connect(Connection *connection, const char *where, gint64 deadline, GError **error)
{
    int errnum = 0;
    socklen_t size = sizeof errnum;
    g_autofree char *what = g_strdup_printf("connect to %s", where);

    if (!connection_poll(connection, POLLOUT, deadline, what, error))
        return FALSE;
    if (getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &errnum, &size) != 0)
        errnum = errno;
    if (errnum != 0)
        return connection_fail(connection, CONNECTION_REFUSED, error, "could not %s: %s", what, g_strerror(errnum));
    return TRUE;
}

static gboolean
try_address(Connection *connection, const struct addrinfo *address, gint64 deadline, GError **error)
{
    g_autofree char *where = address_text(address);
    int on = 1;

    io_close(&connection->fd);
    connection->fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (connection->fd < 0)
        return connection_fail(connection, CONNECTION_REFUSED, error, "could not connect to %s: %s", where, g_strerror(errno));
    if (connect(connection->fd, address->ai_addr, address->ai_addrlen) != 0 && errno != EINPROGRESS)
        return connection_fail(connection, CONNECTION_REFUSED, error, "could not connect to %s: %s", where, g_strerror(errno));
    if (!finish_connect(connection, where, deadline, error))
        return FALSE;
    setsockopt(connection->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection->address = g_steal_pointer(&where);
    return TRUE;
}

gboolean
connection_open(Connection *connection, const char *host, guint16 port, gboolean loopback_only, gint64 deadline, GError **error)
{
    struct addrinfo *addresses = resolve_numeric(host, port);
    gboolean connected = FALSE;
    gint64 left = 0;
    g_autoptr(GError) why = NULL;

    if (addresses == NULL)
        addresses = resolve_name(connection, host, port, deadline, error);
    if (addresses == NULL)
        return FALSE;
    for (const struct addrinfo *address = addresses; address != NULL; address = address->ai_next)
        left++;
    for (const struct addrinfo *address = addresses; address != NULL && !connected; address = address->ai_next, left--) {
        gint64 now = clock_monotonic();

        g_clear_error(&why);
        if (loopback_only && !is_loopback(address->ai_addr)) {
            connection_fail(connection, CONNECTION_REFUSED, &why, "cannot connect to \"%s\" without encryption: it is not on loopback", host);
            continue;
        }
        connected = try_address(connection, address, MIN(deadline, now + MAX((deadline - now) / left, SHORTEST_TRY)), &why);
        if (connection->fault == CONNECTION_CANCELLED)
            break;
    }
    freeaddrinfo(addresses);
    if (connected)
        connection->fault = CONNECTION_OK;
    else
        g_propagate_error(error, g_steal_pointer(&why));
    return connected;
}
