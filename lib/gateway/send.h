/*
 * send.h - the role that sends what stands in the outbox: mail, or notifications to webhooks
 *
 * Each has processes of its own, so that none waits for the other's servers.
 */
#pragma once

#include "courier/courier.h"
#include "courier/webhook.h"
#include "gateway/clocks.h"
#include "gateway/role.h"

typedef struct {
    Role             role;
    CourierSettings  courier;          /* transport NULL: this process sends no mail            */
    const GPtrArray *webhooks;         /* WebhookSettings *; NULL: it calls no webhooks. One that is not named here is failed at once. */
    ClockSettings    clocks;           /* a reply that reached the customer meets what was owed */
    gint64           lease_seconds;    /* longer than a whole transfer may take */
} SendSettings;

gboolean send_run(const SendSettings *settings, GError **error);

/* Seconds until the next attempt after `attempts` of them: `first` seconds, doubled each time, an hour at most, and spread by a third. */
gint64 send_back_off(gint64 first, int attempts, double spread /* 0..1 */);
/* The same, and longer if the other side wants it: four hours at most. */
gint64 send_pause(gint64 back_off, gint64 retry_after_seconds);
