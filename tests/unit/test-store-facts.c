/*
 * test-store-facts.c - what decide is told: about senders, duplicates, tickets that are pointed at, buckets
 */
#include <config.h>

#include "store-desk.h"

/* The facts of one request (taken). */
static Facts *
ask(FactsRequest *request)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) facts = NULL;

    store_facts(desk.worker, &request, 1, &facts, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(facts->len, ==, 1);
    facts_request_free(request);
    return g_ptr_array_steal_index(facts, 0);
}

static FactsRequest *
request_referring(const char *sender, const char *message_id)
{
    FactsRequest *request = desk_request(sender);

    g_ptr_array_add(request->references, g_strdup(message_id));
    return request;
}

static const FactTicket *
the_ticket(const Facts *facts)
{
    g_assert_cmpuint(facts->tickets->len, ==, 1);
    return g_ptr_array_index(facts->tickets, 0);
}

static void
test_unknown(void)
{
    g_autoptr(Facts) facts = NULL;

    desk_clear();
    facts = ask(request_referring("nobody@example.org", "never@seen"));
    g_assert_cmpint(facts->person, ==, 0);
    g_assert_cmpint(facts->duplicate_of, ==, 0);
    g_assert_cmpint(facts->newest_open, ==, 0);
    g_assert_cmpint(facts->elsewhere, ==, 0);
    g_assert_cmpuint(facts->tickets->len, ==, 0);
    g_assert_cmpuint(facts->references->len, ==, 0);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.person"), ==, 0);
}

static void
test_sender(void)
{
    g_autoptr(Facts) anna = NULL;
    g_autoptr(Facts) agent = NULL;
    g_autoptr(Facts) nobody = NULL;
    gint64 person, first, newest;

    desk_clear();
    person = desk_person("anna@example.org");
    first = desk_ticket("anna@example.org", "1@x");
    newest = desk_ticket("anna@example.org", "2@x");
    desk_sql("UPDATE mailgw.person SET bouncing = true;"
             "INSERT INTO mailgw.agent (name, display_name, address) VALUES ('zoe', 'Zoe', 'zoe@example.com')");
    anna = ask(desk_request("anna@example.org"));
    g_assert_cmpint(anna->person, ==, person);
    g_assert_true(anna->person_is_bouncing);
    g_assert_false(anna->sender_is_agent);
    g_assert_cmpint(anna->newest_open, ==, newest);
    desk_sql("UPDATE mailgw.ticket SET status = 'closed', closed_at = now() WHERE reference = %" G_GINT64_FORMAT, newest);
    facts_free(anna);
    anna = ask(desk_request("anna@example.org"));
    g_assert_cmpint(anna->newest_open, ==, first);
    agent = ask(desk_request("zoe@example.com"));
    g_assert_true(agent->sender_is_agent);
    nobody = ask(desk_request(NULL));
    g_assert_cmpint(nobody->person, ==, 0);
    g_assert_false(nobody->sender_is_agent);
}

/* A sender of a hundred thousand open tickets costs a mail no more than one of a thousand. */
static void
test_many_open(void)
{
    g_autoptr(Facts) facts = NULL;

    desk_clear();
    desk_sql("INSERT INTO mailgw.ticket (reference, queue, subject, requester, status)"
             " SELECT nextval('mailgw.ticket_reference'), 'support', 's', %" G_GINT64_FORMAT ", 'open' FROM generate_series(1, 1200)",
             desk_person("anna@example.org"));
    facts = ask(desk_request("anna@example.org"));
    g_assert_cmpint(facts->open_tickets, ==, 1000);
}

