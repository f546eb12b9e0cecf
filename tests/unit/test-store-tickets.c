/*
 * test-store-tickets.c - replies, states and lists, as the command line uses them
 */
#include <config.h>

#include <string.h>

#include "store-fixture.h"
#include "store-sql.h"
#include "store/tickets.h"
#include "tap.h"

static Fixture fixture;
static Store *store;

/* Ticket 1 of Anna with a mail in it; ticket 2 is merged into it, and 3 into 2 (which the books do not allow, but a reader survives). */
static const char *const desk[] = {
    "INSERT INTO mailgw.person (address, name) VALUES ('anna@example.com', 'Anna')",
    "INSERT INTO mailgw.ticket (reference, queue, subject, requester) VALUES (1, 'support', 'Printer', 1)",
    "INSERT INTO mailgw.ticket (reference, queue, subject, status, merged_into, closed_at) VALUES "
    "(2, 'support', 'Again', 'closed', 1, now()), (3, 'sales', 'Once more', 'closed', 2, now())",
    "INSERT INTO mailgw.raw (bytes) VALUES ('mail')",
    "INSERT INTO mailgw.inbound (raw, raw_received_at, source, sender, recipient, queue, outcome, reason, ticket, done_at) "
    "SELECT id, received_at, 'lmtp', 'anna@example.com', 'support@x.example', 'support', 'ticket', 'new', 1, now() "
    "FROM mailgw.raw",
    "INSERT INTO mailgw.article (ticket, inbound, kind, author, from_address, message_id, subject, text) "
    "VALUES (1, 1, 'message', 1, 'anna@example.com', 'first@example.com', 'Printer', 'It burns.')",
    "INSERT INTO mailgw.inbound (raw, raw_received_at, source, queue) "
    "SELECT id, received_at, 'import', 'sales' FROM mailgw.raw",
};

