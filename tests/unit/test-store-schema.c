/*
 * test-store-schema.c - migrations: once, by one at a time, also after kill -9; roles, partitions, token buckets
 */
#include <config.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "store-fixture.h"
#include "store-sql.h"
#include "store/migrations-table.h"
#include "tap.h"

static Fixture fixture;

/* A database of its own, by URL, as an operator's server would be used. */
typedef struct {
    char        *url;
    SchemaTarget target;
} Database;

static Database
database_new(const char *name, const char *user)
{
    g_autoptr(Store) owner = fixture_open(&fixture, STORE_OWNER);
    g_autofree char *create = g_strdup_printf("CREATE DATABASE %s OWNER %s", name, user);
    g_autofree char *host = g_uri_escape_string(fixture.socket_dir, NULL, FALSE);
    Database database = { .url = g_strdup_printf("postgresql://%s@%s/%s", user, host, name) };

    run_sql(owner, create);
    database.target.url = database.url;
    return database;
}

static void
assert_version(const SchemaTarget *target, int expected)
{
    g_autoptr(GError) error = NULL;
    int database = -1, program = -1;

    schema_version(target, &database, &program, &error);
    g_assert_no_error(error);
    g_assert_cmpint(database, ==, expected);
    g_assert_cmpint(program, ==, n_migrations);
}

static Store *
open_url(const Database *database, StoreRole role)
{
    StoreSettings settings = { .url = database->url, .role = role, .name = "test" };
    g_autoptr(GError) error = NULL;
    Store *store = store_open(&settings, &error);

    g_assert_no_error(error);
    return store;
}

static void
test_twice(void)
{
    Database database = database_new("twice", "mailgw_owner");
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = NULL;
    g_autofree char *key = NULL;
    g_autofree char *same_key = NULL;
    int applied = -1;

    assert_version(&database.target, 0);
    g_assert_true(schema_migrate(&database.target, &applied, &error));
    g_assert_cmpint(applied, ==, n_migrations);
    store = open_url(&database, STORE_OWNER);
    key = ask_text(store, "SELECT encode(secret, 'hex') FROM mailgw.token_key");
    g_assert_true(schema_migrate(&database.target, &applied, &error));
    g_assert_cmpint(applied, ==, 0);
    assert_version(&database.target, n_migrations);
    same_key = ask_text(store, "SELECT encode(secret, 'hex') FROM mailgw.token_key");
    g_assert_cmpint((int) strlen(key), ==, 64);
    g_assert_cmpstr(key, ==, same_key);
    g_free(database.url);
}

static pid_t
migrate_in_child(const SchemaTarget *target)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(schema_migrate(target, NULL, NULL) ? 0 : 1);
    return pid;
}

static int
wait_for(pid_t pid)
{
    int status;

    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    return status;
}

static void
test_at_once(void)
{
    Database database = database_new("at_once", "mailgw_owner");
    pid_t children[4];
    g_autoptr(Store) store = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(children); i++)
        children[i] = migrate_in_child(&database.target);
    for (gsize i = 0; i < G_N_ELEMENTS(children); i++)
        g_assert_cmpint(wait_for(children[i]), ==, 0);
    assert_version(&database.target, n_migrations);
    store = open_url(&database, STORE_READER);
    g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.migration"), ==, n_migrations);
    g_free(database.url);
}

/* Killed at moments from the first millisecond on until one gets through; then it must be whole. */
static void
test_killed(void)
{
    Database database = database_new("killed", "mailgw_owner");
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = NULL;
    int killed = 0;

    for (gulong ms = 1; ms < 200; ms += 1 + ms / 4) {
        pid_t pid = migrate_in_child(&database.target);

        g_usleep(ms * 1000);
        kill(pid, SIGKILL);
        killed += WIFSIGNALED(wait_for(pid)) ? 1 : 0;
    }
    g_assert_cmpint(killed, >, 3);
    g_assert_true(schema_migrate(&database.target, NULL, &error));
    assert_version(&database.target, n_migrations);
    store = open_url(&database, STORE_WORKER);
    g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.token_key"), ==, 1);
    g_free(database.url);
}

