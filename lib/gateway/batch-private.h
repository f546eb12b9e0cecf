/*
 * batch-private.h - one batch of inbound rows from lease to outcome
 */
#pragma once

#include "gateway/decide.h"
#include "gateway/worker.h"
#include "store/work.h"

typedef struct {
    const WorkerSettings *settings;
    DecideSettings        decide;          /* with the keys in force */
    Parser               *parser;
    Store                *store;
    TokenKeys            *keys;
    int                   batch_rows;      /* how many are leased at most */
    gint64                keys_loaded_at;      /* monotonic */
    gint64                partitions_made_at;  /* monotonic; 0: not yet */
    GArray               *references;      /* gint64: reserved for new tickets, not used yet */
} Worker;

/* FALSE: something outside of the rows is wrong (the database is away); what became of them is decided by their leases. */
gboolean batch_work(Worker *worker, GPtrArray *rows, GError **error);
