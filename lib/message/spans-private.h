/*
 * spans-private.h - what each piece of a text is: the reply, or something that may be folded
 *
 * Nothing is deleted: the spans cover the text from its first octet to its last, in order, without overlap; neighbours differ in kind.
 * Answers written between quoted lines stay reply, in their order. Above LIMIT_SPANS the rest of the text is one span of reply.
 *
 * The words of mail programs ("On ... wrote:", "Original Message", "Sent from my ...") stand in reply-words.txt, a table that a translator
 * can extend; it is compiled in.
 */
#pragma once

#include "message/message.h"

/*
 * text: valid UTF-8 with LF line ends. hints: MessageSpan in octets of text, in order, what its HTML said (quote, attribution, signature);
 * may be empty. spans_out: MessageSpan, octets; emptied first. Linear in the length.
 */
void  spans_find(const char *text, const GArray *hints, GArray *spans_out);
/*
 * The text without quote, attribution, signature and disclaimer, trimmed; a forward is cut only where text of the sender's stands before it.
 * If nothing is left: the whole text where whole_if_empty and nothing is quoted, else "".
 */
char *spans_reply(const char *text, const GArray *spans, gboolean whole_if_empty);
