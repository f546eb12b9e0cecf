/* What becomes of one message: the questions of decide.c, one after the other. */
#include "gateway-desk.h"
#include "tap.h"

static void
test_new_ticket(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("Subject: Re: Printer\n");
    const Decision *decision = desk_decide(desk, mail);

    g_assert_cmpint(decision->outcome, ==, OUTCOME_TICKET);
    g_assert_cmpint(decision->ticket, ==, NEW);
    g_assert_true(decision->keep_content_key);
    g_assert_cmpstr(decision->acknowledgement, ==, "mail");
    g_assert_cmpstr(desk_effect(desk, EFFECT_TICKET, 0)->ticket.subject, ==, "Printer");
    g_assert_cmpint(desk_effect(desk, EFFECT_TICKET, 0)->ticket.requester, ==, SENDER);
    g_assert_cmpint(desk_effect(desk, EFFECT_ARTICLE, 0)->article.ticket, ==, NEW);
    g_assert_cmpint(desk_count(desk, EFFECT_ARTICLE), ==, 1);
    g_assert_true(desk_takes(desk, "tickets:person:anna@client.example.net"));
    g_assert_true(desk_takes(desk, "tickets:domain:client.example.net"));
}

/* What the mail tells, else what the person wrote in before, else the queue's. */
static void
test_language(void)
{
    static const struct { const char *body, *person, *queue, *language; } cases[] = {
        { "Ich kann mich seit gestern nicht mehr anmelden.", "pl", "el", "de" },
        { "ok", "pl", "el", "pl" },
        { "ok", NULL, "el", "el" },
        { "ok", NULL, NULL, NULL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Desk) desk = desk_new();
        g_autofree char *mail = g_strdup_printf("From: anna@client.example.net\nTo: support@example.com\n\n%s\n", cases[i].body);

        desk->facts->person_language = g_strdup(cases[i].person);
        desk->support.language = (char *) cases[i].queue;
        desk_decide(desk, mail);
        g_assert_cmpstr(desk_effect(desk, EFFECT_TICKET, 0)->ticket.language, ==, cases[i].language);
    }
}

static void
test_no_from(void)
{
    g_autoptr(Desk) desk = desk_new();
    const Decision *decision;

    desk->facts->person = 0;
    decision = desk_decide(desk, "To: support@example.com\n\nHello\n");
    g_assert_cmpint(decision->outcome, ==, OUTCOME_TICKET);
    g_assert_cmpint(desk_effect(desk, EFFECT_TICKET, 0)->ticket.requester, ==, 0);
    g_assert_cmpstr(desk_effect(desk, EFFECT_TICKET, 0)->ticket.subject, ==, "(no subject)");
    g_assert_true(g_str_has_prefix(decision->acknowledgement, "none: "));
}

/* Two From fields are nobody in particular (security of identity: receivers differ in which one they believe). */
static void
test_two_from_fields(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("From: anna@client.example.net\nFrom: boss@client.example.net\n");

    desk_decide(desk, mail);
    g_assert_null(desk->prepared->request->sender);
    g_assert_true(g_str_has_prefix(desk->decision->acknowledgement, "none: "));
}

/* A verdict on "the" From is no proof where there are two. */
static void
test_two_from_addresses(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("Authentication-Results: mx.example.com; dmarc=pass\n"
                                      "From: anna@client.example.net, boss@client.example.net\n");

    desk_decide(desk, mail);
    g_assert_cmpstr(desk->prepared->request->sender, ==, "anna@client.example.net");
    g_assert_cmpint(decide_sender_standing(desk->message, &desk->arrival), ==, SENDER_UNKNOWN);
    g_assert_true(g_str_has_prefix(desk->decision->acknowledgement, "none: "));
}

