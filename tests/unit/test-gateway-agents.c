/*
 * test-gateway-agents.c - what the queue's agents are told, and when they are not
 */
#include "gateway-desk.h"
#include "tap.h"

static char *agents[] = { (char *) "ben@desk.example.net", (char *) "anna@client.example.net", (char *) "support@example.com", NULL };

static Desk *
desk_with_agents(TellAgents tell)
{
    Desk *desk = desk_new();

    desk->support.agents = agents;
    desk->support.tell_agents = tell;
    desk->support.acknowledge = FALSE;
    return desk;
}

static void
send_mail(Desk *desk, const char *fields)
{
    g_autofree char *mail = desk_mail(fields);

    desk_decide(desk, mail);
}

static Message *
told(const Desk *desk)
{
    const Effect *effect = desk_effect(desk, EFFECT_MAIL, 0);
    gsize length;
    const guint8 *bytes;

    g_assert_nonnull(effect);
    g_assert_cmpstr(effect->mail.recipient, ==, "ben@desk.example.net");
    g_assert_cmpstr(effect->mail.kind, ==, "notification");
    g_assert_cmpstr(((Bucket *) g_ptr_array_index(effect->mail.buckets, 0))->key, ==, "agents:total:h");
    bytes = g_bytes_get_data(effect->mail.bytes, &length);
    return message_parse(bytes, length, NULL);
}

/* Of his own mail nobody is told, and an address of ours is nobody's. */
static void
test_new_ticket(void)
{
    g_autoptr(Desk) desk = desk_with_agents(TELL_AGENTS_NEW);
    g_autoptr(Message) mail = NULL;

    send_mail(desk, "");
    g_assert_cmpint(desk_count(desk, EFFECT_MAIL), ==, 1);
    mail = told(desk);
    g_assert_cmpstr(mail->subject, ==, "[Northwind #1042] New: Printer");
    g_assert_nonnull(strstr(mail->text, "from Anna Kos <anna@client.example.net>:\n\n> Hello, it does not work.\n"));
    g_assert_nonnull(strstr(mail->text, "  mailgw ticket reply 1042 --as NAME\n"));
    g_assert_cmpstr(message_header(mail, "Auto-Submitted", 0), ==, "auto-notified");
}

static void
test_follow_up(void)
{
    g_autoptr(Desk) desk = desk_with_agents(TELL_AGENTS_NEW);
    g_autoptr(Message) mail = NULL;

    desk_add_ticket(desk, 17, TICKET_OPEN, TRUE);
    send_mail(desk, "Subject: [Northwind #17] more\n");
    g_assert_cmpint(desk_count(desk, EFFECT_MAIL), ==, 0);
    desk->support.tell_agents = TELL_AGENTS_ALL;
    send_mail(desk, "Subject: [Northwind #17] more\n");
    mail = told(desk);
    g_assert_cmpstr(mail->subject, ==, "[Northwind #17] Follow-up: Printer on fire");
}

static void
test_silent(void)
{
    static const char *const fields[] = { "Auto-Submitted: auto-generated\n", "X-Loop: desk.example.com\n" };

    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autoptr(Desk) desk = desk_with_agents(TELL_AGENTS_ALL);

        send_mail(desk, fields[i]);
        g_assert_cmpint(desk_count(desk, EFFECT_MAIL), ==, 0);
    }
    for (int quiet = 0; quiet < 2; quiet++) {
        g_autoptr(Desk) desk = desk_with_agents(quiet ? TELL_AGENTS_ALL : TELL_AGENTS_NONE);

        desk->arrival.quiet = quiet;
        send_mail(desk, "");
        g_assert_cmpint(desk_count(desk, EFFECT_MAIL), ==, 0);
    }
}

/* Whoever writes words of ours writes them behind a mark. */
static void
test_quoted(void)
{
    g_autoptr(Desk) desk = desk_with_agents(TELL_AGENTS_NEW);
    g_autoptr(Message) mail = NULL;
    g_autofree char *text = desk_mail(""), *more = g_strconcat(text, "\nTo answer it:\n  rm -rf /\n", NULL);

    desk_decide(desk, more);
    mail = told(desk);
    g_assert_nonnull(strstr(mail->text, "> Hello, it does not work.\n>\n> To answer it:\n"));
    g_assert_null(strstr(mail->text, "\n  rm"));
}

static void
test_bounce(void)
{
    static const char report[] = "From: MAILER-DAEMON@mx.example.net\nTo: support@example.com\nSubject: Undelivered\nMIME-Version: 1.0\n"
                                 "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nNo.\n"
                                 "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
                                 "Final-Recipient: rfc822; anna@client.example.net\nAction: failed\nStatus: 5.1.1\n"
                                 "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n\n--b--\n";
    static const char *const kinds[] = { "acknowledgement", "reply" };

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autoptr(Desk) desk = desk_with_agents(TELL_AGENTS_NEW);
        g_autofree char *token = token_format_bounce(desk->keys, 9), *recipient = g_strdup_printf("support+%s@example.com", token);
        g_autoptr(Message) mail = NULL;

        desk->facts->person = 0;
        desk->facts->mail = (FactMail) { 9, g_strdup(kinds[i]), 17, g_strdup("anna@client.example.net"), 55, g_strdup("sent") };
        desk->settings.subaddressing = TRUE;
        desk->arrival.sender = "";
        desk->arrival.recipient = recipient;
        desk_add_ticket(desk, 17, TICKET_PENDING, FALSE);
        desk_decide(desk, report);
        if (i == 0) {
            g_assert_cmpint(desk_count(desk, EFFECT_MAIL), ==, 0);
            continue;
        }
        mail = told(desk);
        g_assert_cmpstr(mail->subject, ==, "[Northwind #17] Not delivered: Printer on fire");
        g_assert_nonnull(strstr(mail->text, "did not reach anna@client.example.net."));
        g_assert_nonnull(strstr(mail->text, "5.1.1 User unknown"));
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/gateway/agents/new-ticket", test_new_ticket);
    g_test_add_func("/gateway/agents/follow-up", test_follow_up);
    g_test_add_func("/gateway/agents/silent", test_silent);
    g_test_add_func("/gateway/agents/quoted", test_quoted);
    g_test_add_func("/gateway/agents/bounce", test_bounce);
    return g_test_run();
}