static void
test_newer(void)
{
    Database database = database_new("newer", "mailgw_owner");
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = NULL;

    g_assert_true(schema_migrate(&database.target, NULL, &error));
    store = open_url(&database, STORE_OWNER);
    run_sql(store, "INSERT INTO mailgw.migration VALUES (9999, '9999-future')");
    g_assert_false(schema_migrate(&database.target, NULL, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    g_free(database.url);
}

/* An owner that may not make roles: everything runs as the owner. */
static void
test_without_roles(void)
{
    g_autoptr(Store) owner = fixture_open(&fixture, STORE_OWNER);
    Database database;
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = NULL;
    g_autofree char *user = NULL;

    run_sql(owner, "CREATE ROLE plain LOGIN");
    database = database_new("plain", "plain");
    schema_migrate(&database.target, NULL, &error);
    g_assert_no_error(error);
    store = open_url(&database, STORE_WORKER);
    user = ask_text(store, "SELECT current_user");
    g_assert_cmpstr(user, ==, "plain");
    g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.inbound"), ==, 0);
    g_free(database.url);
}

static void
test_privileges(void)
{
    static const struct { StoreRole role; const char *text; gboolean allowed; } cases[] = {
        { STORE_INGEST, "INSERT INTO mailgw.raw (bytes) VALUES ('x')", TRUE },
        { STORE_INGEST, "SELECT FROM mailgw.article", FALSE },
        { STORE_INGEST, "SELECT FROM mailgw.token_key", FALSE },
        { STORE_INGEST, "DELETE FROM mailgw.inbound", FALSE },
        { STORE_INGEST, "UPDATE mailgw.raw SET bytes = ''", FALSE },
        { STORE_WORKER, "SELECT FROM mailgw.token_key", TRUE },
        { STORE_WORKER, "DELETE FROM mailgw.inbound", FALSE },
        { STORE_WORKER, "DELETE FROM mailgw.event", FALSE },
        { STORE_WORKER, "UPDATE mailgw.event SET detail = ''", FALSE },
        { STORE_WORKER, "CREATE TABLE mailgw.x (y int)", FALSE },
        { STORE_WORKER, "CREATE TABLE public.x (y int)", FALSE },
        { STORE_WORKER, "SELECT mailgw.take_tokens('{}', '{}', '{}', false)", TRUE },
        { STORE_WORKER, "SELECT mailgw.make_partitions(1)", TRUE },
        { STORE_COURIER, "UPDATE mailgw.outbox SET attempts = 1", TRUE },
        { STORE_COURIER, "UPDATE mailgw.outbox SET recipient = 'x'", FALSE },
        { STORE_COURIER, "SELECT FROM mailgw.token_key", FALSE },
        { STORE_COURIER, "SELECT FROM mailgw.raw", FALSE },
        { STORE_READER, "SELECT FROM mailgw.raw", TRUE },
        { STORE_READER, "SELECT FROM mailgw.ticket_overview, mailgw.target_status, mailgw.mail_ledger", TRUE },
        { STORE_READER, "SELECT FROM mailgw.token_key", FALSE },
        { STORE_READER, "UPDATE mailgw.ticket SET subject = ''", FALSE },
        { STORE_READER, "SELECT mailgw.take_tokens('{}', '{}', '{}', false)", FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Store) store = fixture_open(&fixture, cases[i].role);
        g_autofree char *text = g_strconcat("BEGIN; ", cases[i].text, NULL);
        g_autoptr(PGresult) result = PQexec(store_connection(store), text);
        const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

        g_test_message("%d: %s", (int) cases[i].role, cases[i].text);
        g_assert_cmpstr(state, ==, cases[i].allowed ? NULL : "42501");
    }
}

static void
test_partitions(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_OWNER);
    g_autofree char *where = NULL;

    where = ask_text(store, "INSERT INTO mailgw.raw (bytes) VALUES ('x') RETURNING tableoid::regclass");
    g_assert_cmpstr(where, !=, "raw_default");
    g_assert_cmpint(ask_int(store, "SELECT count(*) FROM pg_attribute a JOIN pg_inherits h ON h.inhrelid = a.attrelid "
                                   "WHERE h.inhparent = 'mailgw.raw'::regclass AND a.attname = 'bytes' "
                                   "AND a.attstorage <> 'e'"), ==, 0);
    /* Mail in the default partition: that month gets none, the others do, and nothing fails. */
    run_sql(store, "INSERT INTO mailgw.raw (bytes, received_at) VALUES ('x', clock_timestamp() + interval '5 months')");
    run_sql(store, "SELECT mailgw.make_partitions(6)");
    run_sql(store, "SELECT mailgw.make_partitions(6)");
    g_assert_cmpint(ask_int(store, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'mailgw.raw'::regclass"), ==, 1 + 6);
    run_sql(store, "DELETE FROM mailgw.raw");
}

static char *
take(Store *store, const char *arguments)
{
    g_autofree char *text = g_strdup_printf("SELECT mailgw.take_tokens(%s)", arguments);

    return ask_text(store, text);
}

static void
assert_tokens(Store *store, const char *key, double low, double high)
{
    g_autofree char *text = g_strdup_printf("SELECT tokens FROM mailgw.counter WHERE key = '%s'", key);
    g_autofree char *value = ask_text(store, text);
    double tokens = g_ascii_strtod(value, NULL);

    g_assert_cmpfloat(tokens, >=, low);
    g_assert_cmpfloat(tokens, <=, high);
}

static void
test_tokens_all_or_none(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_OWNER);
    g_autofree char *empty = NULL;
    g_autofree char *first = NULL;

    g_assert_null(take(store, "'{b, a}', '{1, 5}', '{1e9, 1e9}', false"));
    assert_tokens(store, "a", 4, 4.001);
    empty = take(store, "'{a, b}', '{5, 1}', '{1e9, 1e9}', false");
    g_assert_cmpstr(empty, ==, "b");
    assert_tokens(store, "a", 4, 4.001);
    g_assert_null(take(store, "'{c}', '{1}', '{1e9}', false"));
    first = take(store, "'{c, b, a}', '{1, 1, 5}', '{1e9, 1e9, 1e9}', false");
    g_assert_cmpstr(first, ==, "c");
    g_assert_null(take(store, "'{}', '{}', '{}', false"));
}

static void
test_tokens_forced(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_WORKER);

    for (int i = 0; i < 7; i++)
        g_assert_null(take(store, "'{forced}', '{2}', '{1e9}', true"));
    assert_tokens(store, "forced", -2, -1.999);
}

static void
test_tokens_fill(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_OWNER);

    run_sql(store, "INSERT INTO mailgw.counter VALUES ('fill', 0, clock_timestamp() - interval '30 minutes')");
    g_assert_null(take(store, "'{fill}', '{4}', '{3600}', false"));
    assert_tokens(store, "fill", 1, 1.01);
    run_sql(store, "UPDATE mailgw.counter SET at = clock_timestamp() - interval '9 days' WHERE key = 'fill'");
    g_assert_null(take(store, "'{fill}', '{4}', '{3600}', false"));
    assert_tokens(store, "fill", 3, 3.01);
    /* A clock that was set back takes nothing away. */
    run_sql(store, "UPDATE mailgw.counter SET at = clock_timestamp() + interval '1 day' WHERE key = 'fill'");
    g_assert_null(take(store, "'{fill}', '{4}', '{3600}', false"));
    assert_tokens(store, "fill", 2, 2.01);
}

