/*
 * member-list.h - lists of addresses and domains that stand in files (RFC 6134)
 *
 * One entry a line; "#" begins a comment, at the begin of a line or after a blank. "anna@example.com" is one address. "@example.com" or
 * "example.com" is the domain: every address at it, and where a rule looks at domains only (address :domain), the domain itself. A domain
 * below it is another one. Upper and lower case are the same, and so are the two spellings of an internationalised domain.
 */
#pragma once

#include <glib.h>

/* A set of entries (char *). */
GHashTable *member_list_parse(const char *text, gsize length);
gboolean    member_list_contains(GHashTable *list, const char *value);
