/*
 * imap-sync.h - one folder over one connection: what is new there is fetched, stored, and then marked
 *
 * The order for a batch is fetch, commit, mark. The commit says which mails are about to be marked; whoever dies before they are, marks them
 * when he comes back.
 */
#pragma once

#include "intake/imap-books.h"

typedef struct {
    const ImapConfig *config;
    gint64            message_bytes;    /* longer mail is taken by its beginning */
    volatile int     *stop;
} ImapSyncSettings;

typedef struct {
    const ImapSyncSettings *settings;
    const ImapBooks        *books;
    const char             *folder;
    ImapFolder              selected;
    ImapProgress            progress;
    ImapTrouble             trouble;
    guint                   turn;
    guint32                 width;
    gint64                  looked_at;      /* monotonic: for new mail         */
    gint64                  marked_at;      /* monotonic                       */
    gboolean                unsaved;        /* marking became smaller since the last commit */
    char                   *alarm;          /* of marking: mail is taken all the same       */
    const char             *hint;
    guint64                 taken;          /* mails since the start                        */
} ImapSync;

void imap_sync_init(ImapSync *sync, const ImapSyncSettings *settings, const ImapBooks *books, const char *folder);
void imap_sync_clear(ImapSync *sync);

/* Selects the folder and reads in the books how far it was read; marks what was stored and not marked. */
gboolean imap_sync_open(ImapSync *sync, ImapClient *client, GError **error);
/* Everything that is there; returns early, with success, when stopped. */
gboolean imap_sync_run(ImapSync *sync, ImapClient *client, GError **error);

/* Why no mark is possible in the selected folder, or NULL. */
const char *imap_sync_cannot_mark(const ImapConfig *config, const ImapFolder *folder, guint capabilities);
