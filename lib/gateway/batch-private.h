/*
 * batch-private.h - one batch of inbound rows from lease to outcome
 */
#pragma once

#include "gateway/decide.h"
#include "gateway/usual.h"
#include "gateway/worker.h"
#include "store/work.h"

typedef struct {
    const WorkerSettings *settings;
    DecideSettings        decide;          /* with the keys in force */
    Parser               *parser;
    Store                *store;
    TokenKeys            *keys;
    int                   batch_rows;      /* how many are leased at most */
    Usual                *usual;
    gint64                keys_loaded_at;      /* monotonic */
    gint64                partitions_made_at;  /* monotonic; 0: not yet */
    GArray               *references;      /* gint64: reserved for new tickets, not used yet */
    GArray               *outbox_numbers;  /* gint64: reserved for automatic mail */
} Worker;

/* One row of a batch, from its lease to its decision. */
typedef struct {
    const InboundRow *row;
    Arrival           arrival;
    Message          *message;        /* NULL: not parsed, quarantined */
    Prepared         *prepared;
    char             *quarantine;     /* why, or NULL */
    gint64            decided_at;
    gint64            usual_seconds;   /* how long a first answer takes there; 0: not known */
    Decision         *decision;
    char             *facts_json, *decided_json;
} BatchItem;

void batch_item_free(BatchItem *item);

/*
 * Sorts rows into what is worked now, what waits for the next batch, and what failed. A row that waits holds its conversation, too: what answers it must not
 * overtake it, and become a ticket of its own until the two are merged.
 */
gboolean batch_parse(Worker *worker, GPtrArray *rows, GPtrArray *now, GPtrArray *later, GPtrArray *failed, GError **error);

/* FALSE: something outside of the rows is wrong (the database is away); what became of them is decided by their leases. */
gboolean batch_work(Worker *worker, GPtrArray *rows, GError **error);
