#include <config.h>

#include "store/help.h"

#include "store/store-private.h"

json_t *
store_help_import(Store *store, const json_t *articles, GError **error)
{
    g_autofree char *text = json_format(articles, FALSE);
    const char *params[] = { text };

    return store_query_json(store, QUERY_HELP_IMPORT, params, G_N_ELEMENTS(params), error);
}

json_t *
store_help_try(Store *store, const char *language, const char *text, gint64 at_most, GError **error)
{
    g_autofree char *rows = g_strdup_printf("%" G_GINT64_FORMAT, at_most);
    const char *params[] = { language, text, rows };

    return store_query_json(store, QUERY_HELP_TRY, params, G_N_ELEMENTS(params), error);
}
