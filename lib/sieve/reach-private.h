/*
 * reach-private.h - what of a script can never happen, or not as it reads
 *
 * Warnings only, and only what follows from the text itself, whatever mail comes: a test that never holds, an arm whose test an earlier arm has taken, commands
 * behind a stop, an action that an earlier one makes void.
 */
#pragma once

#include "sieve/syntax-private.h"

void reach_check(const GPtrArray *nodes /* Node * */, SieveProblems *problems);
