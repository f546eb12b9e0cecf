/*
 * readable-private.h - which leaves are for reading, and the one text that is made of them
 *
 * For reading are text/plain, text/html and text/enriched that are not labelled an attachment and have no file's name (the first part of a
 * multipart may have one: RFC 8621, 4.1.4), and whatever text a message of one part is. Their text follows in their order. Embedded
 * messages are attachments: their leaves give the text only if nothing else says anything.
 *
 * Of the parts of a multipart/alternative one is read: plain text, for it is what a person typed and has no markup to be misread, but HTML
 *   - where the plain text is empty,
 *   - where it only says that the mail is HTML (placeholder-words.h) and the HTML says more,
 *   - where it says less than a quarter of what the HTML says, and that is 200 letters or more.
 * Whatever stands beside the HTML in its own part (multipart/related, multipart/mixed) goes with it.
 */
#pragma once

#include "message/leaf-private.h"
#include "message/message.h"

typedef struct ReadableText ReadableText;

typedef struct {
    gboolean         embedded;   /* inside a message/rfc822 */
    gboolean         alone;      /* the message has no other part */
    const MimeValue *type;       /* for its parameters; or NULL */
} ReadablePlace;

/* default_charset: see MessageOptions; borrowed. */
ReadableText *readable_new(const char *default_charset);
void          readable_free(ReadableText *readable);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReadableText, readable_free)

/* Keeps the leaf if it is for reading. The part must live as long as the ReadableText. */
void readable_take(ReadableText *readable, Message *message, MessagePart *part, const LeafContent *content,
                   const ReadablePlace *place);
/* Text that is no part of the message's list: a multipart without parts has it. */
void readable_take_unlisted(ReadableText *readable, Message *message, const LeafContent *content, const ReadablePlace *place);
/* Sets text and html of the message; hints (MessageSpan, octets of text): what the HTML said of its own parts, in order. */
void readable_make_text(ReadableText *readable, Message *message, GArray *hints);
