/*
 * mailbox-file.h - messages out of files: .eml, mbox, Maildir
 *
 * A directory with cur/ or new/ is a Maildir (its messages in order of name; its folders are named one by one); any other directory is walked, its
 * files in order of name, hidden ones left out. A file that begins with "From " is an mbox: a "From " line begins a message at the start and after an
 * empty line, mboxrd quoting is undone, an mboxcl2 Content-Length is not believed. Any other file is one message.
 *
 * Symbolic links inside a directory are followed to regular files only; what is neither file nor directory is not opened, and comes as an error.
 */
#pragma once

#include <glib.h>

typedef struct {
    char   *path;          /* where it came from, with "#n" for the n-th of an mbox */
    char   *sender;        /* of the mbox "From " line, or NULL */
    GBytes *bytes;         /* NULL: could not be read; error says why */
    GError *error;
} MailboxFileMessage;

/*
 * Calls each(message, data) per message until it returns FALSE; the message is the caller's only until then. What cannot be read on the way comes as a
 * message with an error: LIMIT for one over max_bytes. NOT_FOUND if path is not there.
 */
typedef gboolean (*MailboxFileEach)(const MailboxFileMessage *message, gpointer data);
gboolean mailbox_file_read(const char *path, gsize max_bytes, MailboxFileEach each, gpointer data, GError **error);
/* How many times each would be called, for progress; reads directories and mboxes, not the messages of single files. */
gboolean mailbox_file_count(const char *path, gint64 *count_out, GError **error);
