/*
 * clocks.h - the clocks of tickets: what happened to them, and what is owed
 *
 * Nothing here knows calendars: who asks works out what is due, and writes that down, all inside of one transaction that began with
 * store_clock_tickets(), which locks the tickets. Moments are microseconds UTC; 0: none.
 */
#pragma once

#include "store/store.h"
#include "ticket/ticket.h"

typedef struct {
    gint64   at;
    gboolean reply;              /* of ours, that reached the customer; else the customer's message */
} ClockItemRow;

typedef struct {
    gint64 at;
    char  *kind;                 /* "target-terms": what it was from then on, priority and policy; "target-status": its state */
    char  *detail;
} ClockEventRow;

typedef struct {
    gint64 id;                   /* 0: not written yet */
    char  *target;               /* "first-response"   */
    char  *policy;
    char  *digest;               /* of the calendars and policies it was worked out by; NULL: not known */
    gint64 started, due, warn, paused, warned, met, breached;
} ClockRow;

typedef struct {
    gint64         reference;
    char          *queue, *policy;      /* policy: that a rule gave it; or NULL  */
    char          *customer_policy;     /* that its customer has; or NULL        */
    TicketStatus   status;
    TicketPriority priority;
    gboolean       owes_nothing;        /* it was merged, or shows a quarantined mail */
    GArray        *items;               /* ClockItemRow, in order of time        */
    GPtrArray     *events;              /* ClockEventRow *, as they were written */
    GPtrArray     *clocks;              /* ClockRow *, in the order they began   */
} ClockTicket;

void clock_row_free(ClockRow *row);
void clock_event_row_free(ClockEventRow *row);

/* Locks the tickets until the transaction ends. Those that there are: ClockTicket *, in order of their references. now_out: the database's clock. */
gboolean store_clock_tickets(Store *store, const gint64 *references, gsize n, GPtrArray **tickets_out, gint64 *now_out, GError **error);

/* The ticket that a mail of ours is about, by now; 0: none. */
gboolean store_clock_of_mail(Store *store, gint64 outbox, gint64 *ticket_out, GError **error);

/* What changes on a ticket's clocks. */
typedef struct {
    gint64     ticket;
    GArray    *ended;                   /* gint64: clocks that nobody owes any more         */
    GPtrArray *changed;                 /* ClockRow *: each as it is now; id 0: a new one   */
    GPtrArray *events;                  /* ClockEventRow *: what is told in the history      */
} ClockChange;

ClockChange *clock_change_new(gint64 ticket);
void         clock_change_free(ClockChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClockChange, clock_change_free)

/* changes: ClockChange *. */
gboolean store_clock_write(Store *store, const GPtrArray *changes, GError **error);

/* Seconds of the epoch. */
typedef struct {
    gint64   from, to;
    gboolean answered;
} ClockWait;

/* How long mail to that queue waited lately for its first answer: ClockWait, the newest first. */
gboolean store_clock_waits(Store *store, const char *queue, GArray **waits_out, GError **error);

/* ---- what is due ---------------------------------------------------------------------------------------------- */

typedef struct {
    gint64   ticket;
    char    *target, *policy, *queue, *priority, *subject, *requester;
    char    *requester_name;            /* requester: his address; either may be NULL */
    gboolean breach;                    /* else a warning */
    gint64   due;
} ClockNotice;

/*
 * Inside a transaction: takes what is due, the oldest first, and marks it as noticed; if the transaction is not committed, nobody noticed. Nothing while
 * another transaction does that. notices_out: ClockNotice *.
 */
gboolean store_clock_due(Store *store, gint64 now, int max, GPtrArray **notices_out, GError **error);
/* Inside a transaction: tickets that waited as long as they were to are open again; gint64. */
gboolean store_pending_due(Store *store, gint64 now, int max, GArray **references_out, GError **error);
/* Until when a pending ticket waits; 0: until the customer answers. */
gboolean store_pending_set(Store *store, gint64 reference, gint64 until, GError **error);

/* The moment at which something is due next (0: nothing is), and the database's clock. */
gboolean store_clock_next(Store *store, gint64 *next_out, gint64 *now_out, GError **error);

typedef struct {
    const char *envelope_sender, *recipient, *message_id;
    GBytes     *bytes;
    gint64      not_before, expires;
    const char *bucket;
    gint64      count, seconds;         /* of the bucket */
} ClockMail;

gboolean store_clock_mail(Store *store, const ClockMail *mail, GError **error);

/* Open tickets whose clocks were worked out by other calendars and policies than those of that digest. */
gboolean store_clock_outdated(Store *store, const char *digest, gint64 *tickets_out, GError **error);

/* ---- tickets at rest ------------------------------------------------------------------------------------------- */

/* A ticket whose customer is to be written to: that we wait for him, or how it went. */
typedef struct {
    gint64   reference, requester;      /* requester: person; 0: nobody         */
    char    *subject, *address, *language;      /* or NULL                      */
    gboolean bouncing;                  /* mail to him comes back               */
    gboolean human;                     /* what came last was a person's        */
    gboolean quiet;                     /* and was brought in quietly           */
    char    *reply;                     /* Message-ID of the newest answer that reached him; NULL: there is none */
    char    *message;                   /* Message-ID of what he wrote last, or NULL                             */
} RestingTicket;

/* Inside a transaction. Tickets of a queue that have rested since some moment; what the statement does is told in their history. references_out: gint64. */
gboolean store_rest_close_resolved(Store *store, const char *queue, gint64 since, int max, const char *why, GArray **references_out, GError **error);
gboolean store_rest_close_pending(Store *store, const char *queue, gint64 since, gboolean reminded_only, int max, const char *why,
                                  GArray **references_out, GError **error);
/* RestingTicket *: marked as reminded. */
gboolean store_rest_remind(Store *store, const char *queue, gint64 since, int max, gint64 now, GPtrArray **tickets_out, GError **error);
/* RestingTicket *: resolved or closed within (after, since], and marked as asked how it went, which no ticket is twice. */
gboolean store_rest_survey(Store *store, const char *queue, gint64 after, gint64 since, int max, gint64 now, GPtrArray **tickets_out, GError **error);

/* The next tickets behind one on which something may be owed: gint64. */
gboolean store_clock_open(Store *store, gint64 after, int max, GArray **references_out, GError **error);
