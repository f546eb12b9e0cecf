/*
 * charset-escape-private.h - sets of 7 bits, which shift between ASCII and two-byte characters
 *
 * ISO-2022-JP (RFC 1468), ISO-2022-KR (RFC 1557) and HZ (RFC 1843) are 8-bit sets in disguise.  The C library's converters for them know only
 * what the RFCs say; mail has the rows of NEC and IBM too, half-width katakana, lines that never shift back, and headers left
 * out.  So the disguise is taken off here, and the 8-bit sets, which know all that, do the rest.
 */
#pragma once

#include "message/charset-table-private.h"

/* The bytes for the converter of the set; NULL where they can go there as they are. */
GString       *charset_unescape(const Charset *charset, const guint8 *bytes, gsize length);
/* The set whose escapes stand in bytes of 7 bits, or NULL. */
const Charset *charset_by_escapes(const guint8 *bytes, gsize length);
