/*
 * clocks.h - what is owed on tickets, kept in step with what happens to them
 *
 * Whoever changes a ticket calls clocks_refresh() in the same transaction: a worker, a command, a courier whose reply reached the customer. It reads the
 * history again and writes what differs; so it does not matter what happened, nor whether it is called once too often. Which policy a ticket has: the one
 * a rule gave it, else its queue's, else its customer's, else the one of its priority.
 */
#pragma once

#include "config/values.h"
#include "store/clocks.h"
#include "targets/clocks.h"
#include "targets/targets.h"

typedef struct {
    const Targets   *targets;      /* NULL: none                  */
    const GPtrArray *queues;       /* QueueConfig *               */
    gint64           now;          /* 0: what the database's clock says */
} ClockSettings;

/* Whether there is any policy, without which nothing is owed. */
gboolean clocks_are_used(const ClockSettings *settings);

/* at: when it happened what the ticket changed by; 0: now, by the database's clock. */
typedef struct {
    gint64 ticket;
    gint64 at;
} ClockCause;

/*
 * The policy of a ticket, or NULL. by_rule: a rule gave it that one; of_customer: what his field "target", or his organisation's, says. Either may be NULL, and one
 * that is not in the configuration (any more) counts as none.
 */
const Policy *clocks_policy(const ClockSettings *settings, const char *by_rule, const char *queue, const char *of_customer, TicketPriority priority);

/* Inside a transaction. changes_out (may be NULL): ClockChange *, what was changed. */
gboolean clocks_refresh(Store *store, const ClockSettings *settings, const ClockCause *causes, gsize n, GPtrArray **changes_out, GError **error);

/* Pure: what changes on the clocks of a ticket that changed at some time. */
ClockChange *clocks_plan(const ClockTicket *ticket, const ClockSettings *settings, gint64 at, gint64 now);