static void
test_duplicate(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("");
    const Decision *decision;

    desk->facts->duplicate_of = 3;
    decision = desk_decide(desk, mail);
    g_assert_cmpint(decision->outcome, ==, OUTCOME_DUPLICATE);
    g_assert_cmpint(decision->duplicate_of, ==, 3);
    g_assert_false(decision->keep_content_key);
    g_assert_cmpuint(decision->effects->len, ==, 0);
    g_assert_cmpstr(decision->acknowledgement, ==, "none: duplicate");
}

static void
test_duplicate_of_itself(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("");

    desk->facts->duplicate_of = desk->arrival.inbound;
    g_assert_cmpint(desk_decide(desk, mail)->outcome, ==, OUTCOME_TICKET);
}

static char *
received(guint hops)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < hops; i++)
        g_string_append_printf(text, "Received: from h%u.example by h.example; Tue, 14 Nov 2023 22:13:00 +0000\n", i);
    return g_string_free(text, FALSE);
}

static void
test_hops(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *few = received(LIMIT_RECEIVED), *many = received(LIMIT_RECEIVED + 1);
    g_autofree char *fine = desk_mail(few), *looping = desk_mail(many);
    const Decision *decision = desk_decide(desk, fine);

    g_assert_cmpint(decision->outcome, ==, OUTCOME_TICKET);
    decision = desk_decide(desk, looping);
    g_assert_cmpint(decision->outcome, ==, OUTCOME_QUARANTINED);
    g_assert_true(decision->keep_content_key);
    g_assert_cmpint(desk_count(desk, EFFECT_MAIL), ==, 0);
    g_assert_true(desk_effect(desk, EFFECT_TICKET, 0)->ticket.placeholder);
    g_assert_cmpint(decision->ticket, ==, NEW);
    /* What was asked before it stands in the explanation as well. */
    g_assert_cmpuint(decision->trace->lines->len, ==, 3);
}

static void
test_quarantine_without_message(void)
{
    g_autoptr(Desk) desk = desk_new();
    const DecideIds ids = { .reference = NEW };

    desk->decision = decide_quarantine(NULL, &desk->arrival, "cannot be parsed", &ids);
    g_assert_cmpint(desk->decision->outcome, ==, OUTCOME_QUARANTINED);
    g_assert_cmpstr(desk->decision->reason, ==, "cannot be parsed");
    g_assert_true(desk_effect(desk, EFFECT_TICKET, 0)->ticket.placeholder);
    g_assert_cmpstr(desk_effect(desk, EFFECT_TICKET, 0)->ticket.queue, ==, "support");
    g_assert_nonnull(strstr(desk_effect(desk, EFFECT_ARTICLE, 0)->article.text, "cannot be parsed"));
    g_assert_cmpint(desk_count(desk, EFFECT_MAIL), ==, 0);
}

/* ---- reports ------------------------------------------------------------------------------------------------ */

static char *
bounce(const char *original_id)
{
    return g_strdup_printf("From: MAILER-DAEMON@mx.example.net\nTo: support@example.com\nSubject: Undelivered\n"
                           "MIME-Version: 1.0\n"
                           "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
                           "--b\n\nIt did not arrive.\n"
                           "--b\nContent-Type: message/delivery-status\n\n"
                           "Reporting-MTA: dns; mx.example.net\n\n"
                           "Final-Recipient: rfc822; anna@client.example.net\nAction: failed\nStatus: 5.1.1\n"
                           "--b\nContent-Type: message/rfc822\n\n"
                           "Message-ID: <%s>\nFrom: support@example.com\nSubject: hello\n\ntext\n--b--\n", original_id);
}

static void
test_report_unproven(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = bounce("t17.77.aaaaaaaaaaaaaaaaaaaaaaaaaaa.x@desk.example.com");
    const Decision *decision;

    desk_add_ticket(desk, 17, TICKET_OPEN, TRUE);
    desk_add_reference(desk, "t17.77.aaaaaaaaaaaaaaaaaaaaaaaaaaa.x@desk.example.com", 17, FALSE);
    desk->arrival.sender = "";
    decision = desk_decide(desk, mail);
    g_assert_cmpint(decision->outcome, ==, OUTCOME_REPORT);
    g_assert_cmpint(decision->ticket, ==, 0);
    g_assert_cmpuint(decision->effects->len, ==, 0);
}