static void
test_duplicate(void)
{
    FactsRequest *request;
    g_autoptr(Facts) other = NULL;
    g_autoptr(Facts) same = NULL;
    g_autoptr(Facts) later = NULL;
    Decision *decision = desk_decision("none: a test");
    gint64 id;

    desk_clear();
    id = desk_mail("x");
    decision->keep_content_key = TRUE;
    desk_add_ticket(decision, desk_reference(), 0, NULL);
    desk_work(decision);
    request = desk_request("anna@example.org");
    memcpy(request->content_key, "0123456789abcdef0123456789abcdef", 32);
    other = ask(request);
    g_assert_cmpint(other->duplicate_of, ==, id);
    request = desk_request("anna@example.org");
    memcpy(request->content_key, "0123456789abcdef0123456789abcdef", 32);
    request->inbound = id;
    same = ask(request);
    g_assert_cmpint(same->duplicate_of, ==, 0);
    desk_sql("UPDATE mailgw.content_key SET expires_at = clock_timestamp() - interval '1 second'");
    request = desk_request("anna@example.org");
    memcpy(request->content_key, "0123456789abcdef0123456789abcdef", 32);
    later = ask(request);
    g_assert_cmpint(later->duplicate_of, ==, 0);
}

static void
test_elsewhere(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
    AcceptRecipient recipients[] = { { NULL, "support", NULL, 0 }, { NULL, "billing", NULL, 0 } };
    AcceptMail mail = { .bytes = bytes, .source = "lmtp", .recipients = recipients, .n_recipients = 2 };
    Decision *decision = desk_decision("mail");
    FactsRequest *request;
    g_autoptr(Facts) by_raw = NULL;
    g_autoptr(Facts) by_key = NULL;
    g_autoptr(Facts) by_neither = NULL;
    gint64 ticket;

    desk_clear();
    g_assert_true(store_accept(desk.ingest, &mail, 1, &error));
    ticket = desk_reference();
    desk_add_ticket(decision, ticket, 0, NULL);
    desk_add_mail(decision, ticket, "ack@x", NULL, 0);
    decision->keep_content_key = TRUE;
    desk_work(decision);
    request = desk_request("anna@example.org");
    g_free(request->queue);
    request->queue = g_strdup("billing");
    request->inbound = recipients[1].inbound_out;
    request->raw = desk_number("SELECT raw FROM mailgw.inbound LIMIT 1");
    by_raw = ask(request);
    g_assert_cmpint(by_raw->elsewhere, ==, ticket);
    g_assert_true(by_raw->elsewhere_acknowledged);
    desk_sql("UPDATE mailgw.decision SET acknowledgement = 'withheld: k'");
    request = desk_request("anna@example.org");
    g_byte_array_append(request->elsewhere_keys, (const guint8 *) "another key, which nobody stored", 32);
    g_byte_array_append(request->elsewhere_keys, (const guint8 *) "0123456789abcdef0123456789abcdef", 32);
    by_key = ask(request);
    g_assert_cmpint(by_key->elsewhere, ==, ticket);
    g_assert_false(by_key->elsewhere_acknowledged);
    by_neither = ask(desk_request("anna@example.org"));
    g_assert_cmpint(by_neither->elsewhere, ==, 0);
}

