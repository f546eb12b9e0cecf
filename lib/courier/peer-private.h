/*
 * peer-private.h - which addresses a URL may lead to
 *
 * Asked with the address that is about to be connected to, never with a name: so it does not matter how a host was spelt, nor what its name
 * resolves to the next time (server-side request forgery, DNS rebinding).
 */
#pragma once

#include <glib.h>
#include <sys/socket.h>

/*
 * Public addresses, and those in one of `allow` (ADDRESS or ADDRESS/BITS, or NULL). Not public is what IANA's registries of special addresses do not call
 * globally reachable, and whatever leads to an IPv4 address in a wrapping (mapped, translated, tunnelled) unless allow names that.
 */
gboolean peer_is_allowed(const struct sockaddr *address, socklen_t length, char *const *allow);
char    *peer_format(const struct sockaddr *address, socklen_t length);
