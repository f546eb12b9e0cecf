/*
 * cms-private.h - what a CMS object is, and the content of a signed one (RFC 5652, S/MIME: RFC 8551)
 *
 * The structure only, in BER with definite and indefinite lengths, walked without recursion: no signature is checked, nothing decrypted.
 */
#pragma once

#include <glib.h>

typedef enum { CMS_NONE, CMS_SIGNED, CMS_ENCRYPTED, CMS_OTHER } CmsKind;

/*
 * content_out (may be NULL): the content of SignedData that holds it, else NULL is stored; free with g_byte_array_unref(). CMS_NONE: this is no CMS.
 */
CmsKind cms_read(const guint8 *bytes, gsize length, GByteArray **content_out);
