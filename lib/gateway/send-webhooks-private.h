/*
 * send-webhooks-private.h - the webhooks of the configuration, and which of them are left alone for a while
 *
 * One process calls all of them, one after the other. So that a slow or dead one does not hold up its neighbours, it rests: after a request as long as that
 * took, after a failure longer each time. Meanwhile its notifications stay in the outbox, and their attempts are not used up.
 */
#pragma once

#include "courier/webhook.h"
#include "store/outbox.h"

typedef struct SendWebhooks SendWebhooks;

/* settings: WebhookSettings *. CONFIG if one cannot be used. */
SendWebhooks *send_webhooks_new(const GPtrArray *settings, GError **error);
void          send_webhooks_free(SendWebhooks *webhooks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SendWebhooks, send_webhooks_free)

/* NULL-terminated; valid until the next call. */
const char *const *send_webhooks_resting(SendWebhooks *webhooks, gint64 monotonic);

/* A webhook that the configuration does not have any more is REJECTED, with an alarm. */
void send_webhooks_deliver(SendWebhooks *webhooks, const OutboxRow *row, Delivery *delivery_out);