static void
test_ticket(void)
{
    g_autoptr(Facts) requester = NULL;
    g_autoptr(Facts) stranger = NULL;
    g_autoptr(Facts) colleague = NULL;
    g_autoptr(Facts) added = NULL;
    gint64 ticket;

    desk_clear();
    ticket = desk_ticket("anna@example.org", "1@x");
    desk_person("bob@example.org");
    desk_person("eve@example.net");
    desk_sql("INSERT INTO mailgw.organisation (name) VALUES ('Example');"
             "UPDATE mailgw.person SET organisation = 1 WHERE address LIKE '%%@example.org'");
    requester = ask(request_referring("anna@example.org", "1@x"));
    g_assert_cmpint(the_ticket(requester)->reference, ==, ticket);
    g_assert_cmpint(the_ticket(requester)->merged_from, ==, 0);
    g_assert_cmpint(the_ticket(requester)->status, ==, TICKET_NEW);
    g_assert_cmpint(the_ticket(requester)->changed_at, ==, 0);
    g_assert_cmpstr(the_ticket(requester)->queue, ==, "support");
    g_assert_cmpstr(the_ticket(requester)->subject, ==, "Printer on fire");
    g_assert_cmpint(the_ticket(requester)->requester, ==, requester->person);
    g_assert_true(the_ticket(requester)->sender_takes_part);
    g_assert_true(the_ticket(requester)->sender_is_requester);
    g_assert_false(the_ticket(requester)->has_agent_reply);
    stranger = ask(request_referring("eve@example.net", "1@x"));
    g_assert_false(the_ticket(stranger)->sender_takes_part);
    g_assert_false(the_ticket(stranger)->sender_is_requester);
    g_assert_false(the_ticket(stranger)->same_organisation);
    colleague = ask(request_referring("bob@example.org", "1@x"));
    g_assert_false(the_ticket(colleague)->sender_takes_part);
    g_assert_true(the_ticket(colleague)->same_organisation);
    desk_sql("INSERT INTO mailgw.participant (ticket, person, how)"
             " SELECT %" G_GINT64_FORMAT ", id, 'agent' FROM mailgw.person WHERE address = 'eve@example.net';"
             "INSERT INTO mailgw.agent (name, display_name) VALUES ('zoe', 'Zoe');"
             "INSERT INTO mailgw.article (ticket, kind, agent, text) VALUES (%" G_GINT64_FORMAT ", 'reply', 1, '');"
             "UPDATE mailgw.ticket SET status = 'closed', closed_at = '2026-11-22 10:00:00.5Z'", ticket, ticket);
    added = ask(request_referring("eve@example.net", "1@x"));
    g_assert_true(the_ticket(added)->sender_takes_part);
    g_assert_false(the_ticket(added)->sender_is_requester);
    g_assert_true(the_ticket(added)->has_agent_reply);
    g_assert_cmpint(the_ticket(added)->status, ==, TICKET_CLOSED);
    g_assert_cmpint(the_ticket(added)->changed_at, ==, 1795341600500000);
}

static void
test_named(void)
{
    FactsRequest *request = NULL;
    g_autoptr(Facts) facts = NULL;
    gint64 first, second, nothing = 999999;

    desk_clear();
    first = desk_ticket("anna@example.org", "1@x");
    second = desk_ticket("anna@example.org", "2@x");
    request = request_referring("anna@example.org", "1@x");
    g_array_append_val(request->token_tickets, second);
    g_array_append_val(request->token_tickets, nothing);
    request->tag_ticket = first;
    facts = ask(request);
    g_assert_cmpuint(facts->tickets->len, ==, 2);
    g_assert_nonnull(facts_ticket(facts, first));
    g_assert_nonnull(facts_ticket(facts, second));
    g_assert_null(facts_ticket(facts, nothing));
}

static void
test_merged(void)
{
    FactsRequest *request;
    g_autoptr(Facts) facts = NULL;
    gint64 target, merged;

    desk_clear();
    target = desk_ticket("anna@example.org", "1@x");
    merged = desk_ticket("anna@example.org", "2@x");
    desk_sql("UPDATE mailgw.ticket SET status = 'closed', closed_at = now(), merged_into = %" G_GINT64_FORMAT
             " WHERE reference = %" G_GINT64_FORMAT, target, merged);
    request = request_referring("anna@example.org", "2@x");
    request->tag_ticket = merged;
    facts = ask(request);
    g_assert_cmpint(the_ticket(facts)->reference, ==, target);
    g_assert_cmpint(the_ticket(facts)->merged_from, ==, merged);
    g_assert_cmpint(the_ticket(facts)->status, ==, TICKET_NEW);
    g_assert_true(facts_ticket(facts, merged) == facts_ticket(facts, target));
    g_assert_cmpint(((FactReference *) g_ptr_array_index(facts->references, 0))->ticket, ==, target);
}

