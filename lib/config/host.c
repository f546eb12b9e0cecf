/*
 * host.c - taking HOST[:PORT] and connection URIs apart
 */
#include "config/host-private.h"
#include "base/address.h"
#include "base/text.h"

#include <gio/gio.h>
#include <string.h>

static gboolean
is_ipv6(const char *host)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);

    return address != NULL && g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6;
}

gboolean
host_port_parse(const char *text, char **host_out, guint *port_out)
{
    const char *end = *text == '[' ? strchr(text, ']') : text + strcspn(text, ":");
    g_autofree char *name = NULL;
    g_autofree char *host = NULL;
    gint64 port = 0;

    if (end == NULL)
        return FALSE;
    if (*text == '[') {
        name = g_strndup(text + 1, (gsize) (end - text - 1));
        host = is_ipv6(name) ? g_ascii_strdown(name, -1) : NULL;
        end++;
    } else {
        name = g_strndup(text, (gsize) (end - text));
        host = address_domain_ascii(name);
    }
    if (host == NULL || (*end != '\0' && *end != ':'))
        return FALSE;
    if (*end == ':' && !text_parse_int64(end + 1, 1, 65535, &port, NULL))
        return FALSE;
    *host_out = g_steal_pointer(&host);
    *port_out = (guint) port;
    return TRUE;
}

char *
host_port_format(const char *host, guint port)
{
    gboolean brackets = strchr(host, ':') != NULL;
    g_autofree char *name = brackets ? g_strdup_printf("[%s]", host) : g_strdup(host);

    return port == 0 ? g_steal_pointer(&name) : g_strdup_printf("%s:%u", name, port);
}

gboolean
host_is_loopback(const char *host)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);

    return address == NULL ? strcmp(host, "localhost") == 0 : g_inet_address_get_is_loopback(address);
}

/* The value of the parameter "password" behind the "?". */
static gboolean
find_parameter(const char *url, const char *query, gsize *start_out, gsize *end_out)
{
    while (query != NULL) {
        const char *name = query + 1;

        if (g_str_has_prefix(name, "password=")) {
            const char *value = name + strlen("password=");

            *start_out = (gsize) (value - url);
            *end_out = *start_out + strcspn(value, "&");
            return TRUE;
        }
        query = strchr(name, '&');
    }
    return FALSE;
}

gboolean
url_find_password(const char *url, gsize *start_out, gsize *end_out)
{
    const char *authority = strstr(url, "://");
    const char *end, *at, *colon;

    if (authority == NULL)
        return FALSE;
    authority += 3;
    end = authority + strcspn(authority, "/?");
    at = g_strrstr_len(authority, end - authority, "@");
    colon = at == NULL ? NULL : memchr(authority, ':', (gsize) (at - authority));
    if (colon == NULL)
        return find_parameter(url, strchr(end, '?'), start_out, end_out);
    *start_out = (gsize) (colon + 1 - url);
    *end_out = (gsize) (at - url);
    return TRUE;
}
