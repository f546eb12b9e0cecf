/* What each answer of the next hop means for the mail. */
#include <string.h>

#include "courier/courier.h"
#include "smtp-server.h"
#include "tap.h"

#define MAIL "Subject: test\r\n\r\nHello.\r\n"

static Courier *
connect_to(const SmtpServer *server, const char *user)
{
    g_autofree char *transport = g_strdup_printf("smtp://127.0.0.1:%u", smtp_server_port(server));
    const CourierSettings settings = {
        .transport = transport, .helo = "gw.example.com", .timeout_seconds = 10,
        .user = user, .password = user != NULL ? "secret" : NULL,
    };
    g_autoptr(GError) error = NULL;
    Courier *courier = courier_new(&settings, &error);

    g_assert_no_error(error);
    return courier;
}

static void
deliver(Courier *courier, Delivery *delivery)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(MAIL, strlen(MAIL));
    const Shipment shipment = { "desk@example.com", "anna@example.net", "1@example.com", bytes };

    courier_deliver(courier, &shipment, delivery);
}

typedef struct {
    const char    *name;
    SmtpScript     script;
    DeliveryResult result;
    int            code;
    const char    *text;        /* stands in it */
    gboolean       alarm;
    const char    *user;
} ReplyCase;

#define EHLO_AUTH "250-sink.example\n250 AUTH PLAIN"

static const ReplyCase reply_cases[] = {
    { "taken", { 0 }, DELIVERY_SENT, 250, "250 2.0.0 taken", FALSE, NULL },
    { "taken-with-long-reply", { .content = "250-2.0.0 taken\n250 2.0.0 as 4711" }, DELIVERY_SENT, 250, "as 4711", FALSE, NULL },

    { "greeting-later", { .greeting = "421 4.3.2 busy" }, DELIVERY_DEFERRED, 421, "busy", FALSE, NULL },
    { "greeting-never-is-about-us", { .greeting = "554 5.7.1 not you" }, DELIVERY_DEFERRED, 554, "not you", TRUE, NULL },
    { "greeting-none", { .greeting = CLOSE }, DELIVERY_DEFERRED, 0, "127.0.0.1", FALSE, NULL },
    { "ehlo-later", { .ehlo = "451 4.3.0 sick" }, DELIVERY_DEFERRED, 451, "sick", FALSE, NULL },

    { "sender-later", { .mail = "451 4.7.1 greylisted" }, DELIVERY_DEFERRED, 451, "451 4.7.1 greylisted", FALSE, NULL },
    { "sender-never", { .mail = "553 5.7.1 not yours" }, DELIVERY_REJECTED, 553, "553 5.7.1 not yours", FALSE, NULL },
    { "sender-disconnect", { .mail = CLOSE }, DELIVERY_DEFERRED, 0, "", FALSE, NULL },
    { "recipient-later", { .rcpt = "450 4.2.1 full" }, DELIVERY_DEFERRED, 450, "450 4.2.1 full", FALSE, NULL },
    { "recipient-never", { .rcpt = "550 5.1.1 no such user" }, DELIVERY_REJECTED, 550, "550 5.1.1 no such user", FALSE, NULL },
    { "recipient-never-in-two-lines", { .rcpt = "550-5.1.1 no such\n550 5.1.1 user" }, DELIVERY_REJECTED, 550,
      "550 5.1.1 no such 5.1.1 user", FALSE, NULL },
    { "recipient-disconnect", { .rcpt = CLOSE }, DELIVERY_DEFERRED, 0, "", FALSE, NULL },
    { "recipient-shutdown", { .rcpt = "421 4.3.2 going down" }, DELIVERY_DEFERRED, 421, "going down", FALSE, NULL },
    { "data-later", { .data = "451 4.3.5 later" }, DELIVERY_DEFERRED, 451, "later", FALSE, NULL },
    { "data-never", { .data = "554 5.7.1 no" }, DELIVERY_REJECTED, 554, "554 5.7.1 no", FALSE, NULL },
    { "data-disconnect", { .data = CLOSE }, DELIVERY_DEFERRED, 0, "", FALSE, NULL },

    { "content-later", { .content = "452 4.3.1 disk full" }, DELIVERY_DEFERRED, 452, "452 4.3.1 disk full", FALSE, NULL },
    { "content-never", { .content = "554 5.6.0 spam" }, DELIVERY_REJECTED, 554, "554 5.6.0 spam", FALSE, NULL },
    { "content-disconnect-after-dot", { .content = CLOSE }, DELIVERY_UNKNOWN, 0, "no answer", FALSE, NULL },
    { "content-disconnect-before-dot-read", { .content = CLOSE "-at-once" }, DELIVERY_UNKNOWN, 0, "no answer", FALSE, NULL },
    { "content-nonsense", { .content = "651 what" }, DELIVERY_UNKNOWN, 651, "what", FALSE, NULL },

    { "starttls-not-asked-for-is-not-used", { .ehlo = "250-sink.example\n250 STARTTLS" }, DELIVERY_SENT, 250,
      "taken", FALSE, NULL },
    { "authenticated", { .ehlo = EHLO_AUTH }, DELIVERY_SENT, 250, "taken", FALSE, "anna" },
    { "wrong-password", { .ehlo = EHLO_AUTH, .auth = "535 5.7.8 wrong" }, DELIVERY_DEFERRED, 535, "535 5.7.8 wrong", TRUE,
      "anna" },
    { "authentication-later", { .ehlo = EHLO_AUTH, .auth = "454 4.7.0 later" }, DELIVERY_DEFERRED, 454, "later", FALSE,
      "anna" },
    { "authentication-wanted", { .mail = "530 5.7.0 authenticate first" }, DELIVERY_DEFERRED, 530, "authenticate", TRUE, NULL },
};

static void
check_reply(gconstpointer data)
{
    const ReplyCase *the = data;
    SmtpServer *server = smtp_server_start(&the->script);
    Courier *courier = connect_to(server, the->user);
    Delivery delivery;

    deliver(courier, &delivery);
    courier_free(courier);
    smtp_server_stop(server);
    g_test_message("%d %d %s", (int) delivery.result, delivery.code, delivery.text);
    g_assert_cmpint(delivery.result, ==, the->result);
    g_assert_cmpint(delivery.code, ==, the->code);
    g_assert_nonnull(strstr(delivery.text, the->text));
    g_assert_cmpint(delivery.alarm, ==, the->alarm);
    g_assert_cmpint(smtp_server_mails(server), ==, the->result == DELIVERY_SENT ? 1 : 0);
    /* Nothing is tried twice in one delivery on a connection that was new. */
    g_assert_cmpint(smtp_server_connections(server), ==, 1);
    delivery_clear(&delivery);
    smtp_server_free(server);
}

static void
test_nobody_listens(void)
{
    static const SmtpScript script = { 0 };
    SmtpServer *server = smtp_server_start(&script);
    Courier *courier = connect_to(server, NULL);
    Delivery delivery;

    smtp_server_free(server);
    deliver(courier, &delivery);
    g_assert_cmpint(delivery.result, ==, DELIVERY_DEFERRED);
    g_assert_false(delivery.alarm);
    delivery_clear(&delivery);
    courier_free(courier);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(reply_cases); i++) {
        g_autofree char *path = g_strconcat("/courier/replies/", reply_cases[i].name, NULL);

        g_test_add_data_func(path, &reply_cases[i], check_reply);
    }
    g_test_add_func("/courier/replies/nobody-listens", test_nobody_listens);
    return g_test_run();
}
