/*
 * test-ticket-values.c - names, the allowed changes of state, and who owns what
 */
#include "ticket/decision.h"
#include "ticket/facts.h"
#include "ticket/ticket.h"
#include "tap.h"

#include <string.h>

static void
test_changes(void)
{
    /* every pair that is allowed; all others are not */
    static const char *const allowed =
        " new>new new>open new>pending new>resolved new>closed"
        " open>open open>pending open>resolved open>closed"
        " pending>pending pending>open pending>resolved pending>closed"
        " resolved>resolved resolved>open resolved>closed"
        " closed>closed closed>open ";

    for (int from = TICKET_NEW; from <= TICKET_CLOSED; from++) {
        for (int to = TICKET_NEW; to <= TICKET_CLOSED; to++) {
            g_autofree char *pair = g_strdup_printf(" %s>%s ", ticket_status_name((TicketStatus) from),
                                                    ticket_status_name((TicketStatus) to));

            g_assert_cmpint(ticket_may_change((TicketStatus) from, (TicketStatus) to), ==,
                            strstr(allowed, pair) != NULL);
        }
    }
}

static void
test_names(void)
{
    TicketStatus status = TICKET_CLOSED;
    TicketPriority priority = PRIORITY_URGENT;
    Outcome outcome = OUTCOME_QUARANTINED;

    for (int i = TICKET_NEW; i <= TICKET_CLOSED; i++) {
        g_assert_true(ticket_status_parse(ticket_status_name((TicketStatus) i), &status));
        g_assert_cmpint(status, ==, i);
    }
    for (int i = PRIORITY_LOW; i <= PRIORITY_URGENT; i++) {
        g_assert_true(ticket_priority_parse(ticket_priority_name((TicketPriority) i), &priority));
        g_assert_cmpint(priority, ==, i);
    }
    for (int i = OUTCOME_TICKET; i <= OUTCOME_QUARANTINED; i++) {
        g_assert_true(outcome_parse(outcome_name((Outcome) i), &outcome));
        g_assert_cmpint(outcome, ==, i);
    }
    g_assert_false(ticket_status_parse("Open", &status));
    g_assert_false(ticket_status_parse("", &status));
    g_assert_false(ticket_priority_parse("open", &priority));
    g_assert_false(outcome_parse("tickets", &outcome));
    g_assert_cmpint(status, ==, TICKET_CLOSED);
}

static FactTicket *
fact_ticket(gint64 reference, gint64 merged_from)
{
    FactTicket *ticket = g_new0(FactTicket, 1);

    ticket->reference = reference;
    ticket->merged_from = merged_from;
    ticket->queue = g_strdup("support");
    ticket->subject = g_strdup("printer");
    return ticket;
}

static void
test_facts_lookup(void)
{
    g_autoptr(Facts) facts = facts_new();
    FactReference *reference = g_new0(FactReference, 1);

    reference->message_id = g_strdup("a@x.example");
    g_ptr_array_add(facts->references, reference);
    g_ptr_array_add(facts->tickets, fact_ticket(17, 9));
    g_ptr_array_add(facts->tickets, fact_ticket(9, 0));
    g_ptr_array_add(facts->tickets, fact_ticket(20, 4));
    g_ptr_array_add(facts->buckets, bucket_new(g_strdup("ack:x"), 3, 3600));
    g_assert_cmpint(facts_ticket(facts, 17)->reference, ==, 17);
    g_assert_cmpint(facts_ticket(facts, 4)->reference, ==, 20);
    /* a ticket's own reference is the better answer than one that was merged */
    g_assert_cmpint(facts_ticket(facts, 9)->reference, ==, 9);
    g_assert_null(facts_ticket(facts, 0));
    g_assert_null(facts_ticket(facts, 5));
    g_assert_cmpint(facts_bucket(facts, "ack:x")->count, ==, 3);
    g_assert_null(facts_bucket(facts, "ack:"));
}

