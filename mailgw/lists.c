#include "lists.h"

#include <stdio.h>

#include "base/text.h"

int
list_rows(const Cli *cli, QueryId query, const char *const *params, int n_params, const Column *columns)
{
    return list_rows_with(cli, query, params, n_params, columns, NULL);
}

int
list_rows_with(const Cli *cli, QueryId query, const char *const *params, int n_params, const Column *columns,
               void (*prepare)(json_t *row))
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) rows = NULL;

    if (!cli_open(cli, STORE_READER, &config, &store))
        return EXIT_FAILED;
    rows = store_query_json(store, query, params, n_params, &error);
    if (rows == NULL)
        return fail(g_steal_pointer(&error));
    for (gsize i = 0; prepare != NULL && !cli->json && i < json_array_size(rows); i++)
        prepare(json_array_get(rows, i));
    print_rows(cli, rows, columns);
    return EXIT_DONE;
}

json_t *
show_row(const Cli *cli, QueryId query, const char *what, const char *id)
{
    g_autoptr(Config) config = NULL;
    g_autoptr(Store) store = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) rows = NULL;
    const char *params[] = { id };

    if (!cli_open(cli, STORE_READER, &config, &store))
        return NULL;
    rows = store_query_json(store, query, params, 1, &error);
    if (rows == NULL)
        fail(g_steal_pointer(&error));
    else if (json_array_size(rows) == 0)
        fail_text("there is no %s %s", what, id);
    return rows != NULL && json_array_size(rows) > 0 ? json_incref(json_array_get(rows, 0)) : NULL;
}

gboolean
word_is_known(const char *path, const char *option, const char *word, const char *const *words)
{
    g_autofree char *all = g_strjoinv(", ", (char **) words);

    if (word == NULL || g_strv_contains(words, word))
        return TRUE;
    usage_text(path, "--%s is one of %s, not \"%s\"", option, all, word);
    return FALSE;
}

gint64
argument_id(const char *path, const char *text)
{
    gint64 id;

    if (text_parse_int64(text[0] == '#' ? text + 1 : text, 1, G_MAXINT64, &id, NULL))
        return id;
    usage_text(path, "\"%s\" is not a number", text);
    return 0;
}

char *
id_text(gint64 id)
{
    return g_strdup_printf("%" G_GINT64_FORMAT, id);
}
