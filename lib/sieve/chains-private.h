/*
 * chains-private.h - thousands of rules without thousands of tests
 *
 * A chain is a row of tests in which each goes on to the next where it does not hold: rules one after the other, arms of an if, tests of an anyof. For
 * most tests something must stand in a field or they cannot hold: a key of ":contains", the longest literal of a pattern, an
 * address. What must stand there is indexed when the script is compiled. A run looks the message's fields up once for each chain and goes
 * from one test that can hold to the next; those between cannot, and testing them would have no effect.
 *
 * A test that gives no such key stands in the chain as one that can always hold.
 */
#pragma once

#include "sieve/run-private.h"

/* Finds the chains of a compiled script and marks their steps. */
void  chains_build(SieveScript *script);
void  chain_free(Chain *chain);
/* The step to go to instead of this one, which stands in a chain: itself, one further on, or what comes behind the chain. */
guint chain_next(Run *run, const Step *step);
