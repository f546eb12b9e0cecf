/*
 * leaf-private.h - one leaf of a message: its labels and its decoded bytes
 */
#pragma once

#include <gmime/gmime.h>

#include "message/message.h"

typedef struct {
    GMimeContentType        *type;          /* borrowed */
    GMimeContentDisposition *disposition;   /* borrowed, or NULL */
    GMimeContentEncoding     encoding;
    const char              *content_id;    /* or NULL */
    const guint8            *bytes;         /* as they stand in the message */
    gsize                    length;
} LeafSource;

typedef struct {
    const guint8 *bytes;    /* decoded */
    gsize         length;
    guint8       *owned;    /* to free; NULL if the bytes are the message's own */
} LeafContent;

void leaf_decode(const LeafSource *source, LeafContent *content_out);
void leaf_content_clear(LeafContent *content);

/* "text/plain" in lower case */
char        *leaf_type(GMimeContentType *type);
MessagePart *leaf_describe(const LeafSource *source, const LeafContent *content, const char *path);
