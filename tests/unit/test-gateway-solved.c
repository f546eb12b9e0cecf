/*
 * test-gateway-solved.c - the link of a help article: whose mail closes the ticket, and what is too much said for that
 */
#include "gateway-desk.h"
#include "tap.h"

#define ARTICLE 9
#define TICKET  1040

static char *
solved_token(const Desk *desk, gint64 person)
{
    const SolvedToken token = { TICKET, person, ARTICLE };

    return token_format_solved(desk->keys, &token);
}

static FactTicket *
prepare(Desk *desk, TicketStatus status, gboolean takes_part)
{
    desk->settings.subaddressing = TRUE;
    desk->facts->solved_path = g_strdup("en/password.md");
    return desk_add_ticket(desk, TICKET, status, takes_part);
}

/* A mail that the link's address got, with that subject and body. */
static void
send_to(Desk *desk, const char *token, const char *fields, const char *subject, const char *body)
{
    g_autofree char *recipient = token != NULL ? g_strdup_printf("support+%s@example.com", token) : g_strdup("support@example.com");
    g_autofree char *mail = g_strdup_printf("%sMessage-ID: <m1@client.example.net>\nDate: Tue, 14 Nov 2023 22:13:00 +0000\n"
                                            "From: Anna Kos <anna@client.example.net>\nTo: %s\nSubject: %s\n\n%s", fields, recipient, subject, body);

    desk->arrival.recipient = recipient;
    desk_decide(desk, mail);
    desk->arrival.recipient = "support@example.com";
}

static gboolean
is_closed(const Desk *desk)
{
    const Effect *status = desk_effect(desk, EFFECT_STATUS, 0);

    return status != NULL && status->small.status == TICKET_CLOSED && status->small.ticket == TICKET;
}

static void
test_closes(void)
{
    static const char *const bodies[] = {
        "", "\n\n", "This solved it, thank you.\n", "This solved\nit, thank  you.\n", "Damit ist es gelöst, vielen Dank.\n",
        "-- \nAnna Kos\nClient Ltd\n",
        "\nOn Tue, 14 Nov 2023 at 22:00, Support <support@example.com> wrote:\n> Hello,\n> Thank you for your message.\n",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autoptr(Desk) desk = desk_new();
        g_autofree char *token = solved_token(desk, SENDER);

        prepare(desk, TICKET_OPEN, TRUE);
        send_to(desk, token, "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n", "", bodies[i]);
        g_test_message("%s", bodies[i]);
        g_assert_true(is_closed(desk));
        g_assert_true(desk_has_event(desk, "solved"));
        g_assert_cmpint(desk->decision->ticket, ==, TICKET);
        g_assert_cmpint(desk_count(desk, EFFECT_ARTICLE), ==, 1);
        g_assert_cmpint(desk_count(desk, EFFECT_MAIL), ==, 0);
        g_assert_cmpstr(desk->decision->acknowledgement, ==, "none: the sender says that it is solved");
        g_assert_nonnull(strstr(desk->decision->reason, "en/password.md"));
    }
}

/* A question in a closed ticket would be answered by nobody. */
static void
test_text_keeps_it_open(void)
{
    static const char *const bodies[] = { "It works, but now the phone does not.\n", "This solved it, thank you.\nBut what of my phone?\n", "?\n" };

    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autoptr(Desk) desk = desk_new();
        g_autofree char *token = solved_token(desk, SENDER);

        prepare(desk, TICKET_PENDING, TRUE);
        send_to(desk, token, "", "Re: x", bodies[i]);
        g_assert_false(is_closed(desk));
        g_assert_cmpint(desk_effect(desk, EFFECT_STATUS, 0)->small.status, ==, TICKET_OPEN);
        g_assert_true(desk_has_event(desk, "solved"));
        g_assert_cmpint(desk->decision->ticket, ==, TICKET);
    }
}

/* Where addresses take no detail the token stands in the subject. */
static void
test_subject(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = solved_token(desk, SENDER), *subject = g_strdup_printf("[Northwind #1040] Password (%s)", token);

    prepare(desk, TICKET_NEW, TRUE);
    send_to(desk, NULL, "", subject, "");
    g_assert_true(is_closed(desk));
}

/* Whoever answers "nothing of this helped" has the link in his quote. */
static void
test_body_is_not_asked(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = solved_token(desk, SENDER), *body = g_strdup_printf("Ref: %s\n", token);

    prepare(desk, TICKET_OPEN, TRUE);
    send_to(desk, NULL, "", "[Northwind #1040] Printer", body);
    g_assert_false(is_closed(desk));
    g_assert_false(desk_has_event(desk, "solved"));
}

