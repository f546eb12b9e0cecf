/*
 * test-gateway-rated.c - the link of a survey: whose mail is counted, and that it opens nothing
 */
#include "gateway-desk.h"
#include "locale/locale.h"
#include "tap.h"

#define TICKET 1040

static char *
rated_token(const Desk *desk, gint64 person, gint64 rating)
{
    const RatedToken token = { TICKET, person, rating };

    return token_format_rated(desk->keys, &token);
}

/* A mail that the link's address got (token NULL: the queue's), with that subject and body. */
static void
send_to(Desk *desk, const char *token, const char *fields, const char *subject, const char *body)
{
    g_autofree char *recipient = token != NULL ? g_strdup_printf("support+%s@example.com", token) : g_strdup("support@example.com");
    g_autofree char *mail = g_strdup_printf("%sMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
                                            "Message-ID: <m1@client.example.net>\nDate: Tue, 14 Nov 2023 22:13:00 +0000\n"
                                            "From: Anna Kos <anna@client.example.net>\nTo: %s\nSubject: %s\n\n%s", fields, recipient, subject, body);

    desk->settings.subaddressing = TRUE;
    desk->arrival.recipient = recipient;
    desk_decide(desk, mail);
    desk->arrival.recipient = "support@example.com";
}

static const char *
rating_of(const Desk *desk)
{
    for (guint i = 0; i < desk->decision->effects->len; i++) {
        const Effect *effect = g_ptr_array_index(desk->decision->effects, i);

        if (effect->kind == EFFECT_EVENT && g_str_equal(effect->small.text, "rated")) {
            g_assert_cmpint(effect->small.ticket, ==, TICKET);
            return effect->reason;
        }
    }
    return NULL;
}

static void
assert_only_counted(const Desk *desk, const char *rating)
{
    g_assert_cmpstr(rating_of(desk), ==, rating);
    g_assert_cmpint(desk->decision->ticket, ==, TICKET);
    g_assert_cmpint(desk_count(desk, EFFECT_ARTICLE), ==, 1);
    g_assert_cmpint(desk_count(desk, EFFECT_STATUS), ==, 0);
    g_assert_cmpint(desk_count(desk, EFFECT_MAIL), ==, 0);
    g_assert_cmpstr(desk->decision->acknowledgement, ==, "none: the sender says how it went");
}

/* Whatever state it is in, it stays so. */
static void
test_counts(void)
{
    static const TicketStatus states[] = { TICKET_CLOSED, TICKET_RESOLVED, TICKET_OPEN, TICKET_PENDING };
    static const char *const bodies[] = { "", "-- \nAnna Kos\n", "The service  was\nnot good.\n",
                                          "\nOn Tue, 14 Nov 2023 at 22:00, Support <support@example.com> wrote:\n> How was our service?\n" };

    for (gsize i = 0; i < G_N_ELEMENTS(states); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(bodies); j++) {
            g_autoptr(Desk) desk = desk_new();
            g_autofree char *token = rated_token(desk, SENDER, RATING_POOR);

            desk_add_ticket(desk, TICKET, states[i], TRUE);
            send_to(desk, token, "", "", bodies[j]);
            assert_only_counted(desk, "poor");
        }
}

/* What the link fills in is not said by the customer. */
static void
test_words_of_the_link(void)
{
    static const char *const languages[] = { "en", "el", "ru", "be", "pl", "de" };

    for (gsize i = 0; i < G_N_ELEMENTS(languages); i++)
        for (gint64 rating = RATING_POOR; rating <= RATING_GOOD; rating++) {
            g_autoptr(Desk) desk = desk_new();
            g_autofree char *token = rated_token(desk, SENDER, rating);

            desk_add_ticket(desk, TICKET, TICKET_CLOSED, TRUE);
            send_to(desk, token, "", "Rating", locale_rated_phrase(locale_get(languages[i]), (gsize) (rating - RATING_POOR)));
            assert_only_counted(desk, rating_name(rating));
        }
}

static void
test_words_of_ones_own_open_it(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = rated_token(desk, SENDER, RATING_FAIR);
    FactTicket *ticket = desk_add_ticket(desk, TICKET, TICKET_CLOSED, TRUE);

    ticket->changed_at = DESK_NOW - DESK_DAY;
    send_to(desk, token, "", "Rating", "The service was all right.\nBut the printer is slow again.\n");
    g_assert_cmpstr(rating_of(desk), ==, "fair, and more is said");
    g_assert_cmpint(desk->decision->ticket, ==, TICKET);
    g_assert_cmpint(desk_effect(desk, EFFECT_STATUS, 0)->small.status, ==, TICKET_OPEN);
}

/* A ticket that is closed for too long gets a new one beside it; the rating is of the old one. */
static void
test_words_to_an_old_ticket(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = rated_token(desk, SENDER, RATING_GOOD);

    desk->support.closed = CLOSED_NEW;
    desk_add_ticket(desk, TICKET, TICKET_CLOSED, TRUE);
    send_to(desk, token, "", "Rating", "Thanks. And what of my invoice?\n");
    g_assert_cmpint(desk->decision->ticket, ==, NEW);
    g_assert_cmpstr(rating_of(desk), ==, "good, and more is said");
}

/* Where addresses take no detail the token stands in the subject; a body is not asked for it. */
static void
test_subject(void)
{
    g_autoptr(Desk) by_subject = desk_new(), by_body = desk_new();
    g_autofree char *token = rated_token(by_subject, SENDER, RATING_GOOD), *subject = g_strdup_printf("[Northwind #1040] %s", token);
    g_autofree char *other = rated_token(by_body, SENDER, RATING_GOOD), *body = g_strdup_printf("mailto:support+%s@example.com\n", other);

    desk_add_ticket(by_subject, TICKET, TICKET_CLOSED, TRUE);
    send_to(by_subject, NULL, "", subject, "");
    assert_only_counted(by_subject, "good");
    desk_add_ticket(by_body, TICKET, TICKET_CLOSED, TRUE);
    send_to(by_body, NULL, "", "[Northwind #1040] Printer", body);
    g_assert_null(rating_of(by_body));
}

static void
assert_like_any_other(const char *fields, gint64 person, gint64 rating)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = rated_token(desk, person, rating);

    desk_add_ticket(desk, TICKET, TICKET_CLOSED, FALSE);
    send_to(desk, token, fields, "Hello", "");
    g_assert_null(rating_of(desk));
    g_assert_cmpint(desk->decision->ticket, ==, NEW);
}

static void
test_not_believed(void)
{
    assert_like_any_other("", 78, RATING_GOOD);
    assert_like_any_other("", SENDER, RATING_GOOD + 1);
    assert_like_any_other("Authentication-Results: mx.example.com; dmarc=fail header.from=client.example.net\n", SENDER, RATING_GOOD);
    assert_like_any_other("Auto-Submitted: auto-replied\n", SENDER, RATING_GOOD);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/gateway/rated/counts", test_counts);
    g_test_add_func("/gateway/rated/words-of-the-link", test_words_of_the_link);
    g_test_add_func("/gateway/rated/words-of-ones-own-open-it", test_words_of_ones_own_open_it);
    g_test_add_func("/gateway/rated/words-to-an-old-ticket", test_words_to_an_old_ticket);
    g_test_add_func("/gateway/rated/subject", test_subject);
    g_test_add_func("/gateway/rated/not-believed", test_not_believed);
    return g_test_run();
}
