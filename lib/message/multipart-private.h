/*
 * multipart-private.h - where the parts of a multipart begin and end (RFC 2046, 5.1.1)
 *
 * A line is a delimiter if it is "--", the boundary and nothing but blanks: a boundary that another one begins with is not mistaken
 * for it. The line end before a delimiter belongs to it. Where the last delimiter is missing the last part reaches to the end.
 */
#pragma once

#include <glib.h>

typedef struct {
    const guint8 *begin, *end;
} MultipartPiece;

/* Whether a delimiter of that boundary stands in the body. */
gboolean multipart_has_delimiter(const guint8 *body, const guint8 *end, const char *boundary);
/* The boundary that a body shows where the header names none: its first line that begins with "--" and comes back at the end; or NULL. */
char    *multipart_guess_boundary(const guint8 *body, const guint8 *end);
/* Fills pieces (MultipartPiece) with at most `most` parts; none where no delimiter stands in the body. */
void     multipart_split(const guint8 *body, const guint8 *end, const char *boundary, guint most, GArray *pieces);
