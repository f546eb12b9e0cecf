/*
 * test-store-audit.c - every check of the books is quiet over sound ones and names the row that breaks it; what purge removes
 */
#include <config.h>

#include <string.h>

#include "store-fixture.h"
#include "store-sql.h"
#include "tap.h"

static Fixture fixture;
static Store *store;

/* One of everything that the checks look at. */
static const char *const sound_books[] = {
    "INSERT INTO mailgw.person (address) VALUES ('anna@example.com')",
    "INSERT INTO mailgw.agent (name, display_name) VALUES ('bert', 'Bert')",
    "INSERT INTO mailgw.ticket (reference, queue, subject, requester) VALUES (1, 'support', 'a', 1)",
    "INSERT INTO mailgw.ticket (reference, queue, subject, placeholder) VALUES (2, 'support', 'quarantined', true)",
    "INSERT INTO mailgw.ticket (reference, queue, subject, status, merged_into, closed_at) "
    "VALUES (3, 'support', 'c', 'closed', 1, now())",
    "INSERT INTO mailgw.participant (ticket, person, how) VALUES (1, 1, 'requester')",
    "INSERT INTO mailgw.raw (bytes) SELECT 'mail' FROM generate_series(1, 7)",
    "INSERT INTO mailgw.inbound (raw, raw_received_at, source, queue) SELECT id, received_at, 'lmtp', 'support' "
    "FROM mailgw.raw ORDER BY id",
    "UPDATE mailgw.inbound SET outcome = 'ticket', reason = 'new', ticket = 1, done_at = now() WHERE id = 1",
    "UPDATE mailgw.inbound SET outcome = 'duplicate', reason = 'same', ticket = 1, duplicate_of = 1, done_at = now() WHERE id = 2",
    "UPDATE mailgw.inbound SET outcome = 'quarantined', reason = 'bad', ticket = 2, done_at = now() WHERE id = 3",
    "UPDATE mailgw.inbound SET lease = 1, leased_until = now() + interval '20 s' WHERE id = 5",
    "UPDATE mailgw.inbound SET source = 'imap:post', delivery_key = 'post/INBOX/1/17' WHERE id = 1",
    "INSERT INTO mailgw.mailbox (account, folder, uidvalidity, last_uid) VALUES ('post', 'INBOX', 1, 17)",
    "INSERT INTO mailgw.mailbox_mail (mailbox, generation, uid, inbound, size) SELECT id, generation, 17, 1, 4 FROM mailgw.mailbox",
    "INSERT INTO mailgw.content_key (key, inbound) VALUES (sha256('1'), 1)",
    "INSERT INTO mailgw.article (ticket, inbound, kind, message_id, text) VALUES (1, 1, 'message', 'm1@example.com', 'x')",
    "INSERT INTO mailgw.article (ticket, inbound, kind, text) VALUES (2, 3, 'quarantined', 'x')",
    "INSERT INTO mailgw.article (ticket, agent, kind, message_id, text) VALUES (1, 1, 'reply', 'r1@x.example', 'x')",
    "INSERT INTO mailgw.message_ref (message_id, ticket, seen, ours) "
    "VALUES ('m1@example.com', 1, true, false), ('r1@x.example', 1, true, true), ('k1@x.example', 1, true, true)",
    "INSERT INTO mailgw.outbox (id, kind, automatic, ticket, inbound, envelope_sender, recipient, message_id, bytes, "
    "expires_at, state, sent_at, done_at) VALUES (1, 'acknowledgement', true, 1, 1, '', 'anna@example.com', 'k1@x.example', "
    "'x', now(), 'sent', now(), now())",
    "INSERT INTO mailgw.outbox (id, kind, automatic, ticket, article, envelope_sender, recipient, message_id, bytes, "
    "expires_at, lease, leased_until) VALUES (2, 'reply', false, 1, 3, 's@x.example', 'anna@example.com', 'r1@x.example', "
    "'x', now() + interval '1 day', 2, now() + interval '30 min')",
    "INSERT INTO mailgw.decision (inbound, facts, decided, acknowledgement) "
    "VALUES (1, '{}', '{}', 'outbox'), (2, '{}', '{}', 'none: duplicate'), (3, '{}', '{}', 'withheld: total'), (6, '{}', '{}', 'none: class bounce')",
    "UPDATE mailgw.inbound SET outcome = 'redirected', reason = 'passed on', done_at = now() WHERE id = 7",
    "INSERT INTO mailgw.decision (inbound, facts, decided, acknowledgement) VALUES (7, '{}', '{}', 'none: passed on')",
    "INSERT INTO mailgw.outbox (id, kind, automatic, inbound, envelope_sender, recipient, message_id, bytes, expires_at) "
    "VALUES (3, 'redirect', false, 7, 's@x.example', 'ops@example.org', 'p1@x.example', 'x', now() + interval '1 day')",
    "UPDATE mailgw.inbound SET outcome = 'report', reason = 'bounce', ticket = 1, done_at = now() WHERE id = 6",
    "UPDATE mailgw.outbox SET attempts = 1, returned = 'bounced', returned_at = now(), returned_by = 6 WHERE id = 1",
    "UPDATE mailgw.person SET bouncing = true, bouncing_since = now(), bouncing_reason = '5.1.1' WHERE id = 1",
    "UPDATE mailgw.article SET text = 'new\n> old\n', spans = '[{\"kind\": \"reply\", \"start\": 0, \"end\": 4},"
    " {\"kind\": \"quote\", \"start\": 4, \"end\": 10}]', attachments = '[{\"part\": \"2\", \"size\": 5}]' WHERE id = 1",
    "INSERT INTO mailgw.person_image (person, sha256) VALUES (1, sha256('logo'))",
    "INSERT INTO mailgw.clock (ticket, target, policy, started_at, met_at) "
    "SELECT 1, 'first-response', 'p', created_at - interval '1 h', created_at FROM mailgw.article WHERE id = 3",
    "INSERT INTO mailgw.clock (ticket, target, policy, started_at, due_at, warned_at) "
    "VALUES (1, 'resolution', 'p', now() - interval '1 h', now() + interval '1 h', now())",
    "INSERT INTO mailgw.event (ticket, actor, kind) VALUES (1, 'clock', 'target-warned')",
};

