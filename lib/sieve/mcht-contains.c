#define _GNU_SOURCE   /* memmem */
#include "sieve/match-types-private.h"

#include <string.h>

/* RFC 5228, 2.7.1: ":contains". Every text contains the empty one. */
static RunOutcome
matches(Matching *matching, const MatchKey *key, gboolean *holds_out)
{
    *holds_out = key->length == 0 || memmem(matching->folded, matching->folded_length, key->text, key->length) != NULL;
    return RUN_NEXT;
}

const MatchType mcht_contains = { .name = "contains", .substring = TRUE, .matches = matches };
