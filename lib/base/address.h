/*
 * address.h - e-mail addresses as keys and as SMTP arguments (RFC 5321, 4.1.2; RFC 6531)
 *
 * A *canonical* address is the key under which a person is known: the domain lower-case in ASCII (A-labels, IDNA2008),
 * the local part with ASCII letters lower-cased. Nothing else is folded: "+tag" belongs to the address.
 */
#pragma once

#include <glib.h>

/*
 * TRUE if it may be handed to an SMTP server: local part (dot-atom or quoted string) @ domain or address literal, at most
 * 254 octets, local part at most 64 octets, blank, "<" and ">" only inside a quoted local part, and no control character
 * (CR, LF, C1, bidi) anywhere. UTF-8 in both parts is allowed (RFC 6531) if it is valid.
 */
gboolean address_is_valid(const char *address);

/* NULL if it has no local part or no domain, if either holds control characters, or above 512 octets (it is an index key) */
char       *address_canonical(const char *address);
const char *address_domain(const char *address);          /* what follows the last "@"; NULL if there is none      */
gboolean    address_equal(const char *a, const char *b);  /* same canonical form; FALSE if either has none         */

/*
 * The address under which automatic mail is counted: canonical, and BATV ("prvs=tag=user@"), SRS0/SRS1 rewriting and a
 * "+tag" taken off, so that a vacation program that varies them meets the same limit.
 */
char *address_counting_key(const char *address);

/* "support+x@example.com" -> base "support@example.com" and detail "x"; without "+" detail is NULL. Canonical forms. */
gboolean address_split_detail(const char *address, char **base_out, char **detail_out);

/* lower-case ASCII (A-label) form of a domain, or NULL if it cannot be one */
char *address_domain_ascii(const char *domain);
