/*
 * part-content.h - the bytes of one part of a message
 */
#pragma once

#include "message/message.h"

/*
 * The decoded bytes of the part that message_parse() describes under that path: of an embedded message its bytes as they stand, of a file out of
 * a winmail.dat ("2.1") the file. part_out (may be NULL): its description. NOT_FOUND where there is no such leaf; LIMIT where the
 * message is beyond the limits of parsing, so that it has no parts at all. As pure and as sandboxed as message_parse().
 */
GBytes *message_part_content(const guint8 *bytes, gsize length, const char *path, MessagePart **part_out, GError **error);
