/*
 * rtf-private.h - the body of an Outlook mail: compressed RTF ([MS-OXRTFCP]), its text or the HTML inside it ([MS-OXRTFEX])
 *
 * libytnef has a decompressor too; it reads beyond what it was given and believes the size that the sender states, so this is our own.
 */
#pragma once

#include <glib.h>

/* The RTF, at most 4 * LIMIT_TEXT octets of it; NULL where this is no compressed RTF. */
GByteArray *rtf_decompress(const guint8 *bytes, gsize length);
/* UTF-8: HTML where the RTF says that it was made from HTML (html_out), else its text. At most 4 * LIMIT_TEXT octets. */
char       *rtf_read(const guint8 *bytes, gsize length, gboolean *html_out);
