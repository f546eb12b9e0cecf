/*
 * test-store-apply.c - decisions become rows: all of a batch or nothing of it, under the lease that was given for it
 */
#include <config.h>

#include "base/limits.h"
#include "store-desk.h"

#define ID G_GINT64_FORMAT

static void
test_new_ticket(void)
{
    Decision *decision = desk_decision("mail");
    Effect *article;
    gint64 reference, person, inbound;

    desk_clear();
    desk_mail("x");
    person = desk_person("anna@example.org");
    desk_sql("INSERT INTO mailgw.organisation (name) VALUES ('Example'); UPDATE mailgw.person SET organisation = 1");
    reference = desk_reference();
    desk_add_ticket(decision, reference, person, "1@x")->priority = PRIORITY_HIGH;
    article = g_ptr_array_index(decision->effects, 1);
    article->article.date = 1700000000123456;
    article->article.from_name = g_strdup("Anna \"\\{},");
    g_ptr_array_add(article->article.references, g_strdup("0@x"));
    g_ptr_array_add(article->article.references, g_strdup("1@x"));
    g_ptr_array_add(article->article.references, g_strnfill(999, 'r'));
    g_ptr_array_add(article->article.references, g_strdup(""));
    desk_add_small(decision, EFFECT_EVENT, reference, 0, "because")->text = g_strdup("created");
    desk_add_mail(decision, reference, "ack@x", "ack:anna", 3);
    decision->keep_content_key = TRUE;
    inbound = desk_work(decision);

    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.ticket WHERE reference = %" ID " AND requester = %" ID
                                " AND organisation = 1 AND status = 'new' AND priority = 'high' AND language = 'en'"
                                " AND queue = 'support' AND subject = 'Printer on fire' AND NOT placeholder", reference, person), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.participant WHERE ticket = %" ID " AND person = %" ID
                                " AND how = 'requester'", reference, person), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.article WHERE ticket = %" ID " AND inbound = %" ID
                                " AND kind = 'message' AND author = %" ID " AND from_name = E'Anna \"\\\\{},'"
                                " AND message_id = '1@x' AND text = E'It burns.\\n' AND class = 'human'"
                                " AND sent_date = '2023-11-14 22:13:20.123456Z' AND NOT other_address", reference, inbound, person), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.message_ref"), ==, 3);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.message_ref WHERE message_id = '0@x' AND NOT seen AND NOT ours"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.message_ref WHERE message_id = '1@x' AND seen AND NOT ours"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.message_ref WHERE message_id = 'ack@x' AND seen AND ours AND automatic"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.event WHERE kind = 'created' AND detail = 'because' AND ticket = %" ID
                                " AND inbound = %" ID, reference, inbound), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.outbox WHERE kind = 'acknowledgement' AND automatic AND ticket = %" ID
                                " AND inbound = %" ID " AND envelope_sender = '' AND recipient = 'anna@example.org' AND message_id = 'ack@x'"
                                " AND octet_length(bytes) = 25 AND state = 'waiting' AND expires_at > now() + interval '3 hours'",
                                reference, inbound), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.decision WHERE inbound = %" ID " AND acknowledgement = 'outbox'", inbound), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.content_key WHERE inbound = %" ID " AND expires_at IS NULL", inbound), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound WHERE id = %" ID " AND outcome = 'ticket' AND ticket = %" ID
                                " AND reason = 'a new conversation' AND lease IS NULL AND done_at IS NOT NULL", inbound, reference), ==, 1);
}

static void
test_follow_up(void)
{
    Decision *decision = desk_decision("none: one for each conversation");
    gint64 ticket, person;

    desk_clear();
    ticket = desk_ticket("anna@example.org", "1@x");
    person = desk_person("bob@example.org");
    desk_sql("UPDATE mailgw.ticket SET status = 'closed', closed_at = now(), updated_at = '2000-01-01';"
             "INSERT INTO mailgw.message_ref (message_id, ticket, seen) VALUES ('2@x', %" ID ", false)", ticket);
    desk_mail("x");
    decision->ticket = ticket;
    desk_add_article(decision, ticket, person, "2@x")->other_address = TRUE;
    desk_add_small(decision, EFFECT_PARTICIPANT, ticket, person, "his own token");
    desk_add_small(decision, EFFECT_PARTICIPANT, ticket, person, "twice is once");
    desk_add_small(decision, EFFECT_STATUS, ticket, 0, "a person wrote")->status = TICKET_OPEN;
    desk_work(decision);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.ticket WHERE status = 'open' AND closed_at IS NULL AND updated_at > '2020-01-01'"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.message_ref WHERE message_id = '2@x' AND seen"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.participant WHERE person = %" ID " AND how = 'token'", person), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.event WHERE kind = 'status' AND detail = 'closed to open: a person wrote'"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.article WHERE other_address"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.decision WHERE acknowledgement = 'none: one for each conversation'"), ==, 1);
}

