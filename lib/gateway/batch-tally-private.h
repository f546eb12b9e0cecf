/*
 * batch-tally-private.h - what the mails of a batch have already decided, for those behind them
 *
 * The facts of a batch are read at once, before the first of its decisions is written. So that a flood that comes in one batch finds its
 * limits all the same, tokens that earlier mails of the batch take are taken off the facts of the later ones, and the ticket that one of
 * them makes is the sender's newest. The facts changed so are those that are kept with the decision: a replay sees the same.
 */
#pragma once

#include "ticket/decision.h"
#include "ticket/facts.h"

typedef struct Tally Tally;

Tally *tally_new(void);
void   tally_free(Tally *tally);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tally, tally_free)

/* Before a decision: what the mails before it did. */
void tally_apply(const Tally *tally, const FactsRequest *request, Facts *facts);
/* After the store answered what a decision needs: a ticket that the batch makes or closes is not in the store's answer. */
void tally_answer(const Tally *tally, const GPtrArray *needs, Facts *facts);
/* After it. */
void tally_add(Tally *tally, const Decision *decision);
