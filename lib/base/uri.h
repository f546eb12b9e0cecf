/*
 * uri.h - URIs that an admin writes down for us to call
 */
#pragma once

#include <glib.h>

/*
 * What keeps text from being an https URI that may be called: a scheme, a host in ASCII, no user, password or fragment, nothing that would have to be
 * escaped. NULL: nothing. The answer completes the sentence "the URL ...".
 */
const char *uri_https_problem(const char *text);

/* "hooks.example.com" or "[2001:db8::1]:8443": what may be shown of a URI, as its path may be a secret. "" if there is nothing of the kind. */
char *uri_https_authority(const char *text);
