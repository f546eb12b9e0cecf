/*
 * work-apply.c - every effect of every decision of a batch, and COMMIT, in one round trip
 *
 * A statement per table, in an order that foreign keys and locks ask for: tickets are locked before anything is written to them,
 * token buckets as late as possible, because several workers share them and each holds them until its COMMIT is on disk.
 * Merging comes last: it moves what the batch has just written.
 *
 * Nobody looks at a result before COMMIT is sent. What must hold is checked by the statements themselves (mailgw.insist), which
 * stops the transaction.
 */
#include <config.h>

#include "base/limits.h"
#include "store/effects-private.h"

typedef struct {
    QueryId  query;
    gsize    first, second, third;    /* offsets of Columns in Effects; the first member is never second: 0 is none */
} Step;

#define COLUMNS(name) offsetof(Effects, name)

static const Step steps[] = {
    { QUERY_APPLY_LOCKS, COLUMNS(existing), 0, 0 },
    { QUERY_APPLY_TICKETS, COLUMNS(tickets), 0, 0 },
    { QUERY_APPLY_ARTICLES, COLUMNS(articles), 0, 0 },
    { QUERY_APPLY_TOUCH, COLUMNS(touched), 0, 0 },
    { QUERY_APPLY_REFERENCES, COLUMNS(references), 0, 0 },
    { QUERY_APPLY_PARTICIPANTS, COLUMNS(participants), 0, 0 },
    { QUERY_APPLY_STATUSES, COLUMNS(statuses), 0, 0 },
    { QUERY_APPLY_CHANGES, COLUMNS(changes), 0, 0 },
    { QUERY_APPLY_NOTES, COLUMNS(notes), 0, 0 },
    { QUERY_APPLY_LINKS, COLUMNS(links), 0, 0 },
    { QUERY_APPLY_EVENTS, COLUMNS(events), 0, 0 },
    { QUERY_APPLY_PERSONS, COLUMNS(persons), 0, 0 },
    { QUERY_APPLY_IMAGES, COLUMNS(images), 0, 0 },
    { QUERY_APPLY_RETURNED, COLUMNS(returned), 0, 0 },
    { QUERY_APPLY_CONTENT_KEYS, COLUMNS(content_keys), 0, 0 },
    { QUERY_APPLY_OUTCOMES, COLUMNS(outcomes), 0, 0 },
    { QUERY_APPLY_SEEN, COLUMNS(seen), 0, 0 },
    { QUERY_APPLY_RULE_HITS, COLUMNS(hits), 0, 0 },
    { QUERY_APPLY_DECISIONS, COLUMNS(decisions), COLUMNS(mails), COLUMNS(buckets) },
};

static Columns *
columns_at(const Effects *effects, gsize offset)
{
    return G_STRUCT_MEMBER(Columns *, effects, offset);
}

static void
add_step(Store *store, const Effects *effects, const Step *step)
{
    g_auto(Params) params = { 0 };

    columns_bind(columns_at(effects, step->first), &params);
    if (step->second != 0)
        columns_bind(columns_at(effects, step->second), &params);
    if (step->third != 0)
        columns_bind(columns_at(effects, step->third), &params);
    if (step->query == QUERY_APPLY_IMAGES)
        params_int(&params, LIMIT_IMAGES_PER_PERSON);
    store_pipeline_add(store, step->query, &params);
}

static void
add_merge(Store *store, const EffectMerge *merge)
{
    g_auto(Params) params = { 0 };

    params_int(&params, merge->target);
    params_int(&params, merge->other);
    params_int(&params, merge->inbound);
    params_text(&params, merge->reason);
    store_pipeline_add(store, QUERY_APPLY_MERGE, &params);
}

static gboolean
has_rows(const Effects *effects, const Step *step)
{
    return columns_count(columns_at(effects, step->first)) > 0
           || (step->second != 0 && columns_count(columns_at(effects, step->second)) > 0);
}

static gboolean
apply(Store *store, const Application *applications, gsize n, gboolean commit, gint64 *mails_out, GError **error)
{
    g_autoptr(Effects) effects = effects_collect(applications, n);
    g_autoptr(GPtrArray) results = NULL;
    gsize decisions_at = G_MAXSIZE;

    store_pipeline_begin(store);
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        if (!has_rows(effects, &steps[i]))
            continue;
        if (steps[i].query == QUERY_APPLY_DECISIONS)
            decisions_at = store_pipeline_count(store);
        add_step(store, effects, &steps[i]);
    }
    for (guint i = 0; i < effects->merges->len; i++)
        add_merge(store, &g_array_index(effects->merges, EffectMerge, i));
    if (commit)
        store_pipeline_add(store, QUERY_COMMIT, NULL);
    results = store_pipeline_run(store, error);
    if (results != NULL && mails_out != NULL)
        *mails_out = decisions_at != G_MAXSIZE ? row_int64(g_ptr_array_index(results, decisions_at), 0, 0) : 0;
    return results != NULL;
}

gboolean
store_effects_write(Store *store, const Application *applications, gsize n, GError **error)
{
    return apply(store, applications, n, FALSE, NULL, error);
}

static gboolean
apply_or_roll_back(Store *store, const Application *applications, gsize n, gboolean commit, gint64 *mails_out, GError **error)
{
    if (apply(store, applications, n, commit, mails_out, error))
        return TRUE;
    store_rollback(store);
    return FALSE;
}

gboolean
store_work_write(Store *store, const Application *applications, gsize n, gint64 *mails_out, GError **error)
{
    return apply_or_roll_back(store, applications, n, FALSE, mails_out, error);
}

gboolean
store_work_commit(Store *store, const Application *applications, gsize n, gint64 *mails_out, GError **error)
{
    return apply_or_roll_back(store, applications, n, TRUE, mails_out, error);
}
