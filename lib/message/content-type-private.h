/*
 * content-type-private.h - what kind of file bytes are
 *
 * By their first octets, a table of our own: libmagic would bring a database of megabytes into the sandbox and rules that are programs.
 * Archives of the ZIP and OLE kind are told by the names in their directory; nothing is unpacked.  What looks at a file reads a bounded piece
 * of it, so that the cost does not grow with the file.
 */
#pragma once

#include <glib.h>

/* The type, static; NULL where the bytes do not say. Text counts as text/plain only if it is UTF-8 (or ASCII) without controls. */
const char *content_type_detect(const guint8 *bytes, gsize length);
/* Whether a label (lower-case) says nothing: application/octet-stream, its many spellings, what is no type, NULL. */
gboolean    content_type_is_vague(const char *type);

/* What the table of content-type.c asks for: the kind of a ZIP or OLE file by its directory, of text by its first words. */
const char *content_type_of_zip(const guint8 *bytes, gsize length);
const char *content_type_of_ole(const guint8 *bytes, gsize length);
const char *content_type_of_text(const guint8 *bytes, gsize length);
