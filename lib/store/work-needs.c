/*
 * work-needs.c - what only a decision can ask, because what it asks about comes out of the rules
 *
 * One more round trip for the few messages whose rules want it.
 */
#include <config.h>

#include "store/columns-private.h"
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

gboolean
store_answer(Store *store, G_GNUC_UNUSED const FactsRequest *request, const GPtrArray *needs, Facts *facts, GError **error)
{
    g_autoptr(Columns) agents = columns_of(needs, NEED_AGENT);
    g_autoptr(GPtrArray) results = NULL;
    g_auto(Params) params = { 0 };

    columns_bind(agents, &params);
    store_pipeline_begin(store);
    store_pipeline_add(store, QUERY_NEED_AGENTS, &params);
    results = store_pipeline_run(store, error);
    if (results == NULL)
        return FALSE;
    read_numbers(g_ptr_array_index(results, 0), needs, NEED_AGENT, facts);
    facts->rounds++;
    return TRUE;
}
