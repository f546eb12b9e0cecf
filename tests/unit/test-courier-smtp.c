/* Connections, time, encryption and what is put on the wire. */
#include <string.h>

#include "courier/courier.h"
#include "smtp-server.h"
#include "tap.h"

#define MAIL "Subject: test\r\n\r\nHello.\r\n"

typedef struct {
    SmtpServer *server;
    Courier    *courier;
    Delivery    delivery;
} Fixture;

static void
fixture_start(Fixture *fixture, const SmtpScript *script, gboolean starttls, gint64 timeout_seconds)
{
    g_autofree char *transport = NULL;
    g_autoptr(GError) error = NULL;
    CourierSettings settings = { .helo = "gw.example.com" };

    *fixture = (Fixture) { .server = smtp_server_start(script) };
    transport = g_strdup_printf("smtp://127.0.0.1:%u", smtp_server_port(fixture->server));
    settings.transport = transport;
    settings.starttls = starttls;
    settings.timeout_seconds = timeout_seconds;
    fixture->courier = courier_new(&settings, &error);
    g_assert_no_error(error);
}

static DeliveryResult
fixture_deliver(Fixture *fixture, const char *sender, const char *recipient, const char *mail)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(mail, strlen(mail));
    const Shipment shipment = { sender, recipient, "1@example.com", bytes };

    delivery_clear(&fixture->delivery);
    courier_deliver(fixture->courier, &shipment, &fixture->delivery);
    g_test_message("%d %d %s", (int) fixture->delivery.result, fixture->delivery.code, fixture->delivery.text);
    return fixture->delivery.result;
}

static DeliveryResult
fixture_deliver_ordinary(Fixture *fixture)
{
    return fixture_deliver(fixture, "desk@example.com", "anna@example.net", MAIL);
}

/* Ends both sides, so that what the server saw may be read. */
static void
fixture_stop(Fixture *fixture)
{
    courier_free(g_steal_pointer(&fixture->courier));
    smtp_server_stop(fixture->server);
}

static void
fixture_clear(Fixture *fixture)
{
    delivery_clear(&fixture->delivery);
    smtp_server_free(fixture->server);
}

static void
test_one_connection_for_many_mails(void)
{
    static const SmtpScript script = { 0 };
    Fixture f;

    fixture_start(&f, &script, FALSE, 10);
    for (int i = 0; i < 20; i++)
        g_assert_cmpint(fixture_deliver_ordinary(&f), ==, DELIVERY_SENT);
    fixture_stop(&f);
    g_assert_cmpint(smtp_server_mails(f.server), ==, 20);
    g_assert_cmpint(smtp_server_connections(f.server), ==, 1);
    g_assert_true(g_str_has_prefix(smtp_server_commands(f.server),
                                   "EHLO gw.example.com\nMAIL FROM:<desk@example.com> SIZE="));
    fixture_clear(&f);
}

static void
test_idle_close_is_tried_again(void)
{
    static const SmtpScript silent = { .close_when_idle = TRUE };
    static const SmtpScript polite = { .close_when_idle = TRUE, .last_words = "421 4.4.2 idle for too long" };
    const SmtpScript *const scripts[] = { &silent, &polite };

    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
        Fixture f;

        fixture_start(&f, scripts[i], FALSE, 10);
        for (int n = 1; n <= 3; n++) {
            g_assert_cmpint(fixture_deliver_ordinary(&f), ==, DELIVERY_SENT);
            smtp_server_wait_closed(f.server, n);
        }
        fixture_stop(&f);
        g_assert_cmpint(smtp_server_mails(f.server), ==, 3);
        g_assert_cmpint(smtp_server_connections(f.server), ==, 3);
        fixture_clear(&f);
    }
}

static void
test_refusal_on_open_connection_is_not_tried_again(void)
{
    static const SmtpScript script = { .refused = "nobody@" };
    const char *first;
    Fixture f;

    fixture_start(&f, &script, FALSE, 10);
    g_assert_cmpint(fixture_deliver_ordinary(&f), ==, DELIVERY_SENT);
    g_assert_cmpint(fixture_deliver(&f, "desk@example.com", "nobody@example.net", MAIL), ==, DELIVERY_REJECTED);
    g_assert_cmpint(fixture_deliver_ordinary(&f), ==, DELIVERY_SENT);
    fixture_stop(&f);
    first = strstr(smtp_server_commands(f.server), "RCPT TO:<nobody@");
    g_assert_nonnull(first);
    g_assert_null(strstr(first + 1, "RCPT TO:<nobody@"));
    g_assert_cmpint(smtp_server_mails(f.server), ==, 2);
    fixture_clear(&f);
}

