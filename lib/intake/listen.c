#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/io.h"
#include "intake/lmtp.h"

#define BACKLOG 512

static int
fail(int fd, GError **error, int errnum, const char *what)
{
    io_close(&fd);
    error_from_errno(error, errnum, "listen on \"%s\"", what);
    return -1;
}

/* TRUE if nobody answers at path and it could be taken away. */
static gboolean
remove_stale(const struct sockaddr_un *address, GError **error)
{
    const char *path = address->sun_path;
    struct stat info;
    int         probe;
    int         refused = 0;

    if (lstat(path, &info) != 0)
        return errno == ENOENT || error_from_errno(error, errno, "look at \"%s\"", path);
    if (!S_ISSOCK(info.st_mode)) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot listen on \"%s\": it is not a socket", path);
        return FALSE;
    }
    probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0)
        return error_from_errno(error, errno, "open a socket");
    if (connect(probe, (const struct sockaddr *) address, sizeof *address) != 0)
        refused = errno;
    close(probe);
    /* EAGAIN is a server whose queue is full: very much alive. */
    if (refused != ECONNREFUSED && refused != ENOENT) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_EXISTS, "cannot listen on \"%s\": a server is there already", path);
        return FALSE;
    }
    if (unlink(path) != 0 && errno != ENOENT)
        return error_from_errno(error, errno, "remove stale socket \"%s\"", path);
    return TRUE;
}

int
lmtp_listen_unix(const char *path, int mode, GError **error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int                fd;

    if (strlen(path) >= sizeof address.sun_path) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG,
                    "cannot listen on \"%s\": the path of a socket has at most %zu octets", path,
                    sizeof address.sun_path - 1);
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path));
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return fail(fd, error, errno, path);
    if (bind(fd, (const struct sockaddr *) &address, sizeof address) != 0) {
        if (errno != EADDRINUSE)
            return fail(fd, error, errno, path);
        if (!remove_stale(&address, error)) {
            io_close(&fd);
            return -1;
        }
        if (bind(fd, (const struct sockaddr *) &address, sizeof address) != 0)
            return fail(fd, error, errno, path);
    }
    /* Before listen() nobody can connect, so the mode is never wider than meant. */
    if (chmod(path, (mode_t) mode) != 0 || listen(fd, BACKLOG) != 0)
        return fail(fd, error, errno, path);
    return fd;
}

/* "127.0.0.1:24", "[::1]:24" */
static gboolean
split_host_port(const char *host_port, char **host_out, char **port_out)
{
    const char *colon = strrchr(host_port, ':');
    gsize       length = colon != NULL ? (gsize) (colon - host_port) : 0;

    if (length == 0 || colon[1] == '\0' || strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return FALSE;
    if (host_port[0] == '[' && host_port[length - 1] == ']')
        *host_out = g_strndup(host_port + 1, length - 2);
    else if (memchr(host_port, ':', length) == NULL)
        *host_out = g_strndup(host_port, length);
    else
        return FALSE;
    *port_out = g_strdup(colon + 1);
    return TRUE;
}

static int
listen_at(const struct addrinfo *at, const char *host_port, GError **error)
{
    int one = 1;
    int fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, at->ai_protocol);

    if (fd < 0)
        return fail(fd, error, errno, host_port);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, at->ai_addr, at->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        if (errno != EADDRINUSE)
            return fail(fd, error, errno, host_port);
        io_close(&fd);
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_EXISTS, "cannot listen on \"%s\": a server is there already",
                    host_port);
        return -1;
    }
    return fd;
}

int
lmtp_listen_tcp(const char *host_port, GError **error)
{
    const struct addrinfo hints = { .ai_flags = AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM };
    struct addrinfo      *found = NULL;
    g_autofree char      *host = NULL;
    g_autofree char      *port = NULL;
    int                   result;
    int                   fd;

    if (!split_host_port(host_port, &host, &port)) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot listen on \"%s\": expected HOST:PORT", host_port);
        return -1;
    }
    result = getaddrinfo(host, port, &hints, &found);
    if (result != 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot listen on \"%s\": %s", host_port,
                    gai_strerror(result));
        return -1;
    }
    fd = listen_at(found, host_port, error);
    freeaddrinfo(found);
    return fd;
}