/* The books do not take the constraints' word; to break a row they have to go first. */
static const char loosen[] =
    "DO $$ DECLARE c record; BEGIN "
    "FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint "
    "WHERE connamespace = 'mailgw'::regnamespace AND contype IN ('c', 'f', 'u') AND conparentid = 0 "
    "LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname); END LOOP; END $$; "
    "DROP INDEX mailgw.outbox_one_acknowledgement, mailgw.clock_owed";

static const struct {
    QueryId     check;
    const char *rule;
    const char *how;
    const char *examples;
} breaks[] = {
    { QUERY_AUDIT_OUTCOMES, "an outcome and a lease", "UPDATE mailgw.inbound SET lease = 9 WHERE id = 1", "1" },
    { QUERY_AUDIT_OUTCOMES, "an outcome without time", "UPDATE mailgw.inbound SET done_at = NULL WHERE id = 2", "2" },
    { QUERY_AUDIT_OUTCOMES, "an outcome without reason", "UPDATE mailgw.inbound SET reason = NULL WHERE id = 2", "2" },
    { QUERY_AUDIT_SUM, "an outcome nobody knows", "UPDATE mailgw.inbound SET outcome = 'lost' WHERE id = 1", "1" },
    { QUERY_AUDIT_WITHOUT_OUTCOME, "no original", "UPDATE mailgw.inbound SET raw = NULL WHERE id = 4", "4" },
    { QUERY_AUDIT_WITHOUT_OUTCOME, "half a lease", "UPDATE mailgw.inbound SET leased_until = NULL WHERE id = 5", "5" },
    { QUERY_AUDIT_TICKET_OUTCOME, "no article", "DELETE FROM mailgw.article WHERE id = 1", "1" },
    { QUERY_AUDIT_TICKET_OUTCOME, "article of another ticket", "UPDATE mailgw.article SET ticket = 2 WHERE id = 1", "1" },
    { QUERY_AUDIT_TICKET_OUTCOME, "no ticket", "DELETE FROM mailgw.ticket WHERE reference = 1", "1" },
    { QUERY_AUDIT_ARTICLE_INBOUND, "no inbound row", "DELETE FROM mailgw.inbound WHERE id = 1", "1" },
    { QUERY_AUDIT_ARTICLE_INBOUND, "inbound row not done",
      "UPDATE mailgw.inbound SET outcome = NULL, reason = NULL, done_at = NULL WHERE id = 1", "1" },
    { QUERY_AUDIT_ARTICLE_INBOUND, "wrong outcome", "UPDATE mailgw.inbound SET outcome = 'discarded' WHERE id = 3", "2" },
    { QUERY_AUDIT_QUARANTINED, "no article", "DELETE FROM mailgw.article WHERE id = 2", "3" },
    { QUERY_AUDIT_QUARANTINED, "no placeholder", "UPDATE mailgw.ticket SET placeholder = false WHERE reference = 2", "3" },
    { QUERY_AUDIT_DUPLICATE, "duplicate of a duplicate", "UPDATE mailgw.inbound SET outcome = 'duplicate' WHERE id = 1", "1 2" },
    { QUERY_AUDIT_DUPLICATE, "duplicate of itself", "UPDATE mailgw.inbound SET duplicate_of = 2 WHERE id = 2", "2" },
    { QUERY_AUDIT_DUPLICATE, "duplicate of nothing", "UPDATE mailgw.inbound SET duplicate_of = NULL WHERE id = 2", "2" },
    { QUERY_AUDIT_DECISION, "no decision", "DELETE FROM mailgw.decision WHERE inbound = 2", "2" },
    { QUERY_AUDIT_ACKNOWLEDGEMENT, "decided, not in the outbox", "DELETE FROM mailgw.outbox WHERE id = 1", "1" },
    { QUERY_AUDIT_ACKNOWLEDGEMENT, "withheld, in the outbox",
      "UPDATE mailgw.decision SET acknowledgement = 'withheld: total' WHERE inbound = 1", "1" },
    { QUERY_AUDIT_ACKNOWLEDGEMENT, "twice in the outbox", "UPDATE mailgw.outbox SET kind = 'acknowledgement', inbound = 1", "1" },
    { QUERY_AUDIT_ACKNOWLEDGEMENT, "withheld for nothing",
      "UPDATE mailgw.decision SET acknowledgement = 'withheld: ' WHERE inbound = 3", "3" },
    { QUERY_AUDIT_ACKNOWLEDGEMENT_DECIDED, "of a row that is not done",
      "UPDATE mailgw.inbound SET outcome = NULL WHERE id = 1", "1" },
    { QUERY_AUDIT_ACKNOWLEDGEMENT_DECIDED, "of no row", "UPDATE mailgw.outbox SET inbound = NULL WHERE id = 1", "1" },
    { QUERY_AUDIT_REDIRECTED, "not passed on", "DELETE FROM mailgw.outbox WHERE id = 3", "7" },
    { QUERY_AUDIT_REDIRECTED, "in a ticket", "UPDATE mailgw.inbound SET ticket = 1 WHERE id = 7", "7" },
    { QUERY_AUDIT_REDIRECTED, "with an article", "UPDATE mailgw.article SET inbound = 7 WHERE id = 2", "7" },
    { QUERY_AUDIT_REDIRECT, "of no row", "UPDATE mailgw.outbox SET inbound = NULL WHERE id = 3", "3" },
    { QUERY_AUDIT_REDIRECT, "of a row that was discarded", "UPDATE mailgw.inbound SET outcome = 'discarded' WHERE id = 7", "3" },
    { QUERY_AUDIT_REDIRECT, "sent at most once", "UPDATE mailgw.outbox SET automatic = true WHERE id = 3", "3" },
    { QUERY_AUDIT_INBOUND_LEASE, "long over", "UPDATE mailgw.inbound SET leased_until = now() - interval '3 min' WHERE id = 5", "5" },
    { QUERY_AUDIT_INBOUND_LEASE, "far too long", "UPDATE mailgw.inbound SET leased_until = now() + interval '2 h' WHERE id = 5", "5" },
    { QUERY_AUDIT_INBOUND_LEASE, "without end", "UPDATE mailgw.inbound SET leased_until = NULL WHERE id = 5", "5" },
    { QUERY_AUDIT_OUTBOX_LEASE, "long over", "UPDATE mailgw.outbox SET leased_until = now() - interval '3 h' WHERE id = 2", "2" },
    { QUERY_AUDIT_OUTBOX_STATE, "waiting without bytes", "UPDATE mailgw.outbox SET bytes = NULL WHERE id = 2", "2" },
    { QUERY_AUDIT_OUTBOX_STATE, "sent without time", "UPDATE mailgw.outbox SET sent_at = NULL WHERE id = 1", "1" },
    { QUERY_AUDIT_RETURNED, "no report says so", "UPDATE mailgw.outbox SET returned_by = NULL WHERE id = 1", "1" },
    { QUERY_AUDIT_RETURNED, "said by what is no report", "UPDATE mailgw.outbox SET returned_by = 1 WHERE id = 1", "1" },
    { QUERY_AUDIT_RETURNED, "never left", "UPDATE mailgw.outbox SET attempts = 0 WHERE id = 1", "1" },
    { QUERY_AUDIT_BOUNCING, "nobody knows since when", "UPDATE mailgw.person SET bouncing_since = NULL", "1" },
    { QUERY_AUDIT_BOUNCING, "a mark that was not taken away", "UPDATE mailgw.person SET bouncing = false", "1" },
    { QUERY_AUDIT_SPANS, "text behind the last", "UPDATE mailgw.article SET text = text || 'more' WHERE id = 1", "1" },
    { QUERY_AUDIT_SPANS, "a gap", "UPDATE mailgw.article SET spans = jsonb_set(spans, '{1,start}', '5') WHERE id = 1", "1" },
    { QUERY_AUDIT_SPANS, "not from the beginning", "UPDATE mailgw.article SET spans = spans - 0 WHERE id = 1", "1" },
    { QUERY_AUDIT_ATTACHMENTS, "no part", "UPDATE mailgw.article SET attachments = '[{\"size\": 1}]' WHERE id = 1", "1" },
    { QUERY_AUDIT_ATTACHMENTS, "no size", "UPDATE mailgw.article SET attachments = '[{\"part\": \"1\"}]' WHERE id = 1", "1" },
    { QUERY_AUDIT_IMAGE, "of nobody", "DELETE FROM mailgw.person WHERE id = 1", "1" },
    { QUERY_AUDIT_REPLY, "no mail", "DELETE FROM mailgw.outbox WHERE id = 2", "3" },
    { QUERY_AUDIT_SENT_MESSAGE_ID, "reply unknown", "DELETE FROM mailgw.message_ref WHERE message_id = 'r1@x.example'", "2" },
    { QUERY_AUDIT_SENT_MESSAGE_ID, "known as a stranger's",
      "UPDATE mailgw.message_ref SET ours = false WHERE message_id = 'k1@x.example'", "1" },
    { QUERY_AUDIT_ARTICLE_MESSAGE_ID, "unknown", "DELETE FROM mailgw.message_ref WHERE message_id = 'm1@example.com'", "1" },
    { QUERY_AUDIT_ARTICLE_MESSAGE_ID, "only referred to",
      "UPDATE mailgw.message_ref SET seen = false WHERE message_id = 'm1@example.com'", "1" },
    { QUERY_AUDIT_TICKET_ARTICLE, "empty ticket", "INSERT INTO mailgw.ticket (reference, queue, subject) VALUES (4, 'q', 's')", "4" },
    { QUERY_AUDIT_TICKET_REQUESTER, "requester takes no part", "DELETE FROM mailgw.participant", "1" },
    { QUERY_AUDIT_MERGED, "merged into a merged one",
      "UPDATE mailgw.ticket SET merged_into = 2, status = 'closed', closed_at = now() WHERE reference = 1", "3" },
    { QUERY_AUDIT_MERGED, "merged and open", "UPDATE mailgw.ticket SET status = 'open' WHERE reference = 3", "3" },
    { QUERY_AUDIT_CLOCK_OWED, "of a merged ticket", "UPDATE mailgw.clock SET ticket = 3 WHERE id = 2", "2" },
    { QUERY_AUDIT_CLOCK_OWED, "twice", "INSERT INTO mailgw.clock (ticket, target, policy, started_at) VALUES (1, 'resolution', 'p', now())", "2 3" },
    { QUERY_AUDIT_CLOCK_MET, "by nobody's reply", "UPDATE mailgw.clock SET met_at = met_at + interval '1 s' WHERE id = 1", "1" },
    { QUERY_AUDIT_CLOCK_MET, "before it began", "UPDATE mailgw.clock SET started_at = now() + interval '1 h' WHERE id = 1", "1" },
    { QUERY_AUDIT_CLOCK_MET, "and the ticket is open", "UPDATE mailgw.clock SET met_at = now() WHERE id = 2", "2" },
    { QUERY_AUDIT_CLOCK_PAUSED, "for nothing", "UPDATE mailgw.clock SET paused_at = now() WHERE id = 2", "2" },
    { QUERY_AUDIT_CLOCK_PAUSED, "not while the ticket waits", "UPDATE mailgw.ticket SET status = 'pending' WHERE reference = 1", "2" },
    { QUERY_AUDIT_CLOCK_TOLD, "a warning", "DELETE FROM mailgw.event WHERE kind = 'target-warned'", "1" },
    { QUERY_AUDIT_CLOCK_TOLD, "a breach", "UPDATE mailgw.clock SET breached_at = now() WHERE id = 2", "1" },
    { QUERY_AUDIT_CONTENT_KEY, "two keys of one row", "INSERT INTO mailgw.content_key (key, inbound) VALUES (sha256('2'), 1)", "1" },
    { QUERY_AUDIT_CONTENT_KEY, "key of a duplicate", "UPDATE mailgw.content_key SET inbound = 2", "2" },
    { QUERY_AUDIT_CONTENT_KEY, "key of a row that waits", "UPDATE mailgw.content_key SET inbound = 4", "4" },
    { QUERY_AUDIT_RAW, "bytes of nobody", "UPDATE mailgw.inbound SET raw = NULL, raw_received_at = NULL WHERE id = 2", "2" },
    { QUERY_AUDIT_MAILBOX, "no such row", "UPDATE mailgw.mailbox_mail SET inbound = 99", "99" },
    { QUERY_AUDIT_MAILBOX, "a row that came otherwise", "UPDATE mailgw.inbound SET source = 'lmtp' WHERE id = 1", "1" },
    { QUERY_AUDIT_TOKEN_KEY, "none in use", "UPDATE mailgw.token_key SET retired_at = now()", NULL },
};

