/*
 * html-marks-private.h - how mail programs mark quotes, attributions and signatures in the HTML they write
 */
#pragma once

#include <libxml/xmlstring.h>

typedef enum {
    MARK_NONE,
    MARK_QUOTE,          /* the element is an answered or forwarded mail                                        */
    MARK_REPLY_BLOCK,    /* an attribution, then the answered mail in a blockquote; or a forwarded mail without one */
    MARK_ATTRIBUTION,
    MARK_REST_HEADER,    /* the header of an answered mail, which is all the rest of the document               */
    MARK_REST,           /* an empty element behind which the answered mail begins                              */
    MARK_SIGNATURE,
    MARK_NEXT_SIGNATURE, /* an empty element: the signature is the one that follows it                          */
    MARK_INDENT          /* a blockquote that only moves text to the right                                      */
} HtmlMark;

/* By id, class, name and data-* of the element. */
HtmlMark html_mark(const xmlChar **attributes);
