/*
 * ticket.h - what a ticket, a person, an article is; which changes of state are allowed
 *
 * Plain values: no database, no mail. The words are those of the schema and of the manual.
 */
#pragma once

#include <glib.h>

typedef enum { TICKET_NEW, TICKET_OPEN, TICKET_PENDING, TICKET_RESOLVED, TICKET_CLOSED } TicketStatus;
typedef enum { PRIORITY_LOW, PRIORITY_NORMAL, PRIORITY_HIGH, PRIORITY_URGENT } TicketPriority;

/* How it went, as the customer says. */
typedef enum { RATING_POOR = 1, RATING_FAIR, RATING_GOOD } Rating;

const char *ticket_status_name(TicketStatus status);
gboolean    ticket_status_parse(const char *name, TicketStatus *status_out);
const char *ticket_priority_name(TicketPriority priority);
gboolean    ticket_priority_parse(const char *name, TicketPriority *priority_out);
/* "poor", "fair", "good"; NULL: there is no such rating. */
const char *rating_name(gint64 rating);

/* Whether a ticket may go from one state to another; the same state again is allowed. A table, see ticket.c. */
gboolean ticket_may_change(TicketStatus from, TicketStatus to);

/* What one inbound row ends in; exactly one of these. */
typedef enum {
    OUTCOME_TICKET, OUTCOME_REPORT, OUTCOME_DUPLICATE, OUTCOME_DISCARDED, OUTCOME_REDIRECTED, OUTCOME_REFUSED,
    OUTCOME_QUARANTINED
} Outcome;

const char *outcome_name(Outcome outcome);
gboolean    outcome_parse(const char *name, Outcome *outcome_out);
