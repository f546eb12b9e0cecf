/*
 * message-bytes-private.h - the bytes of a message as parsing wants them
 */
#pragma once

#include "message/field-scanner-private.h"

/* Lines that end in bare CR (Mac OS before 10) get LF, so that nothing else has to know them. NULL where nothing is to be done. */
guint8       *message_bytes_with_lf(const guint8 *bytes, gsize length);
/* Behind a mailbox's "From " line, which is no header. */
const guint8 *message_bytes_skip_mbox_line(const guint8 *bytes, gsize length);
