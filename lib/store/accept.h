/*
 * accept.h - make mail durable: raw bytes once, one inbound row per recipient, committed
 */
#pragma once

#include "store/store.h"

typedef struct {
    const char *recipient;      /* NULL: unknown */
    const char *queue;
    const char *delivery_key;   /* IMAP: account, mailbox, UIDVALIDITY, UID; else NULL */
    gint64      inbound_out;    /* id of the row; 0 when the delivery key was known already */
} AcceptRecipient;

typedef struct {
    GBytes     *bytes;
    const char *source;
    const char *sender;         /* "" null path, NULL unknown */
    const char *auth_user;
    gint64      received_at;    /* microseconds UTC; 0: the database's now */
    gboolean    quiet;
    const char *note;           /* what the source could not take of it; NULL: nothing. Without bytes it is set aside */
    AcceptRecipient *recipients;
    gsize       n_recipients;
} AcceptMail;

/*
 * All mails in one pipelined transaction; TRUE only after COMMIT said so. After an error nothing of it may be believed stored (a COMMIT with lost
 * connection is unknown: the peer sends again and the content key makes it a duplicate). INVALID for one mail fails all: the caller
 * then gives them one by one.
 */
gboolean store_accept(Store *store, AcceptMail *mails, gsize n_mails, GError **error);
gboolean store_waiting_count(Store *store, gint64 at_most, gint64 *count_out, GError **error);   /* rows without outcome, counted up to at_most */
/* The same, and whether a worker is up on any host (session locks are looked at, so a call costs about as much as a small statement). */
gboolean store_backlog(Store *store, gint64 at_most, gint64 *waiting_out, gboolean *worked_out, GError **error);