static void
test_report_proven(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = desk_token(desk, 17, SENDER, TOKEN_CUSTOMER);
    g_autofree char *id = g_strdup_printf("%s.x@desk.example.com", token);
    g_autofree char *mail = bounce(id);
    const Decision *decision;

    desk_add_ticket(desk, 17, TICKET_RESOLVED, TRUE);
    desk->arrival.sender = "";
    decision = desk_decide(desk, mail);
    g_assert_cmpint(decision->outcome, ==, OUTCOME_REPORT);
    g_assert_cmpint(decision->ticket, ==, 17);
    g_assert_true(desk_has_event(desk, "bounce"));
    g_assert_nonnull(strstr(desk_effect(desk, EFFECT_EVENT, 0)->reason, "5.1.1"));
    g_assert_cmpint(desk_count(desk, EFFECT_STATUS) + desk_count(desk, EFFECT_MAIL) + desk_count(desk, EFFECT_ARTICLE),
                    ==, 0);
}

/* ---- joining ------------------------------------------------------------------------------------------------ */

typedef struct {
    const char  *rule;
    TicketStatus status;
    gint64       closed_days;       /* ago */
    ClosedPolicy policy;
    const char  *more;              /* header lines */
    double       hour, day;         /* what the reopening budgets hold */

    Outcome      outcome;
    gboolean     joins;             /* ticket 17, else a new one */
    gboolean     opens;
    gboolean     tells;             /* the event that the budget is used up */
} Joining;

#define AUTOMATIC "Auto-Submitted: auto-replied\n"

static const Joining joinings[] = {
    { "an-answer-to-an-open-ticket-changes-no-state", TICKET_OPEN, 0, CLOSED_REOPEN, "", 3, 10,
      OUTCOME_TICKET, TRUE, FALSE, FALSE },
    { "an-answer-to-a-new-ticket-changes-no-state", TICKET_NEW, 0, CLOSED_REOPEN, "", 3, 10,
      OUTCOME_TICKET, TRUE, FALSE, FALSE },
    { "an-answer-opens-a-pending-ticket", TICKET_PENDING, 0, CLOSED_REOPEN, "", 0, 0,
      OUTCOME_TICKET, TRUE, TRUE, FALSE },
    { "automatic-mail-leaves-a-pending-ticket", TICKET_PENDING, 0, CLOSED_REOPEN, AUTOMATIC, 3, 10,
      OUTCOME_TICKET, TRUE, FALSE, FALSE },
    { "an-answer-reopens-a-resolved-ticket", TICKET_RESOLVED, 1, CLOSED_REOPEN, "", 3, 10,
      OUTCOME_TICKET, TRUE, TRUE, FALSE },
    { "an-answer-reopens-a-closed-ticket", TICKET_CLOSED, 13, CLOSED_REOPEN, "", 3, 10,
      OUTCOME_TICKET, TRUE, TRUE, FALSE },
    { "on-the-last-day-it-still-reopens", TICKET_CLOSED, 14, CLOSED_REOPEN, "", 3, 10,
      OUTCOME_TICKET, TRUE, TRUE, FALSE },
    { "after-reopen-days-a-linked-new-ticket", TICKET_CLOSED, 15, CLOSED_REOPEN, "", 3, 10,
      OUTCOME_TICKET, FALSE, FALSE, FALSE },
    { "closed-new-makes-a-linked-new-ticket", TICKET_CLOSED, 1, CLOSED_NEW, "", 3, 10,
      OUTCOME_TICKET, FALSE, FALSE, FALSE },
    { "closed-reject-refuses", TICKET_CLOSED, 1, CLOSED_REJECT, "", 3, 10,
      OUTCOME_REFUSED, FALSE, FALSE, FALSE },
    { "automatic-mail-never-reopens", TICKET_CLOSED, 1, CLOSED_REOPEN, AUTOMATIC, 3, 10,
      OUTCOME_TICKET, TRUE, FALSE, FALSE },
    { "automatic-mail-is-never-refused", TICKET_CLOSED, 1, CLOSED_REJECT, AUTOMATIC, 3, 10,
      OUTCOME_TICKET, TRUE, FALSE, FALSE },
    { "automatic-mail-makes-no-second-ticket", TICKET_CLOSED, 100, CLOSED_NEW, AUTOMATIC, 3, 10,
      OUTCOME_TICKET, TRUE, FALSE, FALSE },
    { "mail-of-a-list-never-reopens", TICKET_CLOSED, 1, CLOSED_REOPEN, "List-Id: <l.example.net>\n", 3, 10,
      OUTCOME_TICKET, TRUE, FALSE, FALSE },
    { "the-hours-budget-is-used-up-and-told", TICKET_RESOLVED, 1, CLOSED_REOPEN, "", 0.5, 10,
      OUTCOME_TICKET, TRUE, FALSE, TRUE },
    { "the-days-budget-is-used-up-and-told", TICKET_RESOLVED, 1, CLOSED_REOPEN, "", 3, 0.9,
      OUTCOME_TICKET, TRUE, FALSE, TRUE },
    { "a-used-up-budget-is-told-once", TICKET_RESOLVED, 1, CLOSED_REOPEN, "", -0.5, 10,
      OUTCOME_TICKET, TRUE, FALSE, FALSE },
};

