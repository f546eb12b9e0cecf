#include "listener-access.h"

#include <gio/gio.h>
#include <sys/socket.h>

#include "base/log.h"
#include "config/config.h"

static GInetAddress *
peer_address(int fd)
{
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    g_autoptr(GSocketAddress) address = NULL;

    if (getpeername(fd, (struct sockaddr *) &peer, &length) != 0)
        return NULL;
    address = g_socket_address_new_from_native(&peer, length);
    if (!G_IS_INET_SOCKET_ADDRESS(address))
        return NULL;
    return g_object_ref(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address)));
}

/* ADDRESS or ADDRESS/BITS; the configuration's reader has checked them. */
static gboolean
is_allowed(char *const *allow, GInetAddress *address)
{
    for (gsize i = 0; allow != NULL && allow[i] != NULL; i++) {
        g_autoptr(GInetAddressMask) mask = g_inet_address_mask_new_from_string(allow[i], NULL);

        if (mask != NULL && g_inet_address_mask_matches(mask, address))
            return TRUE;
    }
    return FALSE;
}

gboolean
listener_may_connect(gpointer data, int fd)
{
    const LmtpConfig *config = data;
    g_autoptr(GInetAddress) address = peer_address(fd);
    g_autofree char *text = address != NULL ? g_inet_address_to_string(address) : NULL;

    if (address != NULL && (g_inet_address_get_is_loopback(address) || is_allowed(config->allow, address)))
        return TRUE;
    log_warning("connection-refused", LOG_TEXT("peer", text), LOG_TEXT("listener", config->listen));
    return FALSE;
}
