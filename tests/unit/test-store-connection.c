/*
 * test-store-connection.c - errors by SQLSTATE, pipelines, transactions, waking up, JSON
 */
#include <config.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "store-fixture.h"
#include "store-sql.h"
#include "tap.h"

static Fixture fixture;

static void
test_every_role_prepares(void)
{
    for (StoreRole role = STORE_OWNER; role <= STORE_READER; role++) {
        g_autoptr(Store) store = fixture_open(&fixture, role);

        g_assert_true(store_is_connected(store));
    }
}

static void
test_session(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_WORKER);
    g_autoptr(PGresult) rows = sql(store, "SELECT current_user, current_setting('search_path'), current_setting('timezone'), "
                                          "current_setting('statement_timeout'), current_setting('lock_timeout'), "
                                          "current_setting('application_name'), current_setting('client_encoding')");
    static const char *const expected[] = { "mailgw_worker", "pg_catalog, mailgw, pg_temp", "UTC", "1min", "10s",
                                            "mailgw test", "UTF8" };

    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_cmpstr(row_text(rows, 0, (int) i), ==, expected[i]);
}

/* A worker locks a conversation, then looks what is known of it: with a snapshot from before the lock it would see the past. */
static void
test_sees_what_is_committed(void)
{
    g_autoptr(Store) owner = fixture_open(&fixture, STORE_OWNER);

    run_sql(owner, "ALTER ROLE mailgw_worker SET default_transaction_isolation = 'repeatable read'");
    {
        g_autoptr(Store) store = fixture_open(&fixture, STORE_WORKER);
        g_autoptr(GError) error = NULL;
        g_autoptr(PGresult) rows = NULL;

        store_begin(store, &error);
        g_assert_no_error(error);
        rows = sql(store, "SELECT current_setting('transaction_isolation')");
        g_assert_cmpstr(row_text(rows, 0, 0), ==, "read committed");
        store_rollback(store);
    }
    run_sql(owner, "ALTER ROLE mailgw_worker RESET default_transaction_isolation");
}

static void
test_server_away(void)
{
    StoreSettings settings = { .socket_dir = "/nonexistent", .role = STORE_WORKER, .name = "test" };
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = store_open(&settings, &error);

    g_assert_null(store);
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_assert_null(strchr(error->message, '\n'));
}

static void
test_bad_url(void)
{
    static const char *const urls[] = { "host=x", "http://x", "postgresql://[x/", "postgresql://x?nonsense=1" };

    for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
        StoreSettings settings = { .url = urls[i], .role = STORE_WORKER, .name = "test" };
        g_autoptr(GError) error = NULL;

        g_assert_null(store_open(&settings, &error));
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    }
}

/* An own server: one login, and the role taken on where it exists. */
static void
test_url_takes_role(void)
{
    g_autofree char *host = g_uri_escape_string(fixture.socket_dir, NULL, FALSE);
    g_autofree char *url = g_strdup_printf("postgresql://mailgw_owner@%s/mailgw", host);
    StoreSettings settings = { .url = url, .role = STORE_COURIER, .name = "test" };
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = store_open(&settings, &error);
    g_autoptr(PGresult) rows = NULL;

    g_assert_no_error(error);
    rows = sql(store, "SELECT current_user, session_user");
    g_assert_cmpstr(row_text(rows, 0, 0), ==, "mailgw_courier");
    g_assert_cmpstr(row_text(rows, 0, 1), ==, "mailgw_owner");
}

