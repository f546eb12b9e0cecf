/*
 * readable-leaf-private.h - the leaves of a message that may be read, and which of alternatives is
 */
#pragma once

#include "message/message.h"

typedef struct {
    MessagePart *part;
    char        *text;           /* UTF-8, HTML still as HTML */
    gboolean     html;
    gboolean     flowed, delete_space;   /* format=flowed, delsp=yes (RFC 3676) */
    gboolean     blank;
    gboolean     embedded;       /* inside a message/rfc822 */
    gboolean     dropped;        /* not read: an alternative to it is, or what stands around it */
    gssize       letters;        /* how much it says; -1: not counted yet */
} TextLeaf;

/* Drops the leaves (TextLeaf, in the order of the walk) that an alternative is better than; containers stand in parts. */
void readable_choose(GArray *leaves, const GPtrArray *parts);

/* Whether plain text only stands in for the HTML beside it: "your mail client does not support HTML". */
gboolean placeholder_is(const char *text);
