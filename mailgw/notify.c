#include "notify.h"

#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* One datagram to the socket the manager named; "@" stands for the NUL of an abstract address. A failure is nobody's business. */
static void
notify_send(const char *state)
{
    const char *path = g_getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd;

    if (path == NULL || strlen(path) >= sizeof address.sun_path)
        return;
    memcpy(address.sun_path, path, strlen(path));
    if (address.sun_path[0] == '@')
        address.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *) &address,
           (socklen_t) (offsetof(struct sockaddr_un, sun_path) + strlen(path)));
    close(fd);
}

void
notify_ready(void)
{
    notify_send("READY=1");
}

void
notify_alive(void)
{
    notify_send("WATCHDOG=1");
}
