/*
 * reply.h - an agent's answer, from text to outbox
 */
#pragma once

#include "gateway/settings.h"
#include "store/store.h"

/*
 * Writes article, outbox row, event and state in one transaction. Returns the outbox id, 0 with an error (NOT_FOUND: no such ticket or agent; INVALID: nobody to
 * answer).
 */
gint64 reply_to_ticket(Store *store, const DecideSettings *settings, gint64 reference, const char *agent,
                       const char *text, gint64 now, gint64 life_seconds, GError **error);
