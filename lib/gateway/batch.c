/*
 * batch.c - one batch: parse each row, leave for later what shares a conversation with an earlier one, ask, decide, apply
 *
 * What fails a row: its parse child died, or what it would write is refused by the database. Such a row is given up (the attempt stays counted) and
 * comes back alone; after LIMIT_ATTEMPTS attempts alone it is quarantined. What fails the store counts against nobody: the rows are released.
 */
#include "gateway/batch-private.h"

#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "gateway/batch-tally-private.h"
#include "gateway/clocks.h"
#include "gateway/decision-json.h"
#include "gateway/facts-json.h"

/* ---- rows that leave the batch ------------------------------------------------------------------------------ */

typedef gboolean (*LeaveFunction)(Store *store, const gint64 *ids, const gint64 *leases, gsize n, GError **error);

static gboolean
leave(Worker *worker, LeaveFunction how, GPtrArray *items, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GArray) leases = g_array_new(FALSE, FALSE, sizeof(gint64));

    for (guint i = 0; i < items->len; i++) {
        const BatchItem *item = g_ptr_array_index(items, i);

        g_array_append_val(ids, item->row->id);
        g_array_append_val(leases, item->row->lease);
    }
    return ids->len == 0
           || how(worker->store, (const gint64 *) (void *) ids->data, (const gint64 *) (void *) leases->data, ids->len,
                  error);
}

/* ---- decide ------------------------------------------------------------------------------------------------- */

static int
compare_locks(gconstpointer a, gconstpointer b)
{
    gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

    return x < y ? -1 : x > y;
}

static GArray *
sorted_locks(const GPtrArray *items)
{
    GArray *locks = g_array_new(FALSE, FALSE, sizeof(gint64));

    for (guint i = 0; i < items->len; i++) {
        const BatchItem *item = g_ptr_array_index(items, i);

        if (item->prepared != NULL)
            g_array_append_vals(locks, item->prepared->locks, item->prepared->n_locks);
    }
    g_array_sort(locks, compare_locks);
    return locks;
}

static gboolean
begin_with_facts(Worker *worker, const GPtrArray *items, GPtrArray **facts_out, GError **error)
{
    g_autoptr(GArray) locks = sorted_locks(items);
    g_autoptr(GPtrArray) requests = g_ptr_array_new();

    for (guint i = 0; i < items->len; i++) {
        const BatchItem *item = g_ptr_array_index(items, i);

        if (item->prepared != NULL)
            g_ptr_array_add(requests, item->prepared->request);
    }
    return store_work_begin(worker->store, (const gint64 *) (void *) locks->data, locks->len,
                            (FactsRequest *const *) requests->pdata, requests->len, facts_out, error);
}

static gboolean
ask_again(Worker *worker, BatchItem *item, Facts **facts, GPtrArray **again_out, GError **error)
{
    FactsRequest *request = item->prepared->request;

    *again_out = NULL;
    if (!decide_needs_more(item->prepared, *facts, &worker->decide))
        return TRUE;
    if (!store_facts(worker->store, &request, 1, again_out, error))
        return FALSE;
    *facts = g_ptr_array_index(*again_out, 0);
    return TRUE;
}

static gboolean
uses_reference(const Decision *decision)
{
    for (guint i = 0; i < decision->effects->len; i++)
        if (((Effect *) g_ptr_array_index(decision->effects, i))->kind == EFFECT_TICKET)
            return TRUE;
    return FALSE;
}

/* Numbers that stand in a decision are used up. */
static void
drop_outbox_numbers(GArray *numbers, const Decision *decision)
{
    for (guint i = 0; i < decision->effects->len; i++) {
        const Effect *effect = g_ptr_array_index(decision->effects, i);

        for (guint k = 0; effect->kind == EFFECT_MAIL && k < numbers->len; k++)
            if (g_array_index(numbers, gint64, k) == effect->mail.outbox)
                g_array_remove_index(numbers, k--);
    }
}

static char *
format_and_free(json_t *value)
{
    char *text = json_format(value, FALSE);

    json_decref(value);
    return text;
}