static gint64
agent(const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *display_name = NULL;
    gint64 id = 0;

    store_agent(store, name, TRUE, &id, &display_name, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(display_name, ==, name);
    return id;
}

static void
test_agent(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *display_name = NULL;
    gint64 id = 0;

    g_assert_false(store_agent(store, "nobody", FALSE, &id, &display_name, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_false(store_agent(store, "Not a name", TRUE, &id, &display_name, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, "'Not a name'"));
    g_assert_cmpint(agent("bert"), ==, agent("bert"));
    run_sql(store, "UPDATE mailgw.agent SET active = false WHERE name = 'bert'");
    g_clear_error(&error);
    g_assert_false(store_agent(store, "bert", TRUE, &id, &display_name, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND);
}

static TicketForReply *
for_reply(gint64 reference)
{
    g_autoptr(GError) error = NULL;
    TicketForReply *ticket = NULL;

    store_ticket_for_reply(store, reference, &ticket, &error);
    g_assert_no_error(error);
    return ticket;
}

static void
test_for_reply(void)
{
    TicketForReply *ticket = for_reply(3);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(ticket->reference, ==, 1);
    g_assert_cmpstr(ticket->queue, ==, "support");
    g_assert_cmpstr(ticket->requester_address, ==, "anna@example.com");
    g_assert_cmpstr(ticket->last_message_id, ==, "first@example.com");
    g_assert_cmpint((int) ticket->references->len, ==, 1);
    ticket_for_reply_free(ticket);
    ticket = NULL;
    g_assert_false(store_ticket_for_reply(store, 404, &ticket, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND);
    g_assert_null(ticket);
}

static void
test_references_limit(void)
{
    TicketForReply *ticket;

    run_sql(store, "INSERT INTO mailgw.article (ticket, kind, message_id, text) "
                   "SELECT 1, 'note', 'n' || n || '@example.com', '' FROM generate_series(1, 100) n");
    ticket = for_reply(1);
    g_assert_cmpint((int) ticket->references->len, ==, 50);
    g_assert_cmpstr(g_ptr_array_index(ticket->references, 0), ==, "first@example.com");
    g_assert_cmpstr(g_ptr_array_index(ticket->references, 1), ==, "n52@example.com");
    g_assert_cmpstr(g_ptr_array_index(ticket->references, 49), ==, "n100@example.com");
    g_assert_cmpstr(ticket->last_message_id, ==, "first@example.com");
    ticket_for_reply_free(ticket);
    run_sql(store, "DELETE FROM mailgw.article WHERE kind = 'note'");
}

static TicketReply
reply_to(gint64 reference, const char *message_id)
{
    g_autoptr(GError) error = NULL;
    TicketReply reply = { .ticket = reference, .agent = agent("anna"), .text = "Switch it off.",
                          .envelope_sender = "support@x.example", .recipient = "anna@example.com",
                          .message_id = message_id, .life_seconds = 3600 };

    store_outbox_reserve(store, &reply.outbox, &error);
    g_assert_no_error(error);
    reply.bytes = g_bytes_new_static("mail\0\xff", 6);
    return reply;
}

static void
test_reply(void)
{
    TicketReply reply = reply_to(1, "r1@x.example");
    g_autoptr(GError) error = NULL;

    store_ticket_reply(store, &reply, &error);
    g_assert_no_error(error);
    g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.outbox o JOIN mailgw.article a ON a.id = o.article "
                                   "WHERE o.kind = 'reply' AND NOT o.automatic AND a.kind = 'reply' AND o.ticket = 1 "
                                   "AND a.from_name = 'anna' AND o.bytes = '\\x6d61696c00ff'"), ==, 1);
    g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.message_ref WHERE message_id = 'r1@x.example' AND ours AND seen"),
                    ==, 1);
    g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.event WHERE actor = 'agent:anna' AND kind = 'replied'"), ==, 1);
    g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.ticket WHERE reference = 1 AND status = 'open'"), ==, 1);
    g_bytes_unref(reply.bytes);
}

/* Run a second time it is there already, and nothing of it is there twice. */
static void
test_reply_again(void)
{
    TicketReply reply = reply_to(1, "r2@x.example");
    g_autoptr(GError) error = NULL;

    g_assert_true(store_ticket_reply(store, &reply, &error));
    g_assert_false(store_ticket_reply(store, &reply, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_EXISTS);
    g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.article WHERE message_id = 'r2@x.example'"), ==, 1);
    g_bytes_unref(reply.bytes);
}

static void
test_reply_nowhere(void)
{
    static const gint64 references[] = { 404, 2 };

    for (gsize i = 0; i < G_N_ELEMENTS(references); i++) {
        TicketReply reply = reply_to(references[i], "r3@x.example");
        g_autoptr(GError) error = NULL;

        g_assert_false(store_ticket_reply(store, &reply, &error));
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND);
        g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.outbox WHERE message_id = 'r3@x.example'"), ==, 0);
        g_bytes_unref(reply.bytes);
    }
}

static void
test_status(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *detail = NULL;

    g_assert_true(store_ticket_status(store, 1, TICKET_CLOSED, "agent:anna", "done", &error));
    detail = ask_text(store, "SELECT detail FROM mailgw.event WHERE kind = 'status' ORDER BY id DESC LIMIT 1");
    g_assert_cmpstr(detail, ==, "open to closed: done");
    g_assert_true(store_ticket_status(store, 1, TICKET_CLOSED, "agent:anna", NULL, &error));
    g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.event WHERE kind = 'status'"), ==, 1);
    g_assert_false(store_ticket_status(store, 1, TICKET_PENDING, "agent:anna", NULL, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, "closed"));
    g_assert_nonnull(strstr(error->message, "pending"));
    g_clear_error(&error);
    g_assert_true(store_ticket_status(store, 1, TICKET_OPEN, "agent:anna", NULL, &error));
    g_assert_cmpint(ask_int(store, "SELECT count(*) FROM mailgw.ticket WHERE reference = 1 AND closed_at IS NULL"), ==, 1);
    g_assert_false(store_ticket_status(store, 2, TICKET_OPEN, "agent:anna", NULL, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, "merged into 1"));
    g_clear_error(&error);
    g_assert_false(store_ticket_status(store, 404, TICKET_OPEN, "agent:anna", NULL, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND);
}

/* What the command line promises programs: the keys, and how many rows there are. */
static void
test_lists(void)
{
    static const struct { const char *name; QueryId query; int n; const char *params[4]; int rows; const char *keys; } cases[] = {
        { "inbound, all", QUERY_INBOUND_LIST, 4, { NULL, NULL, NULL, NULL }, 2,
          "id received source sender recipient queue state outcome reason ticket duplicate_of attempts size" },
        { "inbound, the newest one", QUERY_INBOUND_LIST, 4, { "1", NULL, NULL, NULL }, 1, "id" },
        { "inbound, by outcome", QUERY_INBOUND_LIST, 4, { NULL, "ticket", NULL, NULL }, 1, "id" },
        { "inbound, by state", QUERY_INBOUND_LIST, 4, { NULL, NULL, "waiting", NULL }, 1, "id" },
        { "inbound, by queue", QUERY_INBOUND_LIST, 4, { NULL, NULL, NULL, "sales" }, 1, "id" },
        { "inbound, one", QUERY_INBOUND_SHOW, 1, { "1" }, 1, "id received recipient state outcome facts decided acknowledgement" },
        { "inbound, none", QUERY_INBOUND_SHOW, 1, { "404" }, 0, "" },
        { "tickets, all", QUERY_TICKET_LIST, 3, { NULL, NULL, NULL }, 3,
          "reference queue status priority subject requester assignee language created updated articles" },
        { "tickets, by queue and status", QUERY_TICKET_LIST, 3, { NULL, "sales", "closed" }, 1, "reference" },
        { "a ticket", QUERY_TICKET_SHOW, 1, { "1" }, 1,
          "reference queue status priority subject requester assignee language created articles requester_name tags fields "
          "merged_into" },
        { "its articles", QUERY_TICKET_ARTICLES, 1, { "1" }, 3,
          "id kind from_name from_address agent created subject text class other_address original inbound" },
        { "its events", QUERY_TICKET_EVENTS, 1, { "1" }, 4, "id at actor kind detail" },
        { "its links", QUERY_TICKET_LINKS, 1, { "1" }, 1, "ticket reason" },
        { "its mail", QUERY_TICKET_OUTBOX, 1, { "1" }, 2, "id kind to state attempts message_id" },
        { "outbox, all", QUERY_OUTBOX_LIST, 2, { NULL, NULL }, 2,
          "id kind to ticket state attempts message_id due last_code last_text created" },
        { "outbox, by state", QUERY_OUTBOX_LIST, 2, { NULL, "failed" }, 0, "" },
        { "status", QUERY_STATUS_SUMMARY, 0, { NULL }, 1,
          "inbound_waiting inbound_oldest_seconds outbox_waiting outbox_oldest_seconds quarantined database_version" },
        { "rows by outcome", QUERY_INBOUND_BY_OUTCOME, 0, { NULL }, 2, "outcome count" },
        { "sources", QUERY_INBOUND_LAST_BY_SOURCE, 0, { NULL }, 2, "source last count" },
    };
    g_autoptr(Store) reader = fixture_open(&fixture, STORE_READER);

    run_sql(store, "INSERT INTO mailgw.ticket_link VALUES (3, 1, 'perhaps related')");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Json) rows = store_query_json(reader, cases[i].query, cases[i].params, cases[i].n, &error);
        g_auto(GStrv) keys = g_strsplit(cases[i].keys, " ", -1);

        g_test_message("%s", cases[i].name);
        g_assert_no_error(error);
        g_assert_cmpint((int) json_array_size(rows), ==, cases[i].rows);
        for (char **key = keys; *key != NULL; key++)
            g_assert_nonnull(json_object_get(json_array_get(rows, 0), *key));
    }
}

/* The newest rows, the last one at the end as in a log. */
static void
test_order(void)
{
    const char *params[] = { "2", NULL, NULL };
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) rows = store_query_json(store, QUERY_TICKET_LIST, params, 3, &error);

    g_assert_cmpint(json_integer_value(json_object_get(json_array_get(rows, 0), "reference")), ==, 2);
    g_assert_cmpint(json_integer_value(json_object_get(json_array_get(rows, 1), "reference")), ==, 3);
}

