/*
 * names-private.h - names a script speaks of, and whether they exist
 */
#pragma once

#include "sieve/checker-private.h"

/* Warns of each constant name of the value that known (may be NULL: nothing is known) does not hold. kind: "queue". */
void names_check(Checker *checker, const char *kind, GHashTable *known, const Value *value);
