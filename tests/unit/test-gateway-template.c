/*
 * test-gateway-template.c - what automatic mails say, and of whom: languages, rules that name a template, nothing of a stranger's (A25)
 */
#include "gateway-rules-desk.h"
#include "tap.h"

#define PROVED "Authentication-Results: mx.example.com; dmarc=pass header.from=client.example.net\n"

static char *
sent(const Desk *desk)
{
    const Effect *mail = desk_effect(desk, EFFECT_MAIL, 0);
    gsize length;
    const char *bytes;

    if (mail == NULL)
        return NULL;
    bytes = g_bytes_get_data(mail->mail.bytes, &length);
    return g_strndup(bytes, length);
}

static Message *
reparse(const Desk *desk)
{
    const Effect *mail = desk_effect(desk, EFFECT_MAIL, 0);
    gsize length;
    const guint8 *bytes;

    g_assert_nonnull(mail);
    bytes = g_bytes_get_data(mail->mail.bytes, &length);
    return message_parse(bytes, length, NULL);
}

/* An unproved sender's words are a victim's mail: they stand nowhere, and there is no HTML. */
static void
test_stranger(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("From: Zaphod <anna@client.example.net>\nSubject: Buyquickly\n"), *out = NULL;

    desk_decide(desk, mail);
    out = sent(desk);
    g_assert_nonnull(out);
    g_assert_null(strstr(out, "Zaphod"));
    g_assert_null(strstr(out, "Buyquickly"));
    g_assert_null(strstr(out, "multipart"));
    g_assert_nonnull(strstr(out, "Subject: [Northwind #1042] Auto: We have your message\r\n"));
}

static void
test_proved(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail(PROVED "From: Anna <i>Kos</i> <anna@client.example.net>\nSubject: A & B <c>\n");
    g_autoptr(Message) parsed = NULL;

    desk_decide(desk, mail);
    parsed = reparse(desk);
    g_assert_cmpstr(parsed->subject, ==, "[Northwind #1042] Auto: A & B <c>");
    g_assert_cmpuint(parsed->parts->len, ==, 3);
    g_assert_nonnull(strstr(parsed->text, "ticket #1042"));
    g_assert_nonnull(strstr(parsed->html, "ticket #1042"));
    g_assert_null(strstr(parsed->html, "<i>"));
    g_assert_nonnull(strstr(parsed->text, "Ref: t1042."));
}

/* The same draft is the same mail: nothing in it is of chance or of the clock. */
static void
test_pure(void)
{
    g_autofree char *mail = desk_mail(PROVED), *once = NULL, *again = NULL;

    for (int i = 0; i < 2; i++) {
        g_autoptr(Desk) desk = desk_new();

        desk_decide(desk, mail);
        *(i == 0 ? &once : &again) = sent(desk);
    }
    g_assert_nonnull(strstr(once, "boundary="));
    g_assert_cmpstr(once, ==, again);
}

static void
test_language(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("Subject: x\n");
    g_autoptr(Message) parsed = NULL;

    desk->facts->person_language = g_strdup("el-GR");
    desk_decide(desk, mail);
    parsed = reparse(desk);
    /* What the mail itself is written in comes first. */
    g_assert_nonnull(strstr(parsed->text, "Thank you for your message."));
    g_clear_pointer(&parsed, message_free);
    g_free(mail);
    mail = g_strdup_printf("Message-ID: <m2@client.example.net>\nFrom: anna@client.example.net\nTo: support@example.com\nSubject: 1\n\n1\n");
    desk_decide(desk, mail);
    parsed = reparse(desk);
    g_assert_nonnull(strstr(parsed->text, "Σας ευχαριστούμε"));
}

/* ---- rules -------------------------------------------------------------------------------------------------- */

static void
test_named(void)
{
    Rules *rules;
    g_autoptr(Desk) desk = desk_with_rules("acknowledge :template \"acknowledge-out-of-hours\";", &rules);
    g_autofree char *mail = desk_mail(""), *out = NULL;

    desk->support.acknowledge = FALSE;
    desk_decide(desk, mail);
    out = sent(desk);
    g_assert_nonnull(out);
    g_assert_nonnull(strstr(out, "desk is closed"));
    rules_free(rules);
}

