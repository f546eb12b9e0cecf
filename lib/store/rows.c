/*
 * rows.c - values out of results, and whole results as JSON
 */
#include <config.h>

#include "store/store-private.h"

#include <string.h>

/* Types as pg_type numbers them; these never change. */
enum { TYPE_BOOL = 16, TYPE_INT8 = 20, TYPE_INT2 = 21, TYPE_INT4 = 23, TYPE_JSON = 114, TYPE_FLOAT4 = 700,
       TYPE_FLOAT8 = 701, TYPE_TIMESTAMPTZ = 1184, TYPE_JSONB = 3802 };

const char *
row_text(const PGresult *rows, int row, int column)
{
    g_assert(row < PQntuples(rows) && column >= 0 && column < PQnfields(rows));
    return PQgetisnull(rows, row, column) ? NULL : PQgetvalue(rows, row, column);
}

static gint64
binary_int(const char *value, int length)
{
    gint64 number = (gint8) value[0];

    for (int i = 1; i < length; i++)
        number = (gint64) ((guint64) number << 8 | (guint8) value[i]);
    return number;
}

gint64
row_int64(const PGresult *rows, int row, int column)
{
    const char *value = row_text(rows, row, column);

    if (value == NULL)
        return 0;
    if (PQfformat(rows, column) == 0)
        return g_ascii_strtoll(value, NULL, 10);
    g_assert(PQftype(rows, column) == TYPE_INT8 || PQftype(rows, column) == TYPE_INT4
             || PQftype(rows, column) == TYPE_INT2);
    return binary_int(value, PQgetlength(rows, row, column));
}

gboolean
row_bool(const PGresult *rows, int row, int column)
{
    const char *value = row_text(rows, row, column);

    if (value == NULL)
        return FALSE;
    return PQfformat(rows, column) == 0 ? value[0] == 't' : value[0] == 1;
}

gint64
row_time(const PGresult *rows, int row, int column)
{
    return row_int64(rows, row, column);
}

char *
row_dup(const PGresult *rows, int row, int column)
{
    return g_strdup(row_text(rows, row, column));
}

GBytes *
row_bytes(const PGresult *rows, int row, int column)
{
    const char *value = row_text(rows, row, column);
    unsigned char *unescaped;
    GBytes *bytes;
    gsize length;

    if (value == NULL)
        return NULL;
    if (PQfformat(rows, column) == 1)
        return g_bytes_new(value, (gsize) PQgetlength(rows, row, column));
    unescaped = PQunescapeBytea((const unsigned char *) value, &length);
    g_assert(unescaped != NULL);
    bytes = g_bytes_new(unescaped, length);
    PQfreemem(unescaped);
    return bytes;
}

/* "2026-11-22 10:00:00.123+00", as the session's settings make it, to RFC 3339; "infinity" stays as it is. */
static json_t *
json_of_time(const char *text)
{
    g_autofree char *time = NULL;

    if (strlen(text) < 19 || text[10] != ' ')
        return json_text(text);
    time = g_strdup_printf("%.10sT%.8sZ", text, text + 11);
    return json_text(time);
}

static json_t *
json_of_value(Oid type, const char *text)
{
    json_t *value;

    switch (type) {
    case TYPE_BOOL:
        return json_boolean(text[0] == 't');
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8:
        return json_integer(g_ascii_strtoll(text, NULL, 10));
    case TYPE_FLOAT4:
    case TYPE_FLOAT8:
        return json_real(g_ascii_strtod(text, NULL));
    case TYPE_TIMESTAMPTZ:
        return json_of_time(text);
    case TYPE_JSON:
    case TYPE_JSONB:
        value = json_loads(text, JSON_DECODE_ANY, NULL);
        return value != NULL ? value : json_text(text);
    default:
        return json_text(text);
    }
}

static json_t *
json_of_row(const PGresult *rows, int row)
{
    json_t *object = json_object();

    for (int column = 0; column < PQnfields(rows); column++) {
        const char *text = row_text(rows, row, column);

        json_object_set_new(object, PQfname(rows, column),
                            text == NULL ? json_null() : json_of_value(PQftype(rows, column), text));
    }
    return object;
}

json_t *
rows_to_json(const PGresult *rows)
{
    json_t *array = json_array();

    for (int row = 0; row < PQntuples(rows); row++)
        json_array_append_new(array, json_of_row(rows, row));
    return array;
}

static PGresult *
run_with_texts(Store *store, QueryId query, const char *const *values, int n, GError **error)
{
    Params params;

    params_init(&params);
    for (int i = 0; i < n; i++)
        params_text(&params, values[i]);
    return store_run(store, query, &params, error);
}

json_t *
store_query_json(Store *store, QueryId query, const char *const *params, int n_params, GError **error)
{
    g_autoptr(PGresult) rows = NULL;

    g_assert(!query_table[query].binary);
    rows = run_with_texts(store, query, params, n_params, error);
    return rows != NULL ? rows_to_json(rows) : NULL;
}

gboolean
store_execute(Store *store, QueryId query, const char *const *params, int n_params, gint64 *changed_out, GError **error)
{
    g_autoptr(PGresult) rows = run_with_texts(store, query, params, n_params, error);

    if (rows == NULL)
        return FALSE;
    if (changed_out != NULL)
        *changed_out = g_ascii_strtoll(PQcmdTuples(rows), NULL, 10);
    return TRUE;
}