static gboolean
is_check(QueryId query)
{
    return g_str_has_prefix(query_table[query].name, "audit_");
}

static json_t *
rows_of(QueryId query)
{
    g_autoptr(GError) error = NULL;
    json_t *rows = store_query_json(store, query, NULL, 0, &error);

    g_assert_no_error(error);
    g_assert_cmpint((int) json_array_size(rows), >, 0);
    return rows;
}

static gint64
broken(const json_t *row)
{
    return json_integer_value(json_object_get(row, "broken"));
}

static void
test_sound(void)
{
    for (QueryId query = 0; query < N_QUERIES; query++) {
        g_autoptr(Json) rows = is_check(query) ? rows_of(query) : NULL;
        gsize i;
        json_t *row;

        json_array_foreach (rows, i, row) {
            g_test_message("%s", json_string_value(json_object_get(row, "check")));
            g_assert_cmpint(json_integer_value(json_object_get(row, "count")), >, 0);
            g_assert_cmpint(broken(row), ==, 0);
        }
    }
}

/* Over an empty database the checks hold, too. */
static void
test_empty(void)
{
    run_sql(store, "BEGIN; TRUNCATE mailgw.ticket, mailgw.inbound, mailgw.raw, mailgw.mailbox CASCADE");
    for (QueryId query = 0; query < N_QUERIES; query++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Json) rows = is_check(query) ? store_query_json(store, query, NULL, 0, &error) : NULL;
        gsize i;
        json_t *row;

        g_assert_no_error(error);
        json_array_foreach (rows, i, row)
            g_assert_cmpint(broken(row), ==, 0);
    }
    store_rollback(store);
}

