/*
 * structure-private.h - the tree of parts (RFC 2045, RFC 2046)
 *
 * An entity is a window of the message's bytes; the walk over them keeps its own stack. Multiparts are split from the outside in, so a delimiter
 * of an outer one ends all that is inside. Every leaf is decoded once, described in message->parts, and offered to what reads reports
 * and text.
 *
 * Not GMime's parser: 3.2.13 drops empty parts, makes nothing of embedded messages that are encoded, has no limit on parts, and keeps a copy
 * of every header. Reading the windows ourselves is also faster.
 */
#pragma once

#include "message/message.h"
#include "message/readable-private.h"

/* The one part whose content is to be kept. */
typedef struct {
    const char  *path;
    MessagePart *part;      /* of message->parts; NULL until it is met */
    GBytes      *content;   /* owned; NULL for a part without content of its own */
} PartWanted;

/*
 * bytes: the whole message, with its header. Returns NULL, or the limit that the tree of parts goes beyond: then the message has no parts.
 * wanted may be NULL.
 */
char *structure_read(Message *message, const guint8 *bytes, gsize length, ReadableText *readable, PartWanted *wanted);
