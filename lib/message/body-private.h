/*
 * body-private.h - what follows the header: the tree of parts, and the text a person reads
 *
 * The text is made of the text/plain and text/html leaves that are no attachments, in their order; of alternatives, plain text is taken unless
 * it is empty.  Embedded messages are attachments: their leaves are listed, and give the text only if nothing else does.
 */
#pragma once

#include "message/field-scanner-private.h"
#include "message/message.h"

/*
 * bytes: the whole message; scanner stands behind its header. Returns NULL, or the limit that the tree of parts goes beyond: then
 * parts and text of the message are empty.
 */
char *body_read(Message *message, const guint8 *bytes, gsize length, const FieldScanner *scanner);
