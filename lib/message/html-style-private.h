/*
 * html-style-private.h - what an element's style and attributes say about the text in it
 */
#pragma once

#include <glib.h>
#include <libxml/xmlstring.h>

typedef struct {
    gboolean hidden;          /* and everything in it: display:none, mso-hide, no height, no opacity, the attribute "hidden"  */
    gboolean invisible;       /* visibility:hidden, unless something in it is made visible                                    */
    gboolean visible;
    gboolean no_size;         /* letters of a pixel or less, unless something in it has a size                                */
    gboolean size;
    gboolean pre;             /* white-space keeps line ends                                                                  */
    gboolean no_margin;       /* no blank line above and below                                                                */
    gboolean no_border;
    gboolean left_border;     /* Word's line beside an answered mail                                                          */
    gboolean top_border;      /* Word's line above the header of an answered mail                                             */
    gboolean list_mark;       /* mso-list:Ignore: the number or bullet that Word writes into the text                         */
    gboolean ruled;           /* a border all around                                                                          */
} HtmlStyle;

/* NULL if it has none. */
const char *html_attribute(const xmlChar **attributes, const char *name);
/* The number an attribute begins with, or otherwise. */
int         html_attribute_number(const xmlChar **attributes, const char *name, int otherwise);
void        html_style_read(const xmlChar **attributes, HtmlStyle *style_out);
