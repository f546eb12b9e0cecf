/*
 * text.h - text from strangers, made fit for the database, the terminal and the log
 */
#pragma once

#include <glib.h>

/*
 * Valid UTF-8 without NUL: each row of bytes that begins a character and does not end it becomes one U+FFFD, as Unicode recommends; NUL is
 * dropped. Fit for PostgreSQL text (which refuses both).
 */
char *text_sanitise(const char *bytes, gsize length);

/*
 * Escapes what could drive a terminal or forge a log line: C0 (tab and LF too), DEL, C1 (also as UTF-8 U+0080..9F), the
 * bidi controls U+202A..202E and U+2066..2069, U+200E, U+200F, U+061C, line separators U+2028/9 and bytes that are not
 * UTF-8 become \xNN (byte by byte); a backslash becomes \\. (A18 of our attack list; CWE-117, CWE-150.)
 */
char *text_escape(const char *text);
/* The same for text of several lines: LF stays LF, tab stays tab, a backslash stays itself. For bodies on a terminal. */
char *text_escape_body(const char *text);

/* At most max_bytes of text, cut between characters; "..." is not added. */
char *text_cut(const char *text, gsize max_bytes);

/* In lower case; what g_utf8_strdown() does, at a tenth of its price where the text is ASCII. */
char *text_lower(const char *text);

/* Behind the comment that begins at p with "(" (RFC 5322, 3.2.2: comments nest, a backslash quotes); NULL: it is not closed. */
const char *text_comment_end(const char *p);

/* White space folded to single blanks, ends stripped. */
char *text_fold_space(const char *text);

/* The candidate nearest to word by edit distance (at most 2, and less than half its length), or NULL. NULL-terminated list. */
const char *text_nearest(const char *word, const char *const *candidates);

gboolean text_has_control(const char *text);   /* any byte < 0x20 or 0x7f */
gboolean text_char_is_unsafe(gunichar c);      /* what text_escape() escapes, but for the backslash */

/* "60s", "5m", "4h", "30d", "2w"; a bare number is seconds. INVALID otherwise, also if it overflows in microseconds. */
gboolean text_parse_duration(const char *text, gint64 *seconds_out, GError **error);
/* "25M", "64K", "1G" (powers of 1024); a bare number is bytes. "MiB" and "KiB" spellings are understood. */
gboolean text_parse_size(const char *text, gint64 *bytes_out, GError **error);
gboolean text_parse_int64(const char *text, gint64 min, gint64 max, gint64 *value_out, GError **error);
