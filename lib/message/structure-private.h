/*
 * structure-private.h - the tree of parts (RFC 2045, RFC 2046)
 *
 * GMime takes a multipart or an embedded message apart; the walk over its tree keeps its own stack. Every leaf is decoded once, described
 * in message->parts, and offered to what reads reports and text.
 */
#pragma once

#include "message/field-scanner-private.h"
#include "message/message.h"
#include "message/readable-private.h"

/* The one part whose content is to be kept. */
typedef struct {
    const char  *path;
    MessagePart *part;      /* of message->parts; NULL until it is met */
    GBytes      *content;   /* owned; NULL for a part without content of its own */
} PartWanted;

/*
 * bytes: the whole message; scanner stands behind its header. Returns NULL, or the limit that the tree of parts goes beyond: then the
 * message has no parts. wanted may be NULL.
 */
char *structure_read(Message *message, const guint8 *bytes, gsize length, const FieldScanner *scanner, ReadableText *readable,
                     PartWanted *wanted);
