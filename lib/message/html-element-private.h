/*
 * html-element-private.h - the open elements of an HTML document, and what each does to the text in it
 */
#pragma once

#include <libxml/xmlstring.h>

#include "message/html-marks-private.h"
#include "message/html-style-private.h"
#include "message/html-tags-private.h"
#include "message/html-writer-private.h"

/* How an element changed the writer; undone where it ends. */
typedef struct {
    guint8   tag;
    guint8   kind_before;        /* of the writer */
    gboolean quote;     /* "> " */
    gboolean pre;
    gboolean tight;
    gboolean indent;
    gboolean line;     /* a <p> that is a mere line */
    gboolean invisible_before;
    gboolean no_size_before;
    gboolean ruled;     /* a table with lines */
    gboolean numbered;     /* a list */
    gboolean reply_block;    /* MARK_REPLY_BLOCK that is being read */
    char     style;              /* of numbers: '1', 'a', 'A', 'i', 'I' */
    int      item;               /* number of the last list item */
    gsize    lines;              /* begun before this table row or list item */
    gsize    length;             /* of the text before this row */
} HtmlElement;

typedef struct {
    HtmlWriter writer;
    GArray    *elements;         /* HtmlElement: the open ones, outermost first */
    guint      skip;             /* open elements inside one that is not shown */
    gboolean   invisible, no_size;
    GString   *href;             /* target of the open link, empty if none */
    gsize      link_start;
    guint      reply_block;      /* the open one's place in elements, counted from 1; 0: none */
    guint      reply_hint;       /* number of hints before it */
    gboolean   rest_is_quote;    /* from here on to the end */
    gboolean   rest_has_header;  /* it has begun with From, Sent, To, Subject */
    gboolean   next_is_signature;
    gboolean   changes_parser;   /* the ends that come now are none: the next parser reads on */
} HtmlReader;

/* The innermost open element of that kind, or NULL; looks no further than a few hundred. */
HtmlElement *html_open_element(HtmlReader *reader, HtmlTag tag, HtmlTag or_tag);

/* html-structure.c: what an element looks like */
void html_begin(HtmlReader *reader, HtmlElement *element, const xmlChar **attributes, const HtmlStyle *style);
void html_end(HtmlReader *reader, HtmlElement *element);

/* html-hints.c: whose words it holds */
void html_hint_begin(HtmlReader *reader, HtmlElement *element, const xmlChar **attributes, const HtmlStyle *style);
void html_hint_end(HtmlReader *reader, HtmlElement *element);

/* html-link.c */
void html_link_begin(HtmlReader *reader, const char *href);
void html_link_end(HtmlReader *reader);
void html_image(HtmlReader *reader, const xmlChar **attributes);
