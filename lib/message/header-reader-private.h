/*
 * header-reader-private.h - the header of a message: fields decoded, addresses, ids, date
 */
#pragma once

#include "message/field-scanner-private.h"
#include "message/message.h"

/* Fills the message from the fields under the scanner, and leaves the scanner where the body begins. */
void header_read(Message *message, FieldScanner *scanner);

/* Decoded (RFC 2047 and raw 8-bit), one line, valid UTF-8 without controls. */
char *header_decode(const char *raw);
/* All ids in the value, without brackets; what is no id is skipped and counted in bad_out (may be NULL). */
void  header_ids(const char *value, GPtrArray *ids, guint *bad_out);
/* "as written", with the domain in lower-case ASCII where it can be. */
char *header_address_tidy(const char *address);
/* The character set that the mail's own text names: its Content-Type's, else that of the first part that has one; NULL: none. */
char *header_charset(const guint8 *bytes, gsize length);
/* Whether a raw value may be in it: letters that stand alone between ASCII ones are accents, not another alphabet. charset may be NULL. */
gboolean header_charset_fits(const char *charset, const char *raw);