/* The moment is part of it: rules ask for the hour, and a replay has to ask them at the same one. */
static char *
format_decided(const BatchItem *item)
{
    json_t *decided = decision_to_json(item->decision, item->message);

    json_object_set_new(decided, "at", json_integer(item->decided_at));
    return format_and_free(decided);
}

/* What the rules ask for is answered, and then everything is decided anew. */
static gboolean
decide_with_answers(Worker *worker, BatchItem *item, Facts *facts, const Tally *tally, const DecideIds *ids, GError **error)
{
    gint64 now = item->decided_at;

    item->decision = decide(item->message, &item->arrival, item->prepared, facts, &worker->decide, now, ids);
    while (item->decision->needs->len > 0) {
        g_autoptr(Decision) unfinished = g_steal_pointer(&item->decision);

        if (!store_answer(worker->store, item->prepared->request, unfinished->needs, facts, error))
            return FALSE;
        tally_answer(tally, unfinished->needs, facts);
        item->decision = decide(item->message, &item->arrival, item->prepared, facts, &worker->decide, now, ids);
    }
    return TRUE;
}

static gboolean
item_decide(Worker *worker, BatchItem *item, Facts *facts, Tally *tally, GError **error)
{
    g_autoptr(GPtrArray) again = NULL;
    DecideIds ids = { .reference = g_array_index(worker->references, gint64, 0) };

    item->decided_at = clock_now();
    hash_random(ids.random, sizeof ids.random);
    for (guint i = 0; i < worker->outbox_numbers->len && i < G_N_ELEMENTS(ids.outbox); i++)
        ids.outbox[i] = g_array_index(worker->outbox_numbers, gint64, i);
    if (item->quarantine != NULL) {
        item->decision = decide_quarantine(item->message, &item->arrival, item->quarantine, &ids);
        item->facts_json = g_strdup("{}");
    } else {
        if (!ask_again(worker, item, &facts, &again, error))
            return FALSE;
        facts->usual_seconds = item->usual_seconds;
        tally_apply(tally, item->prepared->request, facts);
        if (!decide_with_answers(worker, item, facts, tally, &ids, error))
            return FALSE;
        tally_add(tally, item->decision);
        item->facts_json = format_and_free(facts_to_json(facts));
    }
    item->decided_json = format_decided(item);
    if (uses_reference(item->decision))
        g_array_remove_index(worker->references, 0);
    drop_outbox_numbers(worker->outbox_numbers, item->decision);
    return TRUE;
}

/* Numbers of outbox rows are wanted where they stand in envelope senders; else the database gives them out. */
static gsize
outbox_numbers_wanted(const DecideSettings *settings)
{
    gboolean bounces = g_str_equal(settings->acknowledge->envelope_sender, ENVELOPE_SENDER_BOUNCES);
    gsize wanted = bounces ? 1 : 0;

    if (settings->rules != NULL)
        wanted += (gsize) settings->rules_config->redirects + (bounces ? LIMIT_NOTIFICATIONS : 0);
    return wanted;
}

static gboolean
reserve_numbers(Worker *worker, gsize n, GError **error)
{
    gsize outbox_wanted = n * outbox_numbers_wanted(&worker->decide);
    gsize n_references = n > worker->references->len ? n - worker->references->len : 0;
    gsize n_outbox = outbox_wanted > worker->outbox_numbers->len ? outbox_wanted - worker->outbox_numbers->len : 0;
    g_autofree gint64 *references = g_new0(gint64, n_references + 1), *outbox = g_new0(gint64, n_outbox + 1);

    if (n_references + n_outbox == 0)
        return TRUE;
    if (!store_reserve_numbers(worker->store, n_references, references, n_outbox, outbox, error))
        return FALSE;
    g_array_append_vals(worker->references, references, (guint) n_references);
    g_array_append_vals(worker->outbox_numbers, outbox, (guint) n_outbox);
    return TRUE;
}

