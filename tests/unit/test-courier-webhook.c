/* What does not need a server: signatures, as another program computes them, and settings that cannot be used. */
#include <string.h>

#include "courier/webhook.h"
#include "tap.h"

#define BYTES_80                                                                                                       \
    "\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff" \
    "\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff" \
    "\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff\x00\xff"

/* printf 'TIMESTAMP.BODY' | openssl dgst -sha256 -hmac SECRET */
static const struct {
    const char *secret;
    gint64      timestamp;
    const char *body;
    gsize       length;
    const char *signature;
} vectors[] = {
    { "key", 0, "", 0, "sha256=85841b4efc3cd7776c3c8f9b7cca9e281c550e5d19889d78e9e669c6337f000d" },
    { "topsecret", 1700000000, "{\"id\":\"1\"}", 10, "sha256=5ae2fe9589b5395efc54aa255a5cd86f4f6884285427ae96ebfc427963e60e81" },
    { "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 1,
      BYTES_80, 80, "sha256=07f31662d6505059c60fe9ab03b044224fd5f9f96daf07e305106db5e682186a" },
};

static void
test_signature(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(vectors); i++) {
        g_autofree char *signature = webhook_signature(vectors[i].secret, vectors[i].timestamp, vectors[i].body, vectors[i].length);

        g_assert_cmpstr(signature, ==, vectors[i].signature);
    }
}

/* Everything that is said names the host, and never the path. */
static void
test_settings(void)
{
    static const struct {
        HttpSettings http;
        const char  *error;
    } cases[] = {
        { { "http://h.example/T0", NULL, NULL, 5 }, "[webhook a]: cannot call \"h.example\": the URL has to begin with https://" },
        { { "https://u@h.example/T0", NULL, NULL, 5 }, "[webhook a]: cannot call \"h.example\": the URL may not hold a user or a password" },
        { { "https://h.example/T0", NULL, NULL, 0 }, "[webhook a]: cannot call \"h.example\": the time-out has to be positive" },
        { { "https://h.example/T0", "/nowhere", NULL, 5 },
          "[webhook a]: cannot call \"h.example\": cannot read the certificates in \"/nowhere\"" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        const WebhookSettings settings = { "a", cases[i].http, "secret" };

        g_assert_null(webhook_new(&settings, &error));
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
        g_assert_cmpstr(error->message, ==, cases[i].error);
    }
}

/* However a host is spelt: what it leads to is not called unless it is named. */
static void
test_spellings(void)
{
    static const char *const urls[] = {
        "https://127.0.0.1:1/", "https://localhost:1/", "https://2130706433:1/", "https://0x7f000001:1/", "https://127.1:1/",
        "https://0:1/", "https://0177.0.0.1:1/", "https://[::1]:1/", "https://[::ffff:127.0.0.1]:1/", "https://[::ffff:7f00:1]:1/",
        "https://169.254.169.254:1/", "https://[fd00::1]:1/", "https://10.0.0.1:1/", "https://100.64.0.1:1/",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autoptr(GError) error = NULL;
        const WebhookSettings settings = { "a", { urls[i], NULL, NULL, 5 }, "secret" };
        g_autoptr(Webhook) webhook = webhook_new(&settings, &error);
        g_autoptr(GBytes) body = g_bytes_new_static("{}", 2);
        Delivery delivery = { 0 };

        g_assert_no_error(error);
        webhook_deliver(webhook, "1@example.com", body, 0, &delivery);
        g_test_message("%s: %s", urls[i], delivery.text);
        g_assert_cmpint(delivery.result, ==, DELIVERY_DEFERRED);
        g_assert_true(delivery.alarm);
        g_assert_nonnull(strstr(delivery.text, "no public address"));
        delivery_clear(&delivery);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/courier/webhook/signature", test_signature);
    g_test_add_func("/courier/webhook/settings", test_settings);
    g_test_add_func("/courier/webhook/spellings-of-an-address", test_spellings);
    return g_test_run();
}
