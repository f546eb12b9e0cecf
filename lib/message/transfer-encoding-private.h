/*
 * transfer-encoding-private.h - the bytes behind a Content-Transfer-Encoding (RFC 2045, 6)
 *
 * Whatever the bytes are, something readable comes out: characters outside of the alphabet are passed over (base64) or kept as they stand
 * (quoted-printable), padding may be missing or stand in the middle. What says base64 and is mostly none stays as it is.
 */
#pragma once

#include <glib.h>

typedef enum { ENCODING_NONE, ENCODING_BASE64, ENCODING_QUOTED_PRINTABLE, ENCODING_UUENCODE } TransferEncoding;

/* NULL and unknown names are ENCODING_NONE. */
TransferEncoding transfer_encoding_parse(const char *value);
/* Newly allocated, or NULL where the bytes are to be taken as they are. */
guint8          *transfer_encoding_decode(TransferEncoding encoding, const guint8 *bytes, gsize length, gsize *length_out);