static void
test_each_check_is_broken(void)
{
    for (QueryId query = 0; query < N_QUERIES; query++) {
        gboolean found = !is_check(query);

        for (gsize i = 0; i < G_N_ELEMENTS(breaks); i++)
            found = found || breaks[i].check == query;
        g_test_message("%s", query_table[query].name);
        g_assert_true(found);
    }
}

static void
test_break(gconstpointer data)
{
    gsize number = GPOINTER_TO_SIZE(data);
    g_autoptr(Json) rows = NULL;
    gboolean named = FALSE;
    gsize i;
    json_t *row;

    run_sql(store, "BEGIN");
    run_sql(store, loosen);
    run_sql(store, breaks[number].how);
    rows = rows_of(breaks[number].check);
    json_array_foreach (rows, i, row) {
        const char *examples = json_string_value(json_object_get(row, "examples"));

        named = named || (broken(row) > 0 && g_strcmp0(examples, breaks[number].examples) == 0);
    }
    g_assert_true(named);
    store_rollback(store);
}

static void
test_five_examples(void)
{
    g_autoptr(Json) rows = NULL;

    run_sql(store, "BEGIN; INSERT INTO mailgw.ticket (reference, queue, subject) SELECT n, 'q', 's' FROM generate_series(11, 30) n");
    rows = rows_of(QUERY_AUDIT_TICKET_ARTICLE);
    g_assert_cmpint(broken(json_array_get(rows, 0)), ==, 20);
    g_assert_cmpstr(json_string_value(json_object_get(json_array_get(rows, 0), "examples")), ==, "11 12 13 14 15");
    store_rollback(store);
}

