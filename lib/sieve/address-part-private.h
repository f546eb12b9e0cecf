/*
 * address-part-private.h - what of an address a test looks at (RFC 5228, 2.7.4; RFC 5233)
 */
#pragma once

#include "sieve/match-private.h"
#include "sieve/run-private.h"

/* Shows the matching the part of the address that the call chose; nothing where it has none (":detail" without separator). */
gboolean address_part_match(Run *run, const Call *call, Matching *matching, const MailAddress *address);
