/*
 * policy.h - how soon customers are answered: when a response is due, from what is owed and from what happened
 *
 * A policy says for each priority which calendar counts the time, how much of it there is for each clock, and when a warning is given.
 *
 * What happened is a history: when the clock started, which policy and priority were in force from when, and when the ticket waited for the customer. Due is the
 * first moment at which as much working time is used as the terms in force last allow. Working time is used while the ticket does not wait, and
 * is counted by the calendar that was in force at that time, whatever it owed: a change of terms takes nothing back and gives nothing away. So a
 * change may find that all of it was used before; then due lies in the past, at the moment it was used up.
 *
 * Pure: everything is an argument. Moments and durations are seconds.
 */
#pragma once

#include "targets/calendar.h"
#include "ticket/ticket.h"

typedef enum { CLOCK_FIRST_RESPONSE, CLOCK_NEXT_RESPONSE, CLOCK_RESOLUTION, N_CLOCKS } ClockKind;

const char *clock_kind_name(ClockKind kind);       /* "first-response" */

typedef struct {
    const Calendar *calendar;
    gint64          seconds[N_CLOCKS];     /* 0: not owed        */
    gint64          warn_percent;          /* 0: no warning      */
} PolicyTerms;

typedef struct {
    char       *name;
    TargetNotices notices;
    guint       for_priority;              /* as TargetConfig has it */
    PolicyTerms of_priority[TARGET_PRIORITIES];
} Policy;

/* find gives the calendar of a name, which the configuration has made sure of. */
Policy *policy_new(const TargetConfig *config, const Calendar *(*find)(gpointer data, const char *name), gpointer data);
void    policy_free(Policy *policy);

/* What was in force from a moment on. */
typedef struct {
    gint64         at;
    const Policy  *policy;
    TicketPriority priority;
} PolicyTurn;

#define STILL_PAUSED G_MAXINT64            /* the end of a pause that lasts */

typedef struct {
    gint64            start;
    const PolicyTurn *turns;               /* in order; the first is in force at the start, whenever it began */
    gsize             n_turns;             /* at least 1                                                      */
    const Stretch    *pauses;              /* in order and apart: stretches_join()                            */
    gsize             n_pauses;
} TargetHistory;

typedef enum {
    TARGET_NOT_OWED,                       /* the terms have no such time, or no warning             */
    TARGET_DUE,
    TARGET_PAUSED,                         /* not before the ticket stops waiting                    */
    TARGET_BEYOND,                         /* the calendar does not open often enough before 2100    */
} TargetState;

typedef struct {
    TargetState state, warn_state;
    gint64      due, warn;                 /* where the state is TARGET_DUE */
} TargetMoments;

TargetMoments target_moments(ClockKind kind, const TargetHistory *history);
/* The working time that was used until a moment. */
gint64        target_used(const TargetHistory *history, gint64 until);
/* The stretches of it, Stretch in their order; at most max of them. */
GArray       *target_stretches(const TargetHistory *history, gint64 until, guint max);