static void
test_original_removed(void)
{
    const char *params[] = { "1" };
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) rows = NULL;

    run_sql(store, "UPDATE mailgw.inbound SET raw = NULL, raw_received_at = NULL WHERE id = 1");
    rows = store_query_json(store, QUERY_TICKET_ARTICLES, params, 1, &error);
    g_assert_cmpstr(json_string_value(json_object_get(json_array_get(rows, 0), "original")), ==, "removed");
    g_assert_true(json_is_null(json_object_get(json_array_get(rows, 1), "original")));
}

int
main(int argc, char **argv)
{
    int result;

    tap_init(&argc, &argv);
    fixture_start(&fixture);
    store = fixture_open(&fixture, STORE_OWNER);
    for (gsize i = 0; i < G_N_ELEMENTS(desk); i++)
        run_sql(store, desk[i]);
    g_test_add_func("/store/tickets/agents", test_agent);
    g_test_add_func("/store/tickets/what-a-reply-needs", test_for_reply);
    g_test_add_func("/store/tickets/references-are-the-first-and-the-newest", test_references_limit);
    g_test_add_func("/store/tickets/reply", test_reply);
    g_test_add_func("/store/tickets/reply-again-is-there-already", test_reply_again);
    g_test_add_func("/store/tickets/reply-to-what-is-not-there", test_reply_nowhere);
    g_test_add_func("/store/tickets/status", test_status);
    g_test_add_func("/store/tickets/lists-have-their-keys", test_lists);
    g_test_add_func("/store/tickets/lists-end-with-the-newest", test_order);
    g_test_add_func("/store/tickets/original-removed", test_original_removed);
    result = g_test_run();
    store_free(store);
    fixture_stop(&fixture);
    return result;
}
