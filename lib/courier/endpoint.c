/*
 * endpoint.c - smtp://HOST[:PORT] and smtps://HOST[:PORT], read strictly
 *
 * What stands here ends up in a URL for libcurl, which would read a user, a password, a path or options out of it: so
 * only the characters of a host name or an address are let through.
 */
#include "courier/courier-private.h"

#include <gio/gio.h>
#include <string.h>

#include "base/text.h"

#define PORT_SMTP  25
#define PORT_SMTPS 465

void
smtp_endpoint_clear(SmtpEndpoint *endpoint)
{
    g_free(endpoint->host);
    *endpoint = (SmtpEndpoint) { 0 };
}

/* Where the host ends: behind the bracket of an IPv6 address, else at the colon of the port. NULL: no host. */
static const char *
host_end(const char *host)
{
    const char *end = host;

    if (*host == '[') {
        end = strchr(host, ']');
        if (end == NULL)
            return NULL;
        for (const char *c = host + 1; c < end; c++)
            if (!g_ascii_isxdigit(*c) && *c != ':' && *c != '.')
                return NULL;
        return end > host + 1 ? end + 1 : NULL;
    }
    while (g_ascii_isalnum(*end) || *end == '.' || *end == '-' || *end == '_')
        end++;
    return end > host && *host != '-' && end - host <= 253 ? end : NULL;
}

gboolean
smtp_endpoint_parse(const char *transport, SmtpEndpoint *endpoint_out, GError **error)
{
    gboolean implicit_tls = g_str_has_prefix(transport, "smtps://");
    gint64 port = implicit_tls ? PORT_SMTPS : PORT_SMTP;
    const char *host;
    const char *end;

    if (!implicit_tls && !g_str_has_prefix(transport, "smtp://")) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG,
                    "cannot use transport \"%s\": expected smtp://HOST[:PORT], smtps://HOST[:PORT] or maildir:DIR",
                    transport);
        return FALSE;
    }
    host = strchr(transport, '/') + 2;
    end = host_end(host);
    if (end == NULL || (*end != '\0' && (*end != ':' || !text_parse_int64(end + 1, 1, G_MAXUINT16, &port, NULL)))) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG,
                    "cannot use transport \"%s\": expected HOST or HOST:PORT after \"//\"", transport);
        return FALSE;
    }
    endpoint_out->implicit_tls = implicit_tls;
    endpoint_out->host = g_strndup(host, (gsize) (end - host));
    endpoint_out->port = (guint16) port;
    return TRUE;
}

gboolean
smtp_endpoint_is_loopback(const SmtpEndpoint *endpoint)
{
    g_autofree char *bare = g_strdup(endpoint->host);
    g_autoptr(GInetAddress) address = NULL;

    if (*bare == '[') {
        memmove(bare, bare + 1, strlen(bare));
        bare[strlen(bare) - 1] = '\0';
    }
    if (g_ascii_strcasecmp(bare, "localhost") == 0)
        return TRUE;
    address = g_inet_address_new_from_string(bare);
    return address != NULL && g_inet_address_get_is_loopback(address);
}
