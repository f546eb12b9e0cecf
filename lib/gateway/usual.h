/*
 * usual.h - how long a first answer really took lately: what {{promise.usual}} says
 *
 * The median of the last 30 days in a queue, in working time of its calendar. A mail that still waits counts with what it has waited so far, as the mails do that were closed
 * without an answer: leaving them out would make a desk that answers half of its mail look quick. Nothing is said below 20 answers, nor where less than half was answered.
 */
#pragma once

#include "gateway/settings.h"
#include "store/store.h"

#define USUAL_ANSWERS 20

/* What is known of each queue, for ten minutes. */
typedef struct Usual Usual;

Usual *usual_new(void);
void   usual_free(Usual *usual);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Usual, usual_free)

/* Asks the store if what is known is too old, outside of any transaction. *seconds_out: 0 if there is nothing to say. */
gboolean usual_find(Usual *usual, Store *store, const DecideSettings *settings, const char *queue, gint64 *seconds_out, GError **error);

/* One wait: in working seconds, and whether an answer ended it. */
typedef struct {
    gint64   seconds;
    gboolean answered;
} UsualWait;

/* waits: UsualWait, put into order here. 0: not enough is known. */
gint64 usual_median(GArray *waits);
/* As a person would say it: rounded up, the coarser the longer. day: of the calendar, 0 where it is always open. */
gint64 usual_round(gint64 seconds, gint64 day);