/* Order of the answer: as asked. A parent that comes late is found by its own Message-ID. */
static void
test_references(void)
{
    FactsRequest *request;
    g_autoptr(Facts) facts = NULL;
    g_autoptr(Facts) late = NULL;
    Decision *decision = desk_decision("mail");
    gint64 ticket, other;
    const FactReference *reference;

    desk_clear();
    desk_mail("x");
    ticket = desk_reference();
    desk_add_ticket(decision, ticket, desk_person("anna@example.org"), "child@x");
    g_ptr_array_add(((Effect *) g_ptr_array_index(decision->effects, 1))->article.references, g_strdup("parent@x"));
    desk_add_mail(decision, ticket, "ack@x", NULL, 0);
    desk_work(decision);
    other = desk_ticket("bob@example.org", "other@x");
    request = request_referring("anna@example.org", "ack@x");
    g_ptr_array_add(request->references, g_strdup("other@x"));
    g_ptr_array_add(request->references, g_strdup("child@x"));
    facts = ask(request);
    g_assert_cmpuint(facts->references->len, ==, 3);
    reference = g_ptr_array_index(facts->references, 0);
    g_assert_cmpstr(reference->message_id, ==, "ack@x");
    g_assert_true(reference->ours && reference->automatic && reference->seen);
    reference = g_ptr_array_index(facts->references, 1);
    g_assert_cmpint(reference->ticket, ==, other);
    g_assert_true(reference->seen && !reference->ours && !reference->automatic);
    request = desk_request("anna@example.org");
    request->message_id = g_strdup("parent@x");
    late = ask(request);
    g_assert_cmpuint(late->references->len, ==, 1);
    reference = g_ptr_array_index(late->references, 0);
    g_assert_cmpstr(reference->message_id, ==, "parent@x");
    g_assert_cmpint(reference->ticket, ==, ticket);
    g_assert_false(reference->seen);
    g_assert_cmpint(the_ticket(late)->reference, ==, ticket);
}

/* Somebody who refers to one mail in ten thousand others must not make every answer to it slow. */
static void
test_many_tickets(void)
{
    g_autoptr(Facts) facts = NULL;
    gint64 ticket;

    desk_clear();
    ticket = desk_ticket("anna@example.org", "1@x");
    desk_sql("INSERT INTO mailgw.ticket (reference, queue, subject) SELECT 1000000 + n, 'support', '' FROM generate_series(1, 10000) n;"
             "INSERT INTO mailgw.message_ref (message_id, ticket, seen) SELECT '1@x', 1000000 + n, false FROM generate_series(1, 10000) n");
    facts = ask(request_referring("anna@example.org", "1@x"));
    g_assert_cmpuint(facts->tickets->len, <=, 16);
    g_assert_nonnull(facts_ticket(facts, ticket));
    g_assert_cmpint(((FactReference *) g_ptr_array_index(facts->references, 0))->ticket, ==, ticket);
}

static void
test_buckets(void)
{
    FactsRequest *request = desk_request("anna@example.org");
    g_autoptr(Facts) facts = NULL;

    desk_clear();
    desk_sql("INSERT INTO mailgw.counter (key, tokens, at) VALUES"
             " ('half', 0, clock_timestamp() - interval '1800 s'), ('over', 2, clock_timestamp() - interval '1 day'),"
             " ('debt', -3, clock_timestamp())");
    g_ptr_array_add(request->buckets, bucket_new(g_strdup("debt"), 4, 3600));
    g_ptr_array_add(request->buckets, bucket_new(g_strdup("new"), 4, 3600));
    g_ptr_array_add(request->buckets, bucket_new(g_strdup("half"), 4, 3600));
    g_ptr_array_add(request->buckets, bucket_new(g_strdup("over"), 4, 3600));
    facts = ask(request);
    g_assert_cmpuint(facts->buckets->len, ==, 4);
    g_assert_cmpfloat_with_epsilon(facts_bucket(facts, "debt")->tokens, -3, 0.1);
    g_assert_cmpfloat_with_epsilon(facts_bucket(facts, "new")->tokens, 4, 0.0001);
    g_assert_cmpfloat_with_epsilon(facts_bucket(facts, "half")->tokens, 2, 0.1);
    g_assert_cmpfloat_with_epsilon(facts_bucket(facts, "over")->tokens, 4, 0.0001);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.counter"), ==, 3);
}