static Effect *
add_change(Decision *decision, gint64 ticket, ChangeKind what, const char *name, const char *value)
{
    Effect *effect = decision_add(decision, EFFECT_CHANGE, g_strdup("rule 'x', main.sieve:1"));

    effect->change.ticket = ticket;
    effect->change.what = what;
    effect->change.name = g_strdup(name);
    effect->change.value = g_strdup(value);
    return effect;
}

static void
test_changes(void)
{
    Decision *decision = desk_decision("none: a test");
    gint64 ticket;

    desk_clear();
    ticket = desk_ticket("anna@example.org", "1@x");
    desk_sql("INSERT INTO mailgw.agent (name, display_name) VALUES ('anna', 'Anna');"
             "UPDATE mailgw.ticket SET tags = '{old}', fields = '{\"a\": \"1\", \"b\": \"2\"}'");
    desk_mail("x");
    decision->ticket = ticket;
    desk_add_article(decision, ticket, desk_person("anna@example.org"), "2@x");
    add_change(decision, ticket, CHANGE_TAG, NULL, "new");
    add_change(decision, ticket, CHANGE_TAG, NULL, "old");
    add_change(decision, ticket, CHANGE_PRIORITY, NULL, "low");
    add_change(decision, ticket, CHANGE_PRIORITY, NULL, "urgent");
    add_change(decision, ticket, CHANGE_FIELD, "b", "3");
    add_change(decision, ticket, CHANGE_FIELD, "c", "\"4\"");
    add_change(decision, ticket, CHANGE_QUEUE, NULL, "billing");
    add_change(decision, ticket, CHANGE_ASSIGNEE, NULL, "anna");
    add_change(decision, ticket, CHANGE_TARGET, NULL, "gold");
    desk_add_small(decision, EFFECT_NOTE, ticket, 0, "rule 'x', main.sieve:1")->text = g_strdup("look");
    decision_hit(decision, "main.sieve", "x", FALSE);
    decision_hit(decision, "main.sieve", "x", FALSE);
    decision_hit(decision, "main.sieve", "", TRUE);
    decision_time(decision, "main.sieve", "x", 2000);
    decision_time(decision, "main.sieve", "x", 4000);
    decision_time(decision, "main.sieve", "y", 700);
    desk_work(decision);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.ticket WHERE tags = '{old,new}' AND priority = 'urgent' AND policy = 'gold'"
                                " AND queue = 'billing' AND fields = '{\"a\": \"1\", \"b\": \"3\", \"c\": \"\\\"4\\\"\"}'"
                                " AND assignee = (SELECT id FROM mailgw.agent)"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.event WHERE actor = 'rules' AND kind = 'field'"
                                " AND detail = 'b 3: rule ''x'', main.sieve:1'"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.article WHERE kind = 'note' AND text = 'look' AND inbound IS NULL"), ==, 1);
    g_assert_cmpint(desk_number("SELECT hits FROM mailgw.rule_hit WHERE rule = 'x' AND errors = 0"), ==, 1);
    g_assert_cmpint(desk_number("SELECT errors FROM mailgw.rule_hit WHERE rule = '' AND hits = 0 AND last_hit_at IS NULL"), ==, 1);
    g_assert_cmpint(desk_number("SELECT nanoseconds FROM mailgw.rule_hit WHERE rule = 'x' AND measured = 2"), ==, 6000);
    g_assert_cmpint(desk_number("SELECT nanoseconds FROM mailgw.rule_hit WHERE rule = 'y' AND measured = 1 AND hits = 0 AND last_hit_at IS NULL"), ==, 700);
    g_assert_cmpint(desk_number("SELECT nanoseconds FROM mailgw.rule_hit WHERE rule = '' AND measured = 0"), ==, 0);
}