static void
test_unanswered_mail_is_not_sent_twice(void)
{
    static const SmtpScript script = { .content = CLOSE, .first_connections = 1 };
    Fixture f;

    fixture_start(&f, &script, FALSE, 10);
    g_assert_cmpint(fixture_deliver_ordinary(&f), ==, DELIVERY_UNKNOWN);
    g_assert_cmpint(fixture_deliver_ordinary(&f), ==, DELIVERY_SENT);
    fixture_stop(&f);
    g_assert_cmpint(smtp_server_connections(f.server), ==, 2);
    g_assert_cmpint(smtp_server_mails(f.server), ==, 1);
    fixture_clear(&f);
}

static void
check_ends_in_time(const SmtpScript *script, DeliveryResult expected)
{
    gint64 started = g_get_monotonic_time();
    Fixture f;

    fixture_start(&f, script, FALSE, 1);
    g_assert_cmpint(fixture_deliver_ordinary(&f), ==, expected);
    g_assert_cmpint(g_get_monotonic_time() - started, <, 4 * G_TIME_SPAN_SECOND);
    fixture_stop(&f);
    fixture_clear(&f);
}

static void
test_time_is_that_of_the_whole_transfer(void)
{
    static const SmtpScript drip = { .drip = TRUE };
    static const SmtpScript greeting = { .greeting = HANG };
    static const SmtpScript rcpt = { .rcpt = HANG };
    static const SmtpScript content = { .content = HANG };

    check_ends_in_time(&drip, DELIVERY_DEFERRED);
    check_ends_in_time(&greeting, DELIVERY_DEFERRED);
    check_ends_in_time(&rcpt, DELIVERY_DEFERRED);
    check_ends_in_time(&content, DELIVERY_UNKNOWN);
}

static void
test_starttls_is_demanded(void)
{
    static const SmtpScript script = { 0 };
    Fixture f;

    fixture_start(&f, &script, TRUE, 10);
    g_assert_cmpint(fixture_deliver_ordinary(&f), ==, DELIVERY_DEFERRED);
    g_assert_true(f.delivery.alarm);
    fixture_stop(&f);
    g_assert_null(strstr(smtp_server_commands(f.server), "MAIL"));
    g_assert_cmpint(smtp_server_mails(f.server), ==, 0);
    fixture_clear(&f);
}

static void
test_dots_arrive_as_sent(void)
{
    static const SmtpScript script = { 0 };
    static const char mail[] = ".Subject: a dot first\r\n\r\n.\r\n..\r\n.x\r\n\r\n";
    Fixture f;

    fixture_start(&f, &script, FALSE, 10);
    g_assert_cmpint(fixture_deliver(&f, "", "anna@example.net", mail), ==, DELIVERY_SENT);
    fixture_stop(&f);
    g_assert_cmpstr(smtp_server_content(f.server), ==, "..Subject: a dot first\r\n\r\n..\r\n...\r\n..x\r\n\r\n");
    g_assert_nonnull(strstr(smtp_server_commands(f.server), "MAIL FROM:<>"));
    fixture_clear(&f);
}

static const struct {
    const char *sender, *recipient, *mail;
} unfit[] = {
    { "desk@example.com", "anna@example.net>\r\nRCPT TO:<evil@example.org", MAIL },
    { "desk@example.com> SIZE=1\r\nRSET", "anna@example.net", MAIL },
    { "desk@example.com", "", MAIL },
    { "desk@example.com", "anna", MAIL },
    { "desk@example.com", "anna@example.net", "Subject: x\r\n\r\na\n.\nMAIL FROM:<x@y>\r\n" },
    { "desk@example.com", "anna@example.net", "Subject: x\r\n\r\na\r.\r\r\n" },
    { "desk@example.com", "anna@example.net", "Subject: no end" },
    { "desk@example.com", "anna@example.net", "" },
};

static void
test_unfit_reaches_nobody(void)
{
    static const SmtpScript script = { 0 };
    Fixture f;

    fixture_start(&f, &script, FALSE, 10);
    for (gsize i = 0; i < G_N_ELEMENTS(unfit); i++)
        g_assert_cmpint(fixture_deliver(&f, unfit[i].sender, unfit[i].recipient, unfit[i].mail), ==, DELIVERY_REJECTED);
    fixture_stop(&f);
    g_assert_cmpint(smtp_server_connections(f.server), ==, 0);
    fixture_clear(&f);
}

#define JOSE "jos\xc3\xa9@example.net"

