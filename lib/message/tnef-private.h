/*
 * tnef-private.h - winmail.dat: Outlook's mail in an attachment ([MS-OXTNEF]), read by libytnef
 *
 * libytnef 2.0 trusts its input: it adds sizes before it checks them, crashes on properties that it gave up, gives up a whole stream for one value
 * that is longer than it likes (a title of 101 octets, a property of 512 KiB), and complains on standard output.  So it never sees a stranger's stream: tnef_filter() walks the whole of it within its bounds
 * and writes a new one, of the few attributes and properties that are wanted, each once, with right sizes and checksums.
 */
#pragma once

#include <glib.h>

#define TNEF_CHARACTERS_8   0x001e   /* PtypString8 */
#define TNEF_CHARACTERS_16  0x000d   /* how tnef_filter() passes PtypString on: as PtypObject, which libytnef leaves as it is */
#define TNEF_BINARY         0x0102

gboolean   tnef_is_stream(const guint8 *bytes, gsize length);
/* NULL where the stream is damaged or beyond the limits; why_out is then, or where something is left out, a static text. */
GByteArray *tnef_filter(const guint8 *bytes, gsize length, const char **why_out);
/* UnpackedFile *: the files, then the body; NULL as tnef_filter(). */
GPtrArray *tnef_unpack(const guint8 *bytes, gsize length, const char **why_out);
