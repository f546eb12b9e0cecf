/*
 * work.h - lease inbound rows, tell what is known about them, write what was decided
 *
 * The order for a batch: store_lease() (its own transaction: the attempt is counted before it is made), parse, store_work_begin() (BEGIN,
 * advisory transaction locks on the conversation keys, senders ensured as persons, facts: one round trip), decide, store_work_commit() (the effects of every
 * decision and the outcomes, COMMIT: one round trip). Rows whose turn has not come (they share a key with an earlier one of the batch) go
 * back by store_release() and count no attempt.
 *
 * A fresh row is leased with others; a row with an earlier attempt is leased alone, and only those attempts count towards quarantine.
 */
#pragma once

#include "store/store.h"
#include "ticket/decision.h"
#include "ticket/facts.h"

typedef struct {
    gint64   id;
    gint64   lease;
    gint64   received_at;
    char    *source;
    char    *sender;           /* "" null path, NULL unknown */
    char    *recipient;
    char    *auth_user;
    char    *queue;
    gboolean quiet;
    gboolean taken_back;      /* it was passed on, and came back */
    int      attempts_alone;   /* this one included; 0 in a batch of fresh rows */
    gint64   raw;              /* rows of one DATA share it */
    GBytes  *bytes;
    char    *note;             /* what its source could not take of it; NULL: nothing */
} InboundRow;

void inbound_row_free(InboundRow *row);

/*
 * Leases up to max_rows fresh rows, oldest first, whose bytes together stay under max_bytes (the first row is always taken), or
 * one row with an earlier attempt whose lease is over. rows_out: InboundRow *, with bytes.
 */
gboolean store_lease(Store *store, int max_rows, gint64 max_bytes, gint64 lease_seconds, GPtrArray **rows_out, GError **error);
/* Gives rows back for the next batch; the attempt is not counted. Rows whose lease is lost are left alone. */
gboolean store_release(Store *store, const gint64 *ids, const gint64 *leases, gsize n, GError **error);
/* Ends the lease of rows that failed in a batch, the attempt stays counted: they will be leased alone. */
gboolean store_give_up(Store *store, const gint64 *ids, const gint64 *leases, gsize n, GError **error);

/*
 * BEGIN; locks (keys sorted by the caller, each once); persons of the requests' senders; facts. facts_out: Facts * for each request, in order.
 * The transaction stays open until store_work_commit() or store_rollback().
 */
gboolean store_work_begin(Store *store, const gint64 *lock_keys, gsize n_keys, FactsRequest *const *requests, gsize n,
                          GPtrArray **facts_out, GError **error);
/* The same facts without a transaction, locks and new persons: for explain. */
gboolean store_facts(Store *store, FactsRequest *const *requests, gsize n, GPtrArray **facts_out, GError **error);

/*
 * Answers in facts what a decision needs, and counts the round. Inside a transaction (store_work_begin()), where who is asked about becomes a person; or
 * not, and then nothing is written.
 */
gboolean store_answer(Store *store, const FactsRequest *request, const GPtrArray *needs /* FactNeed * */, Facts *facts, GError **error);

typedef struct {
    gint64          inbound;              /* 0: it is about no message; then nothing but effects, hits and the digest counts */
    gint64          lease;
    const guint8   *content_key;          /* 32 bytes; recorded if decision->keep_content_key */
    gboolean        content_key_expires;
    const Decision *decision;
    const char     *facts_json;           /* for the decision table */
    const char     *decided_json;
    const char     *rules_digest;         /* or NULL */
} Application;

/*
 * Applies every decision and commits. FALSE: nothing of the batch was written (rolled back), the caller retries one by one; a lease that
 * was lost is TEMPORARY. mails_out (may be NULL): how many outbox rows were written.
 */
gboolean store_work_commit(Store *store, const Application *applications, gsize n, gint64 *mails_out, GError **error);
/* The same without COMMIT, for who has more to write: store_commit() ends it. */
gboolean store_work_write(Store *store, const Application *applications, gsize n, gint64 *mails_out, GError **error);

/*
 * The effects of decisions about no message (inbound 0), inside of a transaction. FALSE: the transaction is broken, and for the caller to roll back, or
 * back to its savepoint.
 */
gboolean store_effects_write(Store *store, const Application *applications, gsize n, GError **error);

/* Numbers that decide hands out, in order: of new tickets, and of outbox rows. Unused ones may be kept for the next batch. */
gboolean store_reserve_numbers(Store *store, gsize n_references, gint64 *references_out, gsize n_outbox, gint64 *outbox_out, GError **error);

typedef struct {
    guint  id;
    guint8 secret[32];
    gint64 retired_at;         /* microseconds UTC; 0: in use */
} StoreTokenKey;

/* Keys that sign tokens: the one in use and those retired less than token_life_seconds ago. keys_out: StoreTokenKey. */
gboolean store_token_keys(Store *store, gint64 token_life_seconds, GArray **keys_out, GError **error);

/* Puts a row without outcome (or a quarantined one) back to be worked afresh; NOT_FOUND, or INVALID if its outcome cannot be taken back. */
gboolean store_inbound_retry(Store *store, gint64 id, GError **error);
/* The original bytes of an inbound row; NOT_FOUND if there is no such row or retention removed them. */
gboolean store_inbound_bytes(Store *store, gint64 id, GBytes **bytes_out, GError **error);

/* Whether rows are waiting or leased at all (for --until-idle). */
gboolean store_inbound_is_idle(Store *store, gboolean *idle_out, GError **error);
