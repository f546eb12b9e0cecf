/*
 * conflicts-private.h - actions that cannot stand beside each other
 */
#pragma once

#include "sieve/run-private.h"

/*
 * FALSE if an action of that kind conflicts with one the script has taken already (run_fail() was called): what refuses a message must not
 * be joined by what delivers it (RFC 5429, 2.3), and one answer is enough (RFC 5230, 4.7).
 */
gboolean conflicts_check(Run *run, SieveActionKind kind);
/* Whether the kind answers the sender. */
gboolean conflicts_responds(SieveActionKind kind);
/* Whether two kinds conflict. */
gboolean conflicts_between(SieveActionKind a, SieveActionKind b);
