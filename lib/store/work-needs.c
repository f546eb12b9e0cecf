/*
 * work-needs.c - what only a decision can ask, because what it asks about comes out of the rules
 *
 * One more round trip for the few messages whose rules want it.
 */
#include <config.h>

#include "store/columns-private.h"
#include "store/facts-private.h"
#include "store/work.h"

static Columns *
columns_of(const GPtrArray *needs, FactNeedKind kind)
{
    Columns *columns = columns_new("t");

    for (guint i = 0; i < needs->len; i++) {
        const FactNeed *need = g_ptr_array_index(needs, i);

        if (need->kind == kind)
            columns_text(columns, need->text);
    }
    return columns;
}

/* The answers of one kind come in the order of the questions. */
static void
read_numbers(const PGresult *rows, const GPtrArray *needs, FactNeedKind kind, Facts *facts)
{
    int row = 0;

    for (guint i = 0; i < needs->len; i++) {
        const FactNeed *need = g_ptr_array_index(needs, i);

        if (need->kind == kind)
            facts_answer(facts, need, row_int64(rows, row++, 0));
    }
}

static void
add_columns(Store *store, QueryId query, Columns *columns)
{
    g_auto(Params) params = { 0 };

    columns_bind(columns, &params);
    store_pipeline_add(store, query, &params);
}

/* Of a kind that has two texts. */
static Columns *
pairs_of(const GPtrArray *needs, FactNeedKind kind)
{
    Columns *columns = columns_new("tt");

    for (guint i = 0; i < needs->len; i++) {
        const FactNeed *need = g_ptr_array_index(needs, i);

        if (need->kind != kind)
            continue;
        columns_text(columns, need->queue);
        columns_text(columns, need->text);
    }
    return columns;
}

/* A ticket that is to be joined has to be known like any other. */
static gboolean
add_tickets(Store *store, const FactsRequest *request, const PGresult *rows, Facts *facts, GError **error)
{
    for (int i = 0; i < PQntuples(rows); i++) {
        gint64 reference = row_int64(rows, i, 0);

        if (facts_ticket(facts, reference) == NULL && reference != 0
            && !facts_add_ticket(store, request, reference, facts, error))
            return FALSE;
    }
    return TRUE;
}

/* What is known of him as of a sender. Where something is going to be written he becomes a person, as every sender does. */
static gboolean
answer_person(Store *store, const FactNeed *need, Facts *facts, GError **error)
{
    FactsRequest *const requests[] = { need->request };
    g_autoptr(GPtrArray) answers = NULL;

    if (PQtransactionStatus(store_connection(store)) == PQTRANS_INTRANS && !facts_make_person(store, need->request, error))
        return FALSE;
    if (!store_facts(store, requests, 1, &answers, error))
        return FALSE;
    facts_answer_person(facts, need, g_ptr_array_steal_index(answers, 0));
    return TRUE;
}

static gboolean
answer_persons(Store *store, const GPtrArray *needs, Facts *facts, GError **error)
{
    for (guint i = 0; i < needs->len; i++) {
        const FactNeed *need = g_ptr_array_index(needs, i);

        if (need->kind == NEED_PERSON && !answer_person(store, need, facts, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
store_answer(Store *store, const FactsRequest *request, const GPtrArray *needs, Facts *facts, GError **error)
{
    g_autoptr(Columns) agents = columns_of(needs, NEED_AGENT), correlations = pairs_of(needs, NEED_CORRELATED);
    g_autoptr(Columns) listed = pairs_of(needs, NEED_LISTED), seen = columns_of(needs, NEED_SEEN);
    g_autoptr(GPtrArray) results = NULL;
    g_auto(Params) locks = { 0 };

    columns_bind(correlations, &locks);
    columns_bind(seen, &locks);
    store_pipeline_begin(store);
    store_pipeline_add(store, QUERY_NEED_LOCKS, &locks);
    add_columns(store, QUERY_NEED_AGENTS, agents);
    add_columns(store, QUERY_NEED_CORRELATED, correlations);
    add_columns(store, QUERY_NEED_LISTED, listed);
    add_columns(store, QUERY_NEED_SEEN, seen);
    results = store_pipeline_run(store, error);
    if (results == NULL || !add_tickets(store, request, g_ptr_array_index(results, 2), facts, error)
        || !answer_persons(store, needs, facts, error))
        return FALSE;
    read_numbers(g_ptr_array_index(results, 1), needs, NEED_AGENT, facts);
    read_numbers(g_ptr_array_index(results, 2), needs, NEED_CORRELATED, facts);
    read_numbers(g_ptr_array_index(results, 3), needs, NEED_LISTED, facts);
    read_numbers(g_ptr_array_index(results, 4), needs, NEED_SEEN, facts);
    facts->rounds++;
    return TRUE;
}