static gint64
changed(QueryId query, const char *const *params, int n)
{
    g_autoptr(GError) error = NULL;
    gint64 rows = -1;

    store_execute(store, query, params, n, &rows, &error);
    g_assert_no_error(error);
    return rows;
}

/* Rows 1 to 3, 6 and 7 came 40 days ago and are done; 4 and 5 wait since then. */
static void
test_purge_raw(void)
{
    static const struct { const char *rule, *queues, *seconds, *batch; gint64 first, rest; } cases[] = {
        { "waiting rows keep theirs", "{support}", "{2592000}", "10", 5, 0 },
        { "not more than a batch", "{support}", "{2592000}", "2", 2, 2 },
        { "younger ones stay", "{support}", "{4000000}", "10", 0, 0 },
        { "0 is for ever", "{support}", "{0}", "10", 0, 0 },
        { "an unknown queue keeps them", "{sales}", "{60}", "10", 0, 0 },
        { "the longest of its arrivals counts", "{support,sales}", "{60,8640000}", "10", 4, 0 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *params[] = { cases[i].queues, cases[i].seconds, cases[i].batch };

        g_test_message("%s", cases[i].rule);
        run_sql(store, "BEGIN; ALTER TABLE mailgw.inbound DROP CONSTRAINT inbound_raw_raw_received_at_fkey; "
                       "UPDATE mailgw.raw SET received_at = received_at - interval '40 days'; "
                       "UPDATE mailgw.inbound SET raw_received_at = raw_received_at - interval '40 days', "
                       "done_at = done_at - interval '40 days'; "
                       "ALTER TABLE mailgw.inbound ADD FOREIGN KEY (raw, raw_received_at) "
                       "REFERENCES mailgw.raw (id, received_at) ON DELETE SET NULL");
        if (strchr(cases[i].queues, ',') != NULL)
            run_sql(store, "INSERT INTO mailgw.inbound (raw, raw_received_at, source, queue, outcome, reason, done_at) "
                           "SELECT raw, raw_received_at, 'lmtp', 'sales', 'discarded', 'x', done_at "
                           "FROM mailgw.inbound WHERE id = 1");
        g_assert_cmpint(changed(QUERY_PURGE_RAW, params, 3), ==, cases[i].first);
        g_assert_cmpint(changed(QUERY_PURGE_RAW, params, 3), ==, cases[i].rest);
        g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.inbound WHERE raw IS NULL AND outcome IS NULL"), ==, 0);
        g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.inbound WHERE raw IS NULL"), ==,
                        cases[i].first + cases[i].rest);
        store_rollback(store);
    }
}