/* Each answer reaches the request it belongs to. */
static void
test_batch(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) requests = g_ptr_array_new_with_free_func((GDestroyNotify) facts_request_free);
    g_autoptr(GPtrArray) facts = NULL;
    gint64 tickets[5];

    desk_clear();
    for (int i = 0; i < 5; i++) {
        g_autofree char *address = g_strdup_printf("p%d@example.org", i);
        g_autofree char *message_id = g_strdup_printf("%d@x", i);

        tickets[i] = desk_ticket(address, message_id);
    }
    for (int i = 0; i < 200; i++) {
        FactsRequest *request = desk_request(NULL);

        request->sender = i % 7 == 0 ? NULL : g_strdup_printf("p%d@example.org", i % 50);
        g_ptr_array_add(request->references, g_strdup_printf("%d@x", i % 10));
        g_ptr_array_add(request->buckets, bucket_new(g_strdup_printf("b%d", i), i + 1, 60));
        g_ptr_array_add(requests, request);
    }
    g_assert_true(store_work_begin(desk.worker, NULL, 0, (FactsRequest *const *) requests->pdata, requests->len, &facts, &error));
    g_assert_no_error(error);
    store_rollback(desk.worker);
    for (guint i = 0; i < 200; i++) {
        const Facts *answer = g_ptr_array_index(facts, i);

        g_assert_true((answer->person != 0) == (i % 7 != 0));
        g_assert_cmpuint(answer->tickets->len, ==, i % 10 < 5 ? 1 : 0);
        if (i % 10 < 5)
            g_assert_cmpint(the_ticket(answer)->reference, ==, tickets[i % 10]);
        g_assert_cmpfloat(((Bucket *) g_ptr_array_index(answer->buckets, 0))->tokens, ==, i + 1);
    }
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.person"), ==, 5);   /* rolled back */
}

