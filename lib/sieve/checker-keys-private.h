/*
 * checker-keys-private.h - keys that no value of their test can be
 *
 * Warnings only: "true" for a fact that is "yes" or "no", "9" for an hour, a whole address for ':domain'. Such a rule compiles and never fires.
 */
#pragma once

#include "sieve/checker-private.h"

/* call: with its match type and comparator. */
void keys_check(Checker *checker, const Call *call, const Value *keys);
