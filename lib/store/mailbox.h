/*
 * mailbox.h - what was taken out of each folder of a mailbox, and what is next
 *
 * A folder's progress is written in the transaction that stores its mail, so that neither can be ahead of the other. Sets of UIDs stand
 * there as IMAP writes them ("1:17,20").
 */
#pragma once

#include "store/accept.h"

typedef struct {
    gint64   id;               /* 0: nothing is known of the folder yet */
    gint64   version;          /* of two writers the second one is refused */
    gint64   uidvalidity;
    gint64   generation;       /* counts the changes of UIDVALIDITY */
    gint64   last_uid;
    char    *todo;             /* UIDs up to last_uid that are not done */
    char    *marking;          /* UIDs that are stored, and whose mark may be missing */
    gboolean renumbered;       /* mail may have been taken under earlier numbers */
    gint64   since_at;         /* mail up to since_uid from before is not taken; microseconds UTC, 0: no limit */
    gint64   since_uid;
} MailboxRow;

void mailbox_row_clear(MailboxRow *row);

/* A mail of the folder that is taken, as it is told again after its number has changed. */
typedef struct {
    gint64        uid;
    const char   *delivery_key;   /* NULL: it got no inbound row */
    const char   *message_id;     /* NULL: it has none */
    gint64        size;
    gint64        arrived_at;     /* INTERNALDATE, microseconds UTC; 0: unknown */
    const guint8 *sha256;         /* 32 bytes */
} MailboxTaken;

/* Whether this session is from now on the only one on all hosts that reads the account. */
gboolean store_mailbox_lock(Store *store, const char *account, gboolean *held_out, GError **error);

/* row_out->id is 0 if the folder was never looked at. */
gboolean store_mailbox_load(Store *store, const char *account, const char *folder, MailboxRow *row_out, GError **error);
/* Writes a new folder; id, version and generation are filled in. */
gboolean store_mailbox_create(Store *store, const char *account, const char *folder, MailboxRow *row, GError **error);
/* The folder has other numbers now: uidvalidity, last_uid and todo as row says; version, generation and renumbered are filled in. */
gboolean store_mailbox_renumber(Store *store, MailboxRow *row, GError **error);

/* Which of these were taken before: by their number, or under earlier numbers. known_out: gint64 UIDs, in no order. */
gboolean store_mailbox_match(Store *store, const MailboxRow *row, const MailboxTaken *asked, gsize n, GArray **known_out, GError **error);
/* The same for a mail that was fetched, by its bytes. */
gboolean store_mailbox_match_bytes(Store *store, const MailboxRow *row, gint64 uid, const guint8 *sha256, gboolean *known_out, GError **error);

/*
 * One transaction: the mails, what is to be remembered of them, and how far the folder is done (last_uid, todo, marking, renumbered of row; its
 * version is filled in). INVALID for one mail fails all. TEMPORARY if another process has written the folder's progress meanwhile.
 */
gboolean store_mailbox_commit(Store *store, AcceptMail *mails, gsize n_mails, const MailboxTaken *taken, gsize n_taken, MailboxRow *row,
                              GError **error);
/* After a renumbered folder was read to its end. */
gboolean store_mailbox_forget(Store *store, const MailboxRow *row, GError **error);

/* What status tells: success just now, what is wrong (NULL: nothing), what cannot be done though nothing is wrong (NULL: nothing). */
gboolean store_mailbox_report(Store *store, const char *account, const char *folder, gboolean success, const char *alarm, const char *hint,
                              GError **error);
gboolean store_mailbox_account_report(Store *store, const char *account, gboolean success, const char *alarm, GError **error);