static void
test_hostile(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(FactsRequest) request = desk_request("a'b\"{},\\@example.org");
    g_autoptr(FactsRequest) broken = desk_request("\xc3\x28@example.org");
    g_autoptr(GPtrArray) facts = NULL;
    g_autoptr(GPtrArray) none = NULL;

    desk_clear();
    request->sender_name = g_strdup("NULL");
    g_ptr_array_add(request->references, g_strdup("{\"x\",NULL}'; DROP TABLE mailgw.ticket; --"));
    g_assert_true(store_work_begin(desk.worker, NULL, 0, &request, 1, &facts, &error));
    g_assert_no_error(error);
    g_assert_true(store_work_commit(desk.worker, NULL, 0, NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.person WHERE address = E'a''b\"{},\\\\@example.org' AND name = 'NULL'"),
                    ==, 1);
    g_assert_false(store_work_begin(desk.worker, NULL, 0, &broken, 1, &none, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
    g_clear_error(&error);
    /* The connection is fit for the next batch. */
    g_assert_true(desk_begin(desk.worker, &request, 1, &error));
    store_rollback(desk.worker);
}

static FactsRequest *
request_about(gint64 outbox, const char *original)
{
    FactsRequest *request = desk_request(NULL);

    request->bounce_outbox = outbox;
    request->original_id = g_strdup(original);
    return request;
}

/* A report is about the mail that its address names, else about the one whose Message-ID it returns. */
static void
test_mail_of_ours(void)
{
    g_autoptr(Facts) by_address = NULL;
    g_autoptr(Facts) by_id = NULL;
    g_autoptr(Facts) nothing = NULL;
    gint64 ticket, person;

    desk_clear();
    ticket = desk_ticket("anna@example.org", "1@x");
    person = desk_person("anna@example.org");
    for (int i = 1; i <= 2; i++)
        desk_sql("INSERT INTO mailgw.outbox (id, kind, automatic, ticket, envelope_sender, recipient, message_id, bytes, expires_at)"
                 " VALUES (%d, 'reply', false, %" G_GINT64_FORMAT ", '', 'ANNA@example.org', 'r%d@x', 'x', now())", i, ticket, i);
    by_address = ask(request_about(2, "r1@x"));
    g_assert_cmpint(by_address->mail.id, ==, 2);
    g_assert_cmpint(by_address->mail.ticket, ==, ticket);
    g_assert_cmpint(by_address->mail.person, ==, person);
    g_assert_cmpstr(by_address->mail.kind, ==, "reply");
    g_assert_cmpstr(by_address->mail.state, ==, "waiting");
    g_assert_nonnull(facts_ticket(by_address, ticket));     /* what came to the address may be an answer */
    by_id = ask(request_about(0, "r1@x"));
    g_assert_cmpint(by_id->mail.id, ==, 1);
    nothing = ask(request_about(4711, "other@x"));
    g_assert_cmpint(nothing->mail.id, ==, 0);
}

static void
test_images(void)
{
    g_autoptr(Facts) facts = NULL;
    FactsRequest *request = desk_request("anna@example.org");
    static const guint8 zeros[32] = { 0 }, ones[32] = { 1 };

    desk_clear();
    desk_sql("INSERT INTO mailgw.person_image (person, sha256) VALUES (%" G_GINT64_FORMAT ", decode(repeat('00', 32), 'hex')),"
             " (%" G_GINT64_FORMAT ", decode('01' || repeat('00', 31), 'hex'))", desk_person("anna@example.org"),
             desk_person("bob@example.org"));
    g_byte_array_append(request->images, zeros, sizeof zeros);
    g_byte_array_append(request->images, ones, sizeof ones);
    facts = ask(request);
    g_assert_true(facts_image_was_seen(facts, zeros));
    g_assert_false(facts_image_was_seen(facts, ones));
}

static void
test_envelope(void)
{
    g_autoptr(Facts) facts = NULL;
    FactsRequest *request = desk_request("anna@example.org");

    desk_clear();
    desk_person("anna@example.org");
    desk_person("bob@example.org");
    desk_sql("UPDATE mailgw.person SET language = 'el' WHERE address LIKE 'anna%%';"
             "UPDATE mailgw.person SET bouncing = true WHERE address LIKE 'bob%%'");
    request->envelope = g_strdup("bob@example.org");
    facts = ask(request);
    g_assert_cmpstr(facts->person_language, ==, "el");
    g_assert_false(facts->person_is_bouncing);
    g_assert_true(facts->envelope_is_bouncing);
}

int
main(int argc, char **argv)
{
    int result;

    tap_init(&argc, &argv);
    desk_open();
    g_test_add_func("/store/facts/nothing-is-known-of-a-stranger", test_unknown);
    g_test_add_func("/store/facts/sender", test_sender);
    g_test_add_func("/store/facts/many-tickets-are-counted-to-a-thousand", test_many_open);
    g_test_add_func("/store/facts/duplicates-expire-and-are-not-oneself", test_duplicate);
    g_test_add_func("/store/facts/same-content-in-another-queue", test_elsewhere);
    g_test_add_func("/store/facts/who-takes-part", test_ticket);
    g_test_add_func("/store/facts/tickets-named-by-token-tag-and-reference", test_named);
    g_test_add_func("/store/facts/merged-tickets-lead-to-their-target", test_merged);
    g_test_add_func("/store/facts/references-in-order-late-parents-too", test_references);
    g_test_add_func("/store/facts/one-message-id-in-many-tickets-is-limited", test_many_tickets);
    g_test_add_func("/store/facts/buckets-fill-with-time", test_buckets);
    g_test_add_func("/store/facts/each-answer-to-its-request", test_batch);
    g_test_add_func("/store/facts/hostile-text-is-only-text", test_hostile);
    g_test_add_func("/store/facts/mail-of-ours-by-address-or-message-id", test_mail_of_ours);
    g_test_add_func("/store/facts/images-of-this-sender", test_images);
    g_test_add_func("/store/facts/language-and-bouncing-envelope", test_envelope);
    result = g_test_run();
    desk_close();
    return result;
}
