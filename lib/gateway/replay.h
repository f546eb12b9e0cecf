/*
 * replay.h - decide stored mail again under other rules, and tell what would be different
 *
 *     readers (processes, each with a parse child): fetch, parse, decide again, compare ---+
 *                                                                                          +--> who asked
 *     one more process, afterwards: the mails whose decision hangs on earlier ones --------+
 *
 * A mail is decided with the facts that were stored with its decision, at the moment of that decision. What the rules ask beyond them is answered as of now, and
 * marked. What hangs on the order of mails (an open ticket with a correlation key) is played through from the first mail to the last, by one process.
 *
 * Nothing is written: apart from one look at the keys of tokens, everything is read in the role of a reader.
 */
#pragma once

#include "gateway/settings.h"
#include "store/history.h"

typedef struct {
    DecideSettings  decide;            /* with the changed rules; keys are loaded here, from the store */
    StoreSettings   store;             /* role and name are filled in here                             */
    gint64          token_life_seconds;
    HistoryScope    scope;
    int             jobs;
} ReplaySettings;

typedef struct {
    gpointer data;
    /*
     * {"inbound", "ticket", "received", "queue", "from", "subject", "changes": [{"what", "name", "was", "would", "by", "was_by"}], "assumed": [..], "error"}: one mail that
     * would be decided otherwise, or whose rules failed. In no order.
     */
    void   (*difference)(gpointer data, const json_t *mail);
    void   (*progress)(gpointer data, gint64 done, gint64 all, gint64 different);    /* or NULL */
} ReplaySink;

typedef struct {
    HistoryCount count;
    gint64       different, same;
    gint64       failed;               /* the rules failed on them                          */
    gint64       unreadable;           /* their parse child died, or their facts are broken */
    gint64       ordered;              /* played through in order                           */
    gint64       assumed;              /* something was answered as of now                  */
    GHashTable  *fates;                /* char *: "billing", "joins a ticket", "discarded" -> ReplayFate * */
} ReplayTotals;

typedef struct {
    gint64 was, would;                 /* mails that ended, would end so */
} ReplayFate;

void replay_totals_clear(ReplayTotals *totals);

/* FALSE with an error: the database went away, or a process died. Forks: call before anything secret is opened in this process. */
gboolean replay_run(const ReplaySettings *settings, const ReplaySink *sink, ReplayTotals *totals_out, GError **error);

/* For tests: what is done with a need of that kind; FALSE where nobody thought of it. */
gboolean replay_knows_need(int kind);
