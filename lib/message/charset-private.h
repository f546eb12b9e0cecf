/*
 * charset-private.h - bytes of a body as UTF-8 text
 *
 * In this order:
 *   1. a byte order mark
 *   2. the declared set, where it has no plain ASCII (UTF-16, EBCDIC) or shifts (ISO-2022-JP, UTF-7) and the bytes fit it
 *   3. strict UTF-8: nothing else looks like it by accident
 *   4. the declared set, by what the label means in practice (charset-table-private.h); a few bad bytes become U+FFFD
 *   5. what uchardet says, where there is enough to be sure (charset-guess-private.h)
 *   6. the default of whom the mail was sent to
 *   7. windows-1252, with U+FFFD for what it does not have
 *
 * The converters are opened once and stay open, so that nothing is loaded from files later: a set that is not in the table is unknown.
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *name;      /* of the set that the text was taken for; a constant */
    gboolean    guessed;   /* the declared set (or none) did not fit */
} CharsetFound;

void     charset_init(void);
/* Whether an option may name it: a set that stands for 8-bit bytes which nothing else tells about. */
gboolean charset_is_default(const char *label);

/* Never NULL; valid UTF-8 without NUL. declared, fallback: labels or NULL. */
char *charset_decode(const guint8 *bytes, gsize length, const char *declared, const char *fallback, CharsetFound *found_out);
/* The same without a default; guessed_out is set to TRUE where it was guessed, else left alone. */
char *charset_to_utf8(const guint8 *bytes, gsize length, const char *declared, gboolean *guessed_out);

/* The label that an HTML document gives itself in its first 1,024 bytes, or NULL. */
char *charset_of_html(const guint8 *bytes, gsize length);
