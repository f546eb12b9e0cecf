/*
 * record.h - a Message as bytes: what the parse child writes and the worker reads
 *
 * One versioned record. The reader treats it as a stranger's: the child may have been taken over by the mail it parsed. Every length is checked, text
 * must be UTF-8 without NUL, counts are bounded by limits.h, and a record that is not read to its last byte is refused.
 */
#pragma once

#include "message/message.h"

void     message_record_write(const Message *message, GByteArray *to);
/* INVALID if it is not a record of this version, whole and within the limits. */
Message *message_record_read(const guint8 *bytes, gsize length, GError **error);
