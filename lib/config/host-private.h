/*
 * host-private.h - HOST[:PORT] in values
 */
#pragma once

#include <glib.h>

/*
 * "mail.example:25", "192.0.2.1", "[2001:db8::1]:25". The host comes without brackets, domains in lower-case ASCII; the port is 0 if
 * none is named. FALSE if it is nothing of the kind.
 */
gboolean host_port_parse(const char *text, char **host_out, guint *port_out);
char    *host_port_format(const char *host, guint port);    /* with brackets where they are needed; port 0: none */
gboolean host_is_loopback(const char *host);                /* localhost, 127.0.0.0/8, ::1 */

/* Where a password stands in a connection URI: the octets from *start_out to *end_out. FALSE if it holds none. */
gboolean url_find_password(const char *url, gsize *start_out, gsize *end_out);
