/*
 * readable-private.h - which leaves are for reading, and the one text that is made of them
 *
 * The text is made of the text/plain and text/html leaves that are no attachments, in their order; of alternatives, plain text is taken unless
 * it is empty.  Embedded messages are attachments: their leaves give the text only if nothing else does.
 */
#pragma once

#include "message/leaf-private.h"
#include "message/message.h"

typedef struct ReadableText ReadableText;

typedef struct {
    gconstpointer alternative;   /* the multipart/alternative it stands in, or NULL */
    gboolean      embedded;      /* inside a message/rfc822 */
    gboolean      alone;         /* the message has no other part */
} ReadablePlace;

ReadableText *readable_new(void);
void          readable_free(ReadableText *readable);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReadableText, readable_free)

/* Keeps the leaf if it is for reading. The part must live as long as the ReadableText. */
void readable_take(ReadableText *readable, Message *message, MessagePart *part, const LeafContent *content,
                   const ReadablePlace *place);
/* Text that is no part of the message's list: a multipart without parts has it. */
void readable_take_unlisted(ReadableText *readable, Message *message, const LeafContent *content, const ReadablePlace *place);
/* Sets text and html of the message; hints (MessageSpan, octets of text): what the HTML said of its own parts, in order. */
void readable_make_text(ReadableText *readable, Message *message, GArray *hints);