static void
test_named_on_follow_up(void)
{
    Rules *rules;
    g_autoptr(Desk) desk = desk_with_rules("acknowledge :template \"follow-up\";", &rules);
    g_autofree char *mail = desk_mail("In-Reply-To: <ours@desk.example.com>\n"), *out = NULL;

    desk_add_ticket(desk, 17, TICKET_OPEN, TRUE);
    desk_add_reference(desk, "ours@desk.example.com", 17, FALSE);
    desk_decide(desk, mail);
    g_assert_cmpint(desk->decision->ticket, ==, 17);
    out = sent(desk);
    g_assert_nonnull(out);
    g_assert_nonnull(strstr(out, "added your message to ticket #17"));
    rules_free(rules);
}

/* Brake (b): who answers an automatic mail of ours gets no other, whatever a rule wants. */
static void
test_named_is_braked(void)
{
    Rules *rules;
    g_autoptr(Desk) desk = desk_with_rules("acknowledge :template \"follow-up\";", &rules);
    g_autofree char *mail = desk_mail("In-Reply-To: <ours@desk.example.com>\n");

    desk_add_ticket(desk, 17, TICKET_OPEN, TRUE);
    desk_add_reference(desk, "ours@desk.example.com", 17, TRUE);
    desk_decide(desk, mail);
    g_assert_null(desk_effect(desk, EFFECT_MAIL, 0));
    rules_free(rules);
}

static void
test_unknown_at_run_time(void)
{
    Rules *rules;
    g_autoptr(Desk) desk = desk_with_rules("set \"n\" \"nowhere\"; acknowledge :template \"${n}\";", &rules);
    g_autofree char *mail = desk_mail(""), *out = NULL;

    desk_decide(desk, mail);
    out = sent(desk);
    g_assert_nonnull(strstr(out, "Thank you for your message."));
    assert_not_applied(desk, "acknowledge", "there is no such template");
    rules_free(rules);
}

static void
test_last_counts(void)
{
    Rules *rules;
    g_autoptr(Desk) desk = desk_with_rules("acknowledge :template \"reopened\"; acknowledge :template \"follow-up\";", &rules);
    g_autofree char *mail = desk_mail(""), *out = NULL;

    desk_decide(desk, mail);
    out = sent(desk);
    g_assert_nonnull(strstr(out, "added your message"));
    assert_not_applied(desk, "acknowledge", "a later line says otherwise");
    rules_free(rules);
}

static void
test_closed(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("In-Reply-To: <ours@desk.example.com>\n"), *out = NULL;

    desk->support.closed = CLOSED_NEW;
    desk_add_ticket(desk, 17, TICKET_CLOSED, TRUE);
    desk_add_reference(desk, "ours@desk.example.com", 17, FALSE);
    desk_decide(desk, mail);
    out = sent(desk);
    g_assert_nonnull(strstr(out, "earlier ticket #17 is closed"));
    g_assert_nonnull(strstr(out, "a new one: #1042."));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/gateway/template/nothing-of-a-stranger", test_stranger);
    g_test_add_func("/gateway/template/proved-sender", test_proved);
    g_test_add_func("/gateway/template/pure", test_pure);
    g_test_add_func("/gateway/template/language", test_language);
    g_test_add_func("/gateway/template/named-by-a-rule", test_named);
    g_test_add_func("/gateway/template/named-on-a-follow-up", test_named_on_follow_up);
    g_test_add_func("/gateway/template/named-is-braked", test_named_is_braked);
    g_test_add_func("/gateway/template/unknown-at-run-time", test_unknown_at_run_time);
    g_test_add_func("/gateway/template/last-counts", test_last_counts);
    g_test_add_func("/gateway/template/closed", test_closed);
    return g_test_run();
}