static void
test_refuses_forgetful_server(void)
{
    g_autoptr(Store) owner = fixture_open(&fixture, STORE_OWNER);
    StoreSettings settings = { .socket_dir = fixture.socket_dir, .role = STORE_WORKER, .name = "test" };
    g_autoptr(GError) error = NULL;

    run_sql(owner, "ALTER ROLE mailgw_worker SET synchronous_commit = off");
    g_assert_null(store_open(&settings, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    g_assert_nonnull(strstr(error->message, "synchronous_commit is off"));
    run_sql(owner, "ALTER ROLE mailgw_worker RESET synchronous_commit");
}

static void
test_schema_missing(void)
{
    g_autoptr(Store) owner = fixture_open(&fixture, STORE_OWNER);
    g_autofree char *host = g_uri_escape_string(fixture.socket_dir, NULL, FALSE);
    g_autofree char *url = g_strdup_printf("postgresql://mailgw_owner@%s/empty", host);
    StoreSettings settings = { .url = url, .role = STORE_READER, .name = "test" };
    g_autoptr(GError) error = NULL;

    run_sql(owner, "CREATE DATABASE empty");
    g_assert_null(store_open(&settings, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    g_assert_nonnull(strstr(error->message, "mailgw db migrate"));
    run_sql(owner, "DROP DATABASE empty");
}

static void
assert_agent_error(Store *store, const char *name, MailgwError code)
{
    const char *values[] = { name };
    g_autoptr(GError) error = NULL;

    g_assert_false(store_execute(store, QUERY_AGENT_MAKE, values, 1, NULL, &error));
    g_assert_error(error, MAILGW_ERROR, (int) code);
}

static void
test_error_codes(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_OWNER);
    g_autoptr(Store) reader = fixture_open(&fixture, STORE_READER);
    const char *record[] = { "1", "again" };
    g_autoptr(GError) error = NULL;

    assert_agent_error(store, "bad\xff" "utf8", MAILGW_ERROR_INVALID);    /* 22021 */
    assert_agent_error(store, "Not Allowed", MAILGW_ERROR_INVALID);       /* 23514 */
    assert_agent_error(reader, "anna", MAILGW_ERROR_CONFIG);              /* 42501 */
    g_assert_false(store_execute(store, QUERY_SCHEMA_RECORD, record, 2, NULL, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_EXISTS);             /* 23505 */
    g_assert_nonnull(strstr(error->message, "schema_record"));
}

static void
terminate(Store *store)
{
    g_autoptr(Store) owner = fixture_open(&fixture, STORE_OWNER);
    g_autofree char *text = g_strdup_printf("SELECT pg_terminate_backend(%d, 5000)",
                                            PQbackendPID(store_connection(store)));

    run_sql(owner, text);
}

static void
test_terminated(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_OWNER);
    g_autoptr(GError) error = NULL;

    terminate(store);
    g_assert_false(store_begin(store, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_assert_false(store_is_connected(store));
    store_rollback(store);
    g_clear_error(&error);
    g_assert_true(store_reopen(store, &error));
    g_assert_true(store_begin(store, &error));
    g_assert_true(store_commit(store, &error));
}

static void
test_terminated_in_pipeline(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_OWNER);
    g_autoptr(GError) error = NULL;

    store_pipeline_begin(store);
    store_pipeline_add(store, QUERY_BEGIN, NULL);
    terminate(store);
    for (int i = 0; i < 100; i++)
        store_pipeline_add(store, QUERY_SCHEMA_NEWEST, NULL);
    store_pipeline_add(store, QUERY_COMMIT, NULL);
    g_assert_null(store_pipeline_run(store, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_clear_error(&error);
    g_assert_true(store_reopen(store, &error));
    store_pipeline_begin(store);
    store_pipeline_add(store, QUERY_SCHEMA_NEWEST, NULL);
    g_ptr_array_unref(store_pipeline_run(store, &error));
    g_assert_no_error(error);
}

#define FATAL    "E\0\0\0\x23" "SFATAL\0" "C57P01\0" "Mterminating it\0" "\0"
#define BOUND    "2\0\0\0\4"
#define NO_DATA  "n\0\0\0\4"
#define COMPLETE "C\0\0\0\xa" "BEGIN\0"
#define READY    "Z\0\0\0\5I"

/* What a server still says before its end of the connection closes, each between store_pipeline_add() and store_pipeline_run(), and before. */
static const struct {
    const char *name;
    const char *said;
    gsize       length;
    guint       at;         /* before so many statements are added */
} last_words[] = {
#define SAID(text, at) text, sizeof(text) - 1, at
    { "nothing", SAID("", 0) },
    { "fatal before the first", SAID(FATAL, 0) },
    { "fatal after the first", SAID(FATAL, 1) },
    { "fatal at the end", SAID(FATAL, 3) },
    { "half of an answer", SAID(BOUND NO_DATA, 3) },
    { "half of an answer, fatal", SAID(BOUND NO_DATA FATAL, 3) },
    { "one answer", SAID(BOUND NO_DATA COMPLETE, 3) },
    { "one answer, fatal", SAID(BOUND NO_DATA COMPLETE FATAL, 3) },
    { "one answer, fatal, early", SAID(BOUND NO_DATA COMPLETE FATAL, 1) },
    { "two answers, fatal", SAID(BOUND NO_DATA COMPLETE BOUND NO_DATA COMPLETE FATAL, 2) },
    { "two answers, half a fatal", SAID(BOUND NO_DATA COMPLETE BOUND NO_DATA COMPLETE "E\0\0", 2) },
#undef SAID
};

/* The server's place is taken by this test, which says its last words and closes. */
static void
take_servers_place(Store *store, const char *said, gsize length)
{
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
    g_assert_cmpint(dup2(ends[0], PQsocket(store_connection(store))), >=, 0);
    g_assert_cmpint(write(ends[1], said, length), ==, length);
    close(ends[0]);
    close(ends[1]);
}

static void
test_last_words(void)
{
    static const QueryId statements[] = { QUERY_BEGIN, QUERY_BEGIN, QUERY_SCHEMA_NEWEST };

    for (gsize i = 0; i < G_N_ELEMENTS(last_words); i++) {
        g_autoptr(Store) store = fixture_open(&fixture, STORE_READER);
        g_autoptr(GError) error = NULL;

        g_test_message("%s", last_words[i].name);
        store_pipeline_begin(store);
        for (guint n = 0; n <= G_N_ELEMENTS(statements); n++) {
            if (n == last_words[i].at)
                take_servers_place(store, last_words[i].said, last_words[i].length);
            if (n < G_N_ELEMENTS(statements))
                store_pipeline_add(store, statements[n], NULL);
        }
        g_assert_null(store_pipeline_run(store, &error));
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
        g_test_message("%s; status %d", error->message, PQstatus(store->connection));
        store_rollback(store);
        g_assert_false(store_is_connected(store));
    }
}

/* Over a never opened connection, too: whoever forgot to look gets an error, not a crash. */
static void
test_reopen_fails(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_OWNER);
    g_autoptr(GError) error = NULL;

    g_free(store->socket_dir);
    store->socket_dir = g_strdup("/nonexistent");
    g_assert_false(store_reopen(store, &error));
    g_clear_error(&error);
    g_assert_false(store_begin(store, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_clear_error(&error);
    store_pipeline_begin(store);
    store_pipeline_add(store, QUERY_BEGIN, NULL);
    g_assert_null(store_pipeline_run(store, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_clear_error(&error);
    g_assert_false(store_wait(store, 0, -1, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    store_notify(store, "inbound");
}

/* 20 MB there and 20 MB back: neither side may wait for the other to read. */
static void
test_large_pipeline(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_OWNER);
    g_autoptr(GPtrArray) results = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *long_name = g_strnfill(40 * 1024, 'a');

    run_sql(store, "INSERT INTO mailgw.ticket (reference, queue, subject) VALUES (78, 'q', repeat('s', 40 * 1024))");
    store_pipeline_begin(store);
    for (int i = 0; i < 500; i++) {
        g_auto(Params) name = { 0 };
        g_auto(Params) reference = { 0 };

        params_text(&name, long_name);
        params_int(&reference, 78);
        store_pipeline_add(store, QUERY_AGENT_FIND, &name);
        store_pipeline_add(store, QUERY_TICKET_SHOW, &reference);
    }
    g_assert_cmpint((int) store_pipeline_count(store), ==, 1000);
    results = store_pipeline_run(store, &error);
    g_assert_no_error(error);
    g_assert_cmpint((int) results->len, ==, 1000);
    g_assert_cmpint(PQntuples(g_ptr_array_index(results, 998)), ==, 0);
    g_assert_cmpint(PQgetlength(g_ptr_array_index(results, 999), 0, 4), ==, 40 * 1024);
    run_sql(store, "DELETE FROM mailgw.ticket WHERE reference = 78");
}

static void
test_pipeline_error(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_OWNER);
    g_auto(Params) again = { 0 };
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) results = NULL;

    params_int(&again, 1);
    params_text(&again, "again");
    store_pipeline_begin(store);
    store_pipeline_add(store, QUERY_BEGIN, NULL);
    store_pipeline_add(store, QUERY_SCHEMA_RECORD, &again);
    store_pipeline_add(store, QUERY_SCHEMA_NEWEST, NULL);
    store_pipeline_add(store, QUERY_COMMIT, NULL);
    g_assert_null(store_pipeline_run(store, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_EXISTS);
    store_rollback(store);
    g_clear_error(&error);
    store_pipeline_begin(store);
    store_pipeline_add(store, QUERY_SCHEMA_NEWEST, NULL);
    results = store_pipeline_run(store, &error);
    g_assert_no_error(error);
    g_assert_cmpint((int) row_int64(g_ptr_array_index(results, 0), 0, 0), >=, 2);
}

/* PostgreSQL answers COMMIT of a broken transaction with success, and a rollback. */
static void
test_commit_of_broken(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_OWNER);
    g_autoptr(GError) error = NULL;

    g_assert_true(store_begin(store, &error));
    assert_agent_error(store, "Not Allowed", MAILGW_ERROR_INVALID);
    g_assert_false(store_commit(store, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_clear_error(&error);
    g_assert_true(store_begin(store, &error));
    store_rollback(store);
    store_rollback(store);
}

static void
test_parameters(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_OWNER);
    static const char *const texts[] = { "plain", "a\"b\\c", NULL, "{x,y}", "", "NULL", "ü" };
    static const guint8 bytes[] = { 0, 1, 0xff, '\\', '"', '}' };
    g_auto(Params) params = { 0 };
    g_autoptr(PGresult) rows = NULL;

    params_text_array(&params, texts, G_N_ELEMENTS(texts));
    params_bytes_array(&params, bytes, 2, 3);
    params_int_array(&params, (const gint64[]) { G_MININT64, 0, G_MAXINT64 }, 3);
    params_time(&params, -1);
    params_bytes(&params, NULL, 0);
    params_time(&params, G_MAXINT64);
    rows = PQexecParams(store_connection(store),
                        "SELECT to_jsonb($1::text[]), $2::bytea[] = ARRAY['\\x0001', '\\xff5c', '\\x227d']::bytea[], "
                        "$3::bigint[] = ARRAY[-9223372036854775808, 0, 9223372036854775807], "
                        "(extract(epoch FROM $4::timestamptz) * 1000000)::bigint, octet_length($5::bytea), "
                        "$6::timestamptz IS NULL",
                        params.n, NULL, params.values, params.lengths, params.formats, 0);
    g_assert_cmpint(PQresultStatus(rows), ==, PGRES_TUPLES_OK);
    g_assert_cmpstr(row_text(rows, 0, 0), ==, "[\"plain\", \"a\\\"b\\\\c\", null, \"{x,y}\", \"\", \"NULL\", \"ü\"]");
    g_assert_true(row_bool(rows, 0, 1));
    g_assert_true(row_bool(rows, 0, 2));
    g_assert_cmpint(row_time(rows, 0, 3), ==, -1);
    g_assert_cmpint(row_int64(rows, 0, 4), ==, 0);
    g_assert_true(row_bool(rows, 0, 5));
}

static void
test_binary_rows(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_OWNER);
    g_autoptr(PGresult) rows = PQexecParams(store_connection(store),
                                            "SELECT (-2)::bigint, 70000::int, (-3)::smallint, true, '\\x00ff'::bytea, NULL::bytea",
                                            0, NULL, NULL, NULL, NULL, 1);
    g_autoptr(GBytes) bytes = row_bytes(rows, 0, 4);

    g_assert_cmpint(row_int64(rows, 0, 0), ==, -2);
    g_assert_cmpint(row_int64(rows, 0, 1), ==, 70000);
    g_assert_cmpint(row_int64(rows, 0, 2), ==, -3);
    g_assert_true(row_bool(rows, 0, 3));
    g_assert_cmpint((int) g_bytes_get_size(bytes), ==, 2);
    g_assert_cmpint(memcmp(g_bytes_get_data(bytes, NULL), "\0\xff", 2), ==, 0);
    g_assert_null(row_bytes(rows, 0, 5));
}

static void
test_wakes_up(void)
{
    g_autoptr(Store) listener = fixture_open(&fixture, STORE_WORKER);
    g_autoptr(Store) speaker = fixture_open(&fixture, STORE_INGEST);
    g_autoptr(GError) error = NULL;

    g_assert_true(store_listen(listener, "inbound", &error));
    g_assert_false(store_wait(listener, 10, -1, &error));
    g_assert_no_error(error);
    store_notify(speaker, "inbound");
    g_assert_true(store_wait(listener, 5000, -1, &error));
    g_assert_cmpint(store_notify_due(speaker), ==, -1);
    store_notify(speaker, "inbound");
    g_assert_cmpint(store_notify_due(speaker), >, 0);
    g_usleep(12 * 1000);
    g_assert_cmpint(store_notify_due(speaker), ==, -1);
    g_assert_true(store_wait(listener, 5000, -1, &error));
}

static void
test_listens_after_reopen(void)
{
    g_autoptr(Store) listener = fixture_open(&fixture, STORE_WORKER);
    g_autoptr(Store) speaker = fixture_open(&fixture, STORE_INGEST);
    g_autoptr(GError) error = NULL;

    g_assert_true(store_listen(listener, "outbox", &error));
    terminate(listener);
    g_assert_false(store_wait(listener, 5000, -1, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_clear_error(&error);
    g_assert_true(store_reopen(listener, &error));
    store_notify(speaker, "outbox");
    g_assert_true(store_wait(listener, 5000, -1, &error));
}

static json_t *
query(Store *store, QueryId id, const char *const *values, int n)
{
    g_autoptr(GError) error = NULL;
    json_t *rows = store_query_json(store, id, values, n, &error);

    g_assert_no_error(error);
    return rows;
}

static void
test_announces_roles(void)
{
    g_autoptr(Store) reader = fixture_open(&fixture, STORE_READER);
    g_autoptr(Store) first = fixture_open(&fixture, STORE_WORKER);
    g_autoptr(Store) other_host = fixture_open(&fixture, STORE_WORKER);
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) rows = NULL;
    json_t *worker;

    g_assert_true(store_announce_role(first, "worker", 2, &error));
    g_assert_true(store_announce_role(other_host, "worker", 2, &error));
    rows = query(reader, QUERY_ROLES_UP, NULL, 0);
    g_assert_cmpint((int) json_array_size(rows), ==, 1);
    worker = json_array_get(rows, 0);
    g_assert_cmpstr(json_string_value(json_object_get(worker, "role")), ==, "worker");
    g_assert_cmpint(json_integer_value(json_object_get(worker, "number")), ==, 2);
    g_assert_cmpint(json_integer_value(json_object_get(worker, "processes")), ==, 2);
}

static void
test_json(void)
{
    g_autoptr(Store) store = fixture_open(&fixture, STORE_OWNER);
    const char *reference[] = { "77" };
    g_autoptr(Json) rows = NULL;
    g_autofree char *text = NULL;
    json_t *ticket;

    run_sql(store, "INSERT INTO mailgw.ticket (reference, queue, subject, tags, fields, created_at) "
                   "VALUES (77, 'q', 's', '{a,b}', '{\"k\": [1]}', '2026-11-22 10:00:00.5+02')");
    rows = query(store, QUERY_TICKET_SHOW, reference, 1);
    ticket = json_array_get(rows, 0);
    g_assert_cmpint(json_integer_value(json_object_get(ticket, "reference")), ==, 77);
    g_assert_true(json_is_null(json_object_get(ticket, "assignee")));
    g_assert_true(json_is_false(json_object_get(ticket, "placeholder")));
    g_assert_cmpstr(json_string_value(json_object_get(ticket, "created")), ==, "2026-11-22T08:00:00Z");
    text = json_dumps(json_object_get(ticket, "tags"), JSON_COMPACT);
    g_assert_cmpstr(text, ==, "[\"a\",\"b\"]");
    g_assert_true(json_is_array(json_object_get(json_object_get(ticket, "fields"), "k")));
    run_sql(store, "DELETE FROM mailgw.ticket WHERE reference = 77");
}

int
main(int argc, char **argv)
{
    int result;

    tap_init(&argc, &argv);
    fixture_start(&fixture);
    g_test_add_func("/store/open/every-role-prepares-every-statement", test_every_role_prepares);
    g_test_add_func("/store/open/session-is-set-up", test_session);
    g_test_add_func("/store/open/transactions-see-what-is-committed", test_sees_what_is_committed);
    g_test_add_func("/store/connection/session/sees-what-is-committed", test_sees_what_is_committed);
    g_test_add_func("/store/open/server-away-is-temporary", test_server_away);
    g_test_add_func("/store/open/bad-url-is-configuration", test_bad_url);
    g_test_add_func("/store/open/url-takes-the-role", test_url_takes_role);
    g_test_add_func("/store/open/server-that-forgets-is-refused", test_refuses_forgetful_server);
    g_test_add_func("/store/open/missing-schema-is-configuration", test_schema_missing);
    g_test_add_func("/store/errors/by-sqlstate", test_error_codes);
    g_test_add_func("/store/errors/terminated-is-temporary", test_terminated);
    g_test_add_func("/store/errors/terminated-in-pipeline", test_terminated_in_pipeline);
    g_test_add_func("/store/errors/last-words-in-a-pipeline", test_last_words);
    g_test_add_func("/store/errors/without-connection", test_reopen_fails);
    g_test_add_func("/store/errors/commit-of-a-broken-transaction", test_commit_of_broken);
    g_test_add_func("/store/pipeline/thousand-statements-20-megabytes", test_large_pipeline);
    g_test_add_func("/store/pipeline/error-drains-the-rest", test_pipeline_error);
    g_test_add_func("/store/values/parameters", test_parameters);
    g_test_add_func("/store/values/binary-rows", test_binary_rows);
    g_test_add_func("/store/values/json", test_json);
    g_test_add_func("/store/notify/wakes-a-listener", test_wakes_up);
    g_test_add_func("/store/notify/listens-again-after-reopen", test_listens_after_reopen);
    g_test_add_func("/store/notify/roles-are-announced", test_announces_roles);
    result = g_test_run();
    fixture_stop(&fixture);
    return result;
}
