#include "courier/webhook.h"

#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "courier/courier-private.h"

struct Webhook {
    Http *http;
    char *secret;
};

Webhook *
webhook_new(const WebhookSettings *settings, GError **error)
{
    Http *http = http_new(&settings->http, error);
    Webhook *webhook;

    if (http == NULL) {
        g_prefix_error(error, "[webhook %s]: ", settings->name);
        return NULL;
    }
    webhook = g_new0(Webhook, 1);
    webhook->http = http;
    webhook->secret = g_strdup(settings->secret);
    return webhook;
}

void
webhook_free(Webhook *webhook)
{
    if (webhook == NULL)
        return;
    http_free(webhook->http);
    explicit_bzero(webhook->secret, strlen(webhook->secret));
    g_free(webhook->secret);
    g_free(webhook);
}

char *
webhook_signature(const char *secret, gint64 timestamp, const void *body, gsize length)
{
    g_autoptr(GString) text = g_string_new(NULL);
    guint8 mac[HASH_SHA256_BYTES];
    g_autofree char *hex = NULL;

    g_string_append_printf(text, "%" G_GINT64_FORMAT ".", timestamp);
    g_string_append_len(text, body, (gssize) length);
    hash_hmac_sha256((const guint8 *) secret, strlen(secret), text->str, text->len, mac);
    hex = hash_hex(mac, sizeof mac);
    return g_strconcat("sha256=", hex, NULL);
}

static gboolean
is_for_later(int status)
{
    return status == 408 || status == 425 || status == 429;
}

/* The answer's text is the receiver's, and shown to the operator: its first line is enough to see what it means. */
static void
conclude(const Webhook *webhook, const HttpAnswer *answer, Delivery *delivery_out)
{
    const char *host = http_host(webhook->http);
    int status = answer->status;
    g_autofree char *said = g_strndup(answer->body, strcspn(answer->body, "\r\n"));

    if (status >= 200 && status <= 299) {
        delivery_set(delivery_out, DELIVERY_SENT, status, "%d %s", status, host);
    } else if (status >= 300 && status <= 399) {
        delivery_set(delivery_out, DELIVERY_DEFERRED, status, "%d %s: redirects are not followed; write the right URL down", status,
                     host);
        delivery_out->alarm = TRUE;
    } else if (status >= 400 && status <= 499 && !is_for_later(status)) {
        delivery_set(delivery_out, DELIVERY_REJECTED, status, "%d %s: %s", status, host, said);
    } else {
        delivery_set(delivery_out, DELIVERY_DEFERRED, status, "%d %s: %s", status, host, said);
        delivery_out->retry_after_seconds = answer->retry_after_seconds;
    }
}

static gboolean
post(Webhook *webhook, const char *id, GBytes *body, gint64 now, HttpAnswer *answer_out, GError **error)
{
    gint64 timestamp = now / G_USEC_PER_SEC;
    gsize length;
    const void *bytes = g_bytes_get_data(body, &length);
    g_autofree char *signature = webhook_signature(webhook->secret, timestamp, bytes, length);
    g_autofree char *id_field = g_strdup_printf("Mailgw-Id: %s", id);
    g_autofree char *time_field = g_strdup_printf("Mailgw-Timestamp: %" G_GINT64_FORMAT, timestamp);
    g_autofree char *signature_field = g_strdup_printf("Mailgw-Signature: %s", signature);
    const char *const headers[] = { id_field, time_field, signature_field, NULL };
    const HttpRequest request = { "application/json", headers, bytes, length };

    return http_post(webhook->http, &request, answer_out, error);
}

void
webhook_deliver(Webhook *webhook, const char *id, GBytes *body, gint64 now, Delivery *delivery_out)
{
    g_autoptr(GError) error = NULL;
    HttpAnswer answer = { 0 };

    *delivery_out = (Delivery) { 0 };
    if (text_has_control(id)) {
        delivery_set(delivery_out, DELIVERY_REJECTED, 0, "cannot send a notification whose id holds control characters");
    } else if (post(webhook, id, body, now, &answer, &error)) {
        conclude(webhook, &answer, delivery_out);
        http_answer_clear(&answer);
    } else {
        delivery_set(delivery_out, DELIVERY_DEFERRED, 0, "%s", error->message);
        delivery_out->alarm = g_error_matches(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    }
}
