/*
 * accept-private.h - the statements that store a mail, for transactions that store more than mails
 *
 *     accept_begin(store, mails, n, &copies, error)     a transaction, long mails streamed into it, and then a pipeline
 *     first = store_pipeline_count(store);
 *     accept_add(store, mails, copies, n);              as few statements as their bytes allow
 *     ...
 *     accept_take_ids(mails, copies, n, results, first);
 *
 * libpq keeps a copy of what a statement binds, in a buffer that it doubles: a mail of 25 MiB would take 57 MiB. COPY takes it in pieces, but is not
 * to be had in a pipeline.
 */
#pragma once

#include "store/accept.h"
#include "store/store-private.h"

typedef struct {
    gboolean streamed;      /* FALSE: the statement takes the bytes with it */
    gint64   raw;           /* number of the bytes; 0: all deliveries are known, nothing was stored */
    gint64   received;      /* microseconds since 2000 */
} AcceptCopy;

/* accept-copy.c: copies_out is yours, one per mail. FALSE: nothing is begun. */
gboolean accept_begin(Store *store, const AcceptMail *mails, gsize n_mails, AcceptCopy **copies_out, GError **error);

/* Adds the statements to the pipeline, and reads their results, of which the first one has that number, into the recipients. */
void accept_add(Store *store, const AcceptMail *mails, const AcceptCopy *copies, gsize n_mails);
void accept_take_ids(AcceptMail *mails, const AcceptCopy *copies, gsize n_mails, const GPtrArray *results, gsize first);
