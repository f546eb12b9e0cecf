/*
 * mailbox-private.h - the books of an account, between the files that keep them
 */
#pragma once

#include "gateway/mailbox.h"
#include "store/mailbox.h"

struct Mailbox {
    const Role            *role;
    const MailboxSettings *settings;
    guint                  uses;        /* calls, counted for mailbox_uses() */
    GMutex                 mutex;       /* of all that follows: each folder has a thread */
    Store                 *store;
    gint64                 next_count;  /* monotonic: of all that waits   */
    gboolean               held;        /* this session reads the account */
    GHashTable            *rows;        /* folder -> MailboxRow *         */
    GHashTable            *told;        /* folder, "" the account -> what status was told last */
};

/* Every use of the store stands between these; after enter() said FALSE there is no leave(). leave() returns done. */
gboolean    mailbox_enter(Mailbox *mailbox, GError **error);
gboolean    mailbox_leave(Mailbox *mailbox, gboolean done);
MailboxRow *mailbox_row(Mailbox *mailbox, const char *folder);
void        mailbox_row_take(MailboxRow *row, const ImapProgress *progress);

/* mailbox-commit.c: commit() of ImapBooks. */
gboolean mailbox_commit(gpointer data, const char *folder, const ImapMail *mails, gsize n, const ImapProgress *progress, GError **error);
