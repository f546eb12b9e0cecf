/* Bounces and other reports: what proves itself, what it says, and what it changes. */
#include "gateway-desk.h"
#include "tap.h"

#define OUTBOX    9
#define RECIPIENT 55            /* whose address the mail of ours went to */

/* A report for one recipient; fields: of the per-recipient block. */
static char *
report(const char *original_id, const char *fields)
{
    g_autofree char *returned = original_id == NULL ? g_strdup("")
                                                    : g_strdup_printf("--b\nContent-Type: message/rfc822\n\nMessage-ID: <%s>\n"
                                                                      "From: support@example.com\n\ntext\n", original_id);

    return g_strdup_printf("From: MAILER-DAEMON@mx.example.net\nTo: support@example.com\nSubject: Undelivered\nMIME-Version: 1.0\n"
                           "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
                           "--b\n\nIt did not arrive.\n--b\nContent-Type: message/delivery-status\n\n"
                           "Reporting-MTA: dns; mx.example.net\n\n%s\n%s--b--\n", fields, returned);
}

/* The store knows mail OUTBOX of ours, sent to anna about ticket 17. */
static Desk *
desk_with_mail(void)
{
    Desk *desk = desk_new();

    desk->facts->person = 0;
    desk->facts->mail = (FactMail) { OUTBOX, g_strdup("reply"), 17, g_strdup("anna@client.example.net"), RECIPIENT, g_strdup("sent") };
    desk->settings.subaddressing = TRUE;
    desk->arrival.sender = "";
    desk_add_ticket(desk, 17, TICKET_RESOLVED, FALSE);
    return desk;
}

typedef struct {
    const char *rule;
    const char *fields;
    gboolean    returns, bounced, condemns;
    const char *event;
} Case;

#define TO_ANNA "Final-Recipient: rfc822; anna@client.example.net\n"

static const Case cases[] = {
    { "a-failure-marks-mail-and-address", TO_ANNA "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550-5.1.1 User  unknown\n",
      TRUE, TRUE, TRUE, "delivery failed: <anna@client.example.net>: 5.1.1 User unknown (reply)" },
    { "a-local-part-in-capitals-is-the-same", "Final-Recipient: rfc822; ANNA@client.example.net\nAction: failed\nStatus: 5.1.1\n",
      TRUE, TRUE, TRUE, "delivery failed: <" },
    { "a-delay-marks-the-mail-only", TO_ANNA "Action: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; timed out\n",
      TRUE, FALSE, FALSE, "delivery delayed: <anna@client.example.net>: 4.4.1 timed out (reply)" },
    { "given-up-after-delays-is-a-failure-of-the-mail", TO_ANNA "Action: failed\nStatus: 4.4.7\n",
      TRUE, TRUE, FALSE, "delivery failed: <" },
    { "a-full-mailbox-is-an-address-still", TO_ANNA "Action: failed\nStatus: 5.2.2\n", TRUE, TRUE, FALSE, "delivery failed: <" },
    { "a-mail-that-is-too-large-says-nothing-of-the-address", TO_ANNA "Action: failed\nStatus: 5.3.4\n", TRUE, TRUE, FALSE,
      "delivery failed: <" },
    { "a-filter-says-nothing-of-the-address", TO_ANNA "Action: failed\nStatus: 5.7.1\n", TRUE, TRUE, FALSE, "delivery failed: <" },
    { "another-address-is-not-condemned-for-it", "Final-Recipient: rfc822; else@elsewhere.example\nAction: failed\nStatus: 5.1.1\n",
      TRUE, TRUE, FALSE, "delivery failed: <else@elsewhere.example>: 5.1.1 (reply)" },
    { "what-was-delivered-is-told-only", TO_ANNA "Action: delivered\nStatus: 2.0.0\n", FALSE, FALSE, FALSE, "report of delivery: <" },
    { "what-was-relayed-is-told-only", TO_ANNA "Action: relayed\nStatus: 2.0.0\n", FALSE, FALSE, FALSE, "report of delivery: <" },
    { "of-several-recipients-ours-counts",
      "Final-Recipient: rfc822; else@elsewhere.example\nAction: failed\nStatus: 5.1.1\n\n" TO_ANNA "Action: delayed\nStatus: 4.4.1\n",
      TRUE, FALSE, FALSE, "delivery delayed: <anna@client.example.net>" },
    { "without-a-recipient-it-is-a-failure-all-the-same", "X-Nothing: x\n", TRUE, TRUE, FALSE, "delivery failed: <anna@client.example.net>" },
};