/* Four processes at two buckets, in both orders: each token once, and no deadlock. */
static void
test_tokens_at_once(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_WORKER);
    pid_t children[4];
    int taken = 0;

    for (int i = 0; i < 4; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            Store *own = fixture_open(&fixture, STORE_WORKER);
            int mine = 0;

            for (int n = 0; n < 30; n++)
                mine += take(own, i % 2 == 0 ? "'{x, y}', '{10, 60}', '{1e9, 1e9}', false"
                                             : "'{y, x}', '{60, 10}', '{1e9, 1e9}', false") == NULL ? 1 : 0;
            _exit(mine);
        }
    }
    for (int i = 0; i < 4; i++)
        taken += WEXITSTATUS(wait_for(children[i]));
    g_assert_cmpint(taken, ==, 10);
    assert_tokens(store, "x", 0, 0.01);
    assert_tokens(store, "y", 50, 50.01);
}

int
main(int argc, char **argv)
{
    int result;

    tap_init(&argc, &argv);
    fixture_start(&fixture);
    g_test_add_func("/store/schema/twice-applies-once", test_twice);
    g_test_add_func("/store/schema/four-at-once-apply-once", test_at_once);
    g_test_add_func("/store/schema/kill-9-at-any-moment", test_killed);
    g_test_add_func("/store/schema/newer-database-is-refused", test_newer);
    g_test_add_func("/store/schema/owner-without-createrole", test_without_roles);
    g_test_add_func("/store/schema/least-privilege", test_privileges);
    g_test_add_func("/store/schema/partitions-never-fail", test_partitions);
    g_test_add_func("/store/tokens/all-buckets-or-none", test_tokens_all_or_none);
    g_test_add_func("/store/tokens/forced-down-to-a-debt", test_tokens_forced);
    g_test_add_func("/store/tokens/fill-with-time", test_tokens_fill);
    g_test_add_func("/store/tokens/each-once-with-four-takers", test_tokens_at_once);
    result = g_test_run();
    fixture_stop(&fixture);
    return result;
}
