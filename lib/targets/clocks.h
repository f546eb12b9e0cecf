/*
 * clocks.h - what is owed on a ticket, worked out from all that happened on it
 *
 * A first response is owed from the first message of the customer on, and until the first reply that reached him; from then on each message that
 * no reply followed yet begins a next response, which the next reply meets. Further messages begin nothing while a response is owed. A resolution is
 * owed from the first message until the ticket is resolved or closed; reopened, it is owed as if nobody had resolved it. While a ticket is pending,
 * resolved or closed nothing is used.
 *
 * What was met stays as it was then: what happens later to the terms or to the ticket changes nothing of it. Pure, as all of this folder. Moments
 * are microseconds here, as elsewhere in the gateway; working time is counted from whole seconds.
 */
#pragma once

#include "targets/policy.h"

/* A message of the customer, or a reply of ours that reached him, at the moment it was written. */
typedef struct {
    gint64   at;
    gboolean reply;
} ClockItem;

typedef struct {
    gint64       at;
    TicketStatus status;
} ClockStatus;

typedef struct {
    gint64         at;
    const Policy  *policy;         /* NULL: none */
    TicketPriority priority;
} ClockTurn;

typedef struct {
    const ClockItem   *items;      /* in order */
    gsize              n_items;
    const ClockTurn   *turns;      /* in order; the first is in force from the beginning */
    gsize              n_turns;
    const ClockStatus *statuses;   /* in order; before the first it is open */
    gsize              n_statuses;
} ClockHistory;

/* 0: none. due of what waits is none, unless all of it was used before it waited. */
typedef struct {
    ClockKind kind;
    gint64    started, due, warn, paused, met;
} ClockRound;

/* ClockRound, in the order they began in; what the terms do not have is left out. */
GArray *clock_rounds(const ClockHistory *history);