static gboolean
decide_all(Worker *worker, GPtrArray *items, GPtrArray *facts, GError **error)
{
    g_autoptr(Tally) tally = tally_new();
    guint next = 0;

    for (guint i = 0; i < items->len; i++) {
        BatchItem *item = g_ptr_array_index(items, i);
        Facts *known = item->prepared != NULL ? g_ptr_array_index(facts, next++) : NULL;

        if (!item_decide(worker, item, known, tally, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- apply -------------------------------------------------------------------------------------------------- */

static void
add_cause(GArray *causes, gint64 ticket, gint64 at)
{
    ClockCause cause = { ticket, at };

    if (ticket != 0)
        g_array_append_val(causes, cause);
}

/* The tickets that a decision changes in a way that clocks know: whose mail it became, and those that became one. */
static GArray *
clock_causes(const GPtrArray *items)
{
    GArray *causes = g_array_new(FALSE, FALSE, sizeof(ClockCause));

    for (guint i = 0; i < items->len; i++) {
        const BatchItem *item = g_ptr_array_index(items, i);

        add_cause(causes, item->decision->ticket, item->row->received_at);
        for (guint k = 0; k < item->decision->effects->len; k++) {
            const Effect *effect = g_ptr_array_index(item->decision->effects, k);

            if (effect->kind == EFFECT_STATUS || effect->kind == EFFECT_MERGE)
                add_cause(causes, effect->small.ticket, item->row->received_at);
            if (effect->kind == EFFECT_MERGE)
                add_cause(causes, effect->small.other, item->row->received_at);
        }
    }
    return causes;
}

/* Without policies there are no clocks, and no round trips for them. */
static gboolean
write_and_commit(Worker *worker, const GPtrArray *items, const Application *applications, gint64 *mails_out, GError **error)
{
    const ClockSettings clocks = { worker->decide.targets, worker->decide.queues, 0 };
    g_autoptr(GArray) causes = clocks_are_used(&clocks) ? clock_causes(items) : NULL;

    if (causes == NULL)
        return store_work_commit(worker->store, applications, items->len, mails_out, error);
    return store_work_write(worker->store, applications, items->len, mails_out, error)
           && clocks_refresh(worker->store, &clocks, (const ClockCause *) (gpointer) causes->data, causes->len, NULL, error)
           && store_commit(worker->store, error);
}

static gboolean
apply_all(Worker *worker, const GPtrArray *items, GError **error)
{
    g_autofree Application *applications = g_new0(Application, items->len);
    gint64 mails = 0;

    for (guint i = 0; i < items->len; i++) {
        const BatchItem *item = g_ptr_array_index(items, i);
        Application *application = &applications[i];

        application->inbound = item->row->id;
        application->lease = item->row->lease;
        application->content_key = item->message != NULL ? item->message->content_key : NULL;
        application->content_key_expires = item->prepared != NULL && item->prepared->request->content_key_expires;
        application->decision = item->decision;
        application->facts_json = item->facts_json;
        application->decided_json = item->decided_json;
        application->rules_digest = worker->decide.rules != NULL ? worker->decide.rules->digest : NULL;
    }
    if (!write_and_commit(worker, items, applications, &mails, error))
        return FALSE;
    if (mails > 0)
        store_notify(worker->store, "outbox");
    return TRUE;
}

static void
log_worked(const GPtrArray *items, gint64 started)
{
    for (guint i = 0; i < items->len; i++) {
        const BatchItem *item = g_ptr_array_index(items, i);

        log_event(item->quarantine != NULL ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO, "worked",
                  LOG_FIELDS(LOG_TEXT("mail", item->message != NULL ? item->message->message_id : NULL),
                             LOG_INT("inbound", item->row->id), LOG_TEXT("from", item->row->source),
                             LOG_TEXT("outcome", outcome_name(item->decision->outcome)),
                             LOG_INT("ticket", item->decision->ticket), LOG_TEXT("why", item->decision->reason),
                             LOG_TEXT("ack", item->decision->acknowledgement),
                             LOG_INT("took_ms", (clock_monotonic() - started) / 1000)));
    }
}

/*
 * A row that fails by itself, for what looks like the store's trouble, steps aside: were it fresh again it would be the oldest for ever, and all mail would wait
 * behind it. Given up, it takes turns with fresh rows; attempts made alone are all that counts towards quarantine, and this was none.
 */
static gboolean
is_fresh_and_alone(const GPtrArray *items)
{
    return items->len == 1 && ((const BatchItem *) g_ptr_array_index(items, 0))->row->attempts_alone == 0;
}

/*
 * The store refused what was to be written. If the store is away, the leases decide; if it is there, it was one of the rows: each comes back alone, and one that is alone already
 * and has no attempt left is quarantined.
 */
static gboolean
apply_failed(Worker *worker, GPtrArray *items, GError *problem, GError **error)
{
    store_rollback(worker->store);
    if (g_error_matches(problem, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY)
        || g_error_matches(problem, MAILGW_ERROR, MAILGW_ERROR_CONFIG) || !store_is_connected(worker->store)) {
        if (store_is_connected(worker->store))
            leave(worker, is_fresh_and_alone(items) ? store_give_up : store_release, items, NULL);
        g_propagate_error(error, problem);
        return FALSE;
    }
    log_warning("apply-failed", LOG_INT("rows", items->len), LOG_TEXT("error", problem->message));
    if (items->len == 1) {
        BatchItem *item = g_ptr_array_index(items, 0);

        if (item->row->attempts_alone >= LIMIT_ATTEMPTS && item->quarantine == NULL) {
            item->quarantine = g_strdup_printf("what it says cannot be stored: %s", problem->message);
            g_clear_pointer(&item->prepared, prepared_free);
            g_clear_pointer(&item->message, message_free);
            g_clear_pointer(&item->decision, decision_free);
            g_clear_pointer(&item->facts_json, g_free);
            g_clear_pointer(&item->decided_json, g_free);
        }
    }
    g_error_free(problem);
    return TRUE;
}

/* Before the transaction begins: it is asked every few minutes, and nobody has to wait for a lock meanwhile. */
static gboolean
ask_usual(Worker *worker, const GPtrArray *items, GError **error)
{
    for (guint i = 0; i < items->len; i++) {
        BatchItem *item = g_ptr_array_index(items, i);

        if (item->prepared != NULL
            && !usual_find(worker->usual, worker->store, &worker->decide, item->arrival.queue, &item->usual_seconds, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
work_items(Worker *worker, GPtrArray *items, GError **error)
{
    g_autoptr(GPtrArray) facts = NULL;
    gint64 started = clock_monotonic();

    if (!reserve_numbers(worker, items->len, error) || !ask_usual(worker, items, error) || !begin_with_facts(worker, items, &facts, error)
        || !decide_all(worker, items, facts, error) || !apply_all(worker, items, error))
        return FALSE;
    log_worked(items, started);
    return TRUE;
}

static gboolean
work_now(Worker *worker, GPtrArray *now, GError **error)
{
    GError *problem = NULL;

    if (now->len == 0 || work_items(worker, now, &problem))
        return TRUE;
    if (!apply_failed(worker, now, problem, error))
        return FALSE;
    if (now->len > 1 || ((BatchItem *) g_ptr_array_index(now, 0))->quarantine == NULL)
        return leave(worker, store_give_up, now, error);
    if (work_items(worker, now, error))
        return TRUE;
    store_rollback(worker->store);
    return FALSE;
}

gboolean
batch_work(Worker *worker, GPtrArray *rows, GError **error)
{
    g_autoptr(GPtrArray) now = g_ptr_array_new_with_free_func((GDestroyNotify) batch_item_free);
    g_autoptr(GPtrArray) later = g_ptr_array_new_with_free_func((GDestroyNotify) batch_item_free);
    g_autoptr(GPtrArray) failed = g_ptr_array_new_with_free_func((GDestroyNotify) batch_item_free);
    GError *problem = NULL;

    if (!batch_parse(worker, rows, now, later, failed, &problem)) {
        leave(worker, store_release, now, NULL);
        leave(worker, store_release, later, NULL);
        leave(worker, store_give_up, failed, NULL);
        g_propagate_error(error, problem);
        return FALSE;
    }
    if (!leave(worker, store_give_up, failed, &problem) || !work_now(worker, now, &problem)) {
        /* What was put off has no part in the failure, and must not wait for its lease to end. */
        leave(worker, store_release, later, NULL);
        g_propagate_error(error, problem);
        return FALSE;
    }
    return leave(worker, store_release, later, error);
}