static void
test_case(gconstpointer data)
{
    const Case *row = data;
    g_autoptr(Desk) desk = desk_with_mail();
    g_autofree char *token = token_format_bounce(desk->keys, OUTBOX);
    g_autofree char *recipient = g_strdup_printf("support+%s@example.com", token);
    g_autofree char *mail = report(NULL, row->fields);
    const Decision *decision;
    const Effect *returned, *person;

    desk->arrival.recipient = recipient;
    decision = desk_decide(desk, mail);
    g_assert_cmpint(decision->outcome, ==, OUTCOME_REPORT);
    g_assert_cmpint(decision->ticket, ==, 17);
    if (!g_str_has_prefix(desk_effect(desk, EFFECT_EVENT, 0)->reason, row->event))
        g_error("expected \"%s\", it says \"%s\"", row->event, desk_effect(desk, EFFECT_EVENT, 0)->reason);
    g_assert_cmpint(desk_effect(desk, EFFECT_EVENT, 0)->small.other, ==, OUTBOX);
    returned = desk_effect(desk, EFFECT_RETURNED, 0);
    g_assert_cmpint(returned != NULL, ==, row->returns);
    if (returned != NULL) {
        g_assert_cmpint(returned->returned.outbox, ==, OUTBOX);
        g_assert_cmpint(returned->returned.bounced, ==, row->bounced);
    }
    person = desk_effect(desk, EFFECT_PERSON, 0);
    g_assert_cmpint(person != NULL, ==, row->condemns);
    if (person != NULL) {
        g_assert_cmpint(person->person.person, ==, RECIPIENT);
        g_assert_cmpint(person->person.mail, ==, PERSON_BOUNCES);
    }
    /* Whatever it says: no state, no article, no mail. */
    g_assert_cmpint(desk_count(desk, EFFECT_STATUS) + desk_count(desk, EFFECT_ARTICLE) + desk_count(desk, EFFECT_MAIL), ==, 0);
}

/* ---- proof -------------------------------------------------------------------------------------------------- */

static void
assert_asks(const char *recipient, const char *original, const char *more, gint64 outbox, gboolean has_original)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = report(original, TO_ANNA "Action: failed\nStatus: 5.1.1\n");
    g_autofree char *whole = g_strconcat(more, mail, NULL);

    desk->settings.subaddressing = TRUE;
    desk->settings.bounce_domain = "b.example.com";
    desk->arrival.recipient = recipient;
    desk_decide(desk, whole);
    g_assert_cmpint(desk->prepared->request->bounce_outbox, ==, outbox);
    g_assert_cmpint(desk->prepared->request->original_id != NULL, ==, has_original);
}

