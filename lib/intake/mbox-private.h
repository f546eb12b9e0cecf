/*
 * mbox-private.h - one mbox file, read in pieces: neither its size nor the length of a line costs memory
 */
#pragma once

#include "intake/mailbox-file.h"

#define MBOX_PIECE (64 * 1024)

/* TRUE if the file at fd begins with "From ". Its position is as before. */
gboolean mbox_is_mbox(int fd);

/* As mailbox_file_read(), with path only for names. each may be NULL: messages are counted, not kept. *count_out grows by
   the number of messages; *stopped_out becomes TRUE when each returned FALSE. An error of reading is a message's. */
void mbox_read(int fd, const char *path, gsize max_bytes, MailboxFileEach each, gpointer data, gint64 *count_out,
               gboolean *stopped_out);
