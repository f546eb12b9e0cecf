/*
 * history.h - stored mail, with what was known when it was decided and what was decided: nothing here writes
 */
#pragma once

#include "store/work.h"

typedef struct {
    gint64      since;             /* received then or later, microseconds */
    const char *queue;             /* NULL: any                            */
} HistoryScope;

typedef struct {
    gint64 mails;
    gint64 replayed;               /* decided, and the bytes are still there                          */
    gint64 gone;                   /* retention removed the bytes                                     */
    gint64 unasked;                /* duplicates and quarantined mail: rules are not asked about them */
    gint64 undecided;              /* it waits, or retention removed its decision                     */
    gint64 first, last;            /* of those that can be decided again; 0: there are none           */
    GHashTable *digests;           /* char *: digest of a rule set, "" for none -> gint64 *: mails it decided */
} HistoryCount;

void     history_count_clear(HistoryCount *count);
gboolean store_history_count(Store *store, const HistoryScope *scope, HistoryCount *count_out, GError **error);

typedef struct {
    InboundRow *row;               /* without a lease                        */
    gint64      decided_at;
    char       *facts;             /* JSON: what was known                   */
    char       *decided;           /* JSON: what was decided, without trace  */
    char       *rules_digest;      /* or NULL                                */
    gint64      ticket;            /* where it is by now; 0: none            */
} HistoryRow;

void history_row_free(HistoryRow *row);

/* The next rows behind `after`, up to `last`, of those that fall to one of several readers. */
typedef struct {
    gint64 after, last;
    int    readers, reader;        /* reader: from 0 */
    int    max_rows;
    gint64 max_bytes;              /* of the mails together; the first one is always taken */
} HistoryTurn;

/* rows_out: HistoryRow *, in the order of their numbers. */
gboolean store_history(Store *store, const HistoryScope *scope, const HistoryTurn *turn, GPtrArray **rows_out, GError **error);
