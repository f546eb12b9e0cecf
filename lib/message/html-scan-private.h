/*
 * html-scan-private.h - HTML as tags and what stands between them
 *
 * What nobody reads (comments, declarations, scripts, style sheets) is left out, and so are </body> and </html>: mail has text behind
 * them.  Linear whatever stands there: an end that is missing is searched once.
 */
#pragma once

#include <glib.h>

/* More attributes are dropped: libxml2 compares each with all before it. */
#define HTML_MAX_ATTRIBUTES 100

typedef struct {
    const char *next, *end;
    gboolean    no_comment_end, no_quote, no_apostrophe, no_tag_end;   /* there is none in the rest */
} HtmlScanner;

typedef struct {
    const char *start;
    gsize       length;
    gboolean    tag;
    gboolean    cut;        /* a tag whose further attributes, and ">", were left out */
} HtmlPiece;

void     html_scanner_init(HtmlScanner *scanner, const char *html, gsize length);
gboolean html_scanner_next(HtmlScanner *scanner, HtmlPiece *piece_out);
