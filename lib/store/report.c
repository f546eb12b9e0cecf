#include <config.h>

#include "store/report.h"

#include "store/store-private.h"

/* Reports of years are asked for by people, who see that it takes long. */
#define REPORT_TIMEOUT "600s"

gboolean
store_report_begin(Store *store, GError **error)
{
    g_autoptr(PGresult) begun = store_run(store, QUERY_REPORT_BEGIN, NULL, error);
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) set = NULL;

    if (begun == NULL)
        return FALSE;
    params_text(&params, REPORT_TIMEOUT);
    set = store_run(store, QUERY_REPORT_SETTINGS, &params, error);
    return set != NULL;
}

static void
add_moment(Params *params, gint64 second)
{
    params_time(params, second * G_USEC_PER_SEC);
}

static void
add_moments(Params *params, const gint64 *moments, gsize n)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

    for (gsize i = 0; i < n; i++) {
        g_autoptr(GDateTime) moment = g_date_time_new_from_unix_utc(moments[i]);

        g_ptr_array_add(texts, g_date_time_format(moment, "%Y-%m-%dT%H:%M:%SZ"));
    }
    params_text_array(params, (const char *const *) texts->pdata, texts->len);
}

static json_t *
run(Store *store, QueryId query, const Params *params, GError **error)
{
    g_autoptr(PGresult) rows = store_run(store, query, params, error);

    return rows != NULL ? rows_to_json(rows) : NULL;
}

json_t *
store_report_sums(Store *store, QueryId query, const StoreReportQuestion *question, GError **error)
{
    g_auto(Params) params = { 0 };

    add_moments(&params, question->moments, question->n_moments);
    params_text(&params, question->by);
    if (query == QUERY_REPORT_TARGETS) {
        add_moment(&params, question->now);
    } else {
        params_text_array(&params, question->queues, question->n_queues);
        params_text_array(&params, question->policies, question->n_queues);
    }
    return run(store, query, &params, error);
}

json_t *
store_report_waits(Store *store, gint64 from, gint64 to, const double *seconds, gsize n, GError **error)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_auto(Params) params = { 0 };

    for (gsize i = 0; i < n; i++)
        g_ptr_array_add(texts, g_strdup_printf("%.3f", seconds[i]));
    add_moment(&params, from);
    add_moment(&params, to);
    params_text_array(&params, (const char *const *) texts->pdata, texts->len);
    return run(store, QUERY_REPORT_WAITS, &params, error);
}

json_t *
store_report_hours(Store *store, gint64 from, gint64 to, const char *zone, GError **error)
{
    g_auto(Params) params = { 0 };

    add_moment(&params, from);
    add_moment(&params, to);
    params_text(&params, zone);
    return run(store, QUERY_REPORT_HOURS, &params, error);
}

json_t *
store_report_recurring(Store *store, QueryId query, gint64 from, gint64 to, gint64 before, gint64 at_most, GError **error)
{
    g_auto(Params) params = { 0 };

    add_moment(&params, from);
    add_moment(&params, to);
    add_moment(&params, before);
    params_int_or_null(&params, at_most);
    return run(store, query, &params, error);
}

gboolean
store_report_subjects(Store *store, gint64 from, gint64 to, gint64 before, StoreSubject each, gpointer data, GError **error)
{
    g_autoptr(PGresult) rows = NULL;
    g_auto(Params) params = { 0 };

    add_moment(&params, from);
    add_moment(&params, to);
    add_moment(&params, before);
    rows = store_run(store, QUERY_REPORT_SUBJECTS, &params, error);
    if (rows == NULL)
        return FALSE;
    for (int row = 0; row < PQntuples(rows); row++)
        each(data, row_text(rows, row, 0), row_int64(rows, row, 1), row_int64(rows, row, 2), row_int64(rows, row, 3));
    return TRUE;
}
