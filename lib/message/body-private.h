/*
 * body-private.h - what follows the header: the tree of parts, the text a person reads, and what each piece of the text is
 */
#pragma once

#include "message/message.h"

/*
 * bytes: the whole message, with its header. Returns NULL, or the limit that the tree of parts goes beyond: then
 * parts, text and spans of the message are empty.
 */
char *body_read(Message *message, const guint8 *bytes, gsize length, const MessageOptions *options);
