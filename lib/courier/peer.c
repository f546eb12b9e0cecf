#include "courier/peer-private.h"

#include <gio/gio.h>
#include <netinet/in.h>
#include <string.h>

/* RFC 6890 and its registry: not globally reachable, or not for one host alone. */
static const char *const special_ipv4[] = {
    "0.0.0.0/8",       /* this network: Linux takes it for itself  */
    "10.0.0.0/8",      /* private                                  */
    "100.64.0.0/10",   /* shared, behind a carrier's translation   */
    "127.0.0.0/8",     /* loopback                                 */
    "169.254.0.0/16",  /* link-local, clouds' metadata             */
    "172.16.0.0/12",   /* private                                  */
    "192.0.0.0/24",    /* protocol assignments                     */
    "192.0.2.0/24",    /* documentation                            */
    "192.88.99.0/24",  /* 6to4 relays                              */
    "192.168.0.0/16",  /* private                                  */
    "198.18.0.0/15",   /* benchmarks                               */
    "198.51.100.0/24", /* documentation                            */
    "203.0.113.0/24",  /* documentation                            */
    "224.0.0.0/4",     /* multicast                                */
    "240.0.0.0/4",     /* reserved, broadcast                      */
    NULL,
};

/* Of IPv6 only 2000::/3 is given out, and these of it are none of a host: protocol assignments with Teredo, documentation, 6to4. */
static const char unicast_ipv6[] = "2000::/3";
static const char *const special_ipv6[] = { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", NULL };

/* RFC 4291, 2.5.5.2, and RFC 6052: an IPv4 address in the last 32 bits. */
static const char mapped[] = "::ffff:0:0/96";
static const char translated[] = "64:ff9b::/96";

static gboolean
is_in(GInetAddress *address, const char *network)
{
    g_autoptr(GInetAddressMask) mask = g_inet_address_mask_new_from_string(network, NULL);

    return mask != NULL && g_inet_address_mask_get_family(mask) == g_inet_address_get_family(address)
           && g_inet_address_mask_matches(mask, address);
}

static gboolean
is_in_any(GInetAddress *address, const char *const *networks)
{
    for (; networks != NULL && *networks != NULL; networks++)
        if (is_in(address, *networks))
            return TRUE;
    return FALSE;
}

static GInetAddress *
inet_address(const struct sockaddr *address, socklen_t length)
{
    g_autoptr(GSocketAddress) socket_address = g_socket_address_new_from_native((gpointer) address, length);

    if (!G_IS_INET_SOCKET_ADDRESS(socket_address))
        return NULL;
    return g_object_ref(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(socket_address)));
}

/* g_socket_address_new_from_native() unwraps mapped addresses, so they have to be told before. */
static gboolean
is_mapped(const struct sockaddr *address, socklen_t length)
{
    struct sockaddr_in6 six;

    if (address->sa_family != AF_INET6 || length < sizeof six)
        return FALSE;
    memcpy(&six, address, sizeof six);
    return IN6_IS_ADDR_V4MAPPED(&six.sin6_addr);
}

static gboolean
is_public(GInetAddress *address)
{
    if (g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV4)
        return !is_in_any(address, special_ipv4);
    if (is_in(address, translated)) {
        g_autoptr(GInetAddress) inner = g_inet_address_new_from_bytes(g_inet_address_to_bytes(address) + 12,
                                                                      G_SOCKET_FAMILY_IPV4);

        return is_public(inner);
    }
    return is_in(address, unicast_ipv6) && !is_in_any(address, special_ipv6);
}

gboolean
peer_is_allowed(const struct sockaddr *address, socklen_t length, char *const *allow)
{
    g_autoptr(GInetAddress) peer = inet_address(address, length);

    if (peer == NULL)
        return FALSE;
    if (is_in_any(peer, (const char *const *) allow))
        return TRUE;
    return !is_mapped(address, length) && !is_in(peer, mapped) && is_public(peer);
}

char *
peer_format(const struct sockaddr *address, socklen_t length)
{
    g_autoptr(GInetAddress) peer = inet_address(address, length);

    return peer != NULL ? g_inet_address_to_string(peer) : g_strdup("an address of another kind");
}