static void
test_joining(gconstpointer data)
{
    const Joining *row = data;
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = desk_token(desk, 17, SENDER, TOKEN_CUSTOMER);
    g_autofree char *fields = g_strdup_printf("In-Reply-To: <%s.x@desk.example.com>\n%s", token, row->more);
    g_autofree char *mail = desk_mail(fields);
    FactTicket *ticket = desk_add_ticket(desk, 17, row->status, TRUE);
    const Decision *decision;

    if (row->closed_days != 0)
        ticket->changed_at = DESK_NOW - row->closed_days * DESK_DAY;
    desk->support.closed = row->policy;
    desk_fill(desk, "reopen:17:h", row->hour);
    desk_fill(desk, "reopen:17:d", row->day);
    decision = desk_decide(desk, mail);
    g_assert_cmpint(decision->outcome, ==, row->outcome);
    g_assert_cmpint(desk_count(desk, EFFECT_STATUS), ==, row->opens ? 1 : 0);
    if (row->opens)
        g_assert_cmpint(desk_effect(desk, EFFECT_STATUS, 0)->small.status, ==, TICKET_OPEN);
    g_assert_cmpint(desk_has_event(desk, "reopen-budget"), ==, row->tells);
    g_assert_cmpint(desk_takes(desk, "reopen:17:"), ==, (row->opens && row->status != TICKET_PENDING) || row->tells);
    if (row->outcome == OUTCOME_REFUSED) {
        g_assert_cmpint(desk_count(desk, EFFECT_ARTICLE) + desk_count(desk, EFFECT_TICKET), ==, 0);
        g_assert_cmpint(desk_count(desk, EFFECT_MAIL), ==, 1);
        g_assert_cmpstr(desk_effect(desk, EFFECT_MAIL, 0)->mail.kind, ==, "refusal");
        return;
    }
    g_assert_cmpint(decision->ticket, ==, row->joins ? 17 : NEW);
    g_assert_cmpint(desk_count(desk, EFFECT_TICKET), ==, row->joins ? 0 : 1);
    g_assert_cmpint(desk_count(desk, EFFECT_LINK), ==, row->joins ? 0 : 1);
    /* What is open again is told to whoever opened it; other further mail is answered by nobody. */
    if (row->joins)
        g_assert_cmpint(g_str_has_prefix(decision->acknowledgement, "none: "), ==, !row->opens || row->status == TICKET_PENDING);
}

