/*
 * mailbox-file.h - messages out of files: .eml, mbox, Maildir
 *
 * A directory with cur/ or new/ is a Maildir (its messages in order of name); any other directory is walked, its files in order of name; a file that
 * begins with "From " is an mbox (mboxrd quoting is undone, an mboxcl2 Content-Length is not believed); any other file is one message.
 */
#pragma once

#include <glib.h>

typedef struct {
    char   *path;          /* where it came from, with "#n" for the n-th of an mbox */
    char   *sender;        /* of the mbox "From " line, or NULL */
    GBytes *bytes;         /* NULL: could not be read; error says why */
    GError *error;
} MailboxFileMessage;

/* Calls each(message, data) per message until it returns FALSE. Files over max_bytes come with a LIMIT error. NOT_FOUND if path is not there. */
typedef gboolean (*MailboxFileEach)(const MailboxFileMessage *message, gpointer data);
gboolean mailbox_file_read(const char *path, gsize max_bytes, MailboxFileEach each, gpointer data, GError **error);
/* How many messages there are, for progress; reads directories and mboxes, not the messages of single files. */
gboolean mailbox_file_count(const char *path, gint64 *count_out, GError **error);
