/*
 * send.h - the role that sends what stands in the outbox
 */
#pragma once

#include "courier/courier.h"
#include "gateway/role.h"

typedef struct {
    Role            role;
    CourierSettings courier;
    gint64          lease_seconds;    /* longer than a whole transfer may take */
} SendSettings;

gboolean send_run(const SendSettings *settings, GError **error);

/* Seconds until the next attempt after `attempts` of them: from a minute, doubled each time, an hour at most, and spread by a third. */
gint64 send_back_off(int attempts, double spread /* 0..1 */);
