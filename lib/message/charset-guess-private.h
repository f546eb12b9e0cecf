/*
 * charset-guess-private.h - the character set of bytes that nothing names
 */
#pragma once

#include "message/charset-table-private.h"

/*
 * By uchardet, as far as it is to be trusted: from ten high bytes on; for less only where they stand in rows, as in words of Greek or Cyrillic
 * letters.  NULL: no guess worth more than a default. high: number of bytes above 127.
 */
const Charset *charset_guess(const guint8 *bytes, gsize length, gsize high);