static void
test_token_from_another_address(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = desk_token(desk, 17, SENDER + 1, TOKEN_CUSTOMER);
    g_autofree char *fields = g_strdup_printf("In-Reply-To: <%s.x@desk.example.com>\n", token);
    g_autofree char *mail = desk_mail(fields);
    const Decision *decision;

    desk_add_ticket(desk, 17, TICKET_OPEN, FALSE);
    decision = desk_decide(desk, mail);
    g_assert_cmpint(decision->ticket, ==, 17);
    g_assert_true(desk_effect(desk, EFFECT_ARTICLE, 0)->article.other_address);
    g_assert_cmpint(desk_count(desk, EFFECT_PARTICIPANT) + desk_count(desk, EFFECT_MAIL), ==, 0);
}

static void
test_token_of_the_sender(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = desk_token(desk, 17, SENDER, TOKEN_CUSTOMER);
    g_autofree char *fields = g_strdup_printf("In-Reply-To: <%s.x@desk.example.com>\n", token);
    g_autofree char *mail = desk_mail(fields);

    desk_add_ticket(desk, 17, TICKET_OPEN, FALSE);
    desk_decide(desk, mail);
    g_assert_false(desk_effect(desk, EFFECT_ARTICLE, 0)->article.other_address);
    g_assert_cmpint(desk_effect(desk, EFFECT_PARTICIPANT, 0)->small.other, ==, SENDER);
}

/* A token in the recipient comes before what In-Reply-To names. */
static void
test_recipient_first(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = desk_token(desk, 17, SENDER, TOKEN_CUSTOMER);
    g_autofree char *recipient = g_strdup_printf("support+%s@example.com", token);
    g_autofree char *mail = desk_mail("In-Reply-To: <old@client.example.net>\n");

    desk_add_ticket(desk, 17, TICKET_OPEN, TRUE);
    desk_add_ticket(desk, 9, TICKET_OPEN, TRUE);
    desk_add_reference(desk, "old@client.example.net", 9, FALSE);
    desk->arrival.recipient = recipient;
    g_assert_cmpint(desk_decide(desk, mail)->ticket, ==, 17);
}

/* ---- a stranger's tag, floods, several queues ---------------------------------------------------------------- */

static void
test_guessed_tag(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("Subject: [Northwind #17] let me in\n");
    const Decision *decision;

    desk_add_ticket(desk, 17, TICKET_OPEN, FALSE);
    decision = desk_decide(desk, mail);
    g_assert_cmpint(decision->ticket, ==, NEW);
    g_assert_cmpint(desk_count(desk, EFFECT_LINK), ==, 1);
    g_assert_cmpint(desk_effect(desk, EFFECT_LINK, 0)->small.other, ==, 17);
    g_assert_cmpint(desk_effect(desk, EFFECT_LINK, 0)->small.ticket, ==, NEW);
}

/* The same mail in another queue adds its link, and no second one of what was linked before. */
static void
test_guessed_tag_in_several_queues(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("Subject: [Northwind #17] let me in\n");

    desk_add_ticket(desk, 17, TICKET_OPEN, FALSE);
    desk->facts->elsewhere = 20;
    desk_decide(desk, mail);
    g_assert_cmpint(desk_count(desk, EFFECT_LINK), ==, 2);
    g_assert_cmpint(desk_effect(desk, EFFECT_LINK, 1)->small.other, ==, 20);
}