/* Under the leak checker: each kind of effect gives back all that it was given. */
static void
test_ownership(void)
{
    g_autoptr(Decision) decision = decision_new();
    g_autoptr(FactsRequest) request = facts_request_new();

    request->sender = g_strdup("a@x.example");
    request->sender_name = g_strdup("A");
    request->sender_domain = g_strdup("x.example");
    request->queue = g_strdup("support");
    request->message_id = g_strdup("m@x.example");
    g_ptr_array_add(request->references, g_strdup("r@x.example"));
    g_ptr_array_add(request->buckets, bucket_new(g_strdup("k"), 1, 1));
    for (int i = 0; i < N_EFFECTS; i++) {
        Effect *effect = decision_add(decision, (EffectKind) i, g_strdup("because"));

        g_assert_nonnull(effect_kind_name((EffectKind) i));
        if (i == EFFECT_TICKET) {
            g_assert_cmpint(effect->ticket.priority, ==, PRIORITY_NORMAL);
            effect->ticket.queue = g_strdup("support");
            effect->ticket.subject = g_strdup("s");
            effect->ticket.language = g_strdup("el");
        } else if (i == EFFECT_ARTICLE) {
            effect->article.text = g_strdup("text");
            effect->article.from_name = g_strdup("A");
            effect->article.from_address = g_strdup("a@x.example");
            effect->article.message_id = g_strdup("m@x.example");
            effect->article.subject = g_strdup("s");
            effect->article.class_name = g_strdup("human");
            g_ptr_array_add(effect->article.references, g_strdup("r@x.example"));
        } else if (i == EFFECT_MAIL) {
            effect->mail.kind = g_strdup("acknowledgement");
            effect->mail.envelope_sender = g_strdup("");
            effect->mail.recipient = g_strdup("a@x.example");
            effect->mail.message_id = g_strdup("m2@x.example");
            effect->mail.bytes = g_bytes_new_static("x", 1);
            g_ptr_array_add(effect->mail.buckets, bucket_new(g_strdup("k"), 1, 1));
        } else if (i == EFFECT_RETURNED) {
            effect->returned.address = g_strdup("a@x.example");
            effect->returned.status = g_strdup("5.1.1");
            effect->returned.text = g_strdup("user unknown");
        } else if (i == EFFECT_PERSON) {
            effect->person.language = g_strdup("el");
        } else if (i == EFFECT_IMAGES) {
            g_byte_array_append(effect->images.sha256, (const guint8 *) "0123456789abcdef0123456789abcdef", 32);
        } else if (i == EFFECT_CHANGE) {
            effect->change.name = g_strdup("invoice");
            effect->change.value = g_strdup("4711");
        } else if (i == EFFECT_SEEN) {
            effect->seen.key = g_strdup("key");
        } else {
            effect->small.text = g_strdup("event");
        }
    }
    trace_add(decision->trace, "token in recipient", TRUE, "ticket %d", 17);
    trace_add_test(decision->trace, "main.sieve:1 header", TRUE, "header :is \"subject\" \"x\"", TRUE, "x");
    decision->reason = g_strdup("new");
    decision->acknowledgement = g_strdup("mail");
    g_assert_cmpuint(decision->effects->len, ==, N_EFFECTS);
    g_assert_cmpstr(((TraceLine *) decision->trace->lines->pdata[0])->text, ==, "ticket 17");
}

static void
test_null_may_be_freed(void)
{
    decision_free(NULL);
    effect_free(NULL);
    trace_free(NULL);
    facts_free(NULL);
    facts_request_free(NULL);
    bucket_free(NULL);
    fact_ticket_free(NULL);
    fact_reference_free(NULL);
}

static void
test_ratings(void)
{
    g_assert_cmpstr(rating_name(RATING_POOR), ==, "poor");
    g_assert_cmpstr(rating_name(RATING_FAIR), ==, "fair");
    g_assert_cmpstr(rating_name(RATING_GOOD), ==, "good");
    g_assert_null(rating_name(RATING_POOR - 1));
    g_assert_null(rating_name(RATING_GOOD + 1));
    g_assert_null(rating_name(G_MAXINT64));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/ticket/changes-of-state", test_changes);
    g_test_add_func("/ticket/names", test_names);
    g_test_add_func("/ticket/facts-lookup", test_facts_lookup);
    g_test_add_func("/ticket/ownership", test_ownership);
    g_test_add_func("/ticket/null-may-be-freed", test_null_may_be_freed);
    g_test_add_func("/ticket/rating/names", test_ratings);
    return g_test_run();
}
