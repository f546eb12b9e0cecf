/*
 * imap-sync-private.h - the steps of a batch
 */
#pragma once

#include "intake/imap-sync.h"

/* How far the folder is read, without mail. */
gboolean imap_sync_save(ImapSync *sync, GError **error);

/* imap-take.c: fetches and stores the rows, in their order, and marks them; afterwards nothing of the window is to be done. */
gboolean imap_sync_take(ImapSync *sync, ImapClient *client, const GArray *rows, UidRange window, GError **error);
/* "<a@b>" or "a@b" as the books keep it; NULL if there is none. Yours. */
char    *imap_message_id(const char *value);

/* imap-mark.c: whether mail is marked here; a mail that is stored is to be marked; the server is told of all that are. A server that refuses costs the marks and nothing else. */
gboolean imap_sync_marks(const ImapSync *sync);
void     imap_sync_add_mark(ImapSync *sync, guint32 uid);
/* While more is stored: if many wait for it, or for a second. */
gboolean imap_sync_mark_some(ImapSync *sync, ImapClient *client, GError **error);
gboolean imap_sync_mark(ImapSync *sync, ImapClient *client, GError **error);
/* Says once in the log what cannot be marked here, and why. */
void     imap_sync_say_marks(ImapSync *sync, const ImapClient *client);
