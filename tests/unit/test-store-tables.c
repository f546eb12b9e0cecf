/*
 * test-store-tables.c - tables.awk: what it makes of SQL, and that what is wrong stops the build with file and line
 */
#include <config.h>

#include <glib/gstdio.h>
#include <string.h>

#include "base/io.h"
#include "store/migrations-table.h"
#include "store/queries-table.h"
#include "tap.h"

static char *directory;

/* Runs the script over files of the given texts, named a.sql, b.sql (or as a migration). */
static gboolean
make_table(const char *make, const char *const *names, const char *const *texts, char **output_out, char **errors_out)
{
    g_autofree char *script = g_test_build_filename(G_TEST_DIST, "..", "lib", "store", "tables.awk", NULL);
    g_autofree char *which = g_strconcat("make=", make, NULL);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    int status;

    g_ptr_array_add(argv, (char *) "awk");
    g_ptr_array_add(argv, (char *) "-v");
    g_ptr_array_add(argv, which);
    g_ptr_array_add(argv, (char *) "-f");
    g_ptr_array_add(argv, script);
    for (int i = 0; names[i] != NULL; i++) {
        g_autofree char *path = g_build_filename(directory, names[i], NULL);

        g_assert_true(g_file_set_contents(path, texts[i], -1, NULL));
        g_ptr_array_add(argv, (char *) names[i]);
    }
    g_ptr_array_add(argv, NULL);
    g_assert_true(g_spawn_sync(directory, (char **) argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, output_out,
                               errors_out, &status, NULL));
    return status == 0;
}

static void
test_makes_table(void)
{
    static const char *const names[] = { "a.sql", "b.sql", NULL };
    static const char *const texts[] = {
        "-- About a.\n\n-- name: first\n-- $1 text: it's \"quoted\"\nSELECT 'a;b' AS \"x\", E'\\\\'\n  FROM y; -- end\n",
        "-- name: second\n-- result: binary\nSELECT 1;\n",
    };
    g_autofree char *table = NULL;
    g_autofree char *header = NULL;
    g_autofree char *errors = NULL;
    g_autofree char *no_errors = NULL;

    g_assert_true(make_table("queries", names, texts, &table, &errors));
    g_assert_nonnull(strstr(table, "{ \"first\",\n    \"SELECT 'a;b' AS \\\"x\\\", E'\\\\\\\\'\\n\"\n    \"  FROM y; -- end\\n\"\n    , FALSE },"));
    g_assert_nonnull(strstr(table, "{ \"second\",\n    \"SELECT 1;\\n\"\n    , TRUE },"));
    g_assert_true(make_table("queries-header", names, texts, &header, &no_errors));
    g_assert_nonnull(strstr(header, "    QUERY_FIRST,\n    QUERY_SECOND,\n    N_QUERIES\n"));
}

static void
test_wrong_queries(void)
{
    static const struct { const char *rule, *text, *expected; } cases[] = {
        { "a name only once", "-- name: x\nSELECT 1;\n-- name: x\nSELECT 2;\n", "a.sql:3: statement 'x' stands in a.sql:1" },
        { "a statement has a name", "SELECT 1;\n", "a.sql:1: a statement without a name" },
        { "one statement a name", "-- name: x\nSELECT 1;\nSELECT 2;\n", "a.sql:3: a second statement" },
        { "one statement a line", "-- name: x\nSELECT 1; SELECT 2;\n", "a.sql:2: a second statement" },
        { "a statement ends", "-- name: x\nSELECT 1\n", "a.sql:1: statement 'x' has no text" },
        { "a name has a text", "-- name: x\n-- name: y\nSELECT 1;\n", "a.sql:1: statement 'x' has no text" },
        { "names are words", "-- name: X-y\nSELECT 1;\n", "a.sql:1: a statement's name" },
        { "a name is not empty", "-- name:\nSELECT 1;\n", "a.sql:1: a statement's name" },
        { "results are binary or not", "-- name: x\n-- result: text\nSELECT 1;\n", "a.sql:2: a result" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *names[] = { "a.sql", NULL };
        const char *texts[] = { cases[i].text };
        g_autofree char *table = NULL;
        g_autofree char *errors = NULL;

        g_test_message("%s", cases[i].rule);
        g_assert_false(make_table("queries", names, texts, &table, &errors));
        g_assert_true(g_str_has_prefix(errors, cases[i].expected));
        g_assert_cmpstr(table, ==, "");
    }
}

/* The second file must not go on with the statement of the first. */
static void
test_file_ends_statement(void)
{
    static const char *const names[] = { "a.sql", "b.sql", NULL };
    static const char *const open[] = { "-- name: x\nSELECT 1\n", "+ 1;\n" };
    static const char *const nameless[] = { "-- name: x\nSELECT 1;\n", "SELECT 2;\n" };
    g_autofree char *table = NULL;
    g_autofree char *errors = NULL;
    g_autofree char *other_table = NULL;
    g_autofree char *other_errors = NULL;

    g_assert_false(make_table("queries", names, open, &table, &errors));
    g_assert_true(g_str_has_prefix(errors, "a.sql:1: "));
    g_assert_false(make_table("queries", names, nameless, &other_table, &other_errors));
    g_assert_true(g_str_has_prefix(other_errors, "b.sql:1: a statement without a name"));
}

static void
test_wrong_migrations(void)
{
    static const char *const gap[] = { "0001-a.sql", "0003-b.sql", NULL };
    static const char *const badly_named[] = { "1-a.sql", NULL };
    static const char *const texts[] = { "SELECT 1;\n", "SELECT 2;\n" };
    g_autofree char *table = NULL;
    g_autofree char *errors = NULL;
    g_autofree char *other_table = NULL;
    g_autofree char *other_errors = NULL;

    g_assert_false(make_table("migrations", gap, texts, &table, &errors));
    g_assert_nonnull(strstr(errors, "migration 2 is missing"));
    g_assert_false(make_table("migrations", badly_named, texts, &other_table, &other_errors));
    g_assert_nonnull(strstr(other_errors, "NNNN-what.sql"));
}

static void
test_built_in(void)
{
    for (int i = 0; i < n_migrations; i++) {
        g_assert_cmpint(migration_table[i].number, ==, i + 1);
        g_assert_nonnull(strstr(migration_table[i].sql, "mailgw."));
    }
    g_assert_cmpstr(query_table[QUERY_BEGIN].name, ==, "begin");
    g_assert_cmpstr(query_table[QUERY_BEGIN].sql, ==, "BEGIN;\n");
}

int
main(int argc, char **argv)
{
    int result;

    tap_init(&argc, &argv);
    directory = g_dir_make_tmp("mgw-XXXXXX", NULL);
    g_test_add_func("/store/tables/statements-become-a-table", test_makes_table);
    g_test_add_func("/store/tables/wrong-statements-are-named", test_wrong_queries);
    g_test_add_func("/store/tables/a-file-ends-its-statement", test_file_ends_statement);
    g_test_add_func("/store/tables/wrong-migrations-are-named", test_wrong_migrations);
    g_test_add_func("/store/tables/what-is-built-in", test_built_in);
    result = g_test_run();
    io_remove_tree(directory, NULL);
    g_free(directory);
    return result;
}
