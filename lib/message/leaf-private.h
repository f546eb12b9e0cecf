/*
 * leaf-private.h - the decoded bytes of one leaf
 */
#pragma once

#include "message/entity-private.h"

typedef struct {
    const guint8 *bytes;    /* decoded */
    gsize         length;
    guint8       *owned;    /* to free; NULL if the bytes are the message's own */
} LeafContent;

/* In one step over the message's own bytes; what is not encoded is not copied either. */
void leaf_decode(const Entity *entity, LeafContent *content_out);
void leaf_content_clear(LeafContent *content);

MessagePart *leaf_describe(const Entity *entity, const LeafContent *content, const char *path);
