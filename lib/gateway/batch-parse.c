/*
 * batch-parse.c - the first step of a batch: each row parsed, and which of them may be worked together
 */
#include "gateway/batch-private.h"

#include "base/clock.h"
#include "base/log.h"

/* Mail that is slow to parse (a bomb within the limits) must not cost a batch its lease: parsing ends after this share of it, and what was not
   looked at waits for the next batch. */
#define PARSE_SHARE_OF_LEASE 3

void
batch_item_free(BatchItem *item)
{
    message_free(item->message);
    prepared_free(item->prepared);
    decision_free(item->decision);
    g_free(item->quarantine);
    g_free(item->facts_json);
    g_free(item->decided_json);
    g_free(item);
}

static BatchItem *
item_new(const InboundRow *row)
{
    BatchItem *item = g_new0(BatchItem, 1);

    item->row = row;
    item->arrival.inbound = row->id;
    item->arrival.raw = row->raw;
    item->arrival.received_at = row->received_at;
    item->arrival.sender = row->sender;
    item->arrival.recipient = row->recipient;
    item->arrival.auth_user = row->auth_user;
    item->arrival.queue = row->queue;
    item->arrival.quiet = row->quiet;
    item->arrival.taken_back = row->taken_back;
    item->arrival.note = row->note;
    item->arrival.bytes = row->bytes;
    return item;
}

/* FALSE: the row is to be given up for now (it fails alone later), or with an error: the parser itself is broken. */
static gboolean
item_parse(Worker *worker, BatchItem *item, GError **error)
{
    const MessageOptions options = decide_message_options(&worker->decide, item->row->queue);
    g_autoptr(GError) problem = NULL;

    if (item->row->attempts_alone > LIMIT_ATTEMPTS) {
        item->quarantine = g_strdup_printf("working it failed %d times, without a word why", LIMIT_ATTEMPTS);
        return TRUE;
    }
    if (item->row->note != NULL && g_bytes_get_size(item->row->bytes) == 0) {
        item->quarantine = g_strdup(item->row->note);
        return TRUE;
    }
    item->message = parser_parse(worker->parser, item->row->bytes, &options, &problem);
    if (item->message != NULL)
        return TRUE;
    if (g_error_matches(problem, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    log_warning("parse-failed", LOG_INT("inbound", item->row->id), LOG_INT("attempt", item->row->attempts_alone),
                LOG_TEXT("error", problem->message));
    if (item->row->attempts_alone < LIMIT_ATTEMPTS)
        return FALSE;
    item->quarantine = g_strdup(problem->message);
    return TRUE;
}

static gboolean
shares_lock(const GHashTable *taken, const Prepared *prepared)
{
    for (guint i = 0; i < prepared->n_locks; i++)
        if (g_hash_table_contains((GHashTable *) taken, &prepared->locks[i]))
            return TRUE;
    return FALSE;
}

/* Rows that were not looked at wait for the next batch. */
static void
leave_rest(const GPtrArray *rows, guint from, GPtrArray *later)
{
    for (guint i = from; i < rows->len; i++)
        g_ptr_array_add(later, item_new(g_ptr_array_index(rows, i)));
}

gboolean
batch_parse(Worker *worker, GPtrArray *rows, GPtrArray *now, GPtrArray *later, GPtrArray *failed, GError **error)
{
    g_autoptr(GHashTable) taken = g_hash_table_new(g_int64_hash, g_int64_equal);
    gint64 until = clock_monotonic() + worker->settings->lease_seconds * G_USEC_PER_SEC / PARSE_SHARE_OF_LEASE;

    for (guint i = 0; i < rows->len; i++) {
        BatchItem *item;
        gboolean waits;

        if (i > 0 && clock_monotonic() > until) {
            leave_rest(rows, i, later);
            return TRUE;
        }
        item = item_new(g_ptr_array_index(rows, i));
        if (!item_parse(worker, item, error)) {
            g_ptr_array_add(*error != NULL ? later : failed, item);
            if (*error == NULL)
                continue;
            leave_rest(rows, i + 1, later);
            return FALSE;
        }
        if (item->message == NULL) {
            g_ptr_array_add(now, item);
            continue;
        }
        item->prepared = decide_prepare(item->message, &item->arrival, &worker->decide, clock_now());
        waits = shares_lock(taken, item->prepared);
        for (guint k = 0; k < item->prepared->n_locks; k++)
            g_hash_table_add(taken, &item->prepared->locks[k]);
        g_ptr_array_add(waits ? later : now, item);
        if (!waits)
            decide_ask_elsewhere(item->prepared, item->row->bytes, &item->arrival, &worker->decide);
    }
    return TRUE;
}