static void
test_proof(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *bounce = token_format_bounce(desk->keys, OUTBOX);
    g_autofree char *upper = g_ascii_strup(bounce, -1);
    g_autofree char *token = desk_token(desk, 17, SENDER, TOKEN_CUSTOMER);
    g_autofree char *detail = g_strdup_printf("support+%s@example.com", bounce);
    g_autofree char *verp = g_strdup_printf("%s@b.example.com", bounce);
    g_autofree char *shouted = g_strdup_printf("%s@B.EXAMPLE.COM", upper);
    g_autofree char *elsewhere = g_strdup_printf("%s@other.example.com", bounce);
    g_autofree char *longer = g_strdup_printf("%s-x@b.example.com", bounce);
    g_autofree char *another = g_strdup_printf("b8%s@b.example.com", bounce + 2);
    g_autofree char *id = g_strdup_printf("%s.random@desk.example.com", token);
    g_autofree char *answers = g_strdup_printf("In-Reply-To: <%s>\n", id);

    assert_asks(detail, NULL, "", OUTBOX, FALSE);
    assert_asks(verp, NULL, "", OUTBOX, FALSE);
    assert_asks(shouted, NULL, "", OUTBOX, FALSE);
    assert_asks(elsewhere, NULL, "", 0, FALSE);
    assert_asks(longer, NULL, "", 0, FALSE);
    assert_asks(another, NULL, "", 0, FALSE);
    assert_asks(verp, id, "", OUTBOX, TRUE);
    assert_asks("support@example.com", id, "", 0, TRUE);
    assert_asks("support@example.com", "17.77.random@desk.example.com", "", 0, FALSE);
    assert_asks("support@example.com", NULL, answers, 0, TRUE);
    assert_asks(NULL, NULL, "", 0, FALSE);
}

/* What only a report may prove: a person's answer names mail of ours by In-Reply-To, and is about the ticket. */
static void
test_answer_is_no_report(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = desk_token(desk, 17, SENDER, TOKEN_CUSTOMER);
    g_autofree char *fields = g_strdup_printf("In-Reply-To: <%s.x@desk.example.com>\n", token);
    g_autofree char *mail = desk_mail(fields);

    desk_decide(desk, mail);
    g_assert_null(desk->prepared->request->original_id);
}

/* A refusal has no ticket; its bounce is a report all the same. */
static void
test_mail_without_ticket(void)
{
    g_autoptr(Desk) desk = desk_with_mail();
    g_autofree char *token = token_format_bounce(desk->keys, OUTBOX);
    g_autofree char *recipient = g_strdup_printf("support+%s@example.com", token);
    g_autofree char *mail = report(NULL, TO_ANNA "Action: failed\nStatus: 5.1.1\n");
    const Decision *decision;

    desk->facts->mail.ticket = 0;
    desk->arrival.recipient = recipient;
    decision = desk_decide(desk, mail);
    g_assert_cmpint(decision->outcome, ==, OUTCOME_REPORT);
    g_assert_cmpint(decision->ticket, ==, 0);
    g_assert_nonnull(desk_effect(desk, EFFECT_RETURNED, 0));
}

/* ---- what is no report ---------------------------------------------------------------------------------------- */

static void
test_answer_to_bounce_address(void)
{
    static const char *const fields[] = { "Auto-Submitted: auto-replied\n", "" };

    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autoptr(Desk) desk = desk_with_mail();
        g_autofree char *token = token_format_bounce(desk->keys, OUTBOX);
        g_autofree char *recipient = g_strdup_printf("support+%s@example.com", token);
        g_autofree char *mail = desk_mail(fields[i]);
        const Decision *decision;

        desk->facts->person = SENDER;
        desk->arrival.sender = "anna@client.example.net";
        desk->arrival.recipient = recipient;
        decision = desk_decide(desk, mail);
        g_assert_cmpint(decision->outcome, ==, OUTCOME_TICKET);
        g_assert_cmpint(decision->ticket, ==, 17);
        g_assert_true(desk_effect(desk, EFFECT_ARTICLE, 0)->article.other_address);
        g_assert_cmpint(desk_count(desk, EFFECT_MAIL) + desk_count(desk, EFFECT_PARTICIPANT), ==, 0);
    }
}

/* ---- images and languages ------------------------------------------------------------------------------------- */

#define WITH_LOGO "From: anna@client.example.net\nTo: support@example.com\nMessage-ID: <l@client.example.net>\nMIME-Version: 1.0\n" \
    "Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n<p>Hello</p><img src=\"cid:l\">\n" \
    "--r\nContent-Type: image/png\nContent-Disposition: inline; filename=l.png\nContent-ID: <l>\n\nlogo\n" \
    "--r\nContent-Type: image/png\nContent-Disposition: attachment; filename=photo.png\n\nphoto\n--r--\n"

