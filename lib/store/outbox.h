/*
 * outbox.h - lease mail and notifications that shall leave, and record how it went
 *
 * A notification to a webhook is sent at least once, under one id, and never holds up mail: each is leased for itself. An agent's mail is sent at least once, under one Message-ID; an automatic one at most once: leased a second time after an attempt whose end is not known,
 * it becomes "unknown" and is not sent again. The attempt is counted when the row is leased.
 */
#pragma once

#include "store/store.h"

typedef struct {
    gint64   id;
    gint64   lease;
    char    *kind;
    gboolean automatic;
    gint64   ticket;           /* 0: none */
    char    *envelope_sender, *recipient, *message_id;
    GBytes  *bytes;
    int      attempts;         /* this one included */
    gint64   expires_at;
} OutboxRow;

void outbox_row_free(OutboxRow *row);

typedef enum { OUTBOX_MAIL, OUTBOX_WEBHOOKS } OutboxWay;

/* without: recipients whose rows are left where they are, NULL-terminated, or NULL. */
gboolean store_outbox_lease(Store *store, OutboxWay way, const char *const *without, int max_rows, gint64 lease_seconds, GPtrArray **rows_out, GError **error);

typedef enum { OUTBOX_SENT, OUTBOX_RETRY, OUTBOX_FAILED, OUTBOX_UNKNOWN } OutboxResult;

/*
 * Ends the lease. RETRY: due again after retry_seconds, unless that is past expires_at: then it is FAILED. A FAILED row is plainly visible: an event on its
 * ticket, which a closed or resolved ticket is reopened for if the mail was a person's. became_out, which may be NULL, says how it stands then.
 */
gboolean store_outbox_done(Store *store, const OutboxRow *row, OutboxResult result, int code, const char *text,
                           gint64 retry_seconds, OutboxResult *became_out, GError **error);

gboolean store_outbox_retry(Store *store, gint64 id, GError **error);   /* failed, unknown or waiting: due now; NOT_FOUND, INVALID if sent or without bytes */
gboolean store_outbox_drop(Store *store, gint64 id, const char *who, GError **error);
gboolean store_outbox_bytes(Store *store, gint64 id, GBytes **bytes_out, GError **error);
gboolean store_outbox_is_idle(Store *store, OutboxWay way, gboolean *idle_out, GError **error);   /* nothing due or leased */