static void
assert_folded(const Desk *desk)
{
    g_assert_cmpint(desk->decision->outcome, ==, OUTCOME_TICKET);
    g_assert_cmpint(desk->decision->ticket, ==, 30);
    g_assert_cmpint(desk_count(desk, EFFECT_TICKET) + desk_count(desk, EFFECT_MAIL), ==, 0);
    g_assert_cmpint(desk_effect(desk, EFFECT_ARTICLE, 0)->article.ticket, ==, 30);
    g_assert_true(desk_has_event(desk, "folded"));
}

static void
test_folding(void)
{
    static const char *const empty[] = { "tickets:person:", "tickets:domain:" };

    for (gsize i = 0; i < G_N_ELEMENTS(empty); i++) {
        g_autoptr(Desk) desk = desk_new();
        g_autofree char *mail = desk_mail("");

        desk->facts->newest_open = 30;
        g_assert_cmpint(desk_decide(desk, mail)->ticket, ==, NEW);
        desk_fill(desk, empty[i], 0.99);
        desk_decide(desk, mail);
        assert_folded(desk);
    }
}

static void
test_folding_needs_an_open_ticket(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("");

    desk_fill(desk, "tickets:", 0);
    g_assert_cmpint(desk_decide(desk, mail)->ticket, ==, NEW);
}

/* Neither a guessed tag nor an answer to a closed ticket is a way around the limit. */
static void
test_folding_with_a_guessed_tag(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("Subject: [Northwind #17] let me in\n");

    desk_add_ticket(desk, 17, TICKET_OPEN, FALSE);
    desk->facts->newest_open = 30;
    desk_fill(desk, "tickets:", 0);
    desk_decide(desk, mail);
    assert_folded(desk);
    g_assert_cmpint(desk_effect(desk, EFFECT_LINK, 0)->small.ticket, ==, 30);
    g_assert_cmpint(desk_effect(desk, EFFECT_LINK, 0)->small.other, ==, 17);
}

static void
test_folding_of_answers_to_a_closed_ticket(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = desk_token(desk, 17, SENDER, TOKEN_CUSTOMER);
    g_autofree char *fields = g_strdup_printf("In-Reply-To: <%s.x@desk.example.com>\n", token);
    g_autofree char *mail = desk_mail(fields);

    desk_add_ticket(desk, 17, TICKET_CLOSED, TRUE);
    desk->support.closed = CLOSED_NEW;
    desk->facts->newest_open = 30;
    desk_fill(desk, "tickets:", 0);
    desk_decide(desk, mail);
    assert_folded(desk);
}

static void
test_several_queues(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("");
    const Decision *decision;

    desk->facts->elsewhere = 20;
    decision = desk_decide(desk, mail);
    g_assert_cmpint(decision->ticket, ==, NEW);
    g_assert_cmpint(desk_effect(desk, EFFECT_LINK, 0)->small.other, ==, 20);
    g_assert_cmpstr(decision->acknowledgement, ==, "mail");

    desk->facts->elsewhere_acknowledged = TRUE;
    g_assert_true(g_str_has_prefix(desk_decide(desk, mail)->acknowledgement, "none: "));

    desk->settings.several_queues = SEVERAL_QUEUES_FIRST;
    decision = desk_decide(desk, mail);
    g_assert_cmpint(decision->outcome, ==, OUTCOME_DISCARDED);
    g_assert_cmpuint(decision->effects->len, ==, 0);
}

/* ---- what makes two mails one conversation -------------------------------------------------------------------- */

static gboolean
share_a_lock(const char *one, const char *other)
{
    g_autoptr(Desk) a = desk_new();
    g_autoptr(Desk) b = desk_new();

    desk_decide(a, one);
    desk_decide(b, other);
    g_assert_cmpuint(a->prepared->n_locks, <=, LIMIT_CONVERSATION_KEYS);
    for (guint i = 0; i < a->prepared->n_locks; i++)
        for (guint k = 0; k < b->prepared->n_locks; k++)
            if (a->prepared->locks[i] == b->prepared->locks[k])
                return TRUE;
    return FALSE;
}