static void
assert_like_any_other(Desk *desk, const char *token, const char *fields)
{
    send_to(desk, token, fields, "Hello", "");
    g_assert_false(is_closed(desk));
    g_assert_false(desk_has_event(desk, "solved"));
    g_assert_cmpint(desk->decision->ticket, ==, NEW);
}

static void
test_not_believed(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *own = solved_token(desk, SENDER), *foreign = solved_token(desk, 78), *forged = solved_token(desk, SENDER);
    const FactTicket *ticket = prepare(desk, TICKET_OPEN, FALSE);

    forged[strlen(forged) - 1] = forged[strlen(forged) - 1] == 'a' ? 'e' : 'a';
    assert_like_any_other(desk, forged, "");
    assert_like_any_other(desk, foreign, "");
    assert_like_any_other(desk, own, "Authentication-Results: mx.example.com; dmarc=fail header.from=client.example.net\n");
    assert_like_any_other(desk, own, "Auto-Submitted: auto-replied\n");
    /* A colleague to whom the acknowledgement was passed on. */
    ((FactTicket *) ticket)->same_organisation = TRUE;
    send_to(desk, foreign, "", "Hello", "");
    g_assert_true(is_closed(desk));
}

static void
test_said_twice(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = solved_token(desk, SENDER);

    prepare(desk, TICKET_CLOSED, TRUE);
    send_to(desk, token, "", "", "");
    g_assert_cmpint(desk_count(desk, EFFECT_STATUS), ==, 0);
    g_assert_cmpint(desk->decision->ticket, ==, TICKET);
}

/* ---- the link ------------------------------------------------------------------------------------------------ */

static char *
acknowledgement(Desk *desk, const char *url)
{
    static const char passed[] = "Authentication-Results: mx.example.com; dmarc=pass header.from=client.example.net\n";
    FactHelp *help = g_new0(FactHelp, 1);
    g_autofree char *mail = desk_mail(passed);
    g_autoptr(Message) parsed = NULL;
    const Effect *effect;
    gsize length;
    const guint8 *bytes;

    help->id = ARTICLE;
    help->path = g_strdup("en/password.md");
    help->title = g_strdup("Change & reset a password");
    help->url = g_strdup(url);
    help->summary = g_strdup("Open the panel.");
    g_ptr_array_add(desk->facts->help_articles, help);
    desk_decide(desk, mail);
    effect = desk_effect(desk, EFFECT_MAIL, 0);
    g_assert_nonnull(effect);
    bytes = g_bytes_get_data(effect->mail.bytes, &length);
    parsed = message_parse(bytes, length, NULL);
    return g_strconcat(parsed->text, "\f", parsed->html, NULL);
}

static void
assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        g_error("\"%s\" does not stand in:\n%s", part, text);
}

static void
test_link(void)
{
    g_autoptr(Desk) desk = desk_new();
    const SolvedToken expected = { NEW, SENDER, ARTICLE };
    g_autofree char *token = token_format_solved(desk->keys, &expected), *text = NULL;
    g_autofree char *brief = g_strdup_printf("  mailto:support+%s@example.com\n", token);
    g_autofree char *filled = g_strdup_printf("href=\"mailto:support+%s@example.com?subject=%%5BNorthwind%%20%%231042%%5D%%20Change%%20%%26%%20reset%%20a%%20password"
                                              "&amp;body=This%%20solved%%20it%%2C%%20thank%%20you.\"", token);

    desk->settings.subaddressing = TRUE;
    text = acknowledgement(desk, "https://help.example.com/password");
    assert_has(text, brief);
    assert_has(text, filled);
}

static void
test_link_without_detail(void)
{
    g_autoptr(Desk) desk = desk_new();
    const SolvedToken expected = { NEW, SENDER, ARTICLE };
    g_autofree char *token = token_format_solved(desk->keys, &expected), *text = acknowledgement(desk, NULL);
    g_autofree char *brief = g_strdup_printf("  mailto:support@example.com?subject=%%5BNorthwind%%20%%231042%%5D%%20%s\n", token);

    assert_has(text, brief);
    assert_has(text, "reset%20a%20password%20%28s1042.77.9.");
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/gateway/solved/closes", test_closes);
    g_test_add_func("/gateway/solved/text-keeps-it-open", test_text_keeps_it_open);
    g_test_add_func("/gateway/solved/subject", test_subject);
    g_test_add_func("/gateway/solved/body-is-not-asked", test_body_is_not_asked);
    g_test_add_func("/gateway/solved/not-believed", test_not_believed);
    g_test_add_func("/gateway/solved/said-twice", test_said_twice);
    g_test_add_func("/gateway/solved/link", test_link);
    g_test_add_func("/gateway/solved/link-without-detail", test_link_without_detail);
    return g_test_run();
}
