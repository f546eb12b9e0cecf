/*
 * names-private.h - names a script speaks of, and whether they exist
 */
#pragma once

#include "sieve/checker-private.h"

/* Warns if known (may be NULL: nothing is known) does not hold the name. kind: "queue". */
void name_check(Checker *checker, const char *kind, GHashTable *known, const char *name, SievePlace place);
/* Warns of each constant name of the value likewise. */
void names_check(Checker *checker, const char *kind, GHashTable *known, const Value *value);
