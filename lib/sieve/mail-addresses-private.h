/*
 * mail-addresses-private.h - the addresses in header fields, as tests compare them (RFC 5228, 2.7.4)
 *
 * Stricter than the message's own reading, which forgives what people and programs do to their address lines: what a rule compares is either an
 * address in its one form, or the text that stands there.
 */
#pragma once

#include "sieve/mail-view-private.h"

/*
 * MailAddress *; free with g_ptr_array_unref(). fields: MailField *, all of one name. parsed (MessageAddress *): those the message has in them, by its raw
 * value, so that a display name cannot smuggle an address in; NULL: not known, the values are read.
 */
GPtrArray *mail_addresses_collect(const GPtrArray *fields, const GPtrArray *parsed);