/* A key that another open ticket bears meanwhile stops nobody who opens this one again. */
static void
test_correlation_yields(void)
{
    gint64 closed, open;

    desk_clear();
    closed = desk_ticket("anna@example.org", "1@x");
    open = desk_ticket("anna@example.org", "2@x");
    desk_sql("UPDATE mailgw.ticket SET status = 'closed', closed_at = now(), correlation_key = 'db1' WHERE reference = %" ID, closed);
    desk_sql("UPDATE mailgw.ticket SET correlation_key = 'db1' WHERE reference = %" ID, open);
    desk_sql("UPDATE mailgw.ticket SET status = 'open', closed_at = NULL WHERE reference = %" ID, closed);
    g_assert_cmpint(desk_number("SELECT reference FROM mailgw.ticket WHERE correlation_key = 'db1'"), ==, open);
}

/* A batch whose first row was leased away meanwhile: not a word of it is written, not of the other rows either. */
static void
test_lost_lease(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GPtrArray) stolen = NULL;
    g_autoptr(Decision) first = desk_decision("mail");
    g_autoptr(Decision) second = desk_decision("none: a test");
    Decision *decisions[] = { first, second };
    Application applications[2];

    desk_clear();
    desk_mail("1");
    desk_mail("2");
    rows = desk_lease(desk.worker, 10);
    desk_sql("UPDATE mailgw.inbound SET leased_until = clock_timestamp() - interval '1 s' WHERE id = 1");
    stolen = desk_lease(desk.other_worker, 10);
    g_assert_cmpuint(stolen->len, ==, 1);
    for (guint i = 0; i < 2; i++) {
        desk_add_ticket(decisions[i], desk_reference(), 0, NULL);
        applications[i] = desk_application(desk_row(rows, i), decisions[i]);
    }
    desk_add_mail(decisions[0], decisions[0]->ticket, "ack@x", "k", 1);
    g_assert_false(desk_commit(desk.worker, applications, 2, NULL, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_assert_nonnull(strstr(error->message, "the lease was lost"));
    g_clear_error(&error);
    g_assert_cmpint(desk_number("SELECT (SELECT count(*) FROM mailgw.ticket) + (SELECT count(*) FROM mailgw.outbox)"
                                " + (SELECT count(*) FROM mailgw.decision) + (SELECT count(*) FROM mailgw.counter)"
                                " + (SELECT count(*) FROM mailgw.inbound WHERE outcome IS NOT NULL)"), ==, 0);
    /* The row that is still ours, alone; then the other one by its new owner. */
    g_assert_true(desk_commit(desk.worker, &applications[1], 1, NULL, &error));
    applications[0].lease = desk_row(stolen, 0)->lease;
    g_assert_true(desk_commit(desk.other_worker, &applications[0], 1, NULL, &error));
    g_assert_no_error(error);
    /* And never twice. */
    g_assert_false(desk_commit(desk.other_worker, &applications[0], 1, NULL, &error));
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.ticket"), ==, 2);
}

static void
test_one_fails(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(Decision) good = desk_decision("none: a test");
    g_autoptr(Decision) bad = desk_decision("none: a test");
    Application applications[2];
    gint64 mails = -1;

    desk_clear();
    desk_mail("1");
    desk_mail("2");
    rows = desk_lease(desk.worker, 10);
    desk_add_ticket(good, desk_reference(), 0, NULL);
    desk_add_ticket(bad, desk_reference(), 123456, NULL);   /* a requester who does not exist */
    applications[0] = desk_application(desk_row(rows, 0), good);
    applications[1] = desk_application(desk_row(rows, 1), bad);
    g_assert_false(desk_commit(desk.worker, applications, 2, &mails, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
    g_clear_error(&error);
    g_assert_cmpint(mails, ==, -1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.ticket"), ==, 0);
    g_assert_true(desk_commit(desk.worker, &applications[0], 1, &mails, &error));
    g_assert_no_error(error);
    g_assert_cmpint(mails, ==, 0);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.ticket"), ==, 1);
}

static void
test_hostile_text(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(Decision) decision = desk_decision("none: a test");
    Application application;
    Effect *article;

    desk_clear();
    desk_mail("1");
    rows = desk_lease(desk.worker, 10);
    desk_add_ticket(decision, desk_reference(), 0, NULL);
    article = g_ptr_array_index(decision->effects, 1);
    g_free(article->article.text);
    article->article.text = g_strdup("\xff\xfe");
    application = desk_application(desk_row(rows, 0), decision);
    g_assert_false(desk_commit(desk.worker, &application, 1, NULL, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
    g_clear_error(&error);
    g_free(article->article.text);
    article->article.text = g_strdup("{NULL,\"\\\"}'); --\n\xf0\x9f\x94\xa5");
    application.decided_json = "{\"nul\": \"\\u0000\"}";
    g_assert_false(desk_commit(desk.worker, &application, 1, NULL, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
    g_clear_error(&error);
    application.decided_json = "{}";
    g_assert_true(desk_commit(desk.worker, &application, 1, NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.article WHERE text = E'{NULL,\"\\\\\"}''); --\\n\xf0\x9f\x94\xa5'"), ==, 1);
}

/* 200 rows: new tickets, and follow-ups that all change one ticket and refer to the same Message-IDs. */
static void
test_large_batch(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GPtrArray) decisions = g_ptr_array_new_with_free_func((GDestroyNotify) decision_free);
    Application applications[200];
    gint64 ticket, person, mails = 0;

    desk_clear();
    ticket = desk_ticket("anna@example.org", "1@x");
    person = desk_person("anna@example.org");
    for (int i = 0; i < 200; i++)
        desk_mail("x");
    rows = desk_lease(desk.worker, 200);
    g_assert_cmpuint(rows->len, ==, 200);
    for (guint i = 0; i < 200; i++) {
        Decision *decision = desk_decision(i % 2 == 0 ? "mail" : "none: a follow-up");
        g_autofree char *message_id = g_strdup_printf("m%u@x", i);
        g_autofree char *ack = g_strdup_printf("a%u@x", i);

        g_ptr_array_add(decisions, decision);
        if (i % 2 == 0) {
            desk_add_ticket(decision, desk_reference(), person, message_id);
            desk_add_mail(decision, decision->ticket, ack, "global", 1000);
            desk_add_small(decision, EFFECT_LINK, decision->ticket, ticket, "perhaps related");
        } else {
            decision->ticket = ticket;
            g_ptr_array_add(desk_add_article(decision, ticket, person, message_id)->references, g_strdup("1@x"));
            desk_add_small(decision, EFFECT_STATUS, ticket, 0, "why")->status = i == 199 ? TICKET_PENDING : TICKET_OPEN;
            desk_add_small(decision, EFFECT_PARTICIPANT, ticket, person, "again");
        }
        applications[i] = desk_application(desk_row(rows, i), decision);
    }
    g_assert_true(desk_commit(desk.worker, applications, 200, &mails, &error));
    g_assert_no_error(error);
    g_assert_cmpint(mails, ==, 100);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.article WHERE ticket = %" ID, ticket), ==, 101);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.ticket_link WHERE other = %" ID, ticket), ==, 100);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.ticket WHERE status = 'pending'"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.message_ref WHERE message_id = '1@x'"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound WHERE outcome IS NULL"), ==, 0);
    g_assert_cmpint(desk_number("SELECT 1000 - round(tokens) FROM mailgw.counter WHERE key = 'global'"), ==, 100);
}

typedef struct {
    Store      *store;
    GPtrArray  *rows;
    gint64      mails;
    const char *prefix;
} Half;

static gpointer
acknowledge_half(gpointer data)
{
    Half *half = data;
    g_autoptr(GPtrArray) decisions = g_ptr_array_new_with_free_func((GDestroyNotify) decision_free);
    g_autoptr(GError) error = NULL;
    Application applications[10];

    for (guint i = 0; i < half->rows->len; i++) {
        g_autofree char *ack = g_strdup_printf("%s%u@x", half->prefix, i);
        Decision *decision = desk_decision("mail");
        EffectMail *mail = desk_add_mail(decision, 0, ack, NULL, 0);

        decision->outcome = OUTCOME_REFUSED;
        /* Two buckets that everybody shares, named in another order each time. */
        g_ptr_array_insert(mail->buckets, 0, bucket_new(g_strdup("b-person"), 3, 3600 * 24 * 365));
        g_ptr_array_insert(mail->buckets, i % 2 == 0 ? 0 : -1, bucket_new(g_strdup("a-domain"), 100, 3600 * 24 * 365));
        g_ptr_array_add(decisions, decision);
        applications[i] = desk_application(desk_row(half->rows, i), decision);
    }
    desk_commit(half->store, applications, half->rows->len, &half->mails, &error);
    g_assert_no_error(error);
    return NULL;
}

static void
test_buckets(void)
{
    for (int round = 0; round < 10; round++) {
        Half halves[2];
        GThread *threads[2];

        desk_clear();
        for (int i = 0; i < 10; i++)
            desk_mail("x");
        for (int i = 0; i < 2; i++) {
            halves[i] = (Half) { i == 0 ? desk.worker : desk.other_worker, NULL, 0, i == 0 ? "a" : "b" };
            halves[i].rows = desk_lease(halves[i].store, 5);
            g_assert_cmpuint(halves[i].rows->len, ==, 5);
        }
        for (int i = 0; i < 2; i++)
            threads[i] = g_thread_new("worker", acknowledge_half, &halves[i]);
        for (int i = 0; i < 2; i++)
            g_thread_join(threads[i]);
        g_assert_cmpint(halves[0].mails + halves[1].mails, ==, 3);
        g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.outbox"), ==, 3);
        g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.decision WHERE acknowledgement = 'outbox'"), ==, 3);
        g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.decision WHERE acknowledgement = 'withheld: b-person'"), ==, 7);
        /* What was withheld took nothing from the other bucket. */
        g_assert_cmpint(desk_number("SELECT round(tokens) FROM mailgw.counter WHERE key = 'a-domain'"), ==, 97);
        g_ptr_array_unref(halves[0].rows);
        g_ptr_array_unref(halves[1].rows);
    }
}

static void
test_take(void)
{
    Decision *decision = desk_decision("none: a test");

    desk_clear();
    desk_mail("x");
    decision->outcome = OUTCOME_DISCARDED;
    for (int i = 0; i < 3; i++) {
        EffectSmall *take = desk_add_small(decision, EFFECT_TAKE, 0, 0, "reopened");

        take->text = g_strdup("reopen:1");
        take->count = 2;
        take->seconds = 3600 * 24 * 365;
    }
    desk_work(decision);
    g_assert_cmpint(desk_number("SELECT round(tokens) FROM mailgw.counter WHERE key = 'reopen:1'"), ==, -1);
}

static void
test_content_key(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(Decision) decision = desk_decision("none: a test");
    Application application;

    desk_clear();
    desk_mail("1");
    rows = desk_lease(desk.worker, 1);
    desk_sql("INSERT INTO mailgw.inbound (source, queue, outcome, reason, done_at, recipient)"
             " VALUES ('x', 'support', 'discarded', 'x', now(), NULL);"
             "INSERT INTO mailgw.content_key (key, inbound) SELECT '0123456789abcdef0123456789abcdef', max(id) FROM mailgw.inbound");
    decision->keep_content_key = TRUE;
    decision->outcome = OUTCOME_DISCARDED;
    application = desk_application(desk_row(rows, 0), decision);
    application.content_key_expires = TRUE;
    g_assert_false(desk_commit(desk.worker, &application, 1, NULL, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_clear_error(&error);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.decision"), ==, 0);
    desk_sql("UPDATE mailgw.content_key SET expires_at = clock_timestamp() - interval '1 s'");
    g_assert_true(desk_commit(desk.worker, &application, 1, NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.content_key WHERE inbound = %" ID
                                " AND expires_at BETWEEN now() + interval '59 min' AND now() + interval '60 min'",
                                application.inbound), ==, 1);
}

static void
test_duplicate(void)
{
    Decision *first = desk_decision("none: a test");
    Decision *second = desk_decision("none: a duplicate");
    gint64 original;

    desk_clear();
    desk_mail("x");
    first->outcome = OUTCOME_DISCARDED;
    original = desk_work(first);
    desk_mail("x");
    second->outcome = OUTCOME_DUPLICATE;
    second->duplicate_of = original;
    desk_work(second);
    g_assert_cmpint(desk_number("SELECT duplicate_of FROM mailgw.inbound WHERE outcome = 'duplicate'"), ==, original);
}

static void
test_merge(void)
{
    Decision *decision = desk_decision("none: a test");
    gint64 target, other, earlier, person;

    desk_clear();
    target = desk_ticket("anna@example.org", "1@x");
    other = desk_ticket("anna@example.org", "2@x");
    earlier = desk_ticket("anna@example.org", "3@x");
    person = desk_person("bob@example.org");
    desk_sql("UPDATE mailgw.ticket SET status = 'closed', closed_at = now(), merged_into = %" ID " WHERE reference = %" ID ";"
             "INSERT INTO mailgw.message_ref (message_id, ticket, seen) VALUES ('2@x', %" ID ", false), ('both@x', %" ID ", false);"
             "INSERT INTO mailgw.participant (ticket, person, how) VALUES (%" ID ", %" ID ", 'agent');"
             "INSERT INTO mailgw.ticket_link (ticket, other, reason) VALUES (%" ID ", %" ID ", 'x'), (%" ID ", %" ID ", 'y')",
             other, earlier, target, other, other, person, other, target, earlier, other);
    desk_mail("x");
    decision->ticket = target;
    desk_add_article(decision, other, 0, "4@x");      /* written to the one that goes, moved with it */
    decision->ticket = other;
    desk_add_small(decision, EFFECT_MERGE, target, other, "one conversation");
    desk_add_small(decision, EFFECT_MERGE, target, other, "twice is once");
    desk_work(decision);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.article WHERE ticket = %" ID, target), ==, 3);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.inbound WHERE ticket = %" ID, other), ==, 0);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.message_ref WHERE ticket = %" ID, other), ==, 0);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.message_ref WHERE ticket = %" ID " AND message_id = '2@x' AND seen", target), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.participant WHERE ticket = %" ID, target), ==, 2);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.ticket WHERE merged_into = %" ID " AND status = 'closed'"
                                " AND closed_at IS NOT NULL", target), ==, 2);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.ticket_link WHERE ticket = %" ID " AND other = %" ID, earlier, target), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.ticket_link"), ==, 1);
    g_assert_cmpint(desk_number("SELECT count(DISTINCT ticket) FROM mailgw.event WHERE kind = 'merged'"), ==, 2);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.event WHERE kind = 'merged'"), ==, 2);
}

/* Facts were read, then somebody merged the ticket: an article there would be found by nobody. */
static void
test_merged_meanwhile(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(Decision) decision = desk_decision("none: a test");
    Application application;
    gint64 target, other;

    desk_clear();
    target = desk_ticket("anna@example.org", "1@x");
    other = desk_ticket("anna@example.org", "2@x");
    desk_mail("x");
    rows = desk_lease(desk.worker, 1);
    decision->ticket = other;
    desk_add_article(decision, other, 0, "3@x");
    application = desk_application(desk_row(rows, 0), decision);
    desk_sql("UPDATE mailgw.ticket SET status = 'closed', closed_at = now(), merged_into = %" ID " WHERE reference = %" ID, target, other);
    g_assert_false(desk_commit(desk.worker, &application, 1, NULL, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.article"), ==, 2);
}

static gpointer
meet_people(gpointer data)
{
    Store *store = data;

    for (int round = 0; round < 30; round++) {
        g_autoptr(GPtrArray) requests = g_ptr_array_new_with_free_func((GDestroyNotify) facts_request_free);
        g_autoptr(GPtrArray) facts = NULL;
        g_autoptr(GError) error = NULL;

        /* The same new senders for both, in opposite order. */
        for (int i = 0; i < 50; i++) {
            g_autofree char *address = g_strdup_printf("r%d-%d@example.org", round, store == desk.worker ? i : 49 - i);

            g_ptr_array_add(requests, desk_request(address));
        }
        store_work_begin(store, NULL, 0, (FactsRequest *const *) requests->pdata, requests->len, &facts, &error);
        g_assert_no_error(error);
        for (guint i = 0; i < facts->len; i++)
            g_assert_cmpint(((Facts *) g_ptr_array_index(facts, i))->person, >, 0);
        store_work_commit(store, NULL, 0, NULL, &error);
        g_assert_no_error(error);
    }
    return NULL;
}

static void
test_person_race(void)
{
    GThread *threads[2];

    desk_clear();
    threads[0] = g_thread_new("worker 1", meet_people, desk.worker);
    threads[1] = g_thread_new("worker 2", meet_people, desk.other_worker);
    g_thread_join(threads[0]);
    g_thread_join(threads[1]);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.person"), ==, 1500);
}

static gpointer
take_turn(gpointer data)
{
    gint64 key = 42;
    g_autoptr(GPtrArray) facts = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(FactsRequest) request = desk_request(NULL);

    g_ptr_array_add(request->references, g_strdup("parent@x"));
    store_work_begin(data, &key, 1, &request, 1, &facts, &error);
    g_assert_no_error(error);
    store_rollback(data);
    return g_ptr_array_steal_index(facts, 0);
}

/* Who waits for a conversation sees, when its turn comes, what the one before it wrote. */
static void
test_locks(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GPtrArray) facts = NULL;
    g_autoptr(Facts) seen = NULL;
    g_autoptr(Decision) decision = desk_decision("none: a test");
    Application application;
    GThread *thread;
    gint64 key = 42;

    desk_clear();
    desk_mail("x");
    rows = desk_lease(desk.worker, 1);
    g_assert_true(store_work_begin(desk.worker, &key, 1, NULL, 0, &facts, &error));
    thread = g_thread_new("other worker", take_turn, desk.other_worker);
    while (desk_number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 0)
        g_usleep(1000);
    desk_add_ticket(decision, desk_reference(), 0, "parent@x");
    application = desk_application(desk_row(rows, 0), decision);
    g_assert_true(store_work_commit(desk.worker, &application, 1, NULL, &error));
    g_assert_no_error(error);
    seen = g_thread_join(thread);
    g_assert_cmpuint(seen->tickets->len, ==, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 42"), ==, 0);
}

static void
test_no_mail_behind_acknowledgement(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(Decision) decision = desk_decision("mail");
    Application application;

    desk_clear();
    desk_mail("x");
    rows = desk_lease(desk.worker, 1);
    decision->outcome = OUTCOME_DISCARDED;
    application = desk_application(desk_row(rows, 0), decision);
    g_assert_false(desk_commit(desk.worker, &application, 1, NULL, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.decision"), ==, 0);
}

static void
add_returned(Decision *decision, gint64 outbox, gboolean bounced, const char *text)
{
    Effect *effect = decision_add(decision, EFFECT_RETURNED, g_strdup("a report"));

    effect->returned.outbox = outbox;
    effect->returned.bounced = bounced;
    effect->returned.address = g_strdup("anna@example.org");
    effect->returned.status = g_strdup(bounced ? "5.1.1" : "4.4.1");
    effect->returned.text = g_strdup(text);
}

static void
add_person(Decision *decision, gint64 person, const char *language, PersonMail mail, const char *reason)
{
    Effect *effect = decision_add(decision, EFFECT_PERSON, g_strdup(reason));

    effect->person.person = person;
    effect->person.language = g_strdup(language);
    effect->person.mail = mail;
}

static gint64
work_report(gint64 outbox, gboolean bounced, const char *text)
{
    Decision *decision = desk_decision("none: class bounce");

    decision->outcome = OUTCOME_REPORT;
    add_returned(decision, outbox, bounced, text);
    desk_mail(text);
    return desk_work(decision);
}

/* A failure is the last word; what the courier said of the mail stays as it is. */
static void
test_returned(void)
{
    gint64 ticket, report;

    desk_clear();
    ticket = desk_ticket("anna@example.org", "1@x");
    desk_sql("INSERT INTO mailgw.outbox (id, kind, automatic, ticket, envelope_sender, recipient, message_id, bytes, expires_at, lease,"
             " leased_until) VALUES (7, 'reply', false, %" ID ", '', 'anna@example.org', 'r@x', 'x', now(), 3, now())", ticket);
    work_report(7, FALSE, "later");
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.outbox WHERE returned = 'delayed' AND returned_text = 'later'"), ==, 1);
    report = work_report(7, TRUE, "unknown");
    work_report(7, FALSE, "later again");
    work_report(7, TRUE, "unknown again");
    work_report(4711, TRUE, "no such mail");
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.outbox WHERE returned = 'bounced' AND returned_text = 'unknown'"
                                " AND returned_status = '5.1.1' AND returned_address = 'anna@example.org' AND returned_by = %" ID
                                " AND state = 'waiting' AND lease = 3", report), ==, 1);
}

static void
test_person(void)
{
    Decision *decision = desk_decision("none: a test");
    gint64 person;

    desk_clear();
    person = desk_person("anna@example.org");
    desk_mail("one");
    decision->outcome = OUTCOME_REPORT;
    add_person(decision, person, NULL, PERSON_BOUNCES, "5.1.1 unknown");
    add_person(decision, person, "el", PERSON_UNCHANGED, "written in it");
    desk_work(decision);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.person WHERE bouncing AND bouncing_reason = '5.1.1 unknown'"
                                " AND bouncing_since IS NOT NULL AND language = 'el'"), ==, 1);
    decision = desk_decision("none: a test");
    decision->outcome = OUTCOME_REPORT;
    desk_mail("two");
    add_person(decision, person, NULL, PERSON_WRITES, "wrote");
    desk_work(decision);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.person WHERE NOT bouncing AND bouncing_reason IS NULL"
                                " AND bouncing_since IS NULL AND language = 'el'"), ==, 1);
}