static void
test_purge_outbox(void)
{
    const char *params[] = { "3600", "10" };

    run_sql(store, "BEGIN");
    g_assert_cmpint(changed(QUERY_PURGE_OUTBOX_BYTES, params, 2), ==, 0);
    run_sql(store, "UPDATE mailgw.outbox SET done_at = done_at - interval '2 hours'");
    g_assert_cmpint(changed(QUERY_PURGE_OUTBOX_BYTES, params, 2), ==, 1);
    g_assert_cmpint(changed(QUERY_PURGE_OUTBOX_BYTES, params, 2), ==, 0);
    g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.outbox WHERE bytes IS NULL AND state = 'sent'"), ==, 1);
    store_rollback(store);
}

/* Audit knows since when decisions are missing, and still misses a younger one. */
static void
test_purge_decisions(void)
{
    const char *params[] = { "3600", "1" };
    g_autoptr(Json) quiet = NULL;
    g_autoptr(Json) named = NULL;

    run_sql(store, "BEGIN");
    run_sql(store, "UPDATE mailgw.inbound SET done_at = done_at - interval '2 hours' WHERE id IN (1, 2)");
    g_assert_cmpint(changed(QUERY_PURGE_DECISIONS, params, 2), ==, 1);
    g_assert_cmpint(changed(QUERY_PURGE_DECISIONS, params, 2), ==, 1);
    g_assert_cmpint(changed(QUERY_PURGE_DECISIONS, params, 2), ==, 0);
    quiet = rows_of(QUERY_AUDIT_DECISION);
    g_assert_cmpint(broken(json_array_get(quiet, 0)), ==, 0);
    run_sql(store, "DELETE FROM mailgw.decision");
    named = rows_of(QUERY_AUDIT_DECISION);
    g_assert_cmpint(broken(json_array_get(named, 0)), ==, 3);
    store_rollback(store);
}

