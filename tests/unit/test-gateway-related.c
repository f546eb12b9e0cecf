/*
 * test-gateway-related.c - the sender's open tickets about the same matter: which those are, and who is told
 */
#include "gateway-desk.h"
#include "tap.h"

#define PROVED "Authentication-Results: mx.example.com; dmarc=pass header.from=client.example.net\n"

static void
test_same_matter(void)
{
    static const struct { const char *one, *other; gboolean same; } cases[] = {
        { "Printer", "Printer", TRUE },
        { "Printer", "printer!", TRUE },
        { "The printer does not print", "printer does not print", TRUE },
        { "The printer does not print", "The printer on the second floor does not print", FALSE },
        { "Question about an invoice", "Question about a domain", FALSE },
        { "Printer", "Printer is empty", FALSE },
        { "Order 1234", "Order 1235", FALSE },
        { "My order 1234 did not come", "my order 1234 did not come yet", TRUE },
        { "My order 1234 did not come", "my order did not come", FALSE },
        { "web1 does not answer at all", "web2 does not answer at all", FALSE },
        { "Ο εκτυπωτής δεν τυπώνει", "ΕΚΤΥΠΩΤΉΣ ΔΕΝ ΤΥΠΏΝΕΙ", TRUE },
        { "Не печатает принтер", "не печатает принтер", TRUE },
        { "", "", FALSE },
        { "?!", "?!", FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        if (related_is_same_matter(cases[i].one, cases[i].other) != cases[i].same)
            g_error("\"%s\" and \"%s\"", cases[i].one, cases[i].other);
}

static void
add_open(Desk *desk, gint64 reference, const char *subject)
{
    FactOpen *open = g_new0(FactOpen, 1);

    open->reference = reference;
    open->created_at = DESK_NOW - DESK_DAY;
    open->subject = g_strdup(subject);
    g_ptr_array_add(desk->facts->open_before, open);
}

static char *
answer_to(Desk *desk, const char *fields)
{
    g_autofree char *mail = desk_mail(fields);
    g_autoptr(Message) parsed = NULL;
    const Effect *effect;
    gsize length;
    const guint8 *bytes;

    desk_decide(desk, mail);
    effect = desk_effect(desk, EFFECT_MAIL, 0);
    g_assert_nonnull(effect);
    bytes = g_bytes_get_data(effect->mail.bytes, &length);
    parsed = message_parse(bytes, length, NULL);
    return g_strdup(parsed->text);
}

static void
test_told(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *text = NULL;

    /* Decided again, the mail finds its own ticket, and one that came later. */
    add_open(desk, 1043, "Printer on fire");
    add_open(desk, NEW, "Printer on fire");
    add_open(desk, 1040, "Printer on fire");
    add_open(desk, 1039, "Invoice");
    text = answer_to(desk, PROVED "Subject: Re: printer on FIRE\n");
    g_assert_true(desk->prepared->request->wants_open);
    g_assert_nonnull(strstr(text, "- Monday, 13 November: [Northwind #1040] Printer on fire\n"));
    g_assert_null(strstr(text, "1039"));
    g_assert_null(strstr(text, "1043"));
    g_assert_null(strstr(text, "#1042] Printer"));
    g_assert_cmpint(desk_effect(desk, EFFECT_LINK, 0)->small.other, ==, 1040);
    g_assert_null(desk_effect(desk, EFFECT_LINK, 1));
}

/* Whoever may be somebody else is not told what the sender wrote before, and it is not even looked for. */
static void
test_not_told(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *text = NULL;

    add_open(desk, 1040, "Printer");
    text = answer_to(desk, "Subject: Printer\n");
    g_assert_false(desk->prepared->request->wants_open);
    g_assert_null(strstr(text, "1040"));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/gateway/related/same-matter", test_same_matter);
    g_test_add_func("/gateway/related/told", test_told);
    g_test_add_func("/gateway/related/not-told", test_not_told);
    return g_test_run();
}
