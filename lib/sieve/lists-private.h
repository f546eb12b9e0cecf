/*
 * lists-private.h - external lists (RFC 6134)
 */
#pragma once

#include "sieve/run-private.h"

/* ":addrbook:default" is short for "urn:ietf:params:sieve:addrbook:default" (RFC 6134, 2.7); both become the short one. */
char *list_canonical(const char *name);
/* Whether value is a member; a member that nobody looked up is a need, and FALSE. */
gboolean list_contains(Run *run, const char *list, const char *value);