static void
work_images(gint64 person, guint first, guint n)
{
    Decision *decision = desk_decision("none: a test");
    Effect *effect = decision_add(decision, EFFECT_IMAGES, g_strdup("shown inside the text"));
    g_autofree char *text = g_strdup_printf("mail %u", first);

    decision->outcome = OUTCOME_REPORT;
    effect->images.person = person;
    for (guint i = first; i < first + n; i++) {
        guint8 sha256[32] = { (guint8) (i >> 8), (guint8) i };

        g_byte_array_append(effect->images.sha256, sha256, sizeof sha256);
    }
    desk_mail(text);
    desk_work(decision);
}

/* Whoever sends a new image with every mail fills his own share, and no more. */
static void
test_images(void)
{
    gint64 anna, bob;

    desk_clear();
    anna = desk_person("anna@example.org");
    bob = desk_person("bob@example.org");
    work_images(anna, 0, 16);
    work_images(anna, 0, 16);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.person_image"), ==, 16);
    for (guint i = 1; i < 20; i++)
        work_images(anna, 16 * i, 16);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.person_image"), <, LIMIT_IMAGES_PER_PERSON + LIMIT_IMAGES_PER_MAIL);
    work_images(bob, 0, 1);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.person_image WHERE person = %" ID, bob), ==, 1);
    desk_sql("DELETE FROM mailgw.person WHERE id = %" ID, anna);
    g_assert_cmpint(desk_number("SELECT count(*) FROM mailgw.person_image"), ==, 1);
}