static void
test_purge_small(void)
{
    const char *keys[] = { "10" };
    const char *counters[] = { "86400", "10" };
    const char *images[] = { "31536000", "10" };

    run_sql(store, "BEGIN");
    run_sql(store, "INSERT INTO mailgw.content_key (key, inbound, expires_at) VALUES (sha256('3'), 3, now() - interval '1 s')");
    run_sql(store, "INSERT INTO mailgw.counter VALUES ('old', 0, now() - interval '3 days'), ('young', 0, now())");
    g_assert_cmpint(changed(QUERY_PURGE_CONTENT_KEYS, keys, 1), ==, 1);
    g_assert_cmpint(changed(QUERY_PURGE_COUNTERS, counters, 2), ==, 1);
    g_assert_cmpint(changed(QUERY_PURGE_IMAGES, images, 2), ==, 0);
    run_sql(store, "UPDATE mailgw.person_image SET seen_at = now() - interval '366 days'");
    g_assert_cmpint(changed(QUERY_PURGE_IMAGES, images, 2), ==, 1);
    g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.content_key"), ==, 1);
    g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.counter WHERE key = 'young'"), ==, 1);
    store_rollback(store);
}

int
main(int argc, char **argv)
{
    int result;

    tap_init(&argc, &argv);
    fixture_start(&fixture);
    store = fixture_open(&fixture, STORE_OWNER);
    for (gsize i = 0; i < G_N_ELEMENTS(sound_books); i++)
        run_sql(store, sound_books[i]);
    g_test_add_func("/store/audit/sound-books", test_sound);
    g_test_add_func("/store/audit/empty-books", test_empty);
    g_test_add_func("/store/audit/each-check-is-broken-below", test_each_check_is_broken);
    for (gsize i = 0; i < G_N_ELEMENTS(breaks); i++) {
        g_autofree char *path = g_strdup_printf("/store/audit/names/%s/%s", query_table[breaks[i].check].name + strlen("audit_"),
                                                breaks[i].rule);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_break);
    }
    g_test_add_func("/store/audit/five-examples-at-most", test_five_examples);
    g_test_add_func("/store/purge/originals", test_purge_raw);
    g_test_add_func("/store/purge/bytes-of-sent-mail", test_purge_outbox);
    g_test_add_func("/store/purge/decisions", test_purge_decisions);
    g_test_add_func("/store/purge/keys-and-buckets", test_purge_small);
    result = g_test_run();
    store_free(store);
    fixture_stop(&fixture);
    return result;
}
