/*
 * webhook.h - deliver a notification to an HTTPS server, and say exactly how it went
 *
 * At least once, under one id: whether a request that got no answer was taken is not known, so it is made again. What the receiver needs to tell ours from
 * forged and old ones stands in the header: id, time, and an HMAC over the time and the body.
 */
#pragma once

#include "courier/courier.h"
#include "courier/http.h"

typedef struct {
    const char  *name;              /* as rules call it */
    HttpSettings http;
    const char  *secret;            /* of the HMAC */
} WebhookSettings;

typedef struct Webhook Webhook;

/* CONFIG if the settings cannot be used. */
Webhook *webhook_new(const WebhookSettings *settings, GError **error);
void     webhook_free(Webhook *webhook);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Webhook, webhook_free)

/*
 * SENT on 2xx. REJECTED on 4xx, which says that this request will never be right; but 408, 425 and 429 say "later": DEFERRED, as all else is. Of a
 * redirect, which is not followed, and of a server that cannot be trusted the operator is told.
 */
void webhook_deliver(Webhook *webhook, const char *id, GBytes *body, gint64 now, Delivery *delivery_out);

/* "sha256=" and the HMAC-SHA-256 of "TIMESTAMP.BODY" in hexadecimal. */
char *webhook_signature(const char *secret, gint64 timestamp, const void *body, gsize length);