/* The number in an envelope sender is the row's own. */
static void
test_reserved_outbox(void)
{
    Decision *decision = desk_decision("mail");
    gint64 reference, outbox = 0;
    g_autoptr(GError) error = NULL;

    desk_clear();
    g_assert_true(store_reserve_numbers(desk.worker, 1, &reference, 1, &outbox, &error));
    desk_mail("x");
    desk_add_ticket(decision, reference, desk_person("anna@example.org"), "1@x");
    desk_add_mail(decision, reference, "ack@x", NULL, 0)->outbox = outbox;
    desk_work(decision);
    g_assert_cmpint(desk_number("SELECT id FROM mailgw.outbox WHERE message_id = 'ack@x'"), ==, outbox);
}

int
main(int argc, char **argv)
{
    int result;

    tap_init(&argc, &argv);
    desk_open();
    g_test_add_func("/store/apply/changes", test_changes);
    g_test_add_func("/store/apply/correlation-yields", test_correlation_yields);
    g_test_add_func("/store/apply/a-new-ticket-with-all-that-belongs-to-it", test_new_ticket);
    g_test_add_func("/store/apply/a-follow-up-reopens", test_follow_up);
    g_test_add_func("/store/apply/a-lost-lease-writes-nothing", test_lost_lease);
    g_test_add_func("/store/apply/one-failure-takes-the-batch-back", test_one_fails);
    g_test_add_func("/store/apply/hostile-text-is-kept-or-refused", test_hostile_text);
    g_test_add_func("/store/apply/two-hundred-with-conflicts", test_large_batch);
    g_test_add_func("/store/apply/a-failure-is-the-last-word-of-a-report", test_returned);
    g_test_add_func("/store/apply/person", test_person);
    g_test_add_func("/store/apply/images-are-limited-and-go-with-their-person", test_images);
    g_test_add_func("/store/apply/a-reserved-number-is-the-rows", test_reserved_outbox);
    g_test_add_func("/store/apply/buckets-are-exact-between-two-workers", test_buckets);
    g_test_add_func("/store/apply/a-forced-take-goes-below-zero", test_take);
    g_test_add_func("/store/apply/a-content-key-is-taken-once", test_content_key);
    g_test_add_func("/store/apply/duplicates-name-their-original", test_duplicate);
    g_test_add_func("/store/apply/a-merge-moves-the-conversation", test_merge);
    g_test_add_func("/store/apply/merged-meanwhile-needs-new-facts", test_merged_meanwhile);
    g_test_add_func("/store/apply/two-workers-meet-the-same-people", test_person_race);
    g_test_add_func("/store/apply/a-conversation-has-one-worker-at-a-time", test_locks);
    g_test_add_func("/store/apply/an-acknowledgement-is-a-mail-or-a-reason", test_no_mail_behind_acknowledgement);
    result = g_test_run();
    desk_close();
    return result;
}
