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

static Columns *
correlations_of(const GPtrArray *needs)
{
    Columns *columns = columns_new("tt");

    for (guint i = 0; i < needs->len; i++) {
        const FactNeed *need = g_ptr_array_index(needs, i);

        if (need->kind != NEED_CORRELATED)
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

gboolean
store_answer(Store *store, const FactsRequest *request, const GPtrArray *needs, Facts *facts, GError **error)
{
    g_autoptr(Columns) agents = columns_of(needs, NEED_AGENT), correlations = correlations_of(needs);
    g_autoptr(GPtrArray) results = NULL;

    store_pipeline_begin(store);
    add_columns(store, QUERY_NEED_AGENTS, agents);
    add_columns(store, QUERY_NEED_CORRELATION_LOCKS, correlations);
    add_columns(store, QUERY_NEED_CORRELATED, correlations);
    results = store_pipeline_run(store, error);
    if (results == NULL || !add_tickets(store, request, g_ptr_array_index(results, 2), facts, error))
        return FALSE;
    read_numbers(g_ptr_array_index(results, 0), needs, NEED_AGENT, facts);
    read_numbers(g_ptr_array_index(results, 2), needs, NEED_CORRELATED, facts);
    facts->rounds++;
    return TRUE;
}