static void
test_locks(void)
{
    g_autofree char *parent = desk_mail("");
    const char *answer = "Message-ID: <m2@client.example.net>\nIn-Reply-To: <m1@client.example.net>\n\n";
    const char *sibling = "Message-ID: <m3@client.example.net>\nReferences: <m1@client.example.net> <a@x> <b@x> <c@x>\n\n";
    const char *newest = "Message-ID: <m4@client.example.net>\nReferences: <z@x> <a@x> <m3@client.example.net>\n\n";
    const char *stranger = "Message-ID: <m5@client.example.net>\nSubject: Printer\n\n";

    g_assert_true(share_a_lock(parent, answer));
    g_assert_true(share_a_lock(answer, sibling));
    g_assert_true(share_a_lock(sibling, newest));
    g_assert_false(share_a_lock(parent, stranger));
}

/* The same facts give the same decision: nothing is read from a clock or from chance. */
static void
test_pure(void)
{
    g_autoptr(Desk) one = desk_new();
    g_autoptr(Desk) other = desk_new();
    g_autofree char *mail = desk_mail("");

    desk_decide(one, mail);
    desk_decide(other, mail);
    g_assert_true(g_bytes_equal(desk_effect(one, EFFECT_MAIL, 0)->mail.bytes, desk_effect(other, EFFECT_MAIL, 0)->mail.bytes));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/gateway/decide/new-ticket", test_new_ticket);
    g_test_add_func("/gateway/decide/language-of-a-new-ticket", test_language);
    g_test_add_func("/gateway/decide/nobody-in-from-makes-a-ticket", test_no_from);
    g_test_add_func("/gateway/decide/two-from-fields-are-nobody", test_two_from_fields);
    g_test_add_func("/gateway/decide/two-from-addresses-prove-nothing", test_two_from_addresses);
    g_test_add_func("/gateway/decide/duplicate", test_duplicate);
    g_test_add_func("/gateway/decide/no-duplicate-of-itself", test_duplicate_of_itself);
    g_test_add_func("/gateway/decide/hops", test_hops);
    g_test_add_func("/gateway/decide/quarantine-without-message", test_quarantine_without_message);
    g_test_add_func("/gateway/decide/report/unproven-changes-nothing", test_report_unproven);
    g_test_add_func("/gateway/decide/report/proven-is-joined", test_report_proven);
    for (gsize i = 0; i < G_N_ELEMENTS(joinings); i++) {
        g_autofree char *path = g_strconcat("/gateway/decide/join/", joinings[i].rule, NULL);

        g_test_add_data_func(path, &joinings[i], test_joining);
    }
    g_test_add_func("/gateway/decide/token/another-address-joins-without-taking-part", test_token_from_another_address);
    g_test_add_func("/gateway/decide/token/its-person-takes-part", test_token_of_the_sender);
    g_test_add_func("/gateway/decide/token/recipient-before-references", test_recipient_first);
    g_test_add_func("/gateway/decide/tag/a-stranger-is-linked-not-joined", test_guessed_tag);
    g_test_add_func("/gateway/decide/tag/linked-once", test_guessed_tag_in_several_queues);
    g_test_add_func("/gateway/decide/fold/when-a-bucket-is-empty", test_folding);
    g_test_add_func("/gateway/decide/fold/needs-an-open-ticket", test_folding_needs_an_open_ticket);
    g_test_add_func("/gateway/decide/fold/a-guessed-tag-is-no-way-around", test_folding_with_a_guessed_tag);
    g_test_add_func("/gateway/decide/fold/a-closed-ticket-is-no-way-around", test_folding_of_answers_to_a_closed_ticket);
    g_test_add_func("/gateway/decide/several-queues", test_several_queues);
    g_test_add_func("/gateway/decide/locks", test_locks);
    g_test_add_func("/gateway/decide/pure", test_pure);
    return g_test_run();
}
