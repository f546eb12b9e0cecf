/*
 * charset-private.h - bytes of a body as UTF-8 text
 *
 * In this order: a byte order mark; strict UTF-8 (nothing else looks like it by accident); the declared character set, by its WHATWG
 * name (what is labelled iso-8859-1 is windows-1252); windows-1252, with U+FFFD for what it does not have.  7-bit and 16-bit sets
 * are taken by their label first, because their bytes are valid UTF-8 too.
 *
 * The converters are opened once and stay open, so that nothing is loaded from files later: a set that is not in the table is unknown.
 */
#pragma once

#include <glib.h>

void  charset_init(void);
/* Never NULL; no NUL inside. guessed_out is set to TRUE where the declared set (or none) did not fit, else left alone. */
char *charset_to_utf8(const guint8 *bytes, gsize length, const char *declared, gboolean *guessed_out);
