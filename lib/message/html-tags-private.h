/*
 * html-tags-private.h - what the elements of HTML mean for text
 */
#pragma once

typedef enum {
    TAG_INLINE,
    TAG_SKIP,          /* nothing in it is for reading      */
    TAG_LINE,          /* begins and ends a line            */
    TAG_PARAGRAPH,     /* blank lines around it             */
    TAG_P,             /* the same, or a line if it says so */
    TAG_TABLE, TAG_ROW, TAG_CELL, TAG_HEAD_CELL,
    TAG_LIST, TAG_NUMBERED_LIST, TAG_ITEM,
    TAG_QUOTE, TAG_PRE, TAG_LINK, TAG_IMAGE, TAG_BREAK, TAG_RULE, TAG_Q
} HtmlTag;

/* name: lower case. What is not known is inline. */
HtmlTag html_tag(const char *name);