static void
test_utf8_address_needs_smtputf8(void)
{
    static const SmtpScript without = { 0 };
    static const SmtpScript with = { .ehlo = "250-sink.example\n250 SMTPUTF8" };
    Fixture f;

    fixture_start(&f, &without, FALSE, 10);
    g_assert_cmpint(fixture_deliver(&f, "desk@example.com", JOSE, MAIL), ==, DELIVERY_REJECTED);
    g_assert_cmpint(fixture_deliver_ordinary(&f), ==, DELIVERY_SENT);
    fixture_stop(&f);
    g_assert_null(strstr(smtp_server_commands(f.server), "jos"));
    fixture_clear(&f);

    fixture_start(&f, &with, FALSE, 10);
    g_assert_cmpint(fixture_deliver(&f, "desk@example.com", JOSE, MAIL), ==, DELIVERY_SENT);
    fixture_stop(&f);
    g_assert_nonnull(strstr(smtp_server_commands(f.server), "RCPT TO:<" JOSE ">"));
    g_assert_nonnull(strstr(smtp_server_commands(f.server), " SMTPUTF8"));
    g_assert_cmpint(smtp_server_connections(f.server), ==, 1);
    fixture_clear(&f);
}

static void
test_utf8_domain_goes_as_a_labels(void)
{
    static const SmtpScript script = { 0 };
    Fixture f;

    fixture_start(&f, &script, FALSE, 10);
    g_assert_cmpint(fixture_deliver(&f, "desk@example.com", "anna@b\xc3\xbc" "cher.example", MAIL), ==, DELIVERY_SENT);
    fixture_stop(&f);
    g_assert_nonnull(strstr(smtp_server_commands(f.server), "RCPT TO:<anna@xn--bcher-kva.example>"));
    fixture_clear(&f);
}

static void
test_large_mail(void)
{
    static const SmtpScript script = { 0 };
    g_autoptr(GString) mail = g_string_new("Subject: large\r\n\r\n");
    g_autoptr(GString) on_wire = g_string_new(mail->str);
    Fixture f;

    while (mail->len < 3 * 1000 * 1000) {
        g_string_append(mail, "a line like many others, and one that begins with a dot\r\n.\r\n");
        g_string_append(on_wire, "a line like many others, and one that begins with a dot\r\n..\r\n");
    }
    fixture_start(&f, &script, FALSE, 60);
    g_assert_cmpint(fixture_deliver(&f, "desk@example.com", "anna@example.net", mail->str), ==, DELIVERY_SENT);
    fixture_stop(&f);
    g_assert_true(g_str_equal(smtp_server_content(f.server), on_wire->str));
    fixture_clear(&f);
}

static void
test_break_inside_a_large_mail_is_certain(void)
{
    static const SmtpScript script = { .content = CLOSE "-at-once" };
    g_autoptr(GString) mail = g_string_new("Subject: large\r\n\r\n");
    Fixture f;

    while (mail->len < 20 * 1000 * 1000)
        g_string_append(mail, "a line like many others\r\n");
    fixture_start(&f, &script, FALSE, 60);
    g_assert_cmpint(fixture_deliver(&f, "desk@example.com", "anna@example.net", mail->str), ==, DELIVERY_DEFERRED);
    fixture_stop(&f);
    fixture_clear(&f);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/courier/smtp/one-connection-for-many-mails", test_one_connection_for_many_mails);
    g_test_add_func("/courier/smtp/idle-close-is-tried-again", test_idle_close_is_tried_again);
    g_test_add_func("/courier/smtp/refusal-on-open-connection-is-not-tried-again",
                    test_refusal_on_open_connection_is_not_tried_again);
    g_test_add_func("/courier/smtp/unanswered-mail-is-not-sent-twice", test_unanswered_mail_is_not_sent_twice);
    g_test_add_func("/courier/smtp/time-is-that-of-the-whole-transfer", test_time_is_that_of_the_whole_transfer);
    g_test_add_func("/courier/smtp/starttls-is-demanded", test_starttls_is_demanded);
    g_test_add_func("/courier/smtp/dots-arrive-as-sent", test_dots_arrive_as_sent);
    g_test_add_func("/courier/smtp/unfit-reaches-nobody", test_unfit_reaches_nobody);
    g_test_add_func("/courier/smtp/utf8-address-needs-smtputf8", test_utf8_address_needs_smtputf8);
    g_test_add_func("/courier/smtp/utf8-domain-goes-as-a-labels", test_utf8_domain_goes_as_a_labels);
    g_test_add_func("/courier/smtp/large-mail", test_large_mail);
    g_test_add_func("/courier/smtp/break-inside-a-large-mail-is-certain", test_break_inside_a_large_mail_is_certain);
    return g_test_run();
}