static void
test_images(void)
{
    g_autoptr(Desk) desk = desk_new();
    const GByteArray *asked;

    desk_decide(desk, WITH_LOGO);
    asked = desk->prepared->request->images;
    g_assert_cmpuint(asked->len, ==, 32);           /* what is no part of the text is no logo */
    g_assert_cmpuint(desk_effect(desk, EFFECT_IMAGES, 0)->images.sha256->len, ==, 32);
    g_assert_null(strstr(desk_effect(desk, EFFECT_ARTICLE, 0)->article.attachments, "\"repeated\":true"));
    g_byte_array_append(desk->facts->seen_images, asked->data, 32);
    desk_decide(desk, WITH_LOGO);
    g_assert_nonnull(strstr(desk_effect(desk, EFFECT_ARTICLE, 0)->article.attachments, "\"repeated\":true"));
    g_assert_nonnull(strstr(desk_effect(desk, EFFECT_ARTICLE, 0)->article.attachments, "\"repeated\":false"));
    g_assert_nonnull(desk_effect(desk, EFFECT_ARTICLE, 0)->article.spans);
}

static void
test_language(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("");

    desk->facts->person_language = g_strdup("el");
    desk_decide(desk, mail);
    if (desk->message->language == NULL)
        g_assert_cmpstr(desk_effect(desk, EFFECT_TICKET, 0)->ticket.language, ==, "el");
    else
        g_assert_cmpstr(desk_effect(desk, EFFECT_TICKET, 0)->ticket.language, ==, desk->message->language);
}

/* What an abuse desk is for: a ticket, that nobody is answered about. One about mail of ours is a report like others. */
static void
test_abuse_report(void)
{
    static const char mail[] = "From: fbl@isp.example\nTo: support@example.com\nSubject: FW: offer\nMessage-ID: <arf@isp.example>\n"
                               "Date: Tue, 14 Nov 2023 22:13:00 +0000\nMIME-Version: 1.0\n"
                               "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
                               "--b\n\nSee below.\n--b\nContent-Type: message/feedback-report\n\n"
                               "Feedback-Type: abuse\nVersion: 1\nSource-IP: 192.0.2.17\n\n--b\nContent-Type: text/rfc822-headers\n\n"
                               "Message-ID: <offer@customer.example>\nSubject: offer\n\n--b--\n";

    for (gsize i = 0; i < 2; i++) {
        g_autoptr(Desk) desk = i == 0 ? desk_new() : desk_with_mail();
        const Decision *decision;

        desk->arrival.sender = "fbl@isp.example";
        decision = desk_decide(desk, mail);
        g_assert_cmpint(desk->message->class_, ==, CLASS_ABUSE_REPORT);
        g_assert_cmpint(decision->outcome, ==, i == 0 ? OUTCOME_TICKET : OUTCOME_REPORT);
        g_assert_cmpint(desk_count(desk, EFFECT_TICKET), ==, i == 0 ? 1 : 0);
        g_assert_cmpint(desk_count(desk, EFFECT_MAIL), ==, 0);
        g_assert_true(g_str_has_prefix(decision->acknowledgement, "none: class abuse-report"));
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/gateway/report/", cases[i].rule, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/gateway/report/proof", test_proof);
    g_test_add_func("/gateway/report/proof/an-answer-is-no-report", test_answer_is_no_report);
    g_test_add_func("/gateway/report/mail-without-ticket", test_mail_without_ticket);
    g_test_add_func("/gateway/report/address/what-is-no-report-joins-and-is-not-answered", test_answer_to_bounce_address);
    g_test_add_func("/gateway/report/abuse-about-no-mail-of-ours-is-a-ticket", test_abuse_report);
    g_test_add_func("/gateway/person/images", test_images);
    g_test_add_func("/gateway/person/language", test_language);
    return g_test_run();
}
