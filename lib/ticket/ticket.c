/*
 * ticket.c - the names of states, priorities and outcomes, and the table of allowed changes
 */
#include "ticket/ticket.h"

#include <string.h>

#define N_STATUSES (TICKET_CLOSED + 1)

static const char *const status_names[] = {
    [TICKET_NEW] = "new",           [TICKET_OPEN] = "open",     [TICKET_PENDING] = "pending",
    [TICKET_RESOLVED] = "resolved", [TICKET_CLOSED] = "closed",
};

static const char *const priority_names[] = {
    [PRIORITY_LOW] = "low",   [PRIORITY_NORMAL] = "normal",
    [PRIORITY_HIGH] = "high", [PRIORITY_URGENT] = "urgent",
};

static const char *const outcome_names[] = {
    [OUTCOME_TICKET] = "ticket",           [OUTCOME_REPORT] = "report",
    [OUTCOME_DUPLICATE] = "duplicate",     [OUTCOME_DISCARDED] = "discarded",
    [OUTCOME_REDIRECTED] = "redirected",   [OUTCOME_REFUSED] = "refused",
    [OUTCOME_QUARANTINED] = "quarantined",
};

/*
 * From (row) to (column). Nothing goes back to new: new means that nobody has looked at it. A resolved ticket waits for
 * nobody, so it is not pending; a closed one is only ever opened again.
 */
static const gboolean allowed[N_STATUSES][N_STATUSES] = {
    /*                    new    open   pending resolved closed */
    [TICKET_NEW]      = { TRUE,  TRUE,  TRUE,   TRUE,    TRUE },
    [TICKET_OPEN]     = { FALSE, TRUE,  TRUE,   TRUE,    TRUE },
    [TICKET_PENDING]  = { FALSE, TRUE,  TRUE,   TRUE,    TRUE },
    [TICKET_RESOLVED] = { FALSE, TRUE,  FALSE,  TRUE,    TRUE },
    [TICKET_CLOSED]   = { FALSE, TRUE,  FALSE,  FALSE,   TRUE },
};

static gboolean
find_name(const char *name, const char *const *names, gsize n_names, gsize *index_out)
{
    for (gsize i = 0; i < n_names; i++) {
        if (strcmp(name, names[i]) == 0) {
            *index_out = i;
            return TRUE;
        }
    }
    return FALSE;
}

const char *
ticket_status_name(TicketStatus status)
{
    g_assert((gsize) status < G_N_ELEMENTS(status_names));
    return status_names[status];
}

gboolean
ticket_status_parse(const char *name, TicketStatus *status_out)
{
    gsize index;

    if (!find_name(name, status_names, G_N_ELEMENTS(status_names), &index))
        return FALSE;
    *status_out = (TicketStatus) index;
    return TRUE;
}

const char *
ticket_priority_name(TicketPriority priority)
{
    g_assert((gsize) priority < G_N_ELEMENTS(priority_names));
    return priority_names[priority];
}

gboolean
ticket_priority_parse(const char *name, TicketPriority *priority_out)
{
    gsize index;

    if (!find_name(name, priority_names, G_N_ELEMENTS(priority_names), &index))
        return FALSE;
    *priority_out = (TicketPriority) index;
    return TRUE;
}

const char *
rating_name(gint64 rating)
{
    static const char *const names[] = { [RATING_POOR] = "poor", [RATING_FAIR] = "fair", [RATING_GOOD] = "good" };

    return rating >= RATING_POOR && rating <= RATING_GOOD ? names[rating] : NULL;
}

gboolean
ticket_may_change(TicketStatus from, TicketStatus to)
{
    g_assert((gsize) from < N_STATUSES && (gsize) to < N_STATUSES);
    return allowed[from][to];
}

const char *
outcome_name(Outcome outcome)
{
    g_assert((gsize) outcome < G_N_ELEMENTS(outcome_names));
    return outcome_names[outcome];
}

gboolean
outcome_parse(const char *name, Outcome *outcome_out)
{
    gsize index;

    if (!find_name(name, outcome_names, G_N_ELEMENTS(outcome_names), &index))
        return FALSE;
    *outcome_out = (Outcome) index;
    return TRUE;
}
